"""Frameworks of what schooling is for, one TOML file each: their dimensions, and the indicators that speak for them.

A framework is a document's list of dimensions and keys. Which indicator speaks for which key is this project's
reading; where none does, the key stays empty and says so. Nothing is added up over a framework.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pandas as pd

from qualityedu.errors import DefinitionError, RequestError
from qualityedu.indicators import catalogue
from qualityedu.text import LANGUAGES

__all__ = ["Aspect", "Framework", "Key", "coverage", "find_framework", "frameworks", "read_framework"]


@dataclass(frozen=True)
class Key:
    """One thing that a dimension looks at, in the document's words, and the indicators that speak for it."""

    title: dict[str, str]
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aspect:
    """One dimension of a framework. `level` says of what the document speaks there, where it tells levels apart."""

    id: str
    title: dict[str, str]
    keys: tuple[Key, ...]
    level: str = ""

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators of all its keys, each once."""
        return tuple(dict.fromkeys(name for key in self.keys for name in key.indicators))


@dataclass(frozen=True)
class Framework:
    """A list of dimensions by which schooling is looked at: who gave it, when, and how it was read."""

    id: str
    title: dict[str, str]
    number: str
    issued: date
    note: dict[str, str]
    sources: tuple[str, ...]
    dimensions: tuple[Aspect, ...]


def frameworks() -> dict[str, Framework]:
    """Every framework by id, in the order of their dates."""
    return _all()


def find_framework(name: str) -> Framework:
    """The framework of that id. Raises RequestError naming the nearest ids where there is none."""
    known = frameworks()
    if name not in known:
        near = get_close_matches(name, known, n=3) or list(known)
        raise RequestError("unknown_framework", name=name, near=", ".join(near))
    return known[name]


def coverage(framework: Framework, available: Collection[str] | None = None) -> pd.DataFrame:
    """Which indicators speak for each key of a framework, in its own order.

    One row per key: `level`, `dimension` (id), `key` (its place in the dimension, from 1), `indicators` (ids), `known`
    (those of them in `available`, say those a table has; all where it is not given) and `silent` (no indicator
    speaks for the key).
    """
    rows = [
        (
            each.level,
            each.id,
            place,
            key.indicators,
            tuple(name for name in key.indicators if available is None or name in available),
            not key.indicators,
        )
        for each in framework.dimensions
        for place, key in enumerate(each.keys, start=1)
    ]
    return pd.DataFrame(rows, columns=["level", "dimension", "key", "indicators", "known", "silent"])


def read_framework(name: str, given: Mapping[str, Any]) -> Framework:
    """A framework from the text of one file.

    Raises DefinitionError with all complaints: a key that is missing or unknown, a text that is silent in a
    language, a date that is none, an indicator that does not exist or stands twice in one key, a dimension twice.
    """
    complaints = _complaints(given)
    if complaints:
        raise DefinitionError("\n".join(f"frameworks/{name}: {complaint}" for complaint in complaints))
    head = dict(given["framework"])
    return Framework(
        id=name.removesuffix(".toml"),
        title=head["title"],
        number=head.get("number", ""),
        issued=head["issued"],
        note=head["note"],
        sources=tuple(head["sources"]),
        dimensions=tuple(_aspect(each) for each in given["dimension"]),
    )


@lru_cache
def _all() -> dict[str, Framework]:
    paths = [path for path in files(__name__).iterdir() if path.name.endswith(".toml")]
    found = [read_framework(path.name, tomllib.loads(path.read_text(encoding="utf-8"))) for path in paths]
    return {each.id: each for each in sorted(found, key=lambda each: (each.issued, each.id))}


def _aspect(given: Mapping[str, Any]) -> Aspect:
    keys = tuple(Key(each["title"], tuple(each.get("indicators", ()))) for each in given["key"])
    return Aspect(given["id"], given["title"], keys, given.get("level", ""))


_HEAD = {"title", "issued", "note", "sources"}
_ASPECT = {"id", "title", "key"}
LEVELS = ("county", "school", "pupil")


def _complaints(given: Mapping[str, Any]) -> list[str]:
    head, dimensions = given.get("framework", {}), given.get("dimension", [])
    found = [f"no such table: {key}." for key in given if key not in ("framework", "dimension")]
    found += _about("[framework]", head, _HEAD, {"number"}, ("title", "note"))
    if "issued" in head and type(head["issued"]) is not date:
        found.append(f"[framework] `issued` is {head['issued']!r}; it is a date, written 2013-06-03 without quotes.")
    if not dimensions:
        found.append("there is no [[dimension]].")
    names = [(each.get("level"), each.get("id")) for each in dimensions]
    found += [
        f"dimension {name}: twice." for level, name in sorted(set(names), key=str) if names.count((level, name)) > 1
    ]
    for each in dimensions:
        found += _about_dimension(each)
    return found


def _about_dimension(each: Mapping[str, Any]) -> list[str]:
    where = f"dimension {each.get('id')}"
    found = _about(where, each, _ASPECT, {"level"}, ("title",))
    if each.get("level", LEVELS[0]) not in LEVELS:
        found.append(f"{where}: `level` is {each['level']!r}; it is one of {', '.join(LEVELS)}.")
    for place, key in enumerate(each.get("key", []), start=1):
        found += _about(f"{where}, key {place}", key, {"title"}, {"indicators"}, ("title",))
        names = list(key.get("indicators", ()))
        found += [f"{where}, key {place}: no such indicator: {name}." for name in names if name not in catalogue()]
        found += [f"{where}, key {place}: {name} stands twice." for name in sorted(set(names)) if names.count(name) > 1]
    return found


def _about(
    where: str, given: Mapping[str, Any], needed: set[str], optional: set[str], texts: tuple[str, ...]
) -> list[str]:
    found = [f"{where} lacks `{key}`." for key in sorted(needed - set(given))]
    found += [f"{where}: no such key: {key}." for key in given if key not in needed | optional]
    return found + [
        f"{where}: `{key}` has no text in {lang}."
        for key in texts
        if key in given
        for lang in LANGUAGES
        if not (isinstance(given[key], dict) and given[key].get(lang))
    ]
