"""The report as a workbook: every table on a sheet of its own with numbers that can be counted with."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from qualityedu.fonts import shown
from qualityedu.render.document import Cell, Document, Figure, Heading, Paragraph, Run, Table, plain, texts
from qualityedu.render.numbers import read_number
from qualityedu.render.widths import ems
from qualityedu.text import say

__all__ = ["spreadsheet_bytes"]

# No text of ours or of the data is ever read as a formula, a link or a number.
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
# A workbook must name a moment at which it was made; the clock says nothing about the report.
_THEN = datetime(1980, 1, 1)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\'\u0000-\u001f]")
_LONGEST_NAME = 31
_WIDEST, _NARROWEST, _TEXT = 60.0, 8.0, 72.0
# So many characters of Excel's are one em.
_PER_EM = 1.85


@dataclass(frozen=True)
class _Sheet:
    name: str
    table: Table
    section: str
    figure: Figure | None


def spreadsheet_bytes(document: Document, facts: Mapping[str, Any]) -> bytes:
    """The report as .xlsx: a list of contents, the text, then a sheet for each table, in order of reading.

    A number stands in its cell as a number, with the value and the format in which the other formats print it. Text
    that begins with = + - or @ stays text. The table behind a figure has the figure's caption and its description.
    """
    held = io.BytesIO()
    sheets = list(_sheets(document))
    with xlsxwriter.Workbook(held, _OPTIONS) as book:
        book.set_properties(
            {
                "title": shown(document.title),
                "author": "qualityedu",
                "subject": shown(str(facts.get("dataset", ""))),
                "keywords": str(facts.get("id", "")),
                "created": _THEN,
            }
        )
        looks = _Looks(book)
        _write_contents(book.add_worksheet(say("sheet.contents", document.lang)), document, facts, sheets, looks)
        _write_text(book.add_worksheet(say("sheet.text", document.lang)), document, looks)
        for sheet in sheets:
            _write_table(book.add_worksheet(sheet.name), sheet, document, facts, looks)
    return held.getvalue()


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        """The format with these properties, as xlsxwriter names them."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **properties})
        return self._made[key]


def _sheets(document: Document) -> Iterator[_Sheet]:
    section, figure, used = "", None, set[str]()
    names = {say("sheet.contents", document.lang).casefold(), say("sheet.text", document.lang).casefold()}
    for block in document.blocks:
        if isinstance(block, Heading):
            section = plain(block.words)
        elif isinstance(block, Figure):
            figure = block
            continue
        elif isinstance(block, Table):
            number = len(used) + 1
            name = _name(f"{number} {plain(block.caption) or section}")
            assert name.casefold() not in names
            used.add(name)
            yield _Sheet(name, block, section, figure)
        figure = None


def _name(wanted: str) -> str:
    """A name that a sheet may have; the number at its beginning makes it the only one of its kind."""
    return _NOT_IN_NAMES.sub(" ", wanted)[:_LONGEST_NAME].strip()


def _write_contents(
    page: Worksheet, document: Document, facts: Mapping[str, Any], sheets: list[_Sheet], looks: _Looks
) -> None:
    lang = document.lang
    _set_page(page, document, landscape=True)
    for column, width in enumerate((34, 70, 40)):
        page.set_column(column, column, width)
    page.write_string(0, 0, shown(document.title), looks(bold=True, font_size=14))
    line = 1
    for sentence in _facts(facts, lang):
        page.write_string(line, 0, sentence, looks(font_color="#4A525C"))
        line += 1
    line += 1
    for column, key in enumerate(("sheet", "table", "section")):
        page.write_string(line, column, say(f"sheet.column.{key}", lang), looks(bold=True, bottom=1))
    page.freeze_panes(line + 1, 0)
    for position, sheet in enumerate(sheets, start=line + 1):
        page.write_url(position, 0, f"internal:'{sheet.name}'!A1", looks(font_color="#005A8C", underline=1), sheet.name)
        page.write_string(position, 1, plain(sheet.table.caption), looks(text_wrap=True))
        page.write_string(position, 2, sheet.section, looks(text_wrap=True))


def _facts(facts: Mapping[str, Any], lang: str) -> list[str]:
    said = [say("render.synthetic", lang)] if facts.get("synthetic") else []
    for key in ("dataset", "source", "licence", "id"):
        if facts.get(key):
            said.append(say(f"sheet.{key}", lang, value=shown(str(facts[key]))))
    return said


def _write_text(page: Worksheet, document: Document, looks: _Looks) -> None:
    _set_page(page, document, landscape=False)
    page.set_column(0, 0, _TEXT)
    line = 0
    for block in (*document.blocks, Paragraph((Run(document.footer),), "note")):
        if isinstance(block, Table):
            continue
        heading = isinstance(block, Heading)
        look = looks(text_wrap=True, bold=heading, font_size=13 if heading else 11)
        for text in texts(block):
            if text:
                page.write_string(line, 0, text, look)
                page.set_row(line, _height(text, _TEXT, 17 if heading else 15))
                line += 1


def _write_table(page: Worksheet, sheet: _Sheet, document: Document, facts: Mapping[str, Any], looks: _Looks) -> None:
    table, lang = sheet.table, document.lang
    _set_page(page, document, landscape=table.width > 4)
    page.write_string(0, 0, plain(table.caption), looks(bold=True, font_size=12))
    start = 2
    widths = _widths(table)
    for row, cells in enumerate(table.rows, start=start):
        _write_row(page, row, cells, widths, looks, head=row < start + len(table.head))
    page.freeze_panes(start + len(table.head), 1)
    if table.head:
        page.repeat_rows(start + len(table.head) - 1)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    line = start + len(table.rows) + 1
    about = [say("sheet.section", lang, value=sheet.section)] if sheet.section else []
    if sheet.figure:
        about += [
            say("sheet.figure", lang, value=plain(sheet.figure.caption)),
            say("sheet.alt", lang, value=sheet.figure.alt),
        ]
    look = looks(font_color="#4A525C", text_wrap=True)
    for sentence in (*about, *_facts(facts, lang)):
        page.set_row(line, _height(sentence, sum(widths), 15))
        if len(widths) > 1:
            page.merge_range(line, 0, line, len(widths) - 1, "", look)
        page.write_string(line, 0, sentence, look)
        line += 1


def _write_row(
    page: Worksheet, row: int, cells: tuple[Cell, ...], widths: list[float], looks: _Looks, *, head: bool
) -> None:
    page.set_row(row, max(_height(cell.text, width, 15) for cell, width in zip(cells, widths, strict=False)))
    column = 0
    for cell in cells:
        look: dict[str, Any] = {"text_wrap": True, "align": "right" if cell.number else "left"}
        if column and not cell.number:
            look["indent"] = 1
        if head:
            look |= {"bold": True, "bottom": 1, "valign": "bottom"}
        printed = read_number(cell.text) if cell.number and not head else None
        if printed:
            page.write_number(row, column, printed.value, looks(**look, num_format=printed.format))
        else:
            page.write_string(row, column, cell.text, looks(**look))
        column += cell.columns


def _widths(table: Table) -> list[float]:
    """The width of each column in characters of Excel, of which a Chinese character is two."""
    found = [_NARROWEST] * table.width
    for row in table.rows:
        column = 0
        for cell in row:
            if cell.columns == 1:
                found[column] = max(found[column], min(_WIDEST, _PER_EM * ems(cell.text) + 3))
            column += cell.columns
    return found


def _height(text: str, width: float, line: float) -> float:
    """The height of a row, in points, in which this text is whole; Excel allows 409."""
    return min(409.0, line * max(1, ceil(_PER_EM * ems(text) / max(1.0, width - 2))))


def _set_page(page: Worksheet, document: Document, *, landscape: bool) -> None:
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    if landscape:
        page.set_landscape()
    # An ampersand begins a code in a footer.
    page.set_footer(f"&L{shown(document.title).replace('&', '&&')[:180]}&R&P / &N")
