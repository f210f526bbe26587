"""A regulation as its file gives it, read strictly: every key known, every word in its list, all complaints at once."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from qualityedu.columns import COLUMNS
from qualityedu.errors import DefinitionError
from qualityedu.indicators import catalogue
from qualityedu.standards.decreed import (
    COMPULSORY,
    PARTS,
    Composite,
    Item,
    Level,
    Norm,
    Regulation,
    Relation,
    Relaxation,
    Rule,
    Scope,
    Subject,
    Threshold,
)
from qualityedu.text import LANGUAGES

__all__ = ["read_regulation"]

_TABLES = {"regulation", "threshold", "rule", "item", "norm", "relaxation", "composite"}
_HEAD = {"title", "number", "issuer", "effective", "seen", "place"}
_HEAD_OPTIONAL = {"url", "read_in", "scope", "superseded", "by_name", "veto", "sample_per_thousand"}
_SCOPE = {"leave_out", "ownership", "smallest_teaching_point", "not_in_table"}
_NEEDED = {
    "threshold": {"indicator", "stage", "subject", "rule", "value", "clause"},
    "rule": {"id", "title", "clause", "indicators", "may_miss", "but_not_below"},
    "item": {"id", "part", "title", "clause"},
    "norm": {"id", "level", "of", "stage", "rule", "value", "unit", "clause", "why"},
    "relaxation": {"indicator", "stage", "subject", "rule", "value", "condition", "clause"},
    "composite": {"id", "indicator", "indicators", "clause"},
}
_OPTIONAL = {
    "threshold": {"quote", "due", "where"},
    "rule": set(),
    "item": {"indicators", "attested", "quote"},
    "norm": {"grades", "counted_by"},
    "relaxation": {"kinds"},
    "composite": {"scope"},
}  # fmt: skip
_WHERE = {"kinds", "places", "pupils_below", "basis"}
_TEXTS = ("title", "of", "unit", "why", "condition", "attested", "not_in_table")


def read_regulation(name: str, given: dict[str, Any]) -> tuple[Regulation, list[Threshold], list[Rule]]:
    """A regulation, its thresholds and its rules, from the text of one file; its items and norms hang on it.

    `stage` may be a list, for several stages of which the same is decreed. Raises DefinitionError with all
    complaints: a key that is missing or unknown, an indicator, stage, subject or rule that does not exist, a text
    that is silent in a language, a date or number that is none, or a threshold decreed twice.
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
    regulation = replace(
        regulation,
        items=tuple(Item(**_as_tuples(each)) for each in given.get("item", [])),
        norms=tuple(Norm(**one) for each in given.get("norm", []) for one in _by_stage(each)),
        relaxations=tuple(Relaxation(**one) for each in given.get("relaxation", []) for one in _by_stage(each)),
        composites=tuple(_composite(each) for each in given.get("composite", [])),
    )
    its_thresholds = [_threshold(one, regulation) for each in given.get("threshold", []) for one in _by_stage(each)]
    its_rules = [Rule(**_as_tuples(each), regulation=regulation) for each in given.get("rule", [])]
    return regulation, its_thresholds, its_rules


def _threshold(each: dict[str, Any], regulation: Regulation) -> Threshold:
    where = _as_tuples(each.pop("where", {}))
    if each["rule"] == "within":
        each["value"], each["upper"] = each["value"]
    return Threshold(**each, **where, regulation=regulation)


def _composite(each: dict[str, Any]) -> Composite:
    scope = Scope(**_as_tuples(each.get("scope", {})))
    return Composite(**_as_tuples({**each, "scope": scope}))


def _by_stage(each: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**_as_tuples({**each, "stage": stage}), "value": each["value"]} for stage in _stages(each)]


def _as_tuples(given: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


def _complaints(given: dict[str, Any]) -> list[str]:
    head = given.get("regulation", {})
    found = [f"no such table: {key}." for key in given if key not in _TABLES]
    found += _key_complaints("[regulation]", head, _HEAD, _HEAD_OPTIONAL)
    found += _key_complaints("[regulation.scope]", head.get("scope", {}), set(), _SCOPE)
    found += _text_complaints("[regulation]", head)
    found += [
        f"[regulation] `{key}` is {head[key]!r}; it is a date, written 2017-04-19 without quotes."
        for key in ("effective", "seen", "superseded")
        if key in head and type(head[key]) is not date
    ]
    for table in _NEEDED:
        for number, each in enumerate(given.get(table, []), start=1):
            where = f"[[{table}]] {number if table in ('threshold', 'relaxation') else each.get('id')}"
            found += _key_complaints(where, each, _NEEDED[table], _OPTIONAL[table]) + _text_complaints(where, each)
            found += _word_complaints(where, each, table)
    return found + _twice(given)


def _twice(given: dict[str, Any]) -> list[str]:
    seen, found = set(), []
    for number, each in enumerate(given.get("threshold", []), start=1):
        stages = _stages(each)
        condition = (*map(str, each.get("where", {}).values()), str(each.get("due", "")))
        for stage in stages:
            key = (each.get("indicator"), stage, each.get("subject"))
            if (*key, condition) in seen:
                found.append(f"[[threshold]] {number}: {key} is decreed twice.")
            seen.add((*key, condition))
    for table in ("item", "norm", "rule", "composite"):
        ids = [f"{each.get('id')} {each.get('stage', '')}".strip() for each in given.get(table, [])]
        found += [f"[[{table}]] {name} is there twice." for name in dict.fromkeys(ids) if ids.count(name) > 1]
    return found


def _key_complaints(where: str, given: dict[str, Any], needed: set[str], optional: set[str]) -> list[str]:
    missing = [f"{where} lacks `{key}`." for key in sorted(needed - set(given))]
    return missing + [f"{where}: no such key: {key}." for key in given if key not in needed | optional]


def _text_complaints(where: str, each: dict[str, Any]) -> list[str]:
    return [
        f"{where}: `{key}` has no text in: {', '.join(silent)}."
        for key in _TEXTS
        if key in each
        and (silent := [lang for lang in LANGUAGES if not (dict(each[key]) if each[key] else {}).get(lang)])
    ]


def _word_complaints(where: str, each: dict[str, Any], table: str) -> list[str]:
    found = []
    stages = _stages(each)
    for name in [each["indicator"]] if "indicator" in each else []:
        indicator = catalogue().get(name)
        if indicator is None:
            found.append(f"{where}: no such indicator: {name}.")
        elif "stage" in each:
            known = {*indicator.stages, *([COMPULSORY] if "primary" in indicator.stages else [])}
            found += [f"{where}: {name} has no stage {stage!r}." for stage in stages if stage not in known]
    found += [f"{where}: no such indicator: {name}." for name in each.get("indicators", []) if name not in catalogue()]
    if table == "norm":
        known = {*(COLUMNS["stage"].choices or {}), COMPULSORY}
        found += [f"{where}: no such stage: {stage}." for stage in stages if stage not in known]
        if each.get("counted_by") and each["counted_by"] not in catalogue():
            found.append(f"{where}: no such indicator: {each['counted_by']}.")
        if each.get("level") not in get_args(Level):
            found.append(f"{where}: no such level: {each.get('level')}.")
    if table == "item":
        if each.get("part") not in PARTS:
            found.append(f"{where}: no such part: {each.get('part')}.")
        if not each.get("indicators") and not each.get("attested"):
            found.append(f"{where} has neither `indicators` nor `attested`.")
    if table in ("threshold", "relaxation") and each.get("subject") not in get_args(Subject):
        found.append(f"{where}: no such subject: {each.get('subject')}.")
    if table in ("threshold", "relaxation", "norm"):
        found += _value_complaints(where, each)
    if table == "threshold":
        found += _key_complaints(f"{where} where", each.get("where", {}), set(), _WHERE)
        if "due" in each and type(each["due"]) is not date:
            found.append(f"{where}: `due` is {each['due']!r}; it is a date, written 2017-04-19 without quotes.")
    if table == "composite":
        found += _key_complaints(f"{where} scope", each.get("scope", {}), set(), _SCOPE)
    kinds = [
        *each.get("kinds", []),
        *each.get("where", {}).get("kinds", []),
        *each.get("scope", {}).get("leave_out", []),
    ]
    known_kinds = COLUMNS["school_kind"].choices or {}
    return found + [f"{where}: no such kind of school: {kind}." for kind in kinds if kind not in known_kinds]


def _value_complaints(where: str, each: dict[str, Any]) -> list[str]:
    if each.get("rule") not in get_args(Relation):
        return [f"{where}: no such rule: {each.get('rule')}."]
    if "value" not in each:
        return []
    value = each["value"]
    if each["rule"] == "within":
        right = isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]
        return [] if right else [f"{where}: `value` is {value!r}; for `within` it is [lowest, highest]."]
    return [] if _is_number(value) else [f"{where}: `value` is {value!r}; it is a number."]


def _stages(each: dict[str, Any]) -> list[Any]:
    given = each.get("stage")
    return given if isinstance(given, list) else [given]


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]
