"""What has been decreed: dated thresholds and rules, one TOML file for each regulation.

A value is never edited once effective. Looking one up is one function: of the regulations that apply to
the place, the most local; of those, the latest already in force. A document that names no place or no date applies
only where a caller asks for it by its id (`plan`).
"""

from __future__ import annotations

import math
import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files

from qualityedu.standards.decreed import (
    COMPULSORY,
    PARTS,
    Composite,
    Item,
    Norm,
    Regulation,
    Relation,
    Relaxation,
    Rule,
    Scope,
    Subject,
    Threshold,
)
from qualityedu.standards.reading import read_regulation

__all__ = [
    "COMPULSORY",
    "PARTS",
    "Composite",
    "Item",
    "Norm",
    "Regulation",
    "Relation",
    "Relaxation",
    "Rule",
    "Scope",
    "Subject",
    "Threshold",
    "composite_for",
    "first_school_year",
    "in_force",
    "meets",
    "norms_for",
    "place_of",
    "read_regulation",
    "regulations",
    "relaxations_for",
    "rule_for",
    "rules",
    "school_year_end",
    "threshold_for",
    "thresholds",
]


def school_year_end(year: int) -> date:
    """The day by which a school year is judged: the last of August after the year in which it began."""
    return date(year + 1, 8, 31)


def first_school_year(day: date) -> int:
    """The first school year that is judged by what holds from that day on."""
    return day.year if day > school_year_end(day.year - 1) else day.year - 1


def place_of(country: str, region: str) -> str:
    """The place of a region in the form that regulations use: `CN-330106`; empty where no country's rules apply."""
    return f"{country}-{region}" if country else ""


def meets(value: float, threshold: Threshold | Norm | Relaxation) -> bool:
    """Whether an unrounded value reaches a threshold; the number itself is within (以上 and 小于或等于 include it).

    Only `under` (低于) leaves the number itself out. A difference below one part in 10¹² is the noise of binary
    division, not a difference.
    """
    at_limit = _alike(value, threshold.value)
    if threshold.rule == "within":
        upper = float(getattr(threshold, "upper", None) or threshold.value)
        return at_limit or _alike(value, upper) or threshold.value < value < upper
    if threshold.rule == "under":
        return value < threshold.value and not at_limit
    if at_limit or threshold.rule == "equals":
        return at_limit
    return value > threshold.value if threshold.rule == "at_least" else value < threshold.value


def _alike(value: float, other: float) -> bool:
    return math.isclose(value, other, rel_tol=1e-12)


def threshold_for(
    indicator: str,
    stage: str,
    subject: Subject,
    *,
    on: date,
    place: str,
    kind: str | None = None,
    plan: str | None = None,
) -> Threshold | None:
    """The number decreed for that on a day at a place, or None: no standard is a fair answer.

    `kind` is the kind of school where one is asked about: a number for that kind precedes one for all kinds of the same
    regulation. `plan` is the id of a document that applies only by name; it precedes all others.
    """
    candidates = [
        threshold
        for threshold in thresholds().get((indicator, stage, subject), ())
        if _applies(threshold.regulation, on, place, plan)
        and (threshold.due is None or threshold.due <= on)
        and (not threshold.kinds or kind in threshold.kinds)
        and (not threshold.places or place.startswith(threshold.places))
    ]
    return max(candidates, key=lambda each: _precedence_of(each, plan), default=None)


def rule_for(name: str, *, on: date, place: str, plan: str | None = None) -> Rule | None:
    """The rule of that id in force on a day at a place, or None."""
    candidates = [rule for rule in _all()[2] if rule.id == name and _applies(rule.regulation, on, place, plan)]
    return max(candidates, key=lambda each: _precedence(each.regulation, plan), default=None)


def composite_for(name: str, *, on: date, place: str) -> tuple[Composite, Regulation] | None:
    """The composite of that id in force on a day at a place with its regulation, or None."""
    candidates = [
        (composite, each)
        for each in in_force(on=on, place=place)
        for composite in each.composites
        if composite.id == name
    ]
    return max(candidates, key=lambda pair: _precedence(pair[1], None), default=None)


def norms_for(*, on: date, place: str, plan: str | None = None) -> list[tuple[Norm, Regulation]]:
    """The limits that bind a class, a pupil or a timetable on a day at a place; of one id and stage the foremost."""
    foremost: dict[tuple[str, str], tuple[Norm, Regulation]] = {}
    for each in sorted(in_force(on=on, place=place, plan=plan), key=lambda each: _precedence(each, plan)):
        for norm in each.norms:
            foremost[norm.id, norm.stage] = (norm, each)
    return list(foremost.values())


def relaxations_for(
    indicator: str, *, on: date, place: str, plan: str | None = None
) -> list[tuple[Relaxation, Regulation]]:
    """The laxer numbers that a place allows under a condition. They are never applied without being asked for."""
    return [
        (relaxation, each)
        for each in in_force(on=on, place=place, plan=plan)
        for relaxation in each.relaxations
        if relaxation.indicator == indicator
    ]


def in_force(*, on: date, place: str, plan: str | None = None) -> list[Regulation]:
    """The regulations that hold on a day at a place."""
    return [each for each in regulations().values() if _applies(each, on, place, plan)]


def regulations() -> dict[str, Regulation]:
    """Every regulation by id."""
    return _all()[0]


def rules() -> tuple[Rule, ...]:
    """Every rule of every regulation."""
    return _all()[2]


def thresholds() -> dict[tuple[str, str, str], tuple[Threshold, ...]]:
    """Every threshold by indicator, stage and subject."""
    return _all()[1]


def _applies(regulation: Regulation, on: date, place: str, plan: str | None = None) -> bool:
    if not regulation.effective <= on or (regulation.superseded and on >= regulation.superseded):
        return False
    return regulation.id == plan if regulation.by_name else place.startswith(regulation.place)


def _precedence(regulation: Regulation, plan: str | None) -> tuple[bool, int, date]:
    return regulation.id == plan, len(regulation.place), regulation.effective


def _precedence_of(threshold: Threshold, plan: str | None) -> tuple[bool, int, date, date, bool, bool]:
    due = threshold.due or threshold.regulation.effective
    return (*_precedence(threshold.regulation, plan), due, bool(threshold.places), bool(threshold.kinds))


@lru_cache
def _all() -> tuple[dict[str, Regulation], dict[tuple[str, str, str], tuple[Threshold, ...]], tuple[Rule, ...]]:
    found: dict[str, Regulation] = {}
    decreed: dict[tuple[str, str, str], tuple[Threshold, ...]] = {}
    rules: list[Rule] = []
    for path in sorted(files(__name__).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            regulation, its_thresholds, its_rules = read_regulation(
                path.name, tomllib.loads(path.read_text(encoding="utf-8"))
            )
            found[regulation.id] = regulation
            rules += its_rules
            for each in its_thresholds:
                key = (each.indicator, each.stage, each.subject)
                decreed[key] = (*decreed.get(key, ()), each)
    return found, decreed, tuple(rules)
