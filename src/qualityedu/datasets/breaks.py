"""Where a series breaks: years from which on a definition or a boundary is another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qualityedu.indicators import catalogue
from qualityedu.text import LANGUAGES

__all__ = ["Break", "break_complaints", "read_break"]


@dataclass(frozen=True)
class Break:
    """From `year` on, values are not comparable with those before: of all regions and indicators, or of those named."""

    year: int
    reason: dict[str, str]
    regions: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


def read_break(given: Mapping[str, Any]) -> Break:
    """A break from its table in the description of a data set."""
    named = {name: tuple(given.get(name, ())) for name in ("regions", "indicators")}
    return Break(given["year"], given["reason"], **named)


def break_complaints(given: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with the tables `[[break]]` of a description."""
    found = []
    for place, each in enumerate(given, start=1):
        where = f"[[break]] {place}"
        found += [f"{where}: no such key: {key}." for key in each if key not in Break.__dataclass_fields__]
        if type(each.get("year")) is not int:
            found.append(f"{where}: `year` is {each.get('year')!r}; it is the first year of the new series.")
        reason = each.get("reason", {})
        silent = [lang for lang in LANGUAGES if not (isinstance(reason, dict) and reason.get(lang))]
        found += [f"{where}: `reason` has no text in {lang}." for lang in silent]
        found += [
            f"{where}: no such indicator: {name}." for name in each.get("indicators", ()) if name not in catalogue()
        ]
    return found
