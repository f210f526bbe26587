"""A file opened so that a copy of it can be marked: with its formulas and looks, or its values where it has none."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from qualityedu.errors import RequestError
from qualityedu.intake.sheet import Unreadable
from qualityedu.intake.workbook import file_sheets

__all__ = ["Opened", "open_for_marking"]

_WITH_FORMULAS, _WITH_VALUES = (".xlsx", ".xlsm"), (".xls", ".et", ".ods")
_TEXTS = (".csv", ".tsv", ".txt", ".parquet")
# Not <formula1> of a validation.
_FORMULA = re.compile(rb"<f[ />]")
_LEFT_BEHIND = {"macros": "vbaProject", "drawings": "xl/drawings/drawing"}


@dataclass(frozen=True)
class Opened:
    """A workbook in memory, the number that a person sees on its first row, and what was left behind."""

    book: Workbook
    first_row: int = 1
    left_behind: tuple[str, ...] = ()


def open_for_marking(source: Path, lang: str) -> Opened:
    """The file as a workbook in memory. Raises RequestError where it is of another kind or cannot be opened."""
    suffix = source.suffix.lower()
    try:
        if suffix in _WITH_FORMULAS:
            return _with_formulas(source)
        if suffix in _WITH_VALUES:
            return _with_values(source)
        if suffix in _TEXTS:
            return _of_text(source, lang)
    except Unreadable:
        raise RequestError("cannot_mark", path=source.name) from None
    except (BadZipFile, CalamineError, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise RequestError("cannot_copy", path=source.name) from error
    raise RequestError("cannot_copy", path=source.name)


def _with_formulas(source: Path) -> Opened:
    with ZipFile(source) as archive:
        parts = archive.namelist()
        calculated = any(
            _FORMULA.search(archive.read(each)) for each in parts if each.startswith("xl/worksheets/sheet")
        )
    left_behind = [name for name, part in _LEFT_BEHIND.items() if any(part in each for each in parts)]
    with warnings.catch_warnings():
        # What openpyxl does not know it leaves out; that is said to the office in our own words.
        warnings.simplefilter("ignore")
        book = load_workbook(source, rich_text=True)
    book.template = False
    # The results of formulas are worked out anew by the program that opens the copy.
    return Opened(book, left_behind=(*left_behind, "results") if calculated else tuple(left_behind))


def _with_values(source: Path) -> Opened:
    found = CalamineWorkbook.from_path(source)
    book = _empty()
    for name in found.sheet_names:
        _fill(book.create_sheet(name[:31]), found.get_sheet_by_name(name).to_python(skip_empty_area=False))
    return Opened(book)


def _of_text(source: Path, lang: str) -> Opened:
    sheets, _ = file_sheets(source, lang)
    book = _empty()
    for number, sheet in enumerate(sheets):
        _fill(book.create_sheet(_title(sheet.name) or f"{number + 1}"), sheet.rows)
    return Opened(book, first_row=sheets[0].first)


def _title(name: str) -> str:
    return "".join(character for character in Path(name).stem if character not in "[]:*?/\\'")[:31]


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _fill(sheet: Worksheet, rows: object) -> None:
    for row, cells in enumerate(rows, start=1):  # type: ignore[arg-type, var-annotated]
        for column, value in enumerate(cells, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                # A text stays a text, whatever it begins with; what no workbook can hold is left out.
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"
                cell.number_format = "@"
            else:
                cell.value = (
                    value if isinstance(value, (bool, int, float)) or hasattr(value, "isoformat") else str(value)
                )
