"""Instrumental variables: two-stage least squares and LIML, estimated by linearmodels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from qualityedu.errors import RequestError
from qualityedu.models.absorb import absorb, absorbed_degrees, nested_in
from qualityedu.models.estimate import Estimate, Remark, coefficient_table
from qualityedu.models.least_squares import errors_sentence
from qualityedu.models.options import FEW_CLUSTERS, Options
from qualityedu.models.sample import Sample
from qualityedu.models.sandwich import Regression, spread
from qualityedu.models.suitability import refuse_collinear, refuse_constant
from qualityedu.models.wald import JointTest, wald

__all__ = ["WEAK", "instrumented"]

# Staiger and Stock 1997, "Instrumental variables regression with weak instruments", Econometrica 65(3).
WEAK = 10.0


def instrumented(sample: Sample, options: Options) -> Estimate:
    """Two-stage least squares (`2sls`) or limited-information maximum likelihood (`liml`).

    Covariances are those of linearmodels with its correction for degrees of freedom: classical and HC1 times
    n/(n−k), clustered times G/(G−1) × (n−1)/(n−k); HC0 without one. Sets of `effects` are absorbed first.

    `statistics`, beside those of least squares: `first_stage_f` (of the instruments in the first stage, the
    smallest over endogenous columns, with the errors of the fit; by column `first_stage_f_<term>`),
    `partial_r2_<term>`, `cragg_donald`, `anderson_rubin_f` with its p-value (that the endogenous terms are all 0,
    right however weak the instruments), `endogeneity_f` (control function: that least squares would do),
    `sargan` with its p-value where there are more instruments than endogenous terms, `kappa` for LIML.
    """
    if sample.instruments is None:
        raise RequestError("model_needs_instruments")
    inner = list(sample.endogenous)
    if sample.instruments.shape[1] < len(inner) or not inner:
        raise RequestError(
            "model_too_few_instruments", instruments=sample.instruments.shape[1], endogenous=", ".join(inner)
        )
    outcome, terms, instruments = _columns(sample, options)
    outer = [name for name in terms.columns if name not in inner]
    everything = pd.concat([terms[outer], instruments], axis=1)
    refuse_collinear(everything)
    result = _library(outcome, terms[outer], terms[inner], instruments, sample.weights, options)
    root = np.ones(len(outcome)) if sample.weights is None else np.sqrt(sample.weights)
    x, z = (frame.to_numpy() * root[:, None] for frame in (terms, everything))
    y = outcome.to_numpy() * root
    params = result.params[terms.columns]
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    kappa = float(result.kappa) if options.method == "liml" else 1.0
    bread = np.linalg.inv(kappa * fitted.T @ fitted + (1 - kappa) * x.T @ x)
    taken = _taken(sample)
    residuals = y - x @ params.to_numpy()
    problem = replace(taken, x=fitted, y=y, residuals=residuals, bread=bread)
    how = spread(problem, options.errors, options.small_sample)
    table = coefficient_table(terms.columns, params, how.matrix, how.degrees)
    total = y - root * ((root * y).sum() / (root**2).sum()) if not sample.effects else y
    squares = float(residuals @ residuals)
    slopes = [str(name) for name in terms.columns if name != "Intercept"]
    joint = wald(params, how.matrix, how.degrees, slopes, bread)
    statistics = {
        "r2": 1 - squares / float(total @ total),
        "ser": float(np.sqrt(squares / problem.degrees)),
        "df_residual": float(problem.degrees),
        "df_inference": float(how.degrees),
        "f": joint.f if joint else float("nan"),
        "f_p_value": joint.p_value if joint else float("nan"),
        **({"kappa": kappa} if options.method == "liml" else {}),
        **_strength(terms, outer, inner, instruments, root, taken, options),
        **_tests(y, x, z, residuals, terms, everything, inner, instruments, root, taken, options),
    }
    remarks = []
    if (groups := sample.cluster_count) is not None and groups < FEW_CLUSTERS:
        remarks.append(Remark("few_clusters", {"clusters": groups, "enough": FEW_CLUSTERS}))
    if statistics["first_stage_f"] < WEAK:
        remarks.append(Remark("weak_instruments", {"f": round(statistics["first_stage_f"], 2), "enough": WEAK}))
    return Estimate(
        table=table,
        covariance=pd.DataFrame(how.matrix, index=table["term"], columns=table["term"]),
        degrees=how.degrees,
        errors=options.errors,
        errors_said=errors_sentence(options.errors, options, dict(how.values)),
        statistics=statistics,
        warnings=tuple(remarks),
        result=result,
        scale=bread,
    )


def _columns(sample: Sample, options: Options) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Outcome, terms and instruments, less the sets of effects where there are any."""
    assert sample.instruments is not None
    if not sample.effects:
        return sample.outcome, sample.terms, sample.instruments
    terms = sample.terms.drop(columns="Intercept", errors="ignore")
    before = np.column_stack([sample.outcome.to_numpy(), terms.to_numpy(), sample.instruments.to_numpy()])
    after = absorb(before, sample.effects, sample.weights)
    width = terms.shape[1]
    left = pd.DataFrame(after[:, 1 : width + 1], index=terms.index, columns=terms.columns)
    instruments = pd.DataFrame(after[:, width + 1 :], index=terms.index, columns=sample.instruments.columns)
    names = ", ".join(options.effects)
    refuse_constant(after[:, 0], left, (before[:, 0], terms), names)
    refuse_constant(after[:, 0], instruments, (before[:, 0], sample.instruments), names)
    refuse_collinear(left)
    return pd.Series(after[:, 0], index=terms.index, name=sample.outcome.name), left, instruments


def _library(
    outcome: pd.Series,
    outer: pd.DataFrame,
    inner: pd.DataFrame,
    instruments: pd.DataFrame,
    weights: Any,
    options: Options,
) -> Any:
    from linearmodels.iv import IV2SLS, IVLIML

    model = IVLIML if options.method == "liml" else IV2SLS
    exogenous = outer if outer.shape[1] else None
    return model(outcome, exogenous, inner, instruments, weights=weights).fit(cov_type="unadjusted", debiased=True)


def _taken(sample: Sample) -> Regression:
    """What the effects took out, with empty columns to be filled in."""
    nothing = np.empty((len(sample.outcome), 0))
    nested = [all(nested_in(codes, outer) for outer in sample.clusters) for codes in sample.effects]
    levels = [int(codes.max()) + 1 for codes in sample.effects]
    outside = sum(count - 1 for count, inside in zip(levels, nested, strict=True) if not inside)
    return Regression(
        x=nothing,
        y=nothing,
        residuals=nothing,
        bread=nothing,
        clusters=sample.clusters,
        absorbed=absorbed_degrees(sample.effects) if sample.effects else 0,
        nested=len(nested) == 1 and bool(sample.clusters) and nested[0],
        outside=1 + outside if sample.effects else 0,
    )


def _test(
    y: np.ndarray, columns: pd.DataFrame, root: np.ndarray, asked: list[str], taken: Regression, options: Options
) -> tuple[JointTest | None, np.ndarray]:
    """Least squares with the errors of the fit: the joint test of some columns, and the residuals."""
    x = columns.to_numpy() * root[:, None]
    bread = np.linalg.inv(x.T @ x)
    estimates = bread @ (x.T @ y)
    residuals = y - x @ estimates
    problem = replace(taken, x=x, y=y, residuals=residuals, bread=bread)
    how = spread(problem, options.errors, options.small_sample)
    return wald(pd.Series(estimates, index=columns.columns), how.matrix, how.degrees, asked, bread), residuals


def _strength(
    terms: pd.DataFrame,
    outer: list[str],
    inner: list[str],
    instruments: pd.DataFrame,
    root: np.ndarray,
    taken: Regression,
    options: Options,
) -> dict[str, float]:
    columns = pd.concat([terms[outer], instruments], axis=1)
    found: dict[str, float] = {}
    full, short = np.empty((len(terms), len(inner))), np.empty((len(terms), len(inner)))
    base = terms[outer].to_numpy() * root[:, None]
    for place, name in enumerate(inner):
        values = terms[name].to_numpy() * root
        test, full[:, place] = _test(values, columns, root, list(instruments.columns), taken, options)
        short[:, place] = values - base @ np.linalg.lstsq(base, values, rcond=None)[0] if outer else values
        found[f"first_stage_f_{name}"] = test.f if test else float("nan")
        before = float(short[:, place] @ short[:, place])
        found[f"partial_r2_{name}"] = 1 - float(full[:, place] @ full[:, place]) / before
    found["first_stage_f"] = min(found[f"first_stage_f_{name}"] for name in inner)
    degrees = len(terms) - columns.shape[1] - taken.absorbed
    noise = full.T @ full / degrees
    found["cragg_donald"] = float(
        np.linalg.eigvals(np.linalg.solve(noise, short.T @ short - full.T @ full)).real.min() / instruments.shape[1]
    )
    return found


def _tests(
    y: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    residuals: np.ndarray,
    terms: pd.DataFrame,
    everything: pd.DataFrame,
    inner: list[str],
    instruments: pd.DataFrame,
    root: np.ndarray,
    taken: Regression,
    options: Options,
) -> dict[str, float]:
    reduced, _ = _test(y, everything, root, list(instruments.columns), taken, options)
    ends = terms[inner].to_numpy() * root[:, None]
    surplus = (ends - z @ np.linalg.lstsq(z, ends, rcond=None)[0]) / root[:, None]
    controls = pd.DataFrame(surplus, index=terms.index, columns=[f"residual of {name}" for name in inner])
    control, _ = _test(y, pd.concat([terms, controls], axis=1), root, list(controls.columns), taken, options)
    more = instruments.shape[1] - len(inner)
    found = {
        "anderson_rubin_f": reduced.f if reduced else float("nan"),
        "anderson_rubin_p_value": reduced.p_value if reduced else float("nan"),
        "endogeneity_f": control.f if control else float("nan"),
        "endogeneity_p_value": control.p_value if control else float("nan"),
    }
    if more:
        explained = z @ np.linalg.lstsq(z, residuals, rcond=None)[0]
        statistic = len(y) * float(explained @ explained) / float(residuals @ residuals)
        found |= {"sargan": statistic, "sargan_p_value": float(stats.chi2.sf(statistic, more))}
    return found
