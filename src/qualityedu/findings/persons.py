"""On how many persons a figure rests: what disclosure control asks of every value before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from qualityedu.columns import COLUMNS
from qualityedu.findings.workings import workings
from qualityedu.indicators import Indicator
from qualityedu.measures import (
    BetweenShare,
    Concentration,
    Dispersion,
    Extreme,
    Mean,
    Measure,
    Net,
    Parity,
    Ratio,
    Side,
    Total,
    Working,
)

__all__ = ["persons_behind", "persons_of_units"]

_Side = str | Side


def persons_of_units(schools: pd.DataFrame, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """On how many persons each unit's value rests: a row for each row of `schools`, a column per indicator.

    The most persons that are counted on either side of a measure: pupils, teachers, candidates, respondents. A rate
    rests on those of whom it is a part, books per pupil on the pupils, pupils per class on the pupils, teachers per
    pupil and pupils per teacher alike on the pupils. Where the value was stated without its parts, no more can be in it
    than the pupils on roll. Missing where the unit has no value, and where nobody is counted (square metres per room,
    schools of a kind, a whole economy without its pupils). Where several ratios make one value, the fewest count.
    """
    found = {each.id: _of_units(schools, each, how) for each, how in workings(schools, indicators)}
    return pd.DataFrame(found, index=schools.index, dtype="float64")


def persons_behind(
    schools: pd.DataFrame, indicators: Iterable[str] | None = None, *, by: Sequence[str] = ("region",)
) -> pd.DataFrame:
    """On how many persons each figure of a group rests: `by`, year, stage, indicator, `persons` and `fewest`.

    Those of all units with a value are added up; an extreme rests on the one unit whose value it is, so the fewest
    count, and a parity between two kinds of units on the smaller kind. `persons` is missing where nobody is counted.
    `fewest` are the persons behind the value of the smallest unit.
    """
    keys = [*by, "year", "stage"]
    own = persons_of_units(schools, indicators)
    held = pd.concat([schools[keys], own], axis=1)
    groups = held.groupby(keys, sort=False, dropna=False)
    wide = groups[list(own.columns)].sum(min_count=1)
    lone = [each for each, _ in workings(schools, indicators) if isinstance(each.value, Extreme)]
    wide = wide.assign(**{each.id: groups[each.id].min() for each in lone})
    for each, how in workings(schools, indicators):
        if isinstance(each.value, Parity) and how.basis == "counts":
            wide[each.id] = _smaller_side(each.value, schools, keys).reindex(wide.index)
    lowest = groups[list(own.columns)].min().where(lambda least: least > 0)
    long = wide.rename_axis(columns="indicator").stack(future_stack=True).rename("persons")
    fewest = lowest.rename_axis(columns="indicator").stack(future_stack=True).rename("fewest")
    return pd.concat([long, fewest], axis=1).reset_index()


def _smaller_side(parity: Parity, schools: pd.DataFrame, keys: list[str]) -> pd.Series:
    """The persons on the smaller of the two sides that are compared, each perhaps of units of its own."""
    sides = []
    for ratio in (parity.disadvantaged, parity.advantaged):
        count = _most(schools, (ratio.numerator, ratio.denominator))
        if count is None:
            continue
        own = schools[ratio.among.name].isin(ratio.among.values) if ratio.among else schools["stage"].notna()
        sides.append(count.where(own).groupby([schools[key] for key in keys]).sum(min_count=1))
    return pd.concat(sides, axis=1).min(axis=1) if sides else pd.Series(dtype="float64")


def _of_units(schools: pd.DataFrame, each: Indicator, how: Working) -> pd.Series:
    counts = [_most(schools, ratio) for ratio in _ratios(each.value)] if how.basis == "counts" else []
    counted = [count for count in counts if count is not None]
    if counts and not counted:
        return pd.Series(np.nan, index=schools.index)
    if not counted:
        counted = [schools["pupils"].astype("float64")] if "pupils" in schools.columns else []
        counted = [count.where(schools[each.id].notna()) for count in counted if each.id in schools.columns]
    fewest = pd.concat(counted, axis=1).min(axis=1, skipna=False) if counted else pd.Series(np.nan, schools.index)
    return fewest.where(schools["stage"].isin(each.stages))


def _ratios(measure: Measure) -> list[tuple[_Side, ...]]:
    """The sides of every ratio that a measure is made of."""
    match measure:
        case Ratio():
            return [(measure.numerator, measure.denominator)]
        case Mean():
            return [tuple(side for side in (measure.of, measure.weight) if side)]
        case Extreme() | Total():
            return [(measure.of,)] if measure.of else []
        case Dispersion():
            return [sides for ratio in measure.of for sides in _ratios(ratio)]
        case BetweenShare():
            return _ratios(measure.of)
        case Parity():
            return [*_ratios(measure.disadvantaged), *_ratios(measure.advantaged)]
        case Concentration():
            return [(measure.part, measure.whole)]
        case _:
            return [sides for _, ratio in measure.of for sides in _ratios(ratio)]


def _most(schools: pd.DataFrame, sides: tuple[_Side, ...]) -> pd.Series | None:
    """The most persons on any side of a ratio; missing where a column of it is; None where no side counts persons."""
    columns = [name for side in sides for name in _columns(side)]
    if not set(columns) <= set(schools.columns):
        return None
    counted = [count for side in sides if (count := _count(schools, side)) is not None]
    if not counted:
        return None
    known = schools[columns].notna().all(axis=1)
    return pd.concat(counted, axis=1).max(axis=1).where(known)


def _count(schools: pd.DataFrame, side: _Side) -> pd.Series | None:
    names = [name for name in _columns(side) if COLUMNS[name].unit == "persons"]
    if not names:
        return None
    if isinstance(side, Net):
        return sum((schools[name].astype("float64") for name in side.plus[1:]), schools[side.plus[0]]) - sum(
            schools[name].astype("float64") for name in side.minus
        )
    return schools[names].astype("float64").max(axis=1, skipna=False)


def _columns(side: _Side) -> tuple[str, ...]:
    return (side,) if isinstance(side, str) else side.columns()
