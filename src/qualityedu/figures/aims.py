"""All regions on both aims of schooling at once."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from qualityedu.figures.exhibit import COLOURS, Exhibit, Section, canvas
from qualityedu.findings import Overview, orientation
from qualityedu.release import releasable_overview
from qualityedu.tables import Fragment, html_table, section
from qualityedu.text import number, say

__all__ = ["aims_section"]

_MARKS = {"quality": ("o", "quality", 0.16), "exam": ("s", "bad", -0.16)}


def aims_section(seen: Overview, lang: str) -> Section:
    """For every region, where each of its quality and exam indicators lies among the regions."""
    findings = releasable_overview(seen).findings
    peers = findings[findings["year"] == seen.year]
    scores = pd.concat([_scores(peers, region) for region in sorted(peers["region"].unique())], ignore_index=True)
    if scores.empty:
        return Section(())
    names = peers.drop_duplicates("region").set_index("region")["region_name"].astype(str)
    regions = list(dict.fromkeys(scores["region"]))
    with canvas(7.2, 1.3 + 0.36 * len(regions)) as (figure, (axes,)):
        for place, region in enumerate(reversed(regions)):
            _draw(axes, scores[scores["region"] == region], place)
        axes.set_yticks(range(len(regions)), [names[region] for region in reversed(regions)], fontsize=8.5)
        axes.axvline(0, color="#2B313A", linewidth=1.0)
        axes.set_xlabel(say("figure.profile.axis", lang))
        axes.set_ylim(-0.6, len(regions) - 0.4)
        axes.legend(
            handles=[
                axes.scatter([], [], marker=mark, color=COLOURS[colour], s=40, label=say(f"leaning.{leaning}", lang))
                for leaning, (mark, colour, _) in _MARKS.items()
            ],
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=2,
            frameon=False,
        )
    table = _table(scores, names, lang)
    words = {"regions": len(regions), "year": seen.year, "indicators": scores.groupby("region").size().max()}
    shown = Exhibit(figure, say("figure.aims", lang, **words), say("figure.aims.alt", lang, **words), table)
    return Section((section("aims", lang), shown))


def _scores(peers: pd.DataFrame, region: str) -> pd.DataFrame:
    table = orientation(peers, region)
    return table[table["score"].notna()].assign(region=region)


def _draw(axes: Axes, scores: pd.DataFrame, place: int) -> None:
    for leaning, (mark, colour, lift) in _MARKS.items():
        own = scores.loc[scores["leaning"] == leaning, "score"]
        axes.scatter(
            own, [place + lift] * len(own), marker=mark, s=30, color=COLOURS[colour], alpha=0.85, linewidths=0, zorder=3
        )


def _table(scores: pd.DataFrame, names: pd.Series, lang: str) -> Fragment:
    rows = []
    for region, own in scores.groupby("region", sort=False):
        cells = [names[region]]
        for leaning in _MARKS:
            family = own.loc[own["leaning"] == leaning, "score"]
            cells += [
                f"{int((family > 0).sum())} / {len(family)}",
                number(family.min(), lang, 2),
                number(family.max(), lang, 2),
            ]
        rows.append(cells)
    headings = [say("column.region", lang)] + [
        say(f"column.{leaning}.{part}", lang) for leaning in _MARKS for part in ("above", "lowest", "highest")
    ]
    return html_table(say("figure.aims.table", lang), headings, rows, numeric=range(1, 7))
