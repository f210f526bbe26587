"""A picture with its caption, its numbers in words, and its table: never one without the others."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
import seaborn as sns
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from qualityedu.fonts import shown, use_fonts
from qualityedu.tables import Fragment

__all__ = ["COLOURS", "Exhibit", "Section", "canvas", "grey_dots"]

# Blue and vermilion are of Okabe and Ito (2008), the green is darker than theirs to stand out on white. Readers with
# any kind of colour blindness tell them apart, and each has a mark of its own as well.
COLOURS = {"good": "#0072B2", "bad": "#D55E00", "quality": "#007A5A"}

# As many dots can still be told apart; more would only make the file large, each being drawn by itself.
_APART = 300

_STYLE: dict[Any, Any] = {
    "axes.edgecolor": "#B8BEC6",
    "axes.labelcolor": "#2B313A",
    "axes.unicode_minus": False,
    "figure.constrained_layout.use": True,
    "font.size": 9.5,
    "grid.color": "#E6E9ED",
    "hatch.linewidth": 0.6,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "qualityedu",
    "text.color": "#2B313A",
    "text.parse_math": False,  # a name with two dollar signs is a name
    "xtick.color": "#4A525C",
    "ytick.color": "#2B313A",
}


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A figure as it stands in a report. `alt` says in words, with numbers, what the picture shows."""

    figure: Figure
    caption: str
    alt: str
    table: Fragment

    def _repr_html_(self) -> str:
        picture = base64.b64encode(_svg(self.figure)).decode()
        return str(
            Markup(
                '<figure>\n<img src="data:image/svg+xml;base64,{}" alt="{}">\n<figcaption>{}</figcaption>\n</figure>\n'
            ).format(picture, self.alt, self.caption)
            + Markup(self.table.html)
        )

    def __repr__(self) -> str:
        return "\n".join([self.caption, self.alt, self.table.text])


@dataclass(frozen=True, eq=False)
class Section:
    """A heading and what stands under it; empty where there is nothing to show."""

    pieces: tuple[Fragment | Exhibit, ...]

    def _repr_html_(self) -> str:
        return "\n".join(piece._repr_html_() for piece in self.pieces)

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.pieces))


@contextmanager
def canvas(
    width: float, height: float, *, columns: int = 1, rows: int = 1, **options: Any
) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure and its axes in the house style, drawn without pyplot so that nothing outlives it."""
    with matplotlib.rc_context(), sns.axes_style("whitegrid"):
        matplotlib.rcParams.update({**_STYLE, "font.family": [use_fonts()]})
        figure = Figure(figsize=(width, height))
        axes = list(figure.subplots(rows, columns, squeeze=False, **options).flat)
        for each in axes:
            each.spines[["top", "right"]].set_visible(False)
        yield figure, axes


def grey_dots(axes: Axes, x: Any, y: Any, *, size: float = 13, colour: str = "#C9CED6") -> None:
    """The others, behind what a picture is about. So many that they cover each other become one haze of dots."""
    if len(x) <= _APART:
        axes.scatter(x, y, linewidths=0, zorder=2, s=size, color=colour)
        return
    # Dots that are all alike: `scatter`, where each might be another, takes ten times as long over thousands.
    haze: dict[str, Any] = {"color": "#6B7682", "alpha": 0.15, "rasterized": True}
    axes.plot(x, y, "o", markersize=3, markeredgewidth=0, zorder=2, **haze)


def _svg(figure: Figure) -> bytes:
    _show(figure)
    with matplotlib.rc_context(_STYLE):
        held = io.BytesIO()
        figure.savefig(held, format="svg", dpi=200, metadata={"Date": None, "Creator": None})
        figure.set_layout_engine("none")  # laid out once; to lay out again would move everything a little
    return held.getvalue()


def _show(figure: Figure) -> None:
    """Names with characters that the font lacks are drawn as all other formats print them."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if (seen := list(map(shown, labels))) != labels:
                axis.set_ticks(axis.get_ticklocs(), seen)
    for each in figure.findobj(lambda artist: isinstance(artist, Text)):
        if isinstance(each, Text) and (drawn := shown(each.get_text())) != each.get_text():
            each.set_text(drawn)
