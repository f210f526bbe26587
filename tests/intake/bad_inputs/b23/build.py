"""Merged cells among the data, such as one county name over twelve rows."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from intake_building import HEADINGS, SCHOOLS


def _merged(path: Path, *areas: tuple[int, int, int, int, object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        for row, cells in enumerate((HEADINGS, *SCHOOLS)):
            sheet.write_row(row, 0, cells)
        for area in areas:
            sheet.merge_range(*area)
    return path


def words(folder: Path) -> Path:
    return _merged(folder / "words.xlsx", (1, 0, 3, 0, "999901"), (1, 1, 3, 1, "示例县"))


def figures(folder: Path) -> Path:
    return _merged(folder / "figures.xlsx", (1, 6, 2, 6, 1352))


def across(folder: Path) -> Path:
    return _merged(folder / "across.xlsx", (2, 6, 2, 7, 510))
