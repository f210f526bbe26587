"""The verdict on a county as one sentence and one table, and the ledger of what each school lacks."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from qualityedu.columns import COLUMNS, UNITS
from qualityedu.findings import CountyVerdict
from qualityedu.indicators import catalogue
from qualityedu.release import Release
from qualityedu.standards import PARTS, Regulation
from qualityedu.tables.fragment import Cell, Fragment, html_table, joined, paragraph
from qualityedu.tables.heading import section
from qualityedu.tables.values import indicator_label, stage_label, status_cell, title_of, unit_of
from qualityedu.text import number, say

__all__ = ["county_sentence", "county_verdict", "item_title", "ledger", "missing_in_words"]

# More names than this in one cell are counted, not read.
MOST_NAMES = 8

# More rows than this make a list, not a report.
MOST_GAPS = 60


def county_verdict(released: Release, lang: str) -> Fragment:
    """The verdict on the county under each regulation that judges one: a sentence, then every line of it."""
    pieces = [
        piece
        for verdict in (released.county, released.basic)
        if verdict.regulation is not None
        for piece in (paragraph(county_sentence(verdict, lang)), _table(released, verdict, lang))
    ]
    if not pieces:
        return Fragment("", "")
    return joined(section("county", lang), *pieces)


def county_sentence(verdict: CountyVerdict, lang: str) -> str:
    """The verdict on the county in one sentence, with how many of its lines are met, unmet and unknown."""
    if verdict.regulation is None:
        return say("county.no_standard", lang)
    counts = verdict.lines["status"].value_counts()
    named = {status: int(counts.get(status, 0)) for status in ("met", "unmet", "cannot_judge")}
    first = [item_title(verdict.regulation, name, lang) for name in _items_unmet(verdict)[:3]]
    return say(
        f"county.{verdict.status}",
        lang,
        number=verdict.regulation.number,
        lines=sum(named.values()),
        first=say("report.list_mark", lang).join(first),
        **named,
    )


def item_title(regulation: Regulation, name: str, lang: str) -> str:
    """The title of an item of a county verdict: its own, that of its indicator for a spread, or of the whole rule."""
    own = {each.id: each.title[lang] for each in regulation.items}
    if name in own:
        return own[name]
    if name.startswith("spread_"):
        return say("county.spread_of", lang, title=title_of(name.removeprefix("spread_"), lang))
    return say(f"county.item.{name}", lang)


def ledger(released: Release, lang: str) -> Fragment:
    """What each school lacks, item by item, in the item's own things; nothing where no school standard is in force.

    Schools come in the order of their codes, items within a school with the most lacking first. It is a list of work
    to do and no order of schools.
    """
    if released.ledger.empty or released.verdict.rule is None:
        return Fragment("", "")
    gaps = released.ledger[released.ledger["status"] == "unmet"]
    lead = section("ledger", lang)
    risen = [
        paragraph(
            say("ledger.risen", lang, stage=stage_label(row.stage, lang), schools=int(row.schools), rose=int(row.rose))
        )
        for row in released.risen.itertuples()
    ]
    if gaps.empty:
        return joined(lead, paragraph(say("ledger.none", lang)), *risen)
    shown = gaps.head(MOST_GAPS)
    rows = [_gap_row(row, released, lang) for row in shown.itertuples()]
    names = ("school", "indicator", "value", "standard", "share", "missing")
    counted = gaps.groupby(["school", "stage"]).ngroups
    table = html_table(
        say("ledger.caption", lang, schools=counted, count=len(gaps)),
        [say(f"column.{name}", lang) for name in names],
        rows,
        numeric=(2, 3, 4),
    )
    more = [paragraph(say("ledger.more", lang, count=len(gaps) - len(shown)))] if len(gaps) > len(shown) else []
    return joined(lead, table, *more, _totals(gaps, lang), *risen)


def _totals(gaps: pd.DataFrame, lang: str) -> Fragment:
    """All that is missing of each item in the region, added up."""
    rows = [
        [
            indicator_label(str(indicator), str(stage), lang),
            str(len(group)),
            missing_in_words(group["missing"].sum(), thing, lang),
        ]
        for (indicator, stage, thing), group in gaps.dropna(subset=["missing"]).groupby(
            ["indicator", "stage", "thing"], sort=False
        )
    ]
    headings = [say(f"column.{name}", lang) for name in ("indicator", "schools_short", "missing")]
    return html_table(say("ledger.totals", lang), headings, rows, numeric=(1,))


def _gap_row(row: Any, released: Release, lang: str) -> list[Cell]:
    decimals = catalogue()[row.indicator].decimals
    unit = unit_of(row.indicator, released.dataset, lang)
    return [
        str(getattr(row, "school_name", row.school)),
        say("report.title_and_unit", lang, title=indicator_label(row.indicator, row.stage, lang), unit=unit),
        _beside(row.value, row.standard, decimals, lang),
        number(row.standard, lang, decimals),
        number(row.share * 100, lang, 1),
        missing_in_words(row.missing, row.thing, lang) if row.missing == row.missing else "—",
    ]


def missing_in_words(missing: float, thing: str, lang: str) -> str:
    """How much of a thing is missing, with its name and unit; `thing` is a column of `columns.py`."""
    column = COLUMNS[thing]
    decimals = 0 if column.kind == "count" or column.unit == "money" else 1
    spoken = list(UNITS.get(column.unit, {}))
    unit = next((word for word in spoken if word.isascii() != (lang == "zh")), "")
    return say("ledger.amount", lang, thing=column.heading(lang), amount=number(missing, lang, decimals), unit=unit)


def _beside(value: float, limit: float, decimals: int, lang: str) -> str:
    """A value with as many decimals as it takes not to look like its limit."""
    while decimals < 6 and value != limit and number(value, lang, decimals) == number(limit, lang, decimals):
        decimals += 1
    return number(value, lang, decimals)


def _table(released: Release, verdict: CountyVerdict, lang: str) -> Fragment:
    assert verdict.regulation is not None
    lines = verdict.lines.sort_values("part", key=lambda parts: parts.map(PARTS.index), kind="stable")
    known = lines[(lines["status"] != "cannot_judge") | lines["value"].notna()]
    names = _school_names(released)
    rows = [_row(row, verdict.regulation, names, released, lang) for row in known.itertuples()]
    headings = [
        say(f"column.{name}", lang) for name in ("item", "of_what", "value", "limit", "status", "concerned", "clause")
    ]
    caption = say("county.caption", lang, number=verdict.regulation.number, title=verdict.regulation.title[lang])
    table = html_table(caption, headings, rows, numeric=(2, 3))
    return joined(table, _unknown(lines.drop(known.index), verdict.regulation, lang))


def _unknown(lines: pd.DataFrame, regulation: Regulation, lang: str) -> Fragment:
    """What nothing is known of, in one sentence: a row for each would say no more."""
    if lines.empty:
        return Fragment("", "")
    titles = dict.fromkeys(item_title(regulation, name, lang) for name in lines["item"])
    items = say("report.list_mark", lang).join(titles)
    return paragraph(say("county.unknown", lang, count=len(lines), items=items))


def _row(row: Any, regulation: Regulation, names: dict[str, str], released: Release, lang: str) -> list[Cell]:
    return [
        item_title(regulation, row.item, lang),
        _of_what(row, regulation, lang),
        _value(row, released, lang),
        _limit(row, released, lang),
        status_cell(row.status, lang),
        _concerned(row, names, lang),
        row.clause,
    ]


def _of_what(row: Any, regulation: Regulation, lang: str) -> str:
    if row.subject == "attested":
        attested = next(each.attested for each in regulation.items if each.id == row.item)
        return say("county.attested", lang, words=(attested or {})[lang])
    stage = stage_label(row.stage, lang)
    title = title_of(row.indicator, lang) if row.indicator else say("county.resources", lang)
    return say(f"county.subject.{row.subject}", lang, title=title, stage=stage)


def _value(row: Any, released: Release, lang: str) -> str:
    if row.status == "withheld":
        return say("status.withheld", lang)
    if row.subject == "attested" or row.value != row.value:
        return "—"
    if row.subject == "school":
        return say("county.schools_met", lang, met=row.met, schools=row.schools)
    decimals = _decimals(row)
    value = (
        _beside(row.value, row.limit, decimals, lang) if row.status == "unmet" else number(row.value, lang, decimals)
    )
    if row.lower == row.lower:
        return say(
            "county.with_interval",
            lang,
            value=value,
            lower=number(row.lower, lang, 1),
            upper=number(row.upper, lang, 1),
        )
    return value


def _limit(row: Any, released: Release, lang: str) -> str:
    if row.limit != row.limit:
        return "—"
    if row.subject == "school" and not row.indicator:
        return say("county.every_school", lang)
    unit = unit_of(row.indicator, released.dataset, lang) if row.subject in ("region", "school") else ""
    value = number(row.limit, lang, _limit_decimals(row.limit))
    if row.rule == "within":
        upper = number(row.limit_upper, lang, _limit_decimals(row.limit_upper))
        return say("county.limit.within", lang, value=value, upper=upper, unit=unit).strip()
    return say(f"county.limit.{row.rule}", lang, value=value, unit=unit).strip()


def _decimals(row: Any) -> int:
    if row.subject == "sample":
        return 0
    return 2 if row.subject == "spread" else catalogue()[row.indicator].decimals


def _limit_decimals(limit: float) -> int:
    return 0 if float(limit).is_integer() else 2


def _concerned(row: Any, names: dict[str, str], lang: str) -> str | Markup:
    if not row.concerned:
        return "—"
    listed = say("report.list_mark", lang).join(names.get(code, code) for code in row.concerned[:MOST_NAMES])
    more = len(row.concerned) - MOST_NAMES
    said = say("county.and_more", lang, names=listed, more=more) if more > 0 else listed
    if row.relaxed:
        said = say("county.relaxed", lang, names=said, count=len(row.relaxed))
    return said


def _school_names(released: Release) -> dict[str, str]:
    known = [
        table[["school", "school_name"]].dropna()
        for table in (released.schools, released.left_out)
        if "school_name" in table.columns
    ]
    return {str(code): str(name) for frame in known for code, name in frame.itertuples(index=False)}


def _items_unmet(verdict: CountyVerdict) -> list[str]:
    return list(dict.fromkeys(verdict.lines.loc[verdict.lines["status"] == "unmet", "item"]))
