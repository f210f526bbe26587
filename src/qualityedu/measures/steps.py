"""What every unit adds, worked out step by step for many indicators at once: each thing once for all that need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from qualityedu.measures.parts import unevenness
from qualityedu.measures.working import Working, prefixes_of

__all__ = ["Steps", "unit_steps", "unit_unevenness", "units_counted"]


@dataclass(frozen=True)
class Steps:
    """Columns in three steps, each made of those of the step before.

    `sides` are numerators and denominators, a denominator only where it is above nothing. `known` says of each whether
    a unit has it. `counted` are both sides of the units that count in a part, as `{prefix}:n` and `:d`, missing of the
    others; where the parts of an indicator share the units out, `{name}:known` says which are in any.
    """

    sides: list[nw.Expr] = field(default_factory=list)
    known: list[nw.Expr] = field(default_factory=list)
    counted: list[nw.Expr] = field(default_factory=list)


def unit_steps(workings: Mapping[str, Working]) -> Steps:
    """The steps from the columns of a table to what each of its units adds to each indicator."""
    steps = Steps()
    # A column by itself, for engines are slow at working out a condition anew within each side that it guards.
    numbers: dict[tuple[str, int], int] = {}
    for name, working in workings.items():
        sides = [
            (_column(steps, numbers, "above", parts.numerator), _column(steps, numbers, "below", parts.denominator))
            for parts in working.parts
        ]
        steps.counted.extend(_counted(working, name, sides))
    return steps


def units_counted(
    frame: Any, steps: Steps, held: Sequence[str] = (), given: Mapping[str, nw.Expr] | None = None
) -> Any:
    """A Narwhals frame after the steps: columns `held`, those `given` by expressions, and what `counted` says."""
    also = given or {}
    units = frame.select(*held, *(each.alias(name) for name, each in also.items()), *steps.sides)
    return units.with_columns(*steps.known).select(*held, *also, *steps.counted)


def unit_unevenness(working: Working, name: str) -> list[nw.Expr]:
    """The step after those: what the differences between units rest on."""
    return [
        term
        for prefix in prefixes_of(working, name)
        for term in unevenness(nw.col(f"{prefix}:n"), nw.col(f"{prefix}:d"), prefix)
    ]


def _column(steps: Steps, numbers: dict[tuple[str, int], int], place: str, side: nw.Expr) -> str:
    """The column of a side; many indicators share the expression of theirs, such as that of pupils."""
    first = (place, id(side)) not in numbers
    number = numbers.setdefault((place, id(side)), len(numbers))
    column = f":{place}:{number}"
    if first:
        steps.sides.append((nw.when(side > 0).then(side) if place == "below" else side).alias(column))
        steps.known.append((~nw.col(column).is_null()).alias(f"{column}:known"))
    return column


def _counted(working: Working, name: str, sides: Sequence[tuple[str, str]]) -> list[nw.Expr]:
    prefixes = prefixes_of(working, name)
    every = [nw.col(f"{above}:known") & nw.col(f"{below}:known") for above, below in sides]
    found: list[nw.Expr] = []
    for (above, below), own, prefix in zip(sides, every, prefixes, strict=True):
        if len(sides) == 1:  # a side that is missing is missing of itself
            of_n, of_d = nw.col(f"{below}:known"), nw.col(f"{above}:known")
        else:
            of_n = of_d = reduce(and_, every) if working.jointly else own
        found.append(nw.when(of_n).then(nw.col(above)).alias(f"{prefix}:n"))
        found.append(nw.when(of_d).then(nw.col(below)).alias(f"{prefix}:d"))
    if working.jointly:
        return found
    return [*found, reduce(or_, every).cast(nw.Int64).alias(f"{name}:known")]
