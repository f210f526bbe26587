"""How much the change of a value between two years hangs on single schools: the jackknife over schools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import narwhals as nw
import pandas as pd

from qualityedu.findings.workings import units_adding, workings
from qualityedu.measures import Extreme, Total, Working, close_between, close_region

__all__ = ["change_errors"]

# Indicators are taken together up to so many cells of each: steps take time, cells take memory.
_CELLS = 2_000_000
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
    asked = {
        each.id: how
        for each, how in workings(schools, indicators)
        if how.leading is None and not isinstance(each.value, Extreme | Total)
    }
    names, together = list(asked), max(1, _CELLS // max(1, len(schools)))
    blocks = [names[first : first + together] for first in range(0, len(names), together)]
    several = [{name: asked[name] for name in block} for block in blocks]
    found = [table for block in several for table in _without_each(units_adding(schools, block), block)]
    units = pd.concat(found, ignore_index=True) if found else None
    tables = [] if units is None else [_errors(units, before, year) for before, year in pairs]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=_COLUMNS)


def _without_each(units: pd.DataFrame, of: Mapping[str, Working]) -> Iterator[pd.DataFrame]:
    """For each indicator a row per known unit: the region's values with it (`with:region`, …) and without."""
    ranges = [column for column in units.columns if column.endswith(":x")]
    added = [column for column in units.columns if column not in (*_KEYS, "school", *ranges)]
    groups = [units[key] for key in _KEYS]
    own = units[added].astype("float64").fillna(0.0)
    whole, range_of_x = own.groupby(groups).transform("sum"), units[ranges].astype("float64").groupby(groups)
    extremes = [
        range_of_x.transform(which).rename(columns=lambda name, end=end: f"{name[:-2]}:{end}")
        for which, end in (("min", "low"), ("max", "high"))
    ]
    both = pd.concat([whole, whole - own], ignore_index=True)
    sums = pd.concat([both, *(pd.concat([each, each], ignore_index=True) for each in extremes)], axis=1)
    closings = [close_region(how, name).alias(f"{name}:region") for name, how in of.items()]
    closings += [close_between(how, name).alias(f"{name}:spread") for name, how in of.items()]
    closed: pd.DataFrame = nw.from_native(sums).select(*closings).to_native().astype("float64")
    halves = {"with": closed.head(len(units)), "without": closed.tail(len(units))}
    for name in of:
        known = (units[f"{name}:known"] > 0).to_numpy()
        if known.any():
            values = {
                f"{prefix}:{subject}": half[f"{name}:{subject}"].to_numpy()[known]
                for prefix, half in halves.items()
                for subject in ("region", "spread")
            }
            yield units.loc[known, [*_KEYS, "school"]].assign(indicator=name, **values)


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
