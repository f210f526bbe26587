"""Schools → findings: the value of a region and the spread between its schools, not yet judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from qualityedu.columns import CONTEXT
from qualityedu.findings.frames import as_pandas, door
from qualityedu.findings.sums import add_up, findings_of, workings_of
from qualityedu.indicators import catalogue
from qualityedu.measures import Working
from qualityedu.standards import Regulation, place_of, regulations, school_year_end

__all__ = ["in_scope", "measure", "school_values"]


def measure(
    schools: Any,
    indicators: Iterable[str] | None = None,
    *,
    by: Sequence[str] = ("region",),
    spreads: Collection[str] | None = None,
) -> pd.DataFrame:
    """Findings of every region: one row per group of `by`, year, indicator, stage and subject.

    `schools` is a table of units (any frame that Narwhals knows, with the names of `columns.py`), `indicators`
    ids of the catalogue, all that the table can give where none are named. `subject` is `region` (the value) and
    `spread` (the difference coefficient between its schools; not given for a shape that has none, such as a maximum).
    `value` is unrounded, in the indicator's unit, missing where nothing is known. `basis` says on what it rests:
    `counts` (the parts), `stated_weighted` (stated values weighted by their denominator) or `stated` (stated values
    alone). `schools` is how many units are in it, `left_out` how many of its stage lack a part of it. `spreads` are
    the indicators whose difference coefficient is wanted, all where none are named.

    Raises RequestError for an unknown indicator.
    """
    return findings_of(add_up(schools, indicators, by=by, spreads=spreads))


def school_values(schools: Any, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """The value of every unit: one row per unit, stage and year, a column per indicator.

    The key columns (with the names of region and unit and what may be held fixed in a model, where the table has
    them) come first. A value is missing where a part is, for stages of which the indicator does not speak, and
    where it is one between schools, which no school has by itself.
    """
    frame = door(schools)
    wanted = ("region", "region_name", "school", "school_name", "stage", "year", *CONTEXT)
    available = frame.collect_schema().names()
    names = [name for name in wanted if name in available]
    values = [
        nw.when(nw.col("stage").is_in(list(catalogue()[name].stages))).then(_of_unit(how)).alias(name)
        for name, how in workings_of(available, indicators).items()
    ]
    return as_pandas(frame.select(*names, *values)).reset_index(drop=True)


def in_scope(schools: pd.DataFrame, *, country: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The schools of which the regulations in force speak, and the others with the `reason` they are left out.

    Reasons are `kind` (a kind of school that a regulation leaves out) and `teaching_point` (too few pupils).
    Where no regulation applies, or the table does not say the kind of school, all are in.
    """
    reasons = pd.Series("", index=schools.index)
    if country and "school_kind" in schools.columns:
        for regulation in regulations().values():
            spoken = _speaks_of(schools, regulation, country)
            if "pupils" in schools.columns:
                few = schools["pupils"] < regulation.smallest_teaching_point
                reasons[spoken & (schools["school_kind"] == "teaching_point") & few] = "teaching_point"
            reasons[spoken & schools["school_kind"].isin(regulation.leave_out)] = "kind"
    out = schools[reasons != ""].assign(reason=reasons[reasons != ""])
    return schools[reasons == ""].reset_index(drop=True), out.reset_index(drop=True)


def _speaks_of(schools: pd.DataFrame, regulation: Regulation, country: str) -> pd.Series:
    """Whether a regulation holds for the place and the year of each row."""
    years = {year: regulation.effective <= school_year_end(int(year)) for year in schools["year"].unique()}
    regions = {name: place_of(country, str(name)).startswith(regulation.place) for name in schools["region"].unique()}
    found: pd.Series = schools["year"].map(years).astype(bool) & schools["region"].map(regions).astype(bool)
    return found


def _of_unit(how: Working) -> nw.Expr:
    return nw.lit(None, dtype=nw.Float64()) if how.unit is None else how.unit
