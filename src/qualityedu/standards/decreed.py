"""The nouns of what has been decreed: a regulation, its numbers, its rules, its items and its norms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = [
    "COMPULSORY",
    "PARTS",
    "Composite",
    "Item",
    "Level",
    "Norm",
    "Regulation",
    "Relation",
    "Relaxation",
    "Rule",
    "Scope",
    "Subject",
    "Threshold",
]

Subject = Literal["region", "spread", "school"]
Relation = Literal["at_least", "at_most", "equals", "within", "under"]
Level = Literal["class", "pupil", "timetable", "posts"]

# Primary and junior stage together: a county's or a school's, where a regulation does not tell the stages apart.
COMPULSORY = "compulsory"

# The parts of a county verdict, in the order in which a regulation gives them.
PARTS = ("resources", "guarantee", "quality", "recognition", "veto")


@dataclass(frozen=True)
class Scope:
    """Whom a rule does not speak of: kinds of school, owners, and teaching points under so many pupils.

    `not_in_table` says in words what no column tells, such as schools run by a province or a university.
    """

    leave_out: tuple[str, ...] = ()
    ownership: tuple[str, ...] = ()
    smallest_teaching_point: int = 0
    not_in_table: dict[str, str] | None = None


@dataclass(frozen=True)
class Item:
    """One numbered item of a regulation's county verdict.

    `indicators` are measured and held against the thresholds of the same regulation; `attested` says in words what
    no number decides and an inspector has to attest. An item has one of the two or both.
    """

    id: str
    part: str
    title: dict[str, str]
    clause: str
    indicators: tuple[str, ...] = ()
    attested: dict[str, str] | None = None
    quote: str = ""


@dataclass(frozen=True)
class Norm:
    """A limit that binds one class, one pupil, one timetable or the posts of a school, never a region's mean.

    `of` says what is limited, in words; `grades` which grades, all of the stage where empty; `counted_by` names the
    indicator that counts the share inside the limit, where there is one. `why` says why it is a norm and no threshold.
    """

    id: str
    level: Level
    of: dict[str, str]
    stage: str
    rule: Relation
    value: float
    unit: dict[str, str]
    clause: str
    why: dict[str, str]
    grades: tuple[int, ...] = ()
    counted_by: str = ""


@dataclass(frozen=True)
class Relaxation:
    """A laxer number that holds only under a condition which no column tells, so that it is never applied by itself."""

    indicator: str
    stage: str
    subject: Subject
    rule: Relation
    value: float
    condition: dict[str, str]
    clause: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Composite:
    """The plain mean of the difference coefficients of several items, held against the threshold of `indicator`."""

    id: str
    indicator: str
    indicators: tuple[str, ...]
    clause: str
    scope: Scope


@dataclass(frozen=True)
class Regulation:
    """A document that decrees: who issued it, from when, where it holds and whom it leaves out.

    `place` is a prefix: `CN` is the whole country, `CN-21` a province, empty is anywhere (an international
    convention). `by_name` says that the document tells no place or no date, so that it applies only where a caller
    asks for it by its id. `superseded` is the first day on which it no longer holds.
    """

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
    superseded: date | None = None
    by_name: bool = False
    items: tuple[Item, ...] = ()
    norms: tuple[Norm, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    composites: tuple[Composite, ...] = ()
    veto: tuple[dict[str, str], ...] = ()
    sample_per_thousand: float = 0


@dataclass(frozen=True)
class Threshold:
    """One number decreed. `subject` says of what: every `school`, the `spread` between schools, or the `region`.

    `stage` is one of the stages of schooling, or `compulsory` for primary and junior together. `rule` is
    `at_least`, `at_most`, `equals`, `under` (the number itself is out) or `within` (from `value` to `upper`, both in).
    `due` is the day from which a target counts. `kinds` are the kinds of school, `places` the places and `pupils_below`
    the size of school of which alone it speaks, where a regulation tells them apart. With `basis` it speaks only of a
    value that rests on it: what a national assessment found is not to be replaced by what a county's own exam gives.
    """

    indicator: str
    stage: str
    subject: Subject
    rule: Relation
    value: float
    clause: str
    regulation: Regulation
    quote: str = ""
    upper: float | None = None
    due: date | None = None
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    pupils_below: float | None = None
    basis: str = ""


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
