"""What may leave the building. Everything that is drawn, tabled or saved comes from a `Release`.

1. Exam results are never shown school by school: an indicator says the smallest thing whose value may be
   shown, and finer values are taken out here.
2. A region's figure that rests on fewer than three units becomes missing with status `withheld`: neither
   zero nor unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from qualityedu.datasets import Dataset, Unit
from qualityedu.findings import Appraisal, Overview, Verdict
from qualityedu.indicators import Indicator, catalogue

__all__ = ["SMALLEST", "Release", "may_show_unit", "releasable", "releasable_overview", "withhold"]

# The fewest units on which a region's figure may rest.
SMALLEST = 3


@dataclass(frozen=True)
class Release:
    """One region and year, safe to show.

    `findings` are this region's in all years, `peers` every region's in the year, both with small groups
    withheld; `values` are those of this region's units, for indicators that may be shown unit by unit;
    `reached` and `schools` hold each unit against the standard; `withheld` counts the findings withheld.
    """

    dataset: Dataset
    region: str
    region_name: str
    year: int
    findings: pd.DataFrame
    peers: pd.DataFrame
    values: pd.DataFrame
    reached: pd.DataFrame
    schools: pd.DataFrame
    left_out: pd.DataFrame
    verdict: Verdict
    withheld: int

    @property
    def now(self) -> pd.DataFrame:
        """This region's findings of the year itself."""
        return self.findings[self.findings["year"] == self.year]


def releasable(appraisal: Appraisal) -> Release:
    """The part of an appraisal that may be shown."""
    seen = releasable_overview(appraisal.overview)
    findings = seen.findings
    own = findings[findings["region"] == appraisal.region].reset_index(drop=True)
    now = own["year"] == seen.year
    shown = set(seen.values.columns)
    return Release(
        dataset=seen.dataset,
        region=appraisal.region,
        region_name=appraisal.region_name,
        year=seen.year,
        findings=own,
        peers=findings[findings["year"] == seen.year].reset_index(drop=True),
        values=seen.values[seen.values["region"] == appraisal.region].reset_index(drop=True),
        reached=appraisal.reached[appraisal.reached["indicator"].isin(shown)].reset_index(drop=True),
        schools=appraisal.schools,
        left_out=appraisal.left_out,
        verdict=appraisal.verdict,
        withheld=int((own.loc[now, "status"] == "withheld").sum()),
    )


def releasable_overview(seen: Overview) -> Overview:
    """An overview in which small groups are withheld and no unit has a value that may not be shown by unit."""
    hidden = [
        name
        for name in seen.values.columns
        if name in catalogue() and not may_show_unit(catalogue()[name], seen.dataset.unit)
    ]
    return replace(seen, findings=withhold(seen.findings), values=seen.values.drop(columns=hidden))


def withhold(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings in which those on fewer than `SMALLEST` units are missing, with status `withheld`."""
    few = findings["schools"].between(1, SMALLEST - 1)
    return findings.assign(
        value=findings["value"].mask(few),
        status=findings["status"].mask(few, "withheld"),
        rounding=findings["rounding"].mask(few, False),
    )


def may_show_unit(indicator: Indicator, unit: Unit) -> bool:
    """Whether the value of a single unit may be shown: of any unit, or of a whole economy only."""
    return indicator.release == "school" or (indicator.release == "economy" and unit == "economy")
