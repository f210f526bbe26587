"""The schools against a standard."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from qualityedu.columns import STAGES
from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas
from qualityedu.indicators import catalogue
from qualityedu.release import Release
from qualityedu.tables import Fragment, html_table, printed, stage_label, status_cell, title_of, title_with_unit
from qualityedu.text import number, say

__all__ = ["bars", "bars_of_weakest", "stages_of"]

# More bars than this cannot be read on an A4 page.
MOST_BARS = 36


def bars_of_weakest(released: Release, lang: str) -> list[Exhibit]:
    """For each stage, the schools on the item that the largest share of them miss; none where no item applies."""
    reached = released.reached[~released.reached["status"].isin(["no_data", "withheld"])]
    if reached.empty:
        return []
    missed = (reached["status"] == "unmet").groupby([reached["stage"], reached["indicator"]]).mean()
    stages = [stage for stage in stages_of(released) if stage in missed.index.get_level_values(0)]
    return [bars(released, str(missed[stage].idxmax()), stage, lang) for stage in stages]


def stages_of(released: Release) -> list[str]:
    """The stages of the region's schools, in the order of schooling."""
    return [stage for stage in STAGES if stage in set(released.values["stage"])]


def bars(released: Release, indicator: str, stage: str, lang: str) -> Exhibit:
    """Every school of a stage on one item, longest bar first, with the standard as a line.

    With more than `MOST_BARS` schools the lowest are shown, and the caption says so.
    """
    rows = released.reached[(released.reached["indicator"] == indicator) & (released.reached["stage"] == stage)]
    rows = rows.sort_values("value", ascending=False, na_position="last", kind="stable")
    shown = rows[rows["value"].notna()].tail(MOST_BARS)
    standard = float(rows["standard"].iloc[0])
    with canvas(7.2, max(2.0, 0.9 + 0.19 * len(shown))) as (figure, (axes,)):
        _draw(axes, shown, standard, indicator, lang)
        axes.set_xlabel(title_with_unit(indicator, released.dataset, lang))
    decimals = catalogue()[indicator].decimals
    key = "figure.bars" if len(shown) == rows["value"].notna().sum() else "figure.bars.lowest"
    words = {
        "title": title_of(indicator, lang),
        "stage": stage_label(stage, lang),
        "standard": number(standard, lang, decimals),
        "count": int(rows["value"].notna().sum()),
        "met": int((rows["status"] == "met").sum()),
        "unmet": int((rows["status"] == "unmet").sum()),
        "missing": int((rows["status"] == "no_data").sum()),
        "shown": len(shown),
        "lowest": number(shown["value"].min(), lang, decimals),
        "highest": number(rows["value"].max(), lang, decimals),
    }
    return Exhibit(figure, say(key, lang, **words), say("figure.bars.alt", lang, **words), _table(rows, words, lang))


def _draw(axes: Axes, shown: pd.DataFrame, standard: float, indicator: str, lang: str) -> None:
    decimals = catalogue()[indicator].decimals
    met = (shown["status"] == "met").to_numpy()
    names = shown["school_name" if "school_name" in shown.columns else "school"].astype(str).tolist()
    places = list(range(len(shown)))[::-1]
    drawn = axes.barh(
        places, shown["value"], height=0.66, color=[COLOURS["good"] if ok else COLOURS["bad"] for ok in met]
    )
    for bar, ok, row in zip(drawn, met, shown.itertuples(), strict=True):
        if not ok:
            bar.set_hatch("////")
            bar.set_edgecolor("white")
        axes.annotate(
            ("" if ok else "✗ ") + printed(row, lang),
            (row.value, bar.get_y() + bar.get_height() / 2),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            zorder=3,
        )
    axes.axvline(standard, color="#2B313A", linewidth=1.2)
    axes.annotate(
        say("figure.bars.line", lang, standard=number(standard, lang, decimals)),
        (standard, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(3, 3),
        textcoords="offset points",
        fontsize=8.5,
    )
    axes.set_yticks(places, names, fontsize=8)
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.12)


def _table(rows: pd.DataFrame, words: dict[str, object], lang: str) -> Fragment:
    cells = [
        [
            str(row.school_name if "school_name" in rows.columns else row.school),
            printed(row, lang),
            number(row.share * 100, lang, 1) if row.share == row.share else "—",
            status_cell(row.status, lang),
        ]
        for row in rows.itertuples()
    ]
    headings = [say(f"column.{name}", lang) for name in ("school", "value", "share", "status")]
    return html_table(say("figure.bars.table", lang, **words), headings, cells, numeric=(1, 2))
