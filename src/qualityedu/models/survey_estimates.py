"""Means, shares, quantiles and regressions from a sample of pupils, teachers or schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from qualityedu.errors import RequestError
from qualityedu.models.estimate import Remark
from qualityedu.models.formula import ModelFormula, evaluate, model_matrix, near_names, read_formula
from qualityedu.models.plausible import combine
from qualityedu.models.sample import as_pandas
from qualityedu.models.survey import Survey
from qualityedu.models.survey_statistics import OUTCOME, Statistic, mean, quantile, regression
from qualityedu.models.survey_variance import Drawn, drawn

__all__ = ["SurveyEstimate", "survey_mean", "survey_quantile", "survey_regression", "survey_share"]


@dataclass(frozen=True, eq=False)
class SurveyEstimate:
    """Figures from a sample, with what its drawing and its plausible values leave open.

    `table` has `group` (only where groups were asked for), `term`, `estimate`, `standard_error`, `lower` and
    `upper` (95 %, by t with `df`), `sampling_variance`, `imputation_variance`, `df` and `rows`; a regression also
    `p_value`. The imputation variance is the bare variance of the estimates: it enters the error times 1 + 1/M, M
    being `values`, the number of plausible values (1 without any). `rows` were used; `dropped` (`reason`, `column`,
    `rows`) accounts for the others, each once, and `used` says which is which, row by row.
    """

    table: pd.DataFrame = field(repr=False)
    survey: Survey = field(repr=False)
    rows: int
    dropped: pd.DataFrame = field(repr=False)
    values: int
    used: np.ndarray = field(repr=False)
    warnings: tuple[Remark, ...] = ()

    @property
    def method_said(self) -> tuple[Remark, ...]:
        """How the errors were worked out: by replicates or linearisation, then how plausible values were combined."""
        replicates = self.survey.replicates
        if replicates:
            method = Remark("survey_replicates", {"count": len(replicates.columns), "method": replicates.method})
        else:
            method = Remark("survey_linearised")
        combined = Remark(f"survey_{self.survey.sampling}", {"count": self.values})
        return (method, combined) if self.values > 1 else (method,)

    def notes(self, lang: str) -> list[str]:
        """What belongs under the table: the method, the plausible values, the rows left out, the warnings."""
        kept = Remark("rows_used", {"rows": self.rows, "all": self.rows + int(self.dropped["rows"].sum())})
        remarks = [kept, *self.method_said]
        gone = [
            Remark(f"dropped_{reason}", {"column": column, "rows": rows})
            for reason, column, rows in self.dropped.itertuples(index=False)
        ]
        return [remark.sentence(lang) for remark in (*remarks, *gone, *self.warnings)]


def survey_mean(expression: str, data: Any, survey: Survey, *, by: str | None = None) -> SurveyEstimate:
    """The weighted mean of a column, a plausible value or an expression such as `log(x)`, Σwy/Σw.

    `by` names a column of groups; each gets its own row, its variance worked out as that of a part of the sample.
    Raises RequestError for an unknown column, text where numbers are needed, no complete row, and whatever the
    design refuses (see `Survey`).
    """
    return _estimated(f"{expression} ~ 1", data, survey, by, mean, [expression])


def survey_share(condition: str, data: Any, survey: Survey, *, by: str | None = None) -> SurveyEstimate:
    """The weighted share of rows for which a comparison such as `mathematics >= 420.07` holds, from 0 to 1.

    As `survey_mean` otherwise. The interval is symmetric and may pass 0 or 1 where a share is near them.
    """
    return _estimated(f"I({condition}) ~ 1", data, survey, by, mean, [condition])


def survey_quantile(
    expression: str, data: Any, survey: Survey, *, at: Sequence[float] = (0.5,), by: str | None = None
) -> SurveyEstimate:
    """Weighted quantiles: the smallest value at or below which the share `at` of the weight lies.

    With replicate weights the quantile is worked out anew with each; a jackknife is known to fail for quantiles,
    which is remarked. Otherwise by Woodruff (1952, JASA 47): the interval of the share below the quantile, read
    back on the scale of the variable; the standard error is its width over 2t, and missing where that interval
    leaves 0 to 1. Raises RequestError where a share does not lie between 0 and 1; as `survey_mean` otherwise.
    """
    shares = [float(share) for share in at]
    if not shares or not all(0 < share < 1 for share in shares):
        raise RequestError("survey_quantile", seen=", ".join(map(str, shares)))
    estimate = _estimated(f"{expression} ~ 1", data, survey, by, quantile(shares), [f"{share:g}" for share in shares])
    if survey.replicates and survey.replicates.method.startswith("JK"):
        return replace(estimate, warnings=(*estimate.warnings, Remark("survey_jackknife_quantile")))
    return estimate


def survey_regression(formula: str, data: Any, survey: Survey, *, by: str | None = None) -> SurveyEstimate:
    """Weighted least squares with the errors of the design; names of plausible values may stand on either side.

    The formula is read as `fit` reads it. Coefficients are (X'WX)⁻¹X'Wy; by linearisation their scores are
    (X'WX)⁻¹ x w e (Binder 1983). What comes back is association. Raises RequestError as `survey_mean` does,
    for a formula that is refused, and where a group has not more rows than terms or terms that are collinear.
    """
    return _estimated(formula, data, survey, by, regression, [])


Dropped = list[tuple[str, str, int]]


def _estimated(
    formula: str, data: Any, survey: Survey, by: str | None, statistic: Statistic, names: list[str]
) -> SurveyEstimate:
    frame = as_pandas(data).reset_index(drop=True)
    survey.check(frame)
    if by is not None and by not in frame.columns:
        raise RequestError("model_unknown_column", column=by, near=near_names(by, frame.columns))
    if frame.empty:
        raise RequestError("model_no_rows")
    left, dropped = _with_design(frame, survey)
    whole = frame[left].reset_index(drop=True)
    parts = read_formula(formula, [*whole.columns, *survey.plausible])
    each = _values(parts, whole, survey)
    complete = _complete(parts, each, None if by is None else whole[by], dropped)
    _refuse_none(complete, dropped, len(frame))
    matrices = [_matrix(parts, values, complete) for values in each]
    groups = [("", complete)] if by is None else _groups(whole[by], complete)
    labels = names or [str(name) for name in matrices[0].columns if name != OUTCOME]
    design = drawn(survey, whole)
    tables = [_one_group(name, inside, matrices, design, statistic, labels) for name, inside in groups]
    unwanted = [*(["group"] if by is None else []), *(["p_value"] if names else [])]
    table = pd.concat(tables, ignore_index=True).drop(columns=unwanted)
    gone = pd.DataFrame(dropped, columns=["reason", "column", "rows"]).astype({"rows": "int64"})
    used = left.copy()
    used[np.flatnonzero(left)] = complete
    return SurveyEstimate(table, survey, int(complete.sum()), gone, len(each), used)


def _with_design(frame: pd.DataFrame, survey: Survey) -> tuple[np.ndarray, Dropped]:
    """Which rows belong to the sample: those with every column of the design and some weight."""
    left = np.ones(len(frame), dtype=bool)
    dropped: Dropped = []
    for name in survey.design_columns():
        _leave_out(left, frame[name].isna().to_numpy(), ("missing", name), dropped)
    if survey.weights:
        _leave_out(left, frame[survey.weights].eq(0).to_numpy(), ("zero_weight", survey.weights), dropped)
    _refuse_none(left, dropped, len(frame))
    return left, dropped


def _leave_out(left: np.ndarray, rows: np.ndarray, why: tuple[str, str], dropped: Dropped) -> None:
    if going := int((left & rows).sum()):
        dropped.append((*why, going))
    left &= ~rows


def _refuse_none(left: np.ndarray, dropped: Dropped, rows: int) -> None:
    if not left.any():
        worst = max(dropped, key=lambda gone: gone[2])
        raise RequestError("model_no_complete_rows", rows=rows, column=worst[1], missing=worst[2])


def _values(parts: ModelFormula, whole: pd.DataFrame, survey: Survey) -> list[pd.DataFrame]:
    """The expressions of the formula, once for each plausible value; once where it names none."""
    in_step = [name for name in survey.plausible if name in parts.columns]
    count = len(survey.plausible[in_step[0]]) if in_step else 1
    each = []
    for place in range(count):
        values = whole.assign(**{name: whole[survey.plausible[name][place]] for name in in_step})
        each.append(pd.DataFrame({text: evaluate(text, values) for text in parts.expressions}))
    if isinstance(each[0][parts.outcome].dtype, pd.CategoricalDtype):
        raise RequestError("model_text_column", expression=parts.outcome)
    return each


def _complete(parts: ModelFormula, each: list[pd.DataFrame], by: pd.Series | None, dropped: Dropped) -> np.ndarray:
    complete = np.ones(len(each[0]), dtype=bool)
    for text in parts.expressions:
        _leave_out(complete, ~_known([values[text] for values in each]), ("missing", text), dropped)
    if by is not None:
        _leave_out(complete, by.isna().to_numpy(), ("missing", str(by.name)), dropped)
    return complete


def _known(columns: list[pd.Series]) -> np.ndarray:
    known = np.ones(len(columns[0]), dtype=bool)
    for column in columns:
        text = isinstance(column.dtype, pd.CategoricalDtype)
        known &= column.notna().to_numpy() if text else np.isfinite(column.to_numpy())
    return known


def _matrix(parts: ModelFormula, values: pd.DataFrame, complete: np.ndarray) -> pd.DataFrame:
    """Terms and outcome; rows that are not complete hold 0 and never get a weight."""
    inside = values[complete]
    text = [name for name in inside.columns if isinstance(inside[name].dtype, pd.CategoricalDtype)]
    inside = inside.assign(**{name: inside[name].cat.remove_unused_categories() for name in text})
    terms = model_matrix(parts, inside).reindex(values.index, fill_value=0.0)
    return terms.assign(**{OUTCOME: values[parts.outcome].where(complete, 0.0)})


def _groups(column: pd.Series, complete: np.ndarray) -> list[tuple[object, np.ndarray]]:
    return [(name, complete & column.eq(name).to_numpy()) for name in sorted(column[complete].unique())]


def _one_group(
    name: object,
    inside: np.ndarray,
    matrices: list[pd.DataFrame],
    design: Drawn,
    statistic: Statistic,
    labels: list[str],
) -> pd.DataFrame:
    pairs = [statistic(matrix, design, inside) for matrix in matrices]
    estimates, variances = (np.array(side) for side in zip(*pairs, strict=True))
    complete = design.degrees(inside)
    if complete < 1:
        raise RequestError("survey_no_degrees", rows=int(inside.sum()))
    both = combine(estimates, variances, df=complete, sampling=design.survey.sampling)
    reach = stats.t.ppf(0.975, both.df) * both.standard_error
    t = np.divide(both.estimate, both.standard_error, out=np.full(len(reach), np.nan), where=both.standard_error > 0)
    return pd.DataFrame(
        {
            "group": name,
            "term": labels,
            "estimate": both.estimate,
            "standard_error": both.standard_error,
            "lower": both.estimate - reach,
            "upper": both.estimate + reach,
            "p_value": 2 * stats.t.sf(np.abs(t), both.df),
            "sampling_variance": both.sampling_variance,
            "imputation_variance": both.imputation_variance,
            "df": both.df,
            "rows": int(inside.sum()),
        }
    )
