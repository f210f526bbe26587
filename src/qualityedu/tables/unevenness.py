"""How uneven the units are, between the regions and within them, as tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualityedu.columns import STAGES
from qualityedu.findings import Overview
from qualityedu.indicators import catalogue
from qualityedu.release import Unevenness, releasable_overview
from qualityedu.tables.digest import fixed
from qualityedu.tables.disclosure import disclosure_of_regions
from qualityedu.tables.fragment import Fragment, html_table, joined
from qualityedu.tables.heading import section, sentence_and_cards
from qualityedu.tables.values import indicator_label, printed, stage_label, title_of
from qualityedu.text import number, say

__all__ = ["parts_by_year", "parts_section", "spreads_by_region", "unevenness_digest", "unevenness_headline"]

# More columns than this are wider than any page.
MOST_REGIONS = 60

_DECIMALS = 4
_COLUMNS = (
    "indicator", "index", "total", "error", "between", "within", "overlap", "share_between", "regions", "schools",
)  # fmt: skip


def unevenness_headline(uneven: Unevenness, lang: str) -> Fragment:
    """How much of the inequality lies between the regions, in one sentence and three numbers."""
    now = _of_index(uneven, "theil_t")
    if now.empty:
        return sentence_and_cards(say("uneven.none", lang), [], lang)
    shares, most, least = now["share"], now.loc[now["share"].idxmax()], now.loc[now["share"].idxmin()]
    sentence = say(
        "uneven.headline",
        lang,
        count=len(now),
        low=_percent(shares.min(), lang),
        high=_percent(shares.max(), lang),
        middle=_percent(shares.median(), lang),
    )
    widest = now.loc[now["total"].idxmax()]
    cards = [
        (say("uneven.card.most", lang), _percent(most["share"], lang) + " %", _label(most, lang)),
        (say("uneven.card.least", lang), _percent(least["share"], lang) + " %", _label(least, lang)),
        (say("uneven.card.widest", lang), number(widest["total"], lang, _DECIMALS), _label(widest, lang)),
    ]
    return sentence_and_cards(sentence, cards, lang)


def parts_section(uneven: Unevenness, lang: str) -> Fragment:
    """Gini, Theil T and Theil L over all units in the year, each between and within the regions."""
    now = _now(uneven)
    if now.empty:
        return Fragment("", "")
    rows = [
        [
            indicator_label(row.indicator, row.stage, lang),
            say(f"uneven.index.{row.index}", lang),
            number(row.total, lang, _DECIMALS),
            number(row.error, lang, _DECIMALS),
            number(row.between, lang, _DECIMALS),
            number(row.within, lang, _DECIMALS),
            number(row.overlap, lang, _DECIMALS) if row.index == "gini" else "—",
            _percent(row.share, lang),
            str(row.groups),
            str(row.schools),
        ]
        for row in now.itertuples(index=False)
    ]
    names = (
        "indicator",
        "index",
        "total",
        "error",
        "between",
        "within",
        "overlap",
        "share_between",
        "regions",
        "schools",
    )
    headings = [say(f"column.{name}", lang) for name in names]
    caption = say("uneven.parts.caption", lang, year=uneven.year)
    how = say(f"uneven.weighting.{uneven.weighting}", lang)
    return joined(section("uneven_parts", lang, how=how), html_table(caption, headings, rows, numeric=range(2, 10)))


def parts_by_year(uneven: Unevenness, lang: str) -> Fragment:
    """Theil's T and the share of it that lies between the regions, year beside year; nothing for one year."""
    table = uneven.parts[uneven.parts["index"] == "theil_t"] if len(uneven.parts) else uneven.parts
    years = sorted(table.loc[table["total"].notna(), "year"].unique()) if len(table) else []
    if len(years) < 2:
        return Fragment("", "")
    rows = []
    for (indicator, stage), group in _ordered(table).groupby(["indicator", "stage"], sort=False):
        by_year = {row.year: row for row in group.itertuples() if row.total == row.total}
        if len(by_year) > 1:
            cells = [_total_and_share(by_year.get(year), lang) for year in years]
            rows.append([indicator_label(str(indicator), str(stage), lang), *cells])
    headings = [say("column.indicator", lang), *map(str, years)]
    table_of_years = html_table(say("uneven.years.caption", lang), headings, rows, numeric=range(1, len(years) + 1))
    return joined(section("uneven_years", lang), table_of_years)


def spreads_by_region(seen: Overview, uneven: Unevenness, lang: str) -> Fragment:
    """The difference coefficient and the Gini coefficient of every region, a table per stage; small groups withheld.

    Empty where there are more regions than a table has room for: they are in the findings and in `nation_section`.
    """
    if seen.findings["region"].nunique() > MOST_REGIONS:
        return Fragment("", "")
    safe = releasable_overview(seen)
    findings = safe.findings
    now = findings[(findings["year"] == seen.year) & (findings["subject"] == "spread")]
    now = now[now["value"].notna().groupby([now["indicator"], now["stage"]]).transform("any")]
    ginis = uneven.regions[uneven.regions["year"] == seen.year] if len(uneven.regions) else uneven.regions
    gini = {(row.region, row.indicator, row.stage): row.gini for row in ginis.itertuples()}
    names = now.drop_duplicates("region").set_index("region")["region_name"]
    tables = []
    for stage in [stage for stage in STAGES if stage in set(now["stage"])]:
        own = now[now["stage"] == stage]
        rows = []
        for indicator, each in own.groupby("indicator", sort=False):
            cells = [_spread_and_gini(each, region, str(indicator), stage, gini, lang) for region in names.index]
            rows.append([title_of(str(indicator), lang), *cells])
        caption = say("uneven.spreads.caption", lang, stage=stage_label(stage, lang))
        headings = [say("column.indicator", lang), *map(str, names)]
        tables.append(html_table(caption, headings, rows, numeric=range(1, len(headings))))
    if not tables:
        return Fragment("", "")
    return joined(section("uneven_spreads", lang), *tables, disclosure_of_regions(seen, safe, lang))


def unevenness_digest(uneven: Unevenness) -> str:
    """One line per indicator, stage and index of the year for the reviewer: total, error, between, within, overlap."""
    return "\n".join(
        f"{row.indicator} {row.stage} {row.index_} {row.schools} "
        + " ".join(fixed(value, 9) for value in (row.total, row.error, row.between, row.within, row.overlap))
        for row in _now(uneven).rename(columns={"index": "index_"}).itertuples()
    )


def _now(uneven: Unevenness) -> pd.DataFrame:
    if uneven.parts.empty:
        return uneven.parts
    return _ordered(uneven.parts[(uneven.parts["year"] == uneven.year) & uneven.parts["total"].notna()])


def _of_index(uneven: Unevenness, index: str) -> pd.DataFrame:
    now = _now(uneven)
    return now[(now["index"] == index) & now["share"].notna()] if len(now) else now


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    order = list(catalogue())
    placed = table.assign(_indicator=table["indicator"].map(order.index), _stage=table["stage"].map(STAGES.index))
    return placed.sort_values(["_indicator", "_stage", "year"], kind="stable", ignore_index=True)


def _label(row: pd.Series, lang: str) -> str:
    return indicator_label(str(row["indicator"]), str(row["stage"]), lang)


def _percent(share: float, lang: str) -> str:
    return number(share * 100, lang, 0)


def _total_and_share(row: Any, lang: str) -> str:
    if row is None:
        return "—"
    return say(
        "uneven.total_and_share", lang, total=number(row.total, lang, _DECIMALS), share=_percent(row.share, lang)
    )


def _spread_and_gini(
    each: pd.DataFrame, region: str, indicator: str, stage: str, gini: dict[tuple[str, str, str], float], lang: str
) -> str:
    own = each[each["region"] == region]
    if own.empty:
        return "—"
    spread = printed(next(own.itertuples()), lang)
    value = gini.get((region, indicator, stage), float("nan"))
    if value != value:
        return spread
    return say("uneven.spread_and_gini", lang, spread=spread, gini=number(value, lang, 3))
