"""Panels: absorbed effects, first differences and random effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.absorb import absorb, absorbed_degrees, alone, nested_in
from qualityedu.models.estimate import Estimate, Remark
from qualityedu.models.least_squares import Columns, chosen_errors, least_squares_on
from qualityedu.models.options import Options
from qualityedu.models.sample import Sample
from qualityedu.models.sandwich import sums_by
from qualityedu.models.suitability import refuse_collinear, refuse_constant

__all__ = ["panel"]

# Effects outside the clusters come back as columns for the wild bootstrap, up to this many.
_MOST_COLUMNS = 200


def panel(sample: Sample, options: Options) -> Estimate:
    """One of three ways with repeated rows of a unit.

    `within`: every set of `effects` is absorbed. `r2` is of what is left after absorbing, `r2_within` of deviations
    from the means of the first set, `r2_with_effects` counts what the effects account for.
    `first_differences`: `effects` are the unit and the time; each row less the one of the time before, the
    intercept staying as the mean change. A row with none before it is left out and counted.
    `random_effects`: generalised least squares with the variances of Swamy and Arora 1972, as linearmodels has
    them: `variance_effects`, `variance_residual` and `theta`, the share of a unit's mean that is taken off (the
    median over units).
    """
    if options.method == "first_differences":
        return _first_differences(sample, options)
    if options.method == "random_effects":
        return _random_effects(sample, options)
    return _within(sample, options)


def _within(sample: Sample, options: Options) -> Estimate:
    terms = sample.terms.drop(columns="Intercept", errors="ignore")
    if terms.empty:
        raise RequestError("model_no_terms")
    names = ", ".join(options.effects)
    before = np.column_stack([sample.outcome.to_numpy(), terms.to_numpy()])
    after = absorb(before, sample.effects, sample.weights)
    outcome = pd.Series(after[:, 0], index=sample.outcome.index, name=sample.outcome.name)
    left = pd.DataFrame(after[:, 1:], index=terms.index, columns=terms.columns)
    refuse_constant(after[:, 0], left, (before[:, 0], terms), names)
    refuse_collinear(left)
    absorbed = absorbed_degrees(sample.effects)
    rows, count = left.shape
    if rows <= count + absorbed:
        raise RequestError("model_too_few_rows", rows=rows, terms=count + absorbed)
    columns = _clustered(Columns(outcome, left, sample.clusters, sample.weights, absorbed), sample, options)
    if options.errors in ("HC2", "HC3"):
        columns = replace(columns, leverage=_leverage(sample, options))
    estimate = least_squares_on(columns, options)
    weights = np.ones(rows) if sample.weights is None else sample.weights
    slopes = estimate.table["estimate"].to_numpy()
    squares = float((weights * (after[:, 0] - after[:, 1:] @ slopes) ** 2).sum())
    own = np.column_stack([before[:, 0], before[:, 0] - before[:, 1:] @ slopes])
    first = absorb(own, sample.effects[:1], sample.weights)
    statistics = estimate.statistics | {
        "r2": 1 - squares / float((weights * after[:, 0] ** 2).sum()),
        "r2_within": 1 - float((weights * first[:, 1] ** 2).sum()) / float((weights * first[:, 0] ** 2).sum()),
        "r2_with_effects": 1 - squares / float((weights * _centred(before[:, 0], weights) ** 2).sum()),
        "absorbed": float(absorbed),
        **{
            f"levels_{name}": float(codes.max() + 1)
            for name, codes in zip(options.effects, sample.effects, strict=True)
        },
    }
    statistics["r2_adjusted"] = 1 - (1 - statistics["r2_with_effects"]) * (rows - 1) / statistics["df_residual"]
    remarks = list(estimate.warnings)
    if single := alone(sample.effects):
        remarks.append(Remark("singletons", {"rows": single}))
    return replace(estimate, statistics=statistics, warnings=tuple(remarks))


def _clustered(columns: Columns, sample: Sample, options: Options) -> Columns:
    """How the absorbed effects lie in the clusters, for the small-sample factor and the bootstrap."""
    if not columns.clusters:
        return columns
    inside = [all(nested_in(codes, outer) for outer in columns.clusters) for codes in sample.effects]
    levels = [int(codes.max()) + 1 for codes in sample.effects]
    outside = 1 + sum(count - 1 for count, nested in zip(levels, inside, strict=True) if not nested)
    beside = [codes for codes, nested in zip(sample.effects, inside, strict=True) if not nested]
    nested = tuple(codes for codes, within in zip(sample.effects, inside, strict=True) if within)
    few = outside - 1 <= _MOST_COLUMNS
    drawn = chosen_errors(replace(columns, wild=few), options) == "wild"
    if drawn and not few:
        raise RequestError("model_errors_not_offered", asked="wild", estimator="panel", allowed="cluster")
    return replace(
        columns,
        nested=len(sample.effects) == 1 and inside[0],
        outside=min(outside, columns.absorbed),
        extra=_dummies(beside, nested, sample.weights) if beside and few and drawn else None,
        wild=few,
    )


def _dummies(beside: list[np.ndarray], nested: tuple[np.ndarray, ...], weights: np.ndarray | None) -> np.ndarray:
    """Columns that span what effects outside the clusters took out, the effects inside taken out of them."""
    rows = len(beside[0])
    columns = [np.ones((rows, 1))] if not nested else []
    columns += [(codes[:, None] == np.arange(1, codes.max() + 1)).astype("float64") for codes in beside]
    stacked = np.column_stack(columns)
    if nested:
        stacked = absorb(stacked, nested, weights)
    scale = np.sqrt((stacked**2).sum(axis=0))
    basis, triangle = np.linalg.qr(stacked[:, scale > 1e-9])
    return basis[:, np.abs(np.diag(triangle)) > 1e-9 * scale.max()]


def _leverage(sample: Sample, options: Options) -> np.ndarray:
    if len(sample.effects) > 1:
        raise RequestError(
            "model_errors_not_offered", asked=options.errors, estimator="panel", allowed="classical, HC0, HC1, cluster"
        )
    codes = sample.effects[0]
    weights = np.ones(len(codes)) if sample.weights is None else sample.weights
    return weights / np.bincount(codes, weights)[codes]


def _centred(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return values - (weights * values).sum() / weights.sum()


def _first_differences(sample: Sample, options: Options) -> Estimate:
    unit, time = sample.effects[0], sample.time
    assert time is not None
    order = np.lexsort((time, unit))
    later, earlier = order[1:], order[:-1]
    if ((unit[later] == unit[earlier]) & (time[later] == time[earlier])).any():
        raise RequestError("model_repeated_time", unit=options.effects[0], time=options.effects[1])
    follows = (unit[later] == unit[earlier]) & (time[later] == time[earlier] + 1)
    now, then = later[follows], earlier[follows]
    place = np.argsort(now)
    now, then = now[place], then[place]
    if len(now) <= sample.terms.shape[1]:
        raise RequestError("model_too_few_rows", rows=len(now), terms=sample.terms.shape[1])
    change = sample.terms.to_numpy()[now] - sample.terms.to_numpy()[then]
    terms = pd.DataFrame(change, index=sample.terms.index[now], columns=sample.terms.columns)
    if "Intercept" in terms:
        terms["Intercept"] = 1.0
    values = sample.outcome.to_numpy()
    outcome = pd.Series(values[now] - values[then], index=terms.index, name=sample.outcome.name)
    if np.ptp(outcome) == 0:
        raise RequestError("model_constant_outcome", outcome=outcome.name, rows=len(outcome))
    refuse_constant(outcome.to_numpy(), terms, (values[now], sample.terms.iloc[now]), options.effects[0])
    refuse_collinear(terms)
    clusters = tuple(pd.factorize(codes[now], sort=True)[0] for codes in sample.clusters)
    estimate = least_squares_on(Columns(outcome, terms, clusters), options)
    used = np.zeros(len(unit), dtype=bool)
    used[now] = True
    lost = len(unit) - len(now)
    return replace(estimate, used=used, lost=(("none_before", options.effects[1], lost),) if lost else ())


def _random_effects(sample: Sample, options: Options) -> Estimate:
    refuse_collinear(sample.terms)
    unit = sample.effects[0]
    sizes = np.bincount(unit).astype("float64")
    both = np.column_stack([sample.outcome.to_numpy(), sample.terms.to_numpy()])
    means = sums_by(unit, both) / sizes[:, None]
    left = both - means[unit]
    scale = np.sqrt((both**2).sum(axis=0))
    within = np.linalg.lstsq(left[:, 1:] / scale[1:], left[:, 0], rcond=None)
    between = np.linalg.lstsq(means[:, 1:] / scale[1:], means[:, 0], rcond=None)
    degrees = len(unit) - len(sizes) - int(within[2]), len(sizes) - int(between[2])
    if min(degrees) <= 0:
        raise RequestError("model_too_few_units", unit=options.effects[0], units=len(sizes), rows=len(unit))
    residual = float(((left[:, 0] - left[:, 1:] / scale[1:] @ within[0]) ** 2).sum()) / degrees[0]
    about_means = float(((means[:, 0] - means[:, 1:] / scale[1:] @ between[0]) ** 2).sum()) / degrees[1]
    effects = max(0.0, about_means - residual / (len(sizes) / (1 / sizes).sum()))
    theta = 1 - np.sqrt(residual / (sizes * effects + residual))
    moved = both - (theta[:, None] * means)[unit]
    outcome = pd.Series(moved[:, 0], index=sample.outcome.index, name=sample.outcome.name)
    terms = pd.DataFrame(moved[:, 1:], index=sample.terms.index, columns=sample.terms.columns)
    estimate = least_squares_on(Columns(outcome, terms, sample.clusters), options)
    squares = float((np.asarray(estimate.result.resid) ** 2).sum())
    extra = {
        "r2": 1 - squares / float(((moved[:, 0] - moved[:, 0].mean()) ** 2).sum()),
        "variance_effects": effects,
        "variance_residual": residual,
        "theta": float(np.median(theta)),
        "icc": effects / (effects + residual),
        f"levels_{options.effects[0]}": float(len(sizes)),
    }
    remarks = estimate.warnings if effects > 0 else (*estimate.warnings, Remark("no_group_variance"))
    return replace(estimate, statistics=estimate.statistics | extra, warnings=remarks)
