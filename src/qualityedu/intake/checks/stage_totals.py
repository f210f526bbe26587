"""A school with several stages gives its pupils together: nothing of it can be put to a stage."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.through_train import SPLIT_COLUMNS, STAGE_WEIGHTS

SINCE = "0.2.0"
STAGE = "content"

# The senior stage lies outside compulsory schooling, and its row is often not asked for.
_ASKED_FOR = ("primary", "junior")


def complaints(reading: Reading) -> list[Complaint]:
    """One for each school and year whose compulsory stages are not all there, or whose rows all give the same total."""
    needed = {"region", "school", "stage", "year", "school_kind", "pupils"}
    if not reading.of_schools or not needed <= set(reading.table.columns):
        return []
    table = reading.table[reading.table["school_kind"].isin(list(STAGE_WEIGHTS))]
    found = []
    for _, rows in table.dropna(subset=["region", "school", "stage", "year"]).groupby(
        ["region", "school", "year"], sort=False
    ):
        kind, first = str(rows["school_kind"].iloc[0]), int(rows.index[0])
        wanted = [stage for stage in STAGE_WEIGHTS[kind] if stage in _ASKED_FOR]
        lacking = [stage for stage in wanted if stage not in set(rows["stage"])]
        values: dict[str, Any] = {"seen": _word(reading, "school_kind", kind), "stages": _words(reading, wanted)}
        if lacking:
            lacked = _words(reading, lacking)
            found.append(reading.complain("stage_row_missing", first, "stage", lacking=lacked, **values))
        elif len(rows) > 1 and _repeated(rows):
            found.append(reading.complain("stage_totals", first, "pupils", **values))
    return found


def _repeated(rows: pd.DataFrame) -> bool:
    """Whether pupils and premises are the same in each row: the total of the school, written twice."""
    premises = [name for name in SPLIT_COLUMNS["HQB2017"] if name in rows and rows[name].notna().all()]
    return rows["pupils"].nunique() == 1 and bool(premises) and all(rows[name].nunique() == 1 for name in premises)


def _word(reading: Reading, column: str, value: str) -> str:
    words = (reading.columns[column].choices or {})[value]
    return words[0] if reading.lang == "zh" else words[-1]


def _words(reading: Reading, stages: list[str]) -> str:
    mark = "、" if reading.lang == "zh" else ", "
    choices = reading.columns["stage"].choices or {}
    return mark.join(choices[stage][0] if reading.lang == "zh" else stage for stage in stages)
