"""A workbook that needs a password."""

from __future__ import annotations

from pathlib import Path

from intake_building import document_table, open_document

OLD = Path(__file__).parents[1] / "b12" / "old.xls"


def new_kind(folder: Path) -> Path:
    path = folder / "locked.xlsx"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    path.write_bytes(head + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    return path


def old_kind(folder: Path) -> Path:
    path = folder / "locked.xls"
    # The record of the interface becomes the one that announces encryption.
    path.write_bytes(OLD.read_bytes().replace(b"\xe1\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\xb0\x04", 1))
    return path


def open_document_kind(folder: Path) -> Path:
    return open_document(folder / "locked.ods", document_table([]), manifest="<manifest:encryption-data/>")
