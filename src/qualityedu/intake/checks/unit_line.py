"""A line above the headings gives a unit such as 万元, and it is not said which columns it is for."""

from __future__ import annotations

from qualityedu.columns import UNITS
from qualityedu.errors import Problem
from qualityedu.intake.headings import Layout
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.vocabulary import folded

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each sheet where a column that the unit could be for gives none itself."""
    found = []
    for number, (sheet, layout) in enumerate(zip(reading.sheets, reading.layouts, strict=True)):
        if layout.unit_line and (bare := _bare_headings(layout, layout.unit_line[2])):
            row, position, seen = layout.unit_line
            values: dict[str, object] = {"seen": seen, "heading": bare[0]}
            where = sheet.where(row, position, seen)
            found.append(Complaint((number, row, position), Problem("unit_line", where, values)))
    return found


def _bare_headings(layout: Layout, line: str) -> list[str]:
    spoken_of = {
        group
        for group, units in UNITS.items()
        if any(factor != 1 and folded(unit) in folded(line) for unit, factor in units.items())
    }
    return [
        heading.text
        for heading in layout.headings
        if not heading.named.unit and heading.named.columns[0].unit in spoken_of
    ]
