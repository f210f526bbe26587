"""The wild cluster bootstrap: p-values and intervals that hold up with few clusters.

Cameron, Gelbach and Miller 2008, "Bootstrap-based improvements for inference with clustered errors", Review of
Economics and Statistics 90(3): residuals of the model with the tested value imposed change sign by cluster, all of a
cluster together. Everything needed is in the clusters' cross-products, so that rows are looked at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.models.sandwich import Regression

__all__ = ["DRAWS", "WildTest", "wild_tests"]

DRAWS = 9999
# Up to here every pattern of signs is gone through: half of them, the rest being their mirror image.
ENUMERATED = 13
_STEPS = 40


@dataclass(frozen=True, eq=False)
class WildTest:
    """For each coefficient the p-value of 0 and the interval of the values not rejected at 5 %."""

    p_value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    draws: int
    every: bool


def wild_tests(problem: Regression, table: pd.DataFrame, seed: int) -> WildTest:
    """The bootstrap for every term of `table`, whose rows run as the first columns of the regression.

    Signs are +1 and −1 with equal chance (Rademacher). Up to 13 clusters all patterns are gone through, and
    nothing is left to chance; beyond, 9,999 are drawn by a generator started from `seed`. An interval is open
    (infinite) on a side where no value is rejected, as it must be below six clusters.
    """
    codes = problem.clusters[0]
    x = problem.x if problem.extra is None else np.column_stack([problem.x, problem.extra])
    groups, width = int(codes.max()) + 1, x.shape[1]
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(groups + 1))
    squares, products = np.empty((groups, width, width)), np.empty((groups, width))
    for group in range(groups):
        rows = order[starts[group] : starts[group + 1]]
        squares[group], products[group] = x[rows].T @ x[rows], x[rows].T @ problem.y[rows]
    signs, every = _signs(groups, seed)
    whole = squares.sum(axis=0)
    scale = 1 / np.sqrt(np.diag(whole))
    bread = np.linalg.inv(whole * np.outer(scale, scale)) * np.outer(scale, scale)
    rows_of = enumerate(table.itertuples())
    tests = [_one_term(squares, products, bread, signs, every, place, row) for place, row in rows_of]
    p_value, lower, upper = (np.array(values) for values in zip(*tests, strict=True))
    return WildTest(p_value, lower, upper, len(signs), every)


def _signs(groups: int, seed: int) -> tuple[np.ndarray, bool]:
    if groups <= ENUMERATED:
        # The observed pattern is the first.
        rest = np.array(list(product((1.0, -1.0), repeat=groups - 1))).reshape(-1, groups - 1)
        return np.column_stack([np.ones(len(rest)), rest]), True
    drawn = np.random.default_rng(seed).integers(0, 2, (DRAWS, groups)) * 2.0 - 1.0
    return drawn, False


def _one_term(
    squares: np.ndarray, products: np.ndarray, bread: np.ndarray, signs: np.ndarray, every: bool, place: int, row: Any
) -> tuple[float, float, float]:
    """p-value and interval of one coefficient; t at the tested value b is a ratio of polynomials in b."""
    whole = squares.sum(axis=0)
    others = np.delete(np.arange(len(whole)), place)
    within = whole[np.ix_(others, others)]
    on_outcome = np.linalg.lstsq(within, products.sum(axis=0)[others], rcond=None)[0]
    on_term = np.linalg.lstsq(within, whole[others, place], rcond=None)[0]
    # Scores of each cluster with the coefficient held at b are `fixed` − b × `moved`.
    fixed = products - squares[:, :, others] @ on_outcome
    moved = squares[:, :, place] - squares[:, :, others] @ on_term
    weight = bread[:, place]
    taken = (weight @ squares) @ bread

    def parts(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own = scores @ weight
        return signs @ own, signs * own - signs @ (taken @ scores.T).T

    (top_fixed, bottom_fixed), (top_moved, bottom_moved) = parts(fixed), parts(moved)
    squared = (bottom_fixed**2).sum(axis=1), (bottom_fixed * bottom_moved).sum(axis=1), (bottom_moved**2).sum(axis=1)
    # The observed t is the one with no sign changed.
    ones = np.ones((1, signs.shape[1]))
    estimate, reach = float(row.estimate), float(row.standard_error)
    observed = ones @ (fixed @ weight), ones @ (moved @ weight)
    seen_fixed = fixed @ weight - taken @ fixed.sum(axis=0)
    seen_moved = moved @ weight - taken @ moved.sum(axis=0)

    def p_at(value: float) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (top_fixed - value * top_moved) ** 2 / (squared[0] - 2 * value * squared[1] + value**2 * squared[2])
            seen = (observed[0] - value * observed[1]) ** 2 / ((seen_fixed - value * seen_moved) ** 2).sum()
        beyond = float((t >= seen * (1 - 1e-9)).sum())
        return beyond / len(t) if every else (beyond + 1) / (len(t) + 1)

    return p_at(0.0), _edge(p_at, estimate, -reach), _edge(p_at, estimate, reach)


def _edge(p_at: Callable[[float], float], estimate: float, reach: float) -> float:
    """Where, going outward from the estimate, values begin to be rejected at 5 %."""
    if not np.isfinite(reach) or reach == 0:
        return estimate
    inside, outside = 0.0, 2.0
    while p_at(estimate + outside * reach) >= 0.05:
        inside, outside = outside, outside * 2
        if outside > 1e4:
            return float(np.sign(reach) * np.inf)
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_at(estimate + middle * reach) >= 0.05 else (inside, middle)
    return estimate + outside * reach
