"""An .xlsm with macros."""

from __future__ import annotations

from pathlib import Path

from intake_building import changed, workbook


def macros(folder: Path) -> Path:
    path = workbook(folder / "macros.xlsx").rename(folder / "macros.xlsm")
    return changed(path, {"xl/vbaProject.bin": b"Sub Auto_Open()"})
