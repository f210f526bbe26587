"""The ratio of sums, on which most indicators stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import narwhals as nw

from qualityedu.columns import column
from qualityedu.measures.parts import Parts, stated_parts
from qualityedu.measures.sides import Side, side
from qualityedu.measures.working import Working, quotient
from qualityedu.text import say

__all__ = ["Among", "Ratio"]


@dataclass(frozen=True)
class Among:
    """Only the units in whose column `name` one of `values` stands, as rural schools by the column `area`."""

    name: str
    values: tuple[str, ...]

    def describe(self, lang: str) -> str:
        """The units in words."""
        choices = column(self.name).choices or {}
        words = [choices[value][0] if lang == "zh" else value for value in self.values]
        names = say("report.list_mark", lang).join(words)
        return say("measure.among", lang, name=column(self.name).heading(lang), values=names)

    def expression(self) -> nw.Expr:
        """Whether a unit is one of them."""
        return nw.col(self.name).is_in(list(self.values))


@dataclass(frozen=True)
class Ratio:
    """`numerator` over `denominator`, times `per`. A region's ratio is of sums, never a mean of ratios.

    `among` leaves out all other units; it is for the groups that `Parity` compares.
    """

    numerator: str | Side
    denominator: str | Side
    per: float = 1
    among: Among | None = None

    def columns(self) -> tuple[str, ...]:
        """The columns of both sides."""
        group = (self.among.name,) if self.among else ()
        return side(self.numerator).columns() + side(self.denominator).columns() + group

    def describe(self, lang: str) -> str:
        """The calculation in words: `100 × Σ numerator ÷ Σ denominator`."""
        return self.scaled(lang, 1)

    def scaled(self, lang: str, factor: float) -> str:
        """The calculation in words, times `factor`."""
        times = self.per * factor
        words = f"Σ {side(self.numerator).describe(lang)} ÷ Σ {side(self.denominator).describe(lang)}"
        return (f"{times:g} × " if times != 1 else "") + words + (self.among.describe(lang) if self.among else "")

    def describe_unit(self, lang: str) -> str:
        """The calculation for one unit by itself, in words."""
        return self.describe(lang).replace("Σ ", "")

    def parts(self, stated: str, available: Collection[str]) -> Parts | None:
        """What each unit adds, from the columns a table has; None where it has neither parts nor `stated`."""
        above, below = side(self.numerator), side(self.denominator)
        weighted = set(below.columns()) <= set(available)
        if set(self.columns()) <= set(available):
            value = above.expression()
            return self._grouped(Parts(value * self.per if self.per != 1 else value, below.expression(), "counts"))
        if stated in available:
            return stated_parts(stated, below.expression() if weighted else None)
        return None

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about from the columns a table has; None where it has neither parts nor `stated`."""
        parts = self.parts(stated, available)
        return quotient(parts) if parts else None

    def _grouped(self, parts: Parts) -> Parts:
        if self.among is None:
            return parts
        own = self.among.expression()
        return Parts(nw.when(own).then(parts.numerator), nw.when(own).then(parts.denominator), parts.basis)
