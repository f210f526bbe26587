"""From a file or data frame to sheets of raw cells. Nothing is interpreted here."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import narwhals as nw
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from qualityedu.intake.formulas import formula_faults
from qualityedu.intake.sheet import Sheet, Unreadable
from qualityedu.intake.text_file import text_sheet
from qualityedu.text import say

__all__ = ["LARGEST_FILE", "LARGEST_RATIO", "LARGEST_UNPACKED", "file_sheets", "frame_sheet"]

# A county's workbook is under 1 MB; these stop a file that was made to fill the memory before it is unpacked.
LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 200_000_000
LARGEST_RATIO = 100

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOKS, _OLD_WORKBOOKS = (".xlsx", ".xlsm"), (".xls", ".et", ".ods")
_TEXTS = (".csv", ".tsv", ".txt")


def file_sheets(path: Path, lang: str) -> tuple[list[Sheet], str | None]:
    """The sheets of a file, and for a text file its encoding. Raises Unreadable with the reason and the remedy."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("empty_file", path.name)
    if size > LARGEST_FILE:
        raise Unreadable("too_large", path.name, size=size // 1_000_000, limit=LARGEST_FILE // 1_000_000)
    content, suffix = path.read_bytes(), path.suffix.lower()
    if suffix in _WORKBOOKS:
        return _workbook_sheets(content, path.name, lang), None
    if suffix in _OLD_WORKBOOKS:
        raise Unreadable("old_workbook" if content.startswith((_OLE, _ZIP)) else "not_a_workbook", path.name)
    if suffix == ".parquet":
        return [_parquet_sheet(content, path.name, lang)], None
    if suffix not in _TEXTS:
        raise Unreadable("unknown_kind", path.name, suffix=path.suffix or path.name)
    if content.startswith((_ZIP, _OLE)):
        raise Unreadable("workbook_named_as_text", path.name)
    sheet, encoding = text_sheet(content, path.name, lang)
    return [sheet], encoding


def frame_sheet(frame: Any, lang: str, name: str = "") -> Sheet:
    """A data frame as a sheet: its column names are row 0, its first row is row 1.

    Any eager frame that Narwhals knows; raises TypeError for anything else. A named index becomes columns.
    """
    table = frame if isinstance(frame, pd.DataFrame) else nw.from_native(frame, eager_only=True).to_pandas()
    if any(label is not None for label in table.index.names):
        table = table.reset_index()
    loose = table.astype(object)
    columns = [each.where(each.notna(), None).tolist() for _, each in loose.items()]
    rows: list[list[object]] = [[str(label) for label in table.columns], *map(list, zip(*columns, strict=True))]
    return Sheet(name or say("intake.frame", lang), rows, lang, first=0, grid=False, headed=True)


def _parquet_sheet(content: bytes, name: str, lang: str) -> Sheet:
    try:
        frame = pd.read_parquet(io.BytesIO(content))
    except (OSError, ValueError, KeyError, NotImplementedError):
        raise Unreadable("damaged_parquet", name) from None
    return frame_sheet(frame, lang, name)


def _workbook_sheets(content: bytes, name: str, lang: str) -> list[Sheet]:
    if content.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise Unreadable("password" if encrypted else "old_workbook", name)
    if not content.startswith(b"PK"):
        raise Unreadable("not_a_workbook", name)
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, len(content), name)
            faults = formula_faults(archive)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for found in workbook.sheets_metadata:
            if found.typ != SheetTypeEnum.WorkSheet:
                continue
            rows: list[list[Any]] = workbook.get_sheet_by_name(found.name).to_python(skip_empty_area=False)
            for (row, column), fault in faults.get(found.name, {}).items():
                _put(rows, row, column, fault)
            sheets.append(Sheet(found.name, rows, lang, hidden=found.visible != SheetVisibleEnum.Visible))
    except (BadZipFile, CalamineError, ParseError, KeyError, EOFError, zlib.error, NotImplementedError, RuntimeError):
        raise Unreadable("damaged_workbook", name) from None
    return sheets


def _refuse_bomb(archive: ZipFile, packed: int, name: str) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > LARGEST_UNPACKED or unpacked > packed * LARGEST_RATIO:
        raise Unreadable("too_large", name, size=unpacked // 1_000_000, limit=LARGEST_UNPACKED // 1_000_000)
    # The sizes in the directory are only a claim: a part that is longer than it says fails its check sum here.
    if archive.testzip() is not None:
        raise BadZipFile


def _put(rows: list[list[Any]], row: int, column: int, cell: object) -> None:
    # A sheet whose last cells are all failed formulas is cut short by the reader.
    while len(rows) <= row:
        rows.append([])
    rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = cell
