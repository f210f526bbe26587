"""Means, totals, extremes and weighted sums over units."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import narwhals as nw

from qualityedu.columns import column
from qualityedu.measures.parts import Parts, close_value, stated_parts, unit_value
from qualityedu.measures.ratio import Ratio
from qualityedu.measures.sides import Side, side
from qualityedu.measures.working import Working, quotient
from qualityedu.text import say

__all__ = ["Extreme", "Mean", "Total", "WeightedSum"]


@dataclass(frozen=True)
class Mean:
    """The mean over units of a column `of`, or of a value that only comes stated, such as a scale score.

    Weighted by `weight` where a table has it, times `per`. Without `zero` nought does not mean nothing (an index
    around 0), and there is no difference coefficient.
    """

    weight: str | None = None
    of: str | Side | None = None
    per: float = 1
    zero: bool = True

    def columns(self) -> tuple[str, ...]:
        """The column of the weight and those of the value, if there are any."""
        return ((self.weight,) if self.weight else ()) + (side(self.of).columns() if self.of else ())

    def describe(self, lang: str) -> str:
        """The calculation in words: a mean, weighted or plain."""
        weight = column(self.weight).heading(lang) if self.weight else ""
        if self.of is None:
            return say("measure.weighted_mean", lang, weight=weight) if weight else say("measure.mean", lang)
        words = (f"{self.per:g} × " if self.per != 1 else "") + side(self.of).describe(lang)
        if weight:
            return say("measure.weighted_mean_of", lang, of=words, weight=weight)
        return say("measure.mean_of", lang, of=words)

    def parts(self, stated: str, available: Collection[str]) -> Parts | None:
        """What each unit adds; None where the table has neither the column nor one named `stated`."""
        has_weight = self.weight is not None and self.weight in available
        weight = nw.col(str(self.weight)).cast(nw.Float64) if has_weight else None
        if self.of is not None and set(side(self.of).columns()) <= set(available):
            value = side(self.of).expression() * self.per
            once = value * 0 + 1
            return Parts(value * weight if weight is not None else value, once if weight is None else weight, "counts")
        return stated_parts(stated, weight) if stated in available else None

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about from the columns a table has; None where it has none of them."""
        parts = self.parts(stated, available)
        if parts is None or self.zero:
            return quotient(parts) if parts else None
        return Working((parts,), unit_value(parts), lambda at: close_value(at[0]))


@dataclass(frozen=True)
class Total:
    """The sum over units of a column of counts or of yes (1) and no (0)."""

    of: str | Side

    def columns(self) -> tuple[str, ...]:
        """The columns added up."""
        return side(self.of).columns()

    def describe(self, lang: str) -> str:
        """The sum in words."""
        return say("measure.total", lang, of=side(self.of).describe(lang))

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about; a stated value is a count as well, and is added up."""
        parts = _once(self.of, stated, available)
        return Working((parts,), unit_value(parts), _added) if parts else None


@dataclass(frozen=True)
class Extreme:
    """The highest or the lowest over units, for what binds each of them: one school above a limit is one too many.

    `of` is a column; without one the value only comes stated.
    """

    which: Literal["highest", "lowest"]
    of: str | None = None

    def columns(self) -> tuple[str, ...]:
        """The column of the value, if there is one."""
        return (self.of,) if self.of else ()

    def describe(self, lang: str) -> str:
        """The extreme in words."""
        of = column(self.of).heading(lang) if self.of else say("measure.stated", lang)
        return say(f"measure.{self.which}", lang, of=of)

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about; a stated value is one unit's own, and the extreme is taken of them."""
        parts = _once(self.of, stated, available)
        bound = "high" if self.which == "highest" else "low"
        if parts is None:
            return None
        return Working((parts,), unit_value(parts), lambda at: nw.col(f"{at[0]}:{bound}"), uneven=True)


@dataclass(frozen=True)
class WeightedSum:
    """Several ratios, each times its factor, added up: the composite indices of examinations.

    A unit is in it only if every ratio of it is known. A region's is made of the region's ratios.
    """

    of: tuple[tuple[float, Ratio], ...]

    def columns(self) -> tuple[str, ...]:
        """The columns of all ratios."""
        return tuple(dict.fromkeys(name for _, ratio in self.of for name in ratio.columns()))

    def describe(self, lang: str) -> str:
        """The sum in words, term by term."""
        words = [ratio.scaled(lang, abs(factor)) for factor, ratio in self.of]
        signs = [" − " if factor < 0 else " + " for factor, _ in self.of]
        return "".join(f"{sign}{each}" for sign, each in zip(signs, words, strict=True)).removeprefix(" + ")

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about; a stated value is weighted by the first ratio's denominator where it is there."""
        factors = [factor for factor, _ in self.of]
        if set(self.columns()) <= set(available):
            parts = tuple(found for _, ratio in self.of if (found := ratio.parts(stated, available)))
            every = [unit_value(each) for each in parts]
            return Working(parts, _sum(factors, every), lambda at: _sum(factors, [close_value(name) for name in at]))
        below = side(self.of[0][1].denominator)
        if stated not in available:
            return None
        weight = below.expression() if set(below.columns()) <= set(available) else None
        parts = (stated_parts(stated, weight),)
        return Working(parts, unit_value(parts[0]), lambda at: close_value(at[0]))


def _once(of: str | Side | None, stated: str, available: Collection[str]) -> Parts | None:
    """Each unit counting once, by its column or by its stated value."""
    if of is not None and set(side(of).columns()) <= set(available):
        value = side(of).expression()
        return Parts(value, value * 0 + 1, "counts")
    return stated_parts(stated, None) if stated in available else None


def _added(at: Sequence[str]) -> nw.Expr:
    (prefix,) = at
    return nw.when(nw.col(f"{prefix}:known") > 0).then(nw.col(f"{prefix}:n"))


def _sum(factors: list[float], values: list[nw.Expr]) -> nw.Expr:
    total = values[0] * factors[0]
    for factor, value in zip(factors[1:], values[1:], strict=True):
        total = total + value * factor
    return total
