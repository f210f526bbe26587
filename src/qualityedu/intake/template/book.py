"""The workbook that an office fills in: written so that what it asks for is what is read."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path

import xlsxwriter

from qualityedu.errors import RequestError
from qualityedu.intake.template.pages import write_codes, write_dictionary, write_example, write_instructions
from qualityedu.intake.template.sheets import (
    LANGUAGE_CHOICES,
    META_SHEET,
    TEMPLATE_VERSION,
    Form,
    forms,
    sheet_name,
)
from qualityedu.intake.template.to_fill import Formats, write_form

__all__ = ["headings_hash", "write_template"]

_ENDINGS = (".xlsx",)


def write_template(into: str | Path, *, lang: str = "zh", year: int, force: bool = False) -> Path:
    """Write an empty workbook for the figures of one school year, and give back its path.

    `lang` is `zh`, `en` or `both`: the language of its sheets, hints and lists; the headings stand in both in any
    case, and the codes are the same. `year` is the one in which the school year begins; it goes into the example and
    the instructions. The same arguments give the same bytes.

    Sheets: instructions, three to fill (schools, county, survey), dictionary, code lists, example, and one that is
    hidden and says which template this is. Raises RequestError for another ending than .xlsx, an unknown language,
    a file that is there already (unless `force`) and a folder that cannot be written to.
    """
    path = Path(into)
    if path.suffix.lower() not in _ENDINGS:
        raise RequestError("template_ending", path=path.name)
    if lang not in LANGUAGE_CHOICES:
        raise RequestError("unknown_language", seen=lang, known=", ".join(LANGUAGE_CHOICES))
    if path.exists() and not force:
        raise RequestError("template_exists", path=path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".qualityedu-") as folder:
            aside = Path(folder, path.name)
            _write(str(aside), lang, year)
            aside.replace(path)
    except OSError as error:
        raise RequestError("no_place", path=path.name) from error
    return path


def _write(path: str, lang: str, year: int) -> None:
    # Whatever is typed stays what it is: no text becomes a formula, a link or a number.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"title": sheet_name("schools", lang), "created": datetime(2026, 1, 1)})
    formats = Formats(book)
    write_instructions(book, formats, lang, year)
    for form in forms():
        write_form(book, formats, form, lang)
    write_dictionary(book, formats, lang)
    write_codes(book, formats, lang)
    write_example(book, formats, lang, year)
    _write_meta(book, lang, year)
    book.worksheets()[1].activate()
    book.close()


def _write_meta(book: xlsxwriter.Workbook, lang: str, year: int) -> None:
    sheet = book.add_worksheet(META_SHEET)
    facts = {"template": "qualityedu", "version": str(TEMPLATE_VERSION), "language": lang, "year": str(year),
             "headings": headings_hash(forms())}  # fmt: skip
    for row, (name, value) in enumerate(facts.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()


def headings_hash(of: tuple[Form, ...]) -> str:
    """A hash of all codes in their order, the same in every language."""
    codes = "\n".join(f"{form.id}.{column.name}" for form in of for column in form.columns)
    return hashlib.sha256(codes.encode()).hexdigest()[:16]
