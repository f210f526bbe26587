"""Ordinary and weighted least squares, estimated by statsmodels, and all that becomes them by a transformation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.models.estimate import Estimate, Remark, coefficient_table
from qualityedu.models.options import FEW_CLUSTERS, Errors, Options
from qualityedu.models.sample import Sample
from qualityedu.models.sandwich import Regression, Spread, spread
from qualityedu.models.wald import wald
from qualityedu.models.wild import wild_tests

__all__ = ["Columns", "chosen_errors", "errors_sentence", "least_squares", "least_squares_on"]

# Beyond so many rows what takes long and is not needed is left out.
_MANY = 200_000
# Columns of length 1 whose cross-product has no smaller eigenvalue lose no digit that shows without QR.
_APART = 1e-4


@dataclass(frozen=True, eq=False)
class Columns:
    """What least squares are run on: an outcome and terms, and what was taken out of them (see `Regression`)."""

    outcome: pd.Series
    terms: pd.DataFrame
    clusters: tuple[np.ndarray, ...] = ()
    weights: np.ndarray | None = None
    absorbed: int = 0
    nested: bool = False
    outside: int = 0
    leverage: np.ndarray | float | None = 0.0
    extra: np.ndarray | None = None
    wild: bool = True


def least_squares(sample: Sample, options: Options) -> Estimate:
    """Least squares on `sample`, weighted where it has weights.

    `statistics`: `r2` (about 0 instead of the mean where there is no intercept), `r2_adjusted`, `ser` (root of
    the squared residuals over n−k, weighted where weights are), `f` and `f_p_value` (all terms but the intercept,
    with the same errors), `df_residual` (n−k), `df_inference` (of the t distribution), `log_likelihood`. `f` is
    missing where there is no such term and where the terms cannot be tested together.

    Raises RequestError `model_full_leverage` for HC2 or HC3 where one row alone decides a term.
    """
    columns = Columns(sample.outcome, sample.terms, sample.clusters, sample.weights)
    return least_squares_on(columns, options)


def least_squares_on(columns: Columns, options: Options) -> Estimate:
    """Least squares on columns that may have been transformed, with every kind of errors."""
    # Statsmodels takes two seconds to load, which a command that fits nothing should not wait for.
    from statsmodels.regression.linear_model import OLS, WLS

    if columns.weights is None:
        model = OLS(columns.outcome, columns.terms, hasconst=None if not columns.absorbed else False)
    else:
        model = WLS(columns.outcome, columns.terms, weights=columns.weights)
    rows, terms = columns.terms.shape
    model.df_resid = rows - terms - columns.absorbed
    errors = chosen_errors(columns, options)
    result = _solved(model, rows > _MANY)
    problem = _regression(result, columns)
    with np.errstate(divide="ignore", invalid="ignore"):  # a perfect fit has errors of 0 and t of infinity
        how = spread(problem, errors, options.small_sample)
        table = coefficient_table(columns.terms.columns, result.params, how.matrix, how.degrees)
        remarks = []
        values = dict(how.values)
        perfect = bool(result.rsquared > 1 - 1e-12)
        if errors == "wild" and not perfect:
            test = wild_tests(problem, table, options.seed)
            table = table.assign(lower=test.lower, upper=test.upper, p_value=test.p_value)
            values |= {"draws": test.draws, "seed": options.seed}
            errors_said = Remark("errors_wild_all" if test.every else "errors_wild", values)
            if not np.isfinite(test.lower).all() or not np.isfinite(test.upper).all():
                remarks.append(Remark("wild_open", {"clusters": values["clusters"]}))
        else:
            errors_said = errors_sentence("cluster" if errors == "wild" else errors, options, values)
        _give(result, how, columns)
        slopes = [str(name) for name in columns.terms.columns if name != "Intercept"]
        joint = None if perfect else wald(result.params, how.matrix, how.degrees, slopes, problem.bread)
        statistics = _statistics(result, how)
    statistics["f"], statistics["f_p_value"] = (joint.f, joint.p_value) if joint else (float("nan"), float("nan"))
    return Estimate(
        table=table,
        covariance=pd.DataFrame(how.matrix, index=table["term"], columns=table["term"]),
        degrees=how.degrees,
        errors=errors,
        errors_said=errors_said,
        statistics=statistics,
        warnings=(*remarks, *_warnings(problem, how, errors, perfect, bool(slopes) and joint is None, len(slopes))),
        result=result,
        scale=problem.bread,
    )


def _solved(model: Any, many: bool) -> Any:
    """By QR, which unlike the pseudo-inverse keeps its digits where columns are of very unlike size.

    The library also works out a pseudo-inverse as long as the table, which takes longer than all the rest.
    """
    if not many:
        return model.fit(method="qr", use_t=True)
    from statsmodels.regression.linear_model import OLSResults, RegressionResults, RegressionResultsWrapper

    x, y = model.wexog, model.wendog
    lengths = np.sqrt(np.einsum("ij,ij->j", x, x))
    plain = x.T @ x / np.outer(lengths, lengths)
    if np.linalg.eigvalsh(plain)[0] > _APART:
        inverse = np.linalg.inv(plain) / np.outer(lengths, lengths)
        params = inverse @ (x.T @ y)
        params = params + inverse @ (x.T @ (y - x @ params))  # once more, for the last digits
    else:
        basis, triangle = np.linalg.qr(x)
        root = np.linalg.inv(triangle)
        params, inverse = root @ (basis.T @ y), root @ root.T
    model.rank = len(params)
    model.df_model = float(model.rank - model.k_constant)
    made = RegressionResults if model.__class__.__name__ == "WLS" else OLSResults
    results = made(model, params, normalized_cov_params=inverse, use_t=True)
    return RegressionResultsWrapper(results)


def chosen_errors(columns: Columns, options: Options) -> Errors:
    """Clustered errors that were not asked for by name are bootstrapped where clusters are few."""
    few = options.errors == "cluster" and len(columns.clusters) == 1 and columns.clusters[0].max() + 1 < FEW_CLUSTERS
    if few and options.by_default and columns.wild:
        return "wild"
    return options.errors


def _regression(result: Any, columns: Columns) -> Regression:
    root = 1.0 if columns.weights is None else np.sqrt(columns.weights)[:, None]
    return Regression(
        x=result.model.wexog,
        y=result.model.wendog,
        residuals=np.asarray(result.wresid),
        bread=np.asarray(result.normalized_cov_params),
        clusters=columns.clusters,
        absorbed=columns.absorbed,
        nested=columns.nested,
        outside=columns.outside,
        leverage=0.0 if columns.leverage is None else columns.leverage,
        extra=None if columns.extra is None else columns.extra * root,
    )


def _give(result: Any, how: Spread, columns: Columns) -> None:
    """The library's object gets the covariance that the table shows, for whoever works on with it."""
    result.cov_params_default = pd.DataFrame(how.matrix, index=columns.terms.columns, columns=columns.terms.columns)
    result.df_resid_inference = how.degrees


def errors_sentence(errors: Errors, options: Options, values: dict[str, object]) -> Remark:
    """How the standard errors were worked out, with the small-sample factor."""
    if errors == "cluster" and options.small_sample != "clusters":
        return Remark(f"errors_cluster_{options.small_sample}", values)
    return Remark(f"errors_{errors.lower()}", values)


def _statistics(result: Any, how: Spread) -> dict[str, float]:
    return {
        "r2": float(result.rsquared),
        "r2_adjusted": float(result.rsquared_adj),
        "ser": float(np.sqrt(result.scale)),
        "df_residual": float(result.df_resid),
        "df_inference": float(how.degrees),
        "log_likelihood": float(result.llf),
    }


def _warnings(
    problem: Regression, how: Spread, errors: Errors, perfect: bool, untested: bool, slopes: int
) -> tuple[Remark, ...]:
    remarks = []
    groups = min((int(codes.max()) + 1 for codes in problem.clusters), default=FEW_CLUSTERS)
    if groups < FEW_CLUSTERS and errors in ("cluster", "moulton"):
        remarks.append(Remark("few_clusters", {"clusters": groups, "enough": FEW_CLUSTERS}))
    if groups < FEW_CLUSTERS and errors == "driscoll_kraay":
        remarks.append(Remark("few_periods", {"periods": groups, "enough": FEW_CLUSTERS}))
    if how.mended:
        remarks.append(Remark("covariance_mended"))
    if errors != "classical" and (alone := _alone(problem)):
        remarks.append(Remark("full_leverage", {"rows": alone}))
    if perfect:
        remarks.append(Remark("perfect_fit"))
    elif untested:
        remarks.append(Remark("no_joint_test", {"terms": slopes}))
    return tuple(remarks)


def _alone(problem: Regression) -> int:
    """How many rows decide a coefficient by themselves: their leverage is 1, their residual 0 by construction."""
    lengths = np.sqrt(np.einsum("ij,ij->j", problem.x, problem.x))
    largest = np.linalg.eigvalsh(problem.bread * np.outer(lengths, lengths))[-1]
    # No row can reach a leverage of 1 where the largest values together cannot.
    if largest * float((np.abs(problem.x).max(axis=0) ** 2 / lengths**2).sum()) < 0.9:
        return 0
    basis = np.linalg.qr(problem.x)[0]
    leverage = np.einsum("ij,ij->i", basis, basis)
    return int((leverage > 1 - 1e-10).sum())
