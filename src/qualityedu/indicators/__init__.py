"""The catalogue of what is measured. One indicator is one file; the file's name is its id.

A new file in this folder is in the catalogue the next time Python starts. Its example is its test.
"""

from __future__ import annotations

import io
import pkgutil
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import Literal, get_args

import pandas as pd

from qualityedu.columns import COLUMNS
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.measures import Measure
from qualityedu.text import LANGUAGES

__all__ = [
    "Better",
    "Confidence",
    "Dimension",
    "Example",
    "Indicator",
    "Leaning",
    "Level",
    "ReleaseLevel",
    "catalogue",
    "find",
    "sources",
]

Dimension = Literal["investment", "teacher_quality", "class_size", "facilities", "equity", "process", "outcome"]
Leaning = Literal["quality", "exam", "neutral"]
Better = Literal["higher", "lower", "band"]
ReleaseLevel = Literal["region", "economy", "school"]
Level = Literal["pupil", "class", "school", "county", "economy"]
Confidence = Literal["high", "medium_high", "medium", "low"]


@dataclass(frozen=True)
class Example:
    """A table small enough to work by hand, and what it must give.

    `table` is white-space separated with column names first. `region` is the value of all its rows
    together, `by_school` that of each (nan where a school by itself has none), `spread` the difference coefficient.
    """

    table: str
    region: float
    by_school: tuple[float, ...] = ()
    spread: float | None = None

    def frame(self) -> pd.DataFrame:
        """The rows of the example."""
        return pd.read_csv(io.StringIO(self.table.strip()), sep=r"\s+")


@dataclass(frozen=True)
class Indicator:
    """What is measured and why.

    `module` is the `__name__` of the defining file, whose last part becomes the id. Texts are given in every
    language. `leaning` says which aim of schooling the number speaks for: `quality`, `exam`, or `neutral` for
    a resource that both need. `release` is the smallest thing whose value may be shown. `unit` may hold
    `{currency}`, which the data set fills. `misreading` says how the number could be taken for what it is not,
    `levels` at which levels it is meaningful, `counterpart` which indicator of SDG 4, UIS or PISA stands beside it
    (empty where none does). `confidence` is how well the definition is backed by its sources; where it is not high,
    `doubt` tells a reader what is unsure.

    Raises DefinitionError, naming the file, for a text that is missing, a word that is not in the list, an
    undeclared column, a doubt that is not told, or an exam result that would be shown school by school.
    """

    module: str
    title: dict[str, str]
    unit: dict[str, str]
    why: dict[str, str]
    caveat: dict[str, str]
    misreading: dict[str, str]
    dimension: Dimension
    leaning: Leaning
    better: Better
    stages: tuple[str, ...]
    levels: tuple[Level, ...]
    value: Measure
    release: ReleaseLevel
    counterpart: str
    confidence: Confidence
    sources: tuple[str, ...]
    reviewed: date
    example: Example
    decimals: int = 2
    doubt: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The name of the defining file."""
        return self.module.rpartition(".")[2]

    def __post_init__(self) -> None:
        complaints = [*self._silent_texts(), *self._unknown_words(), *self._unknown_columns(), *self._unsafe_release()]
        if complaints:
            raise DefinitionError("\n".join(f"indicators/{self.id}.py: {complaint}" for complaint in complaints))

    def unit_in(self, lang: str, currency: dict[str, str]) -> str:
        """The unit in one language, money named by the data set's currency."""
        return self.unit[lang].format(currency=currency[lang])

    def describe(self, lang: str) -> str:
        """How it is calculated, in words made of the column headings, e.g. `100 × 骨干教师数 ÷ 在校生数`."""
        return self.value.describe(lang)

    def _silent_texts(self) -> list[str]:
        names = ("title", "unit", "why", "caveat", "misreading", *(["doubt"] if self.confidence != "high" else []))
        texts = {name: getattr(self, name) for name in names}
        return [
            f"`{name}` has no text in: {', '.join(missing)}."
            for name, text in texts.items()
            if (missing := [lang for lang in LANGUAGES if not text.get(lang)])
        ]

    def _unknown_words(self) -> list[str]:
        allowed = {
            "dimension": Dimension,
            "leaning": Leaning,
            "better": Better,
            "release": ReleaseLevel,
            "confidence": Confidence,
        }
        stages = COLUMNS["stage"].choices or {}
        return [
            *[
                f"`{name}` is {getattr(self, name)!r}; it is one of {', '.join(get_args(words))}."
                for name, words in allowed.items()
                if getattr(self, name) not in get_args(words)
            ],
            *[f"no such stage: {stage}." for stage in self.stages if stage not in stages],
            *[f"no such level: {level}." for level in self.levels if level not in get_args(Level)],
            *([] if self.levels else ["`levels` names none."]),
        ]

    def _unknown_columns(self) -> list[str]:
        return [
            f"no such column: {name}. Columns are declared in columns.py."
            for name in self.value.columns()
            if name not in COLUMNS
        ]

    def _unsafe_release(self) -> list[str]:
        if self.leaning == "exam" and self.release == "school":
            return ["exam results are never released school by school; set release='region'."]
        return []


@lru_cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by id, in the order of the dimensions and then of the alphabet."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found: list[Indicator] = [import_module(f"{__name__}.{name}").INDICATOR for name in names]
    order = get_args(Dimension)
    return {each.id: each for each in sorted(found, key=lambda each: (order.index(each.dimension), each.id))}


def find(name: str) -> Indicator:
    """The indicator of that id. Raises RequestError naming the nearest ids where there is none."""
    from difflib import get_close_matches

    known = catalogue()
    if name not in known:
        near = get_close_matches(name, known, n=3)
        raise RequestError("unknown_indicator", name=name, near=", ".join(near or list(known)[:3]))
    return known[name]


@lru_cache
def sources() -> dict[str, dict[str, str]]:
    """What the ids in `Indicator.sources` stand for: title, where it was read, kind."""
    return tomllib.loads(files(__name__).joinpath("sources.toml").read_text(encoding="utf-8"))
