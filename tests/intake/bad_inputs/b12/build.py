"""A true old .xls, an .ods, a WPS .et."""

from __future__ import annotations

import shutil
from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, document_table, open_document, workbook

HERE = Path(__file__).parent
FAILED = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
)


def open_document_workbook(folder: Path) -> Path:
    rows = [(*HEADINGS, "生师比"), (*SCHOOLS[0], 17.5), (*SCHOOLS[1], 16), (*SCHOOLS[2], FAILED)]
    return open_document(folder / "open.ods", document_table(rows))


def wps_table(folder: Path) -> Path:
    return Path(shutil.copyfile(HERE / "old.xls", folder / "wps.et"))


def new_kind_in_old_name(folder: Path) -> Path:
    return workbook(folder / "new.xlsx").rename(folder / "new.xls")


def unknown_kind(folder: Path) -> Path:
    path = folder / "unknown.et"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1500))
    return path
