"""What a shape makes of the columns at hand: terms for each unit, sums for a region, and their closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import narwhals as nw

from qualityedu.measures.parts import (
    Basis,
    Parts,
    close_spread,
    close_value,
    known,
    sums,
    unevenness,
    unit_value,
)

__all__ = [
    "Working",
    "close_between",
    "close_region",
    "quotient",
    "region_sums",
    "unit_counted",
    "unit_known",
    "unit_sides",
    "unit_unevenness",
]

# From the prefixes of the summed parts to one number of the region.
Closing = Callable[[Sequence[str]], nw.Expr]


@dataclass(frozen=True)
class Working:
    """How a value comes about from one table.

    `parts` are what adds up. `unit` is the value of a unit by itself, None where a unit has none. `region` closes the
    sums, `spread` gives the difference coefficient between units, None where there is none to speak of. Where
    `jointly`, a unit is in it only if every part of it is known; otherwise the parts share the units out between them.
    `leading`, where given, asks for what does not add up: the share held by that leading fraction of units. Where
    `uneven`, the region's own value rests on how the units differ, as that of a dispersion or an extreme does.
    """

    parts: tuple[Parts, ...]
    unit: nw.Expr | None
    region: Closing
    spread: Closing | None = None
    jointly: bool = True
    leading: float | None = None
    uneven: bool = False

    @property
    def basis(self) -> Basis:
        """On what it rests."""
        return self.parts[0].basis


def quotient(parts: Parts) -> Working:
    """One part by itself: Σn/Σd and the difference coefficient between units."""
    return Working((parts,), unit_value(parts), lambda at: close_value(at[0]), lambda at: close_spread(at[0]))


def unit_sides(working: Working, name: str) -> list[nw.Expr]:
    """Both sides of every part as columns `:above` and `:below`, worked out once for all that is made of them."""
    return [
        side.alias(f"{prefix}:{place}")
        for parts, prefix in zip(working.parts, _prefixes(working, name), strict=True)
        for side, place in ((parts.numerator, "above"), (parts.denominator, "below"))
    ]


def unit_known(working: Working, name: str) -> list[nw.Expr]:
    """Beside `unit_sides`, for each part whether a unit counts in it, as `{prefix}:counted`.

    A column of its own, for engines are slow at working out such a condition anew within each side that it guards.
    """
    every = [known(parts) for parts in working.parts]
    joint = reduce(and_, every)
    pairs = zip(every, _prefixes(working, name), strict=True)
    return [(joint if working.jointly else each).alias(f"{prefix}:counted") for each, prefix in pairs]


def unit_counted(working: Working, name: str) -> list[nw.Expr]:
    """After `unit_sides` and `unit_known`: both sides of the units that count, missing of the others."""
    prefixes = _prefixes(working, name)
    found: list[nw.Expr] = [
        nw.when(nw.col(f"{prefix}:counted")).then(nw.col(f"{prefix}:{side}")).alias(f"{prefix}:{place}")
        for prefix in prefixes
        for side, place in (("above", "n"), ("below", "d"))
    ]
    some = reduce(or_, [nw.col(f"{prefix}:counted") for prefix in prefixes])
    return found if working.jointly else [*found, some.cast(nw.Int64).alias(f"{name}:known")]


def unit_unevenness(working: Working, name: str) -> list[nw.Expr]:
    """The step after `unit_counted`: what the differences between units rest on."""
    return [
        term
        for prefix in _prefixes(working, name)
        for term in unevenness(nw.col(f"{prefix}:n"), nw.col(f"{prefix}:d"), prefix)
    ]


def region_sums(working: Working, name: str, *, uneven: bool = True) -> list[nw.Expr]:
    """What `unit_counted` and `unit_unevenness` give, added up for a group."""
    prefixes, uneven = _prefixes(working, name), uneven or working.uneven
    found = [total for prefix in prefixes for total in sums(prefix, uneven=uneven)]
    if len(working.parts) == 1:
        return found
    joint = nw.col(f"{prefixes[0]}:d").count().alias(f"{name}:known")  # known in one is known in all
    return [*found, joint if working.jointly else nw.col(f"{name}:known").sum()]


def close_region(working: Working, name: str) -> nw.Expr:
    """The value of a group, missing where no unit is known."""
    return working.region(_prefixes(working, name))


def close_between(working: Working, name: str) -> nw.Expr:
    """The difference coefficient between the units of a group, missing where the shape has none."""
    if working.spread is None:
        return nw.lit(None, dtype=nw.Float64())
    return working.spread(_prefixes(working, name))


def _prefixes(working: Working, name: str) -> tuple[str, ...]:
    return (name,) if len(working.parts) == 1 else tuple(f"{name}:{place}" for place in range(len(working.parts)))
