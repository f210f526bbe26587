"""The noun `Fit`, and `fit`, the one way in to every model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.binomial import binomial
from qualityedu.models.estimate import Estimate, Remark
from qualityedu.models.formula import near_names
from qualityedu.models.instruments import instrumented
from qualityedu.models.least_squares import least_squares
from qualityedu.models.multilevel import multilevel
from qualityedu.models.options import Estimator, Options, choose
from qualityedu.models.panel import panel
from qualityedu.models.quantile import quantiles
from qualityedu.models.sample import Sample, take_sample
from qualityedu.models.spec import Spec
from qualityedu.models.survey import Survey
from qualityedu.models.survey_estimates import survey_regression
from qualityedu.models.wald import JointTest, wald

__all__ = ["Fit", "fit", "joint_test"]


@dataclass(frozen=True, eq=False)
class Fit:
    """A model, estimated. It does not print itself.

    `table` has `term, estimate, standard_error, lower, upper, p_value`, one row a term, the interval at 95 %.
    `rows` were used; `dropped` (`reason`, `column`, `rows`) accounts for every other row of the table once, so
    that `rows + dropped["rows"].sum()` is the length of the table, and `used` says which is which, row by row.
    `errors` is what the standard errors are, `errors_said` the same as a sentence with the small-sample factor.
    `clusters` is their number, None where errors are not clustered. `statistics` holds r2, r2_adjusted, ser, f,
    log_likelihood and so on (see each estimator). `warnings` are remarks that belong beside the figures;
    `.sentence(lang)` words them. `result` is the library's own object. `method` is the way within the estimator
    (`within`, `liml`, `reml` …), `covariance` that of the estimates, `degrees` the degrees of freedom of their t.
    """

    formula: str
    outcome: str
    estimator: Estimator
    errors: str
    table: pd.DataFrame = field(repr=False)
    rows: int
    dropped: pd.DataFrame = field(repr=False)
    clusters: int | None
    statistics: dict[str, float] = field(repr=False)
    warnings: tuple[Remark, ...]
    errors_said: Remark = field(repr=False)
    used: np.ndarray = field(repr=False)
    result: Any = field(repr=False)
    spec: Spec | None = field(default=None, repr=False)
    method: str = ""
    degrees: float = float("inf")
    covariance: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    scale: np.ndarray | None = field(default=None, repr=False)

    def notes(self, lang: str, label: Callable[[str], str] = str) -> list[str]:
        """What belongs under a table of this model: rows, rows left out and why, errors, warnings.

        `label` gives the words for a column.
        """
        kept = Remark("rows_used", {"rows": self.rows, "all": len(self.used)})
        gone = [
            Remark(f"dropped_{reason}", {"column": label(column), "rows": rows})
            for reason, column, rows in self.dropped.itertuples(index=False)
        ]
        return [remark.sentence(lang) for remark in (kept, *gone, self.errors_said, *self.warnings)]


def fit(
    formula: str | Spec,
    data: Any,
    *,
    estimator: str = "ols",
    errors: str = "HC1",
    cluster: str | Sequence[str] | None = None,
    effects: str | Sequence[str] = (),
    groups: str | Sequence[str] | None = None,
    random: str = "1",
    weights: str | None = None,
    design: Survey | None = None,
    method: str | None = None,
    quantile: float = 0.5,
    small_sample: str | None = None,
    seed: int = 1,
) -> Fit:
    """Estimate `formula` on `data`, a frame of pandas, Polars, PyArrow, DuckDB or PySpark, lazy or not.

    Of a frame that is not of pandas only the columns that are named here are read, through Arrow and without a detour
    over Python objects. Its rows are taken in the order in which it gives them.

    `formula` is one such as `"testscr ~ str + english"` (see `read_formula` for what it may hold) or a `Spec`,
    which brings its own stage and, where none is given here, its own cluster column.

    `estimator`, with the `method` that is meant where none is named first:
    `ols`; `wls`, with `weights` naming a column (relative precision: a row with weight 2 counts as one whose
    variance is half; only their proportions matter);
    `panel` with `effects`: `within` absorbs them, one set or many; `first_differences` and `random_effects` take
    the unit, and the time after it;
    `iv`: `2sls` or `liml`, with `y ~ x + [endogenous ~ instruments]`, and `effects` to absorb;
    `multilevel` with `groups` (outermost first; `"district/school"` where a school's code counts within its
    district) and `random`, the terms whose coefficients differ by group: `reml` or `ml`;
    `binomial`: `logit` or `probit` of `passed + failed ~ x`, or of a share with `weights` naming the cases; a set
    of `effects` adds its means;
    `quantile`, with `quantile` between 0 and 1.
    A method may be given as the estimator: `estimator="liml"`.

    `errors`: `classical` (s²(X'X)⁻¹); `HC0`, White 1980; `HC1`, HC0 times n/(n−k); `HC2` and `HC3`, by the leverage
    of each row (MacKinnon and White 1985); `cluster`, by one column or two (Cameron, Gelbach and Miller 2011);
    `moulton`, equally correlated errors within `cluster`; `wild`, the wild cluster bootstrap, drawn from `seed`;
    `driscoll_kraay`, with `cluster` naming the time. Naming a column in `cluster` makes errors clustered; where the
    errors are not named and there are fewer than 20 clusters, they are `wild`. Intervals use t with n−k degrees
    of freedom, G−1 where errors are clustered, and the normal distribution for `multilevel` and `binomial`.

    `small_sample` is the factor of clustered errors: `clusters`, G/(G−1) × (n−1)/(n−k), where k counts absorbed
    effects that do not lie within the clusters (as Stata's `reghdfe` and pyfixest do), the default but for
    `panel`; `rows`, n/(n−k), where k counts absorbed effects unless there is one set and it lies within the
    clusters (linearmodels), the default of `panel`; `intercept`, the same with one more in k; `dummies`,
    G/(G−1) × (n−1)/(n−k) with every effect in k, as with a column for each.

    `design` is a `Survey`: least squares with its weights, and errors by its replicates or by linearisation
    (`survey_regression`); `result` is then a `SurveyEstimate`.

    What comes back is association: no estimator here identifies an effect.

    Raises RequestError with a sentence that says what to do: unknown estimator, errors or column; options that do
    not go together; a formula that is not one or that would call code; no rows, no complete rows, no more rows
    than terms; a constant outcome; exactly collinear terms, which it names; fewer than two clusters; weights that
    are missing or negative; missing or too few instruments; no convergence.
    """
    if design is not None:
        return _by_design(formula, data, design, estimator)
    spec = formula if isinstance(formula, Spec) else None
    text = spec.formula if spec else str(formula)
    cluster = cluster or (spec.cluster if spec and errors in ("HC1", "cluster") and estimator != "multilevel" else None)
    options = choose(
        estimator,
        method=method,
        errors=errors,
        cluster=cluster,
        effects=effects,
        groups=groups,
        random=random,
        weights=weights,
        small_sample=small_sample,
        quantile=quantile,
        seed=seed,
    )
    sample = take_sample(
        text,
        data,
        cluster=options.cluster,
        weights=weights,
        stage=spec.stage if spec else None,
        effects=options.effects,
        groups=options.groups,
        random=options.random if options.estimator == "multilevel" else "",
        counts=options.estimator == "binomial",
    )
    if sample.endogenous and options.estimator != "iv":
        raise RequestError("model_instruments_unused", estimator=options.estimator)
    return _fit(text, spec, options, sample, _FAMILIES[options.estimator](sample, options))


def _by_design(formula: str | Spec, data: Any, design: Survey, estimator: str) -> Fit:
    if estimator not in ("ols", "wls"):
        raise RequestError("model_design_elsewhere", estimator=estimator)
    text = formula.formula if isinstance(formula, Spec) else str(formula)
    estimate = survey_regression(text, data, design)
    columns = ["term", "estimate", "standard_error", "lower", "upper", "p_value"]
    return Fit(
        formula=text,
        outcome=text.partition("~")[0].strip(),
        estimator="wls",
        errors="design",
        table=estimate.table[columns],
        rows=estimate.rows,
        dropped=estimate.dropped,
        clusters=None,
        statistics={"df_inference": float(estimate.table["df"].min()), "values": float(estimate.values)},
        warnings=(*estimate.method_said[1:], *estimate.warnings),
        errors_said=estimate.method_said[0],
        used=estimate.used,
        result=estimate,
        spec=formula if isinstance(formula, Spec) else None,
        method="survey",
        degrees=float(estimate.table["df"].min()),
    )


_FAMILIES: dict[Estimator, Callable[[Sample, Options], Estimate]] = {
    "ols": least_squares,
    "wls": least_squares,
    "panel": panel,
    "iv": instrumented,
    "multilevel": multilevel,
    "binomial": binomial,
    "quantile": quantiles,
}


def _fit(text: str, spec: Spec | None, options: Options, sample: Sample, estimate: Estimate) -> Fit:
    used, dropped = sample.used, sample.dropped
    if estimate.used is not None:
        used = used.copy()
        used[np.flatnonzero(used)] = estimate.used
        lost = pd.DataFrame(list(estimate.lost), columns=list(dropped.columns)).astype({"rows": "int64"})
        dropped = pd.concat([dropped, lost], ignore_index=True) if len(dropped) else lost
    return Fit(
        formula=text,
        outcome=str(sample.outcome.name),
        estimator=options.estimator,
        errors=estimate.errors,
        table=estimate.table,
        rows=int(used.sum()),
        dropped=dropped,
        clusters=sample.cluster_count,
        statistics=estimate.statistics,
        warnings=(*estimate.warnings, *sample.remarks),
        errors_said=estimate.errors_said,
        used=used,
        result=estimate.result,
        spec=spec,
        method=options.method,
        degrees=estimate.degrees,
        covariance=estimate.covariance,
        scale=estimate.scale,
    )


def joint_test(fitted: Fit, *terms: str) -> JointTest:
    """Test that the coefficients of `terms` are all 0, with the standard errors of the fit.

    F with the number of terms and the fit's own degrees of freedom (G−1 where errors are clustered). Raises
    RequestError for a term that the model does not have, and where the terms cannot be tested together (fewer
    clusters than terms, or terms that a single row decides).
    """
    known = list(fitted.table["term"])
    for term in terms:
        if term not in known:
            raise RequestError("model_unknown_term", term=term, near=near_names(term, known))
    estimates = fitted.table.set_index("term")["estimate"]
    asked = list(dict.fromkeys(terms))
    test = wald(estimates, fitted.covariance.to_numpy(), fitted.degrees, asked, fitted.scale)
    if test is None:
        raise RequestError("model_joint_test", terms=", ".join(terms))
    return test
