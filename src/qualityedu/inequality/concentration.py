"""Whether something gathers in few units, or along an order of the units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from qualityedu.inequality.weighted import Weights, weighted

__all__ = ["concentration_index", "leading_share", "leading_shares"]


def concentration_index(values: ArrayLike, order: ArrayLike, *, weights: Weights) -> float:
    """How far `values` (length n) gather among the units that are high in `order` (length n): from −1 to 1.

    C = 2·cov(x, r)/X, with r the fractional rank of a unit in `order` by the weights, units that are alike in it
    sharing their mean rank (Kakwani, Wagstaff and van Doorslaer 1997, Journal of Econometrics 77). Above 0: the
    units high in `order` have more. Ordered by the values themselves it is the Gini coefficient.

    Units without a value or an order are left out. nan for fewer than two units, for a mean that is not positive
    and where a value is below 0.
    """
    rows = np.array(values, dtype=np.float64)
    ranked = np.asarray(order, dtype=np.float64)
    rows[~np.isfinite(ranked)] = np.nan
    given = weighted(rows, weights)
    if not given.measurable:
        return float("nan")
    place = rankdata(ranked[given.kept], method="dense") - 1
    of_place = np.bincount(place, weights=given.shares)
    rank = (np.cumsum(of_place) - of_place / 2)[place]
    return float(2 * np.sum(given.shares * (given.values - given.values.min()) * (rank - 0.5)) / given.mean)


def leading_share(amounts: ArrayLike, sizes: ArrayLike, *, leading: float) -> float:
    """The share of `amounts` held by the units that have most for their size, as many as make up `leading` of it.

    Both of length n, as top grades and candidates. The unit on the boundary counts in part, so that with evenness
    the result is `leading` itself; it is never less, and at most 1. Units of 100, 100 and 300 candidates with 60, 20
    and 20 top grades: the first is a fifth of the candidates and holds 0.6 of them.

    Units without either side or with no size are left out. nan for fewer than two units, where there is nothing in
    all and where an amount is below 0. Raises ValueError unless 0 < leading < 1.
    """
    if not 0 < leading < 1:
        raise ValueError(f"leading is {leading}; it lies between 0 and 1.")
    held, size = np.asarray(amounts, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        given = weighted(held / size, size)
    if not given.measurable:
        return float("nan")
    order = np.argsort(-given.values, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(given.shares[order])])
    gathered = np.concatenate([[0.0], np.cumsum((given.shares * given.values)[order])])
    return float(np.interp(leading, reached, gathered / gathered[-1]))


def leading_shares(units: pd.DataFrame, by: Sequence[str], *, leading: float) -> pd.Series:
    """`leading_share` of every group at once: `units` has the columns `amount` and `size` beside those of `by`.

    One number per group, in the order of `by`; as above, nan where there is nothing to say. Raises ValueError unless
    0 < leading < 1.
    """
    if not 0 < leading < 1:
        raise ValueError(f"leading is {leading}; it lies between 0 and 1.")
    names = list(by)
    known = units[(units["size"] > 0) & units["amount"].notna()]
    rows = known.assign(value=known["amount"] / known["size"])
    rows = rows.sort_values([*names, "value"], ascending=[*(True for _ in names), False], kind="stable")
    groups = rows.groupby(names, sort=True, observed=True)
    reached = groups["size"].cumsum() / groups["size"].transform("sum")
    gathered = groups["amount"].cumsum() / groups["amount"].transform("sum").replace(0, np.nan)
    own, held = rows["size"] / groups["size"].transform("sum"), rows["amount"] / groups["amount"].transform("sum")
    # On the boundary is the first unit with which the leading fraction is reached; it counts in part.
    before = reached.groupby([rows[name] for name in names], observed=True).shift(1, fill_value=0.0)
    boundary = (reached >= leading) & (before < leading)
    shares = gathered - held * (reached - leading) / own
    found = shares[boundary].groupby([rows.loc[boundary, name] for name in names], observed=True).first()
    whole = groups["amount"].agg(["size", "min", "sum"])
    measurable = (whole["size"] > 1) & (whole["min"] >= 0) & (whole["sum"] > 0)
    every = units.groupby(names, sort=True, observed=True).size().index
    result: pd.Series = found.where(measurable.reindex(found.index)).reindex(every).astype("float64")
    return result
