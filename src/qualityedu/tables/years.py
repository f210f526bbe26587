"""Year beside year: the values, what moved by more than its noise, and what calls for a look."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from qualityedu.findings.judge import decimals_of
from qualityedu.release import Release
from qualityedu.tables.fragment import Cell, Fragment, html_table, joined
from qualityedu.tables.heading import section
from qualityedu.tables.values import indicator_label, printed, unit_of
from qualityedu.text import number, say

__all__ = ["alerts", "change_in_words", "years"]


def years(released: Release, lang: str) -> Fragment:
    """The region's values year beside year, with the last change; nothing where the table holds one year.

    Under the heading stand how many changes are more than their noise, and in sentences what calls for a look.
    """
    tables = [_table(released, subject, lang) for subject in ("region", "spread")]
    if not any(each.html for each in tables):
        return Fragment("", "")
    parts = [section("years", lang), *_counted(released, lang), alerts(released, lang), *tables]
    return joined(*(part for part in parts if part.html))


def alerts(released: Release, lang: str) -> Fragment:
    """What crossed a limit, or moved away from one by more than its noise, in sentences; nothing where nothing did."""
    last = released.changes
    rows = last[last["alert"] != ""] if len(last) else last
    sentences = [_alert(row, lang) for row in rows.itertuples()]
    if not sentences:
        return Fragment("", "")
    items = Markup("\n").join(Markup("<li>{}</li>").format(sentence) for sentence in sentences)
    return Fragment(str(Markup("<ul>{}</ul>").format(items)), "\n".join(sentences))


def change_in_words(row: Any, lang: str) -> str:
    """What became of a value: rose, fell, within its noise, not to be told, or not to be compared and why."""
    if row.movement == "break":
        return say("years.break", lang, reason=row.reason[lang])
    return say(f"years.movement.{row.movement}", lang)


def _counted(released: Release, lang: str) -> list[Fragment]:
    last = released.changes
    judged = last[last["movement"].isin(["rose", "fell", "steady"])] if len(last) else last
    if judged.empty:
        return []
    moved = int((judged["movement"] != "steady").sum())
    sentence = say("years.counted", lang, count=len(judged), moved=moved, chance=number(len(judged) * 0.05, lang, 0))
    noise = say("years.noise", lang)
    html = Markup('<p>{}</p>\n<p class="note">{}</p>').format(sentence, noise)
    return [Fragment(str(html), f"{sentence}\n{noise}")]


def _alert(row: Any, lang: str) -> str:
    decimals = decimals_of(row.indicator, row.subject)
    goal = row.standard if row.status == "unmet" or row.alert != "against_plan" else row.target
    return say(
        f"years.alert.{row.alert}",
        lang,
        what=_label(row, lang),
        before=row.before,
        year=row.year,
        value_before=number(row.value_before, lang, decimals),
        value=number(row.value, lang, decimals),
        goal=number(goal, lang, decimals),
    )


def _label(row: Any, lang: str) -> str:
    label = indicator_label(row.indicator, row.stage, lang)
    return label if row.subject == "region" else say("years.spread_of", lang, what=label)


def _table(released: Release, subject: str, lang: str) -> Fragment:
    values = released.findings[released.findings["subject"] == subject]
    if subject == "spread":  # one for each indicator would be many that nobody set a limit for
        values = values[values["standard"].notna().groupby([values["indicator"], values["stage"]]).transform("any")]
    known = sorted(values.loc[values["value"].notna(), "year"].unique())
    if len(known) < 2:
        return Fragment("", "")
    last = released.changes
    changed = {} if last.empty else {
        (row.indicator, row.stage): row for row in last[last["subject"] == subject].itertuples()
    }  # fmt: skip
    rows = []
    for (indicator, stage), group in values.groupby(["indicator", "stage"], sort=False):
        if group["value"].notna().sum() > 1:
            by_year = {row.year: printed(row, lang) for row in group.itertuples()}
            cells: list[Cell] = [by_year.get(year, "—") for year in known]
            row = changed.get((indicator, stage))
            unit = unit_of(indicator, released.dataset, lang) if subject == "region" else "—"
            rows.append([indicator_label(indicator, stage, lang), *cells, *_change(row, lang), unit])
    if not rows:
        return Fragment("", "")
    names = ["change", "interval", "movement"] if changed else []
    unit_heading = [say("column.unit", lang)]
    headings = [say("column.indicator", lang), *map(str, known), *(say(f"column.{name}", lang) for name in names)]
    if not changed:
        rows = [[*row[: len(known) + 1], row[-1]] for row in rows]
    caption = say("years.caption" if subject == "region" else "years.spreads.caption", lang)
    flush = range(1, len(known) + 1 + len(names[:2]))
    return html_table(caption, headings + unit_heading, rows, numeric=flush)


def _change(row: Any, lang: str) -> list[Cell]:
    if row is None or row.change != row.change:
        return ["—", "—", "—" if row is None else change_in_words(row, lang)]
    decimals = decimals_of(row.indicator, row.subject) + 1  # a bound just below 0 is not printed as 0
    interval = "—"
    if row.lower == row.lower:
        low, high = number(row.lower, lang, decimals), number(row.upper, lang, decimals)
        interval = say("report.interval", lang, lower=low, upper=high)
    return [_signed(row.change, lang, decimals), interval, change_in_words(row, lang)]


def _signed(change: float, lang: str, decimals: int) -> str:
    shown = number(change, lang, decimals)
    return f"+{shown}" if change > 0 and shown.strip("0.,") else shown
