"""F23, F24, F32: consoles, clocks and closed streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fault_world import World, make_world  # noqa: F401

HEAD = "区县代码,区县名称,学校标识码,学校名称,学段,学年,在校生数,专任教师数,骨干教师数,班级数\n"
MAIN = "from qualityedu.cli import main; main()"


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The plan of a run over two regions with Chinese names, which starts no kernel."""
    rows = "".join(
        f"R{n},第{n}区,R{n}{s},第{s}小学,小学,2023,{400 + s},{20 + s},5,11\n" for n in (1, 2) for s in range(1, 5)
    )
    (tmp_path / "行.csv").write_text(HEAD + rows, encoding="utf-8")
    text = '[dataset]\ntitle = {zh = "示例", en = "Example"}\ntable = "行.csv"\ncountry = ""\n'
    (tmp_path / "表.toml").write_text(text, encoding="utf-8")
    return ["report", str(tmp_path / "表.toml"), "--year", "2023", "--into", str(tmp_path / "报告"), "--dry-run"]


def _typed(words: list[str], **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONUTF8", "QUALITYEDU_LANG")}
    command = [sys.executable, "-c", MAIN, *words]
    return subprocess.run(command, env={**kept, **environment}, capture_output=True, timeout=300, check=False)


class TestF23:
    @pytest.mark.parametrize(
        "environment",
        [
            {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
            {"PYTHONIOENCODING": "cp936"},
        ],
    )
    def test_no_console_is_too_narrow(self, words: list[str], environment: dict[str, str]) -> None:
        done = _typed(words, **environment)
        assert done.returncode == 0, done.stderr[-2000:]
        assert b"UnicodeEncodeError" not in done.stderr
        if environment.get("PYTHONIOENCODING") == "cp936":
            assert "要生成：第1区" in done.stdout.decode("cp936")

    def test_a_report_is_written_in_utf_8_all_the_same(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LC_ALL", "C")
        monkeypatch.setenv("PYTHONIOENCODING", "cp936")
        world.faults["西湖区"] = lambda: print("西湖区 \u2713 \U0001f600")  # noqa: T201
        (made,) = world.run(world.job("西湖区")).made
        assert made.status == "made", made.reason
        assert made.folder is not None
        assert "西湖区" in (made.folder / "share" / "report.html").read_text(encoding="utf-8")


class TestF24:
    def test_neither_the_time_zone_nor_the_clock_moves_a_byte(
        self, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        found = []
        for number, zone in enumerate(("Asia/Shanghai", "America/New_York")):
            monkeypatch.setenv("TZ", zone)
            if number:
                # A clock set back by years.
                monkeypatch.setattr("time.time", lambda: 1e9)
            world.into = tmp_path / f"into{number}"
            batch = world.run(world.job("1"), formats=("html", "docx", "xlsx"))
            folder = batch.made[0].folder
            assert folder is not None
            files = {path.relative_to(world.into).as_posix(): path for path in folder.rglob("*") if path.is_file()}
            files |= {"index": batch.index, "json": world.into / "index.json"}
            found.append({name: path.read_bytes() for name, path in files.items()})
        assert found[0].keys() == found[1].keys()
        assert [name for name in found[0] if found[0][name] != found[1][name]] == []


class TestF32:
    def test_a_reader_who_leaves_is_no_fault(self, words: list[str]) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", MAIN, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as run:
            assert run.stdout is not None
            assert run.stderr is not None
            run.stdout.close()
            said = run.stderr.read().decode("utf-8", "replace")
            run.wait(timeout=300)
        assert "Traceback" not in said
        assert run.returncode in (0, 1)

    def test_no_standard_output_at_all(self, words: list[str]) -> None:
        closed = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", sys.executable, "-c", MAIN, *words]
        done = subprocess.run(closed, timeout=300, check=False)
        assert done.returncode == 0

    def test_progress_without_a_terminal_is_lines(self, world: World, capsys: pytest.CaptureFixture[str]) -> None:
        from qualityedu.cli.making import _Telling

        with _Telling(1, "en", as_json=False) as telling:
            batch = world.run(world.job("1"), planned=telling.planned, heard=telling.heard)
        telling.ended(batch.made, batch.index, 0)
        said = capsys.readouterr()
        assert "\x1b" not in said.out + said.err
        assert "made: Region 1" in said.err.replace("Made", "made")
        assert str(batch.index) in said.out

    def test_lines_for_programs(self, world: World, capsys: pytest.CaptureFixture[str]) -> None:
        import json

        from qualityedu.cli.making import _Telling

        with _Telling(2, "en", as_json=True) as telling:
            batch = world.run(world.job("1"), world.job("2"), planned=telling.planned, heard=telling.heard)
        telling.ended(batch.made, batch.index, batch.exit_code)
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [each["event"] for each in events] == ["plan", "done", "done", "end"]
        assert [each["done"] for each in events[1:3]] == [1, 2]
        assert events[-1]["counts"] == {"made": 2}
