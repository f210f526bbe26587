"""Values with their weights, made ready for every measure here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["EQUAL", "Weighted", "Weights", "weighted"]

# Every unit counts alike.
EQUAL: Literal["equal"] = "equal"

Weights = ArrayLike | Literal["equal"]


@dataclass(frozen=True)
class Weighted:
    """Known values with shares that add up to 1; `kept` says which of the given units they are."""

    values: NDArray[np.float64]
    shares: NDArray[np.float64]
    kept: NDArray[np.bool_]

    @property
    def mean(self) -> float:
        """The weighted mean, exact where all values are alike; nan without units."""
        if not self.values.size:
            return float("nan")
        lowest = float(self.values.min())
        return lowest + float(np.sum(self.shares * (self.values - lowest)))

    @property
    def measurable(self) -> bool:
        """Whether inequality is defined at all: two units or more, none below 0, the mean above it."""
        return self.values.size > 1 and float(self.values.min()) >= 0 and self.mean > 0


def weighted(values: ArrayLike, weights: Weights) -> Weighted:
    """Values of length n with weights of length n, or with the word "equal".

    Units without a value, or whose weight is missing or not positive, are left out. Raises ValueError for
    another word, and for lengths that differ.
    """
    given = np.asarray(values, dtype=np.float64)
    if isinstance(weights, str):
        if weights != EQUAL:
            raise ValueError(f"weights is {weights!r}; it is an array of weights or {EQUAL!r}.")
        amounts = np.ones(given.shape)
    else:
        amounts = np.asarray(weights, dtype=np.float64)
    if given.ndim != 1 or given.shape != amounts.shape:
        raise ValueError(f"values have the shape {given.shape} and weights {amounts.shape}; both are of length n.")
    kept = np.isfinite(given) & np.isfinite(amounts) & (amounts > 0)
    total = float(amounts[kept].sum())
    return Weighted(given[kept], amounts[kept] / total if total else amounts[kept], kept)
