"""County codes of China (GB/T 2260), with the years in which each was in force and what became of it.

`counties.csv` and `changes.csv` are read as they are; SOURCES.md beside them says where they come from, from when to
when they hold, and what they leave out.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Literal

__all__ = [
    "COVERED",
    "Agreement",
    "Change",
    "Place",
    "changes_of",
    "is_imaginary",
    "list_hash",
    "name_agrees",
    "named",
    "place",
    "successors",
]

# The list is that of the end of each of these years; before and after, it says nothing.
COVERED = (2015, 2025)

# No place in China has a code that begins so: examples and tests do.
_IMAGINARY = "9999"
_BRACKETS = re.compile(r"[（(【\[〔].*?[)）】\]〕]")
_KIND = re.compile(r"(?:各族|[一-龥]{1,4}族)*自治[县旗]$|[县区市旗]$")

Agreement = Literal["same", "alike", "other"]


@dataclass(frozen=True)
class Place:
    """A code and the name it had from the end of year `first` to the end of `last`; None where no end is in sight."""

    code: str
    name: str
    first: int | None
    last: int | None

    def stands(self, year: int) -> bool:
        """Whether the code may bear this name in a year; in the year of a change both the old and the new may."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last + 1)


@dataclass(frozen=True)
class Change:
    """In `year` the county `before` went to `after`: `whole`, or a part of it only."""

    year: int
    before: str
    after: str
    whole: bool


def place(code: str, *, on: int) -> Place | None:
    """The county of that code in a year; None where the list has none, or none any more.

    In a year outside `COVERED` the nearest year in it is taken. In the year of a change the newer name is given.
    """
    year = min(max(on, COVERED[0]), COVERED[1])
    standing = [each for each in _places().get(code, ()) if each.stands(year)]
    return max(standing, key=lambda each: each.first or 0, default=None)


def named(code: str) -> tuple[Place, ...]:
    """All names that a code has had in the years covered, the oldest first; empty where it is not in the list."""
    return _places().get(code, ())


def successors(code: str) -> tuple[Change, ...]:
    """What became of a county that is gone: one change where it went whole to another, several where it was divided.

    Empty where the code still stands, or where no source says what became of it.
    """
    standing = any(each.last is None for each in named(code))
    return () if standing else tuple(change for change in _changes() if change.before == code)


def changes_of(code: str) -> tuple[Change, ...]:
    """The changes that made a county's ground another one: what it gave away, took over, or was made of."""
    return tuple(change for change in _changes() if code in (change.before, change.after))


def name_agrees(code: str, name: str, *, on: int) -> Agreement | None:
    """Whether a name as written is that of the code in a year; None where the list does not know the code.

    `same` to the letter; `alike` without spaces, brackets, the names of the province and city before it, or the word
    for its kind (西湖, 杭州市西湖区 for 西湖区); `other` for everything else, a former name among them.
    """
    found = place(code, on=on)
    if found is None:
        return None
    if name == found.name:
        return "same"
    written, official = _plain(name), _plain(found.name)
    short = _KIND.sub("", official)
    alike = written in (official, short) or (len(short) > 1 and written.endswith((official,)))
    return "alike" if alike else "other"


def is_imaginary(code: str) -> bool:
    """Whether a code is one of those that examples use and no real place has."""
    return code.startswith(_IMAGINARY)


@lru_cache
def list_hash() -> str:
    """The SHA-256 of the two tables, for a record of what a report was made with."""
    digest = sha256()
    for name in ("counties.csv", "changes.csv"):
        digest.update(_read(name).replace("\r\n", "\n").encode())
    return digest.hexdigest()


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", _BRACKETS.sub("", name)).split())


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@lru_cache
def _places() -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    for row in csv.DictReader(_read("counties.csv").splitlines()):
        each = Place(row["code"], row["name"], _year(row["from"]), _year(row["to"]))
        found[each.code] = (*found.get(each.code, ()), each)
    return found


@lru_cache
def _changes() -> tuple[Change, ...]:
    rows = csv.DictReader(_read("changes.csv").splitlines())
    return tuple(Change(int(row["year"]), row["before"], row["after"], row["share"] == "whole") for row in rows)


def _year(text: str) -> int | None:
    return int(text) if text else None
