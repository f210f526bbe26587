"""CSV in GBK or GB 18030."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def gbk(folder: Path) -> Path:
    path = folder / "gbk.csv"
    path.write_bytes(text().encode("gbk"))
    return path


def gb18030(folder: Path) -> Path:
    path = folder / "gb18030.csv"
    path.write_bytes(text().replace("示例一小", "镕䶮小学").encode("gb18030"))
    return path
