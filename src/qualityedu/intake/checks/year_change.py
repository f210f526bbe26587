"""A figure that changed by more than half within a year."""

from __future__ import annotations

import pandas as pd

from qualityedu.intake.cells import plain
from qualityedu.intake.plausible import plausible
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

# Our own: a screen that names few schools of a county. Small schools change by much without a slip.
MOST_CHANGE = 0.5
_SMALLEST = {"pupils": 50.0, "teachers": 10.0, "classes": 6.0}


def complaints(reading: Reading) -> list[Complaint]:
    """One for each cell, with the figure of the year before."""
    pairs = year_pairs(reading)
    found = []
    for name in dict.fromkeys(name for each in plausible() for name in (each.over, each.under)):
        if name not in reading.table or pairs.empty:
            continue
        new = reading.table[name].loc[pairs.index].to_numpy()
        old = reading.table[name].loc[pairs].to_numpy()
        large = (old > _SMALLEST.get(name, 0)) & (new != 0) & (abs(new - old) > MOST_CHANGE * old)
        for index, after, before in zip(pairs.index[large], new[large], old[large], strict=True):
            quoted = {
                "heading": reading.title(reading.place(index)[0], name),
                "seen": plain(float(after)),
                "before": plain(float(before)),
                "percent": f"{100 * (after - before) / before:+.0f}".replace("-", "−"),
            }
            found.append(reading.complain("year_change", index, name, level="ask", **quoted))
    return found


def year_pairs(reading: Reading) -> pd.Series:
    """For each row whose school and stage also has one of the school year before, that other row."""
    keys = ["region", "school", "stage", "year"]
    if not reading.of_schools or not set(keys) <= set(reading.table.columns):
        return pd.Series(dtype="int64")
    known = reading.table[keys].dropna().drop_duplicates()
    earlier = known.assign(year=known["year"] + 1).reset_index(names="before")
    pairs = known.reset_index(names="now").merge(earlier, on=keys)
    matched: pd.Series = pairs.set_index("now")["before"].sort_index()
    return matched
