"""A quality outcome and an exam outcome against the same levers, and the difference."""

from __future__ import annotations

from textwrap import wrap
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes

from qualityedu.figures.coefficients import draw_interval, interval_in_words
from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas
from qualityedu.models import Contrast
from qualityedu.tables import Fragment, html_table, joined, model_label
from qualityedu.text import number, say, significant

__all__ = ["contrast_plot"]

_ROWS = (("quality", "o", "quality"), ("exam", "s", "bad"), ("difference", "D", "good"))


def contrast_plot(found: Contrast, lang: str) -> Exhibit:
    """For each lever, in a panel of its own, its coefficient in both equations and the difference of the two.

    All are in standard deviations of the outcome per unit of the lever, with 95 % intervals; a hollow mark is one
    whose interval holds 0.
    """
    levers = list(found.table["lever"])
    parts = {lever: _parts(found, lever) for lever in levers}
    with canvas(7.2, 2.3, columns=len(levers), sharey=True) as (figure, axes):
        for panel, lever in zip(axes, levers, strict=True):
            _draw(panel, parts[lever], lever, len(levers), lang)
        titles = [_outcome(found, "quality", lang), _outcome(found, "exam", lang), say("column.difference", lang)]
        width = 12 if lang == "zh" else 24
        axes[0].set_yticks([0, -1, -2], ["\n".join(wrap(title, width)) for title in titles], fontsize=8.5)
        axes[0].set_ylim(-2.5, 0.5)
    words = {
        "quality": _outcome(found, "quality", lang),
        "exam": _outcome(found, "exam", lang),
        "rows": found.rows,
        "differences": "; ".join(_said(row, lang) for row in found.table.itertuples()),
    }
    return Exhibit(
        figure, say("figure.contrast", lang, **words), say("figure.contrast.alt", lang, **words), _table(found, lang)
    )


def _parts(found: Contrast, lever: str) -> dict[str, Any]:
    row = next(each for each in found.table.itertuples() if each.lever == lever)
    sides = {
        name: next(each for each in fitted.table.itertuples() if each.term == lever)
        for name, fitted in (("quality", found.quality), ("exam", found.exam))
    }
    difference = SimpleNamespace(
        estimate=row.difference, lower=row.lower, upper=row.upper, standard_error=row.standard_error
    )
    return {**sides, "difference": difference}


def _draw(axes: Axes, parts: dict[str, Any], lever: str, levers: int, lang: str) -> None:
    for place, (name, marker, colour) in enumerate(_ROWS):
        draw_interval(axes, parts[name], -place, COLOURS[colour], marker=marker)
    axes.axvline(0, color="#2B313A", linewidth=1.0)
    width = (48 if lang == "en" else 24) // levers
    axes.set_xlabel("\n".join(wrap(model_label(lever, lang), max(width, 10))), fontsize=8.5)
    axes.locator_params(axis="x", nbins=4)


def _outcome(found: Contrast, side: str, lang: str) -> str:
    outcome = found.reference.set_index("orientation").loc[side, "outcome"]
    return model_label(str(outcome), lang)


def _said(row: Any, lang: str) -> str:
    return say(
        "figure.contrast.one", lang, lever=model_label(row.lever, lang), difference=significant(row.difference, lang),
        interval=interval_in_words(row, lang),
    )  # fmt: skip


def _table(found: Contrast, lang: str) -> Fragment:
    rows = []
    for row in found.table.itertuples():
        parts = _parts(found, row.lever)
        cells = [
            say(
                "figure.contrast.cell",
                lang,
                estimate=significant(each.estimate, lang),
                interval=interval_in_words(each, lang),
            )
            for each in parts.values()
        ]
        p_value = number(row.p_holm, lang, 3) if row.p_holm >= 0.0005 else "<0.001"
        rows.append([model_label(row.lever, lang), *cells, p_value, significant(row.detectable, lang)])
    names = ("lever", "quality_side", "exam_side", "difference", "p_holm", "detectable")
    headings = [say(f"column.{name}", lang) for name in names]
    table = html_table(say("figure.contrast.table", lang), headings, rows, numeric=range(1, 6))
    notes = list(dict.fromkeys(found.notes(lang, lambda name: model_label(name, lang))))
    html = Markup('<p class="note">{}</p>').format(" ".join(notes))
    return joined(table, Fragment(str(html), "\n".join(notes)))
