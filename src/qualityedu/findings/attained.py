"""How many schools of a group meet a rule, counted by the engine that holds them, and never school by school."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add, or_
from typing import Any

import narwhals as nw
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.findings.sums import Sums, add_up, as_pandas, workings_of
from qualityedu.measures import Parts, known
from qualityedu.standards import (
    Rule,
    Threshold,
    place_of,
    regulations,
    rule_for,
    rules,
    school_year_end,
    threshold_for,
    thresholds,
)

__all__ = ["COUNTS", "attained", "counts_of", "items_of", "spoken_of", "verdict_terms"]

COUNTS = ("schools", "met", "unmet", "cannot_judge")

# What `meets` allows for the noise of binary division.
_NOISE = 1e-12


def attained(
    schools: Any, *, country: str = "CN", rule: str = "resource_allocation", by: Sequence[str] = ("region",)
) -> pd.DataFrame:
    """How many schools of every group of `by`, year and stage meet a rule, do not, or cannot be judged.

    `schools` is any frame that Narwhals knows, with `region` and `year` and the columns of the rule's indicators. The
    verdict on a school is that of `school_verdicts`, with the standards in force at its place in its year. Columns: the
    keys, `schools`, `met`, `unmet`, `cannot_judge`; they add up to groups of groups. Empty where the rule is in force
    nowhere in the table.

    Raises RequestError for a rule with an item that is neither a floor nor a ceiling.
    """
    terms = verdict_terms(schools, country=country, rule=rule)
    if not terms:
        return pd.DataFrame(columns=[*by, "year", "stage", *COUNTS])
    return counts_of(add_up(schools, items_of(schools, rule), by=by, spreads=(), counting=terms))


def counts_of(sums: Sums) -> pd.DataFrame:
    """The counts of `attained` from sums that were made with `verdict_terms`."""
    judged = sums.table[sums.table["schools"] > 0]
    return judged[[*sums.keys, *COUNTS]].reset_index(drop=True)


def items_of(schools: Any, rule: str = "resource_allocation") -> list[str]:
    """The indicators of a rule, wherever it is in force, that a table can give school by school."""
    known = dict.fromkeys(name for each in rules() if each.id == rule for name in each.indicators)
    available = nw.from_native(schools).collect_schema().names()
    return [name for name, how in workings_of(available, known).items() if how.unit is not None and len(how.parts) == 1]


def verdict_terms(schools: Any, *, country: str = "CN", rule: str = "resource_allocation") -> dict[str, nw.Expr]:
    """What each school adds to the counts of `attained`: expressions for the `counting` of `add_up`.

    They use both sides of the indicators that `items_of` names, which must be among those added up. Nothing where the
    rule is in force nowhere in the table.
    """
    frame = nw.from_native(schools)
    settings = _settings(as_pandas(frame.select("region", "year").unique()), country, rule)
    available = items_of(schools, rule)
    verdict: Any = nw.lit(None, dtype=nw.String())
    for found, cells in settings:
        verdict = (
            nw.when(_any(_where(cell) for cell in cells)).then(_verdict(found, cells, available)).otherwise(verdict)
        )
    terms = {"schools": ~verdict.is_null(), **{name: verdict == name for name in COUNTS[1:]}}
    whole = {name: nw.when(each).then(nw.lit(1)).otherwise(nw.lit(0)) for name, each in terms.items()}
    return whole if settings else {}


def spoken_of(schools: Any, *, country: str) -> Any:
    """The schools of which the regulations in force speak, as `in_scope` tells them, in the engine's own frame."""
    frame = nw.from_native(schools)
    available = frame.collect_schema().names()
    if not country or "school_kind" not in available:
        return schools
    kind, spoken = nw.col("school_kind"), []
    for regulation in regulations().values():
        first = regulation.effective.year - (
            1 if (regulation.effective.month, regulation.effective.day) <= (8, 31) else 0
        )
        held = nw.col("year") >= first
        place = regulation.place.removeprefix(f"{country}-") if regulation.place != country else ""
        if regulation.place and not regulation.place.startswith(country):
            continue
        held = held & nw.col("region").str.starts_with(place) if place else held
        out = kind.is_in(list(regulation.leave_out)) if regulation.leave_out else nw.lit(False)
        if "pupils" in available and regulation.smallest_teaching_point:
            out = out | ((kind == "teaching_point") & (nw.col("pupils") < regulation.smallest_teaching_point))
        spoken.append(nw.when(held & out).then(nw.lit(1)).otherwise(nw.lit(0)))
    return frame.filter(reduce(add, spoken) == 0).to_native()


# Places and times that share their standards: regions (None for all), years, the threshold of each item and stage.
_Cell = tuple[list[str] | None, list[int], dict[tuple[str, str], Threshold]]


def _settings(pairs: pd.DataFrame, country: str, rule: str) -> list[tuple[Rule, list[_Cell]]]:
    """The rule as it is in force somewhere in the table, with the places and years that share the same standards."""
    places = _places()
    alike: dict[tuple[tuple[bool, ...], int], list[str]] = {}
    for region, year in pairs.sort_values(["region", "year"]).itertuples(index=False, name=None):
        place = place_of(country, str(region))
        alike.setdefault((tuple(place.startswith(each) for each in places), int(year)), []).append(str(region))
    found: dict[str, tuple[Rule, dict[tuple[Any, ...], _Cell]]] = {}
    for (_, year), regions in alike.items():
        on, place = school_year_end(year), place_of(country, regions[0])
        decreed = rule_for(rule, on=on, place=place)
        if decreed is None:
            continue
        limits = _limits(decreed, on, place)
        key = (tuple(sorted((name, limit.value, limit.rule) for name, limit in limits.items())), tuple(regions))
        every = None if len(regions) == pairs["region"].nunique() else regions
        _, cells = found.setdefault(decreed.regulation.id, (decreed, {}))
        cells.setdefault(key, (every, [], limits))[1].append(year)
    return [(decreed, list(cells.values())) for decreed, cells in found.values()]


def _places() -> list[str]:
    """Every place of which a regulation or a threshold speaks."""
    of_regulations = {each.place for each in regulations().values()}
    of_thresholds = {place for several in thresholds().values() for each in several for place in each.places}
    return sorted(of_regulations | of_thresholds)


def _limits(rule: Rule, on: Any, place: str) -> dict[tuple[str, str], Threshold]:
    found = {
        (name, stage): threshold_for(name, stage, "school", on=on, place=place)
        for name in rule.indicators
        for stage in ("primary", "junior")
    }
    limits = {key: each for key, each in found.items() if each and not each.kinds and not each.pupils_below}
    strange = next((each for each in limits.values() if each.rule not in ("at_least", "at_most")), None)
    if strange is not None:
        raise RequestError("rule_not_countable", rule=rule.id, item=strange.indicator)
    return limits


def _verdict(rule: Rule, cells: list[_Cell], available: list[str]) -> Any:
    judged: Any = nw.lit(None, dtype=nw.String())
    for cell in cells:
        for stage in sorted({stage for _, stage in cell[2]}):
            limits = {name: limit for (name, of), limit in cell[2].items() if of == stage and name in available}
            own = _of_school(rule, limits)
            judged = nw.when(_where(cell) & (nw.col("stage") == stage)).then(own).otherwise(judged)
    return judged


def _of_school(rule: Rule, limits: dict[str, Threshold]) -> Any:
    if not limits:
        return nw.lit("cannot_judge")
    unmet = [_falls_short(name, limit, 1.0) for name, limit in limits.items()]
    too_low = [_falls_short(name, limit, rule.but_not_below) for name, limit in limits.items()]
    unknown = [~known(Parts(nw.col(f"{name}:above"), nw.col(f"{name}:below"), "counts")) for name in limits]
    short = reduce(add, [nw.when(each).then(nw.lit(1)).otherwise(nw.lit(0)) for each in unmet])
    decided = (short > rule.may_miss) | _any(
        nw.when(each).then(nw.lit(True)).otherwise(nw.lit(False)) for each in too_low
    )
    lacking = _any(unknown) if len(limits) == len(rule.indicators) else nw.lit(True)
    otherwise = nw.when(lacking).then(nw.lit("cannot_judge")).otherwise(nw.lit("met"))
    return nw.when(decided).then(nw.lit("unmet")).otherwise(otherwise)


def _falls_short(name: str, limit: Threshold, share: float) -> nw.Expr:
    """Whether a school reaches less than that share of a limit, by more than the noise of division."""
    value = nw.col(f"{name}:above") / nw.col(f"{name}:below")
    known = nw.col(f"{name}:below") > 0
    if limit.rule == "at_least":
        return known & (value < limit.value * share * (1 - _NOISE))
    return known & (value > limit.value / share * (1 + _NOISE)) if share else nw.lit(False)


def _where(cell: _Cell) -> Any:
    regions, years, _ = cell
    of_years = nw.col("year").is_in(years)
    return of_years if regions is None else nw.col("region").is_in(regions) & of_years


def _any(each: Iterable[Any]) -> Any:
    return reduce(or_, each)
