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

from qualityedu.text import say

__all__ = ["html_page", "render_html"]

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
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
}
_BESIDE = re.compile(r"#?[\w%.~-]+(/[\w%.~-]+)*")
_LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}


def render_html(notebook: NotebookNode, *, title: str, lang: str) -> str:
    """The shown outputs of an executed notebook in our own page, in the order of its cells.

    `title` is the page's title, `lang` its language. Only what cells display as HTML is taken, cleaned by an
    allow-list; printed text, warnings and code are not.
    """
    pieces = [
        output.data["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code" and not NOT_SHOWN & set(cell.metadata.get("tags", []))
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result") and "text/html" in output.data
    ]
    return html_page([piece for piece in pieces if piece.strip()], title=title, lang=lang)


def html_page(pieces: list[str], *, title: str, lang: str, footer: str = "") -> str:
    """Pieces of HTML in our own page, each a section, cleaned by an allow-list; `footer` replaces that of a report."""
    return _template().render(
        pieces=[Markup(_cleaned(piece)) for piece in pieces],
        title=title,
        lang=_LANGUAGE_TAGS[lang],
        style=Markup(files("qualityedu.render").joinpath("page.css").read_text(encoding="utf-8")),
        footer=footer or say("report.footer", lang, version=version("qualityedu")),
    )


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
