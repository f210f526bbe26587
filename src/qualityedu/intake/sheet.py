"""A sheet as it was found: raw cells, and how a person would point at one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qualityedu.errors import Level, Problem
from qualityedu.text import say

__all__ = ["FormulaFault", "Marks", "Merged", "Sheet", "Unreadable", "letters"]


class Unreadable(Exception):
    """The file cannot be read at all; `problem` says why and what to do. With `mend` it can be put right in place."""

    def __init__(self, key: str, where: str, *, level: Level = "stop", **values: object) -> None:
        super().__init__(key)
        self.problem = Problem(key, where, values, level)


@dataclass(frozen=True)
class FormulaFault:
    """A cell whose formula gave an error, shown as `seen`, or was never worked out (`seen` is empty)."""

    seen: str


@dataclass(frozen=True)
class Merged:
    """Cells that were joined into one, corners counted from 0. Only the first keeps a value."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Marks:
    """What a spreadsheet shows besides its values; rows and columns are counted from 0.

    `calculated_blanks` are formulas whose result is an empty text, `linked` those that draw on another workbook.
    `formatted_rows` is how many rows the file writes down, filled or not; 0 where that is not known.
    """

    merged: tuple[Merged, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    calculated_blanks: frozenset[tuple[int, int]] = frozenset()
    linked: tuple[tuple[int, int], ...] = ()
    formatted_rows: int = 0


@dataclass(frozen=True)
class Sheet:
    """Raw cells in rows, row 0 first.

    `first` is the number that a person sees on row 0. In a `grid` cells have addresses such as H4; in a text
    file or data frame a place is a row and the heading of a column. `even` demands that every row be as wide
    as the headings: in a text file a stray separator moves every later value into the wrong column. A `buried`
    sheet is hidden in such a way that only a program can show it.
    """

    name: str
    rows: Sequence[Sequence[object]]
    lang: str
    first: int = 1
    grid: bool = True
    even: bool = False
    hidden: bool = False
    headed: bool = False
    buried: bool = False
    marks: Marks = field(default_factory=Marks)

    def where(self, row: int, position: int | None = None, heading: str = "") -> str:
        """The place of a cell, or of a whole row where no `position` is given."""
        number = row + self.first
        if position is None:
            return say("intake.where_row", self.lang, name=self.name, row=number)
        if self.grid:
            return f"{self.name}!{letters(position)}{number}"
        if number < 1:
            return say("intake.where_column", self.lang, name=self.name, column=heading)
        return say("intake.where_cell", self.lang, name=self.name, row=number, column=heading)

    def cell(self, row: int, position: int) -> object:
        """The raw cell; None where the row is shorter."""
        cells = self.rows[row]
        return cells[position] if position < len(cells) else None


def letters(position: int) -> str:
    """The letters of a column, counted from 0: A, B, …, Z, AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name
