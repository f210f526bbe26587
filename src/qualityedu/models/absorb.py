"""Taking sets of effects (districts, years) out of columns, instead of estimating one coefficient for each."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from qualityedu.errors import RequestError
from qualityedu.models.sandwich import sums_by

__all__ = ["absorb", "absorbed_degrees", "alone", "fast_library", "nested_in"]

# The library's own criterion is 1e-6, which leaves differences of 1e-7 in coefficients.
_TOLERANCE = 1e-10


def fast_library() -> bool:
    """Whether pyfixest is installed, which absorbs several sets of effects fastest."""
    return find_spec("pyfixest") is not None


def absorb(
    columns: np.ndarray, effects: tuple[np.ndarray, ...], weights: np.ndarray | None = None, *, fast: bool | None = None
) -> np.ndarray:
    """`columns` less what the sets of effects account for; `weights` are those of least squares.

    One set is group means; several are taken out by pyfixest where it is installed and by linearmodels otherwise
    (`fast` chooses). Raises RequestError `model_not_converged` where the rounds do not come to an end.
    """
    if len(effects) == 1:
        return _less_means(columns, effects[0], weights)
    scale = np.sqrt((columns**2).mean(axis=0))
    scale[scale == 0] = 1
    remaining = (
        _by_pyfixest(columns / scale, effects, weights)
        if (fast_library() if fast is None else fast)
        else _by_linearmodels(columns / scale, effects, weights)
    )
    return remaining * scale


def absorbed_degrees(effects: tuple[np.ndarray, ...]) -> int:
    """How many coefficients sets of effects stand for, the intercept among them.

    Exact for one and two sets (levels less the connected parts of their graph); beyond, one is taken off for each
    further set, which is the most there can be.
    """
    levels = [int(codes.max()) + 1 for codes in effects]
    if len(effects) == 1:
        return levels[0]
    links = coo_array(
        (np.ones(len(effects[0]), dtype="int8"), (effects[0], levels[0] + effects[1])), [sum(levels[:2])] * 2
    )
    parts = int(connected_components(links, directed=False)[0])
    return sum(levels) - parts - (len(levels) - 2)


def nested_in(inner: np.ndarray, outer: np.ndarray) -> bool:
    """Whether each level of `inner` lies in one level of `outer` only."""
    home = np.zeros(int(inner.max()) + 1, dtype=outer.dtype)
    home[inner] = outer
    return bool((home[inner] == outer).all())


def alone(effects: tuple[np.ndarray, ...]) -> int:
    """How many rows are the only one of their level in some set, and so say nothing about a slope."""
    single = np.zeros(len(effects[0]), dtype=bool)
    for codes in effects:
        single |= np.bincount(codes)[codes] == 1
    return int(single.sum())


def _less_means(columns: np.ndarray, codes: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    if weights is None:
        means = sums_by(codes, columns) / np.bincount(codes)[:, None]
    else:
        means = sums_by(codes, columns * weights[:, None]) / np.bincount(codes, weights)[:, None]
    return columns - means[codes]


def _by_pyfixest(columns: np.ndarray, effects: tuple[np.ndarray, ...], weights: np.ndarray | None) -> np.ndarray:
    from pyfixest.core.demean import demean

    even = np.ones(len(columns)) if weights is None else weights
    remaining, converged = demean(columns, np.column_stack(effects).astype("uint64"), even, tol=_TOLERANCE)
    if not converged:
        raise RequestError("model_not_converged", estimator="panel")
    return np.asarray(remaining)


def _by_linearmodels(columns: np.ndarray, effects: tuple[np.ndarray, ...], weights: np.ndarray | None) -> np.ndarray:
    from linearmodels.iv.absorbing import lsmr_annihilate
    from linearmodels.panel.utility import dummy_matrix

    named = pd.DataFrame({str(place): pd.Categorical(codes) for place, codes in enumerate(effects)})
    dummies, _ = dummy_matrix(named, output_format="csc", drop="first", precondition=False)
    root = np.ones(len(columns)) if weights is None else np.sqrt(weights)
    weighted = dummies.multiply(root[:, None]).tocsc()
    remaining = lsmr_annihilate(weighted, columns * root[:, None], use_cache=False, atol=1e-14, btol=1e-14)
    return np.asarray(remaining) / root[:, None]
