"""An empty file, one that did not arrive whole, what Excel leaves beside an open one."""

from __future__ import annotations

from pathlib import Path

from intake_building import workbook


def empty(folder: Path) -> Path:
    path = folder / "empty.xlsx"
    path.touch()
    return path


def cut_off(folder: Path) -> Path:
    path = workbook(folder / "cut_off.xlsx")
    path.write_bytes(path.read_bytes()[:3000])
    return path


def old_cut_off(folder: Path) -> Path:
    path = folder / "cut_off.xls"
    path.write_bytes((Path(__file__).parents[1] / "b12" / "old.xls").read_bytes()[:1500])
    return path


def zeros(folder: Path) -> Path:
    path = folder / "zeros.xlsx"
    path.write_bytes(bytes(9000))
    return path


def still_open(folder: Path) -> Path:
    path = folder / "~$学校.xlsx"
    path.write_bytes(b"\x05admin" + bytes(159))
    return path
