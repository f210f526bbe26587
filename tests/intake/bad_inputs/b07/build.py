"""Columns separated by semicolons, tabs or Chinese commas."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def _written(folder: Path, name: str, words: str) -> Path:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return path


def semicolons(folder: Path) -> Path:
    return _written(folder, "semicolons.csv", text(separator=";"))


def tabs(folder: Path) -> Path:
    return _written(folder, "tabs.csv", text(separator="\t"))


def chinese_commas(folder: Path) -> Path:
    return _written(folder, "chinese_commas.csv", text(separator="，"))


def two_ways(folder: Path) -> Path:
    return _written(folder, "two_ways.csv", "区县代码,学校标识码;学段\n999901,9999010001;小学\n")
