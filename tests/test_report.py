"""From a request to a folder: what is in it, that it is the same again, and what happens where something fails."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from html_reading import complaints_of_tables, read_html
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, Released
from qualityedu import report, tables
from qualityedu.datasets import Dataset, open_dataset
from qualityedu.errors import RequestError
from qualityedu.report import Job, Made, Request, check_request, make_all, make_report, write_index
from qualityedu.report.clean import clean
from qualityedu.report.contents import Basis
from qualityedu.report.record import folder_name, identity, slug
from qualityedu.report.seals import seals, write_seals
from qualityedu.report.whole import wholeness
from qualityedu.text import LANGUAGES, say

COUNTY: dict[str, Any] = {"data": "demo", "region": "999902", "year": 2023, "lang": "zh"}


def _request(**changed: object) -> Request:
    parameters: dict[str, Any] = {**COUNTY, **changed}
    return Request("region_report", parameters)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


NAME = r"[a-z0-9\u4e00-\u9fff]+(-[a-z0-9\u4e00-\u9fff]+)*"


class TestSlug:
    HOSTILE = (
        "..\\x",
        "../x",
        "/etc/x",
        "C:\\x",
        "CON",
        "con",
        "nul",
        "com1",
        "a" * 200,
        "a" * 201,
        "a" * 39 + " b",
        "杭州市西湖区",
        "杭州市西湖",
        "示例\u202e区",
        "示例区",
        "a b",
        "a-b",
        "A-B",
        "a\x00b",
        "a\nb",
        ".",
        "..",
        "",
        " ",
        "x ",
        "-x",
        "~",
        "$HOME",
        "%TEMP%",
        "é",
        "e\u0301",
    )
    # Names that Windows keeps for itself, whatever their ending.
    RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")

    @pytest.mark.parametrize("text", HOSTILE)
    def test_is_the_name_of_one_folder_anywhere(self, text: str) -> None:
        assert re.fullmatch(NAME, slug(text))
        assert len(slug(text)) <= 50
        assert not self.RESERVED.fullmatch(slug(text))

    def test_different_names_stay_different(self) -> None:
        assert len({slug(text) for text in self.HOSTILE}) == len(self.HOSTILE)

    @given(st.text(max_size=300), st.text(max_size=300))
    def test_any_two(self, one: str, other: str) -> None:
        assert re.fullmatch(NAME, slug(one))
        assert (slug(one) == slug(other)) is (one == other)

    def test_plain_codes_stay_readable(self) -> None:
        assert [slug(text) for text in ("330106", "world", "西湖区")] == ["330106", "world", "西湖区"]

    def test_of_a_request(self) -> None:
        assert folder_name(_request(), "0123456789") == "999902-2023-zh-0123456789"
        name = folder_name(_request(region="../../x"), "0123456789")
        assert "/" not in name
        assert ".." not in name
        others = Request("quality_and_exam", {"data": "demo", "year": 2023, "lang": "en"})
        assert folder_name(others, "0123456789").endswith("-2023-en-0123456789")
        assert folder_name(others, "0123456789").startswith("quality-and-exam")


class TestRequest:
    @pytest.fixture(autouse=True)
    def _no_kernel(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def started(*_: object, **__: object) -> None:
            raise AssertionError("a kernel was started")

        monkeypatch.setattr("papermill.execute_notebook", started)

    @pytest.mark.parametrize(
        ("request_", "key", "quoted"),
        [
            (Request("regoin_report", {}), "unknown_notebook", ("regoin_report", "region_report")),
            (Request("../secret", {}), "unknown_notebook", ("../secret", "region_report")),
            (Request("region_report", {"regoin": "1"}), "unknown_parameter", ("regoin", "region")),
            (_request(year="2023"), "parameter_type", ("year", "2023")),
            (_request(year=True), "parameter_type", ("year", "True")),
            (_request(year=2023.0), "parameter_type", ("year", "2023.0")),
            (_request(region=999902), "parameter_type", ("region", "999902")),
            (_request(lang="fr"), "unknown_language", ("fr", "zh", "en")),
        ],
        ids=lambda each: each if isinstance(each, str) else None,
    )
    def test_what_cannot_be_made_is_refused_before_a_kernel_starts(
        self, request_: Request, key: str, quoted: tuple[str, ...], tmp_path: Path
    ) -> None:
        with pytest.raises(RequestError) as refused:
            make_report(request_, open_dataset("demo"), into=tmp_path, title="x")
        assert refused.value.key == key
        for lang in LANGUAGES:
            sentence = refused.value.sentence(lang)
            assert [word for word in quoted if word not in sentence] == []
            assert "nvalid" not in sentence
        assert list(tmp_path.iterdir()) == []

    def test_the_nearest_parameter_is_named_and_no_other(self) -> None:
        with pytest.raises(RequestError) as refused:
            check_request(Request("region_report", {"regoin": "1"}))
        assert refused.value.values["near"] == "region"

    def test_all_requests_of_a_run_are_checked_before_the_first(self, tmp_path: Path) -> None:
        jobs = [_job(_request()), _job(_request(lang="fr"))]
        with pytest.raises(RequestError):
            make_all(jobs, into=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_no_requests_no_reports(self, tmp_path: Path) -> None:
        assert make_all([], into=tmp_path) == []


class TestIdentity:
    def test_stands_for_everything_that_decides(self) -> None:
        demo, basis = open_dataset("demo"), Basis("0" * 64, "1" * 64)
        ids = [
            identity(_request(), demo, basis)["id"],
            identity(_request(region="999903"), demo, basis)["id"],
            identity(_request(year=2022), demo, basis)["id"],
            identity(_request(lang="en"), demo, basis)["id"],
            identity(_request(), replace(demo, country=""), basis)["id"],
            identity(_request(), replace(demo, columns={"pupils": "学生"}), basis)["id"],
            identity(_request(), replace(demo, synthetic=False), basis)["id"],
            identity(_request(), replace(demo, source={"zh": "别处", "en": "elsewhere"}), basis)["id"],
            identity(_request(), replace(demo, licence="none"), basis)["id"],
            identity(_request(), demo, replace(basis, rows="2" * 64))["id"],
        ]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[0-9a-f]{10}", each) for each in ids)

    def test_of_the_table_the_rows_of_the_region_count_and_not_the_file(self, tmp_path: Path) -> None:
        demo = open_dataset("demo")
        copy = Path(shutil.copyfile(demo.table, tmp_path / "schools.xlsx"))
        with zipfile.ZipFile(copy, "a") as book:
            book.comment = b"one byte more"
        before, after = identity(_request(), demo), identity(_request(), replace(demo, table=copy))
        assert before["data"].pop("sha256") != after["data"].pop("sha256")
        assert before == after

    def test_a_row_of_another_region_is_recorded_apart(self, tmp_path: Path) -> None:
        rows = [f"R{n},S{n}{k},小学,2023,{300 + k},20\n" for n in (1, 2) for k in range(4)]
        head = "区县代码,学校标识码,学段,学年,在校生数,专任教师数\n"
        found = []
        for name, lines in (("a", rows), ("b", rows[::-1]), ("c", [*rows[:-1], rows[-1].replace(",20\n", ",21\n")])):
            table = tmp_path / name / "schools.csv"
            table.parent.mkdir()
            table.write_text(head + "".join(lines), encoding="utf-8")
            dataset = replace(open_dataset(table), country="")
            given = {"data": str(table), "year": 2023, "lang": "zh"}
            found.append(
                [identity(Request("region_report", {**given, "region": each}), dataset) for each in ("R1", "R2")]
            )
            found[-1].append(identity(Request("between_regions", given), dataset))
        (one, two, whole), reordered, changed = found
        assert [each["id"] for each in reordered] == [each["id"] for each in (one, two, whole)]
        assert changed[0]["id"] == one["id"]
        assert changed[0]["data"]["others"] != one["data"]["others"]
        assert changed[1]["id"] != two["id"]
        assert changed[1]["data"]["others"] == two["data"]["others"]
        assert changed[2]["id"] != whole["id"]

    def test_does_not_depend_on_where_the_table_lies(self, tmp_path: Path) -> None:
        demo = open_dataset("demo")
        copy = shutil.copyfile(demo.table, tmp_path / demo.table.name)
        elsewhere = _request(data=str(copy))
        assert identity(elsewhere, replace(demo, table=Path(copy)))["id"] == identity(_request(), demo)["id"]


MAKE = """
import sys
from pathlib import Path
from qualityedu import open_dataset
from qualityedu.report import Request, make_report
request = Request("region_report", {"data": "demo", "region": "999902", "year": 2023, "lang": "zh"})
print(make_report(request, open_dataset("demo"), into=Path(sys.argv[1]), title=sys.argv[2]))
"""


def _made_in_another_process(into: Path, cwd: Path, **environment: str) -> Path:
    cwd.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", MAKE, str(into), "云麓区"],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(cwd.iterdir()) == [], "nothing is left where the command was typed"
    return Path(done.stdout.strip())


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same request made twice, in other folders, with another hash seed and clock."""
    base = tmp_path_factory.mktemp("report")
    settings = ({"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"}, {"PYTHONHASHSEED": "77", "TZ": "America/Bogota"})
    return [
        _made_in_another_process(base / f"into{n}", base / f"cwd{n}", PYTHONUTF8="1", **each)
        for n, each in enumerate(settings)
    ]


@pytest.fixture(scope="module")
def folder(places: list[Path]) -> Path:
    """The first of the two."""
    return places[0]


@pytest.mark.slow
class TestFolder:
    def test_holds_what_is_promised_and_nothing_else(self, folder: Path) -> None:
        found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        share = [f"share/report.{name}" for name in ("docx", "html", "pdf", "xlsx")]
        assert found == ["data/schools.xlsx", "numbers.txt", "record.json", "report.ipynb", *share]
        assert re.fullmatch(r"999902-2023-zh-[0-9a-f]{10}", folder.name)
        assert folder.parent.name == "demo"
        assert [path.name for path in folder.parent.iterdir()] == [folder.name]

    def test_the_record_says_what_was_asked_and_made(self, folder: Path) -> None:
        record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
        assert record["request"] == {"notebook": "region_report", "parameters": COUNTY}
        assert record["id"] == folder.name.rpartition("-")[2]
        assert record["data"]["name"] == "schools.xlsx"
        assert record["data"]["sha256"] == _sha256(folder / "data" / "schools.xlsx")
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        assert record["outputs"] == {name: _sha256(path) for name, path in files.items() if name != "record.json"}
        assert record["formats"] == dict.fromkeys(("html", "docx", "pdf", "xlsx"), "made")
        assert wholeness(folder).is_whole
        assert record["numbers"] == _sha256(folder / "numbers.txt")
        assert {"pandas", "numpy", "statsmodels", "papermill", "matplotlib"} <= set(record["packages"])
        assert record["python"].count(".") == 2
        for name in ("code", "notebook", "rendering", "seal"):
            assert re.fullmatch(r"[0-9a-f]{64}", record[name])
        for name in ("rows", "others", "description"):
            assert re.fullmatch(r"[0-9a-f]{64}", record["data"][name])

    def test_the_table_is_as_it_was(self, folder: Path) -> None:
        assert _sha256(folder / "data" / "schools.xlsx") == _sha256(open_dataset("demo").table)

    def test_no_file_says_where_or_by_whom_it_was_made(self, folder: Path) -> None:
        names = {str(Path.home()), str(ROOT), str(folder.parents[2]), socket.gethostname(), sys.prefix}
        for path in folder.rglob("*"):
            if not path.is_file() or path.parent.name == "data" or path.suffix in (".docx", ".pdf", ".xlsx"):
                continue  # what is compressed is read by tests of verify
            text = path.read_text(encoding="utf-8")
            assert [name for name in names if len(name) > 3 and name in text] == [], path.name
            assert re.findall(r"(?<![\w.])(?:/tmp/|/home/|/Users/|/root/|/var/|/opt/|[A-Z]:\\)\S*", text) == [], (
                path.name
            )
            assert not re.search(r"papermill\.?(start|end)_time|\"(start|end)_time\"|iopub\.", text), path.name

    def test_the_notebook_is_executed_and_tidy(self, folder: Path) -> None:
        notebook = nbformat.read(folder / "report.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code)
        assert [cell.id for cell in notebook.cells] == [f"cell-{n}" for n in range(len(notebook.cells))]
        assert [cell.source for cell in code if "injected-parameters" in cell.metadata.tags] != []
        assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
        assert not [output for cell in code for output in cell.outputs if output.get("name") == "stderr"]

    def test_numbers_are_what_the_package_computes(self, folder: Path, released: Released) -> None:
        numbers = (folder / "numbers.txt").read_text(encoding="utf-8")
        assert numbers == tables.digest(released("demo", "999902").now) + "\n"

    def test_the_page_is_the_report_without_the_digest(self, folder: Path, released: Released) -> None:
        page = (folder / "share" / "report.html").read_text(encoding="utf-8")
        reading = read_html(page)
        assert [each.text for each in reading.all("title")] == ["云麓区"]
        assert tables.verdict_sentence(released("demo", "999902"), "zh") in page
        assert "backbone_teachers_per_100" not in page
        assert complaints_of_tables(reading) == []
        assert len(page.encode()) < 5_000_000

    def test_again_elsewhere_is_the_same_to_the_byte(self, places: list[Path]) -> None:
        one, other = places
        assert one != other
        assert one.name == other.name
        shared = (f"share/report.{name}" for name in ("html", "docx", "pdf", "xlsx"))
        for path in ("numbers.txt", "record.json", "report.ipynb", *shared):
            assert (one / path).read_bytes() == (other / path).read_bytes(), path


@pytest.mark.slow
def test_a_table_of_ones_own_leaves_its_path_behind(tmp_path: Path) -> None:
    table = tmp_path / "机密 folder" / "schools.csv"
    table.parent.mkdir()
    rows = [f"330106,S{n},小学,2022,{300 + n},{15 + n},{3 + n % 4},{5000 + 10 * n},{40 + n}\n" for n in range(6)]
    head = "区县代码,学校标识码,学段,学年,在校生数,专任教师数,骨干教师数,教学及辅助用房面积（平方米）,班级数\n"
    table.write_text(head + "".join(rows), encoding="utf-8")
    request = Request("region_report", {"data": str(table), "region": "330106", "year": 2022, "lang": "en"})
    folder = make_report(request, open_dataset(table), into=tmp_path / "out", title="own")
    assert folder.parent.name == "schools"
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".docx", ".pdf", ".xlsx"):
            assert "机密" not in path.read_text(encoding="utf-8"), path.name
            assert str(tmp_path) not in path.read_text(encoding="utf-8"), path.name
    assert "schools.csv" in (folder / "report.ipynb").read_text(encoding="utf-8")


class TestFailure:
    """With a kernel that need not be started: what stands in for it writes a notebook, or fails after it did."""

    DIGEST = "330106 0.5000\n"

    @pytest.fixture(autouse=True)
    def _executed(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        def execute(request: Request, output: Path, **_: object) -> nbformat.NotebookNode:
            printed = nbformat.v4.new_output("stream", name="stdout", text=self.DIGEST)
            shown = nbformat.v4.new_output("display_data", {"text/html": "<h1>1</h1>", "text/plain": "one\ntwo"})
            cells = [
                nbformat.v4.new_code_cell(outputs=[printed], metadata={"tags": ["reviewer"]}),
                nbformat.v4.new_code_cell(outputs=[shown], metadata={"tags": ["headline"]}),
            ]
            notebook = nbformat.v4.new_notebook(cells=cells)
            nbformat.write(notebook, output)
            return notebook

        monkeypatch.setattr("qualityedu.report.execute.execute", execute)
        yield

    @pytest.fixture
    def fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def execute(request: Request, output: Path, **_: object) -> None:
            nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), output)
            raise RuntimeError("a cell failed")

        monkeypatch.setattr("qualityedu.report.execute.execute", execute)

    def _make(self, into: Path) -> Path:
        return make_report(_request(), open_dataset("demo"), into=into, title="x", formats=("html",))

    @staticmethod
    def _names(into: Path) -> list[str]:
        return sorted(path.name for path in (into / "demo").iterdir())

    @pytest.mark.usefixtures("fails")
    def test_the_notebook_that_failed_is_kept_beside(self, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError, match="a cell failed"):
            self._make(tmp_path)
        (name,) = self._names(tmp_path)
        assert re.fullmatch(r"999902-2023-zh-[0-9a-f]{10}\.failed", name)
        assert "1 / 0" in (tmp_path / "demo" / name / "report.ipynb").read_text(encoding="utf-8")
        assert not (tmp_path / "demo" / name / "record.json").exists()

    def test_a_report_that_was_there_stays_until_the_new_one_is_whole(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = self._make(tmp_path)
        before = {path: path.read_bytes() for path in good.rglob("*") if path.is_file()}

        def breaks(*_: object, **__: object) -> str:
            assert good.exists()
            raise RuntimeError("no page")

        with monkeypatch.context() as patched:
            patched.setattr("qualityedu.report.make.render", breaks)
            with pytest.raises(RuntimeError, match="no page"):
                self._make(tmp_path)
        assert self._names(tmp_path) == [good.name, f"{good.name}.failed"]
        assert {path: path.read_bytes() for path in good.rglob("*") if path.is_file()} == before
        assert self._make(tmp_path) == good
        assert self._names(tmp_path) == [good.name], "a report that was made has no failure beside it"

    def test_stopped_by_hand_nothing_half_written_stays(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def stopped(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("qualityedu.report.execute.execute", stopped)
        with pytest.raises(KeyboardInterrupt):
            self._make(tmp_path)
        assert self._names(tmp_path) == []

    def test_the_record_is_written_last(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr("qualityedu.report.make.shutil.copyfile", full)
        with pytest.raises(OSError, match="disk full"):
            self._make(tmp_path)
        assert not list(tmp_path.rglob("record.json"))

    def test_a_changed_description_is_another_folder(self, tmp_path: Path) -> None:
        first, second = (
            make_report(
                _request(), replace(open_dataset("demo"), licence=name), into=tmp_path, title="x", formats=("html",)
            )
            for name in ("one", "other")
        )
        assert first != second
        assert first.exists()
        assert second.exists()


def _job(request: Request, *, units: int = 30, asked: bool = False, dataset: Dataset | None = None) -> Job:
    return Job(
        request, dataset or open_dataset("demo"), title="t", name=str(request.parameters), units=units, asked=asked
    )


@pytest.mark.slow
def test_one_report_that_fails_leaves_the_others_and_their_order(tmp_path: Path) -> None:
    """County 000000 is not in the table: the command line refuses it, so here it stands for a fault of ours."""
    basis = Basis(_sha256(open_dataset("demo").table), "0" * 64)
    jobs = [
        replace(_job(_request(region="000000")), basis=basis),
        _job(_request(region="999903"), units=2),
        _job(_request(), units=2, asked=True),
    ]
    heard: list[Made] = []
    made = make_all(jobs, into=tmp_path, workers=2, heard=heard.append, formats=("html",))
    assert [each.job for each in made] == jobs
    assert [each.status for each in made] == ["failed", "too_few", "made"]
    assert sorted(each.status for each in heard) == ["failed", "made", "too_few"]
    failed, few, good = made
    assert failed.reason.startswith("表中没有代码或名称为")
    assert "000000" not in failed.reason  # what was quoted is not kept
    assert "Traceback" not in failed.reason
    assert failed.folder is None
    assert few.folder is None
    assert good.folder is not None
    assert good.headline[0].startswith("按教督〔2017〕6号")
    assert good.seconds > 0
    assert sorted(path.name for path in (tmp_path / "demo").iterdir())[0].endswith(".failed")


class TestIndex:
    @pytest.fixture
    def into(self, tmp_path: Path) -> Path:
        return tmp_path

    def _made(self, into: Path, name: str, status: str = "made", dataset: Dataset | None = None, **more: Any) -> Made:
        job = Job(
            _request(region=more.pop("region", name)), dataset or open_dataset("demo"), title=name, name=name, units=30
        )
        folder = None
        if status == "made":
            folder = into / "demo" / f"{slug(name)}-#1 %20"
            (folder / "share").mkdir(parents=True)
            (folder / "share" / "report.html").write_text("<p>1</p>", encoding="utf-8")
        return Made(job, status, folder, **more)  # type: ignore[arg-type]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_report_is_linked_and_every_status_said(self, into: Path, lang: str) -> None:
        made = [
            self._made(
                into,
                "<b>云麓区</b>",
                region="1",
                headline=("<script>alert(1)</script> 达标", "学校：31 / 31"),
                seconds=4.2,
            ),
            self._made(into, "澄湾区", region="2", headline=("暂不能判定",)),
            self._made(into, "望岚区", "failed", region="3", reason="<img src=x onerror=alert(1)>"),
            self._made(into, "棠浦县", "too_few", region="4"),
            self._made(into, "Southern Europe", dataset=open_dataset("world"), headline=("—",)),
        ]
        page = write_index(made, into=into, lang=lang)
        assert page == into / "index.html"
        reading = read_html(page.read_text(encoding="utf-8"))
        links = {each.text: each.attributes["href"] for each in reading.all("a") if each.attributes["href"][0] != "#"}
        links = {name: target for name, target in links.items() if name != "HTML"}
        assert list(links) == ["<b>云麓区</b>", "澄湾区", "Southern Europe"]
        assert all((into / unquote(target)).is_file() for target in links.values())
        assert not reading.all("b")
        (script,) = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL)
        allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"script-src 'sha256-{allowed}'" in page.read_text(encoding="utf-8")
        assert say("batch.index.search", lang) in script
        assert not reading.all("img")
        assert complaints_of_tables(reading) == []
        (rows, others) = (reading.under(each, "tr")[1:] for each in reading.all("table"))
        assert [len(rows), len(others)] == [4, 1]
        names = [reading.under(row, "th")[0].text for row in rows]
        assert names == ["<b>云麓区</b>", "澄湾区", "望岚区", "棠浦县"], "in the order of their codes"
        assert "<script>alert(1)</script> 达标" in rows[0].text
        assert "31 / 31" in rows[0].text
        assert "<img src=x onerror=alert(1)>" in rows[2].text
        statuses = [reading.under(row, "td")[1].text for row in rows]
        assert statuses[0] == statuses[1]
        assert len(set(statuses)) == 3
        assert len(reading.all("h1")) == 1

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_synthetic_data_are_called_so(self, into: Path, lang: str) -> None:
        said = say("report.synthetic", lang)
        demo = write_index([self._made(into, "a")], into=into, lang=lang).read_text(encoding="utf-8")
        world = write_index([self._made(into, "b", dataset=open_dataset("world"))], into=into, lang=lang)
        assert said in demo
        assert said not in world.read_text(encoding="utf-8")

    def test_a_second_run_replaces_the_first_at_once(self, into: Path) -> None:
        write_index([self._made(into, "a")], into=into, lang="zh")
        write_index([self._made(into, "b")], into=into, lang="zh")
        assert [
            each.text
            for each in read_html((into / "index.html").read_text(encoding="utf-8")).all("a")
            if each.text != "HTML" and not each.attributes["href"].startswith("#")
        ] == ["b"]
        assert sorted(path.name for path in into.glob("index*")) == ["index.csv", "index.html", "index.json"]


def test_the_room_exports_what_others_use() -> None:
    assert {"Job", "Made", "Request", "make_all", "make_report", "write_index"} <= set(report.__all__)


class TestSeals:
    """A notebook of the package runs only as it came."""

    def test_the_file_agrees_with_the_notebooks(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Where this fails after a notebook was changed on purpose: python -m qualityedu.report.seals."""
        kept = seals()
        monkeypatch.setattr("qualityedu.report.seals._FILE", tmp_path / "seals.json")
        assert json.loads(write_seals().read_text(encoding="utf-8")) == kept

    def test_an_altered_one_is_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        altered = {**seals(), "region_report": "0" * 64}
        (tmp_path / "seals.json").write_text(json.dumps(altered), encoding="utf-8")
        monkeypatch.setattr("qualityedu.report.seals._FILE", tmp_path / "seals.json")
        with pytest.raises(RequestError) as refused:
            check_request(_request())
        assert refused.value.key == "notebook_altered"
        check_request(Request("quality_and_exam", {"year": 2022}))

    def test_another_is_run_only_where_its_file_is_named(self, tmp_path: Path) -> None:
        own = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("year = 1", metadata={"tags": ["parameters"]})])
        nbformat.write(own, tmp_path / "own.ipynb")
        check_request(Request(str(tmp_path / "own.ipynb"), {"year": 2}))
        with pytest.raises(RequestError, match=r"none\.ipynb"):
            check_request(Request(str(tmp_path / "none.ipynb"), {}))
        with pytest.raises(RequestError):
            check_request(Request("own", {}))


class TestClean:
    def test_what_was_replaced_goes_by_its_age_and_the_last_good_one_stays(self, tmp_path: Path) -> None:
        home = tmp_path / "demo"
        names = ["1-2023-zh-0000000001", "1-2023-zh-0000000002", "2-2023-zh-0000000003", "3-2023-zh-0000000004.failed"]
        for age, name in enumerate(names):
            (home / name).mkdir(parents=True)
            (home / name / "record.json").write_text("{}", encoding="utf-8")
            os.utime(home / name / "record.json", (age, age))
        (home / "mine").mkdir()
        assert clean(tmp_path, days=1, now=1.0) == []
        gone = clean(tmp_path, days=1)
        assert [folder.name for folder in gone] == [names[3], names[0]] or {f.name for f in gone} == {
            names[0],
            names[3],
        }
        assert sorted(path.name for path in home.iterdir()) == ["1-2023-zh-0000000002", "2-2023-zh-0000000003", "mine"]
