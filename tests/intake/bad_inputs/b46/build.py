"""A workbook in which a formula failed."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

HEADINGS = ("区县代码", "学校标识码", "学校名称", "学段", "学年", "在校生数", "班级数")


def failed_formula(folder: Path) -> Path:
    path = folder / "学校.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学校")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ("999901", "9999010001", "示例第1小学", "小学", 2023, 300, 7))
        sheet.write_formula("F2", "=300/0", None, "#DIV/0!")
        sheet.write_formula("G2", "=VLOOKUP(1,A:B,2)", None, "#N/A")
    return path
