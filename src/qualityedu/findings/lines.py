"""The lines of a county verdict: one indicator against one number decreed, with the schools that it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from qualityedu.columns import COLUMNS
from qualityedu.findings.measure import measure, school_values
from qualityedu.findings.recognition import survey
from qualityedu.indicators import catalogue
from qualityedu.measures import Ratio
from qualityedu.standards import (
    COMPULSORY,
    Item,
    Regulation,
    Threshold,
    meets,
    relaxations_for,
    threshold_for,
    thresholds,
)

__all__ = ["Figures", "Setting", "attested_line", "figures_of", "indicator_lines", "line", "recognition_lines"]

_TOGETHER = ("primary", "junior")


@dataclass(frozen=True)
class Setting:
    """Where and when a verdict is given, and by which local document besides."""

    country: str
    place: str
    on: date
    plan: str | None = None


@dataclass(frozen=True, eq=False)
class Figures:
    """What a county's table gives: its findings, each school's stages apart, and each school with them together.

    `findings` has the stages apart and, as `compulsory`, primary and junior together with special schools.
    """

    findings: pd.DataFrame
    rows: pd.DataFrame
    values: pd.DataFrame
    whole_rows: pd.DataFrame
    whole_values: pd.DataFrame


def line(
    indicator: str,
    stage: str,
    subject: str,
    status: str,
    *,
    value: float = float("nan"),
    threshold: Threshold | None = None,
    limit: float = float("nan"),
    rule: str = "",
    clause: str = "",
    met: int = 0,
    schools: int = 0,
    concerned: Iterable[str] = (),
    relaxed: Iterable[str] = (),
) -> dict[str, Any]:
    """One line, without the part and the item to which it belongs."""
    upper = threshold.upper if threshold else None
    return {
        "indicator": indicator,
        "stage": stage,
        "subject": subject,
        "value": value,
        "lower": float("nan"),
        "upper": float("nan"),
        "limit": threshold.value if threshold else limit,
        "limit_upper": float("nan") if upper is None else upper,
        "rule": threshold.rule if threshold else rule,
        "clause": threshold.clause if threshold else clause,
        "status": status,
        "met": met,
        "schools": schools,
        "concerned": tuple(concerned),
        "relaxed": tuple(relaxed),
    }


def attested_line(item: Item, found: bool | None) -> dict[str, Any]:
    """The line of what no number decides: met or unmet as an inspector found, else it cannot be judged."""
    status = "cannot_judge" if found is None else "met" if found else "unmet"
    return line("", COMPULSORY, "attested", status, clause=item.clause)


def figures_of(schools: pd.DataFrame, decree: Regulation) -> Figures:
    """What the table gives for every indicator of a regulation's items, measured once for all their lines."""
    kinds = schools["school_kind"] if "school_kind" in schools.columns else pd.Series("", index=schools.index)
    # A special school is one by its stage or by its kind.
    staged = schools.assign(stage=schools["stage"].mask(kinds == "special", "special"))
    apart = staged[~kinds.isin(decree.leave_out) | (staged["stage"] == "special")]
    both = staged[staged["stage"].isin((*_TOGETHER, "special"))]
    ordinary = _whole_schools(apart[apart["stage"].isin(_TOGETHER)])
    of_county, of_stages = _decreed(decree, "region", together=True), _decreed(decree, "region", together=False)
    found = [
        measure(apart, of_stages),
        # Any stage will do that these indicators have, so that all rows are one group.
        measure(both.assign(stage="primary"), of_county).assign(stage=COMPULSORY),
    ]
    findings = pd.concat([each for each in found if len(each)] or found, ignore_index=True)
    return Figures(
        findings=findings[findings["subject"] == "region"],
        rows=apart,
        values=school_values(apart, [*of_stages, *_decreed(decree, "school", together=False)]),
        whole_rows=ordinary,
        whole_values=school_values(ordinary.assign(stage="primary"), _decreed(decree, "school", together=True)),
    )


def _decreed(decree: Regulation, subject: str, *, together: bool) -> list[str]:
    """The indicators of a regulation's items of which it decrees something for a subject, stages apart or together."""
    keys = [key for key, several in thresholds().items() if any(each.regulation == decree for each in several)]
    items = dict.fromkeys(name for item in decree.items for name in item.indicators)
    wanted = {name for name, stage, of in keys if of == subject and (stage == COMPULSORY) == together}
    return [name for name in items if name in wanted]


def indicator_lines(held: Figures, name: str, decree: Regulation, setting: Setting) -> list[dict[str, Any]]:
    """A line for each stage and subject of which the regulation decrees something of that indicator."""
    own = [each for several in thresholds().values() for each in several if each.indicator == name]
    keys = dict.fromkeys((each.stage, each.subject) for each in own if each.regulation == decree)
    of = {"region": _region_line, "school": _school_line}
    return [of[subject](held, name, stage, setting) for stage, subject in keys if subject in of]


def recognition_lines(
    schools: pd.DataFrame, lines: list[dict[str, Any]], decree: Regulation, residents: float | None
) -> list[dict[str, Any]]:
    """The lines of a survey with the interval of its share, and a further line for the size of its sample."""
    found = []
    for each in lines:
        shape = catalogue()[each["indicator"]].value
        named = isinstance(shape, Ratio) and isinstance(shape.numerator, str) and isinstance(shape.denominator, str)
        columns = [shape.numerator, shape.denominator] if named else []  # type: ignore[union-attr]
        both = schools[columns].dropna() if named and set(columns) <= set(schools.columns) else pd.DataFrame()
        respondents = float(both[columns[1]].sum()) if len(both) else 0.0
        if respondents <= 0:
            found += [each, line(each["indicator"], each["stage"], "sample", "cannot_judge", clause=each["clause"])]
            continue
        asked = survey(
            float(both[columns[0]].sum()), respondents, residents=residents, per_thousand=decree.sample_per_thousand
        )
        enough = "cannot_judge" if asked.needed != asked.needed else "met" if respondents >= asked.needed else "unmet"
        found.append(each | {"lower": asked.lower, "upper": asked.upper})
        found.append(
            line(each["indicator"], each["stage"], "sample", enough, value=respondents, limit=asked.needed,
                 rule="at_least", clause=each["clause"])
        )  # fmt: skip
    return found


def _region_line(held: Figures, name: str, stage: str, setting: Setting) -> dict[str, Any]:
    threshold = _threshold(name, stage, "region", setting, None)
    if threshold is None:
        return line(name, stage, "region", "no_standard")
    found = held.findings[(held.findings["indicator"] == name) & (held.findings["stage"] == stage)]
    if threshold.basis:
        found = found[found["basis"] == threshold.basis]
    value = float(found["value"].iloc[0]) if len(found) else float("nan")
    status = "cannot_judge" if value != value else "met" if meets(value, threshold) else "unmet"
    short: list[str] = []
    if status == "unmet" and "school" in catalogue()[name].levels and stage != COMPULSORY:
        own = held.values[held.values["stage"] == stage].set_index("school")[name].dropna()
        short = [str(school) for school, each in own.items() if not meets(each, threshold)]
    return line(
        name, stage, "region", status, value=value, threshold=threshold,
        schools=int(found["schools"].iloc[0]) if len(found) else 0, concerned=short,
    )  # fmt: skip


def _school_line(held: Figures, name: str, stage: str, setting: Setting) -> dict[str, Any]:
    threshold = _threshold(name, stage, "school", setting, None)
    if threshold is None:
        return line(name, stage, "school", "no_standard")
    together = stage == COMPULSORY
    rows = held.whole_rows if together else held.rows[held.rows["stage"] == stage]
    values = held.whole_values if together else held.values[held.values["stage"] == stage]
    if threshold.pupils_below is not None:
        if "pupils" not in rows.columns:
            return line(name, stage, "school", "cannot_judge", threshold=threshold)
        sizes = held.whole_rows.set_index("school")["pupils"]
        rows = rows[rows["school"].map(~(sizes >= threshold.pupils_below))]
        if rows.empty:
            return line(name, stage, "school", "not_applicable", threshold=threshold)
    own = values.set_index("school")[name] if name in values.columns else pd.Series(dtype="float64")
    kinds = rows["school_kind"] if "school_kind" in rows.columns else [None] * len(rows)
    met, unmet, relaxed, known = 0, [], [], 0
    for school, kind in zip(rows["school"], kinds, strict=True):
        value = own.get(school, float("nan"))
        if value != value:
            continue
        known += 1
        if meets(value, _threshold(name, stage, "school", setting, kind) or threshold):
            met += 1
            continue
        unmet.append(str(school))
        relaxed += [str(school)] if _is_relaxed(value, name, kind, setting) else []
    status = "unmet" if unmet else "met" if met and known == len(rows) else "cannot_judge"
    return line(
        name, stage, "school", status, value=100 * met / known if known else float("nan"), threshold=threshold,
        met=met, schools=len(rows), concerned=unmet, relaxed=relaxed,
    )  # fmt: skip


def _threshold(name: str, stage: str, subject: Any, setting: Setting, kind: str | None) -> Threshold | None:
    return threshold_for(name, stage, subject, on=setting.on, place=setting.place, kind=kind, plan=setting.plan)


def _whole_schools(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each school: what its stages add up to, missing where one of them is; what is stated goes."""
    added = [name for name in rows.columns if name in COLUMNS and COLUMNS[name].kind in ("count", "amount")]
    kept = [name for name in rows.columns if name in COLUMNS and name not in (*added, "school")]
    schools = rows.groupby("school", sort=False)
    sums = schools[added].sum().where(schools[added].count().eq(schools.size(), axis=0))
    return pd.concat([schools[kept].first(), sums], axis=1).reset_index()


def _is_relaxed(value: float, name: str, kind: str | None, setting: Setting) -> bool:
    allowed = relaxations_for(name, on=setting.on, place=setting.place, plan=setting.plan)
    own = [each for each, _ in allowed if kind in each.kinds] or [each for each, _ in allowed if not each.kinds]
    return any(meets(value, each) for each in own)
