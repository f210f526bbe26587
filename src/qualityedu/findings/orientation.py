"""The two aims of schooling side by side: where a region stands among the regions of its table."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from qualityedu.columns import STAGES
from qualityedu.findings.measure import measure
from qualityedu.findings.persons import persons_behind
from qualityedu.indicators import catalogue

__all__ = ["FEWEST_REGIONS", "FEWEST_UNITS", "associations", "group_orientation", "orientation"]

# Below this many regions a mean and a standard deviation are no reference.
FEWEST_REGIONS = 3

# A correlation over fewer units than this has an interval that spans most of what is possible.
FEWEST_UNITS = 20


def orientation(peers: pd.DataFrame, region: str) -> pd.DataFrame:
    """The quality and the exam indicators of a region, each against all regions of the same table and year.

    `peers` are findings of one year with columns region, indicator, stage, subject, value. One row per
    indicator and stage with a leaning: `leaning`, `value`, `mean` and `deviation` (plain mean and sample standard
    deviation over the regions), `regions` (how many), and `score` = (value − mean)/deviation, turned so that more
    is better. `score` is missing with fewer than three regions, and where all are alike. The two families are
    never added up.
    """
    values = peers[(peers["subject"] == "region") & peers["value"].notna()]
    leaning = {name: each.leaning for name, each in catalogue().items() if each.leaning != "neutral"}
    values = values[values["indicator"].isin(leaning)]
    reference = values.groupby(["indicator", "stage"])["value"].agg(["mean", "std", "count"]).reset_index()
    own = values.loc[values["region"] == region, ["indicator", "stage", "value"]]
    table = _scored(own, reference)
    order = list(leaning)
    table = table.assign(
        leaning=table["indicator"].map(leaning),
        _indicator=table["indicator"].map(order.index),
        _stage=table["stage"].map(STAGES.index),
    )
    keys = ["leaning", "_indicator", "_stage"]
    table = table.sort_values(keys, ascending=[False, True, True], ignore_index=True)
    return table[["leaning", "indicator", "stage", "value", "mean", "deviation", "regions", "score"]]


def group_orientation(
    schools: pd.DataFrame, peers: pd.DataFrame, *, by: str, year: int, region: str | None = None
) -> pd.DataFrame:
    """The quality and the exam indicators of groups of schools, each against the regions of the same table and year.

    `schools` is a table of units, `peers` the findings of all its regions in the year, `by` a column such as `area`
    or `ownership`, `region` the region whose schools are grouped, all of the table where none is named. One row per
    group, indicator and stage with a leaning: `group`, `leaning`, `value`, `schools`, `left_out`, on how many
    `persons` it rests, and `mean`, `deviation`, `regions`, `score` as `orientation` gives them. The one reference
    is the plain mean and sample standard deviation over the regions, named in the column `reference`
    (`all_regions`); groups are thus held against the same number, and never against each other's. Not for release;
    see `releasable_groups`.
    """
    rows = schools[schools["year"] == year]
    rows = rows if region is None else rows[rows["region"] == region]
    columns = ["group", *_GROUP_COLUMNS, "reference"]
    if by not in rows.columns or rows[by].notna().sum() == 0:
        return pd.DataFrame(columns=columns)
    named = rows.assign(**{by: rows[by].astype(object).where(rows[by].notna(), "")})
    found = measure(named, by=(by,)).merge(persons_behind(named, by=(by,)), on=[by, "year", "stage", "indicator"])
    leaning = {name: each.leaning for name, each in catalogue().items() if each.leaning != "neutral"}
    own = found[(found["subject"] == "region") & found["value"].notna() & found["indicator"].isin(leaning)]
    values = peers[(peers["subject"] == "region") & peers["value"].notna()]
    reference = values.groupby(["indicator", "stage"])["value"].agg(["mean", "std", "count"]).reset_index()
    table = _scored(own[[by, "indicator", "stage", "value", "schools", "left_out", "persons"]], reference)
    table = table.rename(columns={by: "group"}).assign(leaning=table["indicator"].map(leaning), reference="all_regions")
    order = list(leaning)
    table["_indicator"], table["_stage"] = table["indicator"].map(order.index), table["stage"].map(STAGES.index)
    keys = ["leaning", "_indicator", "_stage", "group"]
    return table.sort_values(keys, ascending=[False, True, True, True], ignore_index=True)[columns]


_GROUP_COLUMNS = [
    "leaning", "indicator", "stage", "value", "schools", "left_out", "persons", "mean", "deviation", "regions", "score",
]  # fmt: skip


def _scored(own: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Values beside the mean and deviation of a reference, with the distance, turned so that more is better."""
    table = own.merge(reference, on=["indicator", "stage"]).rename(columns={"std": "deviation", "count": "regions"})
    lower = [catalogue()[name].better == "lower" for name in table["indicator"]]
    sign = pd.Series(1.0, index=table.index).mask(pd.Series(lower, index=table.index, dtype=bool), -1.0)
    usable = (table["regions"] >= FEWEST_REGIONS) & (table["deviation"] > 0)
    return table.assign(score=(sign * (table["value"] - table["mean"]) / table["deviation"]).where(usable))


def associations(values: pd.DataFrame) -> pd.DataFrame:
    """How each exam indicator goes with each quality indicator between the units of one year.

    `values` is what `school_values` gives. One row per pair and stage: `exam`, `quality`, `stage`, `units` (with
    both values), Pearson's `r` with its 95 % interval `lower`, `upper` by Fisher's transformation. A pair with
    fewer than `FEWEST_UNITS` units, or in which one side is constant, is left out. Association, and between
    units: it says nothing of a pupil, and nothing of what one brings about in the other.
    """
    known = [each for each in catalogue().values() if each.id in values.columns]
    pairs = [(a, b) for a in known if a.leaning == "exam" for b in known if b.leaning == "quality"]
    rows = []
    for exam, quality in pairs:
        for stage, group in values.groupby("stage", sort=False):
            both = group[[exam.id, quality.id]].dropna()
            if len(both) >= FEWEST_UNITS and both.nunique().min() > 1:
                result = stats.pearsonr(both[exam.id], both[quality.id])
                low, high = result.confidence_interval(0.95)
                rows.append((exam.id, quality.id, stage, len(both), result.statistic, low, high))
    return pd.DataFrame(rows, columns=["exam", "quality", "stage", "units", "r", "lower", "upper"])
