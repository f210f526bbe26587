"""Schools beside their like: those of the same region, school year and stage, and of a comparable kind."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualityedu.intake.reading import Reading

__all__ = ["figure_columns", "peer_groups", "school_names", "stock_columns"]

_GROUP = ["region", "year", "stage"]
# Kinds that are compared among themselves only: their classes and staff are set by other rules.
_OF_THEIR_OWN = ("special", "vocational", "teaching_point")
# As many schools as a sentence names.
_NAMED = 5


def peer_groups(reading: Reading) -> pd.Series:
    """The number of the group to which each row belongs; rows in none are left out, all where a row is no school."""
    if "groups" not in reading.shared:
        reading.shared["groups"] = _groups(reading)
    groups: pd.Series = reading.shared["groups"]
    return groups


def _groups(reading: Reading) -> pd.Series:
    table = reading.table
    if not reading.of_schools or not set(_GROUP) <= set(table.columns):
        return pd.Series(dtype="int64")
    keys: list[object] = list(_GROUP)
    if "school_kind" in table:
        keys.append(table["school_kind"].where(table["school_kind"].isin(_OF_THEIR_OWN), ""))
    numbers: pd.Series = table.groupby(keys, sort=False).ngroup()
    return numbers[numbers >= 0]


def school_names(reading: Reading, rows: Sequence[int]) -> str:
    """The first few schools of those rows by name, or by code where they have none."""
    names = list(dict.fromkeys(reading.school_names[row] for row in rows))
    mark, more = ("、", "等") if reading.lang == "zh" else (", ", " …")
    return mark.join(map(str, names[:_NAMED])) + (more if len(names) > _NAMED else "")


def figure_columns(reading: Reading) -> list[str]:
    """The columns that hold numbers of a school."""
    kinds = ("count", "amount", "percent", "number")
    return [name for name, column in reading.columns.items() if column.kind in kinds and name in reading.table]


def stock_columns(reading: Reading) -> list[str]:
    """The columns of counts and amounts that stand for a school, without those that say yes or no."""
    return [
        name
        for name in figure_columns(reading)
        if (column := reading.columns[name]).kind in ("count", "amount") and column.unit and column.maximum != 1
    ]
