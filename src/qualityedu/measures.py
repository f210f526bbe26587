"""The few shapes of arithmetic.

Every shape comes down to two things that add up over schools, a numerator and a denominator, and one
closing division. So a region's ratio is of sums and never a mean of ratios; counties add up to cities
without going back to the schools; and one `group_by` of any engine that Narwhals knows does the work.

How uneven the schools are adds up as well. With x = n/d for each school, the weighted variance of x around
X = Σn/Σd is Σn·x/Σd − X², so the difference coefficient needs only Σn, Σd, Σn·x and the range of x.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import narwhals as nw

from qualityedu.columns import column
from qualityedu.text import say

__all__ = [
    "Basis",
    "Mean",
    "Measure",
    "Net",
    "Parts",
    "Ratio",
    "close_spread",
    "close_value",
    "sums",
    "terms",
    "unit_value",
]

Basis = Literal["counts", "stated_weighted", "stated"]


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
        total = nw.col(self.plus[0]).cast(nw.Float64)
        for name in self.plus[1:]:
            total = total + nw.col(name).cast(nw.Float64)
        for name in self.minus:
            total = total - nw.col(name).cast(nw.Float64)
        return total


@dataclass(frozen=True)
class Parts:
    """What each unit adds, and on what it rests.

    `counts`: both sides were given. `stated_weighted`: a stated value times its denominator.
    `stated`: a stated value alone, each unit counting once.
    """

    numerator: nw.Expr
    denominator: nw.Expr
    basis: Basis


@dataclass(frozen=True)
class Ratio:
    """`numerator` over `denominator`, times `per`. A region's ratio is of sums, never a mean of ratios."""

    numerator: str | Net
    denominator: str | Net
    per: float = 1

    def columns(self) -> tuple[str, ...]:
        """The columns of both sides."""
        return _net(self.numerator).columns() + _net(self.denominator).columns()

    def describe(self, lang: str) -> str:
        """The calculation in words: `100 × numerator ÷ denominator`."""
        times = f"{self.per:g} × " if self.per != 1 else ""
        return f"{times}Σ {_net(self.numerator).describe(lang)} ÷ Σ {_net(self.denominator).describe(lang)}"

    def parts(self, stated: str, available: Collection[str]) -> Parts | None:
        """What each unit adds, from the columns a table has; None where it has neither parts nor `stated`."""
        above, below = _net(self.numerator), _net(self.denominator)
        weighted = set(below.columns()) <= set(available)
        if weighted and set(above.columns()) <= set(available):
            return Parts(above.expression() * self.per, below.expression(), "counts")
        if stated in available:
            return _stated(stated, below.expression() if weighted else None)
        return None


@dataclass(frozen=True)
class Mean:
    """A value that only comes stated, such as a scale score; weighted by `weight` where a table has it."""

    weight: str | None = None

    def columns(self) -> tuple[str, ...]:
        """The column of the weight, if there is one."""
        return (self.weight,) if self.weight else ()

    def describe(self, lang: str) -> str:
        """The calculation in words: a mean, weighted or plain."""
        if self.weight is None:
            return say("measure.mean", lang)
        return say("measure.weighted_mean", lang, weight=column(self.weight).heading(lang))

    def parts(self, stated: str, available: Collection[str]) -> Parts | None:
        """What each unit adds; None where the table has no column named `stated`."""
        if stated not in available:
            return None
        has_weight = self.weight is not None and self.weight in available
        return _stated(stated, nw.col(str(self.weight)).cast(nw.Float64) if has_weight else None)


Measure = Ratio | Mean


def _net(side: str | Net) -> Net:
    return side if isinstance(side, Net) else Net((side,))


def _stated(stated: str, weight: nw.Expr | None) -> Parts:
    value = nw.col(stated).cast(nw.Float64)
    if weight is None:
        return Parts(value, value * 0 + 1, "stated")
    return Parts(value * weight, weight, "stated_weighted")


def unit_value(parts: Parts) -> nw.Expr:
    """The value of each unit: missing where a side is missing or the denominator is not positive."""
    return nw.when(_known(parts)).then(parts.numerator / parts.denominator)


def _known(parts: Parts) -> nw.Expr:
    return ~parts.numerator.is_null() & ~parts.denominator.is_null() & (parts.denominator > 0)


def terms(parts: Parts, in_scope: nw.Expr, prefix: str) -> list[nw.Expr]:
    """What each unit adds, as columns `{prefix}:n`, `:d`, `:nx`, `:x`, `:known` and `:rows`.

    A unit whose parts are not both known adds to `rows` alone.
    """
    known = in_scope & _known(parts)
    value = parts.numerator / parts.denominator
    return [
        nw.when(known).then(parts.numerator).alias(f"{prefix}:n"),
        nw.when(known).then(parts.denominator).alias(f"{prefix}:d"),
        nw.when(known).then(parts.numerator * value).alias(f"{prefix}:nx"),
        nw.when(known).then(value).alias(f"{prefix}:x"),
        known.cast(nw.Int64).alias(f"{prefix}:known"),
        in_scope.cast(nw.Int64).alias(f"{prefix}:rows"),
    ]


def sums(prefix: str) -> list[nw.Expr]:
    """The terms of a group added up, with the range of x as `:low` and `:high`."""
    added = [nw.col(f"{prefix}:{part}").sum() for part in ("n", "d", "nx", "known", "rows")]
    return [
        *added,
        nw.col(f"{prefix}:x").min().alias(f"{prefix}:low"),
        nw.col(f"{prefix}:x").max().alias(f"{prefix}:high"),
    ]


def close_value(prefix: str) -> nw.Expr:
    """The value of a group: Σn/Σd, missing where no unit is known."""
    return nw.when(nw.col(f"{prefix}:known") > 0).then(nw.col(f"{prefix}:n") / nw.col(f"{prefix}:d"))


def close_spread(prefix: str) -> nw.Expr:
    """The difference coefficient of a group (校际差异系数): √(Σnx·Σd/(Σn)² − 1).

    Undefined for fewer than two units and where the mean is not positive. Cancellation can leave 1e-8
    where all units are equal, so the result is bounded by what the range of x allows: 0 for equal units.
    """
    n, d, nx = (nw.col(f"{prefix}:{part}") for part in ("n", "d", "nx"))
    variance = nx * d / (n * n) - 1
    mean = n / d
    low, high = nw.col(f"{prefix}:low"), nw.col(f"{prefix}:high")
    largest = (mean - low) * (high - mean) / (mean * mean)  # Bhatia and Davis 2000: variance ≤ (X − low)(high − X)
    bounded = nw.min_horizontal(nw.max_horizontal(variance, variance * 0), nw.max_horizontal(largest, variance * 0))
    return nw.when((nw.col(f"{prefix}:known") > 1) & (n > 0)).then(bounded.sqrt().abs())  # √−0.0 is −0.0
