"""One unit, stage and year stands in two rows."""

from __future__ import annotations

from typing import Any

from qualityedu.columns import KEYS
from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.vocabulary import folded

SINCE = "0.1.0"
STAGE = "keys"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each row after the first, naming the cell of the first."""
    if not set(KEYS) <= set(reading.table.columns):
        return []
    keys = reading.table[list(KEYS)].dropna()
    repeated = keys[keys.duplicated(keep=False)]
    first: dict[tuple[object, ...], int] = {}
    found = []
    for index, *key in repeated.itertuples():
        earlier = first.setdefault(tuple(key), index)
        if earlier != index:
            values: dict[str, Any] = {
                "school": key[1],
                "stage": _word(reading, key[2]),
                "year": plain(key[3]),
                "other": reading.where(earlier, "school"),
            }
            names = _names(reading, earlier, index)
            if names:
                found.append(reading.complain("duplicate_unit_names", index, "school", **values, **names))
            else:
                found.append(reading.complain("duplicate_unit", index, "school", **values))
    return found


def _names(reading: Reading, earlier: int, index: int) -> dict[str, Any]:
    """The two names where they differ; nothing where they agree or one is not given."""
    if "school_name" not in reading.table:
        return {}
    first, second = (reading.table["school_name"].iloc[each] for each in (earlier, index))
    if not isinstance(first, str) or not isinstance(second, str) or folded(first) == folded(second):
        return {}
    return {"first": first, "seen": second}


def _word(reading: Reading, stage: str) -> str:
    choices = reading.columns["stage"].choices or {}
    return choices[stage][0] if reading.lang == "zh" else stage
