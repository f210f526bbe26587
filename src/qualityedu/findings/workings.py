"""How each indicator comes about from the columns of one table, and what every unit adds to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import narwhals as nw
import pandas as pd

from qualityedu.findings.sums import workings_of
from qualityedu.indicators import Indicator, catalogue
from qualityedu.measures import Working, unit_steps, unit_unevenness

__all__ = ["unit_ratios", "unit_sums", "workings"]

_NAMES = ("region", "school", "stage", "year")


def workings(schools: pd.DataFrame, indicators: Iterable[str] | None = None) -> list[tuple[Indicator, Working]]:
    """The indicators that a table can give, all or those named, each with its way of calculation.

    Raises RequestError for an unknown indicator.
    """
    return [(catalogue()[name], how) for name, how in workings_of(schools.columns, indicators).items()]


def unit_sums(schools: pd.DataFrame, each: Indicator, how: Working) -> pd.DataFrame:
    """What every known unit adds to an indicator: what is added up of it beside region, school, stage and year."""
    units = _added(schools, each, how)
    return units[units[f"{each.id}:known"] > 0].reset_index(drop=True)


def unit_ratios(schools: pd.DataFrame, each: Indicator, how: Working) -> pd.DataFrame:
    """The value and the weight (the ratio's own denominator) of every known unit, with all columns of its row.

    Empty for a shape that is not one ratio or mean: it has no difference between units to speak of.
    """
    columns = [*schools.columns, "value", "weight"]
    if how.spread is None or len(how.parts) > 1 or how.leading is not None:
        return pd.DataFrame(columns=columns)
    added = _added(schools, each, how)
    known = (added[f"{each.id}:known"] > 0).to_numpy()
    value, weight = (added[f"{each.id}:{part}"].astype("float64")[known] for part in ("x", "d"))
    return schools[known].assign(value=value.to_numpy(), weight=weight.to_numpy())


def _added(schools: pd.DataFrame, each: Indicator, how: Working) -> pd.DataFrame:
    """Step by step, as `add_up` does it: on small tables the steps are what takes time, not the rows."""
    here = nw.col("stage").is_in(list(each.stages))
    within = [replace(parts, denominator=nw.when(here).then(parts.denominator)) for parts in how.parts]
    steps = unit_steps({each.id: replace(how, parts=tuple(within))})
    units = nw.from_native(schools).select(*_NAMES, *steps.sides).with_columns(*steps.known)
    units = units.select(*_NAMES, *steps.counted)
    known = [side.removesuffix(":d") for side in units.columns if side.endswith(":d")]
    units = units.with_columns(*((~nw.col(f"{of}:d").is_null()).cast(nw.Int64).alias(f"{of}:known") for of in known))
    if how.jointly and len(how.parts) > 1:  # known in one is known in all
        units = units.with_columns(nw.col(f"{each.id}:0:known").alias(f"{each.id}:known"))
    added: pd.DataFrame = units.with_columns(*unit_unevenness(how, each.id)).to_native()
    return added
