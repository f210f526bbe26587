"""Cleaned HTML → the report as nouns. The one reading from which Word, PDF and Excel are written."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from qualityedu.render.document import (
    Block,
    Card,
    Cards,
    Cell,
    Document,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Run,
    Table,
    Words,
    plain,
)

__all__ = ["read_document"]

_VOID = {"img", "br", "hr", "wbr"}
# An ideographic space is meant, all other white space in HTML is one space.
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SVG = "data:image/svg+xml;base64,"


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list[_Element | str] = field(default_factory=list)

    @property
    def role(self) -> str:
        return self.attributes.get("class", "")

    def elements(self, *tags: str) -> Iterator[_Element]:
        """The elements of these tags in and under this one, in order."""
        for child in self.children:
            if isinstance(child, _Element):
                if child.tag in tags:
                    yield child
                yield from child.elements(*tags)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_document(pieces: Sequence[str], *, title: str, lang: str, footer: str = "") -> Document:
    """The report that these pieces of cleaned HTML make, in order.

    What is not known as a block is read for the blocks in it; text that stands in no block is a paragraph, so that
    nothing is lost.
    """
    blocks = tuple(block for piece in pieces for block in _blocks(_tree(piece)))
    return Document(title, lang, blocks, footer)


def _tree(piece: str) -> _Element:
    builder = _Builder()
    builder.feed(piece)
    builder.close()
    return builder.open[0]


def _blocks(element: _Element) -> Iterator[Block]:
    loose: list[_Element | str] = []
    for child in element.children:
        if isinstance(child, str) or child.tag in _INLINE:
            loose.append(child)
            continue
        yield from _loose(loose)
        loose = []
        yield from _block(child)
    yield from _loose(loose)


def _block(element: _Element) -> Iterator[Block]:
    match element.tag:
        case "h1" | "h2" | "h3" | "h4":
            yield Heading(int(element.tag[1]), _words(element), element.attributes.get("id", ""))
        case "p":
            yield Paragraph(_words(element), element.role)
        case "ul" | "ol":
            items = tuple(_words(item) for item in element.elements("li"))
            yield Listing(items, ordered=element.tag == "ol")
        case "dl":
            yield Cards(tuple(_cards(element)))
        case "table":
            yield _table(element)
        case "figure":
            yield from _figure(element)
        case _:
            yield from _blocks(element)


def _loose(pieces: Sequence[_Element | str]) -> Iterator[Paragraph]:
    words = _trimmed(_runs(pieces, Run("")))
    if plain(words).strip():
        yield Paragraph(words)


def _cards(element: _Element) -> Iterator[Card]:
    names, values = list(element.elements("dt")), list(element.elements("dd"))
    for name, value in zip(names, values, strict=True):
        strong = next(iter(value.elements("strong")), None)
        remark = [child for child in value.children if child is not strong]
        yield Card(
            plain(_words(name)),
            plain(_words(strong if strong else value)),
            plain(_trimmed(_runs(remark, Run("")))) if strong else "",
        )


def _table(element: _Element) -> Table:
    caption = next(iter(element.elements("caption")), None)
    heads = {id(row) for head in element.elements("thead") for row in head.elements("tr")}
    rows = [(id(row) in heads, tuple(map(_cell, row.elements("th", "td")))) for row in element.elements("tr")]
    return Table(
        _words(caption) if caption else (),
        tuple(row for head, row in rows if head),
        tuple(row for head, row in rows if not head),
    )


def _cell(element: _Element) -> Cell:
    return Cell(
        _words(element),
        heads=element.tag == "th",
        number="number" in element.role.split(),
        columns=int(element.attributes.get("colspan") or 1),
    )


def _figure(element: _Element) -> Iterator[Block]:
    captions = [_words(caption) for caption in element.elements("figcaption")]
    caption = captions[0] if captions else ()
    for image in element.elements("img"):
        source = image.attributes.get("src", "")
        if source.startswith(_SVG):
            svg = base64.b64decode(source.removeprefix(_SVG))
            yield Figure(svg, _SPACES.sub(" ", image.attributes.get("alt", "")), caption)
        elif plain(caption):
            yield Paragraph(caption, "note")


_INLINE = {"span", "a", "strong", "em", "small", "sub", "sup", "br"}


def _words(element: _Element) -> Words:
    return _trimmed(_runs(element.children, Run("")))


def _runs(pieces: Sequence[_Element | str], manner: Run) -> Iterator[Run]:
    for piece in pieces:
        if isinstance(piece, str):
            if text := _SPACES.sub(" ", piece):
                yield _like(manner, text)
        elif piece.tag == "br":
            yield _like(manner, " ")
        else:
            yield from _runs(piece.children, _inside(piece, manner))


def _like(manner: Run, text: str) -> Run:
    return replace(manner, text=text)


def _inside(element: _Element, manner: Run) -> Run:
    return Run(
        "",
        strong=manner.strong or element.tag == "strong",
        emphasis=manner.emphasis or element.tag == "em",
        position=element.tag if element.tag in ("sub", "sup") else manner.position,
        role=element.role or manner.role,
        lang=element.attributes.get("lang", manner.lang),
        target=_target(element) or manner.target,
    )


def _target(element: _Element) -> str:
    href = element.attributes.get("href", "")
    return href[1:] if element.tag == "a" and href.startswith("#") else ""


def _trimmed(runs: Iterator[Run]) -> Words:
    kept: list[Run] = []
    for run in runs:
        text = run.text.lstrip(" ") if not kept or kept[-1].text.endswith(" ") else run.text
        if text:
            kept.append(_like(run, text))
    while kept and not (last := kept[-1].text.rstrip(" ")):
        kept.pop()
    if kept:
        kept[-1] = _like(kept[-1], last)
    return tuple(kept)
