"""A row with too many cells."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def thousands_comma(folder: Path) -> Path:
    path = folder / "thousands_comma.csv"
    path.write_text(text().replace("1204", "1,204"), encoding="utf-8")
    return path
