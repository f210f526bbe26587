"""What no model can be estimated on, each with its sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError

__all__ = ["refuse_collinear", "refuse_constant", "refuse_unfit"]

# A column whose part outside the span of the columns before it is smaller than this share of its length adds
# nothing that double precision can tell from rounding; a cubic in years (2000 to 2010) still has 1e-8.
COLLINEAR = 1e-10


def refuse_unfit(
    outcome: pd.Series, terms: pd.DataFrame, *, absorbed: bool, clusters: tuple[np.ndarray, ...], names: tuple[str, ...]
) -> None:
    """Refuse too few rows, a constant outcome, collinear terms, one cluster. `absorbed` defers to `refuse_absorbed`."""
    rows, count = terms.shape
    if count == 0:
        raise RequestError("model_no_terms")
    if rows <= count:
        raise RequestError("model_too_few_rows", rows=rows, terms=count)
    if np.ptp(outcome) == 0:
        raise RequestError("model_constant_outcome", outcome=outcome.name, rows=rows)
    if not absorbed:
        refuse_collinear(terms)
    for codes, name in zip(clusters, names, strict=True):
        if codes.max() < 1:
            raise RequestError("model_one_cluster", column=name, rows=rows)


def refuse_constant(outcome: np.ndarray, terms: pd.DataFrame, before: tuple[np.ndarray, pd.DataFrame], by: str) -> None:
    """Refuse what effects leave nothing of; `before` are outcome and terms as they were, `by` names the effects."""
    length = np.sqrt((np.asarray(before[0]) ** 2).sum())
    if np.sqrt((outcome**2).sum()) <= 1e-9 * length:
        raise RequestError("model_outcome_absorbed", effects=by)
    lengths = np.sqrt((before[1].to_numpy() ** 2).sum(axis=0))
    left = np.sqrt((terms.to_numpy() ** 2).sum(axis=0))
    gone = [str(name) for name, now, then in zip(terms.columns, left, lengths, strict=True) if now <= 1e-9 * then]
    if gone:
        raise RequestError("model_term_absorbed", term=gone[0], effects=by)


def refuse_collinear(terms: pd.DataFrame) -> None:
    """Refuse a term that follows from those before it, naming both."""
    values = terms.to_numpy()
    lengths = np.sqrt((values**2).sum(axis=0))
    empty = [str(name) for name, length in zip(terms.columns, lengths, strict=True) if length == 0]
    if empty:
        raise RequestError("model_zero_term", term=empty[0])
    columns = values / lengths
    # Columns that are plainly apart need no second look, which on millions of rows takes a while.
    if np.linalg.eigvalsh(columns.T @ columns)[0] > 1e-6:
        return
    beyond = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    for place in np.flatnonzero(beyond < COLLINEAR)[:1]:
        shares = np.linalg.lstsq(columns[:, :place], columns[:, place], rcond=None)[0]
        others = [str(name) for name, share in zip(terms.columns, shares, strict=False) if abs(share) > 1e-8]
        raise RequestError("model_collinear", term=str(terms.columns[int(place)]), others=", ".join(others))
