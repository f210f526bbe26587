"""Spaces and signs that cannot be seen stand around what was written."""

from __future__ import annotations

from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "cells"

# Not the plain space, which is common and harms nothing.
_UNSEEN = frozenset("\t\u3000\u00a0\u2002\u2003\u2009\u202f\u200b\u200c\u200d\u2060\ufeff")


def complaints(reading: Reading) -> list[Complaint]:
    """One for each column, at its first such cell, with how many there are."""
    found = []
    rows = reading.at.groupby("sheet")["row"].agg(list)
    for number, used in rows.items():
        sheet, layout = reading.sheets[int(number)], reading.layouts[int(number)]
        for name, heading in layout.by_column.items():
            position = heading.position
            cells = [row for row in used if _surrounded(sheet.cell(row, position))]
            if cells:
                at = (int(number), cells[0], name)
                values = {"heading": heading.text, "count": len(cells)}
                found.append(reading.complain_of_cell("surrounded", at, level="repaired", **values))
    return found


def _surrounded(raw: object) -> bool:
    return isinstance(raw, str) and len(raw) > 1 and (raw[0] in _UNSEEN or raw[-1] in _UNSEEN)
