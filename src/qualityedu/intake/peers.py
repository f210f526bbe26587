"""Schools beside their like: those of the same region, school year and stage, and of a comparable kind."""

from __future__ import annotations

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
    table = reading.table
    if not reading.of_schools or not set(_GROUP) <= set(table.columns):
        return pd.Series(dtype="int64")
    keys: list[object] = list(_GROUP)
    if "school_kind" in table:
        keys.append(table["school_kind"].where(table["school_kind"].isin(_OF_THEIR_OWN), ""))
    numbers: pd.Series = table.groupby(keys, sort=False).ngroup()
    return numbers[numbers >= 0]


def school_names(reading: Reading, rows: pd.DataFrame) -> str:
    """The first few schools by name, or by code where they have none."""
    column = "school_name" if "school_name" in rows else "school"
    names = rows[column].fillna(rows["school"]).drop_duplicates().tolist()
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
