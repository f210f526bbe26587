"""One region as it may be shown: its findings, its schools, its verdicts, and how much of it is withheld."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from qualityedu.datasets import Dataset
from qualityedu.errors import Problem
from qualityedu.findings import Appraisal, CountyVerdict, Overview, Verdict, attainment, changes, in_scope, ledger
from qualityedu.release.county import releasable_county
from qualityedu.release.policy import DEFAULT, SMALLEST, Policy
from qualityedu.release.questions import releasable_questions
from qualityedu.release.regions import LEFT_OUT, releasable_overview, units_withheld, withhold_changes
from qualityedu.release.rounding import rounded_overview

__all__ = ["Release", "releasable"]


@dataclass(frozen=True)
class Release:
    """One region and year, safe to show.

    `findings` are this region's in all years, `peers` every region's in the year, both with small groups
    withheld; `values` are those of this region's units, for indicators that may be shown unit by unit;
    `reached` and `schools` hold each unit against the standard; `withheld` counts the findings withheld,
    `withheld_units` the values of units. `county` and `basic` are the verdicts on the county, naming the schools
    concerned only for what may be shown by school; `ledger` has what each school lacks, for the same items. Of the
    thirds of schools only `risen` leaves: by stage, how many of the weak third of the year before are known again and
    how many of these rose. `policy` is the rule by which figures were withheld.
    `questions` are what the office was asked about its figures, these hidden, and what it explained.
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
    withheld_units: int = 0
    policy: Policy = DEFAULT
    questions: tuple[Problem, ...] = ()

    @property
    def now(self) -> pd.DataFrame:
        """This region's findings of the year itself."""
        return self.findings[self.findings["year"] == self.year]


def releasable(appraisal: Appraisal, policy: Policy = DEFAULT) -> Release:
    """The part of an appraisal that may be shown.

    Verdicts were made on every figure and stand; what rests on few is withheld, see `releasable_overview`, and so is
    whatever would tell it: of a school's items its value, its share of the standard and what it lacks.
    """
    if policy.rounded and len(appraisal.overview.schools):
        appraisal = _rounded(appraisal)
    held = appraisal.overview
    # The rounded table is safe by its counts, and is withheld from by the same rule as any other.
    plain = replace(policy, rounded=False)
    seen = releasable_overview(held, plain)
    findings = seen.findings
    own = findings[findings["region"] == appraisal.region].reset_index(drop=True)
    now = own["year"] == seen.year
    shown = {name for name in seen.values.columns if name in held.values.columns}
    few = _few_of(held, plain, appraisal.region, shown)
    reached = _without_few(appraisal.reached[appraisal.reached["indicator"].isin(shown)], few)
    return Release(
        dataset=seen.dataset,
        region=appraisal.region,
        region_name=appraisal.region_name,
        year=seen.year,
        findings=own,
        peers=_peers(held, findings[findings["year"] == seen.year], policy, appraisal.region),
        values=seen.values[seen.values["region"] == appraisal.region].reset_index(drop=True),
        reached=reached,
        schools=_schools(appraisal.schools, reached),
        left_out=appraisal.left_out[[name for name in LEFT_OUT if name in appraisal.left_out.columns]],
        verdict=appraisal.verdict,
        withheld=int((own.loc[now, "status"] == "withheld").sum()),
        county=_county(appraisal.county, shown, appraisal, own[now], plain),
        basic=_county(appraisal.basic, shown, appraisal, own[now], plain),
        ledger=_without_few(_shown(appraisal.ledger, shown), few),
        risen=_risen(appraisal.thirds),
        changes=withhold_changes(appraisal.changes, own),
        withheld_units=len(few),
        policy=policy,
        questions=releasable_questions(held.questions, appraisal.region, held.year),
    )


def _peers(held: Overview, now: pd.DataFrame, policy: Policy, region: str) -> pd.DataFrame:
    """The findings of all regions in the year: of a pack, those that were published when it was packed.

    A higher threshold than the ordinary one withholds more of them. With rounded counts nothing is known of the others.
    """
    if held.all_regions is None or policy.rounded:
        return now.reset_index(drop=True)
    others = held.all_regions.findings
    others = others[others["region"] != region]
    few = (others["persons"] > 0) & (others["persons"] < policy.threshold)
    return pd.concat([now, others.assign(value=others["value"].mask(few))], ignore_index=True)


def _few_of(held: Overview, policy: Policy, region: str, shown: set[str]) -> set[tuple[str, str, str]]:
    """The values of the region's units that are withheld: school, stage and indicator."""
    hidden = units_withheld(held, policy)
    hidden = hidden[[name for name in hidden.columns if name in shown]][held.values["region"] == region]
    keys = held.values.loc[hidden.index, ["school", "stage"]]
    return {
        (str(school), str(stage), name)
        for name in hidden.columns
        for school, stage in keys[hidden[name]].itertuples(index=False, name=None)
    }


def _without_few(items: pd.DataFrame, few: set[tuple[str, str, str]]) -> pd.DataFrame:
    """Items of schools in which those withheld have no number, and the status `withheld`."""
    items = items.reset_index(drop=True)
    if items.empty or not few:
        return items
    keys = items[["school", "stage", "indicator"]].itertuples(index=False, name=None)
    hidden = pd.Series([key in few for key in keys], index=items.index)
    figures = [name for name in ("value", "share", "gap", "missing") if name in items.columns]
    return items.assign(
        **{name: items[name].mask(hidden) for name in figures},
        status=items["status"].mask(hidden, "withheld"),
        rounding=items["rounding"].mask(hidden, False),
    )


def _schools(schools: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """The verdicts on the schools; the lowest share, by which they are put in order, only where it is published."""
    if schools.empty or not (reached["status"] == "withheld").any():
        return schools
    of_few = reached.loc[reached["status"] == "withheld", ["school", "stage"]].itertuples(index=False, name=None)
    few = set(of_few)
    hidden = pd.Series([key in few for key in zip(schools["school"], schools["stage"], strict=True)], schools.index)
    return schools.assign(lowest_share=schools["lowest_share"].mask(hidden))


def _shown(table: pd.DataFrame, shown: set[str]) -> pd.DataFrame:
    return table[table["indicator"].isin(shown)].reset_index(drop=True) if len(table) else table


def _county(
    verdict: CountyVerdict, shown: set[str], appraisal: Appraisal, own: pd.DataFrame, policy: Policy
) -> CountyVerdict:
    held = appraisal.overview
    rows = held.schools[(held.schools["region"] == appraisal.region) & (held.schools["year"] == held.year)] if len(
        held.schools
    ) else held.schools  # fmt: skip
    keys = ["region", "year", "stage", "indicator"]
    findings = own[own["subject"] == "region"].merge(held.persons, on=keys, how="left")
    return releasable_county(verdict, shown, rows=rows, findings=findings, policy=policy)


def _risen(thirds: pd.DataFrame) -> pd.DataFrame:
    columns = ["stage", "schools", "rose"]
    if thirds.empty or "third_before" not in thirds.columns:
        return pd.DataFrame(columns=columns)
    weak = thirds[(thirds["third_before"] == "weak") & (thirds["change"] != "")]
    counted = weak.groupby("stage")["change"].agg(schools="size", rose=lambda each: int((each == "rose").sum()))
    return counted[counted["schools"] >= SMALLEST].reset_index()


def _rounded(appraisal: Appraisal) -> Appraisal:
    """An appraisal of which every figure is made of rounded counts; its verdicts are those made on the exact ones."""
    seen = rounded_overview(appraisal.overview)
    country = seen.dataset.country
    own = seen.values[seen.values["region"] == appraisal.region]
    reached = attainment(own, country=country)
    keys = ["school", "stage", "indicator"]
    exact = reached[keys].merge(appraisal.reached[[*keys, "status"]], on=keys, how="left")["status"]
    judged = reached.assign(status=np.where(reached["value"].isna(), "withheld", exact), rounding=False)
    region = seen.schools["region"] == appraisal.region
    rows = seen.schools[region & (seen.schools["year"] == seen.year)]
    within, _ = in_scope(seen.schools[region & (seen.schools["year"] <= seen.year)], country=country)
    here = seen.findings[(seen.findings["region"] == appraisal.region) & (seen.findings["year"] <= seen.year)]
    return replace(
        appraisal,
        overview=seen,
        reached=judged,
        ledger=ledger(reached, rows),
        changes=changes(here, within, country=country, breaks=seen.dataset.breaks, year=seen.year),
        county=_without_values(appraisal.county),
        basic=_without_values(appraisal.basic),
    )


def _without_values(verdict: CountyVerdict) -> CountyVerdict:
    """A verdict that says what was judged, and no exact figure: those of the findings are the rounded ones."""
    lines = verdict.lines
    return replace(verdict, lines=lines.assign(**dict.fromkeys(("value", "lower", "upper"), np.nan)))
