"""The words a person types: what they answer, with which exit code, and never with a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from html_reading import read_html

from qualityedu.cli import main
from qualityedu.indicators import catalogue
from qualityedu.intake import check
from qualityedu.report import notebooks
from qualityedu.text import LANGUAGES, default_language, say

HEAD = "区县代码,区县名称,学校标识码,学校名称,学段,学年,在校生数,专任教师数,骨干教师数,班级数\n"


@dataclass
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


Typed = Callable[..., Answer]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command in this process; no answer may hold a traceback."""
    monkeypatch.delenv("QUALITYEDU_LANG", raising=False)

    def run(*words: str) -> Answer:
        code = 0
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Answer(code, said.out, said.err)

    return run


def _typed_elsewhere(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    given = {name: value for name, value in os.environ.items() if name not in ("QUALITYEDU_LANG", "PYTHONUTF8")}
    command = [sys.executable, "-c", "from qualityedu.cli import main; main()", *words]
    return subprocess.run(command, env={**given, **environment}, capture_output=True, timeout=300, check=False)


@pytest.fixture
def counties(tmp_path: Path) -> Path:
    """A clean table of two counties, four schools each."""
    rows = [
        f"{code},{name},{code}{n:04},{name}第{n}小学,小学,2022,{400 + 10 * n},{20 + n},{4 + n},{10 + n}\n"
        for code, name in (("330106", "西湖区"), ("330108", "滨江区"))
        for n in range(1, 5)
    ]
    path = tmp_path / "学校.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Four places to mend: text for a number, a negative count, a part above its whole, a school twice."""
    rows = (
        "330106,西湖区,3301060001,第一小学,小学,2022,一千二,25,5,11\n"
        "330106,西湖区,3301060002,第二小学,小学,2022,420,-3,,12\n"
        "330106,西湖区,3301060003,第三小学,小学,2022,430,27,99,13\n"
        "330106,西湖区,3301060003,第三小学,小学,2022,430,27,6,13\n"
    )
    path = tmp_path / "待修改.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


class TestListAndShow:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_list_names_every_indicator_once(self, typed: Typed, lang: str) -> None:
        answer = typed("list", "--lang", lang)
        assert answer.code == 0
        first = [line.split()[0] for line in answer.out.splitlines() if line.startswith("  ")]
        assert sorted(first) == sorted(catalogue())
        assert [each.id for each in catalogue().values() if each.title[lang] not in answer.out] == []

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_show(self, typed: Typed, lang: str) -> None:
        answer = typed("show", "backbone_teachers_per_100", "--lang", lang)
        assert answer.code == 0
        assert catalogue()["backbone_teachers_per_100"].why[lang] in answer.out
        assert "教督〔2017〕6号" in answer.out
        assert answer.err == ""

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_show_names_the_nearest(self, typed: Typed, lang: str) -> None:
        answer = typed("show", "backbone_teacher_per_100", "--lang", lang)
        assert (answer.code, answer.out) == (2, "")
        assert "backbone_teachers_per_100" in answer.err


class TestCheck:
    def test_the_demo_is_clean(self, typed: Typed) -> None:
        answer = typed("check", "demo")
        assert answer.code == 0
        assert "768" in answer.out
        assert answer.err == ""
        assert "2023" in answer.out

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_clean_table_names_the_next_command(self, typed: Typed, counties: Path, lang: str) -> None:
        answer = typed("check", str(counties), "--lang", lang)
        assert answer.code == 0
        assert f"qualityedu report {counties} --year 2022" in answer.out

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_place_to_mend_is_said_at_once_and_the_file_is_not_touched(
        self, typed: Typed, broken: Path, lang: str
    ) -> None:
        before = broken.read_bytes()
        answer = typed("check", str(broken), "--lang", lang)
        lines = [line for line in answer.out.splitlines() if line.startswith(f"  {broken.name}")]
        assert answer.code == 3
        assert answer.err.strip() == say("answer.must_mend", lang, name=broken.name, count=4)
        assert say("answer.group.mend", lang, count=4) in answer.out
        for quoted in ("一千二", "-3", "99", "3301060003"):
            assert sum(quoted in line for line in lines) >= 1, quoted
        assert broken.read_bytes() == before
        assert "nvalid" not in answer.out
        assert [path.name for path in broken.parent.iterdir()] == [broken.name]

    def test_report_refuses_the_same_table_with_the_same_sentences(
        self, typed: Typed, broken: Path, tmp_path: Path
    ) -> None:
        answer = typed("report", str(broken), "--year", "2022", "--into", str(tmp_path / "out"))
        assert answer.code == 3
        sentences = [problem.sentence("zh") for problem in check(broken, lang="zh").problems if problem.refuses]
        assert len(sentences) >= 4
        assert [sentence for sentence in sentences if sentence not in answer.err] == []
        assert not list((tmp_path / "out").rglob("report.*"))


class TestRefusals:
    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize(
        ("words", "quoted"),
        [
            (("report", "demo", "--year", "2023", "--region", "000000"), ("000000", "999901")),
            (("report", "demo", "--year", "1999"), ("1999", "2021", "2023")),
            (("report", "没有.xlsx", "--year", "2023"), ("没有.xlsx", "demo")),
            (("check", "没有.xlsx"), ("没有.xlsx",)),
            (("report", "demo", "--year", "二〇二三"), ("--year", "二〇二三")),
            (("report", "demo", "--year", "2023-2024"), ("--year", "2023-2024")),
            (("report", "demo", "--year", "2023", "--workers", "0"), ("--workers", "0")),
            (("report", "demo"), ("--year",)),
            (("report", "--year", "2023"), ("DATA",)),
            (("report", "demo", "--year", "2023", "--regoin", "1"), ("--regoin", "report --help")),
            (("check", "demo", "world"), ("check --help",)),
            (("show",), ("INDICATOR",)),
        ],
        ids=lambda each: " ".join(each),
    )
    def test_what_cannot_be_made(
        self, typed: Typed, words: tuple[str, ...], quoted: tuple[str, ...], lang: str, tmp_path: Path
    ) -> None:
        into = ("--into", str(tmp_path / "out")) if words[0] == "report" else ()
        answer = typed(*words, *into, "--lang", lang)
        assert answer.code == 2
        assert [word for word in quoted if word not in answer.err] == []
        assert "nvalid" not in answer.err
        assert bool(re.search(r"[。：]", answer.err.replace("没有.xlsx", ""))) is (lang == "zh")
        assert not (tmp_path / "out").exists()

    def test_an_unknown_language_or_command(self, typed: Typed) -> None:
        language, command = typed("list", "--lang", "fr"), typed("raport", "demo")
        assert language.code == command.code == 2
        assert language.err.strip() == say("refusal.unknown_language", "zh", seen="fr", known="zh, en")
        assert "raport" in command.err
        assert "report" in command.err

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_folder_that_cannot_be_written(self, typed: Typed, counties: Path, tmp_path: Path, lang: str) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        into = tmp_path / "file" / "reports"
        answer = typed("report", str(counties), "--year", "2022", "--into", str(into), "--lang", lang)
        assert answer.code == 2
        assert str(into) in answer.err

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xff\xfe", b"PK\x03\x04 no workbook"])
    @pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.toml", "a.doc"])
    def test_a_file_that_is_no_table(self, typed: Typed, tmp_path: Path, name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        answer = typed("check", str(tmp_path / name))
        assert answer.code in (2, 3, 4)
        assert name in answer.err
        assert answer.err.strip()

    def test_a_folder_is_no_table(self, typed: Typed, tmp_path: Path) -> None:
        assert typed("check", str(tmp_path)).code == 2


class TestLanguage:
    def test_chinese_unless_asked_otherwise(self, typed: Typed) -> None:
        assert typed("show", "x").err == say("refusal.unknown_indicator", "zh", name="x", near=_near("x")) + "\n"

    @pytest.mark.parametrize(("asked", "lang"), [("en", "en"), ("en_GB.UTF-8", "en"), ("zh_CN", "zh"), ("fr", "zh")])
    def test_the_environment_chooses(
        self, typed: Typed, monkeypatch: pytest.MonkeyPatch, asked: str, lang: str
    ) -> None:
        monkeypatch.setenv("QUALITYEDU_LANG", asked)
        assert typed("show", "x").err == say("refusal.unknown_indicator", lang, name="x", near=_near("x")) + "\n"
        assert catalogue()["mean_score"].title[lang] in typed("list").out

    def test_the_option_is_stronger_and_lasts_for_one_command(
        self, typed: Typed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QUALITYEDU_LANG", "en")
        assert "没有名为" in typed("show", "x", "--lang", "zh").err
        assert "没有名为" not in typed("show", "x").err
        typed("show", "x", "--lang", "zh")
        assert default_language() == "en"


def _near(name: str) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name, catalogue(), n=3) or list(catalogue())[:3])


class TestHelp:
    @pytest.mark.parametrize("words", [(), ("demo",), ("report",), ("check",), ("list",), ("show",)])
    @pytest.mark.parametrize("asked", ["--help", "-h"])
    def test_is_in_both_languages(self, typed: Typed, words: tuple[str, ...], asked: str) -> None:
        answer = typed(*words, asked)
        assert answer.code == 0
        assert re.search(r"[\u4e00-\u9fff]", answer.out)
        assert "Usage: qualityedu" in answer.out or "Usage:" in answer.out

    def test_without_a_word_it_shows_what_there_is(self, typed: Typed) -> None:
        answer = typed()
        assert answer.code == 2
        assert all(name in answer.out + answer.err for name in ("demo", "report", "check", "list", "show"))

    def test_version(self, typed: Typed) -> None:
        assert version("qualityedu") in typed("--version").out


class TestFaultsOfOurs:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_leave_a_sentence_and_a_log_file(
        self, typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str
    ) -> None:
        def fails(*_: object, **__: object) -> None:
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr("qualityedu.intake.check", fails)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        answer = typed("check", "demo", "--lang", lang)
        (log,) = tmp_path.iterdir()
        assert answer.code == 1
        assert answer.err == say("cli.failure", lang, log=log) + "\n"
        kept = log.read_text(encoding="utf-8")
        assert "RuntimeError" in kept
        assert "RuntimeError: a fault" not in kept  # a message may carry a cell's value
        assert "RuntimeError" not in answer.err

    def test_do_not_write_over_the_log_of_another(
        self, typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("qualityedu.intake.check", lambda *_, **__: 1 / 0)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        for _ in range(2):
            assert typed("check", "demo").code == 1
        assert len(list(tmp_path.iterdir())) == 2

    def test_stopped_by_hand(self, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
        def stopped(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("qualityedu.intake.check", stopped)
        answer = typed("check", "demo")
        assert answer.code == 130
        assert answer.out == ""


class TestConsole:
    def test_a_reader_who_leaves_early_is_no_fault(self) -> None:
        command = [sys.executable, "-c", "from qualityedu.cli import main; main()", "list"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            said = process.stderr.read().decode("utf-8", "replace")
            process.wait(timeout=120)
        assert said == ""
        assert process.returncode in (0, 1)

    @pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252", "utf-8"])
    def test_a_console_that_lacks_characters_shows_what_it_can(self, encoding: str) -> None:
        done = _typed_elsewhere("show", "junior_three_year_retention", PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr
        assert b"junior_three_year_retention" in done.stdout
        if encoding in ("gbk", "utf-8"):
            assert "初中三年巩固率" in done.stdout.decode(encoding)

    def test_refusals_too(self) -> None:
        done = _typed_elsewhere("check", "没有.xlsx", PYTHONIOENCODING="ascii")
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert b".xlsx" in done.stderr


@pytest.mark.slow
class TestReport:
    def test_a_report_for_each_county_and_an_index(self, counties: Path, tmp_path: Path) -> None:
        into = tmp_path / "报告"
        done = _typed_elsewhere(
            "report", str(counties), "--year", "2022", "--into", str(into), "--workers", "1", PYTHONUTF8="1"
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == 0, err[-3000:]
        assert "Traceback" not in err
        assert str(into / "index.html") in out
        reading = read_html((into / "index.html").read_text(encoding="utf-8"))
        links = reading.all("a")
        assert {"西湖区", "滨江区"} <= {each.text for each in links}
        count = 2 + len(notebooks()) - 2  # one for each region, and all others but that on the nation of a pack
        assert [sum(each.text == name for each in links) for name in ("HTML", "Word", "PDF", "Excel")] == [count] * 4
        assert len(list(into.rglob("record.json"))) == count
        assert sorted(path.name for path in into.iterdir() if path.is_dir()) != []
        assert err.count("西湖区") == 1

    def test_one_county_by_name_in_english(self, counties: Path, tmp_path: Path) -> None:
        done = _typed_elsewhere(
            "report", str(counties), "--year", "2022", "--region", "滨江区", "--into", str(tmp_path / "out"),
            "--lang", "en", PYTHONUTF8="1",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        (page,) = (tmp_path / "out").rglob("share/report.html")
        reading = read_html(page.read_text(encoding="utf-8"))
        assert reading.all("html")[0].attributes["lang"] == "en"
        assert "滨江区" in reading.all("h1")[0].text
        assert "330108-2022-en" in page.parent.parent.name
