"""From a file, database table or data frame to sheets of raw cells. Nothing is interpreted here."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import narwhals as nw
import pandas as pd

from qualityedu.datasets import Dataset
from qualityedu.errors import Problem
from qualityedu.intake.encoding import refuse_garbled
from qualityedu.intake.legacy_workbook import legacy_sheets
from qualityedu.intake.limits import Limits, limits_in_force
from qualityedu.intake.open_document import open_document_sheets
from qualityedu.intake.open_xml import open_xml_sheets
from qualityedu.intake.sheet import Sheet, Unreadable
from qualityedu.intake.text_file import text_sheet
from qualityedu.text import say

__all__ = ["Opened", "file_sheets", "frame_sheet", "open_table"]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".et", ".ods")
_TEXTS = (".csv", ".tsv", ".txt")
_NATIVE = {"open_xml": (".xlsx", ".xlsm", ".xltx", ".xltm"), "legacy": (".xls", ".et"), "open_document": (".ods",)}
_LOCK_FILE = "~$"
_SNIFFED = 4_000


@dataclass(frozen=True)
class Opened:
    """The sheets of a source, the encoding of a text file, and what was noticed of the file as such."""

    sheets: list[Sheet]
    encoding: str | None = None
    problems: tuple[Problem, ...] = ()


def open_table(dataset: Dataset, lang: str, limits: Limits | None = None) -> Opened:
    """What a data set's file or database table holds.

    Raises Unreadable with the reason and the remedy, and RequestError or ToolMissing where a database cannot be had.
    """
    limits = limits or limits_in_force()
    if dataset.url:
        from qualityedu.intake.database import database_sheet

        opened = Opened([database_sheet(dataset, lang, limits)])
    else:
        opened = _opened_file(dataset.table, lang, limits)
    refuse_garbled(opened.sheets)
    return opened


def file_sheets(path: Path, lang: str) -> tuple[list[Sheet], str | None]:
    """The sheets of a file, and for a text file its encoding. Raises Unreadable with the reason and the remedy."""
    opened = _opened_file(path, lang, limits_in_force())
    return opened.sheets, opened.encoding


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


def _opened_file(path: Path, lang: str, limits: Limits) -> Opened:
    name, suffix = path.name, path.suffix.lower()
    content = _content(path, limits)
    if suffix in _WORKBOOKS:
        return _opened_workbook(content, name, suffix, lang, limits)
    if suffix == ".parquet":
        return Opened([_parquet_sheet(content, name, lang, limits)])
    if suffix not in _TEXTS:
        raise Unreadable("unknown_kind", name, suffix=path.suffix or name)
    if content.startswith((_ZIP, _OLE)):
        raise Unreadable("workbook_named_as_text", name)
    if _markup(content) == "web_page_inside":
        raise Unreadable("web_page_inside", name)
    sheet, encoding, repairs = text_sheet(content, name, lang, limits)
    return Opened([sheet], encoding, tuple(repairs))


def _content(path: Path, limits: Limits) -> bytes:
    if path.name.startswith(_LOCK_FILE):
        raise Unreadable("lock_file", path.name, wanted=path.name.removeprefix(_LOCK_FILE))
    try:
        size = path.stat().st_size
        if size == 0:
            raise Unreadable("empty_file", path.name)
        if size > limits.megabytes * 1_000_000:
            raise Unreadable("too_large", path.name, size=size // 1_000_000, limit=limits.megabytes)
        return path.read_bytes()
    except PermissionError:
        raise Unreadable("file_locked", path.name) from None


def _opened_workbook(content: bytes, name: str, suffix: str, lang: str, limits: Limits) -> Opened:
    kind = _kind(content, name)
    problems: list[Problem] = []
    if kind == "open_xml":
        sheets, problems = open_xml_sheets(content, name, lang, limits)
    elif kind == "legacy":
        sheets, problems = legacy_sheets(content, name, lang, limits)
    else:
        sheets = open_document_sheets(content, name, lang, limits)
    if suffix not in _NATIVE[kind]:
        problems.append(Problem("named_otherwise", name, {"kind": _NATIVE[kind][0]}, "note", name))
    return Opened(sheets, None, tuple(problems))


def _kind(content: bytes, name: str) -> str:
    """Which reader a workbook needs, by what is in it and not by its name."""
    if content.startswith(_OLE):
        return "legacy"
    if not content.startswith(b"PK"):
        raise Unreadable(_not_a_workbook(content), name)
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except BadZipFile:
        raise Unreadable("damaged_workbook", name) from None
    if "xl/workbook.xml" in parts:
        return "open_xml"
    if "content.xml" in parts and "mimetype" in parts:
        return "open_document"
    raise Unreadable("old_workbook" if "xl/workbook.bin" in parts else "damaged_workbook", name)


def _not_a_workbook(content: bytes) -> str:
    if markup := _markup(content):
        return markup
    # What is left of a file whose copying was broken off is often nothing but zeros.
    unmarked = not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "damaged_workbook" if b"\x00" in content[:_SNIFFED] and unmarked else "text_inside"


def _markup(content: bytes) -> str:
    """What a file that begins as a page or an old XML table is refused as; empty for others."""
    head = content[:_SNIFFED].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not head.startswith(b"<"):
        return ""
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"<html" not in head:
        return "xml_workbook_inside"
    return "web_page_inside" if any(tag in head for tag in (b"<html", b"<table", b"<!doctype html", b"<head")) else ""


def _parquet_sheet(content: bytes, name: str, lang: str, limits: Limits) -> Sheet:
    from pyarrow import ArrowException, parquet

    try:
        limits.refuse_rows(name, parquet.read_metadata(io.BytesIO(content)).num_rows)
        # Without threads: a parent of forked kernels must have none, and these would stay.
        with parquet.ParquetFile(io.BytesIO(content), pre_buffer=False) as opened:
            frame = opened.read(use_threads=False).to_pandas(use_threads=False)
    except (OSError, ValueError, KeyError, NotImplementedError, ArrowException):
        raise Unreadable("damaged_parquet", name) from None
    return frame_sheet(frame, lang, name)
