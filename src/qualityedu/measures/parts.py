"""What each unit adds to its region, and how sums of it close to a value and a difference coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import narwhals as nw

__all__ = [
    "Basis",
    "Parts",
    "close_spread",
    "close_value",
    "known",
    "stated_parts",
    "sums",
    "unevenness",
    "unit_value",
]

Basis = Literal["counts", "stated_weighted", "stated"]


@dataclass(frozen=True)
class Parts:
    """What each unit adds, and on what it rests.

    `counts`: both sides were given. `stated_weighted`: a stated value times its denominator.
    `stated`: a stated value alone, each unit counting once.
    """

    numerator: nw.Expr
    denominator: nw.Expr
    basis: Basis


def stated_parts(stated: str, weight: nw.Expr | None) -> Parts:
    """What a stated value adds: itself times its weight, or itself alone."""
    value = nw.col(stated).cast(nw.Float64)
    if weight is None:
        return Parts(value, value * 0 + 1, "stated")
    return Parts(value * weight, weight, "stated_weighted")


def unit_value(parts: Parts) -> nw.Expr:
    """The value of each unit: missing where a side is missing or the denominator is not positive."""
    return nw.when(known(parts)).then(parts.numerator / parts.denominator)


def known(parts: Parts) -> nw.Expr:
    """Whether a unit has both sides, the denominator above nothing."""
    return ~parts.numerator.is_null() & ~parts.denominator.is_null() & (parts.denominator > 0)


def unevenness(n: nw.Expr, d: nw.Expr, prefix: str) -> list[nw.Expr]:
    """n·x and the value x of each unit, as `{prefix}:nx` and `:x`; the sides are missing of units that are left out."""
    x = n / d
    return [(n * x).alias(f"{prefix}:nx"), x.alias(f"{prefix}:x")]


def sums(prefix: str, *, uneven: bool = True) -> list[nw.Expr]:
    """The terms of a group added up; where `uneven`, with the range of x as `:low` and `:high`.

    Units are counted by the side they have, for a column of ones would be one more to work out and to add up.
    """
    added = [nw.col(f"{prefix}:{part}").sum() for part in ("n", "d", *(("nx",) if uneven else ()))]
    added.insert(2, nw.col(f"{prefix}:d").count().alias(f"{prefix}:known"))
    x = nw.col(f"{prefix}:x")
    return [*added, x.min().alias(f"{prefix}:low"), x.max().alias(f"{prefix}:high")] if uneven else added


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
    bounded = variance.clip(lower_bound=0).clip(upper_bound=largest.clip(lower_bound=0))
    return nw.when((nw.col(f"{prefix}:known") > 1) & (n > 0)).then(bounded.sqrt().abs())  # √−0.0 is −0.0
