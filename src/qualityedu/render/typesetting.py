"""typst, asked with our own fonts alone: the one place that calls it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from qualityedu.errors import ToolMissing
from qualityedu.fonts import font_files

__all__ = ["typeset_pdf", "typeset_png"]


def typeset_pdf(data: Mapping[str, Any]) -> bytes:
    """The PDF that `pdf.typ` makes of `data`: tagged, PDF/UA-1, no date in it. Raises ToolMissing without typst."""
    return bytes(_compile("pdf.typ", data, format="pdf", pdf_standards=["ua-1"]))


def typeset_png(pictures: Sequence[bytes], *, width: float, ppi: float) -> list[bytes]:
    """Pictures given as SVG, each as a PNG `width` points wide, drawn in one run. Raises ToolMissing without typst."""
    if not pictures:
        return []
    data = {"pictures": [picture.decode("utf-8") for picture in pictures], "width": width}
    made = _compile("pictures.typ", data, format="png", ppi=ppi)
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def _compile(template: str, data: Mapping[str, Any], **options: Any) -> Any:
    try:
        import typst
    except ImportError as error:
        raise ToolMissing("typst_missing", reason=str(error)) from error
    source = files("qualityedu.render").joinpath(template).read_bytes()
    given = {"document": json.dumps(data, ensure_ascii=False)}
    folder = str(font_files()[0].parent)
    return typst.compile(source, sys_inputs=given, font_paths=[folder], ignore_system_fonts=True, **options)
