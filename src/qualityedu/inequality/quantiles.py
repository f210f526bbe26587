"""How far the upper units are from the lower ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qualityedu.inequality.weighted import Weights, weighted

__all__ = ["quantile_ratio"]


def quantile_ratio(values: ArrayLike, *, weights: Weights, upper: float = 0.9, lower: float = 0.1) -> float:
    """The `upper` quantile of `values` (length n) over the `lower` one, 1 where both are alike.

    A quantile q is the smallest value up to which at least q of the weights lie, so it is the value of a unit (the
    inverse of the distribution function; definition 1 of Hyndman and Fan 1996, American Statistician 50).

    nan for fewer than two units, where the lower quantile is not positive and where a value is below 0. Raises
    ValueError unless 0 ≤ lower < upper ≤ 1.
    """
    if not 0 <= lower < upper <= 1:
        raise ValueError(f"lower is {lower} and upper {upper}; both lie between 0 and 1, lower below upper.")
    given = weighted(values, weights)
    if not given.measurable:
        return float("nan")
    low, high = np.quantile(given.values, [lower, upper], method="inverted_cdf", weights=given.shares)
    return float(high / low) if low > 0 else float("nan")
