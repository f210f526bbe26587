"""Where the regions stand on a model, region by region."""

from __future__ import annotations

from matplotlib.axes import Axes

from qualityedu.figures.coefficients import excludes_zero
from qualityedu.figures.exhibit import COLOURS, Exhibit, canvas
from qualityedu.models import RegionalModel
from qualityedu.tables import standings, title_of
from qualityedu.text import number, say

__all__ = ["residuals_by_region"]

_GREY = "#8A929C"


def residuals_by_region(model: RegionalModel, lang: str) -> Exhibit | None:
    """The mean residual of each region with its 95 % interval, a row each in the order of their codes.

    The package ships no boundaries of regions and so draws no map. A residual is no measure of merit, which is why the
    order is that of the codes. Regions without a figure that may be shown are only in the table. None where no region
    has one.
    """
    shown = model.standings[model.standings["residual"].notna()].reset_index(drop=True)
    if shown.empty:
        return None
    with canvas(7.2, 1.1 + 0.24 * len(shown)) as (figure, (axes,)):
        _draw(axes, shown.to_dict("index"))
        axes.set_yticks([-place for place in shown.index], [str(name) for name in shown["region_name"]], fontsize=8)
        axes.set_ylim(-len(shown) + 0.4, 0.6)
        axes.set_xlabel(say("figure.residuals.axis", lang, outcome=title_of(model.fit.outcome, lang)), fontsize=8.5)
    known = shown[shown["lower"].notna()]
    low, high = shown.loc[shown["residual"].idxmin()], shown.loc[shown["residual"].idxmax()]
    words = {
        "outcome": title_of(model.fit.outcome, lang),
        "regions": len(shown),
        "apart": sum(map(excludes_zero, known.itertuples())),
        "without": len(model.standings) - len(shown),
        "lowest": number(low["residual"], lang, 2),
        "lowest_region": low["region_name"],
        "highest": number(high["residual"], lang, 2),
        "highest_region": high["region_name"],
    }
    return Exhibit(
        figure,
        say("figure.residuals", lang, **words),
        say("figure.residuals.alt", lang, **words),
        standings(model, lang),
    )


def _draw(axes: Axes, rows: dict[int, dict[str, float]]) -> None:
    for place, row in rows.items():
        apart = row["lower"] > 0 or row["upper"] < 0
        colour = COLOURS["good"] if apart else _GREY
        if row["lower"] == row["lower"]:
            axes.plot([row["lower"], row["upper"]], [-place, -place], color=colour, linewidth=1.6, zorder=2)
        face = colour if apart else "white"
        axes.plot(row["residual"], -place, marker="o", color=colour, markerfacecolor=face, markersize=6, zorder=3)
    axes.axvline(0, color="#2B313A", linewidth=1.0)
