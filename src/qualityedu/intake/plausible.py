"""What a school can be: ratios of two columns and the limits beyond which somebody should look again."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import pandas as pd

from qualityedu.intake.peers import peer_groups
from qualityedu.intake.reading import Reading

__all__ = ["Plausible", "plausible", "ratios", "unit_slip"]

# A value ten thousand times too large or small, and what chance makes of it: between these powers of ten.
_SLIP = (3.5, 4.5)


@dataclass(frozen=True)
class Plausible:
    """The ratio of two columns and its limits, None where there is none.

    The limits are wide and our own: no regulation sets them. They stand in `plausible.csv`.
    """

    over: str
    under: str
    low: float | None
    high: float | None


@lru_cache
def plausible() -> tuple[Plausible, ...]:
    """All of them."""
    text = files("qualityedu.intake").joinpath("plausible.csv").read_text(encoding="utf-8")
    return tuple(
        Plausible(row["over"], row["under"], *(float(row[end]) if row[end] else None for end in ("low", "high")))
        for row in csv.DictReader(text.splitlines())
    )


def ratios(reading: Reading, *, fewest: int) -> Iterator[tuple[Plausible, pd.DataFrame]]:
    """Each ratio of the schools that have so many like them for whom it is positive, themselves among these.

    The frame has for each of them `value`, `middle` (the median of its like), `percent` (of its like whose value is no
    larger) and `group`.
    """
    if "ratios" not in reading.shared:
        reading.shared["ratios"] = list(_ratios(reading))
    for each, frame, like in reading.shared["ratios"]:
        yield each, frame[like >= fewest]


def _ratios(reading: Reading) -> Iterator[tuple[Plausible, pd.DataFrame, pd.Series]]:
    """Each ratio of all schools, and how many like them there are for whom it is positive."""
    groups = peer_groups(reading)
    table = reading.table.loc[groups.index]
    for each in plausible():
        if each.over in table and each.under in table and len(table):
            known = (table[each.over] > 0) & (table[each.under] > 0)
            frame = pd.DataFrame({"value": table[each.over][known] / table[each.under][known], "group": groups[known]})
            values = frame.groupby("group")["value"]
            frame["middle"] = values.transform("median")
            frame["percent"] = 100 * values.rank(method="max", pct=True)
            yield each, frame, values.transform("size")


def unit_slip(reading: Reading, each: Plausible, of_middle: float) -> int:
    """1 where a sum of money is ten thousand times the middle of its like, −1 where a ten-thousandth, else 0."""
    if reading.columns[each.over].unit != "money" or not of_middle > 0:
        return 0
    power = math.log10(of_middle)
    return (1 if power > 0 else -1) if _SLIP[0] <= abs(power) <= _SLIP[1] else 0
