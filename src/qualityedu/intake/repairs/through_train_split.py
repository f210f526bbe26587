"""A school with several stages that gives its premises once: split between its stages by weighted pupils."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.through_train import SPLIT_COLUMNS, STAGE_WEIGHTS, split_by_stage

__all__ = ["repaired", "shared_columns"]

SINCE = "0.2.0"


def repaired(reading: Reading) -> tuple[Reading, list[Complaint]]:
    """What such a school holds together, in shares; one finding for each school and year.

    Split is where all its stages have rows with pupils, and their premises are the same in each row or stand in one
    row only. Premises that differ from stage to stage are each stage's own and stay.
    """
    table = reading.table
    needed = {"school", "school_kind", "stage", "year", "pupils"}
    if not reading.of_schools or not needed <= set(table.columns):
        return reading, []
    table = table.copy()
    found = []
    for _, rows in _candidates(table).groupby(["region", "school", "year"], sort=False):
        regulation = "HQB2017" if rows["year"].iloc[0] >= 2017 else "BAL2012"
        columns = [name for name in SPLIT_COLUMNS[regulation] if name in table]
        if not _can_be_split(rows) or not (shared := shared_columns(rows, columns)):
            continue
        split = split_by_stage(rows, regulation=regulation)
        table.loc[rows.index, shared] = split[shared]
        first = int(rows.index[0])
        sheet, _ = reading.place(first)
        mark = "、" if reading.lang == "zh" else ", "
        names = mark.join(reading.title(sheet, name) for name in shared)
        name = str(rows["school_name"].iloc[0]) if "school_name" in rows else str(rows["school"].iloc[0])
        found.append(
            reading.complain("through_train_split", first, "school", level="repaired", school=name, columns=names)
        )
    return replace(reading, table=table), found


def _candidates(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of schools that have the premises of one row in all of them, or in one only: few of many."""
    together = table[table["school_kind"].isin(list(STAGE_WEIGHTS))].dropna(subset=["school", "stage", "year"])
    columns = [name for name in SPLIT_COLUMNS["BAL2012"] + SPLIT_COLUMNS["HQB2017"] if name in together]
    schools = together.groupby(["region", "school", "year"], sort=False)[list(dict.fromkeys(columns))]
    return together[schools.transform("nunique").le(1).all(axis=1) & (schools.transform("size") > 1)]


def shared_columns(rows: pd.DataFrame, columns: list[str]) -> list[str]:
    """The columns that give the whole school's total: the same in each row, or in one row only.

    All that are filled must do so, and at least two: one figure may be the same by chance.
    """
    filled = [name for name in columns if rows[name].notna().any() and (rows[name].fillna(0) != 0).any()]
    once = all(rows[name].notna().sum() == 1 for name in filled)
    same = all(rows[name].notna().all() and rows[name].nunique() == 1 for name in filled)
    return filled if len(filled) > 1 and (once or same) else []


def _can_be_split(rows: pd.DataFrame) -> bool:
    weights = STAGE_WEIGHTS[str(rows["school_kind"].iloc[0])]
    unequal = rows["pupils"].nunique() > 1
    return unequal and sorted(rows["stage"]) == sorted(weights) and rows["pupils"].gt(0).all()
