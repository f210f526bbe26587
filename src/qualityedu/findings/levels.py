"""Counties merged into cities, provinces and the nation, without going back to the schools."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.findings.sums import Sums, closed, regroup, with_shares

__all__ = ["LEVELS", "at_level", "at_levels", "check_level", "values_by_level"]

# How many digits of a county's code (GB/T 2260) name the unit of each level, from the lowest to the highest.
LEVELS = {"county": 6, "city": 4, "province": 2, "nation": 0}


def check_level(level: str) -> None:
    """Raises RequestError for a level that there is not."""
    if level not in LEVELS:
        raise RequestError("unknown_level", seen=level, known=", ".join(LEVELS))


def at_level(sums: Sums, level: str, *, by: str = "region") -> Sums:
    """The sums of counties merged into those of `city`, `province` or `nation`, by the first digits of their codes.

    The code of a level is as many digits of GB/T 2260 as name it, that of the nation `0`. Raises RequestError for
    another level.
    """
    check_level(level)
    return regroup(sums, lambda code: code[: LEVELS[level]] or "0", by=by)


def at_levels(sums: Sums, levels: Iterable[str]) -> dict[str, Sums]:
    """The sums of counties at each level asked for, each merged from the one below; as they are for `county`.

    Raises RequestError for another level.
    """
    asked = list(levels)
    for level in asked:
        check_level(level)
    found, below = {}, sums
    for level in LEVELS:
        if level in asked:
            below = found[level] = below if level == "county" else at_level(below, level)
    return {level: found[level] for level in asked}


def values_by_level(sums: Sums, levels: Iterable[str]) -> dict[str, pd.DataFrame]:
    """What follows from the sums of counties at each level asked for, as `values_of` gives it.

    Closed in one go: on the few rows of a province it is the steps that take time. Raises RequestError for another
    level.
    """
    several = at_levels(sums, levels)
    together = closed(replace(sums, table=pd.concat([each.table for each in several.values()], ignore_index=True)))
    found, first = {}, 0
    for level, each in several.items():
        values = together.iloc[first : first + len(each.table)].reset_index(drop=True)
        found[level] = with_shares(values, each)
        first += len(each.table)
    return found
