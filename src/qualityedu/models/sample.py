"""The rows that a model can use, and an account of those that it cannot."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.formula import evaluate, model_matrix, near_names, read_formula

__all__ = ["Sample", "as_pandas", "take_sample"]

# A column whose part outside the span of the columns before it is smaller than this share of its length adds
# nothing that double precision can tell from rounding; a cubic in years (2000 to 2010) still has 1e-8.
COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False)
class Sample:
    """What goes into an estimator, every row complete.

    `outcome` and `terms` (one column a coefficient) have one row for each row used. `used` says of every row
    of the table whether it is among them. `dropped` has `reason`, `column` and `rows`: each row left out is
    counted once, at the first column in the order of the formula that rules it out. `clusters` numbers the
    cluster of each row used from 0; `weights` average 1.
    """

    outcome: pd.Series
    terms: pd.DataFrame
    used: np.ndarray
    dropped: pd.DataFrame
    clusters: np.ndarray | None = None
    weights: np.ndarray | None = None

    @property
    def cluster_count(self) -> int | None:
        """How many clusters the rows fall into; None where none were asked for."""
        return None if self.clusters is None else int(self.clusters.max()) + 1


def as_pandas(data: object) -> pd.DataFrame:
    """The table as a pandas frame, from any eager frame that Narwhals knows."""
    if isinstance(data, pd.DataFrame):
        return data
    return nw.from_native(data, eager_only=True).to_pandas()  # type: ignore[call-overload]


def take_sample(
    formula: str,
    data: pd.DataFrame,
    *,
    cluster: str | None = None,
    weights: str | None = None,
    stage: str | None = None,
) -> Sample:
    """The rows of `data` that are complete for `formula`, `cluster` and `weights`, and lie in `stage`.

    Reasons for leaving a row out: `other_stage`; `missing` (no value in a column); `undefined` (an expression
    that has no finite value, such as the logarithm of 0); `zero_weight`.

    Raises RequestError: for an unknown column, a formula that is refused (see `read_formula`), an empty table,
    no complete row, a negative weight, no more rows than terms, a constant outcome, exactly collinear terms,
    fewer than two clusters.
    """
    frame = data.reset_index(drop=True)
    for name in filter(None, (cluster, weights, "stage" if stage else None)):
        if name not in frame.columns:
            raise RequestError("model_unknown_column", column=name, near=near_names(name, frame.columns))
    parts = read_formula(formula, frame.columns)
    for name in (*parts.columns, *filter(None, (cluster, weights))):
        if isinstance(frame[name], pd.DataFrame):
            raise RequestError("model_repeated_column", column=name)
    if frame.empty:
        raise RequestError("model_no_rows")
    count = _Count(frame)
    if stage:
        count.leave_out(frame["stage"].ne(stage), "other_stage", "stage")
    values = {expression: evaluate(expression, frame) for expression in parts.expressions}
    if isinstance(values[parts.outcome].dtype, pd.CategoricalDtype):
        raise RequestError("model_text_column", expression=parts.outcome)
    for name in parts.columns:
        count.leave_out(frame[name].isna(), "missing", name)
    for expression, column in values.items():
        finite = column.notna() if isinstance(column.dtype, pd.CategoricalDtype) else pd.Series(np.isfinite(column))
        count.leave_out(~finite, "undefined", expression)
    if cluster:
        count.leave_out(frame[cluster].isna(), "missing", cluster)
    weight = _weights(frame, weights, count) if weights else None
    used = count.left.to_numpy()
    if not used.any():
        raise RequestError("model_no_complete_rows", rows=len(frame), column=count.worst()[0], missing=count.worst()[1])
    outcome = values[parts.outcome][used].rename(parts.outcome)
    terms = model_matrix(parts, _complete(pd.DataFrame(values)[used]))
    codes = pd.factorize(frame.loc[used, cluster])[0] if cluster else None
    sample = Sample(outcome, terms, used, count.table(), codes, None if weight is None else weight[used])
    _refuse_unfit(sample, cluster)
    return sample


class _Count:
    """Which rows are left, and why each of the others went; every row goes once."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.left = pd.Series(True, index=frame.index)
        self.gone: list[tuple[str, str, int]] = []
        self.affected: list[tuple[str, int]] = []

    def leave_out(self, rows: pd.Series, reason: str, column: str) -> None:
        going = self.left & rows
        if going.any():
            self.gone.append((reason, column, int(going.sum())))
        self.affected.append((column, int(rows.sum())))
        self.left &= ~rows

    def worst(self) -> tuple[str, int]:
        return max(self.affected, key=lambda each: each[1])

    def table(self) -> pd.DataFrame:
        return pd.DataFrame(self.gone, columns=["reason", "column", "rows"]).astype({"rows": "int64"})


def _weights(frame: pd.DataFrame, name: str, count: _Count) -> np.ndarray:
    values = evaluate(name, frame)
    if isinstance(values.dtype, pd.CategoricalDtype):
        raise RequestError("model_text_column", expression=name)
    if (values < 0).any():
        raise RequestError("model_negative_weight", column=name, rows=int((values < 0).sum()))
    count.leave_out(frame[name].isna(), "missing", name)
    count.leave_out(~pd.Series(np.isfinite(values)), "undefined", name)
    count.leave_out(values.eq(0), "zero_weight", name)
    return (values / values[count.left].mean()).to_numpy()


def _complete(values: pd.DataFrame) -> pd.DataFrame:
    """Categories keep only the levels that occur, or an absent one would be a column of zeros."""
    levels = {
        name: values[name].cat.remove_unused_categories()
        for name in values.columns
        if isinstance(values[name].dtype, pd.CategoricalDtype)
    }
    return values.assign(**levels)


def _refuse_unfit(sample: Sample, cluster: str | None) -> None:
    rows, terms = sample.terms.shape
    if terms == 0:
        raise RequestError("model_no_terms")
    if rows <= terms:
        raise RequestError("model_too_few_rows", rows=rows, terms=terms)
    if np.ptp(sample.outcome) == 0:
        raise RequestError("model_constant_outcome", outcome=sample.outcome.name, rows=rows)
    _refuse_collinear(sample.terms)
    if sample.cluster_count is not None and sample.cluster_count < 2:
        raise RequestError("model_one_cluster", column=cluster, rows=rows)


def _refuse_collinear(terms: pd.DataFrame) -> None:
    lengths = np.sqrt((terms.to_numpy() ** 2).sum(axis=0))
    empty = [str(name) for name, length in zip(terms.columns, lengths, strict=True) if length == 0]
    if empty:
        raise RequestError("model_zero_term", term=empty[0])
    columns = terms.to_numpy() / lengths
    beyond = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    for place in np.flatnonzero(beyond < COLLINEAR)[:1]:
        shares = np.linalg.lstsq(columns[:, :place], columns[:, place], rcond=None)[0]
        others = [str(name) for name, share in zip(terms.columns, shares, strict=False) if abs(share) > 1e-8]
        raise RequestError("model_collinear", term=str(terms.columns[int(place)]), others=", ".join(others))
