"""Entities in the XML, or content fetched from elsewhere."""

from __future__ import annotations

from pathlib import Path

from intake_building import changed, document_table, open_document, workbook

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FETCHED = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    b'Target="http://example.org/picture.png" TargetMode="External"/></Relationships>'
)


def entities(folder: Path) -> Path:
    return changed(workbook(folder / "entities.xlsx"), {}, sheet1=(b"<worksheet", LAUGHS + b"<worksheet"))


def entities_in_open_document(folder: Path) -> Path:
    path = open_document(folder / "entities.ods", document_table([("学校",)]))
    return changed(path, {}, content=(b"<office:document-content", LAUGHS + b"<office:document-content"))


def fetched(folder: Path) -> Path:
    return changed(workbook(folder / "fetched.xlsx"), {"xl/drawings/_rels/drawing1.xml.rels": FETCHED})
