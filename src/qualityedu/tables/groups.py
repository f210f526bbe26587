"""Groups of schools on both aims of schooling, against a reference that is named."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualityedu.columns import COLUMNS
from qualityedu.datasets import Dataset
from qualityedu.findings.judge import decimals_of
from qualityedu.release import releasable_groups
from qualityedu.tables.fragment import Fragment, html_table, joined
from qualityedu.tables.heading import section
from qualityedu.tables.values import indicator_label, unit_of
from qualityedu.text import number, say

__all__ = ["groups_section"]


def groups_section(groups: pd.DataFrame, dataset: Dataset, by: str, year: int, lang: str) -> Fragment:
    """A table for each aim: every indicator of every group of schools, and how far it is from the named reference.

    `groups` is what `group_orientation` gives for the column `by`; it goes through `releasable_groups` once more here.
    The two aims have tables of their own and are never added up. Empty where there are no groups.
    """
    if groups.empty:
        return Fragment("", "")
    shown = releasable_groups(groups)
    words = {"regions": int(shown["regions"].max()), "year": year}
    reference = say(f"groups.reference.{shown['reference'].iloc[0]}", lang, **words)
    names = list(dict.fromkeys(shown["group"].sort_values()))
    tables = []
    for leaning in ("quality", "exam"):
        own = shown[shown["leaning"] == leaning]
        rows = [
            [
                indicator_label(str(indicator), str(stage), lang),
                *(_cell(each[each["group"] == name], lang) for name in names),
                number(each["mean"].iloc[0], lang, decimals_of(str(indicator), "region")),
                unit_of(str(indicator), dataset, lang),
            ]
            for (indicator, stage), each in own.groupby(["indicator", "stage"], sort=False)
        ]
        if rows:
            caption = say("groups.caption", lang, leaning=say(f"leaning.{leaning}", lang), reference=reference)
            named = [_group_label(by, name, lang) for name in names]
            headings = [
                say("column.indicator", lang),
                *named,
                say("column.regions_mean", lang),
                say("column.unit", lang),
            ]
            tables.append(html_table(caption, headings, rows, numeric=range(1, len(names) + 2)))
    return joined(section("groups", lang, reference=reference), *tables)


def _cell(own: pd.DataFrame, lang: str) -> str:
    row: Any = next(own.itertuples(), None)
    if row is None:
        return "—"
    if row.status == "withheld":
        return say("status.withheld", lang)
    value = number(row.value, lang, decimals_of(row.indicator, "region"))
    if row.score != row.score:
        return value
    return say("groups.value_and_score", lang, value=value, score=number(row.score, lang, 2))


def _group_label(by: str, name: str, lang: str) -> str:
    if not name:
        return say("groups.unnamed", lang)
    words = (COLUMNS[by].choices or {}).get(name, (name,)) if by in COLUMNS else (name,)
    return words[0] if lang == "zh" else name
