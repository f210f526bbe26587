"""What may be shown of every region of a table: few units, few persons, and what would tell either."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qualityedu.datasets import Dataset
from qualityedu.findings import Overview, in_scope
from qualityedu.findings.persons import persons_of_units
from qualityedu.findings.unevenness import Weighting, unevenness, unevenness_parts
from qualityedu.findings.workings import unit_ratios, workings
from qualityedu.indicators import catalogue
from qualityedu.release.policy import DEFAULT, SMALLEST, SMALLEST_SPREAD, Policy, may_show_unit
from qualityedu.release.rounding import rounded_overview
from qualityedu.release.units import hidden_units

__all__ = [
    "LEFT_OUT",
    "Unevenness",
    "releasable_groups",
    "releasable_overview",
    "releasable_unevenness",
    "units_withheld",
    "withhold",
    "withhold_changes",
]

# What is said of a row that the regulations leave out: that it is there and why, and none of its figures.
LEFT_OUT = ["region", "region_name", "school", "school_name", "stage", "year", "reason"]

# A value that can be worked out to within this share of itself is as good as told (the p % rule with p = 10;
# Hundepool and others, Statistical Disclosure Control, 2012, section 4.2.1).
CLOSE = 0.10


@dataclass(frozen=True)
class Unevenness:
    """How uneven the units are in all years, safe to show: by region (`regions`), and over all with its `parts`."""

    dataset: Dataset
    year: int
    weighting: Weighting
    regions: pd.DataFrame
    parts: pd.DataFrame


def releasable_overview(seen: Overview, policy: Policy = DEFAULT) -> Overview:
    """An overview in which what rests on few is withheld and no unit has a value that may not be shown by unit.

    A region's figure is withheld on fewer than three units or fewer persons than the policy says, a spread between
    schools on fewer than five as well, and where it would tell a school's value that is withheld. What was withheld
    before stays so: an overview that went through here has no table left, and comes out as it went in.
    """
    if policy.rounded and len(seen.schools):
        seen = rounded_overview(seen)
    unseen = [name for name in seen.values.columns if name in catalogue()]
    unseen = [name for name in unseen if not may_show_unit(catalogue()[name], seen.dataset.unit)]
    values, findings = seen.values.drop(columns=unseen), seen.findings
    by_school = seen.dataset.unit == "school"
    findings = withhold(findings, seen.persons, policy, spread=SMALLEST_SPREAD if by_school else SMALLEST)
    hidden = units_withheld(seen, policy)[[name for name in values.columns if name in catalogue()]]
    if hidden.any(axis=None):
        findings = _without_telling_spreads(findings, seen, hidden, policy)
        values = values.assign(**{name: values[name].mask(hidden[name]) for name in hidden.columns})
    left_out = seen.left_out[[name for name in LEFT_OUT if name in seen.left_out.columns]]
    return replace(seen, findings=findings, values=values, left_out=left_out, schools=seen.schools.head(0))


def units_withheld(seen: Overview, policy: Policy = DEFAULT) -> pd.DataFrame:
    """Which of the units' values rest on few persons or would tell one that does; as the values of the overview."""
    if seen.schools.empty:
        names = [name for name in seen.values.columns if name in catalogue()]
        return pd.DataFrame(False, index=seen.values.index, columns=names)
    return hidden_units(seen.schools[seen.schools["year"] == seen.year], seen.values, policy)


def withhold(
    findings: pd.DataFrame, persons: pd.DataFrame | None = None, policy: Policy = DEFAULT, *, spread: int = SMALLEST
) -> pd.DataFrame:
    """Findings without those that rest on few: the value is missing, the status `withheld`.

    Few are fewer than `SMALLEST` units, for a spread fewer than `spread`, and fewer `persons` than the policy says (see
    `persons_behind`; figures that rest on nobody are judged by their units alone). The verdicts that were made on all
    figures stand as they are.
    """
    few = findings["schools"].between(1, SMALLEST - 1)
    if "subject" in findings.columns:
        few |= (findings["subject"] == "spread") & findings["schools"].between(1, spread - 1)
    if persons is not None and len(persons):
        keys = ["region", "year", "stage", "indicator"]
        counted = findings[keys].merge(persons, on=keys, how="left")["persons"].to_numpy()
        few |= (counted > 0) & (counted < policy.threshold)
    return _withheld(findings, few)


def _withheld(findings: pd.DataFrame, which: pd.Series) -> pd.DataFrame:
    return findings.assign(
        value=findings["value"].mask(which),
        status=findings["status"].mask(which, "withheld"),
        rounding=findings["rounding"].mask(which, False),
    )


def _without_telling_spreads(
    findings: pd.DataFrame, seen: Overview, hidden: pd.DataFrame, policy: Policy
) -> pd.DataFrame:
    """Findings without the spreads that would tell a unit's value that is withheld."""
    table = seen.schools[seen.schools["year"] == seen.year]
    within, _ = in_scope(table, country=seen.dataset.country)
    telling: set[tuple[str, str, str]] = set()
    for each, how in workings(within, [name for name in hidden.columns if hidden[name].any()]):
        known = seen.values.loc[hidden[each.id], ["region", "stage", "school"]]
        units = unit_ratios(within.assign(_persons=persons_of_units(within, [each.id])[each.id]), each, how)
        for (region, stage), own in units.groupby(["region", "stage"]):
            kept = known[(known["region"] == region) & (known["stage"] == stage)]
            secret = own["school"].isin(kept["school"]).to_numpy()
            few = own["_persons"].to_numpy() < policy.threshold
            if secret.any() and _spread_tells(own["value"].to_numpy(), own["weight"].to_numpy(), secret, few):
                telling.add((str(region), str(stage), each.id))
    keys = zip(findings["region"], findings["stage"], findings["indicator"], strict=True)
    told = pd.Series([key in telling for key in keys], index=findings.index)
    return _withheld(findings, told & (findings["subject"] == "spread") & (findings["year"] == seen.year))


def _spread_tells(value: np.ndarray, weight: np.ndarray, secret: np.ndarray, few: np.ndarray) -> bool:
    """Whether a spread printed with two decimals, beside the region's value, tells closely a value on `few` persons.

    `secret` are all units whose value is withheld, the few and those withheld beside them.
    Each withheld unit is moved against the largest other one by t, so that the sum stays as it is; √(Q·D/N² − 1) then
    is a parabola in t, and the range of t that prints the same is what the reader is left with.
    """
    places = np.flatnonzero(secret)
    if len(places) < 2:
        return True
    amount = value * weight
    total, square = amount.sum(), (amount * value).sum()
    if total <= 0:
        return False
    printed = np.sqrt(max(square * weight.sum() / total**2 - 1, 0))
    low, high = (((max(printed + way * 0.005, 0) ** 2 + 1) * total**2 / weight.sum()) for way in (-1, 1))
    for place in np.flatnonzero(few):
        partner = max((each for each in places if each != place), key=lambda each: weight[each])
        curve = 1 / weight[place] + 1 / weight[partner]
        slope = 2 * (value[place] - value[partner])
        outer = np.sqrt(slope**2 + 4 * curve * (high - square))
        inner = slope**2 + 4 * curve * (low - square)
        ends = [(-slope - outer) / (2 * curve), (-slope + outer) / (2 * curve)]
        if inner > 0:  # the range is in two parts; the one that holds the truth counts
            gap = [(-slope - np.sqrt(inner)) / (2 * curve), (-slope + np.sqrt(inner)) / (2 * curve)]
            ends = [ends[0], gap[0]] if gap[0] >= 0 else [gap[1], ends[1]]
        bottom, top = max(ends[0], -amount[place]), min(ends[1], amount[partner])
        if (top - bottom) / weight[place] < 2 * CLOSE * abs(value[place]) or top <= bottom:
            return True
    return False


def releasable_unevenness(seen: Overview, *, weighting: Weighting, policy: Policy = DEFAULT) -> Unevenness:
    """How uneven the units are in all regions and years of an overview, fit to be shown.

    `weighting` says how units count (see `unevenness`). The overview is the one that still holds its table: one that
    went through `releasable_overview` has none, and gives an empty result. Figures on fewer than `SMALLEST` units are
    missing, of a region as of all together; between schools those on fewer than `SMALLEST_SPREAD`, on fewer persons
    than the policy says, and of a region one of whose schools is too small for its own value to be shown.
    """
    if policy.rounded and len(seen.schools):
        seen = rounded_overview(seen)
    within, _ = in_scope(seen.schools, country=seen.dataset.country) if len(seen.schools) else (seen.schools, None)
    regions = unevenness(within, weighting=weighting) if len(within) else pd.DataFrame(columns=["schools"])
    parts = unevenness_parts(within, weighting=weighting) if len(within) else pd.DataFrame(columns=["schools"])
    least = SMALLEST_SPREAD if seen.dataset.unit == "school" else SMALLEST
    few = regions["schools"].between(1, least - 1)
    if len(regions):
        few |= _on_few_persons(regions, seen, policy)
    return Unevenness(seen.dataset, seen.year, weighting, _without(regions, few), _without(parts, _few_units(parts)))


def _on_few_persons(regions: pd.DataFrame, seen: Overview, policy: Policy) -> pd.Series:
    keys = ["region", "year", "stage", "indicator"]
    held = regions[keys].merge(seen.persons, on=keys, how="left")
    few = (held["persons"] < policy.threshold) | (held["fewest"].between(0, policy.threshold, inclusive="neither"))
    return pd.Series(few.to_numpy(), index=regions.index)


def _few_units(table: pd.DataFrame) -> pd.Series:
    return table["schools"].between(1, SMALLEST - 1)


def _without(table: pd.DataFrame, few: pd.Series) -> pd.DataFrame:
    figures = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    return table.assign(**{name: table[name].mask(few) for name in figures})


def releasable_groups(groups: pd.DataFrame, policy: Policy = DEFAULT) -> pd.DataFrame:
    """Groups of schools (see `group_orientation`) as they may be shown: none, where one of them could be worked out.

    Where any group of an indicator and stage rests on one or two schools, or on fewer `persons` than the policy says,
    the values of all its groups are missing with the status `withheld`: the region's own value is published, and the
    small group would follow from the others.
    """
    small = groups["schools"].between(1, SMALLEST - 1)
    if "persons" in groups.columns:
        small |= groups["persons"].between(0, policy.threshold, inclusive="neither")
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
