"""A sheet to fill: three rows of headings that stay in sight, and below them cells that say what belongs there."""

from __future__ import annotations

from functools import cached_property

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from qualityedu.columns import Column
from qualityedu.intake.template.sheets import FIRST_ROW, Form, heading_of, sheet_name
from qualityedu.intake.template.validation import validation_of
from qualityedu.text import say

__all__ = ["ROWS_TO_FILL", "Formats", "height_of", "write_form", "write_headings"]

# A large county has a few hundred schools, each with a row for every stage.
ROWS_TO_FILL = 2000

_WIDTHS = {"code": 14, "text": 20, "choice": 12, "year": 9}
_WIDTH = 13
# Points of a line of text.
_LINE = 15
_A3 = 8


class Formats:
    """The looks of cells, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book

    @cached_property
    def heading(self) -> Format:
        """The Chinese label."""
        return self._of(bold=True, bg_color="#DCE6F1")

    @cached_property
    def required(self) -> Format:
        """The label of a column that no row may leave blank."""
        return self._of(bold=True, bg_color="#1F4E79", font_color="#FFFFFF")

    @cached_property
    def second(self) -> Format:
        """The English label."""
        return self._of(bg_color="#DCE6F1", font_size=9)

    @cached_property
    def code(self) -> Format:
        """The machine code, in grey."""
        return self._of(font_color="#7F7F7F", bg_color="#F2F2F2", font_size=8)

    @cached_property
    def input(self) -> Format:
        """A cell to fill."""
        return self._book.add_format({"locked": False})

    @cached_property
    def input_text(self) -> Format:
        """A cell to fill whose digits are kept as they are typed."""
        return self._book.add_format({"locked": False, "num_format": "@"})

    @cached_property
    def wrapped(self) -> Format:
        """Running text."""
        return self._book.add_format({"text_wrap": True, "valign": "top"})

    @cached_property
    def title(self) -> Format:
        """The title of a page."""
        return self._book.add_format({"bold": True, "font_size": 14})

    @cached_property
    def doubtful(self) -> Format:
        """A part that is larger than its whole."""
        return self._book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True})

    def of_input(self, column: Column) -> Format:
        """How the cells of a column look."""
        return self.input_text if column.kind in ("code", "text") else self.input

    def _of(self, **looks: object) -> Format:
        return self._book.add_format({"text_wrap": True, "valign": "vcenter", "align": "center", "border": 1, **looks})


def write_form(book: xlsxwriter.Workbook, formats: Formats, form: Form, lang: str) -> None:
    """One sheet to fill: headings locked without a password, everything below open and validated."""
    sheet = book.add_worksheet(sheet_name(form.id, lang))
    write_headings(sheet, formats, form)
    last = FIRST_ROW + ROWS_TO_FILL - 1
    names = [column.name for column in form.columns]
    for position, column in enumerate(form.columns):
        sheet.set_column(position, position, _width(column), formats.of_input(column))
        sheet.data_validation(FIRST_ROW, position, last, position, validation_of(column, lang))
        if column.at_most in names:
            _mark_parts(sheet, formats, position, names.index(column.at_most), last)
    sheet.freeze_panes(FIRST_ROW, form.kept_in_sight)
    sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True, "insert_rows": True,
                       "delete_rows": True, "sort": True, "autofilter": True})  # fmt: skip
    _set_up_print(sheet, form, lang)


def write_headings(sheet: Worksheet, formats: Formats, form: Form) -> None:
    """Chinese label, English label and machine code above each column."""
    for row, words in enumerate(_heading_rows(form)):
        sheet.set_row(
            row, max(height_of(text, _width(column)) for text, column in zip(words, form.columns, strict=True))
        )
    for position, column in enumerate(form.columns):
        sheet.write_string(
            0, position, heading_of(column, "zh"), formats.required if column.required else formats.heading
        )
        sheet.write_string(1, position, heading_of(column, "en"), formats.second)
        sheet.write_string(2, position, column.name, formats.code)


def _heading_rows(form: Form) -> tuple[list[str], ...]:
    headings = ([heading_of(column, lang) for column in form.columns] for lang in ("zh", "en"))
    return *headings, [column.name for column in form.columns]


def height_of(text: str, width: float) -> float:
    """Points for a text that is wrapped to a column's width, in characters of which a Chinese one takes two."""
    taken = sum(1 if character.isascii() else 2 for character in text)
    return _LINE * max(1, -(-taken // max(1, int(width) - 2)))


def _mark_parts(sheet: Worksheet, formats: Formats, part: int, whole: int, last: int) -> None:
    """Red where a part is larger than its whole, while it is typed."""
    of, to = (f"${xl_col_to_name(position)}{FIRST_ROW + 1}" for position in (part, whole))
    rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({of}),ISNUMBER({to}),{of}>{to})", "format": formats.doubtful}
    sheet.conditional_format(FIRST_ROW, part, last, part, rule)


def _width(column: Column) -> int:
    if column.choices and column.choices.keys() == {"yes", "no"}:
        return 22
    return _WIDTHS.get(column.kind, _WIDTH)


def _set_up_print(sheet: Worksheet, form: Form, lang: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_print_scale(65)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(0, FIRST_ROW - 1)
    # The code and the name of whatever a row is about.
    sheet.repeat_columns(form.kept_in_sight - 2, form.kept_in_sight - 1)
    sheet.set_footer(say("template.footer", "zh" if lang == "both" else lang))
