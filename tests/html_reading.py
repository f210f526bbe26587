"""HTML as a flat list of elements, for tests that ask what a reader's program would find."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One element: its attributes, the text in and under it, and the numbers of the elements it is in."""

    tag: str
    attributes: dict[str, str]
    inside: tuple[int, ...]
    text: str = ""


@dataclass
class Reading:
    """The elements in the order of their start tags, and the tags that were not closed in order."""

    elements: list[Element] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        return [each for each in self.elements if each.tag in tags]

    def under(self, element: Element, *tags: str) -> list[Element]:
        place = next(i for i, each in enumerate(self.elements) if each is element)
        return [each for each in self.all(*tags) if place in each.inside]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Reading()
        self._open: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))
        if tag not in VOID:
            self._open.append(len(self.found.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self.found.elements[self._open[-1]].tag == tag:
            self._open.pop()
        else:
            self.found.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.found.elements[place].text += data


def read_html(text: str) -> Reading:
    """The elements of a page or a piece of one."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    parser.found.crossed += [parser.found.elements[place].tag for place in parser._open]
    return parser.found


def complaints_of_tables(reading: Reading) -> list[str]:
    """What a screen reader would miss in the tables."""
    found = []
    for table in reading.all("table"):
        captions = [each.text.strip() for each in reading.under(table, "caption")]
        if len(captions) != 1 or not captions[0]:
            found.append(f"{len(captions)} captions: {table.text[:40]!r}")
        heads = reading.under(table, "th")
        found += [f"th without scope: {th.text!r}" for th in heads if th.attributes.get("scope") not in ("col", "row")]
        columns = sum(th.attributes.get("scope") == "col" for th in heads)
        for row in reading.under(table, "tr"):
            cells = len(reading.under(row, "th", "td"))
            if cells != columns:
                found.append(f"{cells} cells under {columns} headings in {captions}")
    return found
