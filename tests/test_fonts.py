"""The fonts inside: whole for our texts, found without any font of the machine, free to pass on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font

import qualityedu
from qualityedu.fonts import FAMILY, font_files, use_fonts

PACKAGE = Path(qualityedu.__file__).parent
TEXTS = sorted(
    [
        *PACKAGE.glob("text/*.po"),
        PACKAGE / "columns.py",
        *PACKAGE.glob("indicators/*.py"),
        *PACKAGE.glob("standards/*.toml"),
        *PACKAGE.glob("datasets/*.toml"),
    ]
)
WEIGHTS = pytest.mark.parametrize("font", font_files(), ids=lambda path: path.stem)

DRAW = """
import io, matplotlib
matplotlib.use("Agg")
from matplotlib import font_manager, pyplot
manager = font_manager.fontManager
manager.ttflist = [font for font in manager.ttflist if "mpl-data" in str(font.fname)]
from qualityedu.fonts import use_fonts
pyplot.rcParams["font.family"] = use_fonts()
figure = pyplot.figure()
figure.text(0.1, 0.7, "{words}")
figure.text(0.1, 0.3, "{words}", weight="bold")
for kind in ("png", "svg", "pdf"):
    figure.savefig(io.BytesIO(), format=kind)
"""


@WEIGHTS
def test_every_character_of_our_texts_has_a_glyph(font: Path) -> None:
    known = set(FT2Font(str(font)).get_charmap())
    assert len(TEXTS) > 20
    missing = {
        f"{character} U+{ord(character):04X} in {path.relative_to(PACKAGE)}"
        for path in TEXTS
        for character in path.read_text(encoding="utf-8")
        if ord(character) not in known and character.isprintable()
    }
    assert sorted(missing) == []


@WEIGHTS
def test_whole_of_gb2312_is_there(font: Path) -> None:
    known = set(FT2Font(str(font)).get_charmap())
    rows = [bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)]
    characters = "".join(pair.decode("gb2312", "ignore") for pair in rows)
    assert len(characters) == 7445  # as the standard counts them: 6763 hanzi and 682 signs
    assert [character for character in characters if ord(character) not in known] == []


def test_both_weights_are_found_and_only_once() -> None:
    assert use_fonts() == use_fonts() == FAMILY
    regular, bold = font_files()
    for weight, expected in (("normal", regular), ("bold", bold)):
        found = findfont(FontProperties(family=FAMILY, weight=weight), fallback_to_default=False)
        assert Path(found) == expected
    assert sorted(entry.weight for entry in fontManager.ttflist if entry.name == FAMILY) == [400, 700]


def _draw(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MPLCONFIGDIR": str(folder), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAW.format(words=words)],
        env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip


def test_chinese_is_drawn_with_no_font_of_the_machine_and_an_empty_cache(tmp_path: Path) -> None:
    done = _draw("校际差异系数 ≤ 0.50，鄠邑区〔2017〕6号 √ × ▲ ㎡", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "missing" not in done.stderr and "not found" not in done.stderr


def test_that_check_can_fail(tmp_path: Path) -> None:
    done = _draw("\u17a0", tmp_path)  # a Khmer letter
    assert done.returncode != 0
    assert "missing from font" in done.stderr


@WEIGHTS
def test_names_and_licence(font: Path) -> None:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    names = {entry.nameID: str(entry) for entry in TTFont(font)["name"].names}
    assert names[1] == FAMILY
    assert names[0] == "© 2014-2021 Adobe (http://www.adobe.com/)."
    assert "SIL Open Font License, Version 1.1" in names[13]
    licence = (PACKAGE / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    assert names[0] in licence
    assert "SIL OPEN FONT LICENSE Version 1.1 - 26 February 2007" in licence
    assert "PERMISSION & CONDITIONS" in licence and "DISCLAIMER" in licence


def test_nothing_is_drawn_in_a_font_that_is_not_ours_to_pass_on() -> None:
    """Style sheets may name the reader's own fonts, which are not passed on; what we draw ourselves may not."""
    proprietary = ("simhei", "simsun", "yahei", "pingfang", "fangsong", "kaiti", "arial", "helvetica", "calibri")
    found = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in proprietary
        if name in path.read_text(encoding="utf-8").lower()
    ]
    assert found == []
    fonts = [path.name for path in PACKAGE.rglob("*") if path.suffix in (".otf", ".ttf", ".ttc", ".woff", ".woff2")]
    assert sorted(fonts) == [path.name for path in reversed(font_files())]
