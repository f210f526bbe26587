"""The coefficients of several models, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas
from qualityedu.models import Fit
from qualityedu.tables import html_table, model_label
from qualityedu.text import say, significant

__all__ = ["coefficient_plot", "draw_interval", "excludes_zero", "interval_in_words"]

# Panels beside each other; further terms are in the table.
MOST_TERMS = 4


def coefficient_plot(
    fits: Sequence[Fit], lang: str, names: Sequence[str] | None = None, terms: Sequence[str] | None = None
) -> Exhibit:
    """Each term in a panel of its own, since terms differ in units; in it a row for each model that has the term.

    `terms` are by default all but the intercept; of more than four, the first four are drawn. A full mark is a
    coefficient whose 95 % interval excludes 0, a hollow one any other; an open interval ends in an arrow. `names` head
    the rows, else the outcomes do. Raises ValueError where no model has any of the terms.
    """
    titles = list(names) if names is not None else [model_label(each.outcome, lang) for each in fits]
    labels = [say("regression.model", lang, number=place, name=title) for place, title in enumerate(titles, 1)]
    rows = _rows(fits, labels, terms)
    if rows.empty:
        raise ValueError("no model has any of these terms")
    drawn = list(dict.fromkeys(rows["term"]))[:MOST_TERMS]
    width = 22 if lang == "zh" else 34
    with canvas(7.2, 1.1 + 0.42 * len(labels), columns=len(drawn), sharey=True) as (figure, axes):
        for panel, term in zip(axes, drawn, strict=True):
            for row in rows[rows["term"] == term].itertuples():
                draw_interval(panel, row, -row.place, COLOURS["good"])
            panel.axvline(0, color="#2B313A", linewidth=1.0)
            wide = max(width * 2 // len(drawn), 8)
            panel.set_xlabel("\n".join(wrap(model_label(term, lang), wide)), fontsize=8.5)
            panel.locator_params(axis="x", nbins=4)
        ticks = ["\n".join(wrap(label, width)) for label in labels]
        axes[0].set_yticks([-place for place in range(len(labels))], ticks, fontsize=8)
        axes[0].set_ylim(-len(labels) + 0.4, 0.6)
    apart = rows[[excludes_zero(row) for row in rows.itertuples()]]
    words = {
        "models": len(fits),
        "coefficients": len(rows),
        "apart": len(apart),
        "which": "; ".join(_said(row, lang) for row in rows.itertuples()),
    }
    headings = [say(f"column.{name}", lang) for name in ("model", "term", "estimate", "interval")]
    cells = [
        [row.model, model_label(row.term, lang), significant(row.estimate, lang), interval_in_words(row, lang)]
        for row in rows.itertuples()
    ]
    table = html_table(say("figure.coefficients.table", lang), headings, cells, numeric=(2, 3))
    return Exhibit(
        figure, say("figure.coefficients", lang, **words), say("figure.coefficients.alt", lang, **words), table
    )


def draw_interval(axes: Axes, row: Any, place: float, colour: str, *, marker: str = "o") -> None:
    """A row's estimate and interval as a mark and a line; hollow where the interval holds 0."""
    ends = [row.lower, row.upper]
    for side, (end, arrow) in enumerate(zip(ends, "<>", strict=True)):
        if not np.isfinite(end):
            # As far as an interval of a normal size would reach, with an arrow for the rest.
            ends[side] = row.estimate + (1, -1)[side == 0] * 3 * row.standard_error
            axes.plot(ends[side], place, marker=arrow, color=colour, markersize=5)
    axes.plot(ends, [place, place], color=colour, linewidth=1.6, zorder=2)
    face = colour if excludes_zero(row) else "white"
    axes.plot(row.estimate, place, marker=marker, color=colour, markerfacecolor=face, markersize=6.5, zorder=3)


def excludes_zero(row: Any) -> bool:
    """Whether the 95 % interval of a row lies on one side of 0."""
    return bool(row.lower > 0 or row.upper < 0)


def interval_in_words(row: Any, lang: str) -> str:
    """The interval of a row, an open end as a dash."""
    return say("report.interval", lang, lower=significant(row.lower, lang), upper=significant(row.upper, lang))


def _rows(fits: Sequence[Fit], labels: Sequence[str], terms: Sequence[str] | None) -> pd.DataFrame:
    parts = [
        each.table.assign(model=label, place=place)
        for place, (each, label) in enumerate(zip(fits, labels, strict=True))
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["term"].isin(list(terms)) if terms is not None else rows["term"] != "Intercept"]
    order = list(terms) if terms is not None else list(dict.fromkeys(rows["term"]))
    return rows.sort_values(
        "term", key=lambda names: names.map({name: place for place, name in enumerate(order)}), kind="stable"
    ).reset_index(drop=True)


def _said(row: Any, lang: str) -> str:
    return say(
        "figure.coefficients.one", lang, model=row.model, term=model_label(row.term, lang),
        estimate=significant(row.estimate, lang), interval=interval_in_words(row, lang),
    )  # fmt: skip
