"""One unit, stage and year stands in two rows."""

from __future__ import annotations

from qualityedu.columns import KEYS
from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading


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
            values = {
                "school": key[1],
                "stage": _word(reading, key[2]),
                "year": plain(key[3]),
                "other": reading.where(earlier, "school"),
            }
            found.append(reading.complain("duplicate_unit", index, "school", **values))
    return found


def _word(reading: Reading, stage: str) -> str:
    choices = reading.columns["stage"].choices or {}
    return choices[stage][0] if reading.lang == "zh" else stage
