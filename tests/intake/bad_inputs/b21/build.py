"""A title and a line such as 单位：人 above the headings, or two rows that could be headings."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook

OTHER = ("县区代码", "区县", "学校代码", "校名", "学段", "年度", "学生数", "藏书量")


def title_and_unit(folder: Path) -> Path:
    title = [("示例县义务教育学校基本情况表（2023年）",), ("填报单位：示例县教育局", "", "", "", "", "", "单位：人")]
    return workbook(folder / "title.xlsx", 表=[*title, (), HEADINGS, *SCHOOLS])


def units_and_numbers_below(folder: Path) -> Path:
    below = [("", "", "", "", "", "", "人", "千册"), ("甲", "乙", "丙", "丁", "戊", "己", "1", "2")]
    schools = [(*row[:7], row[7] / 1000) for row in SCHOOLS]
    return workbook(folder / "units.xlsx", 表=[HEADINGS, *below, *schools])


def once_more(folder: Path) -> Path:
    return workbook(folder / "once_more.xlsx", 表=[HEADINGS, *SCHOOLS[:2], HEADINGS, SCHOOLS[2]])


def two_candidates(folder: Path) -> Path:
    return workbook(folder / "two.xlsx", 表=[OTHER, (), HEADINGS, *SCHOOLS])
