"""One side of a ratio: a column, or what is made of several in the same row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import narwhals as nw

from qualityedu.columns import column
from qualityedu.text import say

__all__ = ["AtLeast", "Least", "Net", "Product", "RoundedUp", "Side", "side"]


class Side(Protocol):
    """What a row gives: the columns it needs, the words for it, and the number, missing where a column is."""

    def columns(self) -> tuple[str, ...]:
        """The columns that must all be known."""
        ...

    def describe(self, lang: str) -> str:
        """The arithmetic in words, by the headings of its columns."""
        ...

    def expression(self) -> nw.Expr:
        """The number for each row."""
        ...


@dataclass(frozen=True)
class Net:
    """Some columns added and others taken away, as in graduates + moved out − moved in."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """The columns that must all be known."""
        return self.plus + self.minus

    def describe(self, lang: str) -> str:
        """The sum in words, by the headings of its columns."""
        words = " + ".join(column(name).heading(lang) for name in self.plus)
        words += "".join(f" − {column(name).heading(lang)}" for name in self.minus)
        return f"({words})" if len(self.columns()) > 1 else words

    def expression(self) -> nw.Expr:
        """The sum for each row; missing where any column is."""
        return _net(self.plus, self.minus)


@dataclass(frozen=True)
class Product:
    """Columns multiplied, as in candidates × full marks."""

    factors: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """The columns that must all be known."""
        return tuple(dict.fromkeys(self.factors))

    def describe(self, lang: str) -> str:
        """The product in words."""
        return f"({' × '.join(column(name).heading(lang) for name in self.factors)})"

    def expression(self) -> nw.Expr:
        """The product for each row; missing where any column is."""
        product = _number(self.factors[0])
        for name in self.factors[1:]:
            product = product * _number(name)
        return product


@dataclass(frozen=True)
class Least:
    """The smallest of several columns of a row: of rooms for music and rooms for art, those that make pairs."""

    of: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """The columns that must all be known."""
        return self.of

    def describe(self, lang: str) -> str:
        """The smallest of them in words."""
        names = say("report.list_mark", lang).join(column(name).heading(lang) for name in self.of)
        return say("measure.least", lang, names=names)

    def expression(self) -> nw.Expr:
        """The smallest for each row; missing where any column is, for the one unknown might be smaller still."""
        known = ~nw.any_horizontal(*[nw.col(name).is_null() for name in self.of], ignore_nulls=False)
        return nw.when(known).then(nw.min_horizontal(*[_number(name) for name in self.of]))


@dataclass(frozen=True)
class AtLeast:
    """A column, raised to `floor` where it is below: a school of sixty that is funded as if it had a hundred."""

    name: str
    floor: float

    def columns(self) -> tuple[str, ...]:
        """The column that must be known."""
        return (self.name,)

    def describe(self, lang: str) -> str:
        """The column and its floor in words."""
        return say("measure.at_least", lang, name=column(self.name).heading(lang), floor=f"{self.floor:g}")

    def expression(self) -> nw.Expr:
        """The column or the floor, whichever is more. A unit of nothing stays at nothing: it is no small unit."""
        value = _number(self.name)
        return nw.when(~(value > 0) | (value >= self.floor)).then(value).otherwise(value * 0 + self.floor)


@dataclass(frozen=True)
class RoundedUp:
    """A column over `by`, rounded up to a whole number: one music room for every twelve classes begun."""

    name: str
    by: float

    def columns(self) -> tuple[str, ...]:
        """The column that must be known."""
        return (self.name,)

    def describe(self, lang: str) -> str:
        """The division in words."""
        return say("measure.rounded_up", lang, name=column(self.name).heading(lang), by=f"{self.by:g}")

    def expression(self) -> nw.Expr:
        """The whole number for each row."""
        return (_number(self.name) / self.by).ceil()


def side(given: str | Side) -> Side:
    """A side as such; a name alone is the column of that name."""
    return Net((given,)) if isinstance(given, str) else given


@cache
def _net(plus: tuple[str, ...], minus: tuple[str, ...]) -> nw.Expr:
    """One and the same expression for what many indicators rest on, so that it need not be worked out for each."""
    total = _number(plus[0])
    for name in plus[1:]:
        total = total + _number(name)
    for name in minus:
        total = total - _number(name)
    return total


def _number(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.Float64)
