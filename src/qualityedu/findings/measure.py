"""Schools → findings: the value of a region and the spread between its schools, not yet judged."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from qualityedu.columns import CONTEXT, STAGES
from qualityedu.indicators import Indicator, catalogue, find
from qualityedu.inequality import leading_share
from qualityedu.measures import Working, close_between, close_region, region_sums, unit_sides, unit_terms
from qualityedu.standards import place_of, regulations, school_year_end

__all__ = ["in_scope", "measure", "school_values"]

FINDING_COLUMNS = ["indicator", "stage", "subject", "value", "basis", "schools", "left_out"]


def measure(schools: Any, indicators: Iterable[str] | None = None, *, by: Sequence[str] = ("region",)) -> pd.DataFrame:
    """Findings of every region: one row per group of `by`, year, indicator, stage and subject.

    `schools` is a table of units (any frame that Narwhals knows, with the names of `columns.py`), `indicators`
    ids of the catalogue, all that the table can give where none are named. `subject` is `region` (the value) and
    `spread` (the difference coefficient between its schools; not given for a shape that has none, such as a maximum).
    `value` is unrounded, in the indicator's unit, missing where nothing is known. `basis` says on what it rests:
    `counts` (the parts), `stated_weighted` (stated values weighted by their denominator) or `stated` (stated values
    alone). `schools` is how many units are in it, `left_out` how many of its stage lack a part of it.

    Raises RequestError for an unknown indicator.
    """
    frame = _door(schools)
    asked = _measurable(frame.columns, indicators)
    keys = [*by, "year", "stage"]
    if not asked:
        return pd.DataFrame(columns=[*by, "year", *FINDING_COLUMNS])
    sides = frame.select(*keys, *(side for each, how in asked for side in unit_sides(how, each.id)))
    units = sides.select(*keys, *(term for each, how in asked for term in unit_terms(how, _in_stage(each), each.id)))
    closed = _added_up(units, keys, [total for each, how in asked for total in region_sums(how, each.id)]).with_columns(
        *[close_region(how, each.id).alias(f"{each.id}:region") for each, how in asked],
        *[close_between(how, each.id).alias(f"{each.id}:spread") for each, how in asked],
    )
    wide = _with_leading_shares(_to_pandas(closed), units, keys, asked)
    long = [_findings_of(wide, each, how, keys) for each, how in asked]
    findings = pd.concat(long, ignore_index=True)
    # In the order of the catalogue and of schooling, not of the alphabet.
    findings["_indicator"] = findings["indicator"].map([each.id for each, _ in asked].index)
    findings["_stage"] = findings["stage"].map(STAGES.index)
    keys = [*by, "year", "_indicator", "_stage", "subject"]
    findings = findings.sort_values(keys, kind="stable", ignore_index=True)
    return findings[[*by, "year", *FINDING_COLUMNS]]


def _added_up(units: Any, keys: list[str], totals: list[nw.Expr]) -> Any:
    with warnings.catch_warnings():
        # On pandas, Narwhals puts the keys back one by one before hundreds of sums, and pandas remarks on it.
        warnings.simplefilter("ignore", pd.errors.PerformanceWarning)
        return units.group_by(*keys).agg(*totals)


def _with_leading_shares(
    wide: pd.DataFrame, units: Any, keys: list[str], asked: list[tuple[Indicator, Working]]
) -> pd.DataFrame:
    """The shares held by leading units, which do not add up, put in the place of the closed sums."""
    for each, how in asked:
        if how.leading is None:
            continue
        held = _to_pandas(units.select(*keys, nw.col(f"{each.id}:n"), nw.col(f"{each.id}:d")))
        of_group = dict(iter(held.groupby(keys)))
        shares = [
            leading_share(
                of_group[key][f"{each.id}:n"].astype("float64"),
                of_group[key][f"{each.id}:d"].astype("float64"),
                leading=how.leading,
            )
            for key in wide[keys].itertuples(index=False, name=None)
        ]
        wide = wide.assign(**{f"{each.id}:region": shares})
    return wide


def school_values(schools: Any, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """The value of every unit: one row per unit, stage and year, a column per indicator.

    The key columns (with the names of region and unit and what may be held fixed in a model, where the table has
    them) come first. A value is missing where a part is, for stages of which the indicator does not speak, and
    where it is one between schools, which no school has by itself.
    """
    frame = _door(schools)
    wanted = ("region", "region_name", "school", "school_name", "stage", "year", *CONTEXT)
    names = [name for name in wanted if name in frame.columns]
    values = [
        nw.when(_in_stage(each)).then(_of_unit(how)).alias(each.id)
        for each, how in _measurable(frame.columns, indicators)
    ]
    return _to_pandas(frame.select(*names, *values)).reset_index(drop=True)


def in_scope(schools: pd.DataFrame, *, country: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The schools of which the regulations in force speak, and the others with the `reason` they are left out.

    Reasons are `kind` (a kind of school that a regulation leaves out) and `teaching_point` (too few pupils).
    Where no regulation applies, or the table does not say the kind of school, all are in.
    """
    reasons = pd.Series("", index=schools.index)
    if country and "school_kind" in schools.columns:
        for (region, year), rows in schools.groupby(["region", "year"]).groups.items():
            reasons.loc[rows] = _reasons(schools.loc[rows], place_of(country, str(region)), int(str(year)))
    out = schools[reasons != ""].assign(reason=reasons[reasons != ""])
    return schools[reasons == ""].reset_index(drop=True), out.reset_index(drop=True)


def _reasons(schools: pd.DataFrame, place: str, year: int) -> pd.Series:
    reasons = pd.Series("", index=schools.index)
    for regulation in regulations().values():
        if regulation.effective <= school_year_end(year) and place.startswith(regulation.place):
            if "pupils" in schools.columns:
                tiny = (schools["school_kind"] == "teaching_point") & (
                    schools["pupils"] < regulation.smallest_teaching_point
                )
                reasons[tiny.fillna(False)] = "teaching_point"
            reasons[schools["school_kind"].isin(regulation.leave_out)] = "kind"
    return reasons


def _door(schools: Any) -> Any:
    """Any frame as a Narwhals frame in which a missing number is null, never NaN."""
    frame = nw.from_native(schools)
    if isinstance(schools, pd.DataFrame):
        return frame
    numbers = [name for name, dtype in frame.collect_schema().items() if dtype.is_float()]
    return frame.with_columns(*[nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(name) for name in numbers])


def _to_pandas(frame: Any) -> pd.DataFrame:
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    table: pd.DataFrame = eager.to_pandas()
    return table


def _measurable(columns: Iterable[str], indicators: Iterable[str] | None) -> list[tuple[Indicator, Working]]:
    asked = catalogue().values() if indicators is None else [find(name) for name in indicators]
    available = set(columns)
    found = [(each, each.value.working(each.id, available)) for each in asked]
    return [(each, how) for each, how in found if how is not None]


def _of_unit(how: Working) -> nw.Expr:
    return nw.lit(None, dtype=nw.Float64()) if how.unit is None else how.unit


def _in_stage(indicator: Indicator) -> nw.Expr:
    return nw.col("stage").is_in(list(indicator.stages))


def _findings_of(wide: pd.DataFrame, each: Indicator, how: Working, keys: list[str]) -> pd.DataFrame:
    rows = wide[wide["stage"].isin(each.stages)]
    shared = rows[keys].assign(
        indicator=each.id,
        basis=how.basis,
        schools=rows[f"{each.id}:known"].astype("int64"),
        left_out=(rows[f"{each.id}:rows"] - rows[f"{each.id}:known"]).astype("int64"),
    )
    return pd.concat(
        [
            shared.assign(subject=subject, value=rows[f"{each.id}:{subject}"].astype("float64"))
            for subject in (["region"] if how.spread is None else ["region", "spread"])
        ],
        ignore_index=True,
    )
