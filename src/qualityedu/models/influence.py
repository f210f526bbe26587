"""How much a model hangs on one region or one unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.design_matrix import design_matrix
from qualityedu.models.fit import Fit, fit
from qualityedu.models.formula import near_names
from qualityedu.models.sample import as_pandas
from qualityedu.models.spec import Spec

__all__ = ["influence", "leave_one_out"]


def leave_one_out(
    model: Spec | str, data: Any, *, by: str = "region", errors: str = "HC1", cluster: str | None = None
) -> pd.DataFrame:
    """The model fitted again without each region in turn.

    One row a region and term: `left_out`, `term`, `rows`, `estimate`, `standard_error`, `lower`, `upper`, `change`
    (without less with), `reason`. A region without which the model cannot be fitted stays, with one row and the key
    of the refusal in `reason`; a region with no row in the model is not there. Raises RequestError as `fit` does
    for the whole table.
    """
    frame = as_pandas(data).reset_index(drop=True)
    _known(by, frame)
    whole = fit(model, frame, errors=errors, cluster=cluster)
    with_all = whole.table.set_index("term")["estimate"]
    parts = []
    for region in sorted(frame.loc[whole.used, by].dropna().unique()):
        try:
            without = fit(model, frame[frame[by].ne(region)], errors=errors, cluster=cluster)
        except RequestError as refused:
            parts.append(pd.DataFrame([{"left_out": region, "term": "", "reason": refused.key}]))
            continue
        table = without.table.drop(columns="p_value").assign(left_out=region, rows=without.rows, reason="")
        parts.append(table.assign(change=table["estimate"] - table["term"].map(with_all)))
    columns = ["left_out", "term", "rows", "estimate", "standard_error", "lower", "upper", "change", "reason"]
    return pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)


def influence(fitted: Fit, data: Any, *, by: str | None = None) -> pd.DataFrame:
    """How each coefficient of a least-squares fit moves when a unit or a group leaves, without fitting again.

    `data` is the table that `fitted` was estimated on; `by` groups its rows, else each row is its own. One row a
    group and term: `left_out` (the group, or the place of the row from 0), `term`, `rows` (of the group), `change`
    (without less with) and `in_errors` (change over the standard error of the fit). Missing where a
    coefficient cannot be had without the group. The change is exact: (X'X − X_g'X_g)⁻¹ X_g'e_g with its sign turned
    (Belsley, Kuh and Welsch 1980, Regression Diagnostics, chapter 2, for single rows: their DFBETA).

    Raises RequestError where `by` is unknown, `data` has another number of rows, or the fit is weighted.
    """
    frame = as_pandas(data).reset_index(drop=True)
    if len(frame) != len(fitted.used):
        raise RequestError("model_other_table", rows=len(frame), fitted=len(fitted.used))
    if fitted.estimator != "ols":
        raise RequestError("influence_ols_only", estimator=fitted.estimator)
    if by is not None:
        _known(by, frame)
    used = frame[fitted.used]
    y, terms = design_matrix(fitted.formula, used)
    # In the orthonormal columns of Q the sum of squares is the identity, and leaving a group out is I − Q_g'Q_g.
    basis, triangle = np.linalg.qr(terms.to_numpy())
    residual = y - basis @ (basis.T @ y)
    labels = used[by] if by else pd.Series(used.index, index=used.index)
    codes, names = pd.factorize(labels, sort=True)
    order = np.argsort(codes, kind="stable")
    order = order[codes[order] >= 0]
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    changes = np.full((len(names), len(triangle)), np.nan)
    for place in range(len(names)):
        rows = order[ends[place] : ends[place + 1]]
        left = np.eye(len(triangle)) - basis[rows].T @ basis[rows]
        if np.linalg.eigvalsh(left)[0] > 1e-10:
            changes[place] = -np.linalg.solve(triangle, np.linalg.solve(left, basis[rows].T @ residual[rows]))
    errors = fitted.table.set_index("term")["standard_error"].reindex(terms.columns.astype(str)).to_numpy()
    return pd.DataFrame(
        {
            "left_out": np.repeat(np.asarray(names), len(triangle)),
            "term": np.tile(terms.columns.astype(str), len(names)),
            "rows": np.repeat(np.diff(ends), len(triangle)),
            "change": changes.ravel(),
            "in_errors": (changes / errors).ravel(),
        }
    )


def _known(name: str, frame: pd.DataFrame) -> None:
    if name not in frame.columns:
        raise RequestError("model_unknown_column", column=name, near=near_names(name, frame.columns))
