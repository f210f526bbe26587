"""A report as nouns: what it says, in order, without a word on how a format sets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

__all__ = [
    "Block",
    "Card",
    "Cards",
    "Cell",
    "Document",
    "Figure",
    "Heading",
    "Listing",
    "Paragraph",
    "Run",
    "Table",
    "Words",
    "plain",
    "texts",
]


@dataclass(frozen=True)
class Run:
    """A stretch of text in one manner.

    `role` holds the classes of the element that it stood in, as `status unmet`; `target` is the anchor of the heading
    that it leads to.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    position: str = ""
    role: str = ""
    lang: str = ""
    target: str = ""


Words = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; `level` 1 is the title of the report, `anchor` the name by which others lead to it."""

    level: int
    words: Words
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `role` says what it is for: `under`, `lead`, `note`, `synthetic`, `verdict met`, or nothing."""

    words: Words
    role: str = ""


@dataclass(frozen=True)
class Listing:
    """A list, numbered where `ordered`."""

    items: tuple[Words, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Card:
    """One of the numbers that matter: its name, the number, and a remark."""

    name: str
    value: str
    remark: str


@dataclass(frozen=True)
class Cards:
    """The numbers that matter, side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Cell:
    """One cell. `heads` where it is a heading of its row or column, `number` where it is set flush right."""

    words: Words
    heads: bool = False
    number: bool = False
    columns: int = 1

    @property
    def text(self) -> str:
        """What the cell says."""
        return plain(self.words)


@dataclass(frozen=True)
class Table:
    """A table: its caption, the rows of its head and those of its body."""

    caption: Words
    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return max(sum(cell.columns for cell in row) for row in (*self.head, *self.body))

    @cached_property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The head and the body in one."""
        return (*self.head, *self.body)


@dataclass(frozen=True)
class Figure:
    """A picture as SVG whose letters are outlines, in words (`alt`), and its caption."""

    svg: bytes = field(repr=False)
    alt: str
    caption: Words


Block = Heading | Paragraph | Listing | Cards | Table | Figure


@dataclass(frozen=True)
class Document:
    """A report: `title` and `lang` are those of the file, `footer` its last line."""

    title: str
    lang: str
    blocks: tuple[Block, ...]
    footer: str = ""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The pictures, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


def plain(words: Words) -> str:
    """The text of some runs without their manner."""
    return "".join(run.text for run in words)


def texts(block: Block) -> Iterator[str]:
    """Everything that a block says, piece by piece, in the order of reading."""
    match block:
        case Heading(words=words) | Paragraph(words=words):
            yield plain(words)
        case Listing(items=items):
            yield from map(plain, items)
        case Cards(cards=cards):
            for card in cards:
                yield from (card.name, card.value, card.remark)
        case Figure(alt=alt, caption=caption):
            yield from (alt, plain(caption))
        case Table(caption=caption):
            yield plain(caption)
            yield from (cell.text for row in block.rows for cell in row)
