"""The declared models over all regions of a table, summed up by region so that they may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from qualityedu.datasets import Unit
from qualityedu.findings import AllRegions, Overview
from qualityedu.indicators import catalogue
from qualityedu.models.fit import Fit, fit
from qualityedu.models.spec import specs_for
from qualityedu.models.standing import FEWEST_UNITS, standing
from qualityedu.release import may_show_unit, units_withheld

__all__ = ["RegionalModel", "regional_models", "relation"]


@dataclass(frozen=True, eq=False)
class RegionalModel:
    """A model fitted over all units of all regions, and where each region stands on it.

    `standings` is what `standing` gives. `points` holds, for each input, what `relation` gives: one row per
    unit where the outcome of a unit may be shown (and rests on no few persons) and there are no more than can be told
    apart, else one row per region of at least three units. `by_unit` says which.
    """

    fit: Fit
    standings: pd.DataFrame = field(repr=False)
    points: dict[str, pd.DataFrame] = field(repr=False)
    by_unit: bool


# More dots than this cover each other: then a dot is a region.
_MOST_DOTS = 2_000

# The last values that were fitted: every report of a run asks for the same models.
_LAST: list[tuple[pd.DataFrame, list[RegionalModel]]] = []


def regional_models(seen: Overview) -> list[RegionalModel]:
    """Every declared model that a table can bear, fitted over all its regions in the year looked at.

    Those of the last overview are kept, so do not alter their frames.
    """
    values = seen.all_regions.values if seen.all_regions else seen.values
    if not (_LAST and _LAST[0][0] is values):
        units = seen.all_regions or AllRegions(values, units_withheld(seen))
        names = _names(units.values if seen.all_regions else seen.findings)
        fitted = [fit(spec, values) for spec in specs_for(values)]
        _LAST[:] = [(values, [_regional(each, units, names, seen.dataset.unit) for each in fitted])]
    return list(_LAST[0][1])


def relation(fitted: Fit, data: pd.DataFrame, term: str) -> pd.DataFrame:
    """One input against the outcome with the other inputs held at their means (component plus residual).

    One row per row of `data` in the model: `region`, `label`, `x` (the input), and `adjusted`, the outcome less what
    the model puts down to the other terms' distance from their means: ȳ + b·(x − x̄) + residual. The line
    through (x̄, ȳ) with slope b is the fitted one.
    """
    used = data.reset_index(drop=True)[fitted.used]
    slope = float(fitted.table.set_index("term").loc[term, "estimate"])
    x = used[term].astype("float64")
    outcome = np.asarray(fitted.result.model.endog)
    residual = outcome - np.asarray(fitted.result.fittedvalues)
    label = used["school_name"] if "school_name" in used.columns else used["school"]
    return pd.DataFrame(
        {
            "region": used["region"],
            "label": label,
            "x": x,
            "adjusted": outcome.mean() + slope * (x - x.mean()) + residual,
        }
    ).reset_index(drop=True)


def _names(rows: pd.DataFrame) -> pd.Series:
    column = "region_name" if "region_name" in rows.columns else "region"
    named: pd.Series = rows.drop_duplicates("region").set_index("region", drop=False)[column]
    return named


def _regional(fitted: Fit, units: AllRegions, names: pd.Series, unit: Unit) -> RegionalModel:
    by_unit = may_show_unit(catalogue()[fitted.outcome], unit)
    inputs = fitted.spec.inputs if fitted.spec else ()
    dots = by_unit and fitted.rows <= _MOST_DOTS
    points = {}
    withheld = units.withheld.reset_index(drop=True)[fitted.used]
    for term in inputs:
        its = [name for name in (fitted.outcome, term) if name in withheld.columns]
        rows = relation(fitted, units.values, term)[~withheld[its].any(axis=1).to_numpy()].reset_index(drop=True)
        points[term] = rows if dots else _by_region(rows, names)
    standings = standing(fitted, units.values)
    small = standings["units"] < FEWEST_UNITS
    hidden = ["outcome", "expected", "residual"]
    if not by_unit:
        standings[hidden] = standings[hidden].mask(small)
    standings.insert(1, "region_name", standings["region"].map(names))
    return RegionalModel(fitted, standings, points, dots)


def _by_region(rows: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    groups = rows.groupby("region")
    means = groups[["x", "adjusted"]].mean()[groups.size() >= FEWEST_UNITS].reset_index()
    means.insert(1, "label", means["region"].map(names))
    return means
