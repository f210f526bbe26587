"""What an SVG of ours says about its size."""

from __future__ import annotations

import re

__all__ = ["width_of"]

_USUAL = 480.0


def width_of(svg: bytes) -> float:
    """The width of a picture in points, as matplotlib wrote it."""
    found = re.search(rb'<svg[^>]*?\swidth="([\d.]+)pt"', svg[:2000])
    return float(found[1]) if found else _USUAL
