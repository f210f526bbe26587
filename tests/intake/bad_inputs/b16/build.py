"""A file that unpacks into something enormous, or into thousands of parts."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from intake_building import workbook


def too_tight(folder: Path) -> Path:
    path = workbook(folder / "too_tight.xlsx")
    with ZipFile(path, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bin", bytes(20_000_000))
    return path


def too_large(folder: Path) -> Path:
    path = workbook(folder / "too_large.xlsx")
    with ZipFile(path, "a") as archive:
        archive.writestr("xl/media/picture.bin", b"0123456789" * 900)
    # The directory says that the part is 300 MB.
    claimed = path.read_bytes().replace((9000).to_bytes(4, "little"), (300_000_000).to_bytes(4, "little"))
    path.write_bytes(claimed)
    return path


def too_many_parts(folder: Path) -> Path:
    path = workbook(folder / "parts.xlsx")
    with ZipFile(path, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"xl/media/{number}.bin", b"")
    return path


def far_apart(folder: Path) -> Path:
    rows: list[list[object]] = [["区县代码"], *([] for _ in range(150_000)), [*[""] * 90, "远处"]]
    return workbook(folder / "far_apart.xlsx", 表=rows)
