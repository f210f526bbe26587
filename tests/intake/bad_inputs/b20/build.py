"""Blank rows between schools."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def blank_between(folder: Path) -> Path:
    first, second, third = SCHOOLS
    return workbook(folder / "blank.xlsx", 表=[HEADINGS, first, (), (), second, (), third])
