"""A required column that is there and wholly blank."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def blank_column(folder: Path) -> Path:
    return workbook(folder / "blank_column.xlsx", 表=[HEADINGS, *((*row[:4], "", *row[5:]) for row in SCHOOLS)])
