"""Formulas that failed or were never worked out. The workbook reader shows both as empty cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import ZipFile

from qualityedu.intake.sheet import FormulaFault

__all__ = ["formula_faults"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")


def formula_faults(archive: ZipFile) -> dict[str, dict[tuple[int, int], FormulaFault]]:
    """By sheet name, then by row and column counted from 0. Raises ParseError or KeyError for a damaged file."""
    faults = {}
    for name, part in _sheet_parts(archive):
        content = archive.read(part)
        if b't="e"' in content or b"<f" in content:
            faults[name] = dict(_faults(content))
    return faults


def _sheet_parts(archive: ZipFile) -> Iterator[tuple[str, str]]:
    links = {link.get("Id"): link.get("Target", "") for link in _parsed(archive.read("xl/_rels/workbook.xml.rels"))}
    for sheet in _parsed(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = links.get(sheet.get(_LINK), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in part:
            yield sheet.get("name", ""), part


def _parsed(content: bytes) -> ElementTree.Element:
    # A workbook never declares entities; one that does was not made by a spreadsheet program.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ElementTree.ParseError("document type declared")
    return ElementTree.fromstring(content)


def _faults(content: bytes) -> Iterator[tuple[tuple[int, int], FormulaFault]]:
    for cell in _parsed(content).iter(f"{_MAIN}c"):
        kind, value = cell.get("t"), cell.findtext(f"{_MAIN}v") or ""
        never_worked_out = cell.find(f"{_MAIN}f") is not None and not value and kind != "str"
        if kind == "e" or never_worked_out:
            yield _position(cell.get("r", "A1")), FormulaFault(value)


def _position(address: str) -> tuple[int, int]:
    match = _ADDRESS.fullmatch(address)
    column = 0
    for letter in match[1] if match else "A":
        column = column * 26 + ord(letter) - 64
    return (int(match[2]) if match else 1) - 1, column - 1
