"""The rounded mode: every figure made of counts to the nearest five, so that one person more or less does not show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from qualityedu.columns import COLUMNS
from qualityedu.findings import Overview, in_scope, overview, school_values
from qualityedu.findings.workings import unit_sums, workings
from qualityedu.indicators import catalogue
from qualityedu.measures import Ratio

__all__ = ["FEW", "TO", "rounded", "rounded_overview", "rounded_ratio", "without_few"]

# OpenSAFELY's rule for what leaves its servers: redact counts of seven and fewer, then round to the nearest five.
FEW = 7
TO = 5

_KEY = ["region", "year", "indicator", "stage", "subject"]


def rounded(counts: pd.Series) -> pd.Series:
    """Counts of persons to the nearest five, halves upwards: 12 is 10, 12.5 and 13 are 15."""
    return np.floor(counts / TO + 0.5) * TO


def without_few(counts: pd.Series) -> pd.Series:
    """Counts rounded, and those of seven and fewer missing."""
    return rounded(counts).mask(counts <= FEW)


def rounded_ratio(shape: Ratio, above: pd.Series, below: pd.Series) -> pd.Series:
    """The ratio of sums, numerators times `per` over denominators, of which those of persons are rounded."""
    above = above / shape.per
    above = without_few(above) if _counts_persons(shape.numerator) else above
    below = without_few(below) if _counts_persons(shape.denominator) else below
    return shape.per * above / below


def rounded_overview(seen: Overview) -> Overview:
    """An overview of which every figure is made of rounded counts, with the verdicts made on the exact ones.

    A unit's counts of persons are rounded, those of seven and fewer missing for its own values. A region's ratio is of
    its rounded sums, missing where a sum is seven or fewer; every other figure of a region, a spread too, is measured
    on the rounded table. The status of each finding stays that of the exact figure.
    """
    table = seen.schools.assign(**{name: rounded(seen.schools[name]) for name in _persons(seen.schools)})
    made = overview(table, seen.dataset, year=seen.year)
    findings = _with_rounded_sums(made.findings, seen)
    exact = findings[_KEY].merge(seen.findings[[*_KEY, "status"]], on=_KEY, how="left")["status"]
    unknown = findings["value"].isna()
    findings = findings.assign(
        status=pd.Series(exact.to_numpy(), index=findings.index).mask(unknown, "withheld"), rounding=False
    )
    findings = findings.assign(status=findings["status"].mask(unknown & (findings["schools"] == 0), "no_data"))
    few = seen.schools.assign(**{name: without_few(seen.schools[name]) for name in _persons(seen.schools)})
    within, _ = in_scope(few, country=seen.dataset.country)
    now = within[within["year"] == seen.year]
    return replace(seen, findings=findings, values=school_values(now), schools=table)


def _persons(schools: pd.DataFrame) -> list[str]:
    return [name for name in schools.columns if name in COLUMNS and COLUMNS[name].unit == "persons"]


def _with_rounded_sums(findings: pd.DataFrame, seen: Overview) -> pd.DataFrame:
    """Findings in which the ratio of a region is of its sums, rounded, and not of what was rounded before."""
    within, _ = in_scope(seen.schools, country=seen.dataset.country)
    found = {}
    for each, how in workings(within):
        shape = catalogue()[each.id].value
        if not isinstance(shape, Ratio) or how.basis != "counts":
            continue
        units = unit_sums(within, each, how)
        sums = units.groupby(["region", "year", "stage"])[[f"{each.id}:n", f"{each.id}:d"]].sum()
        values = rounded_ratio(shape, sums[f"{each.id}:n"], sums[f"{each.id}:d"])
        found.update({(region, year, each.id, stage): value for (region, year, stage), value in values.items()})
    keys = zip(findings["region"], findings["year"], findings["indicator"], findings["stage"], strict=True)
    own = [found.get(key, value) for key, value in zip(keys, findings["value"], strict=True)]
    return findings.assign(value=np.where(findings["subject"] == "region", own, findings["value"]))


def _counts_persons(side: object) -> bool:
    names = (side,) if isinstance(side, str) else side.columns()  # type: ignore[attr-defined]
    return all(COLUMNS[name].unit == "persons" for name in names)
