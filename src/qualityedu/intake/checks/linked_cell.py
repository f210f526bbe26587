"""Formulas that draw on another workbook: the stored value is used, and the link never followed."""

from __future__ import annotations

from qualityedu.intake.cells import written
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "cells"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each column, at its first such cell, with how many there are."""
    used = set(zip(reading.at["sheet"].tolist(), reading.at["row"].tolist(), strict=True))
    found = []
    for number, sheet in enumerate(reading.sheets):
        linked = {place for place in sheet.marks.linked if (number, place[0]) in used}
        for name, heading in reading.layouts[number].by_column.items():
            rows = sorted(row for row, column in linked if column == heading.position)
            if rows:
                seen = written(sheet.cell(rows[0], heading.position))
                values = {"heading": heading.text, "seen": seen, "count": len(rows)}
                found.append(reading.complain_of_cell("linked_cell", (number, rows[0], name), level="ask", **values))
    return found
