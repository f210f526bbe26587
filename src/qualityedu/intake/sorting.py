"""Which rows of a sheet are units, and what the others are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qualityedu.errors import Problem
from qualityedu.intake.cells import read_cell, value_of, written
from qualityedu.intake.heading_rows import repeats_headings
from qualityedu.intake.headings import Layout
from qualityedu.intake.reading import Complaint
from qualityedu.intake.row_numbers import listed_rows
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.vocabulary import folded

__all__ = ["NUMERIC_KINDS", "Sorted", "sort_rows"]

NUMERIC_KINDS = ("year", "count", "amount", "percent", "number")

_TOTAL = re.compile(r"(?:.*(?:合计|小计|总计)|全县|全区|全市|全省|全国|(?:grand|sub)?total)[:：]?")
_STATISTIC = re.compile(
    r".*(?:差异系数|变异系数|标准差|平均数|平均值|均值)[:：]?|平均[:：]?|average|mean"
    r"|standarddeviation|coefficientofvariation|differencecoefficient"
)
_FOOTNOTE = re.compile(
    r"(?:注|备注|说明|填表|制表|审核|负责人|单位负责人|联系人|数据来源|notes?\b|sources?\b)", re.IGNORECASE
)
# A few rows with borders and nothing in them are on every form; more than these are worth a word.
_MANY_FORMATTED = 100
# What is said of the rows left out for a reason.
_SAID = {
    "heading": "rows_heading",
    "total": "rows_total",
    "footnote": "rows_footnote",
    "between": "rows_blank_between",
    "below": "rows_blank_below",
}


@dataclass(frozen=True)
class Sorted:
    """The rows of a sheet that hold units, how many others there were and why, and what is to be said of rows as such.

    `totals` are the rows of totals.
    """

    used: tuple[int, ...]
    left_out: Counter[str]
    complaints: tuple[Complaint, ...]
    totals: tuple[int, ...] = ()


def sort_rows(number: int, sheet: Sheet, layout: Layout) -> Sorted:
    """Tells the rows of units from blank rows, totals, headings once more, and what stands below the table."""
    used: list[int] = []
    others: dict[str, list[int]] = defaultdict(list)
    complaints: list[Complaint] = []
    end = _end_of_table(sheet, layout)
    width = _filled_width(sheet.rows[layout.row])
    for row in range(layout.last + 1, len(sheet.rows)):
        reason = _reason(sheet, layout, row, end)
        if not reason and sheet.even and not _is_even(sheet, layout.row, row, width):
            reason = "uneven"
            values: dict[str, object] = {"seen": len(sheet.rows[row]), "wanted": len(sheet.rows[layout.row])}
            complaints.append(Complaint((number, row, 0), Problem("uneven_row", sheet.where(row), values)))
        if reason:
            others[reason].append(row)
        else:
            used.append(row)
    complaints += _said(number, sheet, others, end)
    left_out = Counter({reason: len(rows) for reason, rows in others.items()})
    return Sorted(tuple(used), left_out, tuple(complaints), tuple(others["total"]))


def _said(number: int, sheet: Sheet, others: dict[str, list[int]], end: int) -> list[Complaint]:
    """One line for each kind of rows that were passed over."""
    blank = others["blank"]
    groups = {**others, "between": [row for row in blank if row < end], "below": [row for row in blank if row >= end]}
    found = []
    for reason, key in _SAID.items():
        if rows := groups.get(reason):
            values: dict[str, object] = {"count": len(rows)}
            if reason != "below":
                values["rows"] = listed_rows(sheet, rows)
            found.append(Complaint((number, rows[0], 0), Problem(key, sheet.where(rows[0]), values, "repaired")))
    if (beyond := sheet.marks.formatted_rows - len(sheet.rows)) >= _MANY_FORMATTED:
        values = {"last": sheet.marks.formatted_rows, "filled": len(sheet.rows), "count": beyond}
        last = max(len(sheet.rows) - 1, 0)
        found.append(Complaint((number, last, 0), Problem("formatted_rows", sheet.where(last), values, "repaired")))
    return found


def _is_even(sheet: Sheet, heading_row: int, row: int, width: int) -> bool:
    return _filled_width(sheet.rows[row]) <= len(sheet.rows[heading_row]) and len(sheet.rows[row]) >= width


def _filled_width(cells: Sequence[object]) -> int:
    return max((place for place, raw in enumerate(cells, start=1) if written(raw)), default=0)


def _reason(sheet: Sheet, layout: Layout, row: int, end: int) -> str:
    filled = [text for raw in sheet.rows[row] if (text := written(raw))]
    if not filled:
        return "blank"
    if _is_labelled(sheet, layout, row, _TOTAL):
        return "total"
    if _is_labelled(sheet, layout, row, _STATISTIC):
        return "statistic"
    if not sheet.headed and repeats_headings(sheet, layout, row):
        return "heading"
    below = row > end and len(filled) == 1
    return "footnote" if below or _is_footnote(sheet, layout, row, filled) else ""


def _is_labelled(sheet: Sheet, layout: Layout, row: int, label: re.Pattern[str]) -> bool:
    """Whether a row without a school's code has such a label."""
    school = layout.by_column.get("school")
    code = written(sheet.cell(row, school.position)) if school else ""
    if code and not label.fullmatch(folded(code)):
        return False
    numeric = {heading.position for heading in layout.headings if heading.named.columns[0].kind in NUMERIC_KINDS}
    texts = [raw for place, raw in enumerate(sheet.rows[row]) if isinstance(raw, str) and place not in numeric]
    return any(label.fullmatch(folded(text)) for text in texts)


def _is_footnote(sheet: Sheet, layout: Layout, row: int, filled: list[str]) -> bool:
    if not _FOOTNOTE.match(filled[0]):
        return False
    return not any(
        isinstance(value_of(read_cell(sheet.cell(row, heading.position), heading.named.columns[0])), float)
        for heading in layout.headings
    )


def _end_of_table(sheet: Sheet, layout: Layout) -> int:
    for row in range(len(sheet.rows) - 1, layout.last, -1):
        filled = [text for raw in sheet.rows[row] if (text := written(raw))]
        if len(filled) > 1 and not _is_footnote(sheet, layout, row, filled):
            return row
    return layout.last
