"""How much a measure hangs on which units happen to be there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["bootstrap_error", "from_leave_one_out", "jackknife_error", "without_dominant"]

Rows = NDArray[np.intp]


def jackknife_error(statistic: Callable[[Rows], float], units: int) -> float:
    """The standard error of a statistic by leaving out one unit at a time: √((n − 1)/n · Σ(θᵢ − θ̄)²).

    `statistic` gets the positions of the units that stay and gives its value, for example
    `lambda rows: gini(x[rows], weights=pupils[rows])`. For the mean this is the textbook s/√n (Efron and Stein
    1981, Annals of Statistics 9). It holds for smooth statistics such as the coefficients of this room; not for
    quantiles, for which use `bootstrap_error`.

    nan for fewer than three units, and where the statistic is undefined without one of them.
    """
    if units < 3:
        return float("nan")
    everyone = np.arange(units)
    return from_leave_one_out(np.array([statistic(np.delete(everyone, place)) for place in range(units)]))


def from_leave_one_out(without: NDArray[np.float64]) -> float:
    """The jackknife's standard error from the statistic without each unit (length n); nan where one is undefined."""
    units = without.size
    if units < 3 or not np.isfinite(without).all():
        return float("nan")
    return float(np.sqrt((units - 1) / units * np.sum((without - without.mean()) ** 2)))


def without_dominant(
    without: NDArray[np.float64], dominant: NDArray[np.bool_], statistic: Callable[[Rows], float]
) -> NDArray[np.float64]:
    """Leave-one-out values in which those without a dominant unit (at most two) are worked out from the rest itself.

    Taking a unit that holds most of a sum away from that sum leaves a difference of nearly equal numbers.
    """
    everyone = np.arange(without.size)
    exact = without.copy()
    for place in np.flatnonzero(dominant):
        exact[place] = statistic(np.delete(everyone, place))
    return exact


def bootstrap_error(
    statistic: Callable[[Rows], float], units: int, *, generator: np.random.Generator, repeats: int = 1000
) -> float:
    """The standard error of a statistic by drawing as many units again, with replacement, `repeats` times.

    `statistic` as for `jackknife_error`; the `generator` is always the caller's, so that a number can be had again.
    Draws in which the statistic is undefined are left out (Efron 1979, Annals of Statistics 7).

    nan for fewer than three units, and where more than a tenth of the draws are undefined.
    """
    if units < 3:
        return float("nan")
    drawn = np.array([statistic(generator.integers(0, units, units)) for _ in range(repeats)])
    known = drawn[np.isfinite(drawn)]
    return float(known.std(ddof=1)) if len(known) > 0.9 * repeats else float("nan")
