"""Unicode text from Excel: UTF-16 with tabs."""

from __future__ import annotations

import codecs
from pathlib import Path

from intake_building import text


def little_endian(folder: Path) -> Path:
    path = folder / "unicode.txt"
    path.write_bytes(codecs.BOM_UTF16_LE + text(separator="\t").encode("utf-16-le"))
    return path


def big_endian(folder: Path) -> Path:
    path = folder / "unicode.csv"
    path.write_bytes(codecs.BOM_UTF16_BE + text(separator="\t").encode("utf-16-be"))
    return path
