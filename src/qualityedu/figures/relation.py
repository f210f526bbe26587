"""Inputs against an outcome: the fitted line, all regions, and one of them marked."""

from __future__ import annotations

from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes

from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas, grey_dots
from qualityedu.models import RegionalModel
from qualityedu.tables import coefficients, model_label, title_of
from qualityedu.text import say, significant

__all__ = ["relations"]


# More names than this cover each other.
MOST_LABELS = 4


def relations(model: RegionalModel, lang: str, region: str | None = None) -> Exhibit:
    """Each input of a model against the outcome, the others held at their means; `region` is marked.

    A dot is a unit where a unit's outcome may be shown, else the mean of a region. The line is the fitted one,
    the band around it what the 95 % interval of its slope allows.
    """
    terms = list(model.points)
    with canvas(7.2, 3.1, columns=len(terms), sharey=True) as (figure, axes):
        for panel, term in zip(axes, terms, strict=True):
            _draw(panel, model, term, region, lang)
        axes[0].set_ylabel(title_of(model.fit.outcome, lang))
    slopes = model.fit.table.set_index("term")
    said = [
        say(
            "figure.relations.slope",
            lang,
            input=model_label(term, lang),
            estimate=significant(slopes.loc[term, "estimate"], lang),
            lower=significant(slopes.loc[term, "lower"], lang),
            upper=significant(slopes.loc[term, "upper"], lang),
        )
        for term in terms
    ]
    words = {
        "outcome": title_of(model.fit.outcome, lang),
        "rows": model.fit.rows,
        "dots": len(model.points[terms[0]]),
        "slopes": " ".join(said),
    }
    key = "figure.relations.units" if model.by_unit else "figure.relations.regions"
    caption = say(key, lang, **words)
    if region is not None:
        caption = say("figure.relations.marked", lang, caption=caption)
    return Exhibit(figure, caption, say("figure.relations.alt", lang, **words), coefficients(model, lang))


def _draw(axes: Axes, model: RegionalModel, term: str, region: str | None, lang: str) -> None:
    points = model.points[term]
    own = points["region"] == region
    grey_dots(axes, points.loc[~own, "x"], points.loc[~own, "adjusted"], size=16, colour="#AEB5BF")
    axes.scatter(points.loc[own, "x"], points.loc[own, "adjusted"], s=44, marker="D", color=COLOURS["bad"], zorder=4)
    _draw_line(axes, model, term)
    for row in points[own].itertuples() if own.sum() <= MOST_LABELS else ():
        axes.annotate(
            str(row.label), (row.x, row.adjusted), xytext=(5, 4), textcoords="offset points", fontsize=7.5, zorder=5
        )
    axes.set_xlabel("\n".join(wrap(model_label(term, lang), 16 if lang == "zh" else 34)), fontsize=8.5)


def _draw_line(axes: Axes, model: RegionalModel, term: str) -> None:
    row = model.fit.table.set_index("term").loc[term]
    design = model.fit.result.model
    centre_x = float(np.asarray(design.exog)[:, design.exog_names.index(term)].mean())
    centre_y = float(np.asarray(design.endog).mean())
    ends = np.array([model.points[term]["x"].min(), model.points[term]["x"].max()])
    ends = np.sort(np.append(ends, centre_x))
    axes.plot(ends, centre_y + row["estimate"] * (ends - centre_x), color=COLOURS["good"], linewidth=1.8, zorder=3)
    if not np.isfinite(row[["lower", "upper"]].astype(float)).all():
        return  # an interval that is open on a side has no band
    edges = [centre_y + row[side] * (ends - centre_x) for side in ("lower", "upper")]
    axes.fill_between(ends, np.minimum(*edges), np.maximum(*edges), color=COLOURS["good"], alpha=0.12, linewidth=0)
