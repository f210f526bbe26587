"""Very many regions at once: ranked dots with the limit, a strip for each province, a map of tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from qualityedu.figures.exhibit import COLOURS, Exhibit, Section, canvas
from qualityedu.findings import Overview
from qualityedu.places.provinces import provinces
from qualityedu.release import NationRelease
from qualityedu.standards import Threshold, place_of, school_year_end, threshold_for
from qualityedu.tables import Fragment, html_table, indicator_label, section, year_label
from qualityedu.text import number, say

__all__ = ["MANY", "nation_section", "province_strips", "province_tiles", "ranked_dots"]

# What holds the findings of many regions, fit to be shown.
Regions = Overview | NationRelease

# From so many regions on, a row for each is a list and no picture.
MANY = 60

# Fewer counties than this make no share of a province.
_FEWEST = 3


@dataclass(frozen=True, eq=False)
class _Shown:
    """What a figure is of: regions with their values, beside the limit that holds in most of them."""

    rows: pd.DataFrame
    label: str
    limit: Threshold | None

    @property
    def at_limit(self) -> int:
        """How many regions meet their own limit."""
        return int((self.rows["status"] == "met").sum())

    @property
    def judged(self) -> int:
        """How many regions have a limit and a value."""
        return int(self.rows["status"].isin(["met", "unmet"]).sum())


def nation_section(seen: Regions, lang: str) -> Section:
    """The difference coefficient that most regions miss, over all of them; empty for fewer than sixty regions.

    `seen` is a releasable overview, or a nation by its findings. The figures are ranked dots, strips by province and a
    map of tiles, each with its table; the last two only where codes are those of provinces.
    """
    if seen.findings["region"].nunique() < MANY:
        return Section(())
    chosen = _most_missed(seen)
    if chosen is None:
        return Section(())
    drawn = [
        ranked_dots(seen, *chosen, lang),
        province_strips(seen, *chosen, lang),
        province_tiles(seen, *chosen, lang),
    ]
    year = year_label(seen.dataset, seen.year, lang)
    return Section((section("nation", lang, year=year), *(each for each in drawn if each is not None)))


def ranked_dots(seen: Regions, indicator: str, stage: str, subject: str, lang: str) -> Exhibit:
    """Every region as a dot, from the lowest value to the highest, and where the limit cuts through them."""
    shown = _shown(seen, indicator, stage, subject, lang)
    values = shown.rows.sort_values("value", kind="stable", ignore_index=True)
    with canvas(7.2, 3.4) as (figure, (axes,)):
        share = 100 * (np.arange(len(values)) + 0.5) / len(values)
        for status, colour, mark in (("met", "good", "o"), ("unmet", "bad", "D"), ("", "", "o")):
            own = values["status"] == status if status else ~values["status"].isin(["met", "unmet"])
            axes.scatter(share[own], values["value"][own], s=9, marker=mark, color=COLOURS.get(colour, "#AEB5BF"),
                         linewidths=0, rasterized=len(values) > 5000)  # fmt: skip
        _limit_line(axes, shown, lang, along="y")
        axes.set_xlabel(say("figure.nation.share", lang))
        axes.set_title(shown.label, fontsize=9, loc="left")  # beside the axis there is no room for a long one
        axes.set_xlim(0, 100)
    words = _words(shown, seen, lang)
    return Exhibit(figure, say("figure.nation.ranked", lang, **words), say("figure.nation.ranked.alt", lang, **words),
                   _quantiles(shown, lang))  # fmt: skip


def province_strips(seen: Regions, indicator: str, stage: str, subject: str, lang: str) -> Exhibit | None:
    """The regions of each province on a line of its own; None where no code is that of a province."""
    shown = _shown(seen, indicator, stage, subject, lang)
    held = _by_province(shown)
    if held.empty:
        return None
    known = provinces()
    with canvas(7.2, 0.9 + 0.2 * len(held)) as (figure, (axes,)):
        for place, code in enumerate(reversed(held["code"].tolist())):
            own = shown.rows[shown.rows["region"].str[:2] == code]
            # Dots that would cover each other are set apart by their order, the same for every run.
            apart = 0.28 * (((np.arange(len(own)) * 0.618) % 1) * 2 - 1)
            colours = [COLOURS["bad"] if status == "unmet" else COLOURS["good"] for status in own["status"]]
            axes.scatter(own["value"], place + apart, s=5, color=colours, linewidths=0, alpha=0.75)
            axes.scatter(own["value"].median(), place, s=46, marker="|", color="#2B313A", zorder=4)
        axes.set_ylim(-0.7, len(held) - 0.3)
        _limit_line(axes, shown, lang, along="x")
        axes.set_yticks(
            range(len(held)), [known[code].name(lang) for code in reversed(held["code"].tolist())], fontsize=8
        )
        axes.set_xlabel(shown.label, fontsize=8.5)
    words = _words(shown, seen, lang) | {"provinces": len(held)}
    caption, alt = say("figure.nation.strips", lang, **words), say("figure.nation.strips.alt", lang, **words)
    return Exhibit(figure, caption, alt, _province_table(held, lang))


def province_tiles(seen: Regions, indicator: str, stage: str, subject: str, lang: str) -> Exhibit | None:
    """A map with a tile for each province: how many of its regions meet the limit; None where there is nothing."""
    shown = _shown(seen, indicator, stage, subject, lang)
    held = _by_province(shown).dropna(subset=["share"]).set_index("code")
    if held.empty:
        return None
    with canvas(6.4, 5.2) as (figure, (axes,)):
        for code, province in provinces().items():
            _tile(axes, province.column, province.row, province.name(lang), held["share"].get(code), lang)
        axes.set_xlim(-0.05, 8.05)
        axes.set_ylim(8.05, -0.05)
        axes.set_aspect("equal")
        axes.set_axis_off()
    lowest, highest = held["share"].idxmin(), held["share"].idxmax()
    words = _words(shown, seen, lang) | {
        "provinces": len(held),
        "lowest": provinces()[lowest].name(lang),
        "lowest_share": number(held["share"].min(), lang, 0),
        "highest": provinces()[highest].name(lang),
        "highest_share": number(held["share"].max(), lang, 0),
    }
    caption, alt = say("figure.nation.tiles", lang, **words), say("figure.nation.tiles.alt", lang, **words)
    return Exhibit(figure, caption, alt, _share_table(held.reset_index(), lang))


def _most_missed(seen: Regions) -> tuple[str, str, str] | None:
    now = seen.findings[(seen.findings["year"] == seen.year) & (seen.findings["subject"] == "spread")]
    unmet = now[now["status"] == "unmet"].value_counts(["indicator", "stage"])
    limited = now[now["status"].isin(["met", "unmet"])].value_counts(["indicator", "stage"])
    found = unmet if len(unmet) else limited
    return (str(found.index[0][0]), str(found.index[0][1]), "spread") if len(found) else None


def _shown(seen: Regions, indicator: str, stage: str, subject: str, lang: str) -> _Shown:
    keys = {"year": seen.year, "indicator": indicator, "stage": stage, "subject": subject}
    rows = seen.findings[np.logical_and.reduce([seen.findings[name] == value for name, value in keys.items()])]
    rows = rows[rows["value"].notna()].reset_index(drop=True)
    label = indicator_label(indicator, stage, lang)
    label = say("years.spread_of", lang, what=label) if subject == "spread" else label
    place = place_of(seen.dataset.country, "")
    limit = threshold_for(indicator, stage, subject, on=school_year_end(seen.year), place=place)  # type: ignore[arg-type]
    return _Shown(rows, label, limit)


def _limit_line(axes: Axes, shown: _Shown, lang: str, *, along: str) -> None:
    if shown.limit is None:
        return
    draw = axes.axhline if along == "y" else axes.axvline
    draw(shown.limit.value, color="#2B313A", linewidth=1.1, zorder=3)
    text = say("figure.nation.limit", lang, limit=f"{shown.limit.value:g}")
    at = (0.5, shown.limit.value) if along == "y" else (shown.limit.value, axes.get_ylim()[1])
    offset = (2, 3) if along == "y" else (3, 2)
    axes.annotate(text, at, xytext=offset, textcoords="offset points", fontsize=8, annotation_clip=False)


def _tile(axes: Axes, column: int, row: int, name: str, share: float | None, lang: str) -> None:
    known = share is not None and share == share
    strength = float(share or 0) / 100 if known else 0.0
    # From white to the blue of what is met; the number stands in the tile, so that colour is not alone.
    fill = (1 - strength, 1 - strength * 0.553, 1 - strength * 0.302) if known else (0.96, 0.96, 0.96)
    ink = _ink(fill)
    axes.add_patch(Rectangle((column + 0.03, row + 0.03), 0.94, 0.94, facecolor=fill, edgecolor="#B8BEC6"))
    shorter = name if len(name) <= 9 else f"{name[:8]}…"
    axes.annotate(shorter, (column + 0.5, row + 0.36), ha="center", va="center", fontsize=7.5, color=ink)
    said = number(share, lang, 0) if known and share is not None else "—"
    axes.annotate(said, (column + 0.5, row + 0.7), ha="center", va="center", fontsize=8, color=ink)


def _ink(fill: tuple[float, float, float]) -> str:
    """White or black, whichever stands out more: at least 4.5 to 1 on any colour (WCAG 2.2, relative luminance)."""
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in fill]
    luminance = sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "white" if luminance < 0.179 else "black"


def _by_province(shown: _Shown) -> pd.DataFrame:
    rows = shown.rows.assign(code=shown.rows["region"].str[:2])
    rows = rows[rows["code"].isin(provinces()) & (rows["region"].str.len() == 6)]
    if rows.empty:
        return pd.DataFrame(columns=["code", "regions", "low", "median", "high", "met", "judged", "share"])
    groups = rows.groupby("code")
    table = groups["value"].agg(regions="size", low="min", median="median", high="max").reset_index()
    table = table[table["regions"] >= _FEWEST]
    judged = groups["status"].agg(lambda each: each.isin(["met", "unmet"]).sum())
    met = groups["status"].agg(lambda each: (each == "met").sum())
    table["met"], table["judged"] = table["code"].map(met), table["code"].map(judged)
    table["share"] = (100 * table["met"] / table["judged"]).where(table["judged"] > 0)
    return table.reset_index(drop=True)


def _province_table(held: pd.DataFrame, lang: str) -> Fragment:
    rows = [
        [
            provinces()[row.code].name(lang),
            str(row.regions),
            number(row.low, lang, 3),
            number(row.median, lang, 3),
            number(row.high, lang, 3),
            f"{row.met} / {row.judged}" if row.judged else "—",
        ]
        for row in held.itertuples()
    ]
    names = ("province", "regions", "lowest", "median", "highest", "regions_met")
    return html_table(say("figure.nation.table", lang), [say(f"column.{name}", lang) for name in names], rows,
                      numeric=range(1, 6))  # fmt: skip


def _share_table(held: pd.DataFrame, lang: str) -> Fragment:
    rows = [[provinces()[row.code].name(lang), number(row.share, lang, 1)] for row in held.itertuples()]
    headings = [say("column.province", lang), say("nation.column.share_met", lang)]
    return html_table(say("figure.nation.share_table", lang), headings, rows, numeric=(1,))


def _quantiles(shown: _Shown, lang: str) -> Fragment:
    points = (0, 5, 25, 50, 75, 95, 100)
    found = np.percentile(shown.rows["value"], points) if len(shown.rows) else [float("nan")] * len(points)
    rows = [[say("figure.nation.percentile", lang, point=point), number(value, lang, 3)] for point, value in
            zip(points, found, strict=True)]  # fmt: skip
    return html_table(say("figure.nation.quantiles", lang), [say("column.percentile", lang), say("column.value", lang)],
                      rows, numeric=(1,))  # fmt: skip


def _words(shown: _Shown, seen: Regions, lang: str) -> dict[str, object]:
    values = shown.rows["value"]
    return {
        "what": shown.label,
        "regions": len(values),
        "met": shown.at_limit,
        "judged": shown.judged,
        "median": number(values.median(), lang, 3),
        "lowest_value": number(values.min(), lang, 3),
        "highest_value": number(values.max(), lang, 3),
    }
