"""Chinese in every format without a font of the machine, and names with characters that our fonts lack."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from formats_reading import read_page, read_pdf, read_word, read_workbook
from html_reading import read_html
from nbformat.v4 import new_notebook
from shown_notebook import notebook_of, shown

from qualityedu.figures.exhibit import Exhibit, canvas
from qualityedu.fonts import lacking
from qualityedu.fonts import shown as as_shown
from qualityedu.indicators import catalogue as indicators
from qualityedu.render import FORMATS, html_page, render, render_html
from qualityedu.tables import html_table
from qualityedu.text import LANGUAGES, catalogue

# 𬭎 is in the table of general standard characters of 2013, not in GBK; 龘 is in GBK, not in GB 2312.
RARE = "𬭎龘"
READERS = {"html": read_page, "docx": read_word, "pdf": read_pdf, "xlsx": read_workbook}


def _exhibit(name: str) -> Exhibit:
    with canvas(4, 2) as (figure, (axes,)):
        axes.barh([name, "乙"], [1.5, 2.5])
        axes.set_title(name)
        axes.annotate(name, (1, 0))
    return Exhibit(figure, f"图：{name}", f"{name} 1.5", html_table(f"表：{name}", ["学校", "值"], [[name, "1.5"]]))


class TestLacking:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_nothing_is_lacking_for_our_own_words(self, lang: str) -> None:
        assert lacking("".join(catalogue(lang).values())) == set()
        titles = "".join("".join(each.title.values()) + "".join(each.unit.values()) for each in indicators().values())
        assert lacking(titles) == set()

    def test_nothing_of_gb2312_is_lacking(self) -> None:
        pairs = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
        assert lacking("".join(pair.decode("gb2312", "ignore") for pair in pairs)) == set()

    @pytest.mark.parametrize("name", ["喆", "堃", "垚", "鄚", "鄠", "旻", "镕", "〇", "·"])
    def test_of_names_that_our_fonts_have(self, name: str) -> None:
        assert lacking(name) == set()
        assert as_shown(name) == name

    @pytest.mark.parametrize(
        ("text", "printed"),
        [
            ("张𬭎小学", "张〔U+2CB4E〕小学"),
            ("龘龘", "〔U+9F98〕〔U+9F98〕"),
            ("甲\u202e乙", "甲〔U+202E〕乙"),  # turns the direction of writing
            ("甲\u200b乙\x0b", "甲〔U+200B〕乙〔U+000B〕"),
            ("😀", "〔U+1F600〕"),
            ("一\t二\n三", "一\t二\n三"),
        ],
    )
    def test_what_is_lacking_is_shown_by_its_number(self, text: str, printed: str) -> None:
        assert as_shown(text) == printed
        assert lacking(as_shown(text)) == set()


class TestRareNames:
    def test_read_alike_in_all_formats_and_are_explained(self, tmp_path: Path) -> None:
        name = f"张{RARE}小学"
        notebook = notebook_of(_exhibit(name))
        done = render(notebook, into=tmp_path, title=name, lang="zh", facts={"dataset": name, "source": name})
        assert done.failed == {}
        for form, read in READERS.items():
            said = read(done.files[form].read_bytes())
            everything = "".join([*said.texts, *said.pictures, *(cell for table in said.tables for cell in table)])
            assert lacking(everything) == set(), form
            assert "张〔U+2CB4E〕〔U+9F98〕小学" in everything
            assert "统一码编号" in everything and "共2个" in everything

    def test_a_picture_is_drawn_without_a_box(self) -> None:
        # A missing glyph is a warning of matplotlib, and so an error here.
        page = _exhibit(f"张{RARE}")._repr_html_()
        assert "svg+xml" in page

    def test_that_check_can_fail(self) -> None:
        from matplotlib.figure import Figure

        from qualityedu.fonts import use_fonts

        figure = Figure()
        figure.text(0.1, 0.1, RARE, family=use_fonts())
        with pytest.warns(UserWarning, match="missing from font"):
            figure.savefig(os.devnull, format="svg")

    def test_without_rare_names_nothing_is_explained(self) -> None:
        assert "统一码" not in render_html(new_notebook(cells=[shown("<p>鄚</p>")]), title="x", lang="zh")

    def test_a_title_has_no_box_either(self) -> None:
        page = html_page(["<p>1</p>"], title=RARE, lang="zh")
        assert read_html(page).all("title")[0].text == "〔U+2CB4E〕〔U+9F98〕"


RUN = """
import sys
from pathlib import Path
from matplotlib import font_manager
manager = font_manager.fontManager
manager.ttflist = [font for font in manager.ttflist if "mpl-data" in str(font.fname)]
sys.path.insert(0, sys.argv[2])
from test_formats_fonts import _exhibit
from shown_notebook import notebook_of
from qualityedu.render import render
book = notebook_of(_exhibit("鄚州镇校际差异〔2017〕6号 ✓ ✗ ≤ ㎡"))
done = render(book, into=Path(sys.argv[1]), title="报告", lang="zh")
sys.exit(str(done.failed) if done.failed else 0)
"""


def test_with_no_font_on_the_machine(tmp_path: Path) -> None:
    """Fontconfig knows of no folder, matplotlib of no font but its own: no warning, no box, all formats are made."""
    settings = tmp_path / "fonts.conf"
    settings.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig/>', encoding="utf-8")
    bare = {"FONTCONFIG_FILE": str(settings), "HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path / "mpl")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, str(tmp_path / "out"), str(Path(__file__).parent)],
        env={**os.environ, **bare, "PYTHONUTF8": "1"}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "missing" not in done.stderr
    for name in FORMATS:
        said = READERS[name]((tmp_path / "out" / f"report.{name}").read_bytes())  # the PDF is read for missing glyphs
        assert any("鄚州镇校际差异〔2017〕6号 ✓ ✗ ≤ ㎡" in cell for table in said.tables for cell in table), name
