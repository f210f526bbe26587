"""Numbers read back and compared with tolerances; a report made again from its folder; notebooks reviewed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from conftest import ROOT, Released
from qualityedu import tables
from qualityedu.cli.commands import rerun as rerun_command
from qualityedu.cli.commands import review as review_command
from qualityedu.datasets import open_dataset
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.report import Request, make_report
from qualityedu.report.again import rerun, rerun_report
from qualityedu.report.comparison import compare, differences
from qualityedu.report.description import keep_description
from qualityedu.report.execute import numbers_of
from qualityedu.report.fingerprints import hash_of_description
from qualityedu.report.numbers import Number, read_digest, read_shown
from qualityedu.report.reviewers_report import review_record, review_text, write_review
from qualityedu.report.reviewing import Reviewed, notebooks_to_review, review
from qualityedu.report.tolerances import tolerance_for, tolerances, tolerances_reviewed
from qualityedu.report.verification import verify
from qualityedu.text import LANGUAGES

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _one(text: str, kind: str = "value") -> list[Number]:
    return [Number("x", kind, text)]


def _said(kept: str, again: str, kind: str = "value") -> str:
    (found,) = compare(_one(kept, kind), _one(again, kind))
    return found.classification


class TestTolerances:
    def test_those_that_were_asked_for(self) -> None:
        """The list of requirements: relative 1e-6 in general, 1e-5 for errors, 1e-4 absolute for p-values."""
        assert tolerance_for("value").relative == Decimal("1e-6")
        assert tolerance_for("estimate").relative == Decimal("1e-6")
        assert tolerance_for("standard_error").relative == Decimal("1e-5")
        assert tolerance_for("p_value").absolute == Decimal("1e-4")
        assert tolerance_for("count").exact

    def test_each_says_why_and_the_file_is_dated(self) -> None:
        assert all(len(each.why) > 20 for each in tolerances().values())
        assert tolerances_reviewed().year >= 2026

    def test_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(DefinitionError, match="no such kind: weight"):
            tolerance_for("weight")


@pytest.mark.parametrize(
    ("kept", "again", "kind", "expected"),
    [
        ("0.5018", "0.5018", "value", "same"),
        ("0.5018", "0.5019", "value", "rounding"),
        ("0.5018", "0.5017", "value", "rounding"),
        ("0.5018", "0.5020", "value", "outside"),
        ("0.5018", "0.5028", "value", "outside"),  # the third digit
        ("19890.3917", "19890.3918", "value", "rounding"),
        ("19890.3917", "19890.4000", "value", "within"),  # 4e-7 of it
        ("19890.3917", "19890.4917", "value", "outside"),
        ("0.123456789", "0.123456790", "value", "rounding"),
        ("0.123456789", "0.123456889", "value", "within"),
        ("0.123456789", "0.124456789", "value", "outside"),
        ("78.716212", "78.716912", "standard_error", "within"),
        ("78.716212", "78.716912", "estimate", "outside"),
        ("0.030000", "0.030090", "p_value", "within"),
        ("0.030000", "0.030200", "p_value", "outside"),
        ("31", "32", "count", "outside"),
        ("0.5000", "0.5001", "standard", "outside"),
        ("met", "unmet", "word", "word"),
        ("0.5018", "—", "value", "word"),
        ("—", "—", "value", "same"),
        ("-0.0018", "0.0018", "estimate", "outside"),
        ("1,204.5", "1204.5", "shown", "same"),
        ("−0.20", "-0.20", "shown", "same"),
    ],
)
def test_how_two_numbers_compare(kept: str, again: str, kind: str, expected: str) -> None:
    assert _said(kept, again, kind) == expected


def test_what_is_gone_and_what_is_new_counts() -> None:
    kept, again = [Number("a", "count", "1"), Number("b", "count", "2")], [Number("b", "count", "2"), *_one("1.0")]
    assert [(each.quantity, each.classification) for each in differences(compare(kept, again))] == [
        ("a", "missing"),
        ("x", "new"),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_outcome_reads_in_both_languages(lang: str) -> None:
    kept = [*_one("19890.3917"), *(Number(f"q{n}", "value", "0.5018") for n in range(5)), Number("s", "word", "met")]
    again = [
        *_one("19890.4000"),
        Number("q1", "value", "0.5019"),
        Number("q2", "value", "0.6"),
        Number("q3", "value", "0.5018"),
        Number("q9", "value", "1.0"),
        Number("s", "word", "unmet"),
    ]
    found = compare(kept, again)
    assert {each.classification for each in found} == {
        "same", "rounding", "within", "outside", "word", "missing", "new"
    }  # fmt: skip
    assert all(each.quantity in each.sentence(lang) for each in found)


class TestDigests:
    def test_findings(self, released: Released) -> None:
        now = released("demo", "999902").now
        read = {each.quantity: each for each in read_digest(tables.digest(now))}
        assert len(read) == 3 * len(now)
        for row in now.itertuples():
            name = f"{row.region} {row.year} {row.indicator} {row.stage} {row.subject}"
            value, standard = read[f"{name} value"], read[f"{name} standard"]
            assert (value.kind, standard.kind) == ("value", "standard")
            assert value.value == (None if pd.isna(row.value) else Decimal(tables.fixed(row.value).strip()))
            assert standard.value == (None if pd.isna(row.standard) else Decimal(tables.fixed(row.standard).strip()))
            assert read[f"{name} status"].text == row.status

    def test_a_region_with_blanks_in_its_name(self) -> None:
        (value, *_) = read_digest("Southern Europe 2022 pisa_mathematics secondary region 472.0000 — no_standard")
        assert value == Number("Southern Europe 2022 pisa_mathematics secondary region value", "value", "472.0000")

    @pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
    def test_every_line_that_the_notebooks_keep_is_understood(self, path: Path) -> None:
        """A line that is none of the known forms would be read as words: of these digests none is."""
        text = numbers_of(nbformat.read(path, as_version=4))
        numbers = read_digest(text)
        assert not [each for each in numbers if each.kind == "shown"]
        assert len({each.quantity for each in numbers}) == len(numbers)
        written = re.findall(r"-?\d+\.\d{4}\b", text)
        assert sorted(each.text for each in numbers if each.decimals == 4) == sorted(written)

    @pytest.mark.parametrize(
        ("line", "kinds"),
        [
            ("pisa_mathematics log(gdp_per_head)   69.2886   7.5100", ["estimate", "standard_error"]),
            ("pisa_mathematics I(a ** 2)   69.2886   7.5100", ["estimate", "standard_error"]),
            ("pisa_mathematics rows 49 clusters —", ["count", "count"]),
            ("a b secondary 64    0.8658", ["count", "correlation"]),
            ("creative pisa spending -0.0018 0.0202 -0.0886", ["estimate", "standard_error", "statistic"]),
            ("creative pisa refused model_no_rows", ["word"]),
            ("x primary gini 162 0.0825 0.0046 0.0670 0.0065 0.0090",
             ["count", "index", "standard_error", "index", "index", "index"]),
        ],
    )  # fmt: skip
    def test_every_form(self, line: str, kinds: list[str]) -> None:
        assert [each.kind for each in read_digest(line)] == kinds

    def test_a_line_of_somebody_elses(self) -> None:
        numbers = read_digest("slope 1.2500 on 30 schools (p 0.0312)")
        assert [(each.kind, each.text) for each in numbers[1:]] == [
            ("shown", "1.2500"), ("count", "30"), ("shown", "0.0312"),
        ]  # fmt: skip

    def test_lines_with_the_same_words_are_told_apart(self) -> None:
        names = [each.quantity for each in read_digest("y x 1.0000 0.5000\ny x 2.0000 0.5000")]
        assert names == ["y x estimate", "y x standard_error", "y x estimate [2]", "y x standard_error [2]"]


def _notebook(shown: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {"text/html": "<b>9.99</b>", "text/plain": shown})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])


def test_what_a_report_shows_is_compared_line_by_line() -> None:
    kept = read_shown(_notebook("云麓区 12/31 所学校达标\n差异系数 0.502 p = 0.03"))
    again = read_shown(_notebook("云麓区 13/31 所学校达标\n差异系数 0.503 p = 0.03"))
    (found,) = differences(compare(kept, again))
    assert (found.expected, found.actual, found.kind) == ("12", "13", "count")
    other = read_shown(_notebook("云麓区 12/31 所学校未达标\n差异系数 0.502 p = 0.03"))
    assert {each.classification for each in differences(compare(kept, other))} == {"missing", "new"}


# One small region of the synthetic city.
REQUEST = {"data": "demo", "region": "999908", "year": 2023, "lang": "zh"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("made")
    return make_report(Request("region_report", dict(REQUEST)), open_dataset("demo"), into=into, title="x")


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(made, tmp_path / made.name))


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) >= 1
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.fixture
def executed(made: Path, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """No kernel: the requests that were to be executed, each answered with the notebook as it came out first."""
    asked: list[Request] = []

    def execute(request: Request, output: Path) -> nbformat.NotebookNode:
        asked.append(request)
        return nbformat.read(made / "report.ipynb", as_version=4)

    monkeypatch.setattr("qualityedu.report.again.execute", execute)
    return asked


@pytest.mark.slow
class TestRerun:
    def test_a_report_comes_out_the_same(self, folder: Path) -> None:
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        again = rerun_report(folder)
        assert [each for each in again.changed if each.what != "code"] == []
        assert again.differences == []
        digest = read_digest((folder / "numbers.txt").read_text(encoding="utf-8"))
        assert len(again.compared) > len(digest) > 100
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    def test_a_table_altered_makes_other_numbers(self, folder: Path) -> None:
        table = next((folder / "data").glob("*.xlsx"))
        book = load_workbook(table)
        sheet = book.active
        heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=4) for cell in row if cell.value}
        column = next(number for name, number in heads.items() if "骨干教师" in str(name))
        places = [
            row for row in range(1, sheet.max_row + 1)
            if any(str(sheet.cell(row, place).value) == "999908" for place in range(1, 6))
        ]  # fmt: skip
        cell = next(sheet.cell(row, column) for row in reversed(places) if sheet.cell(row, column).value)
        cell.value = int(cell.value) + 1
        table.unlink()  # it may be a link to the one copy of a batch
        book.save(table)
        again = rerun_report(folder)
        assert [each.what for each in again.changed if each.what != "code"] == ["table"]
        assert any("backbone" in each.quantity for each in again.differences)

    @pytest.mark.usefixtures("executed")
    def test_a_number_altered_in_the_third_digit_is_found_and_one_in_the_last_is_not(self, folder: Path) -> None:
        text = (folder / "numbers.txt").read_text(encoding="utf-8")
        third, last = [each for each in read_digest(text) if each.kind == "value" and (each.value or 0) > 1][:2]
        _edit(folder / "numbers.txt", third.text, f"{(third.value or 0) * Decimal('1.01'):.4f}")
        _edit(folder / "numbers.txt", last.text, f"{(last.value or 0) + Decimal('0.0001'):.4f}")
        (found,) = rerun(folder)
        assert (found.quantity, found.classification, found.actual) == (third.quantity, "outside", third.text)
        for lang in LANGUAGES:
            done = CliRunner().invoke(rerun_command.command, [str(folder), "--lang", lang])
            assert done.exit_code == 1
            assert third.quantity in done.output.splitlines()[-1]

    @pytest.mark.usefixtures("executed")
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_other_versions_are_named_and_the_numbers_compared_all_the_same(self, folder: Path, lang: str) -> None:
        record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
        record["packages"]["pandas"] = "2.0.0"
        record["python"] = "3.9.1"
        (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")
        done = CliRunner().invoke(rerun_command.command, [str(folder), "--lang", lang])
        assert done.exit_code == 0, done.output
        said = done.output.splitlines()
        assert "3.9.1" in said[0]
        assert "pandas" in said[1]
        assert "2.0.0" in said[1]
        assert folder.name in said[-1]

    def test_the_kept_notebook_is_used_where_ours_is_another(
        self, folder: Path, executed: list[Request], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert rerun(folder) == []
        monkeypatch.setattr("qualityedu.report.again.notebooks", list)
        assert rerun(folder) == []
        ours, kept = executed
        assert ours.notebook == "region_report"
        assert kept.notebook.endswith("region_report.ipynb")
        assert Path(kept.notebook).parent == Path(str(kept.parameters["data"])).parent
        assert not Path(kept.notebook).exists(), "the private folder is removed"

    @pytest.mark.usefixtures("executed")
    def test_a_notebook_altered_in_the_folder_is_refused_where_ours_is_another(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("qualityedu.report.again.notebooks", list)
        _edit(folder / "report.ipynb", "qe.tables.heading", "qe.tables.summary")
        with pytest.raises(RequestError) as raised:
            rerun(folder)
        assert raised.value.key == "rerun_no_notebook"

    def test_a_table_that_is_gone_is_refused(self, folder: Path) -> None:
        shutil.rmtree(folder / "data")
        with pytest.raises(RequestError) as raised:
            rerun(folder)
        assert raised.value.key == "rerun_no_table"

    @pytest.mark.usefixtures("executed")
    def test_for_a_program(self, folder: Path) -> None:
        done = CliRunner().invoke(rerun_command.command, [str(folder), "--json"])
        assert done.exit_code == 0
        (given,) = json.loads(done.output)["reports"]
        assert given["folder"] == folder.name
        assert given["differences"] == []

    def test_a_report_just_made_has_nothing_wrong(self, made: Path) -> None:
        assert verify(made) == []


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as raised:
        rerun(tmp_path)
    assert raised.value.key == "rerun_no_report"
    assert raised.value.exit_code == 2


MAKE = """
import sys
from qualityedu.datasets import open_dataset
from qualityedu.report import Request, make_report
from pathlib import Path
if __name__ == "__main__":
    asked = {"data": "demo", "region": "999908", "year": 2023, "lang": "zh"}
    print(make_report(Request("region_report", asked), open_dataset("demo"), into=Path(sys.argv[1]), title="x"))
"""


@pytest.mark.slow
def test_another_run_elsewhere_and_later_is_the_same_to_the_byte(made: Path, tmp_path: Path) -> None:
    """Another folder, time zone, hash seed and language of the system; the first was made seconds before."""
    other = {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "4711", "LC_ALL": "C.UTF-8", "HOME": str(tmp_path / "home")}
    (tmp_path / "home").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", MAKE, str(tmp_path / "out")],
        env={**os.environ, **other}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    again = Path(done.stdout.strip().splitlines()[-1])
    assert again.name == made.name
    one, two = (
        {p.relative_to(f).as_posix(): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in (made, again)
    )
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


def _copy(name: str, into: Path) -> Path:
    return Path(shutil.copyfile(ROOT / "notebooks" / name, into / name))


def _altered(path: Path, by: str) -> str:
    """Change one number of the stored digest: the last digit of it by one, or its third digit; say which number."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [each for each in notebook.cells if each.cell_type == "code" and each.outputs]
    number = [each for each in read_digest(cell.outputs[0].text) if each.kind == "correlation"][-1]
    off = {"last": Decimal("0.0001"), "third": Decimal("0.001")}[by]
    cell.outputs[0].text = cell.outputs[0].text.replace(number.text, str((number.value or 0) - off))
    nbformat.write(notebook, path)
    return number.quantity


@pytest.mark.slow
class TestReview:
    NAME = "quality_and_exam.ipynb"

    def test_a_last_digit_stays_green(self, tmp_path: Path) -> None:
        path = _copy(self.NAME, tmp_path)
        name = _altered(path, "last")
        before = path.read_bytes()
        seen = review(path)
        assert seen.outcome == "same"
        assert [each.classification for each in seen.compared if each.quantity == name] == ["rounding"]
        assert path.read_bytes() == before

    def test_a_third_digit_goes_red_and_is_in_the_report(self, tmp_path: Path) -> None:
        path = _copy(self.NAME, tmp_path)
        name = _altered(path, "third")
        into = tmp_path / "review.md"
        done = CliRunner().invoke(review_command.command, [str(path), "--report", str(into), "--lang", "en"])
        assert done.exit_code == 1
        assert name in done.output
        record = json.loads(into.with_suffix(".json").read_text(encoding="utf-8"))
        (notebook,) = record["notebooks"]
        assert notebook["outcome"] == "different"
        (red,) = [each for each in notebook["numbers"] if each["classification"] == "outside"]
        assert red["quantity"] == name
        assert Decimal(red["expected"]) - Decimal(red["actual"]) == Decimal("-0.001")
        rows = [line for line in into.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {name} |")]
        assert [row.split(" | ")[-1] for row in rows] == ["outside tolerance |"]

    def test_a_cell_that_fails_is_said(self, tmp_path: Path) -> None:
        path = _copy(self.NAME, tmp_path)
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[2].source = "1 / 0"
        nbformat.write(notebook, path)
        seen = review(path)
        assert seen.outcome == "failed"
        assert seen.reason == "ZeroDivisionError: division by zero"


def test_a_stripped_notebook_goes_red(tmp_path: Path) -> None:
    path = _copy("quality_and_exam.ipynb", tmp_path)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)
    for lang in LANGUAGES:
        done = CliRunner().invoke(review_command.command, [str(path), "--lang", lang])
        assert done.exit_code == 1
        assert len(done.output.splitlines()) == 1


def test_what_is_reviewed_when_nothing_is_named() -> None:
    assert [path.stem for path in notebooks_to_review()] == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("content", [None, "no notebook", "{}"])
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "a.ipynb"
    if content is not None:
        path.write_text(content)
    with pytest.raises(RequestError) as raised:
        review(notebooks_to_review((str(path),))[0])
    assert raised.value.key == "review_no_notebook"


class TestReviewersReport:
    @pytest.fixture
    def reviewed(self) -> list[Reviewed]:
        kept, again = [*_one("0.5018"), Number("y|z", "count", "3")], [*_one("0.5028"), Number("y|z", "count", "3")]
        return [Reviewed("one", "different", tuple(compare(kept, again))), Reviewed("two", "failed", reason="E: x")]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_same_twice(self, reviewed: list[Reviewed], tmp_path: Path, lang: str) -> None:
        one = [path.read_bytes() for path in write_review(reviewed, tmp_path / "a" / "r.md", lang=lang)]
        two = [path.read_bytes() for path in write_review(reviewed, tmp_path / "b" / "r.md", lang=lang)]
        assert one == two

    def test_what_differs_comes_first(self, reviewed: list[Reviewed]) -> None:
        rows = [line for line in review_text(reviewed, lang="en").splitlines() if line.startswith(("| x |", "| y"))]
        assert rows == [
            "| x | 0.5018 | 0.5028 | ± 0.000101 | outside tolerance |",
            "| y\\|z | 3 | 3 | = | same |",
        ]

    def test_the_machine_is_described_and_nobody_named(self, reviewed: list[Reviewed]) -> None:
        machine = review_record(reviewed)["environment"]
        assert {"python", "system", "processors", "linear_algebra", "locale", "fonts", "packages"} <= set(machine)
        assert "pandas" in machine["packages"]
        said = json.dumps(machine)
        assert str(Path.home()) not in said or str(Path.home()) == "/"
        assert os.uname().nodename not in said if hasattr(os, "uname") else True


def test_a_description_goes_with_its_table_and_names_no_other_place(tmp_path: Path) -> None:
    """What is said of the data stays to the letter, so that its fingerprint does."""
    table = tmp_path / "机密" / "2023" / "a b.csv"
    table.parent.mkdir(parents=True)
    rows = "".join(f"330106,S{n},小学,2022,{300 + n},{15 + n}\n" for n in range(6))
    table.write_text("区县代码,学校标识码,学段,学年,在校生数,专任教师数\n" + rows, encoding="utf-8")
    head = '[dataset]\ntitle = { zh = "表", en = "Table" }  # table = "x"\n'
    source = tmp_path / "mine.toml"
    source.write_text(f'{head}table = "机密/2023/a b.csv"\nlicence = "table = none"\n', encoding="utf-8")
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(table, folder / table.name)
    kept = keep_description(source, folder, table=table.name)
    assert "机密" not in kept.read_text(encoding="utf-8")
    before, after = open_dataset(source), open_dataset(kept)
    assert after.table == folder / "a b.csv"
    assert hash_of_description(before) == hash_of_description(after)
    assert before.id == after.id


@pytest.mark.slow
def test_a_report_on_a_described_table_is_made_again_from_its_folder(tmp_path: Path) -> None:
    table = tmp_path / "机密" / "t.csv"
    table.parent.mkdir()
    rows = "".join(f"330106,S{n},小学,2022,{300 + n},{15 + n},{3 + n % 4},{5000 + 10 * n},{40 + n}\n" for n in range(6))
    heads = "区县代码,学校标识码,学段,学年,学生总人数,专任教师数,骨干教师数,教学及辅助用房面积（平方米）,班级数\n"
    table.write_text(heads + rows, encoding="utf-8")
    source = tmp_path / "mine.toml"
    source.write_text(
        '[dataset]\ntitle = { zh = "表", en = "Table" }\ntable = "机密/t.csv"\n[columns]\npupils = "学生总人数"\n',
        encoding="utf-8",
    )
    request = Request("region_report", {"data": str(source), "region": "330106", "year": 2022, "lang": "en"})
    folder = make_report(request, open_dataset(source), into=tmp_path / "out", title="own", formats=("html",))
    shutil.rmtree(tmp_path / "机密")
    source.unlink()
    again = rerun_report(folder)
    assert [each for each in again.changed if each.what != "code"] == []
    assert again.differences == []
    assert verify(folder) == []
