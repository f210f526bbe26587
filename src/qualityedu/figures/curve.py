"""A specification curve: every defensible estimate in order, and the choices behind each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from qualityedu.figures.coefficients import excludes_zero, interval_in_words
from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas
from qualityedu.models import Curve
from qualityedu.tables import Fragment, html_table, joined, model_label
from qualityedu.text import say, significant

__all__ = ["curve_plot"]

_GREY = "#8A929C"


def curve_plot(curve: Curve, lang: str) -> Exhibit | None:
    """The estimates in ascending order with their 95 % intervals, and below each the choices that it rests on.

    A choice that all specifications share is not drawn. Specifications that could not be fitted are in the table with
    their reason, and counted in the caption. None where none could be fitted.
    """
    fitted = curve.table[curve.table["reason"] == ""].sort_values(["estimate", "number"], ignore_index=True)
    if fitted.empty:
        return None
    choices = _choices(curve.table, lang)
    heights = [3, max(1.0, 0.42 * len(choices))]
    with canvas(7.2, 2.6 + 0.24 * len(choices), rows=2, sharex=True, height_ratios=heights) as (figure, (above, below)):
        _draw_estimates(above, fitted, curve.standardised, lang)
        _draw_choices(below, fitted, choices)
    words = _words(curve, fitted, lang)
    return Exhibit(
        figure, say("figure.curve", lang, **words), say("figure.curve.alt", lang, **words), _table(curve, lang)
    )


def _draw_estimates(axes: Axes, fitted: pd.DataFrame, standardised: bool, lang: str) -> None:
    known = fitted["estimate"].abs().max() + 3 * fitted["standard_error"].max()
    for row in fitted.itertuples():
        colour = COLOURS["good"] if excludes_zero(row) else _GREY
        # An open interval is drawn as far as the picture goes.
        ends = np.clip([row.lower, row.upper], -known, known)
        axes.plot([row.Index, row.Index], ends, color=colour, linewidth=1.2, zorder=2)
        face = colour if excludes_zero(row) else "white"
        axes.plot(row.Index, row.estimate, marker="o", color=colour, markerfacecolor=face, markersize=4.5, zorder=3)
    axes.axhline(0, color="#2B313A", linewidth=1.0)
    axes.set_ylabel(say("figure.curve.axis" if standardised else "column.estimate", lang), fontsize=8.5)
    axes.grid(visible=False, axis="x")


def _draw_choices(axes: Axes, fitted: pd.DataFrame, choices: list[tuple[str, str, str]]) -> None:
    for place, (_, kind, value) in enumerate(choices):
        held = [row.Index for row in fitted.itertuples() if _holds(row, kind, value)]
        axes.scatter(held, [-place] * len(held), s=14, color="#2B313A", marker="s", linewidths=0)
    axes.set_yticks([-place for place in range(len(choices))], [label for label, _, _ in choices], fontsize=7.5)
    axes.set_ylim(-len(choices) + 0.4, 0.6)
    axes.set_xticks([])


def _choices(table: pd.DataFrame, lang: str) -> list[tuple[str, str, str]]:
    """Label, kind and value of every choice that differs between specifications, in the order asked."""
    found = []
    for kind in ("outcome", "lever", "sample"):
        values = list(dict.fromkeys(table[kind]))
        if len(values) > 1:
            found += [
                (say(f"figure.curve.{kind}", lang, name=_name(kind, value, lang)), kind, value) for value in values
            ]
    for kind in ("controls", "effects"):
        values = list(dict.fromkeys(name for held in table[kind] for name in held))
        differing = [name for name in values if not all(name in held for held in table[kind])]
        found += [(say(f"figure.curve.{kind}", lang, name=model_label(name, lang)), kind, name) for name in differing]
    return found


def _name(kind: str, value: str, lang: str) -> str:
    return (value or say("figure.curve.all_rows", lang)) if kind == "sample" else model_label(value, lang)


def _holds(row: Any, kind: str, value: str) -> bool:
    held = getattr(row, kind)
    return value in held if isinstance(held, tuple) else held == value


def _words(curve: Curve, fitted: pd.DataFrame, lang: str) -> dict[str, object]:
    return {
        "all": len(curve.table),
        "fitted": len(fitted),
        "failed": len(curve.failures),
        "levers": say("report.list_mark", lang).join(
            model_label(name, lang) for name in dict.fromkeys(fitted["lever"])
        ),
        "low": significant(fitted["estimate"].min(), lang),
        "median": significant(fitted["estimate"].median(), lang),
        "high": significant(fitted["estimate"].max(), lang),
        "apart": sum(map(excludes_zero, fitted.itertuples())),
    }


def _table(curve: Curve, lang: str) -> Fragment:
    mark = say("report.list_mark", lang)
    rows = []
    for row in curve.table.itertuples():
        chosen = [model_label(name, lang) for name in (*row.controls, *row.effects)]
        failed = curve.failures.get(row.number)
        figures = (
            [failed.sentence(lang), "—", "—"]
            if failed
            else [significant(row.estimate, lang), interval_in_words(row, lang), str(int(row.rows))]
        )
        choice = [model_label(row.outcome, lang), model_label(row.lever, lang), mark.join(chosen) or "—"]
        rows.append([str(row.number), *choice, row.sample or "—", *figures])
    names = ("number", "outcome", "lever", "held", "sample", "estimate", "interval", "rows")
    headings = [say(f"column.{name}", lang) for name in names]
    table = html_table(say("figure.curve.table", lang), headings, rows, numeric=(5, 6, 7))
    notes = curve.notes(lang)
    html = Markup('<p class="note">{}</p>').format(" ".join(notes))
    return joined(table, Fragment(str(html), "\n".join(notes)))
