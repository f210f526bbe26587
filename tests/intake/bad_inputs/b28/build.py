"""Several sheets with the same columns."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def alike(folder: Path) -> Path:
    return workbook(folder / "alike.xlsx", 小学=[HEADINGS, *SCHOOLS[:2]], 初中=[HEADINGS, SCHOOLS[2]])


def two_versions(folder: Path) -> Path:
    return workbook(folder / "versions.xlsx", 初稿=[HEADINGS, SCHOOLS[0]], 定稿=[HEADINGS, SCHOOLS[0]])
