"""A single space in row 20."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def space_below(folder: Path) -> Path:
    return workbook(folder / "space.xlsx", 表=[HEADINGS, *SCHOOLS, *[()] * 15, (" ",)])


def space_in_a_cell(folder: Path) -> Path:
    first, second, third = SCHOOLS
    return workbook(folder / "space_inside.xlsx", 表=[HEADINGS, first, (*second[:7], " "), third])
