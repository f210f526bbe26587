"""Where and in which school years a rule holds with one set of standards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from qualityedu.errors import RequestError
from qualityedu.standards import (
    Regulation,
    Rule,
    Threshold,
    first_school_year,
    rule_for,
    rules,
    school_year_end,
    threshold_for,
    thresholds,
)

__all__ = ["Limits", "Span", "spans_of"]

# The threshold of each indicator, in one stage.
Limits = dict[str, Threshold]

_STAGES = ("primary", "junior")


@dataclass(frozen=True)
class Span:
    """School years from `first` to `last` at places whose codes begin with `place`; no bound where one is missing.

    `rule` is the one in force there, None where there is none; `limits` are the thresholds of schools by stage.
    """

    place: str
    first: int | None
    last: int | None
    rule: Rule | None
    limits: dict[str, Limits]


def spans_of(rule: str, country: str) -> list[Span]:
    """The spans of a rule in a country: first those of the whole, then of places in it where something else holds.

    Of several spans that hold of a school the last one counts. A stage without any threshold is left out. Raises
    RequestError for a rule with an item that is neither a floor nor a ceiling.
    """
    periods = _periods(rule)
    if not country or not periods:
        return []
    whole = f"{country}-"
    of_place: dict[str, list[Span]] = {}
    for place in [whole, *_places_within(rule, whole)]:
        found = [_span(rule, place, *period) for period in periods]
        around = max((each for each in of_place if place.startswith(each)), key=len, default=None)
        of_place[place] = found
        if around is not None and [_held(each) for each in found] == [_held(each) for each in of_place[around]]:
            del of_place[place]
    return [
        replace(each, place=each.place.removeprefix(whole)) for found in of_place.values() for each in _joined(found)
    ]


def _of_rule(name: str) -> tuple[list[Regulation], list[Threshold]]:
    """What decides about it: all thresholds of schools for its indicators, and the regulations of these and of it."""
    versions = [each for each in rules() if each.id == name]
    indicators = {indicator for each in versions for indicator in each.indicators}
    several = [held for key, held in thresholds().items() if key[0] in indicators and key[2] == "school"]
    limits = [each for held in several for each in held]
    return [*(each.regulation for each in versions), *(each.regulation for each in limits)], limits


def _places_within(name: str, whole: str) -> list[str]:
    decreed, limits = _of_rule(name)
    places = {each.place for each in decreed} | {place for each in limits for place in each.places}
    return sorted(
        (each for each in places if each.startswith(whole) and each != whole), key=lambda each: (len(each), each)
    )


def _periods(name: str) -> list[tuple[int | None, int | None, int]]:
    """School years from the first to the last in which nothing begins or ceases to hold, and one of them."""
    decreed, limits = _of_rule(name)
    days = {each.due for each in limits}
    for each in decreed:
        days |= {each.effective, each.superseded}
    years = sorted({first_school_year(day) for day in days if day is not None})
    if not years:
        return []
    lasts = [*(year - 1 for year in years[1:]), None]
    since = [(first, last, first) for first, last in zip(years, lasts, strict=True)]
    return [(None, years[0] - 1, years[0] - 1), *since]


def _span(name: str, place: str, first: int | None, last: int | None, year: int) -> Span:
    on = school_year_end(year)
    decreed = rule_for(name, on=on, place=place)
    if decreed is None:
        return Span(place, first, last, None, {})
    limits = {stage: _limits(decreed, stage, on, place) for stage in _STAGES}
    return Span(place, first, last, decreed, {stage: of for stage, of in limits.items() if of})


def _limits(decreed: Rule, stage: str, on: date, place: str) -> Limits:
    found = {name: threshold_for(name, stage, "school", on=on, place=place) for name in decreed.indicators}
    limits = {name: each for name, each in found.items() if each and not each.kinds and not each.pupils_below}
    strange = next((each for each in limits.values() if each.rule not in ("at_least", "at_most")), None)
    if strange is not None:
        raise RequestError("rule_not_countable", rule=decreed.id, item=strange.indicator)
    return limits


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Years that follow each other and in which the same holds as one span."""
    found: list[Span] = []
    for each in spans:
        if found and _held(found[-1]) == _held(each):
            found[-1] = replace(found[-1], last=each.last)
        else:
            found.append(each)
    return found


def _held(span: Span) -> object:
    """What holds in a span, to be compared with another's."""
    limits = {(stage, name): (each.rule, each.value) for stage, of in span.limits.items() for name, each in of.items()}
    return span.rule.regulation.id if span.rule else "", limits
