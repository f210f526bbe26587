"""The page that links all reports of a run, with the status and headline of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup, escape

from qualityedu.render import html_page
from qualityedu.report.batch import Made
from qualityedu.tables import Fragment, html_table
from qualityedu.text import number, say

__all__ = ["write_index"]


def write_index(made: Sequence[Made], *, into: Path, lang: str) -> Path:
    """Write `into/index.html`: one table for each data set and year, in the order made, and return its path."""
    pieces = [_head(made, lang).html]
    groups: dict[tuple[str, object], list[Made]] = {}
    for each in made:
        groups.setdefault((each.job.dataset.title[lang], each.job.request.parameters.get("year", "")), []).append(each)
    pieces += [_table(title, year, group, into, lang).html for (title, year), group in groups.items()]
    page = into / "index.html"
    aside = page.with_suffix(".html.new")
    aside.write_text(html_page(pieces, title=say("index.title", lang), lang=lang), encoding="utf-8", newline="\n")
    aside.replace(page)
    return page


def _head(made: Sequence[Made], lang: str) -> Fragment:
    counts = {status: sum(each.status == status for each in made) for status in ("made", "failed", "too_few")}
    lead = say("index.lead", lang, made=counts["made"], failed=counts["failed"], skipped=counts["too_few"])
    synthetic = say("report.synthetic", lang) if any(each.job.dataset.synthetic for each in made) else ""
    title = say("index.title", lang)
    html = Markup('<header><h1>{}</h1><p class="under">{}</p></header>').format(title, lead)
    return Fragment(str(html), "\n".join([title, lead, synthetic]))


def _table(title: str, year: object, group: list[Made], into: Path, lang: str) -> Fragment:
    rows = [[_link(each, into), _headline(each), _status(each, lang), number(each.seconds, lang, 1)] for each in group]
    headings = [say(f"column.{name}", lang) for name in ("report", "headline", "made", "seconds")]
    heading = Markup("<h2>{}</h2>").format(title)
    table = html_table(say("index.caption", lang, dataset=title, year=year), headings, rows, numeric=(3,))
    warning = say("report.synthetic", lang) if group[0].job.dataset.synthetic else ""
    note = Markup('<p class="synthetic" role="note">{}</p>').format(warning) if warning else Markup("")
    return Fragment(str(heading + note) + table.html, table.text)


def _link(made: Made, into: Path) -> Markup:
    if made.folder is None:
        return escape(made.job.name)
    target = quote((made.folder / "share" / "report.html").relative_to(into).as_posix())
    return Markup('<a href="{}">{}</a>').format(target, made.job.name)


def _headline(made: Made) -> Markup:
    if not made.headline:
        return Markup("—")
    first, rest = made.headline[0], made.headline[1:]
    return Markup('{}<p class="note">{}</p>').format(first, " · ".join(rest))


def _status(made: Made, lang: str) -> Markup:
    words = say(f"index.status.{made.status}", lang, reason=made.reason)
    return Markup('<span class="{}">{}</span>').format("" if made.reason else "status", words)
