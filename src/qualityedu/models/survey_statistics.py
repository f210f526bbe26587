"""Mean, quantile and regression on one plausible value, each with its sampling variance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from qualityedu.errors import RequestError
from qualityedu.models.survey_variance import Drawn, linearised, replicated

__all__ = ["OUTCOME", "Statistic", "mean", "quantile", "regression"]

# Estimates and sampling variances of p figures, from outcome and terms (n rows), the design and the rows of a group.
Statistic = Callable[[pd.DataFrame, Drawn, np.ndarray], tuple[np.ndarray, np.ndarray]]
# The outcome's name among the terms: one that no formula can hold.
OUTCOME = "\0outcome"


def mean(matrix: pd.DataFrame, design: Drawn, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Σwy/Σw over the rows `inside`."""
    y = matrix[OUTCOME].to_numpy()
    weights = design.weights * inside
    full = np.array([weights @ y / weights.sum()])
    if design.survey.replicates is None:
        return full, linearised(design, (weights * (y - full) / weights.sum())[:, None])
    others = design.replicates[inside]
    return full, replicated(design.survey, full, (y[inside] @ others / others.sum(axis=0))[:, None])


def quantile(shares: list[float]) -> Statistic:
    """The quantiles at `shares`, by replicates or by Woodruff's interval."""

    def work_out(matrix: pd.DataFrame, design: Drawn, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        y = matrix[OUTCOME].to_numpy()
        full = _lowest(y[inside], design.weights[inside], shares)
        if design.survey.replicates is not None:
            each = [_lowest(y[inside], weights, shares) for weights in design.replicates[inside].T]
            return full, replicated(design.survey, full, np.array(each))
        return full, np.array([_woodruff(y, design, inside, value) for value in full])

    return work_out


def _lowest(y: np.ndarray, weights: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """The smallest value at or below which each share of the weight lies."""
    order = np.argsort(y, kind="stable")
    below = np.cumsum(weights[order]) / weights.sum()
    # A share that the weights meet exactly must not be missed by a rounding error.
    places = np.searchsorted(below, np.asarray(shares) - 1e-12)
    return y[order][np.minimum(places, len(y) - 1)]


def _woodruff(y: np.ndarray, design: Drawn, inside: np.ndarray, value: float) -> float:
    below = pd.DataFrame({OUTCOME: (y <= value).astype(float)})
    share, variance = mean(below, design, inside)
    t = stats.t.ppf(0.975, design.degrees(inside))
    ends = [share[0] - t * np.sqrt(variance[0]), share[0] + t * np.sqrt(variance[0])]
    if ends[0] < 0 or ends[1] > 1 or not variance[0] > 0:
        return np.nan
    lower, upper = _lowest(y[inside], design.weights[inside], ends)
    return float(((upper - lower) / (2 * t)) ** 2)


def regression(matrix: pd.DataFrame, design: Drawn, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(X'WX)⁻¹X'Wy over the rows `inside`."""
    y, x = matrix[OUTCOME].to_numpy(), matrix.drop(columns=OUTCOME).to_numpy()
    if inside.sum() <= x.shape[1]:
        raise RequestError("model_too_few_rows", rows=int(inside.sum()), terms=x.shape[1])
    weights = design.weights * inside
    triangle = _triangle(x[inside], weights[inside])
    # In these columns X'WX is the identity, so that the cross-products below keep their digits.
    z = np.linalg.solve(triangle.T, x.T).T
    turned = z.T @ (weights * y)
    full = np.linalg.solve(triangle, turned)
    if design.survey.replicates is not None:
        each = _replicated_coefficients(z[inside], y[inside], design.replicates[inside])
        return full, replicated(design.survey, full, np.linalg.solve(triangle, each.T).T)
    scores = z * (weights * (y - z @ turned))[:, None]
    return full, linearised(design, np.linalg.solve(triangle, scores.T).T)


def _triangle(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    triangle: np.ndarray = np.linalg.qr(x * np.sqrt(weights)[:, None])[1]
    lengths = np.sqrt((triangle**2).sum(axis=0))
    sizes = np.abs(np.diag(triangle)) / np.maximum(lengths, 1e-300)
    if (sizes <= 1e-10).any():
        raise RequestError("survey_collinear", place=int(np.argmin(sizes)) + 1)
    return triangle


def _replicated_coefficients(z: np.ndarray, y: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """Weighted least squares with each set of weights, R × p, from one pass over the rows."""
    width = z.shape[1]
    products = (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
    squares = (replicates.T @ products).reshape(-1, width, width)
    lengths = np.linalg.eigvalsh(squares)
    if (lengths[:, 0] <= 1e-10 * lengths[:, -1]).any():
        raise RequestError("survey_collinear_replicate", number=int(np.argmin(lengths[:, 0])) + 1)
    return np.linalg.solve(squares, (replicates.T @ (z * y[:, None]))[:, :, None])[:, :, 0]
