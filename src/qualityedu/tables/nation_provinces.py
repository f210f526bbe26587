"""A nation's counties province by province, those furthest beyond a limit, and the unevenness of their values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualityedu.columns import STAGES
from qualityedu.findings.nation import NATION
from qualityedu.places.provinces import provinces
from qualityedu.release import NationRelease
from qualityedu.tables.fragment import Fragment, html_table, joined, paragraph
from qualityedu.tables.heading import section
from qualityedu.tables.values import indicator_label, printed, stage_label, title_of
from qualityedu.text import number, say

__all__ = ["FURTHEST", "by_province", "counties_furthest", "nation_parts", "nation_provinces", "province_name"]

# So many counties are a list to start from; all of them are in the findings.
FURTHEST = 20

# Fewer counties than this make no share or middle of a province.
_FEWEST = 3

_DECIMALS = 4


def province_name(code: str, lang: str) -> str:
    """The name of a province by its two digits, that of the whole, or the digits where they are nobody's."""
    if code == NATION:
        return say("nation.whole", lang)
    known = provinces().get(code)
    return known.name(lang) if known else say("nation.other_code", lang, code=code)


def by_province(report: NationRelease) -> pd.DataFrame:
    """The year in counts, a row for each stage and `code` (a province, or `0` for the whole).

    `counties` and `met`, `judged` of them by the difference coefficients; `schools` and `schools_met`,
    `schools_judged`; `low`, `median`, `high` of the counties' highest coefficients. Empty without a rule.
    """
    codes = report.spreads[report.spreads["year"] == report.year]
    if codes.empty:
        return pd.DataFrame()
    several = codes["region"].str[:2].nunique() > 1  # a single province is the whole
    coded = pd.concat([codes.assign(code=NATION), *([codes.assign(code=codes["region"].str[:2])] if several else [])])
    table = coded.groupby(["code", "stage"])["status"].agg(
        counties="size", met=lambda each: int((each == "met").sum()), unmet=lambda each: int((each == "unmet").sum())
    )
    table["judged"] = table["met"] + table["unmet"]
    high = report.highest.assign(code=report.highest["region"].str[:2])
    values = pd.concat([high.assign(code=NATION), high]).groupby(["code", "stage"])["value"]
    table = table.join(values.agg(known="size", low="min", median="median", high="max"))
    few = ~(table["known"] >= _FEWEST)
    table = table.assign(**{name: table[name].mask(few) for name in ("low", "median", "high")})
    counted = report.schools[report.schools["year"] == report.year].set_index(["code", "stage"])
    table["schools"] = counted["schools"].reindex(table.index)
    table["schools_met"] = counted["met"].reindex(table.index)
    table["schools_judged"] = (counted["met"] + counted["unmet"]).reindex(table.index)
    return table.reset_index()


def nation_provinces(report: NationRelease, lang: str) -> Fragment:
    """A table per stage with a row for each province and one for the whole; empty where nothing has been decreed."""
    held = by_province(report)
    if held.empty or report.rule is None:
        return Fragment("", "")
    names = ("province", "counties", "schools_counted", "schools_share", "over_limit", "median", "range")
    headings = [say(f"nation.column.{name}", lang) for name in names]
    tables = []
    for stage in [stage for stage in STAGES if stage in set(held["stage"])]:
        own = held[held["stage"] == stage]
        rows = [_province(row, lang) for row in own.sort_values("code").itertuples()]
        caption = say("nation.provinces.caption", lang, stage=stage_label(stage, lang))
        tables.append(html_table(caption, headings, rows, numeric=range(1, 7)))
    lead = section("nation_provinces", lang, number=report.rule.regulation.number)
    return joined(lead, *tables)


def counties_furthest(report: NationRelease, lang: str) -> Fragment:
    """The counties with a difference coefficient furthest beyond its limit, by their codes and not by rank."""
    if report.rule is None:
        return Fragment("", "")
    beyond = report.highest[report.highest["status"] == "unmet"]
    each = beyond.sort_values("times", kind="stable").drop_duplicates("region", keep="last")
    listed = each.tail(FURTHEST).sort_values("region")
    lead = section("nation_furthest", lang, most=FURTHEST)
    if listed.empty:
        return joined(lead, paragraph(say("nation.furthest.none", lang)))
    rows = [
        [
            str(row.region_name),
            str(row.region),
            province_name(str(row.region)[:2], lang),
            stage_label(str(row.stage), lang),
            title_of(str(row.indicator), lang),
            printed(row, lang),
            number(float(row.standard), lang, 2),
        ]
        for row in listed.itertuples()
    ]
    names = ("county", "code", "province", "stage", "item", "coefficient", "limit")
    headings = [say(f"nation.column.{name}", lang) for name in names]
    caption = say("nation.furthest.caption", lang, listed=len(listed), beyond=len(each))
    return joined(lead, html_table(caption, headings, rows, numeric=(5, 6)))


def nation_parts(report: NationRelease, lang: str) -> Fragment:
    """Theil's T of the counties' values, and how much of it lies between provinces where there are several."""
    parts = report.parts
    if parts.empty:
        return Fragment("", "")
    several = parts["share"].notna().any()
    said = [paragraph(say("nation.parts.one_province", lang))]
    names = ["indicator", "regions", "theil", "error"]
    if several:
        shares = parts["share"].dropna()
        words = {"low": shares.min(), "middle": shares.median(), "high": shares.max()}
        percents = {name: number(100 * share, lang, 0) for name, share in words.items()}
        said = [paragraph(say("nation.parts.sentence", lang, count=len(shares), **percents))]
        names += ["between_provinces", "within_provinces", "share_between"]
    rows = [_part(row, names, lang) for row in parts.itertuples()]
    headings = [say(f"nation.column.{name}", lang) for name in names]
    table = html_table(say("nation.parts.caption", lang), headings, rows, numeric=range(1, len(names)))
    return joined(section("nation_parts", lang), *said, table)


def _province(row: Any, lang: str) -> list[str]:
    return [
        province_name(str(row.code), lang),
        f"{row.counties:,}",
        f"{int(row.schools):,}" if row.schools == row.schools else "—",
        _share(row.schools_met, row.schools_judged, lang),
        _share(row.unmet, row.judged, lang) if row.counties >= _FEWEST else "—",
        number(row.median, lang, 3),
        say("nation.range", lang, low=number(row.low, lang, 3), high=number(row.high, lang, 3))
        if row.low == row.low
        else "—",
    ]


def _share(part: float, whole: float, lang: str) -> str:
    return say("nation.share", lang, share=number(100 * part / whole, lang, 1)) if whole > 0 else "—"


def _part(row: Any, names: list[str], lang: str) -> list[str]:
    cells = {
        "indicator": indicator_label(str(row.indicator), str(row.stage), lang),
        "regions": f"{row.counties:,}",
        "theil": number(row.total, lang, _DECIMALS),
        "error": number(row.error, lang, _DECIMALS),
        "between_provinces": number(row.between, lang, _DECIMALS),
        "within_provinces": number(row.within, lang, _DECIMALS),
        "share_between": number(100 * row.share, lang, 1),
    }
    return [cells[name] for name in names]
