"""A nought where no other school has one: it may stand for a missing figure."""

from __future__ import annotations

import pandas as pd

from qualityedu.intake.peers import peer_groups, school_names, stock_columns
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

_FEWEST = 10
_MANY = 0.05
# What seldom passes this may well be nothing somewhere.
_SMALL = 5


def complaints(reading: Reading) -> list[Complaint]:
    """One for each column, region, school year and stage, at the first such cell. The nought is kept as it is."""
    groups = peer_groups(reading)
    if groups.empty:
        return []
    found = []
    # A school without pupils or teachers is asked about as such.
    names = [each for each in stock_columns(reading) if each not in ("pupils", "teachers")]
    values = reading.table[names].loc[groups.index]
    many, noughts = values.notna().groupby(groups).sum(), (values == 0).groupby(groups).sum()
    few = (many >= _FEWEST) & (noughts > 0) & (noughts <= (_MANY * many).clip(lower=1))
    for name in names:
        for number in few.index[few[name]]:
            mine = values[name][groups == number].dropna()
            if mine[mine > 0].quantile(0.1) >= _SMALL:
                found.append(_complaint(reading, name, mine.index[mine == 0]))
    return found


def _complaint(reading: Reading, name: str, noughts: pd.Index) -> Complaint:
    first = int(noughts[0])
    values = {
        "heading": reading.title(reading.place(first)[0], name),
        "count": len(noughts),
        "seen": school_names(reading, noughts.tolist()),
    }
    return reading.complain("zero_among_positive", first, name, level="ask", **values)
