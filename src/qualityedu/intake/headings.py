"""What the headings of a sheet say, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from qualityedu.columns import UNITS, Column
from qualityedu.intake.cells import written
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.vocabulary import Named, Vocabulary, folded

__all__ = ["SEARCHED_ROWS", "Heading", "Layout", "row_layout", "unit_line"]

# A title, a unit line and a few lines of instructions stand above the headings of official forms.
SEARCHED_ROWS = 15
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
    """The headings of a sheet.

    `row` is the row of their words; data begin after `last`, for there may be several such rows: our template's three,
    a row of units or of numbers below the words (基表 have one), or headings `split` over rows, which nobody can be
    sure of. `rival` is another row that could be the headings. `unit_line` is a line above such as 单位：万元.
    """

    row: int
    headings: tuple[Heading, ...]
    unknown: tuple[tuple[int, str], ...] = ()
    unit_line: tuple[int, int, str] | None = None
    last: int = -1
    split: tuple[int, int] | None = None
    rival: int | None = None

    @cached_property
    def by_column(self) -> dict[str, Heading]:
        """The first heading for each column."""
        found: dict[str, Heading] = {}
        for heading in self.headings:
            for column in heading.named.columns:
                found.setdefault(column.name, heading)
        return found

    @cached_property
    def folded(self) -> list[tuple[int, str]]:
        """The place of each heading and its words as they are compared."""
        return [(each.position, folded(each.text)) for each in self.headings]

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns of the sheet, from left to right."""
        return {column.name: column for heading in self.headings for column in heading.named.columns}


def row_layout(sheet: Sheet, row: int, vocabulary: Vocabulary) -> Layout:
    """What one row says if it holds the headings."""
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
    return Layout(row, tuple(headings), tuple(unknown), last=row)


def unit_line(sheet: Sheet, heading_row: int) -> tuple[int, int, str] | None:
    """A line above the headings that gives a unit other than the one that is kept: row, column, words."""
    multiples = {folded(name) for group in UNITS.values() for name, factor in group.items() if factor != 1}
    for row in range(heading_row):
        for position, raw in enumerate(sheet.rows[row]):
            text = written(raw)
            if _UNIT_LINE.search(text) and any(name in folded(text) for name in multiples):
                return row, position, text
    return None
