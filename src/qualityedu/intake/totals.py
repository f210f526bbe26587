"""The rows of totals, held against the sums of the rows they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from qualityedu.columns import KEYS
from qualityedu.errors import Problem
from qualityedu.intake.cells import plain, read_cell, value_of, written
from qualityedu.intake.headings import Heading
from qualityedu.intake.reading import Complaint, Reading

__all__ = ["total_complaints"]

# What is stated per head or as a mean does not add up over schools.
_NOT_ADDITIVE = re.compile(r"_mean_|^mean_|_per_|_error$")
_DECIMALS = re.compile(r"\.([0-9]+)")


def total_complaints(reading: Reading, totals: Sequence[tuple[int, ...]]) -> list[Complaint]:
    """A question for each total that is the sum of no group of rows it could stand for.

    `totals` are the rows of totals of each sheet. A total may sum up all rows of the sheet, those above or below it as
    far as the next total, or those of its own region, stage or year. A column with cells to mend is not held against
    anything: its sum is not known.
    """
    return [
        complaint
        for sheet, rows in enumerate(totals)
        for row in rows
        for complaint in _complaints(reading, sheet, row, rows)
    ]


def _complaints(reading: Reading, sheet: int, row: int, totals: Sequence[int]) -> Iterator[Complaint]:
    here = (reading.at["sheet"] == sheet).to_numpy()
    at = reading.at["row"].to_numpy()
    before = max((each for each in totals if each < row), default=-1)
    after = min((each for each in totals if each > row), default=at.max(initial=0) + 1)
    groups = [here & (at < row) & (at > before), here & (at < row), here, here & (at > row) & (at < after)]
    if (own := _own(reading, sheet, row)) is not None:
        groups.append(here & own)
    for heading in reading.layouts[sheet].headings:
        column = heading.named.columns[0]
        faulty = any(place == sheet and name == column.name for place, _, name in reading.faulty)
        if column.kind not in ("count", "amount") or _NOT_ADDITIVE.search(column.name) or faulty:
            continue
        stated = _stated(reading, sheet, row, heading)
        if stated is None or column.name not in reading.table:
            continue
        values = reading.table[column.name].to_numpy(dtype=float)
        sums = [float(np.nansum(values[group])) for group in groups if group.any()]
        value, tolerance = stated
        if sums and all(abs(total - value) > tolerance + 1e-9 * abs(total) for total in sums):
            yield _complaint(reading, sheet, row, heading, sums[0])


def _own(reading: Reading, sheet: int, row: int) -> np.ndarray | None:
    """The rows with the same region, stage and year as the total gives, if it gives any."""
    same = pd.Series(True, index=reading.table.index)
    found = False
    for name in (*KEYS, "region_name"):
        heading = reading.heading(sheet, name)
        if heading is None or name == "school" or name not in reading.table:
            continue
        value = value_of(read_cell(reading.sheets[sheet].cell(row, heading.position), heading.named.columns[0]))
        if isinstance(value, (str, float)) and (reading.table[name] == value).any():
            same &= reading.table[name] == value
            found = True
    return same.to_numpy(dtype=bool) if found else None


def _stated(reading: Reading, sheet: int, row: int, heading: Heading) -> tuple[float, float] | None:
    """The total as written, and how far it may be rounded."""
    raw = reading.sheets[sheet].cell(row, heading.position)
    factor = 1 if heading.named.factor is None else heading.named.factor
    value = value_of(read_cell(raw, heading.named.columns[0], factor))
    if not isinstance(value, float):
        return None
    if heading.named.columns[0].kind == "count":
        return value, 0
    decimals = _DECIMALS.search(written(raw))
    return value, 0.5 * factor * 10.0 ** -(len(decimals[1]) if decimals else 0)


def _complaint(reading: Reading, sheet: int, row: int, heading: Heading, total: float) -> Complaint:
    page = reading.sheets[sheet]
    factor = heading.named.factor or 1
    values: dict[str, object] = {
        "heading": heading.text,
        "seen": written(page.cell(row, heading.position)),
        "sum": plain(round(total / factor, 6)),
    }
    where = page.where(row, heading.position, heading.text)
    return Complaint((sheet, row, heading.position), Problem("total_differs", where, values, "ask"))
