"""The two aims of schooling side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas, grey_dots
from qualityedu.findings import orientation
from qualityedu.indicators import catalogue
from qualityedu.release import Release
from qualityedu.tables import Fragment, html_table, indicator_label, unit_of
from qualityedu.text import number, say

__all__ = ["profile"]

_NOBODY = pd.Series(dtype="float64")
_MARKS = {"quality": ("o", "quality"), "exam": ("s", "bad")}


def profile(released: Release, lang: str) -> Exhibit | None:
    """The quality and the exam indicators of a region, each in standard deviations from the mean of all regions.

    None where fewer than three regions can be compared. The two families are side by side and never added up.
    """
    table = orientation(released.peers, released.region)
    scored = table[table["score"].notna()].reset_index(drop=True)
    if scored.empty:
        return None
    with canvas(7.2, 1.2 + 0.3 * (len(scored) + 1)) as (figure, (axes,)):
        _draw(axes, released, scored, lang)
    words = {"regions": int(scored["regions"].max()), "year": released.year} | {
        f"{leaning}_{name}": value
        for leaning in _MARKS
        for name, value in _counts(scored[scored["leaning"] == leaning]).items()
    }
    return Exhibit(
        figure,
        say("figure.profile", lang, **words),
        say("figure.profile.alt", lang, **words),
        _table(table, released, lang),
    )


def _counts(rows: pd.DataFrame) -> dict[str, int]:
    return {"count": len(rows), "above": int((rows["score"] > 0).sum())}


def _draw(axes: Axes, released: Release, scored: pd.DataFrame, lang: str) -> None:
    places = []
    place = 0.0
    others = _others(released)
    for leaning in _MARKS:
        for row in scored[scored["leaning"] == leaning].itertuples():
            _draw_row(axes, row, others.get((row.indicator, row.stage), _NOBODY), place, leaning)
            places.append((place, indicator_label(row.indicator, row.stage, lang)))
            place -= 1
        place -= 0.5
    axes.axvline(0, color="#2B313A", linewidth=1.0)
    axes.set_yticks([at for at, _ in places], [label for _, label in places], fontsize=8.5)
    reach = max(2.2, float(scored["score"].abs().max()) * 1.15)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(place - 0.1, 0.7)
    axes.set_xlabel(say("figure.profile.axis", lang))
    axes.legend(
        handles=[
            axes.scatter([], [], marker=mark, color=COLOURS[colour], s=46, label=say(f"leaning.{leaning}", lang))
            for leaning, (mark, colour) in _MARKS.items()
        ],
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=2,
        frameon=False,
    )


def _others(released: Release) -> dict[Any, pd.Series]:
    """The values of the other regions by indicator and stage: told apart once, for there may be thousands of them."""
    peers = released.peers
    held = peers[(peers["subject"] == "region") & (peers["region"] != released.region) & peers["value"].notna()]
    return dict(iter(held.groupby(["indicator", "stage"])["value"]))


def _draw_row(axes: Axes, row: object, others: pd.Series, place: float, leaning: str) -> None:
    sign = -1 if catalogue()[row.indicator].better == "lower" else 1  # type: ignore[attr-defined]
    scores = sign * (others - row.mean) / row.deviation  # type: ignore[attr-defined]
    grey_dots(axes, scores, [place] * len(scores))
    mark, colour = _MARKS[leaning]
    axes.plot([0, row.score], [place, place], color=COLOURS[colour], linewidth=1.6, zorder=2.5)  # type: ignore[attr-defined]
    axes.scatter(row.score, place, s=52, marker=mark, color=COLOURS[colour], zorder=3)  # type: ignore[attr-defined]


def _table(table: pd.DataFrame, released: Release, lang: str) -> Fragment:
    rows = [
        [
            indicator_label(row.indicator, row.stage, lang),
            say(f"leaning.{row.leaning}", lang),
            number(row.value, lang, catalogue()[row.indicator].decimals),
            number(row.mean, lang, catalogue()[row.indicator].decimals),
            str(row.regions),
            number(row.score, lang, 2),
            unit_of(row.indicator, released.dataset, lang),
        ]
        for row in table.itertuples()
    ]
    names = ("indicator", "leaning", "value", "regions_mean", "regions", "score", "unit")
    headings = [say(f"column.{name}", lang) for name in names]
    return html_table(say("figure.profile.table", lang), headings, rows, numeric=(2, 3, 4, 5))
