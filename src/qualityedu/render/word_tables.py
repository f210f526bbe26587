"""Tables as WordprocessingML: editable, their heads repeated on each page, their rows whole."""

from __future__ import annotations

from html import escape

from docx.oxml.ns import nsdecls

from qualityedu.render.document import Cards, Cell, Run, Table, plain
from qualityedu.render.widths import Layout, ems
from qualityedu.render.word_text import runs_xml

__all__ = ["cards_xml", "table_xml"]

_LINES = (
    '<w:tblBorders><w:top w:val="single" w:sz="8" w:color="4A525C"/>'
    '<w:bottom w:val="single" w:sz="8" w:color="4A525C"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="D5DAE1"/></w:tblBorders>'
)
_UNDER_HEAD = '<w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="4A525C"/></w:tcBorders>'
# A row with more text than this may be broken between pages.
_LONG = 600


def table_xml(table: Table, layout: Layout, style: str) -> str:
    """A table in the widths of `layout`; `style` is the id of the style of its cells."""
    head = "".join(_row(row, layout, style, head=True, last=row is table.head[-1]) for row in table.head)
    body = "".join(_row(row, layout, style) for row in table.body)
    return _table(plain(table.caption), layout, head + body)


def cards_xml(cards: Cards, width: float, style: str, strong: str) -> str:
    """The numbers that matter as a table of one column each: its name as head, the number, the remark."""
    needs = [max(6.0, ems(card.value)) for card in cards.cards]
    layout = Layout(0.0, tuple(width * need / sum(needs) for need in needs), False)
    rows = [
        _row([Cell((Run(card.name),), heads=True) for card in cards.cards], layout, style, head=True, last=False),
        _row([Cell((Run(card.value),)) for card in cards.cards], layout, strong),
        _row([Cell((Run(card.remark),)) for card in cards.cards], layout, style),
    ]
    return _table("", layout, "".join(rows))


def _table(caption: str, layout: Layout, rows: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in layout.widths)
    said = f'<w:tblCaption w:val="{escape(caption)}"/>' if caption else ""
    look = '<w:tblLook w:val="04A0" w:firstRow="1" w:firstColumn="1" w:noVBand="1"/>'
    margins = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="140" w:type="dxa"/></w:tblCellMar>'
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_twips(sum(layout.widths))}" w:type="dxa"/>{_LINES}'
        f'<w:tblLayout w:type="fixed"/>{margins}{look}{said}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(
    row: tuple[Cell, ...] | list[Cell], layout: Layout, style: str, *, head: bool = False, last: bool = True
) -> str:
    whole = "<w:cantSplit/>" if sum(len(cell.text) for cell in row) < _LONG else ""
    cells, position = [], 0
    for cell in row:
        width = sum(layout.widths[position : position + cell.columns])
        cells.append(_cell(cell, width, style, layout.size, head=head, line=head and last))
        position += cell.columns
    return f"<w:tr><w:trPr>{whole}{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(cell: Cell, width: float, style: str, size: float, *, head: bool, line: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    place = '<w:vAlign w:val="bottom"/>' if head else ""
    side = '<w:jc w:val="right"/>' if cell.number else ""
    keep = "<w:keepNext/>" if head else ""
    text = runs_xml(cell.words, bold=head, size=size)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{span}{_UNDER_HEAD if line else ""}{place}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{escape(style)}"/>{keep}<w:spacing w:before="30" w:after="30"/>{side}</w:pPr>'
        f"{text}</w:p></w:tc>"
    )


def _twips(points: float) -> int:
    return round(20 * points)
