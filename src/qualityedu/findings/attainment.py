"""What every school reaches, item by item, and the verdict on each school under a rule."""

from __future__ import annotations

from collections.abc import Iterable
from math import isclose

import pandas as pd

from qualityedu.findings.judge import rounding_decides
from qualityedu.standards import Rule, Threshold, meets, place_of, rule_for, school_year_end, threshold_for

__all__ = ["attainment", "school_verdicts"]

_NAMES = ["region", "region_name", "school", "school_name", "stage", "year"]


def attainment(values: pd.DataFrame, *, country: str = "CN") -> pd.DataFrame:
    """Every school against every school standard: one row per school, stage, year and item.

    `values` is what `school_values` gives. Columns: the keys, `indicator`, `value`, `standard`, `share` (value ÷
    standard; standard ÷ value for a ceiling), `rule`, `status` (`met`, `unmet`, `no_data`), `rounding`,
    `clause`. An indicator for which no school standard is in force has no rows, except that an item of a rule
    which the table lacks wholly is there as `no_data`: a missing item must be seen. A standard that speaks of
    some kinds of school alone is not here; see `county_verdict`.
    """
    keys = [name for name in _NAMES if name in values.columns]
    pieces: list[pd.DataFrame] = []
    for group, rows in values.groupby(["region", "stage", "year"], sort=True):
        region, stage, year = str(group[0]), str(group[1]), int(group[2])
        on, place = school_year_end(year), place_of(country, region)
        for indicator in _items(values.columns, region=region, year=year, country=country):
            threshold = threshold_for(indicator, stage, "school", on=on, place=place)
            if threshold is None or threshold.kinds or threshold.pupils_below:
                continue
            found = rows[indicator] if indicator in rows.columns else pd.Series(float("nan"), index=rows.index)
            pieces.append(
                rows[keys].assign(
                    indicator=indicator,
                    value=found.astype("float64"),
                    standard=threshold.value,
                    share=_shares(found.astype("float64"), threshold),
                    rule=threshold.rule,
                    status=[
                        "no_data" if value != value else "met" if meets(value, threshold) else "unmet"
                        for value in found
                    ],
                    rounding=[rounding_decides(value, threshold) for value in found],
                    clause=threshold.clause,
                )
            )
    columns = [*keys, "indicator", "value", "standard", "share", "rule", "status", "rounding", "clause"]
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=columns)


def school_verdicts(reached: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """The verdict of a rule on each school: one row per school and stage.

    `reached` is what `attainment` gives. Columns: the keys, `items_met`, `items_unmet`, `items_missing`,
    `lowest_share` (the smallest share of a standard among the items not reached), `short_of` (their ids),
    `lacking` (ids of the items not known) and `verdict`. With n items of which the rule lets a school miss
    `may_miss`, but not below `but_not_below` of the standard: `unmet` as soon as what is known decides it,
    `met` only if every item is known, `cannot_judge` otherwise. A missing item is never a pass.
    """
    keys = [name for name in _NAMES if name in reached.columns]
    items = reached[reached["indicator"].isin(rule.indicators)]
    rows = [
        _verdict_on(dict(zip(keys, key, strict=True)), school, rule)
        for key, school in items.groupby(keys, sort=True, dropna=False)
    ]
    columns = [*keys, "items_met", "items_unmet", "items_missing", "lowest_share", "short_of", "lacking", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _shares(values: pd.Series, threshold: Threshold) -> pd.Series:
    if threshold.rule == "at_least":
        return values / threshold.value
    ceiling = threshold.rule in ("at_most", "under")
    return (threshold.value / values).where(values > 0) if ceiling else values * float("nan")


def _verdict_on(key: dict[str, object], school: pd.DataFrame, rule: Rule) -> dict[str, object]:
    unmet = school[school["status"] == "unmet"]
    met = int((school["status"] == "met").sum())
    known = set(school.loc[school["status"] != "no_data", "indicator"])
    lacking = [name for name in rule.indicators if name not in known]
    too_low = any(
        share < rule.but_not_below and not isclose(share, rule.but_not_below, rel_tol=1e-12) for share in unmet["share"]
    )
    decided = "unmet" if len(unmet) > rule.may_miss or too_low else "met"
    return {
        **key,
        "items_met": met,
        "items_unmet": len(unmet),
        "items_missing": len(lacking),
        "lowest_share": float(unmet["share"].min()) if len(unmet) else float("nan"),
        "short_of": tuple(unmet["indicator"]),
        "lacking": tuple(lacking),
        "verdict": "cannot_judge" if decided == "met" and lacking else decided,
    }


def _items(columns: Iterable[str], *, region: str, year: int, country: str) -> list[str]:
    rule = rule_for("resource_allocation", on=school_year_end(year), place=place_of(country, region))
    of_rule = list(rule.indicators) if rule else []
    return of_rule + [name for name in columns if name not in of_rule]
