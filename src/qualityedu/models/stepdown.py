"""Several hypotheses at once: p-values that keep the chance of any false alarm, step by step."""

from __future__ import annotations

import numpy as np

from qualityedu.text import number

__all__ = ["holm", "p_value_said", "romano_wolf"]


def p_value_said(p_value: float, lang: str) -> str:
    """A p-value with three decimals, never as nothing at all."""
    return f"<{number(0.001, lang, 3)}" if p_value < 0.001 else number(p_value, lang, 3)


def holm(p_values: np.ndarray) -> np.ndarray:
    """Holm's adjusted p-values, in the order given (Holm 1979, Scandinavian Journal of Statistics 6); missing stays."""
    p_values = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(np.isfinite(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    adjusted = np.full(len(p_values), np.nan)
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def romano_wolf(
    x: np.ndarray,
    y: np.ndarray,
    groups: np.ndarray,
    places: list[int],
    generator: np.random.Generator,
    *,
    draws: int = 999,
) -> np.ndarray:
    """Romano and Wolf's adjusted p-values of the coefficients at `places` of a regression of y (n) on x (n × k).

    `groups` numbers the cluster of each row from 0. Each draw gives the residuals of a cluster one sign, the same
    for all coefficients, so that their dependence is kept; t is the deviation from the estimate over the clustered
    error of the draw. p is (1 + draws whose largest |t| among those not yet stepped over reaches it) / (draws + 1),
    made monotone (Romano and Wolf 2005, Econometrica 73; Romano and Wolf 2016, Statistics and Probability Letters
    113).
    """
    seen, drawn = _t_values(x, y, groups, places, _signs(generator, int(groups.max()) + 1, draws))
    order = np.argsort(-np.abs(seen), kind="stable")
    adjusted, before = np.empty(len(places)), 0.0
    for step, place in enumerate(order):
        largest = np.abs(drawn[order[step:]]).max(axis=0)
        before = max(before, (1 + np.sum(largest >= abs(seen[place]) * (1 - 1e-12))) / (draws + 1))
        adjusted[place] = before
    return adjusted


def _signs(generator: np.random.Generator, groups: int, draws: int) -> np.ndarray:
    return generator.integers(0, 2, (groups, draws)) * 2.0 - 1.0


def _t_values(
    x: np.ndarray, y: np.ndarray, groups: np.ndarray, places: list[int], signs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The t of each place as estimated, and in every draw (places × draws), from the clusters' cross-products alone."""
    scale = np.sqrt((x**2).sum(axis=0))
    x = x / scale
    bread = np.linalg.inv(x.T @ x)
    residual = y - x @ (bread @ (x.T @ y))
    count = int(groups.max()) + 1
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.searchsorted(groups[order], np.arange(1, count)))
    scores = np.array([x[rows].T @ residual[rows] for rows in parts])
    squares = np.array([x[rows].T @ x[rows] for rows in parts])
    estimate = bread @ (x.T @ y)
    moved = bread @ scores.T @ signs  # k × draws: how far each draw lands from the estimate
    seen, drawn = np.empty(len(places)), np.empty((len(places), signs.shape[1]))
    for row, place in enumerate(places):
        weight = bread[place]
        seen[row] = estimate[place] / np.sqrt(((scores @ weight) ** 2).sum())
        each = (scores @ weight)[:, None] * signs - (squares @ weight) @ moved
        drawn[row] = moved[place] / np.sqrt((each**2).sum(axis=0))
    return seen, drawn
