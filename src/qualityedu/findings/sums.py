"""What the units of a group add up to: from it a county's value follows, and a city's without its schools."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import pandas as pd

from qualityedu.columns import COLUMNS, STAGES
from qualityedu.errors import RequestError
from qualityedu.findings.frames import as_pandas, door
from qualityedu.indicators import Indicator, catalogue, find
from qualityedu.inequality import leading_shares
from qualityedu.measures import (
    Ratio,
    Working,
    close_between,
    close_region,
    region_sums,
    unit_steps,
    unit_unevenness,
    units_counted,
)

__all__ = [
    "FINDING_COLUMNS",
    "Sums",
    "Tally",
    "add_up",
    "closed",
    "combine",
    "findings_of",
    "persons_of",
    "regroup",
    "values_of",
    "with_shares",
    "workings_of",
]

FINDING_COLUMNS = ["indicator", "stage", "subject", "value", "basis", "schools", "left_out"]


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums by group of `by`, year and stage, from which values and difference coefficients follow.

    `table` has one row per group: the keys, `units` (how many rows of the table) and, for each indicator, the columns
    that `region_sums` names. `workings` says how each indicator comes about, `uneven` which of them have what a
    difference coefficient needs. `leading` holds both sides of every unit for the shares of leading units, which alone
    do not add up. `columns` are those of the table that was added up.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    workings: Mapping[str, Working]
    uneven: frozenset[str]
    leading: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """What names a group."""
        return [*self.by, "year", "stage"]


@dataclass(frozen=True)
class Tally:
    """Something told of every unit, of which it is counted how many units have each: a verdict, for one.

    `given` are columns made of the keys and `region`, `told` those made of them and of the values of the indicators
    `of`, which are there as `{indicator}:x`. `counts` are conditions on either; the units that fulfil each are counted.
    """

    of: tuple[str, ...]
    given: Mapping[str, nw.Expr]
    told: Mapping[str, nw.Expr]
    counts: Mapping[str, nw.Expr]


def add_up(
    schools: Any,
    indicators: Iterable[str] | None = None,
    *,
    by: Sequence[str] = ("region",),
    spreads: Collection[str] | None = None,
    counting: Mapping[str, Tally] | None = None,
) -> Sums:
    """Add up what every unit of a table contributes, in one pass of the engine that holds it.

    `schools` is any frame that Narwhals knows, eager or lazy, with the names of `columns.py`; `indicators` are ids of
    the catalogue, all that the table can give where none are named. `spreads` are those whose difference coefficient
    is wanted, all where none are named: the others need less than half of the sums. `counting` is what is told of
    every unit besides and counted (see `verdict_terms`); the indicators it is told of must be among those added up.

    Raises RequestError for an unknown indicator.
    """
    frame = door(schools)
    available = tuple(frame.collect_schema().names())
    asked = workings_of(available, indicators)
    keys = [*by, "year", "stage"]
    uneven = frozenset(name for name in asked if spreads is None or name in spreads)
    if not asked:
        return Sums(pd.DataFrame(columns=[*keys, "units"]), tuple(by), {}, uneven, columns=available)
    tallies = list((counting or {}).values())
    counted = [name for tally in tallies for name in tally.counts]
    units = _units(frame, list(dict.fromkeys([*keys, *(("region",) if tallies else ())])), asked, uneven, tallies)
    totals = [nw.len().alias("units"), *(nw.col(name).sum() for name in counted)]
    totals += [total for name, how in asked.items() for total in region_sums(how, name, uneven=name in uneven)]
    with warnings.catch_warnings():
        # On pandas, Narwhals puts the keys back one by one before hundreds of sums, and pandas remarks on it.
        warnings.simplefilter("ignore", pd.errors.PerformanceWarning)
        # Put in order by the engine: to do so here would hold the whole of it twice.
        table = as_pandas(units.group_by(*keys).agg(*totals).sort(*keys, nulls_last=True)).reset_index(drop=True)
    table = _typed(table, keys, counted)
    leading = {
        name: as_pandas(units.select(*keys, amount=nw.col(f"{name}:n"), size=nw.col(f"{name}:d")))
        for name, how in asked.items()
        if how.leading is not None
    }
    return Sums(table, tuple(by), asked, uneven, leading, available)


def _units(
    frame: Any, held: list[str], asked: Mapping[str, Working], uneven: Collection[str], tallies: Sequence[Tally]
) -> Any:
    """What each unit adds, step by step: what several columns are made of is a column before them, worked out once."""
    # Rows of other stages than an indicator's are left aside when the sums are closed.
    given = {name: each for tally in tallies for name, each in tally.given.items()}
    units = units_counted(frame, unit_steps(asked), held, given)
    needed = {*uneven, *(name for name, how in asked.items() if how.uneven)}
    needed |= {name for tally in tallies for name in tally.of}
    if needed:
        units = units.with_columns(*(e for name in asked if name in needed for e in unit_unevenness(asked[name], name)))
    if tallies:
        units = units.with_columns(**{name: each for tally in tallies for name, each in tally.told.items()})
        counts = {name: each for tally in tallies for name, each in tally.counts.items()}
        units = units.with_columns(**{name: each.cast(nw.Int64) for name, each in counts.items()})
    return units


def combine(*several: Sums) -> Sums:
    """Sums of different rows of the same kind of table as one: a new month's or a further county's are added.

    Raises RequestError where they are not of the same groups, indicators and ways of calculation.
    """
    first = several[0]
    for other in several[1:]:
        if _kind_of(other) != _kind_of(first):
            raise RequestError("sums_differ", first=_apart(first, other), other=_apart(other, first))
    table = _added(pd.concat([each.table for each in several], ignore_index=True), first.keys)
    leading = {name: pd.concat([each.leading[name] for each in several], ignore_index=True) for name in first.leading}
    return replace(first, table=table, leading=leading)


def regroup(sums: Sums, into: Callable[[str], str], *, by: str = "region") -> Sums:
    """The groups of `by` merged into those that `into` names, without going back to the units."""
    names = {name: into(str(name)) for name in sums.table[by].unique()}
    table = _added(sums.table.assign(**{by: sums.table[by].map(names)}), sums.keys)
    leading = {name: units.assign(**{by: units[by].map(names)}) for name, units in sums.leading.items()}
    return replace(sums, table=table, leading=leading)


def values_of(sums: Sums) -> pd.DataFrame:
    """What follows from sums, wide: one row per group, `units`, and for each indicator `:region`, `:known`, `:spread`.

    `:known` is how many units are in it; `:spread`, the difference coefficient, is there for those that `sums` has it
    for. Values of stages of which an indicator does not speak are there as well: `findings_of` leaves them out.
    """
    return with_shares(closed(sums), sums)


def closed(sums: Sums) -> pd.DataFrame:
    """As `values_of`, without the shares of leading units."""
    closings = [close_region(how, name).alias(f"{name}:region") for name, how in sums.workings.items()]
    closings += [close_between(sums.workings[name], name).alias(f"{name}:spread") for name in sorted(sums.uneven)]
    known = [f"{name}:known" for name in sums.workings]
    table: pd.DataFrame = nw.from_native(sums.table).select(*sums.keys, "units", *known, *closings).to_native()
    return table


def with_shares(values: pd.DataFrame, sums: Sums) -> pd.DataFrame:
    """The values of sums that are closed, with the shares of leading units, which rest on the units themselves."""
    shares = {f"{name}:region": _shares(units, sums, name) for name, units in sums.leading.items()}
    return values.assign(**shares) if shares else values


def findings_of(sums: Sums) -> pd.DataFrame:
    """The values and difference coefficients that follow from sums, as `measure` gives them."""
    wide = values_of(sums)
    pieces = [
        piece
        for stage, rows in wide.groupby("stage", sort=False)
        for name in sums.workings
        if stage in catalogue()[name].stages
        for piece in _of_indicator(rows, sums, name)
    ]
    if not pieces:
        return pd.DataFrame(columns=[*sums.by, "year", *FINDING_COLUMNS])
    findings = pd.concat(pieces, ignore_index=True)
    # In the order of the catalogue and of schooling, not of the alphabet.
    findings["_indicator"] = findings["indicator"].map({name: place for place, name in enumerate(sums.workings)})
    findings["_stage"] = findings["stage"].map({stage: place for place, stage in enumerate(STAGES)})
    order = [*sums.by, "year", "_indicator", "_stage", "subject"]
    return findings.sort_values(order, kind="stable", ignore_index=True)[[*sums.by, "year", *FINDING_COLUMNS]]


def persons_of(sums: Sums) -> pd.DataFrame:
    """On how many persons the value of each group rests: as `values_of`, a column per indicator, `:persons`.

    The most persons on either side of a ratio (pupils, teachers, candidates); missing where neither side counts any.
    """
    found: dict[str, pd.Series] = {}
    for name, how in sums.workings.items():
        shape = catalogue()[name].value
        if len(how.parts) > 1 or not isinstance(shape, Ratio):
            continue
        sides = {"n": (shape.numerator, shape.per), "d": (shape.denominator, 1)}
        counted = [sums.table[f"{name}:{part}"] / per for part, (side, per) in sides.items() if _of_persons(side)]
        if counted:
            found[f"{name}:persons"] = pd.concat(counted, axis=1).max(axis=1)
    return pd.DataFrame(found, index=sums.table.index)


def _of_persons(side: object) -> bool:
    names = (side,) if isinstance(side, str) else tuple(getattr(side, "columns", tuple)())
    return any(COLUMNS[name].unit == "persons" for name in names)


def workings_of(columns: Iterable[str], indicators: Iterable[str] | None = None) -> dict[str, Working]:
    """How each indicator, all or those named, comes about from such columns; without those that cannot.

    Raises RequestError for an unknown indicator.
    """
    asked: Iterable[Indicator] = catalogue().values() if indicators is None else [find(name) for name in indicators]
    available = set(columns)
    found = ((each.id, each.value.working(each.id, available)) for each in asked)
    return {name: how for name, how in found if how is not None}


def _typed(table: pd.DataFrame, keys: list[str], counted: list[str]) -> pd.DataFrame:
    """Counts as whole numbers and sums as floating ones: some engines give decimals for either."""
    whole = {"units", "year", *counted}
    counts = [name for name in table.columns if name in whole or name.endswith(":known")]
    sums = [name for name in table.columns if name not in (*keys, *counts)]
    wanted = {**dict.fromkeys(counts, "int64"), **dict.fromkeys(sums, "float64")}
    return table.astype({name: dtype for name, dtype in wanted.items() if table.dtypes[name] != dtype})


def _added(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Rows of one group added up; the range of x is that of all."""
    lows, highs = ([name for name in table.columns if name.endswith(end)] for end in (":low", ":high"))
    plain = [name for name in table.columns if name not in (*keys, *lows, *highs)]
    groups = table.groupby(keys, sort=True)
    parts = [groups[plain].sum(), groups[lows].min(), groups[highs].max()]
    merged: pd.DataFrame = pd.concat(parts, axis=1).copy().reset_index()
    return merged


def _shares(units: pd.DataFrame, sums: Sums, name: str) -> pd.Series:
    found = leading_shares(units, sums.keys, leading=sums.workings[name].leading or 0.0)
    groups = pd.MultiIndex.from_frame(sums.table[sums.keys])
    return pd.Series(found.reindex(groups).to_numpy(), index=sums.table.index)


def _of_indicator(rows: pd.DataFrame, sums: Sums, name: str) -> Iterable[pd.DataFrame]:
    how = sums.workings[name]
    known = rows[f"{name}:known"].astype("int64")
    shared = {key: rows[key] for key in sums.keys} | {"indicator": name, "basis": how.basis, "schools": known}
    shared |= {"left_out": rows["units"].astype("int64") - known}
    for subject in ("region", "spread") if how.spread is not None and name in sums.uneven else ("region",):
        yield pd.DataFrame(shared | {"subject": subject, "value": rows[f"{name}:{subject}"].astype("float64")})


def _kind_of(sums: Sums) -> tuple[object, ...]:
    return sums.by, sums.uneven, [(name, how.basis, len(how.parts)) for name, how in sums.workings.items()]


def _apart(sums: Sums, other: Sums) -> str:
    """What one has and the other has not, or otherwise."""
    theirs = set(_named(other))
    return ", ".join(each for each in _named(sums) if each not in theirs) or "—"


def _named(sums: Sums) -> list[str]:
    spreads = [f"{name} (spread)" for name in sorted(sums.uneven)]
    return [*sums.by, *(f"{name} ({how.basis})" for name, how in sums.workings.items()), *spreads]
