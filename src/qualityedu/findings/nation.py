"""Every county of a nation at once, by what its schools add up to and never by its schools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from qualityedu.datasets import Dataset, open_dataset
from qualityedu.datasets.pack import read_pack
from qualityedu.errors import RequestError
from qualityedu.findings.appraisal import Overview
from qualityedu.findings.attained import COUNTS, counts_of, verdict_terms
from qualityedu.findings.judge import alike_in_law, judge
from qualityedu.findings.levels import at_level
from qualityedu.findings.measure import in_scope
from qualityedu.findings.opening import open_overview
from qualityedu.findings.packed import published
from qualityedu.findings.stored_sums import read_sums
from qualityedu.findings.sums import Sums, add_up, findings_of
from qualityedu.standards import Rule, place_of, rule_for, school_year_end, threshold_for

__all__ = ["NATION", "Nation", "county_spreads", "nation_of", "open_nation"]

# The code of the whole, as `at_level` gives it.
NATION = "0"

_COUNTY_CODE = re.compile(r"\d{6}")
_RULE = "resource_allocation"


@dataclass(frozen=True, eq=False)
class Nation:
    """Every county in one year and the year before it, where that is there. Not for release.

    `sums` are those of the counties in both years, `findings` what follows from them in the year, judged, with
    `region_name`, as in an overview. `spreads` says whether each county keeps the limits on the difference coefficients
    (see `county_spreads`) and `counts` how many of its schools meet the rule of the resources (see `attained`), both in
    both years; `counts` is empty where the sums were made without. `seen` is the overview where the schools themselves
    are at hand, as with an ordinary table; of a pack, `published` is what was found fit to be shown of each county in
    the year when it was packed.
    """

    dataset: Dataset
    year: int
    sums: Sums
    findings: pd.DataFrame
    spreads: pd.DataFrame
    counts: pd.DataFrame
    seen: Overview | None = None
    published: pd.DataFrame | None = None

    @property
    def rule(self) -> Rule | None:
        """The rule of the resources in the whole country in the year; None where nothing has been decreed."""
        return rule_for(_RULE, on=school_year_end(self.year), place=place_of(self.dataset.country, ""))

    @property
    def has_provinces(self) -> bool:
        """Whether regions are named by codes of counties, which begin with that of a province."""
        return all(_COUNTY_CODE.fullmatch(str(region)) for region in self.sums.table["region"].unique())

    @cached_property
    def now(self) -> Sums:
        """The sums of the year itself."""
        return _of_years(self.sums, [self.year])

    @cached_property
    def provinces(self) -> pd.DataFrame:
        """The findings of every province in the year; empty where codes are not those of counties."""
        return findings_of(at_level(self.now, "province") if self.has_provinces else _of_years(self.now, []))

    @cached_property
    def whole(self) -> pd.DataFrame:
        """The findings of the whole in the year."""
        return findings_of(at_level(self.now, "nation"))


def open_nation(data: str, *, year: int) -> Nation:
    """Every county of a pack or of a table, measured and judged in one year and the year before.

    Of a pack only the sums are read, so that neither time nor memory goes with the number of schools. Any other
    `data` is opened as `open_overview` does, and its schools are added up.

    Raises RequestError for a year that is not there and for a pack without sums, and what `open_overview` raises.
    """
    dataset = open_dataset(data)
    if dataset.is_pack:
        return _of_pack(dataset, year)
    seen = open_overview(data, year=year)
    country, near = seen.dataset.country, seen.schools["year"].isin([year - 1, year])
    within, _ = in_scope(seen.schools[near], country=country)
    terms = verdict_terms(within, country=country) if country else {}
    names = dict(zip(seen.findings["region"], seen.findings["region_name"], strict=True))
    return replace(nation_of(seen.dataset, year, add_up(within, counting=terms), names), seen=seen)


def nation_of(dataset: Dataset, year: int, sums: Sums, names: Mapping[str, str]) -> Nation:
    """Every county by sums of the year and the one before; `names` are those of the counties by code."""
    findings = judge(findings_of(_of_years(sums, [year])), country=dataset.country)
    named = findings["region"].map(lambda code: names.get(code, code))
    findings.insert(1, "region_name", named)
    counts = counts_of(sums) if set(COUNTS) <= set(sums.table.columns) else pd.DataFrame(columns=[*sums.keys, *COUNTS])
    return Nation(dataset, year, sums, findings, county_spreads(sums, country=dataset.country), counts)


def county_spreads(sums: Sums, *, country: str) -> pd.DataFrame:
    """Whether each county keeps the limits on the difference coefficients of the rule's items, stage by stage.

    One row per region, year and stage; `met` and `unmet` (how many items), `items` (how many have a limit), `status`:
    `unmet` as soon as one is, `met` only if all are known and met, else `cannot_judge`. No row where nothing was
    decreed for the stage.
    """
    decreed = _limited_items(sums.table[sums.keys], country)
    if decreed.empty:
        return pd.DataFrame(columns=["region", "year", "stage", "met", "unmet", "items", "status"])
    keys = ["region", "year", "stage"]
    items = {name: how for name, how in sums.workings.items() if name in set(decreed["indicator"])}
    found = findings_of(replace(sums, workings=items, uneven=sums.uneven & set(items), leading={}))
    spreads = judge(found[found["subject"] == "spread"], country=country)[[*keys, "indicator", "status"]]
    held = decreed.merge(spreads, on=[*keys, "indicator"], how="left")
    counted = held.assign(met=held["status"] == "met", unmet=held["status"] == "unmet", items=1)
    table = counted.groupby(keys)[["met", "unmet", "items"]].sum().reset_index()
    status = pd.Series("cannot_judge", index=table.index).mask(table["met"] == table["items"], "met")
    return table.assign(status=status.mask(table["unmet"] > 0, "unmet"))


def _limited_items(groups: pd.DataFrame, country: str) -> pd.DataFrame:
    """Region, year, stage and indicator for every difference coefficient that has a limit."""
    alike = alike_in_law(groups["region"].unique(), country)
    own = groups.assign(_alike=groups["region"].map(alike))
    found = []
    for (_, year, stage), rows in own.groupby(["_alike", "year", "stage"]):
        on, place = school_year_end(int(year)), place_of(country, str(rows["region"].iloc[0]))
        rule = rule_for(_RULE, on=on, place=place)
        for name in rule.indicators if rule else ():
            if threshold_for(name, str(stage), "spread", on=on, place=place):
                found.append(rows[["region", "year", "stage"]].assign(indicator=name))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _of_pack(dataset: Dataset, year: int) -> Nation:
    pack = read_pack(dataset.table.parent)
    sums = read_sums(pack.sums, years=(year - 1, year))
    if year not in set(sums.table["year"]):
        raise RequestError("unknown_year", year=year, known=", ".join(map(str, pack.years)))
    names = {code: each.names.get(str(year), code) for code, each in pack.regions.items()}
    nation = nation_of(dataset, year, sums, names)
    return replace(nation, published=published(pack, year)) if str(year) in pack.prepared else nation


def _of_years(sums: Sums, years: list[int]) -> Sums:
    leading = {name: units[units["year"].isin(years)] for name, units in sums.leading.items()}
    return replace(sums, table=sums.table[sums.table["year"].isin(years)].reset_index(drop=True), leading=leading)
