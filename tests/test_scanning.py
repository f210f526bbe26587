"""Many files as one table: what is added up, and what is said of a file that cannot be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qualityedu.cli import main
from qualityedu.datasets import Dataset
from qualityedu.errors import IntakeError, RequestError, ToolMissing
from qualityedu.findings.stored_sums import read_sums
from qualityedu.findings.sums import add_up, findings_of
from qualityedu.intake import read_schools
from qualityedu.intake.scanning import engine_for, faults_inside, scan, table_files
from qualityedu.text import LANGUAGES

ENGINES = ("polars", "duckdb")
SOME = ["books_per_pupil", "mean_class_size"]
Frames = Callable[..., Path]


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return read_schools("demo")


@pytest.fixture
def counties(demo: pd.DataFrame, tmp_path: Path) -> Path:
    """A file for each county, as they come from counties."""
    for region, rows in demo.groupby("region"):
        rows.to_parquet(tmp_path / f"{region}.parquet", row_group_size=40)
    return tmp_path


def _dataset(path: Path) -> Dataset:
    return Dataset("nation", path, dict.fromkeys(LANGUAGES, "nation"))


def _measured(folder: Path, engine: str = "polars", **how: bool) -> pd.DataFrame:
    with engine_for(engine) as opened:
        return findings_of(add_up(scan(table_files([str(folder)]), opened, _dataset(folder), **how).frame, SOME))


def _problems(folder: Path) -> dict[str, str]:
    """What is said of each file."""
    with pytest.raises(IntakeError) as refused, engine_for("polars") as opened:
        scan(table_files([str(folder)]), opened, _dataset(folder))
    return {problem.where: problem.sentence("zh") for problem in refused.value.problems}


class TestFiles:
    def test_a_folder_a_pattern_and_a_name(self, counties: Path) -> None:
        every = table_files([str(counties)])
        assert len(every) == 8
        assert table_files([str(counties / "99990[12].parquet")]) == every[:2]
        assert table_files([str(every[0]), str(counties / "*.parquet")]) == every

    def test_nothing_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError, match="nothing"):
            table_files([str(tmp_path / "nothing*.parquet")])

    def test_a_workbook_goes_another_way(self, tmp_path: Path) -> None:
        (tmp_path / "schools.xlsx").write_bytes(b"x")
        with pytest.raises(RequestError, match=r"schools\.xlsx"):
            table_files([str(tmp_path / "schools.xlsx")])


class TestAddingUp:
    @pytest.mark.parametrize("engine", ENGINES)
    def test_many_files_are_one_table(self, counties: Path, demo: pd.DataFrame, engine: str) -> None:
        expected = findings_of(add_up(demo, SOME))
        pd.testing.assert_frame_equal(_measured(counties, engine), expected, rtol=1e-12)

    @pytest.mark.parametrize("engine", ENGINES)
    def test_text_files_with_chinese_headings_and_units(self, demo: pd.DataFrame, tmp_path: Path, engine: str) -> None:
        """Books in 万册 and the stage as 小学, one file of two; the other as it is in our tables."""
        first, other = demo[demo["region"] < "999905"], demo[demo["region"] >= "999905"]
        names = {"region": "区县代码", "school": "学校标识码", "stage": "学段", "year": "学年", "pupils": "在校生数",
                 "books": "图书册数（万册）", "classes": "班数"}  # fmt: skip
        stages = {"primary": "小学", "junior": "初中"}
        own = first.assign(books=first["books"] / 10_000, stage=first["stage"].map(stages))[list(names)]
        own.rename(columns=names).to_csv(tmp_path / "a.csv", index=False, encoding="utf-8-sig")
        other.to_parquet(tmp_path / "b.parquet")
        found, expected = _measured(tmp_path, engine), findings_of(add_up(demo, SOME))
        pd.testing.assert_frame_equal(found, expected, rtol=1e-9)

    def test_a_file_that_lacks_a_column_has_it_missing(self, counties: Path, demo: pd.DataFrame) -> None:
        demo[demo["region"] == "999901"].drop(columns="books").to_parquet(counties / "999901.parquet")
        found = _measured(counties)
        of = found[(found["indicator"] == "books_per_pupil") & (found["region"] == "999901")]
        assert of["value"].isna().all()
        assert (of["left_out"] > 0).all()


class TestFaults:
    def test_all_files_at_fault_at_once(self, counties: Path, demo: pd.DataFrame) -> None:
        own = demo[demo["region"] == "999901"]
        (counties / "999901.parquet").write_bytes((counties / "999901.parquet").read_bytes()[:2000])
        (counties / "999902.parquet").write_bytes(b"")
        pd.DataFrame({"teacher": ["a"], "age": [41]}).to_parquet(counties / "999903.parquet")
        own.assign(school=9.0).to_parquet(counties / "999904.parquet")
        pupils = own["pupils"].astype("int64").astype(str)
        pupils.iloc[50] = "约300"
        own.assign(pupils=pupils).to_parquet(counties / "999905.parquet", row_group_size=40)
        said = _problems(counties)
        assert list(said) == [f"99990{n}.parquet" for n in range(1, 6)]
        assert "没有传完" in said["999901.parquet"]
        assert "0 字节" in said["999902.parquet"]
        assert "region, school, stage, year" in said["999903.parquet"]
        assert "0 已经丢失" in said["999904.parquet"]
        assert "第2个行组里有“约300”" in said["999905.parquet"]

    def test_the_rest_goes_on_where_asked_to(self, counties: Path, demo: pd.DataFrame) -> None:
        (counties / "999902.parquet").write_bytes(b"")
        with engine_for("polars") as opened:
            found = scan(table_files([str(counties)]), opened, _dataset(counties), keep_going=True)
            assert [problem.where for problem in found.problems] == ["999902.parquet"]
            measured = findings_of(add_up(found.frame, SOME))
        rest = demo[demo["region"] != "999902"]
        pd.testing.assert_frame_equal(measured, findings_of(add_up(rest, SOME)), rtol=1e-12)

    def test_nothing_left_is_refused_all_the_same(self, tmp_path: Path) -> None:
        (tmp_path / "a.parquet").write_bytes(b"")
        with pytest.raises(IntakeError), engine_for("polars") as opened:
            scan(table_files([str(tmp_path)]), opened, _dataset(tmp_path), keep_going=True)

    @pytest.mark.parametrize("engine", ENGINES)
    def test_a_damaged_row_group_is_named(self, counties: Path, engine: str) -> None:
        path = counties / "999903.parquet"
        with pq.ParquetFile(path) as opened:
            names = opened.schema_arrow.names
            held = opened.metadata.row_group(1).column(names.index("pupils"))
        content = bytearray(path.read_bytes())
        content[held.data_page_offset : held.data_page_offset + held.total_compressed_size] = bytes(
            255 for _ in range(held.total_compressed_size)
        )
        path.write_bytes(content)
        with engine_for(engine) as opened:
            found = scan(table_files([str(counties)]), opened, _dataset(counties))
            with pytest.raises(Exception):  # noqa: B017 each engine in its own words
                add_up(found.frame, ["mean_class_size"])
        problems = faults_inside(found.files)
        assert [problem.where for problem in problems] == ["999903.parquet"]
        assert "第2个行组" in problems[0].sentence("zh")

    def test_a_word_in_a_number_of_a_text_file_is_named_with_its_line(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        own = demo[demo["region"] == "999901"][["region", "school", "stage", "year", "pupils", "books"]].astype(str)
        own.iloc[4, 4] = "四百"
        own.to_csv(tmp_path / "a.csv", index=False)
        with engine_for("polars") as opened:
            found = scan(table_files([str(tmp_path)]), opened, _dataset(tmp_path))
        assert [problem.sentence("en") for problem in faults_inside(found.files)] == [
            "a.csv  Line 6, 'pupils': '四百' is no number. Leave the cell empty where there are no data."
        ]

    def test_two_headings_for_one_column(self, counties: Path, demo: pd.DataFrame) -> None:
        own = demo[demo["region"] == "999901"]
        own.assign(在校生数=own["pupils"]).to_parquet(counties / "999901.parquet")
        assert "同一列" in _problems(counties)["999901.parquet"]


class TestEngines:
    def test_another_name_is_refused(self) -> None:
        with pytest.raises(RequestError, match="abacus"):
            engine_for("abacus")

    def test_duckdb_gives_memory_back_at_once(self, counties: Path) -> None:
        with engine_for("duckdb", memory="300MB") as opened:
            frame = opened.open(table_files([str(counties)]), "parquet")
            names = "'allocator_bulk_deallocation_flush_threshold', 'memory_limit'"
            found = frame.query("t", f"SELECT name, value FROM duckdb_settings() WHERE name IN ({names})").fetchall()
        assert dict(found) == {"allocator_bulk_deallocation_flush_threshold": "976.5 KiB", "memory_limit": "286.1 MiB"}

    @pytest.mark.parametrize("said", [{}, {"POLARS_ENGINE_AFFINITY": "in-memory"}])
    def test_polars_is_left_as_it_was_and_as_the_user_said(
        self, monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
    ) -> None:
        for name in ("POLARS_ENGINE_AFFINITY", "POLARS_ROW_GROUP_PREFETCH_SIZE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in said.items():
            monkeypatch.setenv(name, value)
        before = dict(os.environ)
        with engine_for("polars"):
            assert os.environ["POLARS_ENGINE_AFFINITY"] == said.get("POLARS_ENGINE_AFFINITY", "streaming")
            assert os.environ["POLARS_ROW_GROUP_PREFETCH_SIZE"] == "2"
        assert dict(os.environ) == before

    def test_one_that_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
        with pytest.raises(ToolMissing, match=r"qualityedu\[national\]"):
            engine_for("duckdb")


class TestCommand:
    def test_writes_every_level_and_what_to_go_on_from(
        self, counties: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        into = tmp_path / "out"
        words = ["measure", str(counties / "*.parquet"), "--level", "county", "--level", "nation", "--into", str(into)]
        main([*words, "--to", "csv", "--lang", "zh"])
        assert "711行" in capsys.readouterr().out
        names = sorted(path.name for path in into.iterdir())
        assert names == [
            "findings-county.csv",
            "findings-nation.csv",
            "schools-county.csv",
            "schools-nation.csv",
            "sums.parquet",
        ]
        found = pd.read_csv(into / "schools-nation.csv", dtype={"region": str})
        assert found["met"].sum() == 551
        assert sorted(read_sums(into / "sums.parquet").table["year"].unique()) == [2021, 2022, 2023]

    def test_a_later_year_is_added_to_an_earlier_result(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        for name, rows in {"old": demo[demo["year"] < 2023], "new": demo[demo["year"] == 2023], "all": demo}.items():
            rows.to_parquet(tmp_path / f"{name}.parquet")
        main(["measure", str(tmp_path / "old.parquet"), "--into", str(tmp_path / "1")])
        main(
            [
                "measure",
                str(tmp_path / "new.parquet"),
                "--onto",
                str(tmp_path / "1" / "sums.parquet"),
                "--into",
                str(tmp_path / "2"),
            ]
        )
        main(["measure", str(tmp_path / "all.parquet"), "--into", str(tmp_path / "3")])
        once, twice = (pd.read_parquet(tmp_path / n / "schools-county.parquet") for n in ("3", "2"))
        pd.testing.assert_frame_equal(twice, once, check_categorical=False)

    def test_a_missing_year_is_said(
        self, demo: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        demo[~((demo["region"] == "999903") & (demo["year"] == 2022))].to_parquet(tmp_path / "a.parquet")
        main(["measure", str(tmp_path / "a.parquet"), "--into", str(tmp_path / "out"), "--lang", "zh"])
        assert "999903（2022）" in capsys.readouterr().err

    def test_nothing_is_written_where_a_file_is_at_fault(
        self, counties: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (counties / "999902.parquet").write_bytes(b"")
        with pytest.raises(SystemExit) as ended:
            main(["measure", str(counties / "*.parquet"), "--into", str(tmp_path / "out"), "--lang", "zh"])
        assert ended.value.code == 3
        assert "999902.parquet" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


def test_what_is_written_is_described(counties: Path, tmp_path: Path) -> None:
    """A value has its unit beside it, a difference coefficient none."""
    main(["measure", str(counties / "*.parquet"), "--indicator", "books_per_pupil", "--into", str(tmp_path / "out")])
    found = pd.read_parquet(tmp_path / "out" / "findings-county.parquet")
    assert set(found.loc[found["subject"] == "region", "unit"]) == {"册/生"}
    assert set(found.loc[found["subject"] == "spread", "unit"]) == {""}
    kept = pq.read_schema(tmp_path / "out" / "sums.parquet")
    assert isinstance(kept, pa.Schema)
    assert json.loads(kept.metadata[b"qualityedu-sums"])["indicators"] == ["books_per_pupil"]
