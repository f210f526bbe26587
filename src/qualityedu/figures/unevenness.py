"""How much of the inequality lies between the regions."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from qualityedu.figures.exhibit import COLOURS, Exhibit, Section, canvas
from qualityedu.release import Unevenness
from qualityedu.tables import Fragment, html_table, indicator_label, section
from qualityedu.text import number, say

__all__ = ["uneven_section"]


def uneven_section(uneven: Unevenness, lang: str) -> Section:
    """Theil's T of every indicator in the year as a bar from 0 to 100 %: between the regions and within them."""
    parts = uneven.parts
    if parts.empty:
        return Section(())
    now = parts[(parts["year"] == uneven.year) & (parts["index"] == "theil_t") & parts["share"].notna()]
    if now.empty:
        return Section(())
    now = now.sort_values("share", kind="stable", ignore_index=True)
    with canvas(7.2, 1.3 + 0.27 * len(now)) as (figure, (axes,)):
        _draw(axes, now, lang)
    top = now.iloc[-1]
    words = {
        "count": len(now),
        "year": uneven.year,
        "regions": int(now["groups"].max()),
        "which": indicator_label(top["indicator"], top["stage"], lang),
        "share": number(100 * top["share"], lang, 0),
    }
    shown = Exhibit(
        figure, say("figure.uneven", lang, **words), say("figure.uneven.alt", lang, **words), _table(now, lang)
    )
    how = say(f"uneven.weighting.{uneven.weighting}", lang)
    return Section((section("uneven", lang, how=how), shown))


def _draw(axes: Axes, now: pd.DataFrame, lang: str) -> None:
    places = list(range(len(now)))
    between = 100 * now["share"]
    axes.barh(places, between, height=0.66, color=COLOURS["good"], label=say("column.between", lang))
    axes.barh(
        places,
        100 - between,
        left=between,
        height=0.66,
        color="#D9DEE5",
        hatch="//",
        edgecolor="white",
        label=say("column.within", lang),
    )
    for place, share in zip(places, between, strict=True):
        axes.annotate(
            number(share, lang, 0),
            (share, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )
    labels = [indicator_label(row.indicator, row.stage, lang) for row in now.itertuples()]
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, len(now) - 0.4)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(say("figure.uneven.axis", lang))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)


def _table(now: pd.DataFrame, lang: str) -> Fragment:
    rows = [
        [
            indicator_label(row.indicator, row.stage, lang),
            number(row.total, lang, 4),
            number(row.between, lang, 4),
            number(row.within, lang, 4),
            number(100 * row.share, lang, 0),
        ]
        for row in now.iloc[::-1].itertuples()
    ]
    headings = [say(f"column.{name}", lang) for name in ("indicator", "total", "between", "within", "share_between")]
    return html_table(say("figure.uneven.table", lang), headings, rows, numeric=range(1, 5))
