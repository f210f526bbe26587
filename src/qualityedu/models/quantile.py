"""Quantile regression, estimated by statsmodels and held against the linear programme that it approximates."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.stats import norm

from qualityedu.errors import RequestError
from qualityedu.models.estimate import Estimate, Remark, coefficient_table
from qualityedu.models.options import FEW_CLUSTERS, Options
from qualityedu.models.sample import Sample
from qualityedu.models.sandwich import sums_by
from qualityedu.models.wald import wald

__all__ = ["quantiles"]

# The programme is solved up to here, in about a second.
_MOST_ROWS = 20_000
# A sum of absolute deviations that is larger by this share is not at the minimum.
_SHORT = 1e-7


def quantiles(sample: Sample, options: Options) -> Estimate:
    """The `quantile` of the outcome, given the terms (Koenker and Bassett 1978).

    Statsmodels' reweighted least squares can stop short without saying so; up to 20,000 rows they are held against
    the linear programme, which is taken where it comes lower. Errors rest on the density of the residuals at 0
    (Epanechnikov's kernel, bandwidth of Hall and Sheather 1988): `classical` takes residuals as drawn alike in
    every row, `HC1`, the default, takes each row's own score, `cluster` sums the scores by cluster, times G/(G−1).
    `statistics`: `pseudo_r1` (Koenker and Machado 1999), `bandwidth`, `quantile`, `loss` (the minimum).
    """
    from statsmodels.regression.quantile_regression import QuantReg, hall_sheather
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, IterationLimitWarning

    x, y, quantile = sample.terms.to_numpy(), sample.outcome.to_numpy(), options.quantile
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        result = QuantReg(sample.outcome, sample.terms).fit(q=quantile, max_iter=5000)
    stopped = any(issubclass(each.category, (IterationLimitWarning, ConvergenceWarning)) for each in heard)
    estimates = np.asarray(result.params)
    remarks = []
    if len(y) <= _MOST_ROWS:
        exact = _by_programme(x, y, quantile)
        if _loss(y - x @ estimates, quantile) > (1 + _SHORT) * _loss(y - x @ exact, quantile):
            estimates = exact
            remarks.append(Remark("quantile_programme"))
        stopped = False
    if stopped or not np.isfinite(estimates).all():
        raise RequestError("model_not_converged", estimator="quantile")
    residuals = y - x @ estimates
    spread = min(float(np.std(y)), float(np.subtract(*np.percentile(residuals, [75, 25]))) / 1.34)
    step = hall_sheather(len(y), quantile)
    width = spread * float(norm.ppf(quantile + step) - norm.ppf(quantile - step))
    if not np.isfinite(width) or width <= 0:
        raise RequestError("model_not_converged", estimator="quantile")
    density = float(np.maximum(0.75 * (1 - (residuals / width) ** 2), 0).sum() / (len(y) * width))
    bread = np.linalg.inv(x.T @ x)
    covariance, degrees = _covariance(x, residuals, bread / density, sample, options)
    table = coefficient_table(sample.terms.columns, estimates, covariance, degrees)
    slopes = [str(name) for name in sample.terms.columns if name != "Intercept"]
    joint = wald(pd.Series(estimates, index=sample.terms.columns), covariance, degrees, slopes, bread)
    loss = _loss(residuals, quantile)
    statistics = {
        "pseudo_r1": 1 - loss / _loss(y - np.quantile(y, quantile), quantile),
        "quantile": quantile,
        "bandwidth": width,
        "loss": loss,
        "df_residual": float(len(y) - x.shape[1]),
        "df_inference": degrees,
        "f": joint.f if joint else float("nan"),
        "f_p_value": joint.p_value if joint else float("nan"),
    }
    groups = sample.cluster_count
    if groups is not None and groups < FEW_CLUSTERS:
        remarks.append(Remark("few_clusters", {"clusters": groups, "enough": FEW_CLUSTERS}))
    values: dict[str, object] = {"quantile": quantile, "degrees": int(degrees), "clusters": groups}
    return Estimate(
        table=table,
        covariance=pd.DataFrame(covariance, index=table["term"], columns=table["term"]),
        degrees=degrees,
        errors=options.errors,
        errors_said=Remark(f"errors_{options.errors.lower()}_quantile", values),
        statistics=statistics,
        warnings=tuple(remarks),
        result=result,
        scale=bread,
    )


def _loss(residuals: np.ndarray, quantile: float) -> float:
    return float(np.where(residuals > 0, quantile * residuals, (quantile - 1) * residuals).sum())


def _by_programme(x: np.ndarray, y: np.ndarray, quantile: float) -> np.ndarray:
    """The minimum by the dual programme, whose multipliers are the coefficients (Koenker 2005, section 6.2)."""
    scale = np.sqrt((x**2).mean(axis=0))
    columns = x / scale
    solved = linprog(-y, A_eq=columns.T, b_eq=(1 - quantile) * columns.sum(axis=0), bounds=(0, 1), method="highs")
    if solved.status != 0:
        raise RequestError("model_not_converged", estimator="quantile")
    return -np.asarray(solved.eqlin.marginals) / scale


def _covariance(
    x: np.ndarray, residuals: np.ndarray, bread: np.ndarray, sample: Sample, options: Options
) -> tuple[np.ndarray, float]:
    quantile, degrees = options.quantile, float(len(x) - x.shape[1])
    if options.errors == "classical":
        return quantile * (1 - quantile) * bread @ x.T @ x @ bread, degrees
    scores = x * np.where(residuals > 0, quantile, quantile - 1)[:, None]
    factor = 1.0
    if options.errors == "cluster":
        scores = sums_by(sample.clusters[0], scores)
        degrees = len(scores) - 1.0
        factor = len(scores) / degrees
    return factor * bread @ scores.T @ scores @ bread, degrees
