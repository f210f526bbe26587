"""What is said of the difference between units: dispersion, shares of variance, parity, concentration."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import narwhals as nw

from qualityedu.columns import column
from qualityedu.measures.parts import Parts, close_spread, close_value, stated_parts, unit_value
from qualityedu.measures.ratio import Ratio
from qualityedu.measures.working import Working
from qualityedu.text import say

__all__ = ["BetweenShare", "Concentration", "Dispersion", "Parity"]


@dataclass(frozen=True)
class Dispersion:
    """The difference coefficient between units of one ratio, or the plain mean of those of several.

    √(Σ d·(x − X)²/Σd) ÷ X with x = n/d of a unit and X = Σn/Σd of the region; not `relative`, the standard
    deviation itself, in the ratio's unit. A unit is in it only if all ratios of it are known. A unit alone has none.
    Undefined for fewer than two units and where a mean is not positive.
    """

    of: tuple[Ratio, ...]
    relative: bool = True

    def columns(self) -> tuple[str, ...]:
        """The columns of all ratios."""
        return tuple(dict.fromkeys(name for ratio in self.of for name in ratio.columns()))

    def describe(self, lang: str) -> str:
        """The formula in words, and of what it is taken."""
        named = say("measure.semicolon", lang).join(ratio.describe_unit(lang) for ratio in self.of)
        if not self.relative:
            return say("measure.deviation", lang, of=named)
        if len(self.of) > 1:
            return say("measure.mean_dispersion", lang, count=len(self.of), of=named)
        return say("measure.dispersion", lang, of=named)

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about; a stated value belongs to a whole unit such as a county, and is averaged."""
        if not set(self.columns()) <= set(available):
            return _stated(stated, available)
        parts = tuple(found for ratio in self.of if (found := ratio.parts(stated, available)))
        return Working(parts, None, lambda at: self._mean([self._one(prefix) for prefix in at]), uneven=True)

    def _one(self, prefix: str) -> nw.Expr:
        return close_spread(prefix) if self.relative else close_spread(prefix) * close_value(prefix)

    def _mean(self, each: list[nw.Expr]) -> nw.Expr:
        total = each[0]
        for one in each[1:]:
            total = total + one
        return total / len(each)


@dataclass(frozen=True)
class BetweenShare:
    """The share of the variance of pupils' results that lies between units: between ÷ (between + within).

    `of` is the mean of a unit, its denominator the pupils; `deviation` the column of the standard deviation
    (population form) of the pupils of a unit. Between is Σ d·(x − X)²/Σd, within Σ d·deviation²/Σd. Undefined for
    fewer than two units and where nobody differs.
    """

    of: Ratio
    deviation: str

    def columns(self) -> tuple[str, ...]:
        """The columns of the mean and of the deviation."""
        return (*self.of.columns(), self.deviation)

    def describe(self, lang: str) -> str:
        """The formula in words."""
        deviation = column(self.deviation).heading(lang)
        return say("measure.between_share", lang, of=self.of.describe_unit(lang), deviation=deviation)

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about; a stated value belongs to a whole unit such as a county, and is averaged."""
        mean = self.of.parts(stated, available)
        if mean is None or not set(self.columns()) <= set(available):
            return _stated(stated, available)
        square = nw.col(self.deviation).cast(nw.Float64) * nw.col(self.deviation).cast(nw.Float64)
        within = Parts(mean.denominator * square, mean.denominator, "counts")
        return Working((mean, within), None, lambda at: self._share(at[0], at[1]), uneven=True)

    def _share(self, mean: str, within: str) -> nw.Expr:
        deviation = close_spread(mean) * close_value(mean)
        between = deviation * deviation
        total = between + close_value(within)
        return nw.when(total > 0).then(between / total)


@dataclass(frozen=True)
class Parity:
    """The value of the group likely to be worse off over that of the other: 1 is parity.

    `adjusted` turns an index above 1 into 2 − 1/index, so that it lies from 0 to 2 and swapping the groups mirrors it
    at 1 (UNESCO Institute for Statistics; SDG 4.5.1). The two ratios are of different columns (girls, boys), or of
    different units, by `Among`; a unit alone has an index only in the first case. Undefined where a group has nobody
    or the second group's value is not positive.
    """

    disadvantaged: Ratio
    advantaged: Ratio
    adjusted: bool = True

    def columns(self) -> tuple[str, ...]:
        """The columns of both ratios."""
        return tuple(dict.fromkeys(self.disadvantaged.columns() + self.advantaged.columns()))

    def describe(self, lang: str) -> str:
        """The index in words."""
        below, above = self.disadvantaged.describe(lang), self.advantaged.describe(lang)
        key = "measure.adjusted_parity" if self.adjusted else "measure.parity"
        return say(key, lang, disadvantaged=below, advantaged=above)

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about; a stated value belongs to a whole unit such as a county, and is averaged."""
        below, above = self.disadvantaged.parts(stated, available), self.advantaged.parts(stated, available)
        if below is None or above is None or not set(self.columns()) <= set(available):
            return _stated(stated, available)
        grouped = self.disadvantaged.among is not None
        return Working(
            (below, above),
            None if grouped else self._index(unit_value(below), unit_value(above)),
            lambda at: self._index(close_value(at[0]), close_value(at[1])),
            jointly=not grouped,
        )

    def _index(self, below: nw.Expr, above: nw.Expr) -> nw.Expr:
        index = nw.when(above > 0).then(below / above)
        return nw.when(index > 1).then(2 - above / below).otherwise(index) if self.adjusted else index


@dataclass(frozen=True)
class Concentration:
    """The share of `part` held by the units that have most of it for their `whole`, up to `top` of all `whole`.

    Units are taken in the order of part ÷ whole, the richest first; the one on the boundary counts by the fraction
    of it that fits, and units that are alike may come in any order. Perfect evenness gives `top` itself, all in one
    small unit gives 1. This does not add up: it is computed on the units of one region. Undefined for one unit and
    where there is nothing to hold.
    """

    part: str
    whole: str
    top: float

    def columns(self) -> tuple[str, ...]:
        """The columns of the part and of the whole."""
        return (self.part, self.whole)

    def describe(self, lang: str) -> str:
        """The share in words."""
        part, whole = column(self.part).heading(lang), column(self.whole).heading(lang)
        return say("measure.concentration", lang, part=part, whole=whole, top=f"{self.top * 100:g}")

    def working(self, stated: str, available: Collection[str]) -> Working | None:
        """How its value comes about; a stated value belongs to a whole unit such as a county, and is averaged."""
        parts = Ratio(self.part, self.whole).parts(stated, available)
        if parts is None or parts.basis != "counts":
            return _stated(stated, available)
        return Working((parts,), None, lambda at: close_value(at[0]), leading=self.top)


def _stated(stated: str, available: Collection[str]) -> Working | None:
    """The plain mean of stated values, each a unit's own."""
    if stated not in available:
        return None
    parts = stated_parts(stated, None)
    return Working((parts,), unit_value(parts), lambda at: close_value(at[0]))
