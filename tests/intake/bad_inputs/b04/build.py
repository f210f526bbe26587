"""Bytes that are text in neither encoding."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def stray_bytes(folder: Path) -> Path:
    path = folder / "stray_bytes.csv"
    path.write_bytes(text().encode().replace("示例二小".encode(), "示例".encode() + b"\xff\xff"))
    return path


def without_its_mark(folder: Path) -> Path:
    path = folder / "without_its_mark.csv"
    path.write_bytes(text().encode("utf-16-le"))
    return path
