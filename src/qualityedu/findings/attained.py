"""How many schools of a group meet a rule, counted by the engine that holds them, and never school by school."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import add, or_
from typing import Any

import narwhals as nw
import pandas as pd

from qualityedu.findings.spans import Limits, Span, spans_of
from qualityedu.findings.sums import Sums, Tally, add_up, workings_of
from qualityedu.standards import Rule, first_school_year, regulations, rules

__all__ = ["COUNTS", "attained", "counts_of", "items_of", "spoken_of", "verdict_terms"]

COUNTS = ("schools", "met", "unmet", "cannot_judge")

# What of each school is worked out on the way: by which standards it is judged, and what comes of it.
_SETTING, _VERDICT = "rule:setting", "rule:verdict"
_NOWHERE = -1

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
    counts = sums.table[[*sums.keys, *COUNTS]]
    return counts[counts["schools"] > 0].reset_index(drop=True)


def items_of(schools: Any, rule: str = "resource_allocation") -> list[str]:
    """The indicators of a rule, wherever it is in force, that a table can give school by school."""
    known = dict.fromkeys(name for each in rules() if each.id == rule for name in each.indicators)
    available = nw.from_native(schools).collect_schema().names()
    return [name for name, how in workings_of(available, known).items() if how.unit is not None and len(how.parts) == 1]


def verdict_terms(schools: Any, *, country: str = "CN", rule: str = "resource_allocation") -> dict[str, Tally]:
    """The verdict on each school and what it adds to the counts of `attained`: the `counting` of `add_up`.

    It rests on the values of the indicators that `items_of` names, which must be among those added up. Nothing where
    the rule is never in force in the country.
    """
    setting, settings = _settings(spans_of(rule, country))
    if not settings:
        return {}
    available = items_of(schools, rule)
    verdict: Any = nw.lit(_NOWHERE)
    for decreed, own in settings:
        verdict = nw.when(_one_of(own)).then(_verdict(decreed, own, available)).otherwise(verdict)
    counts = {"schools": nw.col(_VERDICT) != _NOWHERE}
    counts |= {name: nw.col(_VERDICT) == code for code, name in enumerate(COUNTS[1:])}
    return {rule: Tally(tuple(available), {_SETTING: setting}, {_VERDICT: verdict}, counts)}


def spoken_of(schools: Any, *, country: str) -> Any:
    """The schools of which the regulations in force speak, as `in_scope` tells them, in the engine's own frame."""
    frame = nw.from_native(schools)
    available = frame.collect_schema().names()
    if not country or "school_kind" not in available:
        return schools
    kind, spoken = nw.col("school_kind"), []
    for regulation in regulations().values():
        held = nw.col("year") >= first_school_year(regulation.effective)
        place = regulation.place.removeprefix(f"{country}-") if regulation.place != country else ""
        if regulation.place and not regulation.place.startswith(country):
            continue
        held = held & nw.col("region").str.starts_with(place) if place else held
        out = kind.is_in(list(regulation.leave_out)) if regulation.leave_out else nw.lit(False)
        if "pupils" in available and regulation.smallest_teaching_point:
            out = out | ((kind == "teaching_point") & (nw.col("pupils") < regulation.smallest_teaching_point))
        spoken.append(nw.when(held & out).then(nw.lit(1)).otherwise(nw.lit(0)))
    return frame.filter(reduce(add, spoken) == 0).to_native()


def _settings(spans: Sequence[Span]) -> tuple[Any, list[tuple[Rule, dict[int, Limits]]]]:
    """By which standards a school is judged, as a number, and what each number stands for, by the rule in force."""
    setting: Any = nw.lit(_NOWHERE)
    found: dict[str, tuple[Rule, dict[int, Limits]]] = {}
    number = 0
    for span in spans:
        if span.place:  # what holds around it ends here
            setting = nw.when(_where(span)).then(nw.lit(_NOWHERE)).otherwise(setting)
        if span.rule is None:
            continue
        _, own = found.setdefault(span.rule.regulation.id, (span.rule, {}))
        for stage, limits in span.limits.items():
            setting = nw.when(_where(span) & (nw.col("stage") == stage)).then(nw.lit(number)).otherwise(setting)
            own[number] = limits
            number += 1
    return setting, list(found.values())


def _verdict(rule: Rule, settings: Mapping[int, Limits], available: Collection[str]) -> Any:
    """The verdict on each school as the place of its word in `COUNTS`, without the first: 0 is met."""
    unmet, too_low, lacking = [], [], []
    for name in rule.indicators:
        limits = {number: each[name] for number, each in settings.items() if name in each and name in available}
        of_all = len(limits) == len(settings)
        lacking.append(nw.lit(False) if of_all else ~_one_of(limits) if limits else nw.lit(True))
        if not limits:
            continue
        lacking.append(nw.col(f"{name}:x").is_null())
        for direction in ("at_least", "at_most"):
            values = {number: limit.value for number, limit in limits.items() if limit.rule == direction}
            if values:
                every = of_all and len(values) == len(limits)
                unmet.append(_falls_short(name, direction, values, 1.0, every))
                too_low.append(_falls_short(name, direction, values, rule.but_not_below, every))
    if not unmet:
        return nw.lit(2)
    decided = (reduce(add, [each.cast(nw.Int8) for each in unmet]) > rule.may_miss) | _any(too_low)
    return nw.when(decided).then(nw.lit(1)).otherwise(nw.when(_any(lacking)).then(nw.lit(2)).otherwise(nw.lit(0)))


def _falls_short(name: str, direction: str, values: Mapping[int, float], share: float, every: bool) -> nw.Expr:
    """Whether a school reaches less than that share of its limit, by more than the noise of division."""
    value = nw.col(f"{name}:x")
    if direction == "at_least":
        bounds = {number: limit * share * (1 - _NOISE) for number, limit in values.items()}
        return (value < _bound(bounds, every)).fill_null(False)
    if not share:
        return nw.lit(False)
    bounds = {number: limit / share * (1 + _NOISE) for number, limit in values.items()}
    return (value > _bound(bounds, every)).fill_null(False)


def _bound(bounds: Mapping[int, float], every: bool) -> Any:
    """The bound of each row's setting; missing in settings that have none, if these are not `every` one there is."""
    first, *others = dict.fromkeys(bounds.values())
    of = {bound: [number for number, each in bounds.items() if each == bound] for bound in (first, *others)}
    found: Any = nw.lit(first) if every else nw.when(_one_of(of[first])).then(nw.lit(first))
    for bound in others:
        found = nw.when(_one_of(of[bound])).then(nw.lit(bound)).otherwise(found)
    return found


def _one_of(settings: Iterable[int]) -> Any:
    """Whether a row has one of these settings; compared one by one: engines are slower at looking into a list."""
    return _any(nw.col(_SETTING) == number for number in settings)


def _where(span: Span) -> Any:
    held: Any = nw.col("region").str.starts_with(span.place) if span.place else nw.lit(True)
    held = held & (nw.col("year") >= span.first) if span.first is not None else held
    return held & (nw.col("year") <= span.last) if span.last is not None else held


def _any(each: Iterable[Any]) -> Any:
    return reduce(or_, each)
