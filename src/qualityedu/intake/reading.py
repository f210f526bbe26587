"""What was read so far, with the place of every value: the one thing that all checks look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from qualityedu.columns import COLUMNS, KEYS, Column
from qualityedu.datasets import Dataset
from qualityedu.errors import Problem
from qualityedu.intake.headings import Heading, Layout
from qualityedu.intake.sheet import Sheet

__all__ = ["Complaint", "Reading", "required"]


@dataclass(frozen=True)
class Complaint:
    """A problem and where it stands in the order of reading: sheet, row, column."""

    at: tuple[int, int, int]
    problem: Problem


@dataclass(frozen=True)
class Reading:
    """The rows of all sheets that were read.

    `table` has the canonical columns, `at` the sheet and row of each of its rows, by the same index. `faulty`
    holds the cells that were complained of, as sheet, row and column name; they are missing in `table`.
    """

    dataset: Dataset
    lang: str
    sheets: tuple[Sheet, ...]
    layouts: tuple[Layout, ...]
    columns: dict[str, Column]
    table: pd.DataFrame
    at: pd.DataFrame
    faulty: frozenset[tuple[int, int, str]]

    def place(self, index: int) -> tuple[int, int]:
        """The sheet and row from which a row of the table came."""
        return self._places[index]

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return list(zip(self.at["sheet"].tolist(), self.at["row"].tolist(), strict=True))

    def number(self, index: int, name: str) -> float:
        """One value of a numeric column."""
        return float(self.table[name].to_numpy()[index])

    def heading(self, sheet: int, name: str) -> Heading | None:
        """The heading of a column in one sheet; None where the value is a constant or the sheet lacks it."""
        return self.layouts[sheet].by_column.get(name)

    def title(self, sheet: int, name: str) -> str:
        """The heading as the sheet words it; the declared one where the sheet has none."""
        heading = self.heading(sheet, name)
        return heading.text if heading else self.columns[name].heading(self.lang)

    def where(self, index: int, name: str) -> str:
        """The place of one value."""
        sheet, row = self.place(index)
        heading = self.heading(sheet, name)
        if heading is None:
            return self.sheets[sheet].where(row)
        return self.sheets[sheet].where(row, heading.position, heading.text)

    def complain(self, key: str, index: int, name: str, /, **values: object) -> Complaint:
        """A complaint about one value of the table."""
        sheet, row = self.place(index)
        heading = self.heading(sheet, name)
        column = heading.position if heading else 0
        return Complaint((sheet, row, column), Problem(key, self.where(index, name), values))

    def complain_of_heading(
        self, key: str, sheet: int, position: int, text: str, /, *, level: str = "mend", **values: object
    ) -> Complaint:
        """A complaint about a heading or a whole column of one sheet."""
        row = self.layouts[sheet].row
        where = self.sheets[sheet].where(row, position, text)
        return Complaint((sheet, row, position), Problem(key, where, values, level=level))


def required(dataset: Dataset) -> Iterable[Column]:
    """The columns without which a table of this data set cannot be read."""
    return [COLUMNS[name] for name in KEYS if COLUMNS[name].required and name not in dataset.constants]
