"""What has been decreed: dated thresholds and rules, one TOML file for each regulation.

A value is never edited once effective. Looking one up is one function: of the regulations that apply to
the place, the most local; of those, the latest already in force.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from qualityedu.errors import DefinitionError
from qualityedu.indicators import catalogue

__all__ = [
    "Regulation",
    "Rule",
    "Subject",
    "Threshold",
    "meets",
    "place_of",
    "regulations",
    "rule_for",
    "school_year_end",
    "threshold_for",
    "thresholds",
]

Subject = Literal["region", "spread", "school"]


@dataclass(frozen=True)
class Regulation:
    """A document that decrees: who issued it, from when, where it holds and whom it leaves out."""

    id: str
    title: dict[str, str]
    number: str
    issuer: str
    effective: date
    seen: date
    place: str
    url: str = ""
    read_in: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    smallest_teaching_point: int = 0


@dataclass(frozen=True)
class Threshold:
    """One number decreed. `subject` says of what: every `school`, the `spread` between schools, or the `region`."""

    indicator: str
    stage: str
    subject: Subject
    rule: Literal["at_least", "at_most"]
    value: float
    clause: str
    regulation: Regulation
    quote: str = ""


@dataclass(frozen=True)
class Rule:
    """What one school must reach over several indicators: all but `may_miss`, and those not below a share."""

    id: str
    title: dict[str, str]
    clause: str
    indicators: tuple[str, ...]
    may_miss: int
    but_not_below: float
    regulation: Regulation


def school_year_end(year: int) -> date:
    """The day by which a school year is judged: the last of August after the year in which it began."""
    return date(year + 1, 8, 31)


def place_of(country: str, region: str) -> str:
    """The place of a region in the form that regulations use: `CN-330106`; empty where no country's rules apply."""
    return f"{country}-{region}" if country else ""


def meets(value: float, threshold: Threshold) -> bool:
    """Whether an unrounded value reaches a threshold; the number itself is within (以上 and 小于或等于 include it).

    A difference below one part in 10¹² is the noise of binary division, not a difference.
    """
    if math.isclose(value, threshold.value, rel_tol=1e-12):
        return True
    return value > threshold.value if threshold.rule == "at_least" else value < threshold.value


def threshold_for(indicator: str, stage: str, subject: Subject, *, on: date, place: str) -> Threshold | None:
    """The number decreed for that on a day at a place, or None: no standard is a fair answer."""
    candidates = [
        threshold
        for threshold in thresholds().get((indicator, stage, subject), ())
        if _applies(threshold.regulation, on, place)
    ]
    return max(candidates, key=lambda each: _precedence(each.regulation), default=None)


def rule_for(name: str, *, on: date, place: str) -> Rule | None:
    """The rule of that id in force on a day at a place, or None."""
    candidates = [rule for rule in _all()[2] if rule.id == name and _applies(rule.regulation, on, place)]
    return max(candidates, key=lambda each: _precedence(each.regulation), default=None)


def regulations() -> dict[str, Regulation]:
    """Every regulation by id."""
    return _all()[0]


def thresholds() -> dict[tuple[str, str, str], tuple[Threshold, ...]]:
    """Every threshold by indicator, stage and subject."""
    return _all()[1]


def _applies(regulation: Regulation, on: date, place: str) -> bool:
    return regulation.effective <= on and place.startswith(regulation.place)


def _precedence(regulation: Regulation) -> tuple[int, date]:
    return len(regulation.place), regulation.effective


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


_HEAD = {"title", "number", "issuer", "effective", "seen", "place"}
_HEAD_OPTIONAL = {"url", "read_in", "scope"}
_SCOPE = {"leave_out", "smallest_teaching_point"}
_THRESHOLD = {"indicator", "stage", "subject", "rule", "value", "clause"}
_RULE = {"id", "title", "clause", "indicators", "may_miss", "but_not_below"}


def read_regulation(name: str, given: dict[str, Any]) -> tuple[Regulation, list[Threshold], list[Rule]]:
    """A regulation, its thresholds and its rules, from the text of one file.

    Raises DefinitionError with all complaints: a key that is missing or unknown, an indicator, stage,
    subject or rule that does not exist, a date or number that is none, or a threshold decreed twice.
    """
    complaints = _complaints(given)
    if complaints:
        raise DefinitionError("\n".join(f"standards/{name}: {complaint}" for complaint in complaints))
    head = dict(given["regulation"])
    scope = head.pop("scope", {})
    regulation = Regulation(
        id=name.removesuffix(".toml"),
        **_as_tuples(head),
        leave_out=tuple(scope.get("leave_out", ())),
        smallest_teaching_point=scope.get("smallest_teaching_point", 0),
    )
    its_thresholds = [Threshold(**each, regulation=regulation) for each in given.get("threshold", [])]
    its_rules = [
        Rule(**{**each, "indicators": tuple(each["indicators"])}, regulation=regulation)
        for each in given.get("rule", [])
    ]
    return regulation, its_thresholds, its_rules


def _as_tuples(head: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in head.items()}


def _complaints(given: dict[str, Any]) -> list[str]:
    head = given.get("regulation", {})
    found = [f"no such table: {key}." for key in given if key not in ("regulation", "threshold", "rule")]
    found += _key_complaints("[regulation]", head, _HEAD, _HEAD_OPTIONAL)
    found += _key_complaints("[regulation.scope]", head.get("scope", {}), set(), _SCOPE)
    found += [
        f"[regulation] `{key}` is {head[key]!r}; it is a date, written 2017-04-19 without quotes."
        for key in ("effective", "seen")
        if key in head and type(head[key]) is not date
    ]
    seen = set()
    for number, each in enumerate(given.get("threshold", []), start=1):
        where = f"[[threshold]] {number}"
        found += _key_complaints(where, each, _THRESHOLD, {"quote"}) + _word_complaints(where, each)
        key = (each.get("indicator"), each.get("stage"), each.get("subject"))
        if key in seen:
            found.append(f"{where}: {key} is decreed twice.")
        seen.add(key)
    for each in given.get("rule", []):
        where = f"[[rule]] {each.get('id')}"
        found += _key_complaints(where, each, _RULE, set())
        found += [f"{where}: no such indicator: {n}." for n in each.get("indicators", []) if n not in catalogue()]
    return found


def _key_complaints(where: str, given: dict[str, Any], needed: set[str], optional: set[str]) -> list[str]:
    missing = [f"{where} lacks `{key}`." for key in sorted(needed - set(given))]
    return missing + [f"{where}: no such key: {key}." for key in given if key not in needed | optional]


def _word_complaints(where: str, each: dict[str, Any]) -> list[str]:
    found = []
    indicator = catalogue().get(each.get("indicator", ""))
    if indicator is None:
        found.append(f"{where}: no such indicator: {each.get('indicator')}.")
    elif each.get("stage") not in indicator.stages:
        found.append(f"{where}: {indicator.id} has no stage {each.get('stage')!r}.")
    if each.get("subject") not in ("region", "spread", "school"):
        found.append(f"{where}: no such subject: {each.get('subject')}.")
    if each.get("rule") not in ("at_least", "at_most"):
        found.append(f"{where}: no such rule: {each.get('rule')}.")
    if "value" in each and not (type(each["value"]) in (int, float) and math.isfinite(each["value"])):
        found.append(f"{where}: `value` is {each['value']!r}; it is a number.")
    return found
