"""Tables of an imaginary county, and the files in which offices send such tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

HEADINGS = ("区县代码", "区县名称", "学校标识码", "学校名称", "学段", "学年", "在校生数", "图书册数")
SCHOOLS = (
    ("999901", "示例县", "9999010001", "示例一小", "小学", "2023", 842, 25260),
    ("999901", "示例县", "9999010002", "示例二小", "小学", "2023", 510, 16320),
    ("999901", "示例县", "9999010003", "示例一中", "初中", "2023", 1204, 36120),
)
Rows = Iterable[Sequence[object]]


def text(rows: Rows = (HEADINGS, *SCHOOLS), separator: str = ",") -> str:
    """Rows as a text file has them."""
    return "".join(separator.join(map(str, row)) + "\n" for row in rows)


def workbook(path: Path, **sheets: Rows) -> Path:
    """An .xlsx file with these sheets, the rows from A1 on."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (sheets or {"表": (HEADINGS, *SCHOOLS)}).items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def changed(path: Path, parts: dict[str, bytes | None], **replaced: tuple[bytes, bytes]) -> Path:
    """The archive with parts added, or with one text in a part put in the place of another.

    `replaced` names parts without folder and ending, as in `workbook=(b"<sheets>", b"...")`.
    """
    with ZipFile(path) as archive:
        contents: dict[str, Any] = {name: archive.read(name) for name in archive.namelist()}
    for name, (old, new) in replaced.items():
        part = next(each for each in contents if Path(each).name.split(".")[0] == name)
        assert old in contents[part]
        contents[part] = contents[part].replace(old, new)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in {**contents, **parts}.items():
            if content is not None:
                archive.writestr(name, content)
    return path


_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">
<office:automatic-styles><style:style style:name="unseen" style:family="table"><style:table-properties
 table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{inside}</manifest:file-entry>
</manifest:manifest>"""


def open_document(path: Path, tables: str, *, manifest: str = "") -> Path:
    """An .ods file around the XML of its tables."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _DOCUMENT.format(tables=tables))
        archive.writestr("META-INF/manifest.xml", _MANIFEST.format(inside=manifest))
    return path


def document_table(rows: Rows, name: str = "表", attributes: str = "") -> str:
    """The XML of an .ods table; a cell that begins with < is taken as it stands."""
    lines = "".join(f"<table:table-row>{''.join(map(_document_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}" {attributes}>{lines}</table:table>'


_NOTHING = "<table:table-cell/>"


def _document_cell(value: object) -> str:
    if isinstance(value, str) and value.startswith("<"):
        return value
    if isinstance(value, str):
        inside = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{inside}</table:table-cell>' if value else _NOTHING
    number = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {number}><text:p>{value}</text:p></table:table-cell>"
