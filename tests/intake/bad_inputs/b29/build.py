"""Extra columns, renamed ones, and a required one that is gone."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def extra_and_renamed(folder: Path) -> Path:
    headings = ("县区代码", "区县", "学校代码", "校名", "教育阶段", "年度", "学生总数", "藏书量", "校长电话费", "备注")
    return workbook(folder / "extra.xlsx", 表=[headings, *((*row, 1, "无") for row in SCHOOLS)])


def stage_is_gone(folder: Path) -> Path:
    rows = [(*row[:4], *row[5:]) for row in (HEADINGS, *SCHOOLS)]
    return workbook(folder / "gone.xlsx", 表=rows)
