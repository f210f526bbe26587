"""A workbook in which one code was typed into a cell for numbers, and none of the others."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

HEADINGS = ("区县代码", "学校标识码", "学校名称", "学段", "学年", "在校生数")


def number_cells(folder: Path) -> Path:
    path = folder / "学校.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学校")
        sheet.write_row(0, 0, HEADINGS)
        for row, code in enumerate(("0032010001", "0032010002", 32010003), start=1):
            sheet.write_row(row, 0, ("320199", code, f"示例第{row}小学", "小学", 2023, 300 + row))
    return path
