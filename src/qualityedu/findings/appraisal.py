"""All regions of a table measured, and one of them appraised: its schools, and the verdict on its resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import pandas as pd

from qualityedu.datasets import Dataset
from qualityedu.errors import Problem, RequestError
from qualityedu.findings.attainment import attainment, school_verdicts
from qualityedu.findings.change import changes
from qualityedu.findings.county import CountyVerdict, county_verdict
from qualityedu.findings.county_figures import items_of, with_county_figures
from qualityedu.findings.judge import judge
from qualityedu.findings.ledger import ledger, thirds, year_on_year
from qualityedu.findings.measure import in_scope, measure, school_values
from qualityedu.findings.persons import persons_behind
from qualityedu.intake import CountyItems
from qualityedu.standards import Rule, place_of, rule_for, school_year_end, threshold_for

__all__ = ["AllRegions", "Appraisal", "Overview", "Verdict", "appraise", "overview"]


@dataclass(frozen=True)
class Verdict:
    """Whether a region's resources are allocated as decreed, and what that rests on.

    Counts of schools (once per stage) and of difference coefficients (once per item and stage). `status` is
    `unmet` as soon as one of them is unmet, `cannot_judge` where one is unknown, `met` only if all are known
    and met, `no_standard` where nothing has been decreed.
    """

    status: str
    rule: Rule | None
    schools_met: int = 0
    schools_unmet: int = 0
    schools_unknown: int = 0
    spreads_met: int = 0
    spreads_unmet: int = 0
    spreads_unknown: int = 0


@dataclass(frozen=True, eq=False)
class AllRegions:
    """What is known of all regions in a year, where an overview holds one of them only.

    `values` are those of all units, as far as the declared models need them; `withheld` says, for each of their
    indicators, which may not be shown of a unit. `findings` are those that may be shown by the ordinary policy:
    `region`, `indicator`, `stage`, `subject`, `value`, and on how many `persons` it rests.
    """

    values: pd.DataFrame
    withheld: pd.DataFrame
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Overview:
    """All regions of a table, measured and judged, with one year to look at. Not for release.

    `findings` are of all regions and years; `values` of all units in the year; `left_out` the rows of the year
    of which the regulations do not speak, with the reason; `schools` the table itself. `county_items` is what the
    counties attest and count as a whole, `questions` what their offices were asked, and what they explained. Of a pack
    there is one region, and `all_regions` is what it is compared with.
    """

    dataset: Dataset
    year: int
    findings: pd.DataFrame
    values: pd.DataFrame
    left_out: pd.DataFrame
    schools: pd.DataFrame = field(default_factory=pd.DataFrame)
    county_items: tuple[CountyItems, ...] = ()
    questions: tuple[Problem, ...] = ()
    all_regions: AllRegions | None = None

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Every finding of the year beside that of the year before, of the regions whose schools are here.

        Worked out once for all regions, which takes no longer than for one. Empty without the table itself.
        """
        if self.schools.empty:
            return pd.DataFrame()
        within, _ = in_scope(self.schools[self.schools["year"] <= self.year], country=self.dataset.country)
        held = self.findings["region"].isin(within["region"].unique()) & (self.findings["year"] <= self.year)
        country, breaks = self.dataset.country, self.dataset.breaks
        return changes(self.findings[held], within, country=country, breaks=breaks, year=self.year)

    @cached_property
    def persons(self) -> pd.DataFrame:
        """On how many persons every finding rests (see `persons_behind`). Empty without the table itself."""
        if self.schools.empty:
            return pd.DataFrame(columns=["region", "year", "stage", "indicator", "persons", "fewest"])
        within, _ = in_scope(self.schools, country=self.dataset.country)
        return persons_behind(within)


@dataclass(frozen=True)
class Appraisal:
    """One region of an overview: each school against the standard, and the verdict. Not for release.

    `reached` has one row per school and item, `schools` one per school, `left_out` the rows not appraised.
    `county` is the verdict on the county under 教督〔2017〕6号, `basic` that of 教督〔2012〕3号. `ledger` has what each
    school lacks, `thirds` the weak and the strong third of its schools and how each changed, for the office's
    own planning. `changes` holds every finding of the year beside that of the year before.
    """

    overview: Overview
    region: str
    region_name: str
    reached: pd.DataFrame
    schools: pd.DataFrame
    left_out: pd.DataFrame
    verdict: Verdict
    county: CountyVerdict = field(default_factory=lambda: CountyVerdict("no_standard"))
    basic: CountyVerdict = field(default_factory=lambda: CountyVerdict("no_standard"))
    ledger: pd.DataFrame = field(default_factory=pd.DataFrame)
    thirds: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)


def overview(
    schools: pd.DataFrame,
    dataset: Dataset,
    *,
    year: int,
    county_items: Sequence[CountyItems] = (),
    questions: Sequence[Problem] = (),
) -> Overview:
    """Measure and judge every region and year of a table, and look at one year.

    `schools` is what `read_schools` gives for the data set; `county_items` and those of its problems that are
    questions come with it from `check`. Raises RequestError for a year that it does not hold.
    """
    years = sorted(schools["year"].unique())
    if year not in years:
        raise RequestError("unknown_year", year=year, known=", ".join(map(str, years)))
    within, left_out = in_scope(schools, country=dataset.country)
    findings = judge(measure(within), country=dataset.country)
    findings.insert(1, "region_name", findings["region"].map(_names(schools)))
    return Overview(
        dataset=dataset,
        year=year,
        findings=findings,
        values=school_values(within[within["year"] == year]),
        left_out=left_out[left_out["year"] == year].reset_index(drop=True),
        schools=schools,
        county_items=tuple(county_items),
        questions=tuple(questions),
    )


def appraise(
    seen: Overview,
    region: str,
    *,
    attested: Mapping[str, bool] | None = None,
    residents: float | None = None,
    plan: str | None = None,
) -> Appraisal:
    """Appraise one region of an overview in its year. Raises RequestError for a region that is not there.

    `attested`, `residents` and `plan` are for the verdict on the county (see `county_verdict`); what is not given here
    is taken from the county's own items of that year.
    """
    own = seen.values[seen.values["region"] == region]
    if own.empty and region in set(seen.findings["region"]) | set(seen.left_out["region"]):
        raise RequestError("region_not_then", region=region, year=seen.year)
    if own.empty:
        known = ", ".join(sorted(seen.values["region"].unique())[:12])
        raise RequestError("unknown_region", region=region, known=known)
    country, year = seen.dataset.country, seen.year
    reached = attainment(own, country=country)
    rule = rule_for("resource_allocation", on=school_year_end(year), place=place_of(country, region))
    judged = school_verdicts(reached, rule) if rule else pd.DataFrame()
    rows = seen.schools[(seen.schools["region"] == region) & (seen.schools["year"] == year)]
    items = items_of(seen.county_items, region, year)
    judge_county = partial(
        county_verdict,
        with_county_figures(rows, items),
        country=country,
        attested=items.attested if attested is None else attested,
        residents=items.residents if residents is None else residents,
        plan=items.plan if plan is None else plan,
    )
    here = seen.findings[(seen.findings["region"] == region) & (seen.findings["year"] == year)]
    return Appraisal(
        overview=seen,
        region=region,
        region_name=str(here["region_name"].iloc[0]) if len(here) else region,
        reached=reached,
        schools=judged,
        left_out=seen.left_out[seen.left_out["region"] == region].reset_index(drop=True),
        verdict=_verdict(here, judged, rule, sorted(own["stage"].unique()), region, year, country),
        county=judge_county(),
        basic=judge_county(regulation="BAL2012"),
        ledger=ledger(reached, rows),
        thirds=_thirds(seen, region, judged, reached, rule) if rule else pd.DataFrame(),
        changes=_of_region(seen.changes, region),
    )


def _of_region(changed: pd.DataFrame, region: str) -> pd.DataFrame:
    return changed[changed["region"] == region].reset_index(drop=True) if len(changed) else changed


def _thirds(seen: Overview, region: str, judged: pd.DataFrame, reached: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    before = seen.schools[(seen.schools["region"] == region) & (seen.schools["year"] == seen.year - 1)]
    within, _ = in_scope(before, country=seen.dataset.country)
    past = attainment(school_values(within, rule.indicators), country=seen.dataset.country)
    then = thirds(school_verdicts(past, rule), past, rule)
    return year_on_year(thirds(judged, reached, rule), then)


def _names(schools: pd.DataFrame) -> dict[str, str]:
    if "region_name" not in schools.columns:
        return {region: region for region in schools["region"].unique()}
    named = schools.dropna(subset=["region_name"]).groupby("region")["region_name"].last()
    return {region: str(named.get(region, region)) for region in schools["region"].unique()}


def _verdict(
    findings: pd.DataFrame,
    judged: pd.DataFrame,
    rule: Rule | None,
    stages: list[str],
    region: str,
    year: int,
    country: str,
) -> Verdict:
    if rule is None:
        return Verdict("no_standard", None)
    schools = judged["verdict"].value_counts() if len(judged) else pd.Series(dtype="int64")
    spreads = _spread_statuses(findings, rule, stages, region, year, country).value_counts()
    counts = {
        "schools_met": int(schools.get("met", 0)),
        "schools_unmet": int(schools.get("unmet", 0)),
        "schools_unknown": int(schools.get("cannot_judge", 0)),
        "spreads_met": int(spreads.get("met", 0)),
        "spreads_unmet": int(spreads.get("unmet", 0)),
        "spreads_unknown": int(spreads.get("no_data", 0)),
    }
    if counts["schools_unmet"] or counts["spreads_unmet"]:
        status = "unmet"
    elif counts["schools_unknown"] or counts["spreads_unknown"] or not counts["schools_met"]:
        status = "cannot_judge"
    else:
        status = "met"
    return Verdict(status, rule, **counts)


def _spread_statuses(
    findings: pd.DataFrame, rule: Rule, stages: list[str], region: str, year: int, country: str
) -> pd.Series:
    spreads = findings[findings["subject"] == "spread"].set_index(["indicator", "stage"])["status"]
    on, place = school_year_end(year), place_of(country, region)
    decreed = [
        (indicator, stage)
        for indicator in rule.indicators
        for stage in stages
        if threshold_for(indicator, stage, "spread", on=on, place=place)
    ]
    return pd.Series([spreads.get(key, "no_data") for key in decreed], dtype="str")
