"""What was read so far, with the place of every value: the one thing that all checks look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from qualityedu.columns import COLUMNS, KEYS, Column
from qualityedu.datasets import Dataset
from qualityedu.errors import Level, Problem
from qualityedu.intake.cells import Missing, Taken
from qualityedu.intake.headings import Heading, Layout
from qualityedu.intake.sheet import Sheet

__all__ = ["At", "Complaint", "Reading", "required"]

# The place of one cell: sheet, row and name of its column.
At = tuple[int, int, str]


@dataclass(frozen=True)
class Complaint:
    """A problem and where it stands in the order of reading: sheet, row, column."""

    at: tuple[int, int, int]
    problem: Problem


@dataclass(frozen=True)
class Reading:
    """The rows of all sheets that were read.

    `table` has the canonical columns, `at` the sheet and row of each of its rows, by the same index. `faulty`
    holds the cells that were complained of, as sheet, row and column name; they are missing in `table`. `taken` are
    the cells that were read as something else than stood there, `missing` those with a mark for a missing figure.
    """

    dataset: Dataset
    lang: str
    sheets: tuple[Sheet, ...]
    layouts: tuple[Layout, ...]
    columns: dict[str, Column]
    table: pd.DataFrame
    at: pd.DataFrame
    faulty: frozenset[At]
    taken: tuple[tuple[At, Taken], ...] = ()
    missing: tuple[tuple[At, Missing], ...] = ()

    def place(self, index: int) -> tuple[int, int]:
        """The sheet and row from which a row of the table came."""
        return self._places[index]

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return list(zip(self.at["sheet"].tolist(), self.at["row"].tolist(), strict=True))

    @cached_property
    def shared(self) -> dict[str, Any]:
        """What one check has worked out of the table and others need as well."""
        return {}

    @cached_property
    def school_names(self) -> list[object]:
        """The name of the school in each row of the table, its code where it has none."""
        codes = self.table["school"]
        return list(self.table["school_name"].fillna(codes) if "school_name" in self.table else codes)

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

    @property
    def of_schools(self) -> bool:
        """Whether a row is a school: what is looked for among schools makes no sense among economies."""
        return self.dataset.unit == "school"

    def without(self, rows: set[tuple[int, int]]) -> Reading:
        """The same without the rows that stand at those places (sheet, row)."""
        keep = [self.place(index) not in rows for index in range(len(self.table))]
        return replace(
            self,
            table=self.table[keep].reset_index(drop=True),
            at=self.at[keep].reset_index(drop=True),
            taken=tuple(each for each in self.taken if each[0][:2] not in rows),
            missing=tuple(each for each in self.missing if each[0][:2] not in rows),
        )

    def complain(self, key: str, index: int, name: str, /, *, level: Level = "mend", **values: object) -> Complaint:
        """A complaint about one value of the table."""
        sheet, row = self.place(index)
        heading = self.heading(sheet, name)
        column = heading.position if heading else 0
        return Complaint((sheet, row, column), Problem(key, self.where(index, name), values, level=level))

    def complain_of_cell(self, key: str, at: At, /, *, level: Level = "mend", **values: object) -> Complaint:
        """A complaint about one cell of a sheet."""
        number, row, name = at
        heading = self.heading(number, name)
        position = heading.position if heading else 0
        where = self.sheets[number].where(row, position, heading.text if heading else "")
        return Complaint((number, row, position), Problem(key, where, values, level=level))

    def complain_of_heading(
        self, key: str, sheet: int, position: int, text: str, /, *, level: Level = "mend", **values: object
    ) -> Complaint:
        """A complaint about a heading or a whole column of one sheet."""
        row = self.layouts[sheet].row
        where = self.sheets[sheet].where(row, position, text)
        return Complaint((sheet, row, position), Problem(key, where, values, level=level))


def required(dataset: Dataset) -> Iterable[Column]:
    """The columns without which a table of this data set cannot be read."""
    return [COLUMNS[name] for name in KEYS if COLUMNS[name].required and name not in dataset.constants]
