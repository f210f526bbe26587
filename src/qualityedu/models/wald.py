"""The joint test of several coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["JointTest", "wald"]


@dataclass(frozen=True)
class JointTest:
    """An F test that several coefficients are all 0, with `df` and `df_residual` degrees of freedom."""

    terms: tuple[str, ...]
    f: float
    df: int
    df_residual: float
    p_value: float


def wald(result: Any, places: list[int]) -> JointTest | None:
    """The Wald test, as F, that the coefficients at `places` of a statsmodels result are all 0.

    None where they cannot be tested together: their covariance has not full rank, as with fewer clusters than
    coefficients or a coefficient that one row decides.
    """
    if not places:
        return None
    # F stays as it is when the coefficients are first whitened by their classical covariance; ranks are then judged
    # free of units, so that a coefficient in millionths is not taken for 0.
    classical = np.asarray(result.normalized_cov_params)[np.ix_(places, places)]
    rows = np.linalg.solve(np.linalg.cholesky(classical), np.eye(len(result.params))[places])
    lengths = np.linalg.eigvalsh(rows @ np.asarray(result.cov_params()) @ rows.T)
    if not lengths[0] > 1e-10 * lengths[-1]:
        return None
    test = result.f_test(rows)
    terms = tuple(str(result.params.index[place]) for place in places)
    return JointTest(terms, float(test.fvalue), len(places), float(test.df_denom), float(test.pvalue))
