"""A workbook in which one figure is drawn from another workbook."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

HEADINGS = ("区县代码", "学校标识码", "学校名称", "学段", "学年", "在校生数")


def linked(folder: Path) -> Path:
    path = folder / "学校.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学校")
        sheet.write_row(0, 0, HEADINGS)
        for row in (1, 2):
            sheet.write_row(row, 0, ("999901", f"999901000{row}", f"示例第{row}小学", "小学", 2023, 300 + row))
        sheet.write_formula("F2", "='[上年.xlsx]学校'!F2", None, 301)
    return path
