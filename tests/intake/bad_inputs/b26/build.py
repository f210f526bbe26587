"""Hidden rows, columns or sheets."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from intake_building import HEADINGS, SCHOOLS, document_table, open_document


def hidden(folder: Path) -> Path:
    path = folder / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("表", "旧表", "代码"):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate((HEADINGS, *SCHOOLS) if name != "代码" else (("小学",), ("初中",))):
                sheet.write_row(row, 0, cells)
            if name == "表":
                sheet.set_row(2, None, None, {"hidden": True})
                sheet.set_column(7, 7, None, None, {"hidden": True})
            else:
                sheet.hide() if name == "旧表" else sheet.very_hidden()
    return path


def in_open_document(folder: Path) -> Path:
    shown = document_table((HEADINGS, *SCHOOLS[:2])).removesuffix("</table:table>")
    last = document_table(SCHOOLS[2:]).partition("<table:table-row>")[2]
    old = document_table((HEADINGS, *SCHOOLS), "旧表", 'table:style-name="unseen"')
    collapsed = '<table:table-row table:visibility="collapse">'
    return open_document(folder / "hidden.ods", f"{shown}{collapsed}{last}{old}")
