"""How much the change of a value between two years hangs on single schools: the jackknife over schools."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from qualityedu.findings.workings import unit_sums, workings
from qualityedu.measures import Extreme, Total, Working, close_between, close_region

__all__ = ["change_errors"]

_KEYS = ["region", "year", "stage"]
_GROUP = ["region", "indicator", "stage"]
_COLUMNS = ["region", "indicator", "stage", "subject", "before", "year", "error", "units", "matched"]


def change_errors(
    schools: pd.DataFrame, pairs: Iterable[tuple[int, int]], indicators: Iterable[str] | None = None
) -> pd.DataFrame:
    """The standard error of the change of every value between two years.

    `schools` is a table of units with the names of `columns.py`, `pairs` the years to compare. One row per region,
    indicator, stage, subject (`region`, `spread`) and pair: `before`, `year`, `error`, `units` (known in either year)
    and `matched` (in both). One school at a time is left out of both years, the change D is made again, and
    error = √((m − 1)/m · Σ(Dᵢ − D̄)²) over the m schools. A school in both years thus counts once, so that what
    stays with a school from year to year is not taken for noise.

    The error is nan for fewer than three units, and for shapes that are not smooth (a maximum, the share of leading
    units) or not a mean (a total).
    """
    found = [
        _without_each(unit_sums(schools, each, how), how, each.id)
        for each, how in workings(schools, indicators)
        if how.leading is None and not isinstance(each.value, Extreme | Total)
    ]
    units = pd.concat([table for table in found if len(table)], ignore_index=True) if any(map(len, found)) else None
    tables = [] if units is None else [_errors(units, before, year) for before, year in pairs]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=_COLUMNS)


def _without_each(units: pd.DataFrame, how: Working, name: str) -> pd.DataFrame:
    """One row per known unit: the region's values with it (`with:region`, `with:spread`) and without."""
    ranges = [column for column in units.columns if column.endswith(":x")]
    added = [column for column in units.columns if column not in (*_KEYS, "school", *ranges)]
    own = units[added].astype("float64").fillna(0.0)
    groups = [units[key] for key in _KEYS]
    whole = own.groupby(groups).transform("sum")
    for column in ranges:
        grouped = units[column].astype("float64").groupby(groups)
        whole[f"{column[:-2]}:low"], whole[f"{column[:-2]}:high"] = grouped.transform("min"), grouped.transform("max")
    without = whole.copy()
    without[added] = whole[added] - own
    closing = {"region": close_region(how, name), "spread": close_between(how, name)}
    given = [closed.alias(subject) for subject, closed in closing.items() if closed is not None]
    sums = pd.concat([whole, without], ignore_index=True)
    closed: pd.DataFrame = nw.from_native(sums).select(*given).to_native().astype("float64")
    named = units[[*_KEYS, "school"]].assign(indicator=name)
    for prefix, half in (("with", closed.head(len(units))), ("without", closed.tail(len(units)))):
        for subject in ("region", "spread"):
            named[f"{prefix}:{subject}"] = half[subject].to_numpy() if subject in half else float("nan")
    return named


def _errors(units: pd.DataFrame, before: int, year: int) -> pd.DataFrame:
    names = [*_GROUP, "school"]
    sides = [units[units["year"] == one].drop(columns="year") for one in (before, year)]
    both = sides[0].merge(sides[1], on=names, how="outer", suffixes=(":1", ":2"), indicator="where")
    groups = [both[name] for name in _GROUP]
    matched = (both["where"] == "both").groupby(groups).sum()
    tables = []
    for subject in ("region", "spread"):
        change = _one_side(both, subject, 2, groups) - _one_side(both, subject, 1, groups)
        table = change.groupby(groups).agg(["size", "count", "var"])
        # √((m − 1)/m · Σ(D − D̄)²), which is (m − 1)²/m times the sample variance.
        error = ((table["size"] - 1) ** 2 / table["size"] * table["var"]) ** 0.5
        error = error.where((table["size"] > 2) & (table["size"] == table["count"]))
        tables.append(
            pd.DataFrame({"error": error, "units": table["size"], "matched": matched}).assign(subject=subject)
        )
    return pd.concat(tables).reset_index().assign(before=before, year=year)[_COLUMNS]


def _one_side(both: pd.DataFrame, subject: str, side: int, groups: list[pd.Series]) -> pd.Series:
    """The region's value of one year without each unit; the whole value for a unit that the year does not have."""
    whole = both[f"with:{subject}:{side}"].groupby(groups).transform("max")
    absent = both["where"] == ("right_only" if side == 1 else "left_only")
    value: pd.Series = both[f"without:{subject}:{side}"].mask(absent, whole)
    return value
