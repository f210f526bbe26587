"""All regions of a table side by side, for the notebooks that speak of no single region."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualityedu.columns import STAGES
from qualityedu.findings import Overview
from qualityedu.indicators import catalogue
from qualityedu.models import RegionalModel
from qualityedu.release import releasable_overview
from qualityedu.tables.digest import fixed
from qualityedu.tables.disclosure import disclosure_of_regions
from qualityedu.tables.fragment import Fragment, html_table, joined
from qualityedu.tables.heading import section, sentence_and_cards, title_of_page, year_label
from qualityedu.tables.values import printed, stage_label, title_of
from qualityedu.text import number, say

__all__ = [
    "associations_digest",
    "associations_section",
    "models_headline",
    "orientation_headline",
    "regions_heading",
    "regions_table",
]


def regions_heading(seen: Overview, key: str, lang: str) -> Fragment:
    """The title `title.<key>`, the data set and year, and the warning where data are synthetic."""
    under = say(
        "regions.under_title",
        lang,
        data=seen.dataset.title[lang],
        year=year_label(seen.dataset, seen.year, lang),
        regions=seen.values["region"].nunique(),
        units=len(seen.values),
        unit=say(f"unit.{seen.dataset.unit}", lang),
    )
    return title_of_page(say(f"title.{key}", lang), under, seen.dataset, lang)


def orientation_headline(pairs: pd.DataFrame, lang: str) -> Fragment:
    """What the associations of the two families come to, in one sentence and three numbers."""
    if pairs.empty:
        return sentence_and_cards(say("orientation.none", lang), [], lang)
    apart = (pairs["lower"] > 0) | (pairs["upper"] < 0)
    words = {
        "pairs": len(pairs),
        "low": number(pairs["r"].min(), lang, 2),
        "high": number(pairs["r"].max(), lang, 2),
    }
    cards = [
        (
            say("card.positive", lang),
            f"{int((apart & (pairs['r'] > 0)).sum())} / {len(pairs)}",
            say("card.apart.note", lang),
        ),
        (
            say("card.negative", lang),
            f"{int((apart & (pairs['r'] < 0)).sum())} / {len(pairs)}",
            say("card.apart.note", lang),
        ),
        (say("card.untold", lang), f"{int((~apart).sum())} / {len(pairs)}", say("card.untold.note", lang)),
    ]
    return sentence_and_cards(say("orientation.headline", lang, **words), cards, lang)


def models_headline(models: Sequence[RegionalModel], lang: str) -> Fragment:
    """How many inputs go with an outcome in a way that can be told from chance."""
    if not models:
        return sentence_and_cards(say("models.none", lang), [], lang)
    inputs = pd.concat([model.fit.table[model.fit.table["term"].isin(list(model.points))] for model in models])
    apart = (inputs["lower"] > 0) | (inputs["upper"] < 0)
    sentence = say("models.headline", lang, models=len(models), inputs=len(inputs), apart=int(apart.sum()))
    cards = [
        (
            title_of(model.fit.outcome, lang),
            number(model.fit.statistics["r2"], lang, 2),
            say("card.r2.note", lang, rows=model.fit.rows),
        )
        for model in models[:4]
    ]
    return sentence_and_cards(sentence, cards, lang)


def associations_section(pairs: pd.DataFrame, lang: str) -> Fragment:
    """Every pair of an exam and a quality indicator with its correlation between units."""
    if pairs.empty:
        return Fragment("", "")
    rows = [
        [
            title_of(row.exam, lang),
            title_of(row.quality, lang),
            stage_label(row.stage, lang),
            str(row.units),
            number(row.r, lang, 2),
            say("report.interval", lang, lower=number(row.lower, lang, 2), upper=number(row.upper, lang, 2)),
        ]
        for row in pairs.itertuples()
    ]
    headings = [say(f"column.{name}", lang) for name in ("exam", "quality", "stage", "units", "r", "interval")]
    table = html_table(say("associations.caption", lang), headings, rows, numeric=(3, 4, 5))
    return joined(section("associations", lang), table)


def associations_digest(pairs: pd.DataFrame) -> str:
    """One line per pair for the reviewer: exam, quality, stage, units, r."""
    lines = (f"{row.exam} {row.quality} {row.stage} {row.units} {fixed(row.r, 9)}" for row in pairs.itertuples())
    return "\n".join(lines)


def regions_table(seen: Overview, lang: str) -> Fragment:
    """The indicators of both aims, a row per region and a table per aim and stage; small groups withheld."""
    safe = releasable_overview(seen)
    findings = safe.findings
    now = findings[(findings["year"] == seen.year) & (findings["subject"] == "region")]
    known = now.loc[now["value"].notna(), ["indicator", "stage"]].drop_duplicates()
    tables = []
    for leaning in ("quality", "exam"):
        its = known[known["indicator"].map(lambda name, leaning=leaning: catalogue()[name].leaning == leaning)]
        for stage in [stage for stage in STAGES if stage in set(its["stage"])]:
            columns = list(its.loc[its["stage"] == stage, "indicator"])
            tables.append(_table_of(now[now["stage"] == stage], columns, leaning, stage, lang))
    return joined(section("regions", lang), *tables, disclosure_of_regions(seen, safe, lang))


def _table_of(now: pd.DataFrame, columns: list[str], leaning: str, stage: str, lang: str) -> Fragment:
    shown = {(row.region, row.indicator): printed(row, lang) for row in now.itertuples()}
    names = now.drop_duplicates("region").set_index("region")["region_name"]
    rows = [[str(name), *(shown.get((region, column), "—") for column in columns)] for region, name in names.items()]
    headings = [say("column.region", lang), *(title_of(column, lang) for column in columns)]
    caption = say("regions.caption", lang, leaning=say(f"leaning.{leaning}", lang), stage=stage_label(stage, lang))
    return html_table(caption, headings, rows, numeric=range(1, len(columns) + 1))
