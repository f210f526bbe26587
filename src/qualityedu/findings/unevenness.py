"""How uneven the schools are, region by region, and how much of it lies between the regions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

import pandas as pd

from qualityedu.findings.workings import unit_ratios, workings
from qualityedu.indicators import Indicator
from qualityedu.inequality import EQUAL, Weights, gini, gini_error, parts, quantile_ratio, theil, theil_error
from qualityedu.measures import Working

__all__ = ["UNEVENNESS_COLUMNS", "Weighting", "unevenness", "unevenness_parts"]

# How schools count: each by those whom the ratio counts (its own denominator, pupils for most), or each alike.
Weighting = Literal["pupils", "schools"]

UNEVENNESS_COLUMNS = [
    "indicator", "stage", "gini", "gini_error", "theil_t", "theil_t_error", "theil_l", "theil_l_error",
    "quantile_ratio", "schools", "left_out",
]  # fmt: skip
PARTS_COLUMNS = [
    "indicator", "stage", "index", "total", "error", "between", "within", "overlap", "share", "groups", "schools",
]  # fmt: skip


def unevenness(
    schools: pd.DataFrame,
    indicators: Iterable[str] | None = None,
    *,
    weighting: Weighting,
    by: Sequence[str] = ("region",),
) -> pd.DataFrame:
    """Gini, Theil T and L and the ratio of the upper to the lower tenth, between the schools of every group.

    `schools` is a table of units with the names of `columns.py`. One row per group of `by`, year, indicator and
    stage; standard errors by the jackknife over schools, `schools` how many are in it and `left_out` how many of the
    stage are not. `weighting` says how schools count: `pupils` (each by the ratio's own denominator; schools for which
    only a value was stated count alike) or `schools` (each alike). Only indicators that are one ratio or mean have a
    difference between schools. Not for release. Raises RequestError for an unknown indicator, and ValueError for
    another weighting.
    """
    _check(weighting)
    keys = [*by, "year", "stage"]
    rows = [
        (*key, each.id, *_indices(units, weighting), len(units), int(size) - len(units))
        for each, how in workings(schools, indicators)
        for key, units, size in _groups(schools, each, how, keys)
    ]
    columns = [*by, "year", *UNEVENNESS_COLUMNS]
    table = pd.DataFrame(rows, columns=[*keys, "indicator", *UNEVENNESS_COLUMNS[2:]])
    return table[columns]


def unevenness_parts(
    schools: pd.DataFrame,
    indicators: Iterable[str] | None = None,
    *,
    weighting: Weighting,
    groups: str = "region",
) -> pd.DataFrame:
    """Gini, Theil T and Theil L over all schools of a table, between and within the groups of a column.

    `groups` is a column such as `region`, `area` (urban, town, rural) or `ownership`. One row per year, indicator,
    stage and `index` (`gini`, `theil_t`, `theil_l`): `total` with its standard `error` by the jackknife over schools,
    `between`, `within`, `overlap` (of the Gini coefficient alone), `share` (between ÷ total), how many `groups` and
    `schools`. Schools without a group are left out. `weighting` as for `unevenness`. Not for release. Raises
    RequestError for an unknown indicator, and ValueError for another weighting.
    """
    _check(weighting)
    columns = ["year", *PARTS_COLUMNS]
    if groups not in schools.columns:
        return pd.DataFrame(columns=columns)
    found = []
    for each, how in workings(schools, indicators):
        units = unit_ratios(schools, each, how)
        for key, rows in units.groupby(["year", "stage"], sort=True):
            table = parts(rows["value"], rows[groups], weights=_weights(rows, weighting))
            found.append(
                table.rename(columns={"units": "schools"}).assign(year=key[0], stage=key[1], indicator=each.id)
            )
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def _check(weighting: str) -> None:
    if weighting not in get_args(Weighting):
        raise ValueError(f"weighting is {weighting!r}; it is one of {', '.join(get_args(Weighting))}.")


def _groups(
    schools: pd.DataFrame, each: Indicator, how: Working, keys: list[str]
) -> Iterable[tuple[tuple[object, ...], pd.DataFrame, int]]:
    units = unit_ratios(schools, each, how)
    sizes = schools.groupby(keys).size()
    for key, rows in units.groupby(keys, sort=True):
        yield tuple(key), rows, int(sizes.loc[key])


def _weights(units: pd.DataFrame, weighting: Weighting) -> Weights:
    return units["weight"].to_numpy() if weighting == "pupils" else EQUAL


def _indices(units: pd.DataFrame, weighting: Weighting) -> tuple[float, ...]:
    x = units["value"]
    w = _weights(units, weighting)
    return (
        gini(x, weights=w),
        gini_error(x, weights=w),
        theil(x, weights=w, form="T"),
        theil_error(x, weights=w, form="T"),
        theil(x, weights=w, form="L"),
        theil_error(x, weights=w, form="L"),
        quantile_ratio(x, weights=w),
    )
