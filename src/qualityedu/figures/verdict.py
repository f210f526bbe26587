"""The verdict on a county as a board: every item and stage a field, coloured and marked."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from qualityedu.figures.exhibit import COLOURS, Exhibit, Section, canvas
from qualityedu.findings import CountyVerdict
from qualityedu.release import Release
from qualityedu.standards import COMPULSORY, PARTS, Regulation
from qualityedu.tables import Fragment, county_sentence, html_table, item_title, section, status_cell, title_of
from qualityedu.text import say

__all__ = ["verdict_board", "verdict_section"]

# The columns of the board; what is of both stages together, or of special schools, is in the last.
_STAGES = ("primary", "junior", COMPULSORY)
_MARKS = {"met": "✓", "unmet": "✗", "cannot_judge": "?", "withheld": "·", "not_applicable": "–", "no_standard": "–"}
# The first of these that a field holds is what the field says.
_WORST = ("unmet", "cannot_judge", "withheld", "met", "not_applicable", "no_standard")
_FILL = {"met": COLOURS["good"], "unmet": COLOURS["bad"], "cannot_judge": "#D8DCE2"}
# The groups of rows, each under its heading, in the two halves of the board.
_HALVES = (("resources", "spreads", "quality"), ("guarantee", "recognition"))


def verdict_section(released: Release, lang: str) -> Section:
    """The board of the county's verdict under its heading; empty where no regulation judges the county."""
    if released.county.regulation is None:
        return Section(())
    return Section((section("board", lang), verdict_board(released.county, lang)))


def verdict_board(verdict: CountyVerdict, lang: str) -> Exhibit:
    """Every item of a regulation by stage: met, unmet or not to be judged, by colour and by mark.

    A field that holds several lines shows the worst of them. Raises ValueError where no regulation holds.
    """
    if verdict.regulation is None:
        raise ValueError("there is no verdict to draw")
    fields = _fields(verdict.lines)
    halves = [half for groups in _HALVES if (half := _rows(verdict, groups))]
    rows = max(map(len, halves))
    with canvas(7.2, 0.6 + 0.235 * rows, columns=len(halves)) as (figure, axes):
        for panel, half in zip(axes, halves, strict=True):
            _draw(panel, fields, half, rows, verdict.regulation, lang)
    counts = pd.Series(fields).value_counts()
    words = {
        "number": verdict.regulation.number,
        "met": int(counts.get("met", 0)),
        "unmet": int(counts.get("unmet", 0)),
        "unknown": int(counts.get("cannot_judge", 0)),
        "sentence": county_sentence(verdict, lang),
    }
    caption, alt = say("figure.board", lang, **words), say("figure.board.alt", lang, **words)
    return Exhibit(figure, caption, alt, _table(fields, verdict, lang))


def _items(verdict: CountyVerdict) -> list[tuple[str, str]]:
    """Every item with its group, in the order of the regulation."""
    ordered = verdict.lines.sort_values("part", key=lambda parts: parts.map(PARTS.index), kind="stable")
    groups = {"veto": "recognition"}
    return [
        (item, "spreads" if item.startswith("spread_") else groups.get(part, part))
        for item, part in dict.fromkeys(zip(ordered["item"], ordered["part"], strict=True))
    ]


def _rows(verdict: CountyVerdict, groups: tuple[str, ...]) -> list[tuple[str, str]]:
    """The rows of a half: `("", group)` for a heading, then `(item, group)` for each of its items."""
    items = _items(verdict)
    return [
        row
        for group in groups
        for row in [("", group), *(pair for pair in items if pair[1] == group)]
        if any(of == group for _, of in items)
    ]


def _fields(lines: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What each field says, by item and column of the board."""
    columns = lines["stage"].where(lines["stage"].isin(_STAGES), COMPULSORY)
    held = lines.groupby([lines["item"], columns], sort=False)["status"].agg(set)
    return {
        (str(key[0]), str(key[1])): next(status for status in _WORST if status in found) for key, found in held.items()
    }


def _draw(
    axes: Axes,
    fields: dict[tuple[str, str], str],
    shown: list[tuple[str, str]],
    rows: int,
    regulation: Regulation,
    lang: str,
) -> None:
    for place, (item, _) in enumerate(shown):
        for column, stage in enumerate(_STAGES):
            status = fields.get((item, stage))
            if status is None:
                continue
            fill, dark = _FILL.get(status, "white"), status in ("met", "unmet")
            axes.add_patch(Rectangle((column + 0.06, place + 0.1), 0.88, 0.8, facecolor=fill, edgecolor="#B8BEC6"))
            axes.annotate(
                _MARKS[status], (column + 0.5, place + 0.52), ha="center", va="center", fontsize=8.5,
                color="white" if dark else "#2B313A",
            )  # fmt: skip
    axes.set_xlim(0, len(_STAGES))
    axes.set_ylim(rows, 0)
    axes.set_xticks([0.5, 1.5, 2.5], [say(f"board.{stage}", lang) for stage in _STAGES], fontsize=7.5)
    titles = [_title(regulation, item, lang) if item else say(f"board.{group}", lang) for item, group in shown]
    axes.set_yticks([place + 0.5 for place in range(len(shown))], titles, fontsize=7.5)
    for label, (item, _) in zip(axes.get_yticklabels(), shown, strict=True):
        label.set_fontweight("normal" if item else "bold")
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _title(regulation: Regulation, item: str, lang: str) -> str:
    """A title that fits beside its row; the whole of it is in the table."""
    spread = item.startswith("spread_")
    title = title_of(item.removeprefix("spread_"), lang) if spread else item_title(regulation, item, lang)
    most = 17 if lang == "zh" else 36
    return title if len(title) <= most else title[: most - 1] + "…"


def _table(fields: dict[tuple[str, str], str], verdict: CountyVerdict, lang: str) -> Fragment:
    assert verdict.regulation is not None
    rows = [
        [
            item_title(verdict.regulation, item, lang),
            *(status_cell(fields[item, stage], lang) if (item, stage) in fields else "" for stage in _STAGES),
        ]
        for item, _ in _items(verdict)
    ]
    headings = [say("column.item", lang), *(say(f"board.{stage}", lang) for stage in _STAGES)]
    return html_table(say("figure.board.table", lang), headings, rows)
