"""Rows of totals among the schools."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def _total(words: str, pupils: int, books: int) -> tuple[object, ...]:
    return (words, "", "", "", "", "", pupils, books)


def that_add_up(folder: Path) -> Path:
    rows = [*SCHOOLS[:2], _total("小学小计", 1352, 41580), SCHOOLS[2], _total("合计", 2556, 77700)]
    return workbook(folder / "add_up.xlsx", 表=[HEADINGS, _total("全县", 2556, 77700), *rows])


def that_differ(folder: Path) -> Path:
    return workbook(folder / "differ.xlsx", 表=[HEADINGS, *SCHOOLS, _total("合计", 2656, 77700)])
