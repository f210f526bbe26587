"""The noun `Fit`, and `fit`, the one way in to every model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.estimate import Estimate, Remark
from qualityedu.models.formula import near_names
from qualityedu.models.least_squares import least_squares
from qualityedu.models.options import Errors, Estimator, chosen_errors, chosen_estimator
from qualityedu.models.sample import as_pandas, take_sample
from qualityedu.models.spec import Spec
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
    `.sentence(lang)` words them. `result` is the library's own object.
    """

    formula: str
    outcome: str
    estimator: Estimator
    errors: Errors
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
    model: str | Spec,
    data: Any,
    *,
    estimator: str = "ols",
    errors: str = "HC1",
    cluster: str | None = None,
    weights: str | None = None,
) -> Fit:
    """Estimate `model` on `data`, a frame of pandas, Polars or anything that Narwhals reads at once.

    `model` is a formula such as `"testscr ~ str + english"` (see `read_formula` for what it may hold) or a
    `Spec`, which brings its own stage and, where none is given here, its own cluster column.

    `estimator`: `ols`, or `wls` with `weights` naming a column (relative precision: a row with weight 2 counts as
    one whose variance is half; only their proportions matter). `errors`: `classical`, `HC0` to `HC3`, or
    `cluster`; naming a column in `cluster` makes them clustered. What each is, with its small-sample factor and
    its degrees of freedom, is in `least_squares`.

    What comes back is association: no estimator here identifies an effect.

    Raises RequestError with a sentence that says what to do: unknown estimator, errors or column; a formula that
    is not one or that would call code; no rows, no complete rows, no more rows than terms; a constant outcome;
    exactly collinear terms, which it names; fewer than two clusters; weights that are missing or negative.
    """
    spec = model if isinstance(model, Spec) else None
    formula = spec.formula if spec else str(model)
    cluster = cluster or (spec.cluster if spec and errors in ("HC1", "cluster") else None)
    how, spread = chosen_estimator(estimator, weights), chosen_errors(errors, cluster)
    sample = take_sample(formula, as_pandas(data), cluster=cluster, weights=weights, stage=spec.stage if spec else None)
    estimate: Estimate = least_squares(sample, errors=spread)
    return Fit(
        formula=formula,
        outcome=str(sample.outcome.name),
        estimator=how,
        errors=spread,
        table=estimate.table,
        rows=len(sample.outcome),
        dropped=sample.dropped,
        clusters=sample.cluster_count,
        statistics=estimate.statistics,
        warnings=estimate.warnings,
        errors_said=estimate.errors_said,
        used=sample.used,
        result=estimate.result,
        spec=spec,
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
    test = wald(fitted.result, [known.index(term) for term in dict.fromkeys(terms)])
    if test is None:
        raise RequestError("model_joint_test", terms=", ".join(terms))
    return test
