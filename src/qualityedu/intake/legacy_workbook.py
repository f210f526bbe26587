"""Workbooks of the kind .xls, and those of other programs that write the same (WPS .et)."""

from __future__ import annotations

import io
import struct
from datetime import datetime
from typing import Any

from qualityedu.errors import Problem
from qualityedu.intake.limits import Limits
from qualityedu.intake.open_xml import percent_text
from qualityedu.intake.sheet import FormulaFault, Marks, Merged, Sheet, Unreadable

__all__ = ["legacy_sheets"]

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
_HIDDEN, _BURIED = 1, 2
# The reader checks little: a file that was cut off fails in any of these ways.
_CUT_OFF = (struct.error, AssertionError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def legacy_sheets(content: bytes, name: str, lang: str, limits: Limits) -> tuple[list[Sheet], list[Problem]]:
    """The sheets, and a note where there are macros. Raises Unreadable with the reason and the remedy."""
    if _ENCRYPTED_PACKAGE in content:
        raise Unreadable("password", name)
    book = _opened(content, name)
    sheets = []
    for page in book.sheets():
        limits.refuse_rows(f"{name} {page.name}", page.nrows)
        limits.refuse_cells(f"{name} {page.name}", page.nrows * page.ncols)
        rows = [[_cell(book, page, row, column) for column in range(page.row_len(row))] for row in range(page.nrows)]
        hidden = page.visibility in (_HIDDEN, _BURIED)
        sheets.append(
            Sheet(page.name, rows, lang, hidden=hidden, buried=page.visibility == _BURIED, marks=_marks(page))
        )
    return sheets, [Problem("macros", name, level="note", sheet=name)] if _MACROS in content else []


def _opened(content: bytes, name: str) -> Any:
    import xlrd

    try:
        return xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        raise Unreadable("password" if "ncrypted" in str(error) else "old_workbook", name) from None
    except (xlrd.compdoc.CompDocError, *_CUT_OFF):
        # WPS has used .et for more than one kind of file; what is none that is known may be whole all the same.
        key = "old_workbook" if name.lower().endswith(".et") else "damaged_workbook"
        raise Unreadable(key, name) from None


def _cell(book: Any, page: Any, row: int, column: int) -> object:
    import xlrd

    kind, value = page.cell_type(row, column), page.cell_value(row, column)
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if kind == xlrd.XL_CELL_ERROR:
        return FormulaFault(xlrd.error_text_from_code.get(value, "#N/A"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_DATE:
        return _date(book, value)
    if kind == xlrd.XL_CELL_NUMBER and _in_percent(book, page, row, column):
        return percent_text(value)
    return value


def _date(book: Any, value: float) -> object:
    import xlrd

    try:
        moment: datetime = xlrd.xldate_as_datetime(value, book.datemode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return value
    return moment


def _in_percent(book: Any, page: Any, row: int, column: int) -> bool:
    style = book.xf_list[page.cell_xf_index(row, column)]
    shown = book.format_map.get(style.format_key)
    return shown is not None and "%" in shown.format_str


def _marks(page: Any) -> Marks:
    return Marks(
        tuple(Merged(top, left, bottom - 1, right - 1) for top, bottom, left, right in page.merged_cells),
        frozenset(row for row, said in page.rowinfo_map.items() if said.hidden),
        frozenset(column for column, said in page.colinfo_map.items() if said.hidden),
    )
