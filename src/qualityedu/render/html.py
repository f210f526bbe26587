"""An executed notebook as one HTML file that opens anywhere, asks the network for nothing and prints on A4."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup
from nbformat import NotebookNode

from qualityedu.fonts import lacking, shown
from qualityedu.text import say

__all__ = ["html_page", "pieces_of", "render_html"]

# Cells with these tags are for whoever works on the notebook, not for the reader of the report.
NOT_SHOWN = {"parameters", "injected-parameters", "setup", "reviewer"}

_TAGS = {
    *(
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "a",
        "strong",
        "em",
        "small",
        "sub",
        "sup",
    ),
    *("header", "section", "figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "*": {"class", "id", "lang", "role"},
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan"},
    "th": {"scope", "colspan"},
}
_BESIDE = re.compile(r"#?[\w%.~-]+(/[\w%.~-]+)*")
# The section that the contents follow, as `tables.brief` names it.
_BRIEF = '<h2 id="brief">'
_LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}


def render_html(notebook: NotebookNode, *, title: str, lang: str) -> str:
    """The shown outputs of an executed notebook in our own page, in the order of its cells.

    `title` is the page's title, `lang` its language. Only what cells display as HTML is taken, cleaned by an
    allow-list; printed text, warnings and code are not.
    """
    return html_page(pieces_of(notebook, lang), title=title, lang=lang, contents=True, clean=False)


def pieces_of(notebook: NotebookNode, lang: str) -> list[str]:
    """What the cells of an executed notebook show as HTML, in order, cleaned; the one source of all formats.

    Characters that the fonts inside lack are replaced by their numbers, and the last piece then says so.
    """
    raw = [
        output.data["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code" and not NOT_SHOWN & set(cell.metadata.get("tags", []))
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result") and "text/html" in output.data
    ]
    pieces = [_cleaned(piece) for piece in raw if piece.strip()]
    if rare := sorted(set().union(*map(lacking, pieces))):
        note = say("render.rare", lang, example=shown(rare[0]), count=len(rare))
        pieces.append(str(Markup('<p class="note" role="note">{}</p>').format(note)))
    return [shown(piece) for piece in pieces]


def html_page(
    pieces: list[str], *, title: str, lang: str, footer: str = "", contents: bool = False, clean: bool = True
) -> str:
    """Pieces of HTML in our own page, each a section, cleaned by an allow-list; `footer` replaces that of a report.

    `contents` puts links to the headings of the second order before the first of them, but after what is in brief.
    `clean` is false only for pieces that `pieces_of` has cleaned.
    """
    marked = [_with_wide_tables(_cleaned(piece) if clean else piece, number) for number, piece in enumerate(pieces)]
    headings: list[tuple[str, str]] = []
    if contents:
        marked = [_with_anchors(piece, headings) for piece in marked]
    brief = next((place for place, piece in enumerate(marked) if '<h2 id="' in piece and _BRIEF not in piece), 0)
    return _template().render(
        pieces=[Markup(piece) for piece in marked],
        headings=[(anchor, Markup(heading)) for anchor, heading in headings],
        before=brief,
        contents=say("render.contents", lang),
        skip=say("render.skip", lang),
        title=shown(title),
        lang=_LANGUAGE_TAGS[lang],
        style=Markup(files("qualityedu.render").joinpath("page.css").read_text(encoding="utf-8")),
        footer=footer or say("report.footer", lang, version=version("qualityedu")),
    )


def _with_wide_tables(piece: str, number: int) -> str:
    # A table that is wider than a small screen is moved within a frame of its own, by keyboard, too; the frame has
    # the name of the table.
    count = iter(range(1, piece.count("<table") + 1))

    def framed(found: re.Match[str]) -> str:
        name = f"table-{number + 1}-{next(count)}"
        caption = f'<caption id="{name}">' if found["caption"] else ""
        label = f' aria-labelledby="{name}"' if caption else ""
        return f'<div class="wide" role="group" tabindex="0"{label}>{found["table"]}{caption}'

    opened = re.sub(r"(?P<table><table[^>]*>\s*)(?P<caption><caption>)?", framed, piece)
    return opened.replace("</table>", "</table></div>")


def _with_anchors(piece: str, headings: list[tuple[str, str]]) -> str:
    def anchored(found: re.Match[str]) -> str:
        anchor = found["anchor"] or f"part-{len(headings) + 1}"
        headings.append((anchor, re.sub(r"<[^>]*>", "", found["words"])))
        return f'<h2 id="{anchor}">{found["words"]}</h2>'

    return re.sub(r'<h2(?: id="(?P<anchor>[^"]*)")?>(?P<words>.*?)</h2>', anchored, piece, flags=re.DOTALL)


def _cleaned(piece: str) -> str:
    return nh3.clean(
        piece, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_kept, url_schemes={"data"}, link_rel=None
    )


def _kept(_: str, attribute: str, value: str) -> str | None:
    # A picture is inside the page; a link leads to a file beside it. `//host` and `\\\\host` ask the network, too.
    if attribute == "src":
        return value if value.startswith("data:image/") else None
    if attribute == "href":
        return value if _BESIDE.fullmatch(value) else None
    return value


@lru_cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader("qualityedu", "render"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.jinja")
