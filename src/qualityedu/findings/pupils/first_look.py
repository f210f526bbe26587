"""The first, cheap pass over a table of pupils: how many, around which value, in which steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from qualityedu.columns import KEYS
from qualityedu.errors import RequestError
from qualityedu.findings.frames import as_pandas
from qualityedu.findings.pupils.asked import Asked

__all__ = ["FirstLook", "first_look", "placed"]

# The steps in which marks are given; the largest that fits all values is the score's own.
_STEPS = (1.0, 0.5, 0.1, 0.05, 0.01)
# A score that is in no such step is put into about so many.
_STEPS_OF_A_CONTINUOUS = 2000


@dataclass(frozen=True)
class FirstLook:
    """What one pass found: rows, those with a gap in a key, and for each score its mean, lowest, highest and step.

    The mean is only what sums are taken around, so that they keep their digits; a score that nobody has is not in
    `centre`.
    """

    rows: int
    without_key: int
    centre: dict[str, float]
    lowest: dict[str, float]
    highest: dict[str, float]
    step: dict[str, float]


def placed() -> nw.Expr:
    """Whether a row says which school, stage and year it belongs to."""
    return ~nw.any_horizontal(*[nw.col(name).is_null() for name in KEYS], ignore_nulls=False)


def first_look(frame: Any, asked: Asked) -> FirstLook:
    """Look over the scores of a frame at the `door`. Raises RequestError for no rows, weights below 0, infinity."""
    wanted = [nw.len().alias("rows"), placed().cast(nw.Int64).sum().alias("placed")]
    for place, name in enumerate(asked.scores):
        x = nw.col(name).cast(nw.Float64)
        wanted += [x.mean().alias(f"{place}:mean"), x.min().alias(f"{place}:low"), x.max().alias(f"{place}:high")]
        wanted += [_off(x, step).max().alias(f"{place}:off{k}") for k, step in enumerate(_STEPS)]
    if asked.weight:
        wanted.append(nw.col(asked.weight).cast(nw.Float64).min().alias("weight"))
    # A column without a value comes as nothing from one engine and as not a number from another.
    found = as_pandas(frame.select(*wanted)).astype("float64").iloc[0]
    if not found["placed"] > 0:
        raise RequestError("pupils_no_rows", rows=int(found["rows"]))
    if asked.weight and found["weight"] < 0:
        raise RequestError("pupils_negative_weight", column=asked.weight, seen=f"{found['weight']:g}")
    known = {name: place for place, name in enumerate(asked.scores) if found[f"{place}:mean"] == found[f"{place}:mean"]}
    for name, place in known.items():
        if math.isinf(found[f"{place}:low"]) or math.isinf(found[f"{place}:high"]):
            raise RequestError("pupils_infinite", column=name)
    lowest, highest = (
        {name: float(found[f"{place}:{end}"]) for name, place in known.items()} for end in ("low", "high")
    )
    return FirstLook(
        rows=int(found["rows"]),
        without_key=int(found["rows"]) - int(found["placed"]),
        centre={name: float(found[f"{place}:mean"]) for name, place in known.items()},
        lowest=lowest,
        highest=highest,
        step={
            name: asked.steps.get(name)
            or _own_step([float(found[f"{place}:off{k}"]) for k in range(len(_STEPS))], highest[name] - lowest[name])
            for name, place in known.items()
        },
    )


def _off(x: nw.Expr, step: float) -> nw.Expr:
    """How far a value is from the nearest whole number of steps, in steps."""
    steps = x / step
    return (steps - (steps + 0.5).floor()).abs()


def _own_step(off: list[float], width: float) -> float:
    fitting = [step for step, far in zip(_STEPS, off, strict=True) if far < 1e-6]
    if fitting:
        return fitting[0]
    return float(10.0 ** math.ceil(math.log10(width / _STEPS_OF_A_CONTINUOUS))) if width > 0 else _STEPS[-1]
