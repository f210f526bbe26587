"""How uneven the schools are on every item, against the limit."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas, grey_dots
from qualityedu.figures.schools import stages_of
from qualityedu.release import Release
from qualityedu.tables import Fragment, html_table, printed, stage_label, status_cell, title_of
from qualityedu.text import number, say

__all__ = ["spreads"]


def spreads(released: Release, lang: str) -> Exhibit | None:
    """The difference coefficient of every item with a limit, a panel for each stage, other regions in grey.

    None where no item of the region has a limit.
    """
    own = released.now[(released.now["subject"] == "spread") & released.now["standard"].notna()]
    stages = [stage for stage in stages_of(released) if stage in set(own["stage"])]
    if not stages:
        return None
    items = _in_order_of_rule(released, own)
    own = own.sort_values("indicator", key=lambda names: names.map(items.index), kind="stable")
    with canvas(7.2, 1.1 + 0.34 * len(items), columns=len(stages), sharey=True) as (figure, axes):
        for panel, stage in zip(axes, stages, strict=True):
            _draw(panel, released, own[own["stage"] == stage], items, stage, lang)
        axes[0].set_yticks(range(len(items)), [title_of(item, lang) for item in reversed(items)], fontsize=8.5)
        axes[0].set_ylim(-0.6, len(items) - 0.4)
    over = own[own["status"] == "unmet"]
    known = own[own["value"].notna()]
    words = {
        "count": len(known),
        "over": len(over),
        "unknown": len(own) - len(known),
        "highest": printed(known.loc[known["value"].idxmax()], lang) if len(known) else "—",
        "which": _label(known.loc[known["value"].idxmax()], lang) if len(known) else "—",
        "regions": released.peers["region"].nunique(),
    }
    return Exhibit(
        figure, say("figure.spreads", lang, **words), say("figure.spreads.alt", lang, **words), _table(own, lang)
    )


def _draw(axes: Axes, released: Release, own: pd.DataFrame, items: list[str], stage: str, lang: str) -> None:
    peers = released.peers[(released.peers["subject"] == "spread") & (released.peers["stage"] == stage)]
    for place, item in enumerate(reversed(items)):
        others = peers.loc[(peers["indicator"] == item) & (peers["region"] != released.region), "value"]
        grey_dots(axes, others, [place] * len(others))
        for row in own[(own["indicator"] == item) & own["value"].notna()].itertuples():
            within = row.status == "met"
            axes.scatter(
                row.value,
                place,
                s=46,
                zorder=3,
                marker="o" if within else "D",
                color=COLOURS["good" if within else "bad"],
            )
            axes.annotate(
                ("" if within else "✗ ") + printed(row, lang),
                (row.value, place),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            )
    limit = float(own["standard"].iloc[0])
    axes.axvline(limit, color="#2B313A", linewidth=1.2)
    axes.annotate(
        say("figure.spreads.limit", lang, limit=number(limit, lang, 2)),
        (limit, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(3, -2),
        textcoords="offset points",
        va="top",
        fontsize=8.5,
    )
    axes.set_title(stage_label(stage, lang), loc="left", fontsize=10, fontweight="bold")
    axes.set_xlim(0, max(axes.get_xlim()[1], limit) * 1.08)
    axes.set_xlabel(say("subject.spread", lang))


def _in_order_of_rule(released: Release, own: pd.DataFrame) -> list[str]:
    first = released.verdict.rule.indicators if released.verdict.rule else ()
    found = list(dict.fromkeys(own["indicator"]))
    return [*(name for name in first if name in found), *(name for name in found if name not in first)]


def _label(row: pd.Series, lang: str) -> str:
    return say(
        "report.indicator_and_stage",
        lang,
        title=title_of(row["indicator"], lang),
        stage=stage_label(row["stage"], lang),
    )


def _table(own: pd.DataFrame, lang: str) -> Fragment:
    rows = [
        [
            title_of(row.indicator, lang),
            stage_label(row.stage, lang),
            printed(row, lang),
            number(row.standard, lang, 2),
            str(row.schools),
            str(row.left_out),
            status_cell(row.status, lang),
        ]
        for row in own.itertuples()
    ]
    headings = [
        say(f"column.{name}", lang)
        for name in ("indicator", "stage", "spread", "limit", "schools", "left_out", "status")
    ]
    return html_table(say("figure.spreads.table", lang), headings, rows, numeric=(2, 3, 4, 5))
