"""The two fonts inside the package, so that Chinese is drawn alike on every machine."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

__all__ = ["FAMILY", "font_files", "lacking", "shown", "use_fonts"]

# Not "Noto Sans SC", of which Windows 10 and 11 bring a variable file that matplotlib draws in its thinnest weight.
FAMILY = "QualityEdu Sans SC"


def font_files() -> tuple[Path, Path]:
    """The regular and the bold font. Both are OpenType with CFF outlines; their licence, OFL.txt, lies beside them."""
    folder = Path(str(files(__name__)))
    return folder / "NotoSansSC-Regular.otf", folder / "NotoSansSC-Bold.otf"


def lacking(text: str) -> set[str]:
    """The characters of `text` that the fonts inside do not have, and so cannot be drawn; line ends and tabs aside.

    Names from a table are to be asked about before they are drawn: what is lacking would stand there as an empty box.
    """
    return set(text) - _known()


def shown(text: str) -> str:
    """`text` with each character that is `lacking` replaced by its number in Unicode, as 〔U+2CB4E〕.

    All formats and figures use it, so that a name reads alike in each of them on every machine, and nowhere as a box.
    Characters that change the direction of writing or show nothing are made visible in the same way.
    """
    strange = lacking(text)
    return text.translate({ord(each): f"〔U+{ord(each):04X}〕" for each in strange}) if strange else text


def use_fonts() -> str:
    """Makes both weights known to matplotlib and returns the name of their family. Calling it again does nothing.

    Raises FileNotFoundError where a font is missing from the package.
    """
    _register()
    return FAMILY


@lru_cache
def _known() -> frozenset[str]:
    from matplotlib.ft2font import FT2Font

    both = set.intersection(*(set(FT2Font(str(path)).get_charmap()) for path in font_files()))
    return frozenset(map(chr, both)) | set("\t\n\r")


@lru_cache
def _register() -> None:
    from matplotlib.font_manager import fontManager

    known = {entry.fname for entry in fontManager.ttflist}
    for path in font_files():
        if str(path) not in known:
            fontManager.addfont(path)
