"""An office's own difference coefficient beside ours, and which other way of reckoning gives its figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Cause", "Comparison", "compare_coefficient"]

Cause = Literal["same", "equal", "sample", "percent", "unsplit", "totals", "totals_sample", "unknown"]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """Our coefficient, and why another figure differs: the first way of reckoning that gives it.

    `same` it does not; `equal` each school counts alike, n the divisor (STDEVP over AVERAGE); `sample` the same with
    n − 1 (STDEV); `percent` ours times 100; `unsplit` premises of all-through schools not shared out by stage;
    `totals` and `totals_sample` the schools' totals instead of what falls to a pupil; `unknown` none of these.
    """

    ours: float
    cause: Cause


def compare_coefficient(
    seen: float,
    totals: ArrayLike,
    pupils: ArrayLike,
    *,
    unsplit: ArrayLike | None = None,
    tolerance: float = 0.0005,
) -> Comparison:
    """Our difference coefficient of `totals` per pupil, and the reason for which `seen` is another.

    `totals` and `pupils` of n schools in one order; `unsplit` the totals before those of all-through schools were
    shared out. `tolerance` is how far a figure may lie from another that it is printed for. Schools without either
    number, or without pupils, are left out. On the example circulated to county offices (pupils 45, 37, 89, 76, 55;
    books 279, 137, 935, 160, 402) ours is 0.5153; 0.4888 is `equal`, 0.5465 `sample`.
    """
    given, heads = np.asarray(totals, float), np.asarray(pupils, float)
    ours = _weighted(given, heads)
    for cause, value in _ways(given, heads, ours, None if unsplit is None else np.asarray(unsplit, float)):
        if abs(seen - value) <= tolerance:
            return Comparison(ours, cause)
    return Comparison(ours, "unknown")


def _ways(totals: Numbers, pupils: Numbers, ours: float, unsplit: Numbers | None) -> Iterator[tuple[Cause, float]]:
    known = ~np.isnan(totals) & (pupils > 0)
    each = totals[known] / pupils[known]
    yield "same", ours
    yield "equal", _alike(each, 0)
    yield "sample", _alike(each, 1)
    yield "percent", 100 * ours
    if unsplit is not None:
        yield "unsplit", _weighted(unsplit, pupils)
    yield "totals", _alike(totals[known], 0)
    yield "totals_sample", _alike(totals[known], 1)


def _weighted(totals: Numbers, pupils: Numbers) -> float:
    """√(Σ P/ΣP · (x − X)²) / X around the ratio of sums, as `inequality.spread` reckons."""
    known = ~np.isnan(totals) & (pupils > 0)
    totals, pupils = totals[known], pupils[known]
    middle = totals.sum() / pupils.sum() if len(totals) > 1 else 0.0
    if not middle > 0:
        return float("nan")
    return float(np.sqrt((pupils * (totals / pupils - middle) ** 2).sum() / pupils.sum()) / middle)


def _alike(values: Numbers, less: int) -> float:
    mean = values.mean() if len(values) > 1 else 0.0
    return float(values.std(ddof=less) / mean) if mean > 0 else float("nan")
