"""The inequality of many units at once, and its parts by groups."""

from __future__ import annotations

import pandas as pd
from numpy.typing import ArrayLike

from qualityedu.inequality.decomposition import groups_of
from qualityedu.inequality.gini import gini_error, gini_parts
from qualityedu.inequality.theil import theil_error, theil_parts
from qualityedu.inequality.weighted import EQUAL, Weights

__all__ = ["parts"]


def parts(values: ArrayLike, groups: ArrayLike, *, weights: Weights) -> pd.DataFrame:
    """Gini, Theil T and Theil L of `values` (length n), each between and within `groups` (length n).

    One row per index: `index` (`gini`, `theil_t`, `theil_l`), `total`, its standard `error` by the jackknife over
    units, `between`, `within`, `overlap` (of the Gini coefficient alone), `share` (between ÷ total), `units` and
    `groups` (how many are in it). A unit without a value, a weight or a group is left out.
    """
    whole, found = groups_of(values, groups, weights)
    names = pd.Series(groups, dtype=object)[whole.kept].tolist()
    x = whole.values
    w: Weights = EQUAL if isinstance(weights, str) else whole.shares
    rows = [
        ("gini", gini_parts(x, names, weights=w), gini_error(x, weights=w)),
        ("theil_t", theil_parts(x, names, weights=w, form="T"), theil_error(x, weights=w, form="T")),
        ("theil_l", theil_parts(x, names, weights=w, form="L"), theil_error(x, weights=w, form="L")),
    ]
    table = [
        (name, each.total, error, each.between, each.within, overlap, each.between_share)
        for name, each, error in rows
        for overlap in [each.overlap if name == "gini" else 0.0]
    ]
    columns = ["index", "total", "error", "between", "within", "overlap", "share"]
    return pd.DataFrame(table, columns=columns).assign(units=whole.values.size, groups=len(found))
