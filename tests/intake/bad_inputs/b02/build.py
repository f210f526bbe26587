"""UTF-8 with its mark glued to the first heading."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def marked(folder: Path) -> Path:
    path = folder / "marked.csv"
    path.write_bytes(text().encode("utf-8-sig"))
    return path
