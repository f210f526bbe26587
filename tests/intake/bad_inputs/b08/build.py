"""Line breaks inside a quoted cell."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def line_break(folder: Path) -> Path:
    path = folder / "line_break.csv"
    path.write_text(text().replace("示例二小", '"示例二小\n（东校区）"'), encoding="utf-8")
    return path
