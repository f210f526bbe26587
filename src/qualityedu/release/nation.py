"""Every county of a nation as it may be shown: what rests on few is withheld, by the sums alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from qualityedu.datasets import Dataset
from qualityedu.findings import Nation
from qualityedu.findings.levels import at_level
from qualityedu.findings.nation import NATION
from qualityedu.findings.sums import Sums
from qualityedu.indicators import catalogue
from qualityedu.inequality import theil_error, theil_parts
from qualityedu.measures import Ratio
from qualityedu.release.policy import DEFAULT, SMALLEST, SMALLEST_SPREAD, Policy
from qualityedu.release.regions import releasable_overview, withhold
from qualityedu.release.rounding import rounded, rounded_ratio
from qualityedu.release.sums import counted_persons, releasable_sums
from qualityedu.standards import Rule

__all__ = ["NationRelease", "releasable_nation"]


@dataclass(frozen=True, eq=False)
class NationRelease:
    """Every county in one year, with the verdicts of the year before, safe to show.

    `findings` are the counties', `whole` those of all of them together, both of the year and with what rests on few
    withheld. `spreads` says of each county and stage whether it keeps the limits on the difference coefficients
    (judged on all figures), `schools` how many schools meet the rule, by `code` (a province, or `0` for the whole),
    year and stage, but for groups of one or two. `parts` has Theil's T of the counties' values in the year, each
    weighted by its denominator, between and within provinces: `indicator`, `stage`, `counties`, `provinces`, `total`,
    `error` (the jackknife's over counties), `between`, `within`, `share`. `units` counts schools, once per stage, and
    `withheld` the counties' findings that are withheld; `by_school` says whether the schools were looked at,
    so that a difference coefficient is withheld as well where it would tell one of them.
    """

    dataset: Dataset
    year: int
    policy: Policy
    rule: Rule | None
    findings: pd.DataFrame
    whole: pd.DataFrame
    spreads: pd.DataFrame
    schools: pd.DataFrame
    parts: pd.DataFrame
    units: int
    withheld: int
    by_school: bool

    @cached_property
    def highest(self) -> pd.DataFrame:
        """Of each county and stage in the year the published difference coefficient that is highest for its limit.

        Findings of the items of the rule with a limit, and `times`, the value over the limit. Empty without a rule.
        """
        items = self.rule.indicators if self.rule else ()
        spread = self.findings["subject"] == "spread"
        held = self.findings[spread & self.findings["indicator"].isin(items)]
        held = held.assign(times=held["value"] / held["standard"]).dropna(subset=["times"])
        return held.sort_values("times", kind="stable").drop_duplicates(["region", "stage"], keep="last")


def releasable_nation(nation: Nation, policy: Policy = DEFAULT) -> NationRelease:
    """The part of a nation that may be shown.

    Where the schools are at hand, a county's figures are those of `releasable_overview`. From sums alone a figure is
    withheld that rests on few schools or persons. With rounded counts a ratio is then of rounded sums; all else, the
    difference coefficients too, would take the schools, and is withheld. Verdicts were made on every figure and stand.
    """
    counties = _counties(nation, policy)
    return NationRelease(
        dataset=nation.dataset,
        year=nation.year,
        policy=policy,
        rule=nation.rule,
        findings=counties,
        whole=_whole(nation, policy),
        spreads=nation.spreads,
        schools=_schools(nation),
        parts=_parts(nation, counties, policy),
        units=int(nation.sums.table.loc[nation.sums.table["year"] == nation.year, "units"].sum()),
        withheld=int((counties["status"] == "withheld").sum()),
        by_school=nation.seen is not None or nation.published is not None,
    )


def _counties(nation: Nation, policy: Policy) -> pd.DataFrame:
    if nation.seen is not None:
        findings = releasable_overview(nation.seen, policy).findings
        return findings[findings["year"] == nation.year].reset_index(drop=True)
    least = SMALLEST_SPREAD if nation.dataset.unit == "school" else SMALLEST
    findings = withhold(nation.findings, counted_persons(nation.now), policy, spread=least)
    if nation.published is not None:
        findings = _as_published(findings, nation.published)
    return _with_rounded_sums(findings, nation.now).assign(rounding=False) if policy.rounded else findings


def _as_published(findings: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Without what the counties' own reports withhold."""
    keys = ["region", "indicator", "stage", "subject"]
    shown = pd.MultiIndex.from_frame(published.loc[published["value"].notna(), keys].astype(str))
    few = ~pd.MultiIndex.from_frame(findings[keys].astype(str)).isin(shown) & findings["value"].notna()
    return findings.assign(value=findings["value"].mask(few), status=findings["status"].mask(few, "withheld"))


def _whole(nation: Nation, policy: Policy) -> pd.DataFrame:
    sums = at_level(nation.now, "nation")
    findings = releasable_sums(sums, policy)
    return _with_rounded_sums(findings, sums) if policy.rounded else findings


def _with_rounded_sums(findings: pd.DataFrame, sums: Sums) -> pd.DataFrame:
    """Findings of which the ratios are of rounded sums, and all others withheld."""
    made = {
        name: rounded_ratio(shape, sums.table[f"{name}:n"], sums.table[f"{name}:d"])
        for name, how in sums.workings.items()
        if isinstance(shape := catalogue()[name].value, Ratio) and how.basis == "counts"
    }
    keys = [*sums.keys, "indicator"]
    values = sums.table[sums.keys].assign(**made).melt(sums.keys, var_name="indicator", value_name="made")
    own = findings[keys].merge(values, on=keys, how="left")["made"].to_numpy(dtype="float64")
    kept = (findings["subject"] == "region") & findings["value"].notna()
    value = pd.Series(own, index=findings.index).where(kept)
    lost = value.isna() & findings["value"].notna()
    return findings.assign(value=value, status=findings["status"].mask(lost, "withheld"))


def _schools(nation: Nation) -> pd.DataFrame:
    """The counts of schools of the whole and of every province, without those of one or two schools."""
    codes = [pd.Series(NATION, index=nation.counts.index)]
    if nation.has_provinces:
        codes.append(nation.counts["region"].str[:2])
    levels = pd.concat([nation.counts.assign(code=code) for code in codes], ignore_index=True)
    counted = levels.drop(columns="region").groupby(["code", "year", "stage"]).sum().reset_index()
    return counted[counted["schools"] >= SMALLEST].reset_index(drop=True)


def _parts(nation: Nation, counties: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Theil's T of the counties' values as they are published, between and within provinces."""
    weights = nation.now.table.set_index(["region", "stage"])
    known = counties[(counties["subject"] == "region") & counties["value"].notna()]
    rows = []
    for (name, stage), own in known.groupby(["indicator", "stage"], sort=False):
        how = nation.sums.workings.get(str(name))
        if how is None or how.spread is None or len(how.parts) > 1 or len(own) < SMALLEST:
            continue
        below = weights[f"{name}:d"].reindex([(region, stage) for region in own["region"]])
        weight = (rounded(below) if policy.rounded else below).to_numpy()
        codes = own["region"].str[:2] if nation.has_provinces else pd.Series(NATION, index=own.index)
        found = theil_parts(own["value"], codes, weights=weight, form="T")
        error = theil_error(own["value"], weights=weight, form="T")
        share = found.between_share if len(found.groups) > 1 else np.nan
        rows.append((name, stage, len(own), len(found.groups), found.total, error, found.between, found.within, share))
    columns = ["indicator", "stage", "counties", "provinces", "total", "error", "between", "within", "share"]
    return pd.DataFrame(rows, columns=columns).dropna(subset=["total"]).reset_index(drop=True)
