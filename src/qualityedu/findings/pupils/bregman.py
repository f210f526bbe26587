"""u·ln u − u + 1: what Theil's T adds up, in a form that never cancels."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

__all__ = ["divergence", "divergence_of"]

# Nearer to 1 than this the series is exact to 1e-13, and (1 + d)·ln(1 + d) − d would lose digits.
_NEAR = 0.01


def divergence(apart: nw.Expr) -> nw.Expr:
    """u·ln u − u + 1 of u = 1 + `apart`, row by row on the engine; 1 where u is 0."""
    u = apart + 1.0
    positive = nw.when(u > 0).then(u).otherwise(1.0)
    far = nw.when(u > 0).then(positive * positive.log() - apart).otherwise(1.0)
    return nw.when(apart.abs() < _NEAR).then(_series(apart)).otherwise(far)


def divergence_of(apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same of an array; nan where u is below 0."""
    u = apart + 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.where(u > 0, u * np.log(np.where(u > 0, u, 1.0)) - apart, np.where(u == 0, 1.0, np.nan))
    near = np.abs(apart) < _NEAR
    return np.where(near, _series(np.where(near, apart, 0.0)), far)


def _series(d: Any) -> Any:
    """Σ (−d)ᵏ/(k(k − 1)) from k = 2, by Horner's rule."""
    tail = d * 0.0
    for k in range(9, 1, -1):
        tail = tail * -d + 1 / (k * (k - 1))
    return tail * d * d
