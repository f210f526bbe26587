"""What a county says of itself, put beside its schools for the verdict on the county."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualityedu.intake import CountyItems
from qualityedu.intake.county_items import COUNTY_FIGURES

__all__ = ["items_of", "with_county_figures"]

_STAGES = {"compulsory": ("primary", "junior"), "primary": ("primary",), "junior": ("junior",)}


def items_of(items: Sequence[CountyItems], region: str, year: int) -> CountyItems:
    """The items of one county and school year; none answered where the county gave none."""
    own = (each for each in items if (each.region, each.year) == (region, year))
    return next(own, CountyItems(region, year))


def with_county_figures(rows: pd.DataFrame, items: CountyItems) -> pd.DataFrame:
    """The schools of a county with the figures that are the county's own, each in one row and so counted once.

    A figure stands in the first row of the stage of which the regulation speaks, primary or junior where it takes
    them together. What the schools give themselves is left as it is. `rows` is not altered.
    """
    table = rows.copy() if items.figures else rows
    kinds = rows["school_kind"] if "school_kind" in rows.columns else pd.Series("", index=rows.index)
    given = set(rows.dropna(axis="columns", how="all").columns)
    for name, value in items.figures.items():
        column = name.partition(".")[0]
        stages = _STAGES[COUNTY_FIGURES.get(name, "compulsory")]
        places = rows.index[rows["stage"].isin(stages) & (kinds != "special")]
        if column in given or places.empty:
            continue
        if column not in table.columns:
            table[column] = float("nan")
        table.loc[places[0], column] = value
    return table
