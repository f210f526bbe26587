"""Headings in two or three rows, merged."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from intake_building import HEADINGS, SCHOOLS, workbook

KEYS = ("Region code", "Region name", "School code", "School name", "Stage", "School year")
ENGLISH = (*KEYS, "Pupils on roll", "Library volumes")
CODES = ("region", "region_name", "school", "school_name", "stage", "year", "pupils", "books")


def template(folder: Path) -> Path:
    return workbook(folder / "template.xlsx", 表=[HEADINGS, ENGLISH, CODES, *SCHOOLS])


def merged(folder: Path) -> Path:
    path = folder / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        for place, heading in enumerate(HEADINGS[:6]):
            sheet.merge_range(0, place, 1, place, heading)
        sheet.merge_range(0, 6, 0, 8, "在校生数")
        sheet.write_row(1, 6, ("合计", "男", "女"))
        for row, school in enumerate(SCHOOLS, start=2):
            sheet.write_row(row, 0, (*school[:7], 400, school[6] - 400))
    return path


def bands(folder: Path) -> Path:
    path = folder / "bands.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        sheet.merge_range(0, 0, 0, 5, "基本情况")
        sheet.merge_range(0, 6, 0, 7, "规模")
        for row, cells in enumerate((HEADINGS, *SCHOOLS), start=1):
            sheet.write_row(row, 0, cells)
    return path


def in_text(folder: Path) -> Path:
    path = folder / "two_rows.csv"
    rows = [(*HEADINGS[:6], "在校生数", ""), ("", "", "", "", "", "", "合计", "其中女生")]
    lines = [*rows, *((*school[:7], 400) for school in SCHOOLS)]
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines), encoding="utf-8")
    return path
