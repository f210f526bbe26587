"""Where the headings are, and what each of them says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from qualityedu.columns import UNITS, Column
from qualityedu.intake.cells import written
from qualityedu.intake.sheet import Sheet, Unreadable
from qualityedu.intake.vocabulary import Named, Vocabulary, folded

__all__ = ["Heading", "Layout", "layout_of", "refuse_personal_data"]

# A title, a unit line and a few lines of instructions stand above the headings of official forms.
_SEARCHED_ROWS = 15
_PERSONAL_EXACT = {"姓名", "学生姓名", "学号", "studentname", "pupilname", "idnumber", "nationalid", "dateofbirth"}
_PERSONAL_PART = re.compile(r"身份证|学籍号|手机号|监护人|家长姓名|出生日期|出生年月|student id|pupil id|mobile number")
# Not 填报单位, which names an office.
_UNIT_LINE = re.compile(r"(?:^|[（(\s]|计量|金额|货币)单位\s*[:：]")


@dataclass(frozen=True)
class Heading:
    """One heading of a sheet: its place, its words and what it says."""

    position: int
    text: str
    named: Named


@dataclass(frozen=True)
class Layout:
    """The heading row of a sheet. `unit_line` is a line above it such as 单位：万元."""

    row: int
    headings: tuple[Heading, ...]
    unknown: tuple[tuple[int, str], ...] = ()
    unit_line: tuple[int, int, str] | None = None

    @cached_property
    def by_column(self) -> dict[str, Heading]:
        """The first heading for each column."""
        found: dict[str, Heading] = {}
        for heading in self.headings:
            for column in heading.named.columns:
                found.setdefault(column.name, heading)
        return found

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns of the sheet, from left to right."""
        return {column.name: column for heading in self.headings for column in heading.named.columns}


def layout_of(sheet: Sheet, vocabulary: Vocabulary) -> Layout | None:
    """The row among the first fifteen that names most columns, at least two; None where there is none."""
    searched = range(min(1 if sheet.headed else _SEARCHED_ROWS, len(sheet.rows)))
    layouts = [_row_layout(sheet, row, vocabulary) for row in searched]
    best = max(layouts, key=lambda layout: len(layout.columns), default=None)
    if best is None or len(best.columns) < 2:
        return None
    return Layout(best.row, best.headings, best.unknown, _unit_line(sheet, best.row))


def _row_layout(sheet: Sheet, row: int, vocabulary: Vocabulary) -> Layout:
    headings, unknown = [], []
    for position, raw in enumerate(sheet.rows[row]):
        text = " ".join(written(raw).split())
        if not text:
            continue
        named = vocabulary.meaning(text)
        if named is None:
            unknown.append((position, text))
        else:
            headings.append(Heading(position, text, named))
    return Layout(row, tuple(headings), tuple(unknown))


def _unit_line(sheet: Sheet, heading_row: int) -> tuple[int, int, str] | None:
    multiples = {folded(name) for group in UNITS.values() for name, factor in group.items() if factor != 1}
    for row in range(heading_row):
        for position, raw in enumerate(sheet.rows[row]):
            text = written(raw)
            if _UNIT_LINE.search(text) and any(name in folded(text) for name in multiples):
                return row, position, text
    return None


def refuse_personal_data(sheets: list[Sheet]) -> None:
    """Raises Unreadable where a sheet is headed as a list of pupils: nothing of it is read."""
    for sheet in sheets:
        for row, cells in enumerate(sheet.rows[:_SEARCHED_ROWS]):
            for position, raw in enumerate(cells):
                text = written(raw)
                if len(text) <= 20 and _is_personal(text):
                    raise Unreadable("personal_data", sheet.where(row, position, text), seen=text)


def _is_personal(text: str) -> bool:
    spaced = " ".join(text.casefold().replace("_", " ").split())
    return folded(text) in _PERSONAL_EXACT or _PERSONAL_PART.search(spaced) is not None
