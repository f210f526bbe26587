"""Year beside year: what moved, whether by more than its noise, and what calls for a look."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from scipy import stats

from qualityedu.columns import STAGES
from qualityedu.datasets import Break
from qualityedu.findings.noise import change_errors
from qualityedu.indicators import catalogue
from qualityedu.standards import Threshold, in_force, place_of, school_year_end, thresholds

__all__ = ["CHANGE_COLUMNS", "changes"]

CHANGE_COLUMNS = [
    "region", "indicator", "stage", "subject", "before", "year", "value_before", "value", "change", "error", "lower",
    "upper", "movement", "alert", "status", "standard", "target", "due", "units", "matched", "reason",
]  # fmt: skip

_KEY = ["region", "indicator", "stage", "subject"]


def changes(
    findings: pd.DataFrame,
    schools: pd.DataFrame,
    *,
    country: str = "CN",
    breaks: Sequence[Break] = (),
    year: int | None = None,
) -> pd.DataFrame:
    """Every finding beside that of the year before in which it was known. Not for release.

    `findings` are judged findings of some years, `schools` the table they were measured on, `breaks` the years in
    which a definition or a boundary changed; with a `year`, only the changes that end in it. One row per region,
    indicator, stage, subject and pair of years:
    `before`, `year`, both values, `change`, its `error` by the jackknife over schools (see `change_errors`), the 95 %
    interval `lower`, `upper` by Student's t with one degree of freedom less than schools, and in words

    - `movement`: `rose` or `fell` where the interval leaves out 0, `steady` where it does not, `unknown` without an
      error, `break` where the two years cannot be compared (the change is then missing, `reason` says why);
    - `alert`: `crossed_out` (met before, now not, by the same standard), `crossed_in`, `new_standard` (the verdict
      differs and so does the standard), `against_plan` (not reached, and moved away from it by more than its noise),
      or empty. The plan is the standard itself, or the nearest `target` decreed for a later day (`due`).

    `units` are the schools known in either year, `matched` those in both.
    """
    known = findings[findings["value"].notna()].sort_values([*_KEY, "year"], kind="stable")
    pairs = _pairs(known)
    pairs = pairs if year is None else pairs[pairs["year"] == year]
    if pairs.empty:
        return pd.DataFrame(columns=CHANGE_COLUMNS)
    asked = list(pairs[["before", "year"]].drop_duplicates().itertuples(index=False, name=None))
    compared = schools[schools["year"].isin({each for pair in asked for each in pair})]
    errors = change_errors(compared, asked, pairs["indicator"].unique())
    table = pairs.merge(errors, on=[*_KEY, "before", "year"], how="left")
    table = table.assign(
        units=table["units"].fillna(0).astype("int64"), matched=table["matched"].fillna(0).astype("int64")
    )
    table["reason"] = [_break_between(row, breaks) for row in table.itertuples()]
    broken = table["reason"].notna()
    table["change"] = (table["value"] - table["value_before"]).mask(broken)
    table["error"] = table["error"].mask(broken)
    reach = table["error"] * stats.t.ppf(0.975, (table["units"] - 1).clip(lower=1))
    table["lower"], table["upper"] = table["change"] - reach, table["change"] + reach
    table["movement"] = [_movement(row) for row in table.itertuples()]
    goals = [_goal_ahead(row, country) for row in table.itertuples()]
    table["target"] = [goal.value if goal else float("nan") for goal in goals]
    table["due"] = [str(goal.due) if goal else "" for goal in goals]
    table["target_rule"] = [goal.rule if goal else "" for goal in goals]
    table["alert"] = [_alert(row) for row in table.itertuples()]
    return _in_order(table)[CHANGE_COLUMNS]


def _pairs(known: pd.DataFrame) -> pd.DataFrame:
    columns = [*_KEY, "year", "value", "status", "standard", "rule"]
    then = known[columns].copy()
    earlier = then.groupby(_KEY, sort=False)[["year", "value", "status", "standard"]].shift(1)
    then["before"], then["value_before"] = earlier["year"], earlier["value"]
    then["status_before"], then["standard_before"] = earlier["status"], earlier["standard"]
    paired = then[then["before"].notna()]
    return paired.assign(before=paired["before"].astype("int64")).reset_index(drop=True)


def _break_between(row: object, breaks: Sequence[Break]) -> dict[str, str] | None:
    return next(
        (
            each.reason
            for each in breaks
            if row.before < each.year <= row.year  # type: ignore[attr-defined]
            and (not each.regions or row.region in each.regions)  # type: ignore[attr-defined]
            and (not each.indicators or row.indicator in each.indicators)  # type: ignore[attr-defined]
        ),
        None,
    )


def _movement(row: object) -> str:
    if row.reason is not None and row.reason == row.reason:  # type: ignore[attr-defined]
        return "break"
    lower, upper = row.lower, row.upper  # type: ignore[attr-defined]
    if lower != lower:
        return "unknown"
    return "rose" if lower > 0 else "fell" if upper < 0 else "steady"


def _goal_ahead(row: object, country: str) -> Threshold | None:
    """The nearest number decreed for a day after the year's end."""
    on, place = school_year_end(row.year), place_of(country, row.region)  # type: ignore[attr-defined]
    key = (row.indicator, row.stage, row.subject)  # type: ignore[attr-defined]
    valid = {each.id for each in in_force(on=on, place=place)}
    ahead = [
        (each.due, each)
        for each in thresholds().get(key, ())
        if each.due and each.due > on and each.regulation.id in valid and not each.kinds
        if not each.places or place.startswith(each.places)
    ]
    return min(ahead, key=lambda pair: pair[0])[1] if ahead else None


def _alert(row: object) -> str:
    before, now = row.status_before, row.status  # type: ignore[attr-defined]
    if row.movement == "break":  # type: ignore[attr-defined]
        return ""
    if {before, now} == {"met", "unmet"}:
        if row.standard != row.standard_before:  # type: ignore[attr-defined]
            return "new_standard"
        return "crossed_out" if now == "unmet" else "crossed_in"
    behind = now == "unmet" and _away(row, row.rule, row.standard)  # type: ignore[attr-defined]
    return "against_plan" if behind or _away(row, row.target_rule, row.target) else ""  # type: ignore[attr-defined]


def _away(row: object, rule: str, goal: float) -> bool:
    """Whether the value has not reached a goal and moved away from it by more than its noise."""
    value, before = row.value, row.value_before  # type: ignore[attr-defined]
    if rule == "at_least":
        return bool(value < goal and row.movement == "fell")  # type: ignore[attr-defined]
    if rule in ("at_most", "under"):
        return bool(value > goal and row.movement == "rose")  # type: ignore[attr-defined]
    return row.movement in ("rose", "fell") and bool(abs(value - goal) > abs(before - goal))  # type: ignore[attr-defined]


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    order = list(catalogue())
    placed = table.assign(_indicator=table["indicator"].map(order.index), _stage=table["stage"].map(_stage_place))
    keys = ["region", "_indicator", "_stage", "subject", "year"]
    return placed.sort_values(keys, kind="stable", ignore_index=True)


def _stage_place(stage: str) -> int:
    return STAGES.index(stage) if stage in STAGES else len(STAGES)
