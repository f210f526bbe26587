"""The tables of one region: what falls short, every finding, and how to read them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from qualityedu.indicators import catalogue
from qualityedu.release import Release
from qualityedu.standards import COMPULSORY, regulations
from qualityedu.tables.disclosure import disclosure_notes
from qualityedu.tables.fragment import Cell, Fragment, html_table, joined, paragraph
from qualityedu.tables.heading import section
from qualityedu.tables.values import indicator_label, printed, stage_label, status_cell, title_of, unit_of
from qualityedu.text import number, say

__all__ = ["method", "shortfalls", "summary"]

# More rows than this make a list, not a report; the ledger has them all.
MOST_SHORTFALLS = 12


def shortfalls(released: Release, lang: str) -> Fragment:
    """The schools that fall short of the rule, worst first, with every item short of its standard."""
    if released.verdict.rule is None:
        return Fragment("", "")
    lead = section("shortfalls", lang, rule=released.verdict.rule.title[lang])
    concerned = released.schools[released.schools["verdict"] != "met"]
    if concerned.empty:
        return joined(lead, paragraph(say("shortfalls.none", lang)))
    concerned = concerned.sort_values(["verdict", "items_unmet", "lowest_share"], ascending=[False, False, True])
    names = ["school", "stage", "short_of", "lacking", "verdict"]
    if not concerned["items_missing"].any():
        names.remove("lacking")
    rows = [_shortfall(released, row, names, lang) for row in concerned.head(MOST_SHORTFALLS).itertuples()]
    headings = [say(f"column.{name}", lang) for name in names]
    table = html_table(say("shortfalls.caption", lang, count=len(concerned)), headings, rows)
    more = len(concerned) - len(rows)
    return joined(lead, table, *([paragraph(say("shortfalls.more", lang, count=more))] if more else []))


def summary(released: Release, lang: str) -> Fragment:
    """Every finding of the region in the year: value, what it rests on, standard and status."""
    rows = [_summary_row(row, released, lang) for row in released.now[released.now["subject"] == "region"].itertuples()]
    names = ("indicator", "leaning", "value", "unit", "standard", "status", "basis", "schools", "left_out")
    table = html_table(
        say("summary.caption", lang), [say(f"column.{name}", lang) for name in names], rows, numeric=(2, 4, 7, 8)
    )
    return joined(section("summary", lang), table)


def method(released: Release, lang: str) -> Fragment:
    """How the numbers were made, what was left out, what each indicator does not say, and the sources."""
    shown = [catalogue()[name] for name in released.now["indicator"].unique()]
    notes = [
        say("method.ratio", lang),
        say("method.spread", lang),
        say("method.unrounded", lang),
        say("method.legend", lang),
        *disclosure_notes(released, lang),
        *_left_out(released.left_out, lang),
        *_regulations(released, lang),
        say(
            "method.source",
            lang,
            source=released.dataset.source.get(lang, released.dataset.title[lang]),
            licence=released.dataset.licence or "—",
        ),
    ]
    items = Markup("\n").join(Markup("<li>{}</li>").format(note) for note in notes)
    caveats = html_table(
        say("method.caveats", lang),
        [say(f"column.{name}", lang) for name in ("indicator", "how", "caveat")],
        [[each.title[lang], each.describe(lang), each.caveat[lang]] for each in shown],
    )
    lead = section("method", lang)
    return joined(lead, Fragment(str(Markup("<ul>{}</ul>").format(items)), "\n".join(notes)), caveats)


def _summary_row(row: Any, released: Release, lang: str) -> list[str | Markup]:
    leaning = catalogue()[row.indicator].leaning
    standard = "—" if row.standard != row.standard else number(row.standard, lang, catalogue()[row.indicator].decimals)
    return [
        indicator_label(row.indicator, row.stage, lang),
        say(f"leaning.{leaning}", lang),
        printed(row, lang),
        unit_of(row.indicator, released.dataset, lang),
        standard,
        status_cell(_region_status(row, released), lang),
        say(f"basis.{row.basis}", lang),
        str(row.schools),
        str(row.left_out),
    ]


def _region_status(row: Any, released: Release) -> str:
    lines = released.county.lines
    together = lines[(lines["indicator"] == row.indicator) & (lines["stage"] == COMPULSORY)]
    if row.status == "no_standard" and (together["subject"] == "region").any():
        return "together"
    of_schools = (released.reached["indicator"] == row.indicator) & (released.reached["stage"] == row.stage)
    return "by_school" if row.status == "no_standard" and of_schools.any() else str(row.status)


def _shortfall(released: Release, school: Any, names: list[str], lang: str) -> list[Cell]:
    cells: dict[str, Cell] = {
        "school": str(getattr(school, "school_name", school.school)),
        "stage": Markup('<span class="status">{}</span>').format(stage_label(school.stage, lang)),
        "short_of": _items_short(released, school, lang) or "—",
        "lacking": say("report.list_mark", lang).join(title_of(name, lang) for name in school.lacking) or "—",
        "verdict": status_cell(school.verdict, lang),
    }
    return [cells[name] for name in names]


def _items_short(released: Release, school: Any, lang: str) -> str:
    reached = released.reached
    if released.verdict.rule is not None:
        reached = reached[reached["indicator"].isin(released.verdict.rule.indicators)]
    its = reached[
        (reached["school"] == school.school) & (reached["stage"] == school.stage) & (reached["status"] == "unmet")
    ].sort_values("share")
    pieces = [
        say(
            "shortfalls.item",
            lang,
            title=title_of(row.indicator, lang),
            value=printed(row, lang),
            standard=number(row.standard, lang, catalogue()[row.indicator].decimals),
            share=number(row.share * 100, lang, 1),
        )
        for row in its.itertuples()
    ]
    return say("report.list_mark", lang).join(pieces)


def _left_out(left_out: pd.DataFrame, lang: str) -> list[str]:
    if left_out.empty:
        return []
    return [
        say(f"method.left_out.{reason}", lang, count=int(count))
        for reason, count in left_out["reason"].value_counts().items()
    ]


def _regulations(released: Release, lang: str) -> list[str]:
    used = set(released.findings["regulation"]) - {""}
    return [
        say(
            "method.regulation",
            lang,
            number=each.number,
            title=each.title[lang],
            effective=each.effective,
            seen=each.seen,
        )
        for each in regulations().values()
        if each.number in used
    ]
