"""How each indicator comes about from the columns of one table, and what every unit adds to it."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from qualityedu.findings.sums import workings_of
from qualityedu.indicators import Indicator, catalogue
from qualityedu.measures import Working, unit_counted, unit_known, unit_sides, unit_unevenness

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
    units = nw.from_native(schools).select(*_NAMES, *unit_sides(how, each.id), *unit_known(how, each.id))
    marks = [name for name in units.columns if name.endswith(":counted")]
    units = units.with_columns(*(nw.col(name) & here for name in marks))
    known = {name.replace(":counted", ":known"): nw.col(name).cast(nw.Int64) for name in marks}
    if how.jointly:
        known[f"{each.id}:known"] = nw.col(marks[0]).cast(nw.Int64)
    units = units.with_columns(**known).select(*_NAMES, *known, *unit_counted(how, each.id))
    added: pd.DataFrame = units.with_columns(*unit_unevenness(how, each.id)).to_native()
    return added
