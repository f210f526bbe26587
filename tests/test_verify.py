"""Faults planted in the folders of reports, one at a time, and what is said of each."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

from qualityedu.cli.commands.verify import command
from qualityedu.errors import Problem, RequestError
from qualityedu.report.record import seal_of
from qualityedu.report.verification import reports_in, verify
from qualityedu.report.verification.contents import machine_folders_in
from qualityedu.text import LANGUAGES

PAGE = "<!doctype html><html lang='zh-CN'><title>云麓区</title><body><p>12/31 所学校达标。km/h</p></body></html>"

# Made up: the first seventeen digits are of nobody's, the last follows from them (GB 11643-1999).
IDENTITY = "11010519491231002X"
MOBILE = "13800138005"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_record(folder: Path, **changed: Any) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "record.json")
    record = {
        "request": {"notebook": "region_report", "parameters": {"data": "demo", "region": "999902", "year": 2023}},
        "data": {"name": "schools.csv", "sha256": _sha256(folder / "data" / "schools.csv")},
        "id": folder.name[-10:],
        "outputs": {path.relative_to(folder).as_posix(): _sha256(path) for path in files},
        **changed,
    }
    record["seal"] = seal_of(record)
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def _make(into: Path, name: str = "999902-2023-zh-0123456789") -> Path:
    folder = into / name
    (folder / "share").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "share" / "report.html").write_text(PAGE, encoding="utf-8")
    (folder / "numbers.txt").write_text("999902 2023 x primary region 0.5000 — no_standard\n", encoding="utf-8")
    (folder / "data" / "schools.csv").write_text("区县代码\n999902\n", encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(), folder / "report.ipynb")
    _write_record(folder)
    return folder


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return _make(tmp_path)


def _keys(problems: list[Problem]) -> list[str]:
    return [problem.key for problem in problems]


def _html(folder: Path, text: str) -> None:
    (folder / "share" / "report.html").write_text(PAGE.replace("<p>", f"<p>{text} "), encoding="utf-8")


def _office(folder: Path, name: str, text: str) -> None:
    with zipfile.ZipFile(folder / "share" / name, "w") as package:
        package.writestr("[Content_Types].xml", '<Types><Override PartName="/word/document.xml"/></Types>')
        package.writestr("word/document.xml", f"<w:t>{text}</w:t>")


def _notebook(folder: Path, text: str) -> None:
    output = nbformat.v4.new_output("stream", name="stdout", text=text)
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])]), folder / "report.ipynb"
    )


def test_a_sound_report_has_no_problem(report: Path) -> None:
    assert verify(report) == []


def test_pictures_written_out_in_letters_are_not_read(report: Path) -> None:
    letters = base64.b64encode(b"x" * 30).decode() + "/home/abcd/" + "A" * 5
    _html(report, f'<img alt="a" src="data:image/png;base64,{letters}">')
    _write_record(report)
    assert verify(report) == []


PLANTED: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a file edited": (lambda f: _html(f, "改"), "verify_changed", "share/report.html"),
    "a digest edited": (lambda f: (f / "numbers.txt").write_text("1\n"), "verify_changed", "numbers.txt"),
    "a file gone": (lambda f: (f / "share/report.html").unlink(), "verify_missing", "share/report.html"),
    "a file added": (lambda f: (f / "share/备注.txt").write_text("x"), "verify_foreign", "share/备注.txt"),
    "a file emptied": (lambda f: (f / "numbers.txt").write_text(""), "verify_empty", "numbers.txt"),
    "an empty file added": (lambda f: (f / "share/a.html").touch(), "verify_empty", "share/a.html"),
    "an unreadable record": (
        lambda f: (f / "record.json").write_text("{"),
        "verify_record_unreadable",
        "record.json",
    ),
    "a record that lacks": (lambda f: (f / "record.json").write_text("{}"), "verify_record_lacks", "record.json"),
    "a record edited": (
        lambda f: _edit(f / "record.json", '"year": 2023', '"year": 2022'),
        "verify_record_edited",
        "record.json",
    ),
    "another id": (lambda f: _write_record(f, id="9876543210"), "verify_other_id", "record.json"),
    "another table": (
        lambda f: _write_record(f, data={"name": "schools.csv", "sha256": "0" * 64}),
        "verify_other_table",
        "data/schools.csv",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_fault_against_the_record_is_found(report: Path, name: str) -> None:
    plant, key, where = PLANTED[name]
    plant(report)
    assert [(each.key, each.where) for each in verify(report)] == [(key, f"{report.name}/{where}")]


@pytest.mark.skipif(os.name == "nt", reason="making links needs a right that few accounts have under Windows")
def test_a_link_in_place_of_a_file_is_found(report: Path, tmp_path: Path) -> None:
    page = report / "share" / "report.html"
    page.rename(tmp_path / "elsewhere.html")
    page.symlink_to(tmp_path / "elsewhere.html")
    assert _keys(verify(report)) == ["verify_link"]


INSIDE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder in a page": (lambda f: _html(f, "见 /home/wang/报告/x.html"), "verify_folder_named"),
    "a folder of Windows in a page": (lambda f: _html(f, r"见 D:\数据\学校.xlsx"), "verify_folder_named"),
    "a folder in a document": (lambda f: _office(f, "report.docx", "/tmp/x1/figure.png"), "verify_folder_named"),
    "a folder in a workbook": (lambda f: _office(f, "report.xlsx", r"C:\Users\wang\a.csv"), "verify_folder_named"),
    "a folder in a notebook": (lambda f: _notebook(f, "/srv/jobs/7/a.csv\n"), "verify_folder_named"),
    "a traceback": (lambda f: _html(f, "Traceback (most recent call last)"), "verify_code"),
    "a warning": (lambda f: _html(f, "RuntimeWarning: divide by zero"), "verify_code"),
    "a cell of code": (lambda f: _html(f, "import qualityedu as qe"), "verify_code"),
    "a prompt": (lambda f: _html(f, "\nIn [3]:"), "verify_code"),
    "an identity number": (lambda f: _html(f, IDENTITY), "verify_identity_number"),
    "a telephone in a document": (lambda f: _office(f, "report.docx", f"联系人 {MOBILE}"), "verify_mobile_number"),
    "a telephone in the notebook": (lambda f: _notebook(f, f"{MOBILE}\n"), "verify_mobile_number"),
    "a telephone in the table": (
        lambda f: (f / "data/schools.csv").write_text(f"电话\n{MOBILE}\n"),
        "verify_mobile_number",
    ),
    "a damaged document": (lambda f: (f / "share/report.docx").write_bytes(b"PK\x03\x04"), "verify_broken"),
    "a damaged page": (lambda f: (f / "share/report.html").write_bytes(b"\xff\xfe\xff"), "verify_broken"),
}


@pytest.mark.parametrize("name", INSIDE)
def test_each_fault_inside_a_file_is_found(report: Path, name: str) -> None:
    plant, key = INSIDE[name]
    plant(report)
    _write_record(report)
    assert _keys(verify(report)) == [key]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_personal_is_repeated(report: Path, lang: str) -> None:
    _html(report, f"{IDENTITY}<br>{MOBILE}")
    _write_record(report)
    said = [problem.sentence(lang) for problem in verify(report)]
    assert len(said) == 2
    assert not any(IDENTITY in each or MOBILE in each for each in said)


def _pdf(path: Path, text: str) -> None:
    """A page of one line, as small as such a file can be."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )
    path.write_bytes(body)


def test_the_words_of_a_pdf_are_read(report: Path) -> None:
    pytest.importorskip("pypdf")
    _pdf(report / "share" / "report.pdf", f"See /home/wang/a.csv or call {MOBILE}")
    _write_record(report)
    assert _keys(verify(report)) == ["verify_folder_named", "verify_mobile_number"]


def test_everything_is_said_at_once(report: Path) -> None:
    _html(report, f"/home/wang/a.csv {MOBILE} Traceback (most recent call last)")
    (report / "numbers.txt").unlink()
    (report / "extra.txt").write_text("x")
    assert sorted(_keys(verify(report))) == sorted(
        [
            "verify_changed",
            "verify_missing",
            "verify_foreign",
            "verify_folder_named",
            "verify_mobile_number",
            "verify_code",
        ]
    )


@pytest.mark.parametrize(
    "text",
    ["/home/wang/a", "C:\\Users\\wang", "d:/data/x", "\\\\server\\share", "file:///etc/x", "/opt/a/b/c/d", "(/tmp/a)"],
)
def test_folders_of_a_machine_are_known(text: str) -> None:
    assert machine_folders_in(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "https://www.example.org/home/page/x/y", "12/31", "km/h", "达标/未达标", "</body></html>", "and/or",
        "2023/24", "a:b", "Ratio: 3", "//example.org/a/b", "教督〔2017〕6号 / Document 6", "/word/document.xml",
        "data/schools.csv", "C:", "</style/", "src='figures/a/b/c.png'",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_folder_is_let_pass(text: str) -> None:
    assert machine_folders_in(text) == []


def test_what_only_looks_like_personal_data_is_let_pass(report: Path) -> None:
    """An identity number with another check digit, an amount with separators, decimals, a longer number."""
    _html(report, f"{IDENTITY[:-1]}1 13,800,138,005 0.13800138005 1{MOBILE} {MOBILE}1")
    _write_record(report)
    assert verify(report) == []


class TestBatch:
    @pytest.fixture
    def batch(self, tmp_path: Path) -> Path:
        one = _make(tmp_path / "demo")
        other = _make(tmp_path / "demo", "999903-2023-zh-aaaaaaaaaa")
        asked = {"notebook": "region_report", "parameters": {"data": "demo", "region": "999903", "year": 2023}}
        _write_record(other, request=asked)
        links = "".join(f'<a href="demo/{each.name}/share/report.html">x</a>' for each in (one, other))
        (tmp_path / "index.html").write_text(f'{links}<a href="https://example.org/">y</a>', encoding="utf-8")
        return tmp_path

    def test_a_sound_batch_has_no_problem(self, batch: Path) -> None:
        assert len(reports_in(batch)) == 2
        assert verify(batch) == []

    def test_two_reports_of_one_request(self, batch: Path) -> None:
        again = _make(batch / "demo", "999902-2023-zh-bbbbbbbbbb")
        (note,) = verify(batch)
        assert (note.key, note.where, note.level) == ("verify_not_in_index", f"demo/{again.name}", "note")
        _edit(batch / "index.html", "<a href", f'<a href="demo/{again.name}/share/report.html">x</a><a href')
        (found,) = verify(batch)
        assert (found.key, found.where) == ("verify_twice", f"demo/{again.name}")
        assert found.values["other"] == "demo/999902-2023-zh-0123456789"

    def test_a_link_that_leads_nowhere(self, batch: Path) -> None:
        (batch / "demo" / "999903-2023-zh-aaaaaaaaaa" / "share" / "report.html").unlink()
        assert sorted(_keys(verify(batch))) == ["verify_index_link", "verify_missing"]

    def test_no_index(self, batch: Path) -> None:
        (batch / "index.html").unlink()
        assert _keys(verify(batch)) == ["verify_no_index"]

    def test_what_an_interruption_left(self, batch: Path) -> None:
        (batch / "demo" / ".999904-2023-zh-cccccccccc.4711" / "share").mkdir(parents=True)
        (batch / "demo" / "999905-2023-zh-dddddddddd.failed").mkdir()
        found = {problem.key: problem for problem in verify(batch)}
        assert set(found) == {"verify_left_over", "verify_failed"}
        assert found["verify_failed"].level == "note"

    def test_a_report_whose_record_is_gone(self, batch: Path) -> None:
        (batch / "demo" / "999903-2023-zh-aaaaaaaaaa" / "record.json").unlink()
        assert _keys(verify(batch)) == ["verify_no_record"]

    def test_the_files_beside_the_reports_are_read_too(self, batch: Path) -> None:
        _edit(batch / "index.html", "y</a>", f"y</a> {MOBILE}")
        (batch / "index.json").write_text('{"into": "/home/wang/out"}', encoding="utf-8")
        (batch / "numbers.csv").touch()
        assert [(each.key, each.where) for each in verify(batch)] == [
            ("verify_mobile_number", "index.html"),
            ("verify_folder_named", "index.json"),
            ("verify_empty", "numbers.csv"),
        ]

    def test_problems_of_every_report_are_listed(self, batch: Path) -> None:
        for report in reports_in(batch):
            _html(report, "改")
        assert [problem.where for problem in verify(batch)] == [
            f"demo/{report.name}/share/report.html" for report in reports_in(batch)
        ]


def test_a_folder_without_reports_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as raised:
        verify(tmp_path)
    assert raised.value.key == "verify_no_report"


class TestCommand:
    @staticmethod
    def _run(*words: str) -> Result:
        return CliRunner().invoke(command, list(words))

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_sound(self, report: Path, lang: str) -> None:
        done = self._run(str(report), "--lang", lang)
        assert done.exit_code == 0
        assert len(done.output.splitlines()) == 1

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_problem_is_a_line(self, report: Path, lang: str) -> None:
        _html(report, "/home/wang/a.csv")
        done = self._run(str(report), "--lang", lang)
        assert done.exit_code == 1
        assert [line.split("  ")[1] for line in done.output.splitlines()[1:]] == [
            f"{report.name}/share/report.html"
        ] * 2

    def test_for_a_program(self, report: Path) -> None:
        _html(report, "改")
        done = self._run(str(report), "--json")
        assert done.exit_code == 1
        given = json.loads(done.output)
        assert given["reports"] == 1
        (problem,) = given["problems"]
        assert problem["key"] == "verify_changed"
        assert problem["where"] == f"{report.name}/share/report.html"
        assert problem["zh"] != problem["en"]

    def test_a_note_alone_is_no_fault(self, tmp_path: Path) -> None:
        _make(tmp_path / "demo")
        (tmp_path / "index.html").write_text('<a href="https://example.org/">x</a><a href="index.html">y</a>')
        done = self._run(str(tmp_path))
        assert done.exit_code == 0
        assert len(done.output.splitlines()) == 3


def test_every_problem_reads_well_in_both_languages(report: Path, tmp_path: Path) -> None:
    for lang in LANGUAGES:
        for key, values in {
            "verify_unread": {}, "verify_link": {}, "verify_record_lacks": {"keys": "id"},
            "verify_index_link": {"link": "a"}, "verify_twice": {"other": "a"},
        }.items():  # fmt: skip
            assert Problem(key, "x", values).sentence(lang).startswith("x  ")
