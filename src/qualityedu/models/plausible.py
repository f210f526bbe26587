"""Several plausible values of one thing: one estimate, with the imputation in its error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qualityedu.models.survey import Sampling

__all__ = ["Combined", "combine"]


@dataclass(frozen=True, eq=False)
class Combined:
    """p estimates over M plausible values: each array has p numbers."""

    estimate: np.ndarray
    sampling_variance: np.ndarray
    imputation_variance: np.ndarray
    standard_error: np.ndarray
    df: np.ndarray


def combine(estimates: np.ndarray, variances: np.ndarray, *, df: float, sampling: Sampling = "every_value") -> Combined:
    """Rubin's rules for M plausible values (rows) of p figures (columns), from their estimates and variances.

    The estimate is the mean. The sampling variance U is the mean of the M variances, or that of the first
    value alone. The imputation variance B is the variance of the estimates with divisor M−1. The error
    variance is U + (1 + 1/M) B (OECD, PISA Data Analysis Manual, 2nd ed. 2009, chapter 8; Rubin 1987).

    `df` is what the design has with complete data. Degrees of freedom are those of Barnard and Rubin (1999,
    Biometrika 86): 1/(1/ν₁ + 1/ν₂), with ν₁ = (M−1)/λ², ν₂ = (df+1)/(df+3) · df · (1−λ), λ = (1+1/M)B over the
    error variance; with one value, `df` itself.
    """
    count = len(estimates)
    within = variances[0] if sampling == "first_value" else variances.mean(axis=0)
    between = estimates.var(axis=0, ddof=1) if count > 1 else np.zeros(estimates.shape[1])
    added = (1 + 1 / count) * between
    total = within + added
    return Combined(estimates.mean(axis=0), within, between, np.sqrt(total), _degrees(count, added, total, df))


def _degrees(count: int, added: np.ndarray, total: np.ndarray, df: float) -> np.ndarray:
    if count == 1:
        return np.full(len(total), df)
    share = np.divide(added, total, out=np.zeros_like(total), where=total > 0)
    complete = (df + 1) / (df + 3) * df * (1 - share)
    # λ = 0 leaves the complete-data term alone, written so that nothing is divided by 0.
    return np.divide(complete * (count - 1), (count - 1) + complete * share**2)
