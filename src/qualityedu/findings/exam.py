"""Exam results with their blind side: over those who sat, over the roll, and what the missing allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from qualityedu.columns import COLUMNS, STAGES
from qualityedu.indicators import Indicator, catalogue
from qualityedu.measures import Ratio

__all__ = [
    "Bounded",
    "Excluded",
    "exam_rates",
    "exclusion_effect",
    "figures_at_lines",
    "mean_bounds",
    "rate_bounds",
]

_NAN = float("nan")


@dataclass(frozen=True)
class Bounded:
    """One exam figure over the sitters, and the `lowest` and `highest` that it can be over the roll.

    `lowest` counts everyone who is missing as not reaching the line (for a mean: as 0 points) and is what is
    published as the figure over the roll; `highest` counts everyone who is missing as reaching it. Rates and
    `participation` (sitters over the roll) are fractions of 1. What is undefined is nan.
    """

    over_sitters: float
    lowest: float
    highest: float
    participation: float


@dataclass(frozen=True)
class Excluded:
    """What exam figures become where pupils are left out of them: as published, and who is left in."""

    mean: float
    rates: dict[str, float]
    participation: float


def rate_bounds(reached: float, sat: float, roll: float) -> Bounded:
    """The rate of the `reached` of `sat` sitters, `roll` pupils being on roll; all are counts.

    45 of 50 sit and 36 pass: 80 % over the sitters, 72 % to 82 % over the roll, participation 90 %.
    Raises ValueError for counts below 0 and for more of a part than of its whole.
    """
    _check(reached, sat, roll)
    if not roll > 0:
        return Bounded(_NAN, _NAN, _NAN, _NAN)
    return Bounded(
        over_sitters=reached / sat if sat > 0 else _NAN,
        lowest=reached / roll,
        highest=(reached + roll - sat) / roll,
        participation=sat / roll,
    )


def mean_bounds(total: float, sat: float, roll: float, *, full: float | None = None) -> Bounded:
    """The mean score where `sat` sitters have `total` points together, `roll` pupils being on roll.

    `full` are the full marks of the exam, without which the upper bound is nan. Raises ValueError for counts below
    0, more sitters than pupils, and more points than there are.
    """
    _check(0, sat, roll)
    if full is not None and total > full * sat:
        raise ValueError(f"{total} points of {sat} sitters are more than full marks of {full} allow.")
    if not roll > 0:
        return Bounded(_NAN, _NAN, _NAN, _NAN)
    return Bounded(
        over_sitters=total / sat if sat > 0 else _NAN,
        lowest=total / roll,
        highest=_NAN if full is None else (total + full * (roll - sat)) / roll,
        participation=sat / roll,
    )


def exclusion_effect(
    *, roll: int, left_out: int, mean: float, mean_of_left_out: float, rates: Mapping[str, float]
) -> Excluded:
    """What leaving pupils out of the statistics does to a mean and to rates that none of them reaches.

    `rates` are fractions over all; `mean_of_left_out` is the mean of those left out. With N on roll and k left out,
    mean = (N·m − k·mₖ)/(N − k) and rate = N·p/(N − k). Fifty pupils, mean 70, 72 % passing; five with a mean of 30 are
    left out: mean 74.4444, 80 % passing, participation 90 %, and nobody has learnt anything. Raises ValueError where
    nobody would be left, and where a rate cannot be without those left out.
    """
    if not 0 <= left_out < roll:
        raise ValueError(f"{left_out} left out of {roll}; someone must be left.")
    rest = roll - left_out
    after = {name: roll * rate / rest for name, rate in rates.items()}
    if beyond := [name for name, rate in after.items() if rate > 1 + 1e-12]:
        raise ValueError(f"{', '.join(beyond)}: among those left out some must reach it.")
    return Excluded((roll * mean - left_out * mean_of_left_out) / rest, after, rest / roll)


def figures_at_lines(
    scores: ArrayLike, *, full: float, lines: Mapping[str, float], roll: int | None = None
) -> dict[str, float]:
    """The figures that composite indices are made of, from scores (length n) of one exam.

    `lines` are fractions of full marks by name; a line named `low` or `weak` counts those below it, any other those
    at or above it. With `roll` those who did not sit count with a score of 0, without it only the sitters count. The
    result has `mean` (points), `score_rate` and `mean_share` (mean ÷ full marks), `participation`, and a rate for
    each line, as fractions of 1; nan without scores. A score on a line reaches it. Raises ValueError for scores below
    0 or above full marks, and for more scores than pupils on roll.
    """
    known = np.asarray(scores, dtype=np.float64)
    known = known[np.isfinite(known)]
    if known.size and (known.min() < 0 or known.max() > full):
        raise ValueError(f"scores run from {known.min()} to {known.max()}; full marks are {full}.")
    count = known.size if roll is None else roll
    if count < known.size:
        raise ValueError(f"{known.size} scores and {count} on roll.")
    counted = np.concatenate([known, np.zeros(count - known.size)])
    if not counted.size:
        return dict.fromkeys(["mean", "score_rate", "mean_share", "participation", *lines], _NAN)
    mean = float(counted.mean())
    below = {"low", "weak"}
    rates = {
        name: float(np.mean(counted < line * full if name in below else counted >= line * full))
        for name, line in lines.items()
    }
    share = mean / full
    return {"mean": mean, "score_rate": share, "mean_share": share, "participation": known.size / count, **rates}


def exam_rates(
    schools: pd.DataFrame,
    *,
    by: Sequence[str] = ("region",),
    full: float | None = None,
    lowest_participation: float | None = None,
) -> pd.DataFrame:
    """Every exam indicator over the sitters and over the roll, with participation and bounds. Not for release.

    One row per group of `by`, year, indicator and stage: `over_sitters`, `lowest`, `highest` (in the unit of the
    indicator; `lowest` is also the figure over the roll), `participation` (in percent), `sitters`, `roll`, `schools`
    (with all counts) and `left_out`. The roll is `expected_candidates` where the table has them, else all `pupils`.
    `full` are the full marks, for the upper bound of a mean; not given, they are those of the table (`full_marks`).
    With `lowest_participation` (percent) the column `flagged` marks the groups below it. Sums over schools, never
    means of rates; empty where the table has no sitters, no roll or no exam indicator that rests on them.
    """
    roll = next((name for name in _ROLLS if name in schools.columns), "")
    asked = [each for each in catalogue().values() if _over_sitters(each) and _column(each) in schools.columns]
    keys = [*by, "year", "stage"]
    if not asked or not roll:
        return pd.DataFrame(columns=[*by, "year", "indicator", "stage", *_RATE_COLUMNS])
    table = pd.concat([_rates(schools, each, roll, keys, full) for each in asked], ignore_index=True)
    order = [each.id for each in asked]
    table["_indicator"], table["_stage"] = table["indicator"].map(order.index), table["stage"].map(STAGES.index)
    table = table.sort_values([*by, "year", "_indicator", "_stage"], kind="stable", ignore_index=True)
    if lowest_participation is not None:
        table["flagged"] = table["participation"] < lowest_participation
    extra = ["flagged"] if lowest_participation is not None else []
    return table[[*by, "year", "indicator", "stage", *_RATE_COLUMNS, *extra]]


_RATE_COLUMNS = ["over_sitters", "lowest", "highest", "participation", "sitters", "roll", "schools", "left_out"]
_SITTERS = "candidates"
# Whoever should sit, else everyone on roll.
_ROLLS = ("expected_candidates", "pupils")


def _over_sitters(each: Indicator) -> bool:
    value = each.value
    return (
        each.leaning == "exam"
        and isinstance(value, Ratio)
        and value.denominator == _SITTERS
        and isinstance(value.numerator, str)
    )


def _column(each: Indicator) -> str:
    return str(getattr(each.value, "numerator", ""))


def _rates(schools: pd.DataFrame, each: Indicator, roll: str, keys: list[str], full: float | None) -> pd.DataFrame:
    rows = schools[schools["stage"].isin(each.stages)]
    reached, per = _column(each), float(getattr(each.value, "per", 1))
    known = rows[[reached, _SITTERS, roll]].notna().all(axis=1) & (rows[roll] > 0)
    counts = rows.loc[known, [*keys, reached, _SITTERS, roll]].astype(
        dict.fromkeys((reached, _SITTERS, roll), "float64")
    )
    counts["most"] = (counts[roll] - counts[_SITTERS]) * _most(rows[known], reached, full)
    summed = counts.groupby(keys)[[reached, _SITTERS, roll, "most"]].sum(min_count=1, skipna=False)
    sizes = pd.DataFrame({"schools": rows[known].groupby(keys).size(), "all": rows.groupby(keys).size()})
    table = sizes.join(summed).reset_index()
    table["schools"] = table["schools"].fillna(0).astype("int64")
    n, sat, on_roll = (table[name] for name in (reached, _SITTERS, roll))
    return table[keys].assign(
        indicator=each.id,
        over_sitters=(per * n / sat).where(sat > 0),
        lowest=per * n / on_roll,
        highest=per * (n + table["most"]) / on_roll,
        participation=100 * sat / on_roll,
        sitters=sat,
        roll=on_roll,
        schools=table["schools"],
        left_out=(table["all"] - table["schools"]).astype("int64"),
    )


def _most(rows: pd.DataFrame, reached: str, full: float | None) -> float | pd.Series:
    """What each of the missing could have added at most: themselves to a count, full marks to a total."""
    if COLUMNS[reached].kind == "count":
        return 1.0
    if full is not None:
        return full
    return rows["full_marks"].astype("float64") if "full_marks" in rows.columns else _NAN


def _check(reached: float, sat: float, roll: float) -> None:
    if min(reached, sat, roll) < 0:
        raise ValueError("counts are not below 0.")
    if reached > sat or sat > roll:
        raise ValueError(f"{reached} of {sat} sitters of {roll} on roll: a part is larger than its whole.")
