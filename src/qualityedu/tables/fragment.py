"""A piece of a report: HTML for a reader, plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["Cell", "Fragment", "html_table", "joined", "paragraph"]

Cell = str | Markup


@dataclass(frozen=True)
class Fragment:
    """HTML in which everything from data is escaped, and the same as plain text."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def joined(*pieces: Fragment) -> Fragment:
    """Several pieces as one."""
    return Fragment("\n".join(piece.html for piece in pieces), "\n\n".join(piece.text for piece in pieces))


def paragraph(sentence: str) -> Fragment:
    """One sentence or more as a paragraph."""
    return Fragment(str(Markup("<p>{}</p>").format(sentence)), sentence)


def html_table(
    caption: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, numeric: Sequence[int] = ()
) -> Fragment:
    """A table with a caption, column headings with scope, and each row headed by its first cell.

    `numeric` are the positions of the columns that are set flush right.
    """
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_flush(position, numeric), heading)
        for position, heading in enumerate(headings)
    )
    body = Markup("\n").join(Markup("<tr>{}</tr>").format(_row(row, numeric)) for row in rows)
    html = Markup("<table>\n<caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>").format(
        caption, head, body
    )
    lines = ["\t".join(headings), *("\t".join(Markup(escape(cell)).striptags() for cell in row) for row in rows)]
    return Fragment(str(html), "\n".join([caption, *lines]))


def _row(row: Sequence[Cell], numeric: Sequence[int]) -> Markup:
    first = Markup('<th scope="row">{}</th>').format(row[0])
    rest = (
        Markup("<td{}>{}</td>").format(_flush(position, numeric), cell)
        for position, cell in enumerate(row[1:], start=1)
    )
    return first + Markup("").join(rest)


def _flush(position: int, numeric: Sequence[int]) -> Markup:
    return Markup(' class="number"') if position in numeric else Markup("")
