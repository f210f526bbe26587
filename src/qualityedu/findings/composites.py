"""Composite indices of exam results as named presets: recognised, recalculated, refused where nobody knows how."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

from qualityedu.errors import DefinitionError, RequestError
from qualityedu.indicators import Leaning
from qualityedu.text import LANGUAGES, default_language, say

__all__ = [
    "CompositeKind",
    "ExamComposite",
    "ExamCompositeValue",
    "exam_composite",
    "exam_composites",
    "read_composites",
]

CompositeKind = Literal["sum", "weighted", "list", "undefined"]


@dataclass(frozen=True)
class ExamComposite:
    """One local way of putting exam figures together.

    `parts` are the figures it takes, `points` what each counts, `lines` the fractions of full marks at which the
    rates were counted where it was found; `roster` says who is in it. `kind` is `sum`, `weighted` (the caller gives
    a weight for each part), `list` (not added up) or `undefined` (part of the formula is not known).
    """

    id: str
    title: dict[str, str]
    leaning: Leaning
    kind: CompositeKind
    parts: tuple[str, ...]
    note: dict[str, str]
    sources: tuple[str, ...]
    points: dict[str, float] = field(default_factory=dict)
    lines: dict[str, float] = field(default_factory=dict)
    roster: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExamCompositeValue:
    """The figures of a composite, and their `total`: nan for a list, which nobody adds up."""

    composite: ExamComposite
    parts: dict[str, float]
    total: float


def exam_composites() -> dict[str, ExamComposite]:
    """Every preset by id."""
    return _inside()


def exam_composite(
    name: str, figures: Mapping[str, float], *, weights: Mapping[str, float] | None = None
) -> ExamCompositeValue:
    """The composite of that name from figures by part, as `figures_at_lines` gives them at the lines of the preset.

    `weights` by part are for a preset of the kind `weighted` and for no other. Mean 70 of 100, 20 % excellent, 72 %
    passing and 10 % low make a four-rate sum of 70 + 100·(0.2 + 0.72 + 0.7 − 0.1) = 222.

    Raises RequestError for a name there is not, for a preset whose formula is not known, for figures that are lacking,
    and for weights that are lacking or not asked for.
    """
    preset = _find(name)
    if preset.kind == "undefined":
        lang = default_language()
        raise RequestError("composite_undefined", title=preset.title[lang], note=preset.note[lang])
    if lacking := [part for part in preset.parts if part not in figures]:
        raise RequestError("composite_figures", name=name, lacking=", ".join(lacking))
    wanted = set(preset.parts) if preset.kind == "weighted" else set()
    if set(weights or {}) != wanted:
        words = ", ".join(preset.parts) if wanted else say("composite.no_weights", default_language())
        raise RequestError("composite_weights", name=name, wanted=words)
    parts = {part: float(figures[part]) for part in preset.parts}
    if preset.kind == "list":
        return ExamCompositeValue(preset, parts, float("nan"))
    counted = {part: preset.points[part] * (weights or {}).get(part, 1.0) for part in preset.parts}
    return ExamCompositeValue(preset, parts, sum(counted[part] * value for part, value in parts.items()))


def read_composites(given: Mapping[str, Any]) -> dict[str, ExamComposite]:
    """Presets from the text of a file. Raises DefinitionError with all complaints."""
    entries = given.get("composite", [])
    complaints = [f"no such table: {key}." for key in given if key != "composite"]
    complaints += [complaint for each in entries for complaint in _complaints(each)]
    ids = [each.get("id") for each in entries]
    complaints += [f"{name}: twice." for name in sorted({str(name) for name in ids if ids.count(name) > 1})]
    if complaints:
        raise DefinitionError("\n".join(f"findings/composites.toml: {complaint}" for complaint in complaints))
    return {each["id"]: _preset(each) for each in entries}


def _preset(each: Mapping[str, Any]) -> ExamComposite:
    given: dict[str, Any] = {**each, "parts": tuple(each["parts"]), "sources": tuple(each["sources"])}
    return ExamComposite(**given)


@lru_cache
def _inside() -> dict[str, ExamComposite]:
    text = files("qualityedu.findings").joinpath("composites.toml").read_text(encoding="utf-8")
    return read_composites(tomllib.loads(text))


def _find(name: str) -> ExamComposite:
    known = exam_composites()
    if name not in known:
        near = get_close_matches(name, known, n=3) or list(known)[:3]
        raise RequestError("unknown_composite", name=name, near=", ".join(near))
    return known[name]


_NEEDED = {"id", "title", "leaning", "kind", "parts", "note", "sources"}
_OPTIONAL = {"points", "lines", "roster"}


def _complaints(each: Mapping[str, Any]) -> list[str]:
    where = str(each.get("id", "?"))
    found = [f"{where} lacks `{key}`." for key in sorted(_NEEDED - set(each))]
    found += [f"{where}: no such key: {key}." for key in each if key not in _NEEDED | _OPTIONAL]
    found += [
        f"{where}: `{key}` has no text in {lang}."
        for key in ("title", "note", "roster")
        if key in each
        for lang in LANGUAGES
        if not each[key].get(lang)
    ]
    for key, words in (("kind", CompositeKind), ("leaning", Leaning)):
        if key in each and each[key] not in get_args(words):
            found.append(f"{where}: `{key}` is {each[key]!r}; it is one of {', '.join(get_args(words))}.")
    parts, points = set(each.get("parts", ())), set(each.get("points", {}))
    if each.get("kind") in ("sum", "weighted") and points != parts:
        found.append(f"{where}: `points` are given for other parts than `parts` lists.")
    if points - parts:
        found.append(f"{where}: no such part: {', '.join(sorted(points - parts))}.")
    found += [
        f"{where}: the line {name} is {line!r}; it is a fraction of full marks."
        for name, line in each.get("lines", {}).items()
        if not (type(line) in (int, float) and 0 < line < 1)
    ]
    return found
