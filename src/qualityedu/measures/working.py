"""What a shape makes of the columns at hand: terms for each unit, sums for a region, and their closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import narwhals as nw

from qualityedu.measures.parts import (
    Basis,
    Parts,
    close_spread,
    close_value,
    sums,
    unit_value,
)

__all__ = [
    "Working",
    "close_between",
    "close_region",
    "prefixes_of",
    "quotient",
    "region_sums",
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


def region_sums(working: Working, name: str, *, uneven: bool = True) -> list[nw.Expr]:
    """What `unit_steps` and `unit_unevenness` give, added up for a group."""
    prefixes, uneven = prefixes_of(working, name), uneven or working.uneven
    found = [total for prefix in prefixes for total in sums(prefix, uneven=uneven)]
    if len(working.parts) == 1:
        return found
    joint = nw.col(f"{prefixes[0]}:d").count().alias(f"{name}:known")  # known in one is known in all
    return [*found, joint if working.jointly else nw.col(f"{name}:known").sum()]


def close_region(working: Working, name: str) -> nw.Expr:
    """The value of a group, missing where no unit is known."""
    return working.region(prefixes_of(working, name))


def close_between(working: Working, name: str) -> nw.Expr:
    """The difference coefficient between the units of a group, missing where the shape has none."""
    if working.spread is None:
        return nw.lit(None, dtype=nw.Float64())
    return working.spread(prefixes_of(working, name))


def prefixes_of(working: Working, name: str) -> tuple[str, ...]:
    """What the columns of each part begin with: the indicator's id, with a number where there are several."""
    return (name,) if len(working.parts) == 1 else tuple(f"{name}:{place}" for place in range(len(working.parts)))
