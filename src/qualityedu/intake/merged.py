"""Cells of the table that were merged: a name over several rows is meant for each of them, a figure is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualityedu.errors import Level, Problem
from qualityedu.intake.cells import written
from qualityedu.intake.headings import Heading, Layout
from qualityedu.intake.reading import Complaint
from qualityedu.intake.sheet import Merged, Sheet, Unreadable

__all__ = ["fill_merged"]

_WORDS = ("code", "text", "choice", "year")


def fill_merged(number: int, sheet: Sheet, layout: Layout, used: Sequence[int]) -> tuple[Sheet, list[Complaint]]:
    """The sheet with the words of merged cells in every row they cover, each listed; a merged figure is to be mended.

    Raises Unreadable where cells are merged with each other more often than there are cells.
    """
    inside = set(used)
    rows = list(sheet.rows)
    complaints = []
    covered = 0
    for merged in sheet.marks.merged:
        if merged.bottom <= layout.last or not any(_over(merged, layout)):
            continue
        covered += min(merged.bottom, len(rows)) - merged.top + 1
        if covered > len(rows) * (max(map(len, rows)) + 1):
            raise Unreadable("damaged_workbook", sheet.name)
        down = [row for row in range(merged.top, min(merged.bottom + 1, len(rows))) if row in inside]
        if complaint := _read(number, sheet, layout, merged, down, rows):
            complaints.append(complaint)
    return (replace(sheet, rows=rows) if complaints else sheet), complaints


def _over(merged: Merged, layout: Layout) -> list[Heading]:
    return [each for each in layout.headings if merged.left <= each.position <= merged.right]


def _read(
    number: int, sheet: Sheet, layout: Layout, merged: Merged, down: list[int], rows: list[Sequence[object]]
) -> Complaint | None:
    over = _over(merged, layout)
    first = over[0]
    value = sheet.cell(merged.top, merged.left) if merged.top < len(rows) else None
    if not down or not written(value):
        return None
    values: dict[str, object] = {"heading": first.text, "count": len(down), "seen": written(value)}
    if len(over) > 1:
        return _complaint(number, sheet, merged, first, "merged_across", {**values, "count": len(over)}, "mend")
    if len(down) == 1 or first.position != merged.left:
        return None
    if first.named.columns[0].kind not in _WORDS:
        return _complaint(number, sheet, merged, first, "merged_numbers", values, "mend")
    for row in down:
        cells = list(rows[row])
        cells += [None] * (first.position + 1 - len(cells))
        cells[first.position] = value
        rows[row] = cells
    return _complaint(number, sheet, merged, first, "merged_filled", values, "repaired")


def _complaint(
    number: int, sheet: Sheet, merged: Merged, heading: Heading, key: str, values: dict[str, object], level: Level
) -> Complaint:
    where = sheet.where(merged.top, merged.left, heading.text)
    wanted = {name: value for name, value in values.items() if key != "merged_across" or name != "count"}
    return Complaint((number, merged.top, merged.left), Problem(key, where, wanted, level))
