"""The page that links all reports of a folder, with the status and headline of each, and the same for programs.

Nothing here depends on the clock or on who was first: the same reports give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from qualityedu.render import html_page
from qualityedu.report.record import RECORD
from qualityedu.report.supervise import Made
from qualityedu.tables import Fragment, html_table, safe_csv
from qualityedu.text import say

__all__ = ["write_index"]

_FORMATS = {"html": "HTML", "docx": "Word", "pdf": "PDF", "xlsx": "Excel"}
_FIELDS = ("dataset", "year", "notebook", "region", "lang", "name", "status", "headline", "reason", "folder")
_MOST_LINES = 3

# A page of a thousand rows wants a search; whoever forbids scripts has the page without it, and the browser's own.
_SCRIPT = """
(function () {
  var rows = document.querySelectorAll("tbody tr");
  var box = document.createElement("input"), label = document.createElement("label");
  var count = document.createElement("output");
  box.type = "search"; box.id = "search"; label.htmlFor = "search"; label.textContent = WORDS.label + " ";
  count.setAttribute("aria-live", "polite");
  box.addEventListener("input", function () {
    var words = box.value.toLowerCase().split(/\\s+/), shown = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      row.hidden = !words.every(function (word) { return text.indexOf(word) !== -1; });
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = " " + shown + " / " + rows.length;
  });
  var place = document.createElement("p");
  place.append(label, box, count);
  document.querySelector("header").append(place);
})();
"""


def write_index(made: Sequence[Made], *, into: Path, lang: str) -> Path:
    """Write `index.html`, `index.json` and `index.csv` into a folder and return the path of the page.

    One table for each data set and year, regions in the order of their codes, then what is about all of them. Reports
    of earlier runs that are still there stay listed. Where the page is open in a program that holds it, it is written
    as `index.new.html`.
    """
    entries = sorted([*(_entry(each, into, lang) for each in made), *_earlier(made, into, lang)], key=_order)
    totals = {name: sum(each["status"] == name for each in entries) for name in sorted({e["status"] for e in entries})}
    held = {"totals": totals, "reports": entries}
    _replace(into / "index.json", json.dumps(held, ensure_ascii=False, indent=1) + "\n")
    rows = [{**each, "headline": "\n".join(each["headline"]), "folder": each["folder"] or ""} for each in entries]
    _replace(into / "index.csv", safe_csv(list(_FIELDS), [{name: row[name] for name in _FIELDS} for row in rows]))
    return _replace(into / "index.html", _page(entries, lang))


def _entry(made: Made, into: Path, lang: str) -> dict[str, Any]:
    job = made.job
    parameters = job.request.parameters
    share = made.folder / "share" if made.folder else None
    return {
        "dataset": job.dataset.id,
        "title": job.dataset.title[lang],
        "synthetic": job.dataset.synthetic,
        "year": parameters.get("year", ""),
        "notebook": job.request.name,
        "region": str(parameters.get("region", "")),
        "lang": job.request.lang,
        "name": job.name,
        "status": "made" if made.status in ("rendered", "kept") else made.status,
        "headline": list(made.headline),
        "reason": made.reason,
        "notes": [each.sentence(lang) for each in made.notes],
        "folder": made.folder.relative_to(into).as_posix() if made.folder else None,
        "formats": [name for name in _FORMATS if share and (share / f"report.{name}").is_file()],
    }


def _earlier(made: Sequence[Made], into: Path, lang: str) -> Iterable[dict[str, Any]]:
    """What the last index listed and this run was not about, where it is still there."""
    now = {_asked(_entry(each, into, lang)) for each in made}
    try:
        found = json.loads((into / "index.json").read_text(encoding="utf-8"))["reports"]
        return [
            each
            for each in found
            if each["folder"]
            and _asked(each) not in now
            and (into / each["folder"] / RECORD).is_file()
            and _order(each)
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _asked(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(entry[name]) for name in ("dataset", "year", "notebook", "region", "lang"))


def _order(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry["dataset"], str(entry["year"]), not entry["region"], entry["region"], entry["notebook"], entry["lang"]


def _page(entries: list[dict[str, Any]], lang: str) -> str:
    pieces = [_head(entries, lang)]
    groups: dict[tuple[str, object], list[dict[str, Any]]] = {}
    for each in entries:
        groups.setdefault((each["title"], each["year"]), []).append(each)
    pieces += [_table(title, year, group, lang).html for (title, year), group in groups.items()]
    return _with_search(html_page(pieces, title=say("index.title", lang), lang=lang), lang)


def _with_search(page: str, lang: str) -> str:
    words = json.dumps({"label": say("batch.index.search", lang)}, ensure_ascii=False)
    script = f"var WORDS = {words};{_SCRIPT}"
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = "default-src 'none';"
    if policy not in page or "</body>" not in page:
        return page
    page = page.replace(policy, f"{policy} script-src 'sha256-{allowed}';", 1)
    head, _, tail = page.rpartition("</body>")
    return f"{head}<script>{script}</script>\n</body>{tail}"


def _head(entries: list[dict[str, Any]], lang: str) -> str:
    counts = {name: sum(each["status"] == name for each in entries) for name in {each["status"] for each in entries}}
    good = counts.get("made", 0) + counts.get("partial", 0)
    few = counts.get("too_few", 0)
    lead = say("index.lead", lang, made=good, failed=len(entries) - good - few, skipped=few)
    html = Markup('<header><h1>{}</h1><p class="under">{}</p>').format(say("index.title", lang), lead)
    if stopped := counts.get("stopped", 0):
        html += Markup('<p class="synthetic" role="note">{}</p>').format(
            say("batch.index.stopped", lang, count=stopped)
        )
    return str(html + Markup("</header>"))


def _table(title: str, year: object, group: list[dict[str, Any]], lang: str) -> Fragment:
    rows = [[_link(each), _headline(each), _status(each, lang), _files(each)] for each in group]
    headings = [say(name, lang) for name in ("column.report", "column.headline", "column.made", "batch.index.files")]
    heading = Markup("<h2>{}</h2>").format(title)
    table = html_table(say("index.caption", lang, dataset=title, year=year), headings, rows)
    warning = say("report.synthetic", lang) if group[0]["synthetic"] else ""
    note = Markup('<p class="synthetic" role="note">{}</p>').format(warning) if warning else Markup("")
    return Fragment(str(heading + note) + table.html, table.text)


def _link(entry: Mapping[str, Any]) -> Markup:
    if not entry["folder"] or not entry["formats"]:
        return escape(entry["name"])
    return Markup('<a href="{}">{}</a>').format(_target(entry, entry["formats"][0]), entry["name"])


def _files(entry: Mapping[str, Any]) -> Markup:
    links = [Markup('<a href="{}">{}</a>').format(_target(entry, name), _FORMATS[name]) for name in entry["formats"]]
    return Markup(" · ").join(links) or Markup("—")


def _target(entry: Mapping[str, Any], name: str) -> str:
    return quote(f"{entry['folder']}/share/report.{name}")


def _headline(entry: Mapping[str, Any]) -> Markup:
    if not entry["headline"]:
        return Markup("—")
    first, *rest = entry["headline"]
    return Markup('{}<p class="note">{}</p>').format(first, " · ".join(rest))


def _status(entry: Mapping[str, Any], lang: str) -> Markup:
    lines = str(entry["reason"]).splitlines()
    reason = " / ".join(lines[:_MOST_LINES]) + (" …" if len(lines) > _MOST_LINES else "")
    status = entry["status"]
    short = status in ("made", "failed", "too_few")
    said = say(f"index.status.{status}" if short else f"batch.status.{status}", lang, reason=reason)
    words = Markup('<span class="{}">{}</span>').format("" if reason else "status", said)
    return words + Markup("").join(Markup('<p class="note">{}</p>').format(note) for note in entry["notes"])


def _replace(place: Path, text: str) -> Path:
    aside = place.with_name(f".{place.name}.new")
    aside.write_text(text, encoding="utf-8", newline="")
    try:
        aside.replace(place)
    except PermissionError:  # under Windows, a file that is open in Excel cannot be replaced
        place = place.with_name(f"{place.stem}.new{place.suffix}")
        aside.replace(place)
    return place
