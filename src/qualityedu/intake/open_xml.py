"""Workbooks of the kinds .xlsx and .xlsm: values by a fast reader, the rest from the XML of each sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.parsers.expat import ExpatError
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from qualityedu.errors import Problem
from qualityedu.intake.archive import DAMAGE, opened_archive, parsed
from qualityedu.intake.limits import Limits
from qualityedu.intake.marks import Seen, seen_in
from qualityedu.intake.sheet import Sheet, Unreadable

__all__ = ["open_xml_sheets", "percent_text"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Percent formats that need not be written out, by their number.
_BUILT_IN_PERCENT = ("9", "10")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def open_xml_sheets(content: bytes, name: str, lang: str, limits: Limits) -> tuple[list[Sheet], list[Problem]]:
    """The sheets, and a note where there are macros. Raises Unreadable with the reason and the remedy."""
    try:
        with opened_archive(content, name, limits) as archive:
            macros = any(part.lower().endswith("vbaproject.bin") for part in archive.namelist())
            seen = _seen(archive, name, limits)
        sheets = list(_sheets(content, seen, lang))
    except (*DAMAGE, CalamineError, ExpatError):
        raise Unreadable("damaged_workbook", name) from None
    return sheets, [Problem("macros", name, level="note", sheet=name)] if macros else []


def percent_text(value: float) -> str:
    """A number as a cell in percent format shows it, with all its digits: 0.953 is 95.3%."""
    shown = Decimal(repr(value)) * 100
    return f"{shown.normalize():f}%"


def _sheets(content: bytes, seen: dict[str, Seen], lang: str) -> Iterator[Sheet]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for found in workbook.sheets_metadata:
        if found.typ != SheetTypeEnum.WorkSheet:
            continue
        rows: list[list[Any]] = workbook.get_sheet_by_name(found.name).to_python(skip_empty_area=False)
        marked = seen.get(found.name, Seen())
        for row, column in marked.percents:
            if row < len(rows) and column < len(rows[row]) and isinstance(value := rows[row][column], float):
                rows[row][column] = percent_text(value)
        for (row, column), fault in marked.faults.items():
            _put(rows, row, column, fault)
        yield Sheet(
            found.name,
            rows,
            lang,
            hidden=found.visible != SheetVisibleEnum.Visible,
            buried=found.visible == SheetVisibleEnum.VeryHidden,
            marks=marked.marks(),
        )


def _put(rows: list[list[Any]], row: int, column: int, cell: object) -> None:
    # A sheet whose last cells are all failed formulas is cut short by the reader.
    while len(rows) <= row:
        rows.append([])
    rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = cell


def _seen(archive: ZipFile, name: str, limits: Limits) -> dict[str, Seen]:
    percent = _percent_styles(archive)
    seen = {}
    for sheet, part in _sheet_parts(archive):
        found = seen[sheet] = seen_in(archive.read(part), percent)
        limits.refuse_rows(f"{name} {sheet}", found.rows)
        limits.refuse_cells(f"{name} {sheet}", found.rows * found.columns)
    return seen


def _sheet_parts(archive: ZipFile) -> Iterator[tuple[str, str]]:
    links = {link.get("Id"): link.get("Target", "") for link in parsed(archive.read("xl/_rels/workbook.xml.rels"))}
    for sheet in parsed(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = links.get(sheet.get(_LINK), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in part:
            yield sheet.get("name", ""), part


def _percent_styles(archive: ZipFile) -> frozenset[str]:
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = parsed(archive.read("xl/styles.xml"))
    formats = {each.get("numFmtId") for each in styles.iter(f"{_MAIN}numFmt") if _in_percent(each.get("formatCode"))}
    formats.update(_BUILT_IN_PERCENT)
    listed = styles.find(f"{_MAIN}cellXfs")
    used = [] if listed is None else list(listed)
    return frozenset(str(number) for number, each in enumerate(used) if each.get("numFmtId") in formats)


def _in_percent(code: str | None) -> bool:
    return "%" in _QUOTED.sub("", code or "")
