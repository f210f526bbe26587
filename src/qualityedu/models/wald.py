"""The joint test of several coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["JointTest", "wald"]


@dataclass(frozen=True)
class JointTest:
    """An F test that several coefficients are all 0, with `df` and `df_residual` degrees of freedom."""

    terms: tuple[str, ...]
    f: float
    df: int
    df_residual: float
    p_value: float


def wald(
    estimates: pd.Series, covariance: np.ndarray, degrees: float, terms: Sequence[str], scale: np.ndarray | None = None
) -> JointTest | None:
    """The Wald test, as F, that the coefficients of `terms` are all 0.

    `covariance` and `scale`, their covariance under equal variances up to a factor, run as `estimates` do. None
    where the terms cannot be tested together: their covariance has not full rank, as with fewer clusters than
    coefficients or a coefficient that one row decides.
    """
    if not terms:
        return None
    places = [list(estimates.index).index(term) for term in terms]
    values, spread = estimates.to_numpy()[places], covariance[np.ix_(places, places)]
    plain = np.diag(np.diag(spread)) if scale is None else scale[np.ix_(places, places)]
    # F stays as it is when the coefficients are first whitened by their classical covariance; ranks are then judged
    # free of units, so that a coefficient in millionths is not taken for 0.
    try:
        white = np.linalg.inv(np.linalg.cholesky(plain))
    except np.linalg.LinAlgError:
        return None
    turned = white @ spread @ white.T
    lengths = np.linalg.eigvalsh(turned)
    if not lengths[0] > 1e-10 * lengths[-1]:
        return None
    moved = white @ values
    f = float(moved @ np.linalg.solve(turned, moved)) / len(places)
    p_value = stats.chi2.sf(f * len(places), len(places)) if np.isinf(degrees) else stats.f.sf(f, len(places), degrees)
    return JointTest(tuple(terms), f, len(places), float(degrees), float(p_value))
