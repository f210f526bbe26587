"""The page: complete in itself, readable by every program, and clean whatever a workbook held."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from html_reading import Reading, complaints_of_tables, read_html
from nbformat.v4 import new_notebook
from shown_notebook import SECRET, notebook_of, region_report, shown

from conftest import Released
from qualityedu import figures, tables
from qualityedu.findings import Overview, associations
from qualityedu.models import RegionalModel
from qualityedu.release import releasable_overview
from qualityedu.render import html_page, render_html
from qualityedu.text import LANGUAGES

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def pages(
    released: Released, overviews: dict[str, Overview], models: dict[str, list[RegionalModel]]
) -> dict[tuple[str, str], str]:
    """The three reports as the notebooks put them together, in both languages, without a kernel."""
    made = {}
    for lang in LANGUAGES:
        for name, region in (("demo", "999901"), ("world", "039")):
            notebook = region_report(released(name, region), models[name], region, lang)
            made[name, lang] = render_html(notebook, title="报告 & report", lang=lang)
        seen = releasable_overview(overviews["demo"])
        pairs = associations(overviews["demo"].values)
        pieces = [
            tables.regions_heading(seen, "quality_and_exam", lang),
            tables.orientation_headline(pairs, lang),
            figures.aims_section(seen, lang),
            tables.associations_section(pairs, lang),
            tables.regions_table(seen, lang),
        ]
        made["quality_and_exam", lang] = render_html(notebook_of(*pieces), title="报告 & report", lang=lang)
    return made


@pytest.fixture(
    scope="module",
    params=[(name, lang) for name in ("demo", "world", "quality_and_exam") for lang in LANGUAGES],
    ids=str,
)
def page(request: pytest.FixtureRequest, pages: dict[tuple[str, str], str]) -> tuple[str, str]:
    """The text of one page, and its language."""
    return pages[request.param], request.param[1]


def _styles(reading: Reading) -> str:
    return "".join(each.text for each in reading.all("style"))


class TestThePage:
    def test_has_language_title_one_h1_and_one_main(self, page: tuple[str, str]) -> None:
        text, lang = page
        reading = read_html(text)
        assert text.lower().startswith("<!doctype html>")
        (root,) = reading.all("html")
        assert root.attributes["lang"] == {"zh": "zh-CN", "en": "en"}[lang]
        assert [each.text for each in reading.all("title")] == ["报告 & report"]
        assert len(reading.all("h1")) == len(reading.all("main")) == 1
        assert reading.under(reading.all("main")[0], "h1")
        assert reading.all("meta")[0].attributes == {"charset": "utf-8"}
        assert reading.crossed == []

    def test_headings_go_down_one_step_at_a_time(self, page: tuple[str, str]) -> None:
        levels = [int(each.tag[1]) for each in read_html(page[0]).all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1
        assert len(levels) > 3
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
        assert all(each.text.strip() for each in read_html(page[0]).all("h1", "h2", "h3"))

    def test_asks_the_network_for_nothing(self, page: tuple[str, str]) -> None:
        reading = read_html(page[0])
        for each in reading.elements:
            for name in ("src", "href", "srcset", "poster", "action", "data"):
                assert not re.match(r"\s*(https?:)?//", each.attributes.get(name, "")), each
        assert not re.search(r"url\(|@import|https?:", _styles(reading))
        policy = [each.attributes for each in reading.all("meta") if "http-equiv" in each.attributes]
        assert [each["http-equiv"] for each in policy] == ["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy[0]["content"].split(";"))
        assert rules == {"default-src": "'none'", "img-src": "data:", "style-src": "'unsafe-inline'"}

    def test_runs_nothing(self, page: tuple[str, str]) -> None:
        reading = read_html(page[0])
        assert not reading.all("script", "iframe", "object", "embed", "link", "base", "form", "input", "svg")
        assert not [name for each in reading.elements for name in each.attributes if name.startswith("on")]

    def test_pictures_are_inside_and_said_in_words(self, page: tuple[str, str]) -> None:
        images = read_html(page[0]).all("img")
        assert images
        for image in images:
            assert image.attributes["src"].startswith("data:image/svg+xml;base64,")
            assert re.search(r"\d", image.attributes["alt"])
        assert len(read_html(page[0]).all("figcaption")) == len(images)

    def test_tables_have_captions_and_scope(self, page: tuple[str, str]) -> None:
        reading = read_html(page[0])
        assert reading.all("table")
        assert complaints_of_tables(reading) == []

    def test_classes_that_are_used_are_styled(self, page: tuple[str, str]) -> None:
        """A class that the clean-up or the style sheet lost would show as a plain line."""
        reading = read_html(page[0])
        used = {name for each in reading.elements for name in each.attributes.get("class", "").split()}
        assert {"verdict", "cards", "number"} <= used
        assert {
            name for name in ("verdict", "cards", "number", "status") if f".{name}" not in _styles(reading)
        } == set()

    def test_prints_on_a4(self, page: tuple[str, str]) -> None:
        css = _styles(read_html(page[0]))
        assert re.search(r"@page\s*{[^}]*size:\s*A4", css)
        assert re.search(r"@media print\s*{.*break-inside:\s*avoid", css, flags=re.DOTALL)

    def test_shows_no_code_print_warning_or_parameter(self, page: tuple[str, str]) -> None:
        assert SECRET not in page[0]
        assert "<code" not in page[0]
        assert "¶" not in page[0]

    def test_is_small_enough_to_send(self, page: tuple[str, str]) -> None:
        assert len(page[0].encode()) < 5 * MEGABYTE

    def test_is_the_same_again(self, released: Released) -> None:
        notebook = notebook_of(tables.summary(released("demo", "999901"), "zh"))
        first, second = (render_html(notebook, title="x", lang="zh") for _ in range(2))
        assert first == second


class TestWhatIsRemoved:
    @pytest.mark.parametrize(
        "planted",
        [
            "<script>alert(1)</script>",
            "<img src='x' alt='1' onerror='alert(1)'>",
            "<a href='javascript:alert(1)'>here</a>",
            "<a href=' java\nscript:alert(1)'>here</a>",
            "<a href='https://example.org/x'>here</a>",
            "<img src='https://example.org/x.png' alt='1'>",
            "<img src='//example.org/x.png' alt='1'>",
            "<img src='data:text/html,example.org' alt='1'>",
            "<a href='//example.org/x'>here</a>",
            "<a href='data:text/html,<script>example.org</script>'>here</a>",
            "<a href='file:///example.org'>here</a>",
            "<a href='\\\\example.org\\x'>here</a>",
            "<div style='background:url(https://example.org/x)'>a</div>",
            "<style>body { display: none }</style>",
            "<link rel='stylesheet' href='https://example.org/x.css'>",
            "<iframe src='https://example.org'></iframe>",
            "<object data='x'></object><embed src='x'>",
            "<form action='https://example.org'><input name='a'></form>",
            "<svg onload='alert(1)'><script>alert(1)</script></svg>",
            "<math><mtext><script>alert(1)</script></mtext></math>",
            "<meta http-equiv='refresh' content='0;url=https://example.org'>",
            "<base href='https://example.org'>",
            "</section></main></body></html><script>alert(1)</script>",
            "<!-- <script>alert(1)</script> -->",
            "<p onclick=alert(1)>a</p>",
        ],
    )
    def test_in_what_a_cell_shows(self, planted: str) -> None:
        text = render_html(new_notebook(cells=[shown(f"<p>before</p>{planted}<p>after</p>")]), title="x", lang="zh")
        plain = render_html(new_notebook(cells=[shown("<p>before</p><p>after</p>")]), title="x", lang="zh")
        reading = read_html(text)
        assert {"before", "after"} <= {each.text for each in reading.all("p")}
        assert not reading.all("script", "iframe", "object", "embed", "link", "base", "form", "svg", "math", "input")
        assert len(reading.all("style")) == len(reading.all("main")) == 1
        assert reading.all("style")[0].text == read_html(plain).all("style")[0].text
        assert len(reading.all("meta")) == len(read_html(plain).all("meta"))
        assert not [name for each in reading.elements for name in each.attributes if name.startswith("on")]
        inside = "".join(str(each.attributes) for each in reading.elements if each.tag not in ("html", "meta"))
        assert "example.org" not in inside
        assert "javascript" not in re.sub(r"\s", "", inside.lower().replace("\\n", ""))
        assert "style" not in inside
        assert reading.crossed == []

    def test_what_our_own_tables_use_stays(self) -> None:
        ours = (
            '<table><caption>c</caption><thead><tr><th scope="col" class="number">a</th></tr></thead>'
            '<tbody><tr><th scope="row">1</th></tr></tbody></table>'
            '<p class="synthetic" role="note">n</p><a href="demo/x/share/report.html">r</a>'
            '<img src="data:image/svg+xml;base64,AAAA" alt="5">'
        )
        page = html_page([ours], title="x", lang="en")
        for kept in ('scope="col"', 'scope="row"', 'class="number"', 'role="note"', 'href="demo/x/share/report.html"'):
            assert kept in page
        assert 'src="data:image/svg+xml;base64,AAAA"' in page

    def test_a_title_is_words(self) -> None:
        page = html_page(["<p>1</p>"], title="</title><script>alert(1)</script>", lang="en")
        assert not read_html(page).all("script")
        assert read_html(page).all("title")[0].text == "</title><script>alert(1)</script>"

    def test_pieces_that_are_empty_leave_no_section(self) -> None:
        notebook = new_notebook(cells=[shown(""), shown("  \n"), shown("<p>1</p>")])
        assert len(read_html(render_html(notebook, title="x", lang="zh")).all("section")) == 1


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
A4 = (595.28, 841.89)


def _browser() -> str:
    found = os.environ.get("QUALITYEDU_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed; name one in QUALITYEDU_BROWSER")
    return found


@pytest.mark.render
def test_a_browser_prints_it_on_a4(pages: dict[tuple[str, str], str], tmp_path: Path) -> None:
    browser = _browser()
    (tmp_path / "report.html").write_text(pages["demo", "zh"], encoding="utf-8")
    printed = tmp_path / "report.pdf"
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={tmp_path / 'b'}",
    ]
    subprocess.run(
        [browser, *options, f"--print-to-pdf={printed}", (tmp_path / "report.html").as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    content = printed.read_bytes()
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
    assert content.startswith(b"%PDF")
    assert 2 <= len(boxes) <= 40
    for width, height in boxes:
        assert (float(width), float(height)) == pytest.approx(A4, abs=1.5)
