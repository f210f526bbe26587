"""Files that are kept for us hold no cell of a table: markers are planted in one and looked for in all the others."""

from __future__ import annotations

import json
import socket
import tempfile
from pathlib import Path

import pandas as pd
import psutil
import pytest

from qualityedu.cli import main
from qualityedu.report.child import without_values

# Stand for nothing else, so that to find one in a file is to have copied a cell into it.
SCHOOL, EXAM, PUPILS = "夜莺标记小学", "61372", "4817"
_OURS = ("record.json", "batch.json", "status.json", "index.json", "numbers.txt")


def _table(path: Path) -> Path:
    rows = [
        {
            "区县代码": "999901",
            "区县名称": "示例区",
            "学校标识码": f"99990100{place:02d}",
            "学校名称": SCHOOL if place == 0 else f"示例第{place}小学",
            "学段": "小学",
            "学年": "2023",
            "在校生数": PUPILS if place == 0 else str(400 + place),
            "专任教师数": str(30 + place),
            "县级以上骨干教师数": str(2 + place),
            "教学仪器设备值": str(900_000 + 31_000 * place),
            "参加统考学生数": "300",
            "统考总分合计": EXAM if place == 0 else str(63_000 + 100 * place),
        }
        for place in range(6)
    ]
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8")
    return path


def _kept(folder: Path) -> list[Path]:
    """What a run keeps for itself: all files but the report, the table beside it and the executed notebook."""
    reports = {"report.html", "report.docx", "report.pdf", "report.xlsx", "report.ipynb"}
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in reports and path.parent.name != "data" and path.suffix != ".csv"
    ]


def test_a_fault_of_ours_leaves_a_log_without_a_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message of an error may quote a cell; the log says where in the code it was and of what kind."""

    def fail(*_: object, **__: object) -> None:
        try:
            float(SCHOOL)
        except ValueError as error:
            raise KeyError(f"{SCHOOL} {EXAM}") from error

    monkeypatch.setattr("qualityedu.intake.check", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["check", str(_table(tmp_path / "t.csv")), "--lang", "en"])
    assert ended.value.code == 1
    (log,) = tmp_path.glob("qualityedu-*.log")
    text = log.read_text(encoding="utf-8")
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text, "where it was is told"
    assert SCHOOL not in text
    assert EXAM not in text
    said = capsys.readouterr()
    assert SCHOOL not in said.err
    assert log.name in said.err


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"could not convert string to float: '{SCHOOL}'", "could not convert string to float: …"),
        (f'KeyError: "{EXAM}"', "KeyError: …"),
        (f"“在校生数”为 “{PUPILS}”", "…为 …"),
        ("the disk is full; it isn't ours", "the disk is full; it isn't ours"),
    ],
)
def test_the_reason_that_is_kept_quotes_nothing(said: str, kept: str) -> None:
    assert without_values(said) == kept


@pytest.mark.slow
def test_a_whole_run_keeps_no_cell_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    listening = _listening()
    into = tmp_path / "out"
    with pytest.raises(SystemExit) as ended:
        main(["report", str(_table(tmp_path / "t.csv")), "--year", "2023", "--region", "999901", "--to", "html",
              "--into", str(into), "--lang", "zh"])  # fmt: skip
        raise SystemExit(0)
    assert not ended.value.code
    (page,) = into.rglob("report.html")
    assert SCHOOL in page.read_text(encoding="utf-8"), "the report names the school, so its row was read"
    kept = _kept(into)
    assert {path.name for path in kept} >= {"record.json", "numbers.txt"}
    for path in kept:
        text = path.read_bytes().decode("utf-8", errors="replace")
        for marker in (SCHOOL, EXAM, PUPILS):
            assert marker not in text, f"{marker} in {path.name}"
    said = capfd.readouterr()
    assert SCHOOL not in said.out + said.err
    assert [path for path in scratch.rglob("*") if path.is_file()] == [], "no temporary file outlives the run"
    assert _listening() - listening == set(), "no port is left open"
    record = json.loads(next(into.rglob("record.json")).read_text(encoding="utf-8"))
    assert str(tmp_path) not in json.dumps(record)


def _listening() -> set[tuple[str, int]]:
    """The TCP ports on which this process and its children listen."""
    own = psutil.Process()
    return {
        (each.laddr.ip, each.laddr.port)
        for process in [own, *own.children(recursive=True)]
        for each in process.net_connections(kind="tcp")
        if each.status == psutil.CONN_LISTEN and each.family in (socket.AF_INET, socket.AF_INET6)
    }
