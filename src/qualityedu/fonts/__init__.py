"""The two fonts inside the package, so that Chinese is drawn alike on every machine."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

__all__ = ["FAMILY", "font_files", "use_fonts"]

# Not "Noto Sans SC", of which Windows 10 and 11 bring a variable file that matplotlib draws in its thinnest weight.
FAMILY = "QualityEdu Sans SC"


def font_files() -> tuple[Path, Path]:
    """The regular and the bold font. Both are OpenType with CFF outlines; their licence, OFL.txt, lies beside them."""
    folder = Path(str(files(__name__)))
    return folder / "NotoSansSC-Regular.otf", folder / "NotoSansSC-Bold.otf"


def use_fonts() -> str:
    """Makes both weights known to matplotlib and returns the name of their family. Calling it again does nothing.

    Raises FileNotFoundError where a font is missing from the package.
    """
    _register()
    return FAMILY


@lru_cache
def _register() -> None:
    from matplotlib.font_manager import fontManager

    known = {entry.fname for entry in fontManager.ttflist}
    for path in font_files():
        if str(path) not in known:
            fontManager.addfont(path)
