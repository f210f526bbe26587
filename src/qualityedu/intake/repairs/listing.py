"""What a repair or a mark leaves behind, as tables that later rooms can look things up in."""

from __future__ import annotations

import pandas as pd

from qualityedu.columns import KEYS
from qualityedu.datasets import Break
from qualityedu.intake.reading import At, Reading
from qualityedu.places import Change, changes_of, named
from qualityedu.text import LANGUAGES, say

__all__ = ["boundary_breaks", "missing_cells", "repaired_cells"]


# The place of a cell, and what is said of it.
Cells = list[tuple[At, dict[str, object]]]


def missing_cells(reading: Reading) -> pd.DataFrame:
    """A row for each cell with a mark: the keys of its unit, `column`, `seen`, `means` (x or z)."""
    cells: Cells = [(at, {"seen": mark.seen, "means": mark.means}) for at, mark in reading.missing]
    return _listed(reading, cells, ["seen", "means"])


def repaired_cells(reading: Reading) -> pd.DataFrame:
    """A row for each cell that was read as something else: the keys, `column`, `seen`, `taken`, `how`."""
    cells: Cells = [
        (at, {"seen": each.seen, "taken": each.value, "how": " ".join(each.ways)}) for at, each in reading.taken
    ]
    return _listed(reading, cells, ["seen", "taken", "how"])


def boundary_breaks(reading: Reading) -> tuple[Break, ...]:
    """The years from which on a county of the table is another piece of ground, where the table spans them."""
    table = reading.table
    if reading.dataset.country != "CN" or not {"region", "year"} <= set(table.columns):
        return ()
    years, codes = table["year"].dropna(), set(table["region"].dropna().unique())
    spanned = {
        change: None
        for code in sorted(codes)
        for change in changes_of(code)
        if len(years) and years.min() < change.year <= years.max()
    }
    return tuple(
        Break(change.year, _reason(change), regions=tuple(sorted({change.before, change.after} & codes)))
        for change in sorted(spanned, key=lambda change: (change.year, change.before, change.after))
    )


def _reason(change: Change) -> dict[str, str]:
    words = f"{_name(change.before)} → {_name(change.after)}"
    return {lang: say("intake.boundary", lang, changes=words) for lang in LANGUAGES}


def _name(code: str) -> str:
    names = named(code)
    return f"{names[-1].name} {code}" if names else code


def _listed(reading: Reading, cells: Cells, columns: list[str]) -> pd.DataFrame:
    index_of = {reading.place(index): index for index in range(len(reading.table))}
    keys = [name for name in KEYS if name in reading.table]
    rows = []
    for (sheet, row, name), said in cells:
        if (index := index_of.get((sheet, row))) is not None:
            unit = {key: reading.table[key].iloc[index] for key in keys}
            rows.append({**unit, "column": name, **said})
    return pd.DataFrame(rows, columns=[*keys, "column", *columns])
