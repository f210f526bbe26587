"""A workbook with a formula and no result, as a program writes it that does not calculate."""

from __future__ import annotations

from pathlib import Path

import openpyxl

HEADINGS = ("区县代码", "学校标识码", "学校名称", "学段", "学年", "在校生数")


def never_worked_out(folder: Path) -> Path:
    path = folder / "学校.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "学校"
    sheet.append(HEADINGS)
    sheet.append(("999901", "9999010001", "示例第1小学", "小学", 2023, "=150*2"))
    book.save(path)
    return path
