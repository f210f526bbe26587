"""Covariances of least-squares coefficients: what the standard errors take for granted, and what they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qualityedu.errors import RequestError
from qualityedu.models.options import Errors, SmallSample

__all__ = ["Regression", "Spread", "bandwidth", "spread", "sums_by"]


@dataclass(frozen=True, eq=False)
class Regression:
    """Least squares, worked out, of n rows and k columns; rows are already multiplied by the root of their weight.

    `bread` is (X'X)⁻¹. `absorbed` are the degrees of freedom that effects took out beside the columns; `nested`
    says that there is one set of them and that it lies within the clusters, `outside` how many degrees belong to
    sets that do not (the intercept among them). `leverage` is what the effects add to each row's leverage.
    `clusters` are codes from 0, in the order of time for Driscoll–Kraay. `extra` are columns that, beside X, span
    what effects outside the clusters took out (None where they are too many), for the bootstrap.
    """

    x: np.ndarray
    y: np.ndarray
    residuals: np.ndarray
    bread: np.ndarray
    clusters: tuple[np.ndarray, ...] = ()
    absorbed: int = 0
    nested: bool = False
    outside: int = 0
    leverage: np.ndarray | float = 0.0
    extra: np.ndarray | None = None

    @property
    def degrees(self) -> int:
        """Rows less everything estimated."""
        return self.x.shape[0] - self.x.shape[1] - self.absorbed


@dataclass(frozen=True, eq=False)
class Spread:
    """A covariance of coefficients, the degrees of freedom of its tests, and the numbers that its sentence quotes."""

    matrix: np.ndarray
    degrees: float
    values: dict[str, object]
    mended: bool = False


def spread(problem: Regression, errors: Errors, small_sample: SmallSample) -> Spread:
    """The covariance by the name of its errors (see `fit` for what each is)."""
    rows, terms = problem.x.shape
    values: dict[str, object] = {"rows": rows, "terms": terms + problem.absorbed, "degrees": problem.degrees}
    if errors in ("cluster", "wild"):
        return _clustered(problem, small_sample)
    if errors == "moulton":
        return _moulton(problem)
    if errors == "driscoll_kraay":
        return _driscoll_kraay(problem)
    if errors == "classical":
        variance = problem.residuals @ problem.residuals / problem.degrees
        return Spread(variance * problem.bread, problem.degrees, values)
    squares = problem.residuals**2
    if errors in ("HC2", "HC3"):
        left = 1 - _leverage(problem)
        if (alone := int((left < 1e-10).sum())) > 0:
            raise RequestError("model_full_leverage", errors=errors, rows=alone)
        squares = squares / left ** (1 if errors == "HC2" else 2)
    if errors == "HC1":
        squares = squares * (rows / problem.degrees)
    return Spread(_between(problem, problem.x.T @ (squares[:, None] * problem.x)), problem.degrees, values)


def sums_by(codes: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Column sums within each code, one row a code."""
    groups = int(codes.max()) + 1
    if columns.ndim == 1:
        return np.bincount(codes, columns, groups)
    return np.column_stack([np.bincount(codes, np.ascontiguousarray(column), groups) for column in columns.T])


def bandwidth(periods: int) -> int:
    """Lags for Bartlett's kernel, ⌊4(T/100)^(2/9)⌋ (Newey and West 1994, with the constant that libraries use)."""
    return min(int(4 * (periods / 100) ** (2 / 9)), periods - 1)


def _between(problem: Regression, meat: np.ndarray) -> np.ndarray:
    return problem.bread @ meat @ problem.bread


def _leverage(problem: Regression) -> np.ndarray:
    return np.einsum("ij,jk,ik->i", problem.x, problem.bread, problem.x) + problem.leverage


def _clustered(problem: Regression, small_sample: SmallSample) -> Spread:
    rows, terms = problem.x.shape
    scores = problem.x * problem.residuals[:, None]
    parts = [(codes, 1.0) for codes in problem.clusters]
    if len(parts) == 2:
        first, second = problem.clusters
        both = np.unique(first * (int(second.max()) + 1) + second, return_inverse=True)[1]
        parts.append((both, -1.0))
    counted = {
        "rows": terms + (0 if problem.nested else problem.absorbed),
        "intercept": terms + 1 + (0 if problem.nested else problem.absorbed),
        "clusters": terms + problem.outside,
        "dummies": terms + problem.absorbed,
    }[small_sample]
    by_rows = small_sample in ("rows", "intercept")
    meat = np.zeros((terms, terms))
    for codes, sign in parts:
        sums = sums_by(codes, scores)
        groups = len(sums)
        meat += sign * (1.0 if by_rows else groups / (groups - 1)) * sums.T @ sums
    factor = (rows if by_rows else rows - 1) / (rows - counted)
    matrix, mended = (
        _not_negative(_between(problem, factor * meat)) if len(parts) > 1 else (_between(problem, factor * meat), False)
    )
    fewest = min(int(codes.max()) + 1 for codes in problem.clusters)
    values: dict[str, object] = {"clusters": fewest, "rows": rows, "terms": counted, "degrees": fewest - 1}
    return Spread(matrix, fewest - 1, values, mended)


def _not_negative(matrix: np.ndarray) -> tuple[np.ndarray, bool]:
    """The nearest covariance: negative eigenvalues become 0 (Cameron, Gelbach and Miller 2011, section 2.3)."""
    scale = np.sqrt(np.abs(np.diag(matrix)))
    scale[scale == 0] = 1
    lengths, turned = np.linalg.eigh(matrix / np.outer(scale, scale))
    if lengths[0] >= -1e-12 * lengths[-1]:
        return matrix, False
    return (turned * np.maximum(lengths, 0)) @ turned.T * np.outer(scale, scale), True


def _moulton(problem: Regression) -> Spread:
    """Equally correlated errors within clusters (Moulton 1986): s²[(1−ρ)(X'X)⁻¹ + ρ(X'X)⁻¹Σ X'11'X (X'X)⁻¹].

    ρ is the intraclass correlation of the residuals by analysis of variance, not below 0.
    """
    rows = len(problem.residuals)
    codes = problem.clusters[0]
    sizes = np.bincount(codes).astype("float64")
    groups = len(sizes)
    if rows == groups:
        raise RequestError("model_alone_in_groups", rows=rows)
    residuals = problem.residuals - problem.residuals.mean()
    means = sums_by(codes, residuals) / sizes
    between = (sizes * means**2).sum() / (groups - 1)
    within = ((residuals - means[codes]) ** 2).sum() / (rows - groups)
    usual = (rows - (sizes**2).sum() / rows) / (groups - 1)
    alike = max(0.0, (between - within) / (between + (usual - 1) * within))
    sums = sums_by(codes, problem.x)
    variance = problem.residuals @ problem.residuals / problem.degrees
    matrix = variance * ((1 - alike) * problem.bread + alike * _between(problem, sums.T @ sums))
    values: dict[str, object] = {"clusters": groups, "alike": round(alike, 3), "degrees": groups - 1}
    return Spread(matrix, groups - 1, values)


def _driscoll_kraay(problem: Regression) -> Spread:
    """Scores summed by period, Bartlett's kernel over lags (Driscoll and Kraay 1998), times n/(n−k)."""
    sums = sums_by(problem.clusters[0], problem.x * problem.residuals[:, None])
    periods = len(sums)
    lags = bandwidth(periods)
    meat = sums.T @ sums
    for lag in range(1, lags + 1):
        cross = sums[lag:].T @ sums[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    factor = len(problem.residuals) / problem.degrees
    values: dict[str, object] = {"periods": periods, "lags": lags, "degrees": periods - 1}
    return Spread(_between(problem, factor * meat), periods - 1, values)
