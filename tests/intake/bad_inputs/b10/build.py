"""A row with too few cells."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def cell_lost(folder: Path) -> Path:
    path = folder / "cell_lost.csv"
    path.write_text(text().replace("示例二小,小学,", "示例二小小学,"), encoding="utf-8")
    return path
