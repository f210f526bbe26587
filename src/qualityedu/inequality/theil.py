"""Theil's two measures and their parts by groups."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import kl_div, xlogy

from qualityedu.inequality.decomposition import Decomposition, Group, decomposed, groups_of
from qualityedu.inequality.errors import from_leave_one_out, without_dominant
from qualityedu.inequality.weighted import Weighted, Weights, weighted

__all__ = ["Form", "theil", "theil_error", "theil_parts"]

# T looks harder at the top, L (the mean logarithmic deviation) at the bottom.
Form = Literal["T", "L"]


def theil(values: ArrayLike, *, weights: Weights, form: Form) -> float:
    """Theil's T or L of `values` (length n); 0 where all are alike.

    With p the shares of the weights and X the mean: T = Σ p·(x/X)·ln(x/X), where 0·ln 0 is 0; L = Σ p·ln(X/x), the
    mean logarithmic deviation (Theil 1967, Economics and Information Theory). Schools with 1 and 3 that count alike
    have T = ½·½·ln ½ + ½·1½·ln 1½ = 0.130812 and L = ½·ln 2 + ½·ln ⅔ = 0.143841.

    nan for fewer than two units, for a mean that is not positive and where a value is below 0; L also where one is 0.
    """
    return _theil(weighted(values, weights), form)


def theil_error(values: ArrayLike, *, weights: Weights, form: Form) -> float:
    """The standard error of Theil's T or L by the jackknife over units; the same as `jackknife_error`, sooner.

    Both are made of three sums over units, from which one unit is taken away at a time. nan for fewer than three
    units, and where the measure is undefined without one of them.
    """
    given = weighted(values, weights)
    if _theil(given, form) != _theil(given, form):
        return float("nan")
    x, p = given.values / given.mean, given.shares
    with np.errstate(divide="ignore", invalid="ignore"):
        rest, held = 1 - p, np.sum(p * x) - p * x
        logs = xlogy(p * x, x) if form == "T" else p * np.log(x)
        logarithm = np.log(held / rest)
        without = (logs.sum() - logs) / held - logarithm if form == "T" else logarithm - (logs.sum() - logs) / rest
    dominant = (p > 0.5) | (p * x > 0.5)
    exact = without_dominant(without, dominant, lambda kept: theil(x[kept], weights=p[kept], form=form))
    return from_leave_one_out(exact)


def theil_parts(values: ArrayLike, groups: ArrayLike, *, weights: Weights, form: Form) -> Decomposition:
    """Theil's T or L between the means of groups and within them, which add up to the whole exactly.

    `groups` names the group of each unit (length n); a unit without one is left out. With p a group's share of the
    weights and m its mean over that of all: T = Σ p·m·ln m + Σ p·m·T(group), L = −Σ p·ln m + Σ p·L(group) (Shorrocks
    1980, The Class of Additively Decomposable Inequality Measures, Econometrica 48). All nan where the whole is
    undefined.
    """
    whole, found = groups_of(values, groups, weights)
    total = _theil(whole, form)
    if total != total:
        return decomposed(total, total, [], found[:0])
    between = _divergence(
        np.array([each.relative_mean for each in found]), np.array([each.share for each in found]), form
    )
    return decomposed(total, between, [_weight(each, form) * _inside(each.units, form) for each in found], found)


def _theil(given: Weighted, form: Form) -> float:
    if not given.measurable or (form == "L" and float(given.values.min()) == 0):
        return float("nan")
    return _divergence(given.values / given.mean, given.shares, form)


def _divergence(relative: NDArray[np.float64], shares: NDArray[np.float64], form: Form) -> float:
    # kl_div adds y − x to each term: nothing in all, but no term is then below 0 and equal values give exactly 0.
    one = np.ones_like(relative)
    terms = kl_div(relative, one) if form == "T" else kl_div(one, relative)
    return float(np.sum(shares * terms))


def _inside(units: Weighted, form: Form) -> float:
    return _theil(units, form) if units.values.size > 1 and units.mean > 0 else 0.0


def _weight(group: Group, form: Form) -> float:
    return group.share * group.relative_mean if form == "T" else group.share
