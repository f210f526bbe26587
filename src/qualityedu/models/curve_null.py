"""What a whole specification curve would look like if the lever went with nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["Null", "joint_inference"]


@dataclass(frozen=True, eq=False)
class Null:
    """One specification: places of n rows, outcome, lever, other terms (n × k), and a scale for estimates."""

    rows: np.ndarray
    y: np.ndarray
    x: np.ndarray
    others: np.ndarray
    scale: float


def joint_inference(
    nulls: list[Null],
    groups: np.ndarray | None,
    blocks: np.ndarray,
    generator: np.random.Generator,
    *,
    draws: int,
) -> pd.DataFrame:
    """Three tests of the curve as one, as a table of `statistic`, `observed`, `p_value`.

    `median`, the size of the median estimate; `significant`, how many specifications have |t| beyond the 5 % point on
    whichever side has more of them; `stouffer`, |Σz|/√K over the z-values of the K specifications.

    In each draw the residuals of the outcome on the other terms change places among the rows of a block (Freedman
    and Lane 1983, Journal of Business and Economic Statistics 1) or, where `groups` numbers clusters, change sign
    by cluster (Winkler and others 2014, NeuroImage 92): by one pattern over the whole table for all specifications,
    so that their dependence stays. t is by HC1 errors, or clustered. p is (1 + draws that reach the observed) /
    (draws + 1).
    """
    signs = 0 if groups is None else int(groups.max()) + 1
    keys = generator.choice([-1.0, 1.0], (signs, draws)) if signs else generator.random((len(blocks), draws))
    estimates, z_values, beyond = [], [], []
    for null in nulls:
        estimate, t, df = _curve_of_one(null, groups, blocks, keys)
        estimates.append(estimate)
        z_values.append(stats.norm.isf(stats.t.sf(np.abs(t), df)) * np.sign(t))
        beyond.append(np.where(np.abs(t) > stats.t.ppf(0.975, df), np.sign(t), 0.0))
    sides = np.array(beyond)
    figures = {
        "median": np.abs(np.median(estimates, axis=0)),
        "significant": np.maximum((sides > 0).sum(axis=0), (sides < 0).sum(axis=0)).astype(float),
        "stouffer": np.abs(np.sum(z_values, axis=0)) / np.sqrt(len(nulls)),
    }
    # The first column is the table as it is; a draw that only rounding holds below it counts as reaching it.
    rows = [
        (name, values[0], (1 + int((values[1:] >= values[0] * (1 - 1e-9)).sum())) / (draws + 1))
        for name, values in figures.items()
    ]
    return pd.DataFrame(rows, columns=["statistic", "observed", "p_value"])


def _curve_of_one(
    null: Null, groups: np.ndarray | None, blocks: np.ndarray, keys: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Estimate and t as observed (first) and in every draw, and the degrees of freedom of t."""
    basis = np.linalg.qr(null.others)[0]
    y, x = (values - basis @ (basis.T @ values) for values in (null.y, null.x))
    of_rows = keys[null.rows] if groups is None else keys[groups[null.rows]]
    drawn = y[_places(blocks[null.rows], of_rows)] if groups is None else y[:, None] * of_rows
    outcomes = np.column_stack([y, drawn - basis @ (basis.T @ drawn)])
    estimate = x @ outcomes / (x @ x)
    scores = x[:, None] * (outcomes - x[:, None] * estimate)
    count, width = len(y), null.others.shape[1] + 1
    if groups is None:
        meat, factor, df = (scores**2).sum(axis=0), count / (count - width), count - width
    else:
        codes = pd.factorize(groups[null.rows])[0]
        clusters = int(codes.max()) + 1
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(clusters))
        meat = (np.add.reduceat(scores[order], starts) ** 2).sum(axis=0)
        factor, df = clusters / (clusters - 1) * (count - 1) / (count - width), clusters - 1
    return estimate * null.scale, estimate / np.sqrt(factor * meat) * (x @ x), float(df)


def _places(blocks: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """For every draw a permutation of the rows, each within its own block, as the order of the keys says."""
    home = np.argsort(blocks, kind="stable")
    moved = np.empty(keys.shape, dtype=int)
    for draw in range(keys.shape[1]):
        moved[home, draw] = np.lexsort((keys[:, draw], blocks))
    return moved
