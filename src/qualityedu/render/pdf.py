"""The report as a PDF that a screen reader can follow: tagged, with bookmarks, its fonts inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from qualityedu.fonts import FAMILY, shown
from qualityedu.render.document import Block, Cards, Document, Figure, Heading, Listing, Paragraph, Run, Table
from qualityedu.render.svg import width_of
from qualityedu.render.typesetting import typeset_pdf
from qualityedu.render.widths import fitted
from qualityedu.text import say

__all__ = ["pdf_bytes"]

# A4 less the margins of pdf.typ, in points.
_PORTRAIT, _LANDSCAPE = 595.28 - 2 * 56.69, 841.89 - 2 * 56.69
_SIZES, _TIGHT, _PADDING = (9.0, 8.5, 8.0), (7.5, 7.0), 7.0
# A row with more text than this may be broken between pages; a shorter one is kept together.
_LONG = 900
_REGIONS = {"zh": "cn", "en": "gb"}


def pdf_bytes(document: Document, facts: Mapping[str, Any]) -> bytes:
    """The report as PDF/UA-1 on A4; tables that are too wide stand on pages that lie on their side.

    All text goes to typst as data, never as markup. Raises ToolMissing where typst is not installed.
    """
    warning = say("render.synthetic", document.lang) if facts.get("synthetic") else ""
    name = say("render.report_id", document.lang, id=facts["id"]) if facts.get("id") else ""
    return typeset_pdf(
        {
            "title": document.title,
            "author": "qualityedu",
            "keywords": [str(facts[key]) for key in ("id", "dataset", "year") if facts.get(key)],
            "lang": document.lang,
            "region": _REGIONS[document.lang],
            "families": [FAMILY],
            "running": shown(document.title),
            "warning": warning,
            "footer": name,
            "blocks": [*map(_block, document.blocks), {"kind": "paragraph", **_closing(document)}],
        }
    )


def _closing(document: Document) -> dict[str, Any]:
    return asdict(Paragraph((Run(document.footer),), "note"))


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading() | Paragraph() | Listing() | Cards():
            return {"kind": type(block).__name__.lower(), **asdict(block)}
        case Figure():
            words = [asdict(run) for run in block.caption]
            shape = {"svg": block.svg.decode("utf-8"), "width": width_of(block.svg)}
            return {"kind": "figure", **shape, "alt": block.alt, "caption": words}
        case Table():
            layout = fitted(
                block, portrait=_PORTRAIT, landscape=_LANDSCAPE, sizes=_SIZES, tight=_TIGHT, padding=_PADDING
            )
            keep = all(len(cell.text) < _LONG for row in block.body for cell in row)
            return {"kind": "table", **asdict(block), **asdict(layout), "keep": keep}
