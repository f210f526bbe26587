"""Which words name which column, and which units a heading may give."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from qualityedu.columns import COLUMNS, UNITS, Column
from qualityedu.datasets import Dataset
from qualityedu.indicators import Indicator, catalogue
from qualityedu.measures import Ratio
from qualityedu.text import LANGUAGES

__all__ = ["Named", "Vocabulary", "folded", "stated_column", "vocabulary_of"]

_BRACKETED = re.compile(r"(?P<name>.+?)[(\[【〔](?P<unit>[^()\[\]【】〔〕]*)[)\]】〕]")
_UNIT_WORD = re.compile(r"^(?:计量)?单位:|^unit:")
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
# Kinds whose brackets hold a hint to whoever fills in the form, not a unit.
_WITHOUT_UNIT = ("code", "text", "choice", "year")
_MULTIPLES = {"zh": {"千": 1e3, "万": 1e4, "亿": 1e8}, "en": {"thousand ": 1e3, "million ": 1e6, "billion ": 1e9}}


@dataclass(frozen=True)
class Named:
    """What a heading says: the columns it holds, and the unit written in it, if any.

    `factor` turns its values into the unit of the table; None where the unit is not one of that column's.
    """

    columns: tuple[Column, ...]
    unit: str = ""
    factor: float | None = 1


@dataclass(frozen=True)
class Vocabulary:
    """All names by which the columns of one data set are known."""

    dataset: Dataset
    mapped: dict[str, tuple[Column, ...]]

    def column(self, name: str) -> Column:
        """The column of that name as this data set reads it."""
        found = COLUMNS[name] if name in COLUMNS else stated_column(catalogue()[name])
        # A school's counts are whole; those of a district or a country are often full-time equivalents.
        return replace(found, kind="amount") if found.kind == "count" and self.dataset.unit != "school" else found

    def meaning(self, heading: str) -> Named | None:
        """What a heading says; None where no column goes by that name."""
        whole = folded(heading)
        match = _BRACKETED.fullmatch(unicodedata.normalize("NFKC", heading).strip())
        unit = match["unit"].strip() if match else ""
        if whole in self.mapped:
            return self._mapped(whole, unit)
        if found := self._known(whole):
            return Named(found)
        if match is None or not (found := self._known(folded(match["name"]))):
            return None
        return Named(found, unit, 1 if found[0].kind in _WITHOUT_UNIT else self.factor(found[0], unit))

    def factor(self, column: Column, unit: str) -> float | None:
        """From a unit as written to the unit of the column; None where they do not go together."""
        wanted = _UNIT_WORD.sub("", folded(unit))
        return {folded(spelling): factor for spelling, factor in self.units(column).items()}.get(wanted)

    def units(self, column: Column) -> dict[str, float]:
        """The units that a heading of this column may name, with the factor to the one that is kept."""
        if column.unit == "money" and self.dataset.currency["zh"] != "元":
            return _money(self.dataset.currency)
        units = dict(UNITS.get(column.unit, {}))
        if column.name in catalogue():
            stated = catalogue()[column.name]
            units |= {stated.unit_in(lang, self.dataset.currency): 1 for lang in LANGUAGES}
        return units

    def _mapped(self, whole: str, unit: str) -> Named:
        columns = self.mapped[whole]
        factor = self.factor(columns[0], unit) if unit else 1
        # The description quotes this heading to the letter; only a unit known to be that of another kind is doubted.
        foreign = factor is None and any(folded(unit) == folded(name) for group in UNITS.values() for name in group)
        return Named(columns, unit, factor if factor is not None or foreign else 1)

    def _known(self, name: str) -> tuple[Column, ...]:
        found = _names().get(name)
        return (self.column(found),) if found and found not in self.dataset.columns else ()


def vocabulary_of(dataset: Dataset) -> Vocabulary:
    """The declared names and those that the data set's description adds; the latter take the former's place."""
    bare = Vocabulary(dataset, {})
    mapped: dict[str, tuple[Column, ...]] = {}
    for name, heading in dataset.columns.items():
        mapped[folded(heading)] = (*mapped.get(folded(heading), ()), bare.column(name))
    return Vocabulary(dataset, mapped)


def folded(text: str) -> str:
    """A heading or unit without what does not tell two apart: width, case, spaces and underscores."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_ZERO_WIDTH).casefold().replace("_", " ").split())


def stated_column(indicator: Indicator) -> Column:
    """The column that holds an indicator's stated value."""
    percent = "%" in indicator.unit.values()
    return Column(
        indicator.id,
        indicator.title["zh"],
        indicator.title["en"],
        "percent" if percent else "number",
        "percent" if percent else "",
        minimum=0 if isinstance(indicator.value, Ratio) else None,
    )


@lru_cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for indicator in catalogue().values():
        names |= dict.fromkeys(map(folded, (indicator.id, *indicator.title.values())), indicator.id)
    for column in COLUMNS.values():
        names |= dict.fromkeys(map(folded, (column.name, column.zh, column.en, *column.aliases)), column.name)
    return names


def _money(currency: dict[str, str]) -> dict[str, float]:
    units: dict[str, float] = dict.fromkeys(currency.values(), 1)
    for lang, name in currency.items():
        units |= {f"{word}{name}": factor for word, factor in _MULTIPLES[lang].items()}
    return units
