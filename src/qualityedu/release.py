"""What may leave the building. Everything that is drawn, tabled or saved comes from a `Release`.

1. Exam results are never shown school by school: an indicator says the smallest thing whose value may be
   shown, and finer values are taken out here.
2. A region's figure that rests on fewer than three units becomes missing with status `withheld`: neither
   zero nor unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from qualityedu.datasets import Dataset, Unit
from qualityedu.findings import Appraisal, CountyVerdict, Overview, Verdict, in_scope
from qualityedu.findings.unevenness import Weighting, unevenness, unevenness_parts
from qualityedu.indicators import Indicator, catalogue

__all__ = [
    "SMALLEST",
    "Release",
    "Unevenness",
    "may_show_unit",
    "releasable",
    "releasable_groups",
    "releasable_overview",
    "releasable_unevenness",
    "withhold",
    "withhold_changes",
]

# The fewest units on which a region's figure may rest.
SMALLEST = 3


@dataclass(frozen=True)
class Release:
    """One region and year, safe to show.

    `findings` are this region's in all years, `peers` every region's in the year, both with small groups
    withheld; `values` are those of this region's units, for indicators that may be shown unit by unit;
    `reached` and `schools` hold each unit against the standard; `withheld` counts the findings withheld. `county` and
    `basic` are the verdicts on the county, naming the schools concerned only for what may be shown by school; `ledger`
    has what each school lacks, for the same items. Of the thirds of schools only `risen` leaves: by stage, how many of
    the weak third of the year before are known again and how many of these rose.
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
    county: CountyVerdict = field(default_factory=lambda: CountyVerdict("no_standard"))
    basic: CountyVerdict = field(default_factory=lambda: CountyVerdict("no_standard"))
    ledger: pd.DataFrame = field(default_factory=pd.DataFrame)
    risen: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def now(self) -> pd.DataFrame:
        """This region's findings of the year itself."""
        return self.findings[self.findings["year"] == self.year]


@dataclass(frozen=True)
class Unevenness:
    """How uneven the units are in all years, safe to show: by region (`regions`), and over all with its `parts`."""

    dataset: Dataset
    year: int
    weighting: Weighting
    regions: pd.DataFrame
    parts: pd.DataFrame


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
        county=_county(appraisal.county, shown),
        basic=_county(appraisal.basic, shown),
        ledger=_shown(appraisal.ledger, shown),
        risen=_risen(appraisal.thirds),
        changes=withhold_changes(appraisal.changes, own),
    )


def _shown(ledger: pd.DataFrame, shown: set[str]) -> pd.DataFrame:
    return ledger[ledger["indicator"].isin(shown)].reset_index(drop=True) if len(ledger) else ledger


def _county(verdict: CountyVerdict, shown: set[str]) -> CountyVerdict:
    """A verdict in which a line on too few schools has no value, and schools are named only where they may be.

    What is a fact of the county itself (how many people were asked, what a civil servant earns) rests on no school.
    """
    lines = verdict.lines
    if lines.empty:
        return verdict
    of_schools = lines["indicator"].map(lambda name: name == "" or "school" in catalogue()[name].levels)
    few = lines["schools"].between(1, SMALLEST - 1) & of_schools & lines["subject"].isin(["region", "spread"])
    named = (lines["indicator"] == "") | lines["indicator"].isin(shown)
    hidden = pd.Series([()] * len(lines), index=lines.index, dtype=object)
    return replace(
        verdict,
        lines=lines.assign(
            value=lines["value"].mask(few),
            status=lines["status"].mask(few, "withheld"),
            concerned=lines["concerned"].where(named, hidden),
            relaxed=lines["relaxed"].where(named, hidden),
        ),
    )


def _risen(thirds: pd.DataFrame) -> pd.DataFrame:
    columns = ["stage", "schools", "rose"]
    if thirds.empty or "third_before" not in thirds.columns:
        return pd.DataFrame(columns=columns)
    weak = thirds[(thirds["third_before"] == "weak") & (thirds["change"] != "")]
    counted = weak.groupby("stage")["change"].agg(schools="size", rose=lambda each: int((each == "rose").sum()))
    return counted[counted["schools"] >= SMALLEST].reset_index()


def releasable_overview(seen: Overview) -> Overview:
    """An overview in which small groups are withheld and no unit has a value that may not be shown by unit."""
    hidden = [
        name
        for name in seen.values.columns
        if name in catalogue() and not may_show_unit(catalogue()[name], seen.dataset.unit)
    ]
    return replace(
        seen, findings=withhold(seen.findings), values=seen.values.drop(columns=hidden), schools=seen.schools.head(0)
    )


def withhold(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings in which those on fewer than `SMALLEST` units are missing, with status `withheld`."""
    few = findings["schools"].between(1, SMALLEST - 1)
    return findings.assign(
        value=findings["value"].mask(few),
        status=findings["status"].mask(few, "withheld"),
        rounding=findings["rounding"].mask(few, False),
    )


def releasable_unevenness(seen: Overview, *, weighting: Weighting) -> Unevenness:
    """How uneven the units are in all regions and years of an overview, fit to be shown.

    `weighting` says how units count (see `unevenness`). The overview is the one that still holds its table: one that
    went through `releasable_overview` has none, and gives an empty result. Figures on fewer than `SMALLEST` units are
    missing, of a region as of all together.
    """
    within, _ = in_scope(seen.schools, country=seen.dataset.country) if len(seen.schools) else (seen.schools, None)
    regions = unevenness(within, weighting=weighting) if len(within) else pd.DataFrame(columns=["schools"])
    parts = unevenness_parts(within, weighting=weighting) if len(within) else pd.DataFrame(columns=["schools"])
    return Unevenness(seen.dataset, seen.year, weighting, _without_few(regions), _without_few(parts))


def _without_few(table: pd.DataFrame) -> pd.DataFrame:
    few = table["schools"].between(1, SMALLEST - 1)
    figures = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    return table.assign(**{name: table[name].mask(few) for name in figures})


def releasable_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups of schools (see `group_orientation`) as they may be shown: none, where one of them could be worked out.

    Where any group of an indicator and stage rests on one or two schools, the values of all its groups are missing
    with the status `withheld`: the region's own value is published, and the small group would follow from the others.
    """
    small = groups["schools"].between(1, SMALLEST - 1)
    few = small.groupby([groups["indicator"], groups["stage"]]).transform("any") if len(groups) else small
    return groups.assign(
        value=groups["value"].mask(few),
        score=groups["score"].mask(few),
        status=pd.Series("", index=groups.index, dtype=object).mask(few, "withheld"),
    )


def withhold_changes(changes: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Changes without those of which either year's finding is withheld; `findings` are the withheld ones."""
    if changes.empty:
        return changes
    names = ["region", "indicator", "stage", "subject"]
    hidden = findings.loc[findings["status"] == "withheld", [*names, "year"]].itertuples(index=False, name=None)
    keys = set(hidden)
    ends = [changes[[*names, year]].itertuples(index=False, name=None) for year in ("before", "year")]
    shown = [a not in keys and b not in keys for a, b in zip(*ends, strict=True)]
    return changes[shown].reset_index(drop=True)


def may_show_unit(indicator: Indicator, unit: Unit) -> bool:
    """Whether the value of a single unit may be shown: of any unit, or of a whole economy only."""
    return indicator.release == "school" or (indicator.release == "economy" and unit == "economy")
