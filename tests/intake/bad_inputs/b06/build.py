"""Rare characters outside GBK."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def rare_name(folder: Path) -> Path:
    first, second, third = SCHOOLS
    return workbook(folder / "rare.xlsx", 表=[HEADINGS, first, (*second[:3], "𬭎𰻝小学", *second[4:]), third])
