"""How each indicator comes about from the columns of one table, and what every unit adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import narwhals as nw
import pandas as pd

from qualityedu.findings.sums import workings_of
from qualityedu.indicators import Indicator, catalogue
from qualityedu.measures import Working, unit_steps, unit_unevenness, units_counted

__all__ = ["unit_ratios", "unit_sums", "units_adding", "workings"]

_NAMES = ("region", "school", "stage", "year")


def workings(schools: pd.DataFrame, indicators: Iterable[str] | None = None) -> list[tuple[Indicator, Working]]:
    """The indicators that a table can give, all or those named, each with its way of calculation.

    Raises RequestError for an unknown indicator.
    """
    return [(catalogue()[name], how) for name, how in workings_of(schools.columns, indicators).items()]


def unit_sums(schools: pd.DataFrame, each: Indicator, how: Working) -> pd.DataFrame:
    """What every known unit adds to an indicator: what is added up of it beside region, school, stage and year."""
    units = units_adding(schools, {each.id: how})
    return units[units[f"{each.id}:known"] > 0].reset_index(drop=True)


def unit_ratios(schools: pd.DataFrame, each: Indicator, how: Working) -> pd.DataFrame:
    """The value and the weight (the ratio's own denominator) of every known unit, with all columns of its row.

    Empty for a shape that is not one ratio or mean: it has no difference between units to speak of.
    """
    columns = [*schools.columns, "value", "weight"]
    if how.spread is None or len(how.parts) > 1 or how.leading is not None:
        return pd.DataFrame(columns=columns)
    added = units_adding(schools, {each.id: how})
    known = (added[f"{each.id}:known"] > 0).to_numpy()
    value, weight = (added[f"{each.id}:{part}"].astype("float64")[known] for part in ("x", "d"))
    return schools[known].assign(value=value.to_numpy(), weight=weight.to_numpy())


def units_adding(schools: pd.DataFrame, of: Mapping[str, Working]) -> pd.DataFrame:
    """What every unit adds to several indicators: region, school, stage and year, and what is added up of each.

    Step by step, as `add_up` does it: on small tables the steps are what takes time, not the rows. `{id}:known` is 0
    for a unit that is not known, or not of a stage of the indicator.
    """
    within = {name: _of_stages(how, catalogue()[name].stages) for name, how in of.items()}
    units = units_counted(nw.from_native(schools), unit_steps(within), _NAMES)
    parts = [side.removesuffix(":d") for side in units.columns if side.endswith(":d")]
    known = [(~nw.col(f"{part}:d").is_null()).cast(nw.Int64).alias(f"{part}:known") for part in parts]
    # Of parts that are only known together, known in one is known in all.
    jointly = [name for name, how in of.items() if how.jointly and len(how.parts) > 1]
    units = units.with_columns(*known).with_columns(**{f"{name}:known": nw.col(f"{name}:0:known") for name in jointly})
    added: pd.DataFrame = units.with_columns(
        *(e for name, how in of.items() for e in unit_unevenness(how, name))
    ).to_native()
    return added


def _of_stages(how: Working, stages: Sequence[str]) -> Working:
    """The same, of units in these stages only: of the others no denominator is known."""
    here = nw.col("stage").is_in(list(stages))
    parts = [replace(each, denominator=nw.when(here).then(each.denominator)) for each in how.parts]
    return replace(how, parts=tuple(parts))
