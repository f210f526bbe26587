"""The verdict on a whole county under one regulation: every line of it, and the county as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.findings.attainment import attainment, school_verdicts
from qualityedu.findings.judge import judge
from qualityedu.findings.lines import Setting, attested_line, figures_of, indicator_lines, line, recognition_lines
from qualityedu.findings.measure import in_scope, measure, school_values
from qualityedu.standards import (
    COMPULSORY,
    Composite,
    Regulation,
    Scope,
    composite_for,
    in_force,
    meets,
    place_of,
    regulations,
    rule_for,
    school_year_end,
    threshold_for,
)

__all__ = ["LINE_COLUMNS", "CountyVerdict", "county_verdict"]

LINE_COLUMNS = [
    "part", "item", "indicator", "stage", "subject", "value", "lower", "upper", "limit", "limit_upper", "rule",
    "clause", "status", "met", "schools", "concerned", "relaxed",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class CountyVerdict:
    """What a regulation says of a county, line by line. Not for release.

    `status` is `unmet` as soon as one line is, else `cannot_judge` where one cannot be judged, `met` only if
    every line is met, `no_standard` where the regulation does not hold. `lines` has the columns `LINE_COLUMNS`:
    `part` and `item` of the regulation, `indicator`, `stage` (`compulsory` is primary and junior together),
    `subject` (`region`, `spread`, `school`; `attested` for what an inspector has to say; `sample` for the size
    of a survey), `value` with its interval `lower` to `upper` where it is of a survey, `limit` (to `limit_upper`
    for a band), `rule`, `clause`, `status` (`met`, `unmet`, `cannot_judge`, `not_applicable`, `no_standard` for
    a line that decides nothing by itself), `met` of `schools` schools, the codes of the schools `concerned`, and
    of those among them that a local relaxation would cover (`relaxed`). For the subject `school` the value is
    the percentage of schools that meet the limit.
    """

    status: str
    regulation: Regulation | None = None
    lines: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LINE_COLUMNS))


def county_verdict(
    schools: pd.DataFrame,
    *,
    regulation: str = "HQB2017",
    country: str = "CN",
    attested: Mapping[str, bool] | None = None,
    residents: float | None = None,
    plan: str | None = None,
) -> CountyVerdict:
    """The verdict of a regulation on one county in one school year.

    `schools` is the whole table of one region and year, with the schools of which the resource test does not speak:
    other items count them. `attested` gives what an inspector found, by the id of an item of the regulation's file;
    what it does not name cannot be judged, and so cannot the county. `residents` is how many people live there, for the
    size of the survey. `plan` is the id of a local document that applies only by name.

    A missing number, a missing attestation, a survey of unknown size: each gives `cannot_judge`, never a pass;
    and what is known and unmet decides whatever is missing. Raises RequestError where the table is not of one
    region and year.
    """
    if len(schools[["region", "year"]].drop_duplicates()) != 1:
        raise RequestError("county_one_region", count=len(schools[["region", "year"]].drop_duplicates()))
    region, year = str(schools["region"].iloc[0]), int(schools["year"].iloc[0])
    setting = Setting(country, place_of(country, region), school_year_end(year), plan)
    decree = regulations()[regulation]
    if decree not in in_force(on=setting.on, place=setting.place, plan=plan):
        return CountyVerdict("no_standard")
    found = [*_resource_lines(schools, setting, decree), *_composite_lines(schools, setting, decree)]
    held = figures_of(schools, decree)
    for item in decree.items:
        for name in item.indicators:
            lines = indicator_lines(held, name, decree, setting)
            if item.part == "recognition":
                lines = recognition_lines(schools, lines, decree, residents)
            found += [{"part": item.part, "item": item.id, **each} for each in lines]
        if item.attested:
            found.append({"part": item.part, "item": item.id, **attested_line(item, (attested or {}).get(item.id))})
    lines = pd.DataFrame(found, columns=LINE_COLUMNS)
    return CountyVerdict(_whole(lines["status"]), decree, lines)


def _whole(statuses: Iterable[str]) -> str:
    known = set(statuses)
    if "unmet" in known:
        return "unmet"
    return "cannot_judge" if "cannot_judge" in known or "met" not in known else "met"


def _resource_lines(schools: pd.DataFrame, setting: Setting, decree: Regulation) -> list[dict[str, Any]]:
    rule = rule_for("resource_allocation", on=setting.on, place=setting.place, plan=setting.plan)
    if rule is None or not any(each.part == "guarantee" for each in decree.items):
        return []
    within, _ = in_scope(schools, country=setting.country)
    reached = attainment(school_values(within, rule.indicators), country=setting.country)
    judged = school_verdicts(reached, rule) if len(reached) else pd.DataFrame(columns=["stage", "verdict", "school"])
    found = []
    for stage in ("primary", "junior"):
        own = judged[judged["stage"] == stage]
        met, unmet = int((own["verdict"] == "met").sum()), own.loc[own["verdict"] == "unmet", "school"]
        status = "unmet" if len(unmet) else "met" if met and met == len(own) else "cannot_judge"
        share = 100 * met / len(own) if len(own) else float("nan")
        found.append(
            line("", stage, "school", status, value=share, limit=100, rule="equals", clause=rule.clause, met=met,
                 schools=len(own), concerned=unmet)
            | {"part": "resources", "item": rule.id}
        )  # fmt: skip
    spreads = judge(measure(within, rule.indicators), country=setting.country, plan=setting.plan)
    spreads = spreads[spreads["subject"] == "spread"].set_index(["indicator", "stage"])
    for name in rule.indicators:
        for stage in ("primary", "junior"):
            threshold = threshold_for(name, stage, "spread", on=setting.on, place=setting.place, plan=setting.plan)
            if threshold is None:
                continue
            row = spreads.loc[(name, stage)] if (name, stage) in spreads.index else None
            value = float(row["value"]) if row is not None else float("nan")
            status = "cannot_judge" if value != value else "met" if meets(value, threshold) else "unmet"
            count = int(row["schools"]) if row is not None else 0
            found.append(
                line(name, stage, "spread", status, value=value, threshold=threshold, schools=count)
                | {"part": "resources", "item": f"spread_{name}"}
            )
    return found


def _composite_lines(schools: pd.DataFrame, setting: Setting, decree: Regulation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for composite in decree.composites:
        if composite_for(composite.id, on=setting.on, place=setting.place) != (composite, decree):
            continue
        spreads = measure(_in_composite(schools, composite.scope), composite.indicators)
        spreads = spreads[spreads["subject"] == "spread"]
        for stage in ("primary", "junior"):
            own = spreads[spreads["stage"] == stage].set_index("indicator")
            found += _composite_of(composite, own, stage, setting)
    return found


def _composite_of(composite: Composite, own: pd.DataFrame, stage: str, setting: Setting) -> list[dict[str, Any]]:
    head = {"part": "resources", "item": composite.id}
    values = [float(own.loc[name, "value"]) if name in own.index else float("nan") for name in composite.indicators]
    counts = [int(own.loc[name, "schools"]) if name in own.index else 0 for name in composite.indicators]
    found = [
        line(name, stage, "spread", "cannot_judge" if value != value else "no_standard", value=value,
             clause=composite.clause, schools=count) | head
        for name, value, count in zip(composite.indicators, values, counts, strict=True)
    ]  # fmt: skip
    mean = sum(values) / len(values)
    threshold = threshold_for(
        composite.indicator, stage, "region", on=setting.on, place=setting.place, plan=setting.plan
    )
    if threshold is None:
        return found
    status = "cannot_judge" if mean != mean else "met" if meets(mean, threshold) else "unmet"
    whole = line(
        composite.indicator, stage, "region", status, value=mean, threshold=threshold, schools=min(counts, default=0)
    )
    return [*found, whole | head]


def _in_composite(schools: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    kept = schools
    if "school_kind" in kept.columns:
        kept = kept[~kept["school_kind"].isin(scope.leave_out)]
    if "ownership" in kept.columns:
        kept = kept[~kept["ownership"].isin(scope.ownership)]
    return kept[kept["stage"] != COMPULSORY]
