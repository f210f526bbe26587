"""The sheets of the template that are read, not filled: instructions, dictionary, code lists, example."""

from __future__ import annotations

import xlsxwriter

from qualityedu.columns import Column
from qualityedu.indicators import catalogue
from qualityedu.intake.template.example import example_rows
from qualityedu.intake.template.sheets import FIRST_ROW, forms, heading_of, sheet_name, unit_of
from qualityedu.intake.template.to_fill import Formats, height_of, write_headings
from qualityedu.intake.template.validation import choice_words, list_name, rule_in_words
from qualityedu.text import LANGUAGES, say

__all__ = ["write_codes", "write_dictionary", "write_example", "write_instructions"]

_STEPS = ("purpose", "rows", "blank", "units", "codes", "county", "survey", "persons", "columns", "check", "mark")
_PAGE_WIDTH = 100
_DICTIONARY = ("sheet", "code", "zh", "en", "rule", "unit", "required", "at_most", "aliases", "used_by")
_DICTIONARY_WIDTHS = (18, 30, 34, 44, 50, 10, 8, 30, 50, 50)


def write_instructions(book: xlsxwriter.Workbook, formats: Formats, lang: str, year: int) -> None:
    """How to fill in the workbook, a sentence or two for each rule."""
    sheet = book.add_worksheet(sheet_name("instructions", lang))
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, _PAGE_WIDTH, formats.wrapped)
    row = 0
    for each in _languages(lang):
        sheet.write_string(row, 0, say("template.title", each, year=year, next=year + 1), formats.title)
        for number, step in enumerate(_STEPS, start=1):
            words = say(f"template.how.{step}", each, year=year)
            sheet.set_row(row + number, height_of(words, _PAGE_WIDTH) + 4)
            sheet.write_number(row + number, 0, number, formats.wrapped)
            sheet.write_string(row + number, 1, words, formats.wrapped)
        row += len(_STEPS) + 2
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def write_dictionary(book: xlsxwriter.Workbook, formats: Formats, lang: str) -> None:
    """Every column that is asked for: what belongs there, other names by which its heading is known, who uses it."""
    sheet = book.add_worksheet(sheet_name("dictionary", lang))
    spoken = "en" if lang == "en" else "zh"
    for position, (name, width) in enumerate(zip(_DICTIONARY, _DICTIONARY_WIDTHS, strict=True)):
        sheet.set_column(position, position, width, formats.wrapped)
        sheet.write_string(0, position, say(f"template.dictionary.{name}", spoken), formats.heading)
    row = 1
    for form in forms():
        labels = {column.name: column.heading(spoken) for column in form.columns}
        for column in form.columns:
            texts = _described(column, sheet_name(form.id, lang), labels, spoken)
            sheet.set_row(row, max(map(height_of, texts, _DICTIONARY_WIDTHS)))
            for position, text in enumerate(texts):
                sheet.write_string(row, position, text, formats.wrapped)
            row += 1
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _described(column: Column, sheet: str, labels: dict[str, str], lang: str) -> list[str]:
    mark = "、" if lang == "zh" else "; "
    used = [
        each.title[lang]
        for each in catalogue().values()
        if column.name.split(".")[0] in (each.id, *each.value.columns())
    ]
    return [
        sheet,
        column.name,
        heading_of(column, "zh"),
        heading_of(column, "en"),
        rule_in_words(column, lang),
        unit_of(column, lang),
        say("template.required", lang) if column.required else "",
        labels.get(column.at_most or "", ""),
        mark.join(column.aliases),
        mark.join(used),
    ]


def write_codes(book: xlsxwriter.Workbook, formats: Formats, lang: str) -> None:
    """The words that a column takes, one list beside the other, each a named range."""
    name = sheet_name("codes", lang)
    sheet = book.add_worksheet(name)
    lists = {list_name(column): column for form in forms() for column in form.columns if column.choices}
    for position, (listed, column) in enumerate(lists.items()):
        sheet.set_column(position, position, 30, formats.wrapped)
        label = say("template.yes_no", "en" if lang == "en" else "zh") if listed == "list_yes_no" else ""
        sheet.write_string(0, position, label or column.heading("en" if lang == "en" else "zh"), formats.heading)
        sheet.write_string(1, position, listed, formats.code)
        words = choice_words(column, lang)
        for row, word in enumerate(words, start=2):
            sheet.write_string(row, position, word, formats.wrapped)
        letter = xlsxwriter.utility.xl_col_to_name(position)
        book.define_name(listed, f"='{name}'!${letter}$3:${letter}${len(words) + 2}")
    sheet.freeze_panes(2, 0)


def write_example(book: xlsxwriter.Workbook, formats: Formats, lang: str, year: int) -> None:
    """Three filled-in forms under each other, of a county that does not exist."""
    sheet = book.add_worksheet(sheet_name("example", lang))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, max(len(form.columns) for form in forms()) - 1, 13)
    row = 0
    for form in forms():
        if row == 0:
            write_headings(sheet, formats, form)
        else:
            for position, column in enumerate(form.columns):
                sheet.write_string(row, position, heading_of(column, "en" if lang == "en" else "zh"), formats.heading)
        row += FIRST_ROW if row == 0 else 1
        for cells in example_rows(form, lang, year):
            for position, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(row, position, value)
                elif value is not None:
                    sheet.write_number(row, position, float(str(value)))
            row += 1
        row += 1
    sheet.freeze_panes(FIRST_ROW, 0)


def _languages(lang: str) -> tuple[str, ...]:
    return LANGUAGES if lang == "both" else (lang,)
