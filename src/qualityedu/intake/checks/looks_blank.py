"""Cells that look empty and are not: a space, or a formula whose result is nothing."""

from __future__ import annotations

from qualityedu.errors import Problem
from qualityedu.intake.cells import written
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "cells"


def complaints(reading: Reading) -> list[Complaint]:
    """One note for the spaces of each sheet and one for each column of formulas without a result."""
    rows_of = reading.at.groupby("sheet")["row"].apply(list).to_dict()
    return [
        complaint
        for number in range(len(reading.sheets))
        for complaint in [*_spaces(reading, number, rows_of), *_formulas(reading, number, rows_of)]
    ]


def _spaces(reading: Reading, number: int, rows_of: dict[int, list[int]]) -> list[Complaint]:
    sheet, headings = reading.sheets[number], reading.layouts[number].headings
    found = [
        (row, heading)
        for row in rows_of.get(number, [])
        for heading in headings
        if isinstance(raw := sheet.cell(row, heading.position), str) and raw and not written(raw)
    ]
    if not found:
        return []
    row, first = found[0]
    where = sheet.where(row, first.position, first.text)
    return [Complaint((number, row, first.position), Problem("spaces_only", where, {"count": len(found)}, "note"))]


def _formulas(reading: Reading, number: int, rows_of: dict[int, list[int]]) -> list[Complaint]:
    sheet, found = reading.sheets[number], []
    if not sheet.marks.calculated_blanks:
        return []
    for heading in reading.layouts[number].headings:
        place = heading.position
        rows = [row for row in rows_of.get(number, []) if (row, place) in sheet.marks.calculated_blanks]
        if rows:
            values: dict[str, object] = {"heading": heading.text, "count": len(rows)}
            where = sheet.where(rows[0], place, heading.text)
            found.append(Complaint((number, rows[0], place), Problem("calculated_blank", where, values, "note")))
    return found
