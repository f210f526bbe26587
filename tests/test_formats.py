"""Four formats of one report: the same numbers, the same bytes again, and all that data say is text."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import nbformat
import pytest
from formats_reading import NUMBER, Said, numbers_in, read_page, read_pdf, read_word, read_workbook, squeezed, tags_of
from markupsafe import Markup
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from openpyxl import load_workbook
from pypdf import PdfReader
from shown_notebook import region_report, shown

from conftest import Released
from qualityedu.errors import Refusal
from qualityedu.figures import spreads_section
from qualityedu.models import RegionalModel
from qualityedu.render import FORMATS, render
from qualityedu.text import LANGUAGES, say

READERS = {"html": read_page, "docx": read_word, "pdf": read_pdf, "xlsx": read_workbook}
REGIONS = [("demo", "999901"), ("demo", "999904"), ("world", "039")]
FACTS = {"id": "0123456789", "dataset": "数据 & data", "source": "来源", "licence": "CC0-1.0", "year": 2023}

Bytes = dict[str, bytes]


def _made(notebook: NotebookNode, folder: Path, lang: str = "zh", **facts: Any) -> Bytes:
    done = render(notebook, into=folder, title="报告 & report", lang=lang, facts={**FACTS, **facts})
    assert done.failed == {}
    assert list(done.files) == list(FORMATS)
    return {name: path.read_bytes() for name, path in done.files.items()}


# The third region is left to the long run.
ASKED = [
    pytest.param(
        (*region, lang), id="-".join((*region, lang)), marks=[pytest.mark.slow] if region == REGIONS[1] else []
    )
    for region in REGIONS
    for lang in LANGUAGES
]


@pytest.fixture(scope="module", params=ASKED)
def made(
    request: pytest.FixtureRequest,
    released: Released,
    models: dict[str, list[RegionalModel]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Bytes, str]:
    """The four formats of one report, and its language."""
    name, region, lang = request.param
    notebook = region_report(released(name, region), models[name], region, lang)
    return _made(notebook, tmp_path_factory.mktemp("made"), lang, synthetic=name == "demo"), lang


@pytest.fixture(scope="module")
def said(made: tuple[Bytes, str]) -> dict[str, Said]:
    """What a reader finds in each of the four."""
    return {name: read(made[0][name]) for name, read in READERS.items()}


class TestNumbersAgree:
    @pytest.mark.parametrize("other", ["docx", "pdf", "xlsx"])
    def test_in_each_table(self, said: dict[str, Said], other: str) -> None:
        page, seen = said["html"].tables, said[other].tables
        assert len(page) == len(seen) > 5
        for one, two in zip(page, seen, strict=True):
            assert numbers_in(one) == numbers_in(two), one[0]
            assert [squeezed(cell) for cell in one] == [squeezed(cell) for cell in two]

    @pytest.mark.parametrize("other", ["docx", "pdf", "xlsx"])
    def test_in_the_text(self, said: dict[str, Said], other: str) -> None:
        page, seen = said["html"], said[other]
        # Excel has no pictures: their descriptions stand in its text.
        texts = page.texts + (page.pictures if other == "xlsx" else [])
        assert sum(numbers_in(texts).values()) > 30
        assert numbers_in(texts) == numbers_in(seen.texts)

    @pytest.mark.parametrize("other", ["docx", "pdf"])
    def test_in_the_words_of_the_pictures(self, said: dict[str, Said], other: str) -> None:
        assert said["html"].pictures == said[other].pictures != []

    def test_a_number_that_differs_is_noticed(self, said: dict[str, Said]) -> None:
        cells = list(said["html"].tables[0])
        place = next(i for i, cell in enumerate(cells) if NUMBER.search(cell))
        cells[place] = NUMBER.sub("77.77", cells[place], count=1)
        assert numbers_in(cells) != numbers_in(said["pdf"].tables[0])

    def test_in_excel_they_are_numbers(self, made: tuple[Bytes, str]) -> None:
        cells = [
            cell
            for sheet in load_workbook(io.BytesIO(made[0]["xlsx"])).worksheets[2:]
            for row in sheet.iter_rows()
            for cell in row
        ]
        numbers = [cell for cell in cells if isinstance(cell.value, int | float)]
        assert len(numbers) > 80
        left = [cell.value for cell in cells if isinstance(cell.value, str) and NUMBER.fullmatch(cell.value)]
        # Years head their columns, and codes and labels are text.
        assert all(len(text) == 4 for text in left), left


class TestTheSameAgain:
    def test_in_another_folder_zone_seed_and_two_seconds_later(
        self, released: Released, models: dict[str, list[RegionalModel]], tmp_path: Path
    ) -> None:
        book = tmp_path / "book.ipynb"
        nbformat.write(region_report(released("demo", "999901"), models["demo"], "999901", "zh"), book)
        runs = []
        for folder, zone, seed in (("one", "Asia/Shanghai", "1"), ("two/deeper", "America/New_York", "77")):
            runs.append(_in_a_process(book, tmp_path / folder, TZ=zone, PYTHONHASHSEED=seed))
            time.sleep(2.1)
        assert [name for name in FORMATS if runs[0][name] != runs[1][name]] == []

    def test_no_clock_and_no_path_is_in_a_file(self, made: tuple[Bytes, str]) -> None:
        year = str(time.gmtime().tm_year).encode()
        for name in ("docx", "xlsx"):
            with ZipFile(io.BytesIO(made[0][name])) as file:
                assert {entry.date_time[0] for entry in file.infolist()} == {1980}
                properties = b"".join(file.read(each) for each in file.namelist() if "docProps" in each)
            assert b"dcterms:created" not in properties or b"1980-01-01" in properties
            assert b">" + year not in properties
        information = PdfReader(io.BytesIO(made[0]["pdf"])).metadata or {}
        assert not {"/CreationDate", "/ModDate"} & set(information)
        assert str(Path.home()).encode() not in made[0]["html"]


RUN = """
import sys, nbformat
from pathlib import Path
from qualityedu.render import render
book, into = map(Path, sys.argv[1:])
done = render(nbformat.read(book, as_version=4), into=into, title="报告 & report", lang="zh",
              facts={"id": "0123456789", "dataset": "d", "synthetic": True, "year": 2023})
sys.exit(str(done.failed) if done.failed else 0)
"""


def _in_a_process(book: Path, into: Path, **environment: str) -> Bytes:
    into.mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, str(book), str(into)],
        env={**os.environ, **environment}, cwd=into, check=True, timeout=300,
    )  # fmt: skip
    return {name: (into / f"report.{name}").read_bytes() for name in FORMATS}


@pytest.mark.slow
class TestExecuted:
    """Reports as they come out of a kernel."""

    @pytest.fixture(scope="class", params=LANGUAGES)
    def books(self, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], str]:
        from qualityedu.report.execute import execute
        from qualityedu.report.request import Request

        asked = {"data": "world", "region": "039", "year": 2022, "lang": request.param}
        folder = tmp_path_factory.mktemp("executed")
        books = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            execute(Request("region_report", asked), folder / name / "report.ipynb")
            books.append(folder / name / "report.ipynb")
        return books, request.param

    def test_four_formats_agree_and_come_out_the_same(self, books: tuple[list[Path], str], tmp_path: Path) -> None:
        files, lang = books
        runs = [
            _made(nbformat.read(book, as_version=4), tmp_path / str(place), lang) for place, book in enumerate(files)
        ]
        assert [name for name in FORMATS if runs[0][name] != runs[1][name]] == []
        said = {name: read(runs[0][name]) for name, read in READERS.items()}
        for other in ("docx", "pdf", "xlsx"):
            assert list(map(numbers_in, said[other].tables)) == list(map(numbers_in, said["html"].tables))


ATTACKS = [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)*cmd", "\t=1+1", "{=1+1}", "=HYPERLINK(\"http://e.org\",\"x\")",
    "#panic(1)", "*bold* _em_", "$ x^2 $", "@ref <label>", "\\u{41} \\", "[#read(\"/etc/passwd\")]", "]) #sys.inputs",
    "// comment", "= heading", "- item", "```raw```", "\"quoted\"", "a--b...c~d", "http://e.org",
    "</w:t></w:r><w:r><w:t>x", "]]><x/>", "&amp;&lt;", "<script>alert(1)</script>", "{{ 7*7 }} {x} %s", "A&BÄ",
]  # fmt: skip


def _attacked(words: str) -> NotebookNode:
    """A small report in which every place that may hold words from a table holds these."""
    picture = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIGhlaWdodD0iOXB0IiB3aWR0aD0iOXB0IiB2aWV3Qm94PSIwIDAgOSA5Ij48L3N2Zz4="  # noqa: E501
    html = Markup(
        '<header><h1>{0}</h1><p class="under">{0}</p></header><p class="verdict met">{0}</p>'
        '<dl class="cards"><div><dt>{0}</dt><dd><strong>{0}</strong> <span>{0}</span></dd></div></dl><h2>{0}</h2>'
        '<figure><img src="data:image/svg+xml;base64,{1}" alt="{0}"><figcaption>{0}</figcaption></figure>'
        '<table><caption>{0}</caption><thead><tr><th scope="col">{0}</th><th scope="col" class="number">{0}</th></tr>'
        '</thead><tbody><tr><th scope="row">{0}</th><td class="number">{0}</td></tr></tbody></table>'
        "<ul><li>{0}</li></ul>"
    ).format(words, picture)
    return new_notebook(cells=[shown(str(html))])


@pytest.mark.parametrize("words", ATTACKS)
def test_what_a_table_holds_is_text_in_every_format(words: str, tmp_path: Path) -> None:
    done = render(
        _attacked(words), into=tmp_path, title=words, lang="en",
        facts={"id": words, "dataset": words, "source": words, "licence": words, "synthetic": True},
    )  # fmt: skip
    assert done.failed == {}
    seen = " ".join(words.split())
    for name, read in READERS.items():
        said = read(done.files[name].read_bytes())
        assert [[squeezed(cell) for cell in table] for table in said.tables] == [[squeezed(seen)] * 5], name
        assert sum(squeezed(text) == squeezed(seen) for text in said.texts) >= 7, name
        assert list(map(squeezed, said.pictures)) == ([squeezed(seen)] if name != "xlsx" else [])
    book = load_workbook(done.files["xlsx"])
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink.target is None for cell in cells if cell.hyperlink)
    with ZipFile(done.files["xlsx"]) as file:
        assert not any(b"<f>" in file.read(name) for name in file.namelist())


class TestFailures:
    def test_one_format_leaves_the_others(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def broken(*_: object) -> bytes:
            raise RuntimeError("no room for ink")

        monkeypatch.setattr("qualityedu.render.pdf.pdf_bytes", broken)
        done = render(_attacked("a"), into=tmp_path, title="t", lang="zh")
        assert sorted(done.files) == ["docx", "html", "xlsx"]
        assert list(done.failed) == ["pdf"]
        assert "no room for ink" in done.failed["pdf"] and "其他格式不受影响" in done.failed["pdf"]
        assert not (tmp_path / "report.pdf").exists()

    def test_a_half_written_file_does_not_stay(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def full(path: Path, _: bytes) -> int:
            path.touch()
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        done = render(_attacked("a"), into=tmp_path, title="t", lang="en", formats=["html"])
        assert done.files == {}
        assert "No space left on device" in done.failed["html"]
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_without_typst_the_remedy_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str
    ) -> None:
        monkeypatch.setitem(sys.modules, "typst", None)
        done = render(_attacked("a"), into=tmp_path, title="t", lang=lang)
        assert sorted(done.files) == ["html", "xlsx"]
        assert all("pip install typst" in reason for reason in done.failed.values())

    def test_a_format_there_is_not(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="odt"):
            render(_attacked("a"), into=tmp_path, title="t", lang="en", formats=["odt"])

    def test_what_is_asked_for_alone_is_made(self, tmp_path: Path) -> None:
        done = render(_attacked("a"), into=tmp_path, title="t", lang="en", formats=["xlsx"])
        assert list(done.files) == ["xlsx"]
        assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


class TestThePdf:
    """Without veraPDF, what PDF/UA-1 asks for that a program can see; typst itself refuses to break the rest."""

    def test_says_that_it_is_accessible_and_in_which_language(self, made: tuple[Bytes, str]) -> None:
        reader = PdfReader(io.BytesIO(made[0]["pdf"]))
        root = reader.trailer["/Root"]
        assert str(root["/Lang"]).lower().startswith(made[1])
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata and reader.metadata.title == "报告 & report"
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()

    def test_its_fonts_are_ours_and_inside(self, made: tuple[Bytes, str]) -> None:
        fonts = {}
        for page in PdfReader(io.BytesIO(made[0]["pdf"])).pages:
            for font in page["/Resources"].get("/Font", {}).values():
                (inner,) = font.get_object()["/DescendantFonts"]
                fonts[str(font.get_object()["/BaseFont"])] = inner.get_object()["/FontDescriptor"]
        assert fonts
        assert all("QualityEduSansSC" in name for name in fonts)
        assert all("/FontFile3" in each for each in fonts.values())

    def test_its_tags_are_those_of_the_report(self, made: tuple[Bytes, str], said: dict[str, Said]) -> None:
        tree = tags_of(made[0]["pdf"])
        assert len(tree.all("H1")) == 1
        assert len(tree.all("H2")) >= 4
        assert all(figure.alt.strip() for figure in tree.all("Figure"))
        for table in tree.all("Table"):
            (head,) = table.all("THead")
            assert head.all("TH")
            assert len(table.all("TBody")) == len(table.all("Caption")) == 1
        assert len(tree.all("Table")) == len(said["html"].tables)

    def test_bookmarks_lead_to_the_headings(self, made: tuple[Bytes, str]) -> None:
        (title, parts) = PdfReader(io.BytesIO(made[0]["pdf"])).outline
        tree = tags_of(made[0]["pdf"])
        assert title.title == tree.all("H1")[0].text
        assert [each.title for each in parts] == [each.text for each in tree.all("H2")]

    def test_its_pages_are_a4(self, made: tuple[Bytes, str]) -> None:
        for page in PdfReader(io.BytesIO(made[0]["pdf"])).pages:
            assert sorted(map(float, page.mediabox[2:])) == pytest.approx([595.28, 841.89], abs=0.5)


class TestTheWordFile:
    def test_has_the_margins_of_the_standard(self, made: tuple[Bytes, str]) -> None:
        import docx

        word = docx.Document(io.BytesIO(made[0]["docx"]))
        section = word.sections[0]
        sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin,
                 section.left_margin, section.right_margin)  # fmt: skip
        assert [round(size.mm) for size in sizes if size] == [210, 297, 37, 35, 28, 26]
        assert word.core_properties.title == "报告 & report"
        assert (word.core_properties.language or "").startswith(made[1])

    def test_its_tables_fit_and_repeat_their_heads(self, made: tuple[Bytes, str]) -> None:
        import docx
        from docx.oxml.ns import qn

        word = docx.Document(io.BytesIO(made[0]["docx"]))
        assert word.tables
        wide = 0
        for table in word.tables:
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
            width = sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) / 1440 * 25.4
            assert width <= 297 - 37 - 35 + 0.1
            wide += width > 210 - 28 - 26 + 0.1
        turned = [section for section in word.sections if section.page_width > section.page_height]
        assert len(turned) == wide

    def test_names_fonts_for_chinese_and_holds_none(self, made: tuple[Bytes, str]) -> None:
        with ZipFile(io.BytesIO(made[0]["docx"])) as file:
            styles, fonts = (file.read(f"word/{name}.xml").decode() for name in ("styles", "fontTable"))
            assert not [name for name in file.namelist() if "font" in name.lower() and not name.endswith(".xml")]
        assert 'w:eastAsia="仿宋"' in styles if made[1] == "zh" else 'w:eastAsia="宋体"' in styles
        assert "w:altName" in fonts
        assert 'w:name="宋体"' in fonts

    def test_headings_are_headings(self, made: tuple[Bytes, str], said: dict[str, Said]) -> None:
        import docx

        word = docx.Document(io.BytesIO(made[0]["docx"]))
        styles = [each.style.name for each in word.paragraphs if each.style]
        assert styles.count("Title") == 1
        assert styles.count("Heading 1") == len(tags_of(made[0]["pdf"]).all("H2"))


class TestTheWorkbook:
    def test_names_its_sheets_and_says_where_they_come_from(self, made: tuple[Bytes, str]) -> None:
        book = load_workbook(io.BytesIO(made[0]["xlsx"]))
        contents = book.worksheets[0]
        assert contents.title == say("sheet.contents", made[1])
        links = [row[0].hyperlink.location for row in contents.iter_rows() if row[0].hyperlink]
        assert links == [f"'{sheet.title}'!A1" for sheet in book.worksheets[2:]]
        for sheet in book.worksheets[2:]:
            assert sheet.freeze_panes
            words = [str(row[0].value) for row in sheet.iter_rows() if row[0].value]
            assert say("sheet.source", made[1], value="来源") in words
            assert say("sheet.licence", made[1], value="CC0-1.0") in words

    def test_a_table_behind_a_figure_has_the_figure_in_words(
        self, made: tuple[Bytes, str], said: dict[str, Said]
    ) -> None:
        book = load_workbook(io.BytesIO(made[0]["xlsx"]))
        words = {str(cell.value) for sheet in book.worksheets[2:] for row in sheet.iter_rows() for cell in row}
        for alt in said["html"].pictures:
            assert say("sheet.alt", made[1], value=alt) in words


def test_refusals_of_rendering_are_worded() -> None:
    for lang in LANGUAGES:
        assert "typst" in Refusal("typst_missing", reason="x").sentence(lang)


def test_a_figure_alone_is_a_report_too(released: Released, tmp_path: Path) -> None:
    section = spreads_section(released("demo", "999901"), "zh")
    _made(new_notebook(cells=[shown("<h1>一</h1>"), shown(section._repr_html_())]), tmp_path)
