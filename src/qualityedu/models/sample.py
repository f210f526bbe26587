"""The rows that a model can use, and an account of those that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.estimate import Remark
from qualityedu.models.formula import ModelFormula, evaluate, model_matrix, near_names, read_formula, split_formula
from qualityedu.models.source import column_names, take_columns
from qualityedu.models.suitability import refuse_unfit
from qualityedu.models.suspicion import suspicions

__all__ = ["Sample", "as_pandas", "take_sample"]


@dataclass(frozen=True, eq=False)
class Sample:
    """What goes into an estimator, every row complete.

    `outcome` and `terms` (one column a coefficient) have one row for each row used. `used` says of every row
    of the table whether it is among them. `dropped` has `reason`, `column` and `rows`: each row left out is
    counted once, at the first column in the order of the formula that rules it out. `clusters`, `effects` and
    `groups` hold, for each column asked for, a code from 0 for each row used; `time` is the place of the row's
    time among all times of the table. `weights` average 1, `totals` are the same as they stand. `random` are the
    columns whose coefficients differ by group, `endogenous` the names among the terms that have `instruments`,
    `second` the second count of an outcome in counts.
    """

    outcome: pd.Series
    terms: pd.DataFrame
    used: np.ndarray
    dropped: pd.DataFrame
    clusters: tuple[np.ndarray, ...] = ()
    effects: tuple[np.ndarray, ...] = ()
    groups: tuple[np.ndarray, ...] = ()
    time: np.ndarray | None = None
    weights: np.ndarray | None = None
    totals: np.ndarray | None = None
    random: pd.DataFrame | None = None
    endogenous: tuple[str, ...] = ()
    instruments: pd.DataFrame | None = None
    second: pd.Series | None = None
    remarks: tuple[Remark, ...] = field(default=())

    @property
    def cluster_count(self) -> int | None:
        """How many clusters the rows fall into, the fewest of several columns; None where none were asked for."""
        return min((int(codes.max()) + 1 for codes in self.clusters), default=None)


def as_pandas(data: Any) -> pd.DataFrame:
    """The whole table as a pandas frame, from any frame that Narwhals knows, lazy or not."""
    if isinstance(data, pd.DataFrame):
        return data
    return take_columns(data, column_names(data), coded=False)


def take_sample(
    formula: str,
    data: Any,
    *,
    cluster: str | tuple[str, ...] | None = None,
    weights: str | None = None,
    stage: str | None = None,
    effects: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    random: str = "",
    counts: bool = False,
) -> Sample:
    """The rows of `data` that are complete for everything named, and lie in `stage`.

    `data` is any frame that Narwhals knows, lazy or not; of one that is not of pandas only the columns named are read.

    Reasons for leaving a row out: `other_stage`; `missing` (no value in a column); `undefined` (an expression
    that has no finite value, such as the logarithm of 0); `zero_weight`.

    Raises RequestError: for an unknown column, a formula that is refused (see `read_formula`), an empty table,
    no complete row, a negative weight, no more rows than terms, a constant outcome, exactly collinear terms,
    fewer than two clusters.
    """
    available = column_names(data)
    clusters = (cluster,) if isinstance(cluster, str) else tuple(cluster or ())
    named = tuple(name for key in (*clusters, *effects, *groups) for name in _single(key, available))
    keys = tuple(dict.fromkeys((*named, *filter(None, (weights,)))))
    for name in (*keys, *(("stage",) if stage else ())):
        if name not in available:
            raise RequestError("model_unknown_column", column=name, near=near_names(name, available))
    plain, endogenous, instruments, second = split_formula(formula, counts=counts)
    parts = _read(plain, endogenous, instruments, second, random, available)
    columns = tuple(dict.fromkeys(name for part in parts.values() for name in part.columns))
    wanted = (*columns, *keys, *(("stage",) if stage else ()))
    frame = take_columns(data, wanted, keys=[name for name in named if name not in (*columns, weights, "stage")])
    for name in (*columns, *keys):
        if isinstance(frame[name], pd.DataFrame):
            raise RequestError("model_repeated_column", column=name)
    if frame.empty:
        raise RequestError("model_no_rows")
    count = _Count(frame)
    if stage:
        count.leave_out(frame["stage"].ne(stage), "other_stage", "stage")
    expressions = dict.fromkeys(each for part in parts.values() for each in part.expressions)
    values = {expression: evaluate(expression, frame) for expression in expressions}
    for part in ("plain", "second"):
        if part in parts and isinstance(values[parts[part].outcome].dtype, pd.CategoricalDtype):
            raise RequestError("model_text_column", expression=parts[part].outcome)
    for name in columns:
        count.leave_out(frame[name].isna(), "missing", name)
    for expression, column in values.items():
        finite = column.notna() if isinstance(column.dtype, pd.CategoricalDtype) else pd.Series(np.isfinite(column))
        count.leave_out(~finite, "undefined", expression)
    for name in named:
        count.leave_out(frame[name].isna(), "missing", name)
    weight = _weights(frame, weights, count) if weights else None
    used = count.left.to_numpy()
    if not used.any():
        raise RequestError("model_no_complete_rows", rows=len(frame), column=count.worst()[0], missing=count.worst()[1])
    kept = frame if used.all() else frame.loc[used]
    complete = _complete(pd.DataFrame(values, copy=False) if used.all() else pd.DataFrame(values)[used])
    matrices = {name: model_matrix(part, complete) for name, part in parts.items() if name != "second"}
    terms = matrices["plain"]
    new = {name: matrices[name].drop(columns=terms.columns, errors="ignore") for name in matrices}
    sample = Sample(
        outcome=complete[parts["plain"].outcome].rename(parts["plain"].outcome),
        terms=pd.concat([terms, new["endogenous"]], axis=1) if endogenous else terms,
        used=used,
        dropped=count.table(),
        clusters=tuple(_codes(kept, key) for key in clusters),
        effects=tuple(_codes(kept, key) for key in effects),
        groups=tuple(_codes(kept, key) for key in groups),
        time=_places(frame, effects[1])[used] if len(effects) == 2 else None,
        weights=None if weight is None else (weight / weight[used].mean())[used],
        totals=None if weight is None else weight[used],
        random=matrices.get("random"),
        endogenous=tuple(map(str, new["endogenous"].columns)) if endogenous else (),
        instruments=new["instruments"] if endogenous else None,
        second=complete[parts["second"].outcome] if second else None,
        remarks=suspicions(kept[list(columns)]),
    )
    refuse_unfit(sample.outcome, sample.terms, absorbed=bool(effects), clusters=sample.clusters, names=clusters)
    return sample


def _read(
    plain: str, endogenous: str, instruments: str, second: str, random: str, available: Sequence[str]
) -> dict[str, ModelFormula]:
    parts = {"plain": read_formula(plain, available)}
    outcome, right = parts["plain"].outcome, plain.partition("~")[2]
    if endogenous:
        parts["endogenous"] = read_formula(f"{outcome} ~ {right} + {endogenous}", available)
        parts["instruments"] = read_formula(f"{outcome} ~ {right} + {instruments}", available)
    if second:
        parts["second"] = read_formula(f"{second} ~ 1", available)
    if random:
        parts["random"] = read_formula(f"{outcome} ~ {random}", available)
    return parts


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


def _single(key: str, available: Sequence[str]) -> tuple[str, ...]:
    """`district/school` are two columns, a school's code counting within its district only."""
    return (key,) if key in available else tuple(key.split("/"))


def _codes(frame: pd.DataFrame, key: str) -> np.ndarray:
    """Codes from 0 in the order of the values where they have one, so that periods run in time."""
    names = _single(key, list(frame.columns))
    if len(names) > 1:
        return frame.groupby(list(names), sort=False, observed=True).ngroup().to_numpy()
    column = frame[key]
    sortable = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
    return np.asarray(pd.factorize(column, sort=sortable)[0])


def _places(frame: pd.DataFrame, key: str) -> np.ndarray:
    """The place of each row's time among the times of the whole table, −1 where it has none."""
    column = frame[key]
    try:
        return np.asarray(pd.factorize(column, sort=True)[0])
    except TypeError as error:
        raise RequestError("model_mixed_times", column=key) from error


def _weights(frame: pd.DataFrame, name: str, count: _Count) -> np.ndarray:
    values = evaluate(name, frame)
    if isinstance(values.dtype, pd.CategoricalDtype):
        raise RequestError("model_text_column", expression=name)
    if (values < 0).any():
        raise RequestError("model_negative_weight", column=name, rows=int((values < 0).sum()))
    count.leave_out(frame[name].isna(), "missing", name)
    count.leave_out(~pd.Series(np.isfinite(values)), "undefined", name)
    count.leave_out(values.eq(0), "zero_weight", name)
    return values.to_numpy()


def _complete(values: pd.DataFrame) -> pd.DataFrame:
    """Categories keep only the levels that occur, or an absent one would be a column of zeros."""
    levels = {
        name: values[name].cat.remove_unused_categories()
        for name in values.columns
        if isinstance(values[name].dtype, pd.CategoricalDtype)
    }
    return values.assign(**levels) if levels else values
