"""The Gini coefficient and its parts by groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qualityedu.inequality.decomposition import Decomposition, decomposed, groups_of
from qualityedu.inequality.errors import from_leave_one_out, without_dominant
from qualityedu.inequality.weighted import Weighted, Weights, weighted

__all__ = ["gini", "gini_error", "gini_parts"]


def gini(values: ArrayLike, *, weights: Weights) -> float:
    """The Gini coefficient of `values` (length n), population form: from 0 to 1 less the smallest share of weights.

    With the values in ascending order and F the share of the weights up to the k-th, G = Σ F(1 − F)(x₍ₖ₊₁₎ − x₍ₖ₎) ÷ X:
    half the mean absolute difference between two pupils (or schools), over the mean X (Dorfman 1979, A Formula for
    the Gini Coefficient, Review of Economics and Statistics 61). Four schools with 1, 2, 3 and 4 that count alike
    have 0.25; programs that divide by n − 1 instead of n say 0.3333.

    nan for fewer than two units, for a mean that is not positive and where a value is below 0.
    """
    return _gini(weighted(values, weights))


def gini_error(values: ArrayLike, *, weights: Weights) -> float:
    """The standard error of the Gini coefficient by the jackknife over units; the same as `jackknife_error`, sooner.

    Without unit i the sum of weighted absolute differences is less by 2wᵢ·Σⱼ wⱼ|xᵢ − xⱼ|, so no sum is made twice.
    nan for fewer than three units, and where the coefficient is undefined without one of them.
    """
    given = weighted(values, weights)
    if not given.measurable:
        return float("nan")
    order = np.argsort(given.values, kind="stable")
    x, p = given.values[order], given.shares[order]
    below, held = np.cumsum(p), np.cumsum(p * x)
    apart = x * (2 * below - 1) - 2 * held + held[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (np.sum(p * apart) - 2 * p * apart) / (2 * (held[-1] - p * x) * (1 - p))
    dominant = (p > 0.5) | (p * x > 0.5 * held[-1])
    return from_leave_one_out(without_dominant(without, dominant, lambda kept: gini(x[kept], weights=p[kept])))


def gini_parts(values: ArrayLike, groups: ArrayLike, *, weights: Weights) -> Decomposition:
    """The Gini coefficient between the means of groups, within the groups, and what remains: the overlap.

    `groups` names the group of each unit (length n); a unit without one is left out. Within is Σ p·s·G, with p a
    group's share of the weights and s its share of the total. The overlap is never below 0, and is 0 where the
    ranges of the groups do not meet (Pyatt 1976, On the Interpretation and Disaggregation of Gini Coefficients,
    Economic Journal 86). All nan where the whole is undefined.
    """
    whole, found = groups_of(values, groups, weights)
    total = _gini(whole)
    means = weighted([each.units.mean for each in found], [each.share for each in found])
    parts = [each.share**2 * each.relative_mean * _or_nothing(_gini(each.units)) for each in found]
    return decomposed(total, _or_nothing(_gini(means)), parts, found)


def _gini(given: Weighted) -> float:
    if not given.measurable:
        return float("nan")
    order = np.argsort(given.values, kind="stable")
    below = np.cumsum(given.shares[order])[:-1]
    steps = np.diff(given.values[order])
    return float(np.sum(below * (1 - below) * steps) / given.mean)


def _or_nothing(inside: float) -> float:
    """What a group adds: a single unit, or units that all have nothing, add no inequality."""
    return 0.0 if inside != inside else inside
