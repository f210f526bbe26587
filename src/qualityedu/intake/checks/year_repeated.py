"""A row that repeats that of the year before in every figure: copied and not yet filled in anew."""

from __future__ import annotations

import numpy as np

from qualityedu.intake.checks.year_change import year_pairs
from qualityedu.intake.peers import stock_columns
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

# A school may keep so few figures; with more, one pupil moves.
_FEWEST = 5


def complaints(reading: Reading) -> list[Complaint]:
    """One for each row."""
    columns, pairs = stock_columns(reading), year_pairs(reading)
    if pairs.empty:
        return []
    new = reading.table[columns].loc[pairs.index].to_numpy(dtype=float)
    old = reading.table[columns].loc[pairs].to_numpy(dtype=float)
    known = ~np.isnan(new) & ~np.isnan(old)
    counted = (known & (new != 0)).sum(axis=1)
    repeated = (counted >= _FEWEST) & ((new == old) | ~known).all(axis=1)
    found = []
    for index, before, count in zip(pairs.index[repeated], pairs[repeated], counted[repeated], strict=True):
        values = {"count": int(count), "other": reading.where(before, "school")}
        found.append(reading.complain("year_repeated", index, "school", level="ask", **values))
    return found
