"""How far the declared models hang on single regions, and on what is not in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.findings import Overview
from qualityedu.models import Fit, RegionalModel, leave_one_out, sensitivity
from qualityedu.tables.fragment import Fragment, html_table, joined, paragraph
from qualityedu.tables.heading import section
from qualityedu.tables.models import model_label
from qualityedu.text import number, say, significant

__all__ = ["regions_left_out", "sensitivities"]


def regions_left_out(models: Sequence[RegionalModel], seen: Overview, lang: str) -> Fragment:
    """Each coefficient of an input again with one region left out in turn, from the lowest to the highest."""
    head = section("left_out_regions", lang)
    names = seen.findings.drop_duplicates("region").set_index("region")["region_name"]
    if not models:
        return joined(head, paragraph(say("robustness.no_model", lang)))
    rows = [row for model in models for row in _without_regions(model.fit, seen.values, names, lang)]
    if not rows:
        return joined(head, paragraph(say("robustness.few_regions", lang)))
    columns = ("outcome", "term", "with_all", "lowest_without", "highest_without", "turned", "left_out_regions")
    headings = [say(f"column.{name}", lang) for name in columns]
    return joined(head, html_table(say("robustness.regions.caption", lang), headings, rows, numeric=(2, 5, 6)))


def sensitivities(models: Sequence[RegionalModel], seen: Overview, lang: str) -> Fragment:
    """How strong something unobserved would have to be, for each input, beside the strongest observed term."""
    head = section("sensitivity", lang)
    rows = [row for model in models for row in _sensitivities(model.fit, seen.values, lang)]
    if not rows:
        return joined(head, paragraph(say("robustness.no_model", lang)))
    columns = ("outcome", "term", "partial_r2", "robustness_value", "robustness_interval", "strongest", "estimate_with")
    headings = [say(f"column.{name}", lang) for name in columns]
    return joined(head, html_table(say("robustness.sensitivity.caption", lang), headings, rows, numeric=(2, 3, 4, 6)))


def _inputs(fitted: Fit) -> tuple[str, ...]:
    return fitted.spec.inputs if fitted.spec else ()


def _without_regions(fitted: Fit, values: pd.DataFrame, names: pd.Series, lang: str) -> list[list[str]]:
    if fitted.spec is None:
        return []
    table = leave_one_out(fitted.spec, values)
    tried = table["left_out"].nunique()
    whole = fitted.table.set_index("term")
    rows = []
    for term in _inputs(fitted):
        found = table[table["term"] == term]
        if len(found):
            rows.append(_row(fitted, term, whole.loc[term], found, names, tried, lang))
    return rows


def _row(fitted: Fit, term: str, whole: Any, found: pd.DataFrame, names: pd.Series, tried: int, lang: str) -> list[str]:
    ends = [
        say(
            "robustness.without",
            lang,
            estimate=significant(each["estimate"], lang),
            region=names.get(each["left_out"], each["left_out"]),
        )
        for each in (found.loc[found["estimate"].idxmin()], found.loc[found["estimate"].idxmax()])
    ]
    apart = (found["lower"] > 0) | (found["upper"] < 0)
    turned = int(apart.ne(whole["lower"] > 0 or whole["upper"] < 0).sum())
    counted = say("robustness.of", lang, count=len(found), all=tried)
    labels = [model_label(name, lang) for name in (fitted.outcome, term)]
    return [*labels, significant(whole["estimate"], lang), *ends, str(turned), counted]


def _sensitivities(fitted: Fit, values: pd.DataFrame, lang: str) -> list[list[str]]:
    spec = fitted.spec
    if spec is None:
        return []
    frame = values[values["stage"] == spec.stage] if spec.stage else values
    rows = []
    for term in spec.inputs:
        others = [name for name in (*spec.controls, *spec.inputs) if name != term]
        try:
            found = sensitivity(spec.formula, frame, term, benchmarks=others, strengths=(1.0,))
        except RequestError:
            continue
        strongest, with_it = _strongest(found.benchmarks, lang)
        shares = (found.partial_r2, found.robustness_value, found.robustness_value_interval)
        labels = [model_label(name, lang) for name in (fitted.outcome, term)]
        rows.append([*labels, *(number(100 * share, lang, 1) for share in shares), strongest, with_it])
    return rows


def _strongest(benchmarks: pd.DataFrame, lang: str) -> tuple[str, str]:
    """The observed term whose likeness would move the estimate most, and the estimate with it held fixed."""
    if benchmarks.empty:
        return "—", "—"
    if benchmarks["estimate"].isna().any():
        beyond = benchmarks[benchmarks["estimate"].isna()].iloc[0]
        return model_label(beyond["control"], lang), "—"
    bias = (benchmarks["r2_outcome"] * benchmarks["r2_lever"] / (1 - benchmarks["r2_lever"])).idxmax()
    row = benchmarks.loc[bias]
    return model_label(row["control"], lang), significant(row["estimate"], lang)
