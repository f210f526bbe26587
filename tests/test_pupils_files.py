"""Files of pupils: what is added up, what is refused, and what is written beside what."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from qualityedu.cli import main
from qualityedu.errors import IntakeError
from qualityedu.findings.pupils import Asked, PupilSums, add_up_pupils, region_figures
from qualityedu.findings.pupils.files import faults_in, scan_pupils
from qualityedu.intake.scanning import engine_for, table_files

STATED = ["--deidentified", "省监测中心2025年3月按规定删除了姓名和学籍号"]
ASKED = Asked(("数学",), group="性别")


@pytest.fixture
def pupils() -> pd.DataFrame:
    random = np.random.default_rng(3)
    rows = 1200
    region = random.choice(["330106", "330108", "340102"], rows)
    return pd.DataFrame(
        {
            "区县代码": region,
            "学校标识码": [
                f"{code}{number:04}" for code, number in zip(region, random.integers(0, 6, rows), strict=True)
            ],
            "学段": random.choice(["小学", "初中"], rows),
            "学年": 2023,
            "数学": np.clip(np.round(random.normal(68, 17, rows)), 0, 100),
            "性别": random.choice(["女", "男"], rows),
        }
    )


@pytest.fixture
def folder(pupils: pd.DataFrame, tmp_path: Path) -> Path:
    for region, rows in pupils.groupby("区县代码"):
        rows.to_parquet(tmp_path / f"{region}.parquet", row_group_size=150)
    return tmp_path


def _sums(folder: Path, engine: str = "polars", asked: Asked = ASKED, **how: bool) -> PupilSums:
    with engine_for(engine) as opened:
        return add_up_pupils(scan_pupils(table_files([str(folder)]), opened, asked, **how).frame, asked)


def _said(folder: Path, **how: bool) -> list[str]:
    with pytest.raises(IntakeError) as refused:
        _sums(folder, **how)
    return [problem.sentence("zh") for problem in refused.value.problems]


def _ours(pupils: pd.DataFrame) -> pd.DataFrame:
    names = {"区县代码": "region", "学校标识码": "school", "学段": "stage", "学年": "year"}
    return pupils.rename(columns=names)


class TestFiles:
    @pytest.mark.parametrize("engine", ["polars", "duckdb"])
    def test_many_files_with_headings_of_their_own(self, folder: Path, pupils: pd.DataFrame, engine: str) -> None:
        found = _sums(folder, engine)
        expected = add_up_pupils(_ours(pupils), ASKED)
        pd.testing.assert_frame_equal(found.schools, expected.schools, rtol=1e-12)
        pd.testing.assert_frame_equal(found.distribution, expected.distribution)

    @pytest.mark.parametrize("engine", ["polars", "duckdb"])
    def test_a_text_file_and_columns_in_another_order(self, folder: Path, pupils: pd.DataFrame, engine: str) -> None:
        own = pupils[pupils["区县代码"] == "330106"]
        (folder / "330106.parquet").unlink()
        own[list(reversed(own.columns))].to_csv(folder / "330106.csv", index=False, encoding="utf-8-sig")
        pd.testing.assert_frame_equal(
            _sums(folder, engine).schools, add_up_pupils(_ours(pupils), ASKED).schools, rtol=1e-12
        )

    def test_a_year_that_all_rows_share(self, folder: Path, pupils: pd.DataFrame) -> None:
        pupils.drop(columns=["学年", "学段"]).to_parquet(folder / "all.parquet")
        with engine_for("polars") as opened:
            constants = {"year": 2023, "stage": "junior"}
            found = scan_pupils([folder / "all.parquet"], opened, ASKED, constants=constants)
            sums = add_up_pupils(found.frame, ASKED)
        assert sums.schools["pupils"].sum() == len(pupils)
        assert set(sums.schools["stage"]) == {"junior"}
        assert set(sums.schools["year"]) == {2023}


class TestFaults:
    def test_each_file_with_its_row_group(self, folder: Path, pupils: pd.DataFrame) -> None:
        (folder / "330106.parquet").write_bytes((folder / "330106.parquet").read_bytes()[:3000])
        text = pupils["数学"].astype(int).astype(str)
        text.iloc[170] = "缺考"
        pupils.assign(数学=text).to_parquet(folder / "a.parquet", row_group_size=150)
        pupils.drop(columns="数学").to_parquet(folder / "b.parquet")
        pupils.assign(学校标识码=1).to_parquet(folder / "c.parquet")
        said = _said(folder)
        assert len(said) == 4
        assert "330106.parquet" in said[0]
        assert "没有传完" in said[0]
        assert "a.parquet" in said[1]
        assert "第2个行组里有“缺考”" in said[1]
        assert "b.parquet" in said[2]
        assert "缺少这些列：数学" in said[2]
        assert "c.parquet" in said[3]
        assert "0 已经丢失" in said[3]
        kept = _sums(folder, keep_going=True)
        assert set(kept.schools["region"]) == {"330108", "340102"}

    @pytest.mark.parametrize("engine", ["polars", "duckdb"])
    def test_a_damaged_row_group_is_named(self, folder: Path, engine: str) -> None:
        path = folder / "330108.parquet"
        with pq.ParquetFile(path) as opened:
            held = opened.metadata.row_group(1).column(opened.schema_arrow.names.index("数学"))
        content = bytearray(path.read_bytes())
        content[held.data_page_offset : held.data_page_offset + held.total_compressed_size] = bytes(
            255 for _ in range(held.total_compressed_size)
        )
        path.write_bytes(content)
        with engine_for(engine) as opened:
            found = scan_pupils(table_files([str(folder)]), opened, ASKED)
            with pytest.raises(Exception):  # noqa: B017 each engine in its own words
                add_up_pupils(found.frame, ASKED)
        said = [problem.sentence("zh") for problem in faults_in(found, ASKED)]
        assert len(said) == 1
        assert "330108.parquet  第2个行组" in said[0]

    def test_a_word_among_the_scores_of_a_text_file(self, tmp_path: Path, pupils: pd.DataFrame) -> None:
        words = pupils.assign(数学=pupils["数学"].astype(str))
        words.iloc[4, 4] = "缺考"
        words.to_csv(tmp_path / "a.csv", index=False)
        with engine_for("polars") as opened:
            found = scan_pupils([tmp_path / "a.csv"], opened, ASKED)
        assert [problem.where for problem in faults_in(found, ASKED)] == ["a.csv"]
        assert "第6行" in faults_in(found, ASKED)[0].sentence("zh")


# An identity number whose last character is right, of a day and a place that exist; nobody's.
IDENTITY = "11010519491231002X"


class TestPersons:
    @pytest.mark.parametrize(
        "heading", ["姓名", "学号", "身份证号", "学籍号", "联系电话", "name", "student_id", "准考证号"]
    )
    def test_a_heading_stops_everything(self, folder: Path, pupils: pd.DataFrame, heading: str) -> None:
        pupils.assign(**{heading: "x"}).to_parquet(folder / "a.parquet")
        assert any(heading in said for said in _said(folder, keep_going=True))

    @pytest.mark.parametrize(
        ("values", "word"),
        [
            ([IDENTITY], "身份证号"),
            (["G" + IDENTITY], "学籍号"),
            (["13800138001", "13900139002"], "手机号码"),
            (["王小明", "李大伟", "张一凡", "刘思远", "陈雨桐", "杨子涵"], "姓名"),
        ],
    )
    def test_values_under_a_harmless_heading(
        self, folder: Path, pupils: pd.DataFrame, values: list[str], word: str
    ) -> None:
        """In the fifth row group alone; what was found is not repeated."""
        note = pd.Series("a", index=pupils.index)
        spread = [f"{value}{'甲乙丙丁'[n % 4] if word == '姓名' else ''}" for n in range(30) for value in values]
        note.iloc[600 : 600 + len(spread)] = spread[: 1200 - 600]
        if word == "姓名":
            note.iloc[600:750] = [f"{a}{b}{c}" for a in "王李张刘陈杨" for b in "小大一思雨" for c in "明伟凡远桐"][
                :150
            ]
        pupils.assign(备注=note).to_parquet(folder / "a.parquet", row_group_size=150)
        said = _said(folder, keep_going=True)
        assert len(said) == 1
        assert word in said[0]
        assert "备注" in said[0]
        assert "第5个行组" in said[0]
        assert not any(value in said[0] for value in values)

    @pytest.mark.parametrize("kind", ["int64", "str"])
    def test_a_number_for_each_pupil(self, folder: Path, pupils: pd.DataFrame, kind: str) -> None:
        numbered = pd.Series(range(20230001, 20230001 + len(pupils))).astype(kind)
        pupils.assign(编号=numbered).to_parquet(folder / "a.parquet")
        assert "学生编号" in _said(folder)[0]

    def test_codes_of_schools_that_begin_like_a_mobile_number(self, tmp_path: Path, pupils: pd.DataFrame) -> None:
        hebei = pupils.assign(区县代码="130102", 学校标识码="13010212345")
        hebei.to_parquet(tmp_path / "a.parquet")
        assert _sums(tmp_path).schools["pupils"].sum() == len(pupils)

    def test_identity_numbers_in_a_text_file(self, tmp_path: Path, pupils: pd.DataFrame) -> None:
        pupils.assign(备注=IDENTITY).to_csv(tmp_path / "a.csv", index=False)
        assert "身份证号" in _said(tmp_path)[0]


class TestCommand:
    def _run(self, folder: Path, into: Path, *words: str) -> None:
        main(["pupils", str(folder / "*.parquet"), "--score", "数学", *words, "--into", str(into), "--lang", "zh"])

    @pytest.mark.parametrize("stated", [[], ["--deidentified", ""], ["--deidentified", "ok"]])
    def test_without_a_statement_nothing_is_read(
        self, folder: Path, tmp_path: Path, stated: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            self._run(folder, tmp_path / "out", *stated)
        assert ended.value.code == 2
        assert "--deidentified" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_what_is_written(self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        into = tmp_path / "out"
        lines = ["--pass", "60", "--excellent", "数学=85", "--low", "40", "--full-marks", "100"]
        gaps = ["--group", "性别", "--gap", "女", "男"]
        self._run(folder, into, *STATED, *lines, *gaps, "--level", "county", "--level", "nation")
        assert "1,200名学生" in capsys.readouterr().out
        names = {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}
        assert names == {
            "schools.parquet", "regions-county.parquet", "regions-nation.parquet", "statement.json",
            "not-for-release/README.txt", "not-for-release/sums.parquet", "not-for-release/distribution.parquet",
        }  # fmt: skip
        assert "不得外传" in (into / "not-for-release" / "README.txt").read_text(encoding="utf-8")
        said = json.loads((into / "statement.json").read_text(encoding="utf-8"))
        assert said[0]["deidentified"] == STATED[1]
        assert said[0]["rows"] == 1200
        found = pd.read_parquet(into / "regions-county.parquet")
        assert set(found["status"]) == {""}
        assert found["pupils"].sum() == 1200

    def test_goes_straight_into_measure_and_report(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._run(folder, tmp_path / "out", *STATED, "--pass", "60")
        main(["measure", str(tmp_path / "out" / "schools.parquet"), "--into", str(tmp_path / "found"), "--lang", "zh"])
        main(["check", str(tmp_path / "out" / "schools.parquet"), "--lang", "zh"])
        assert "pass_rate" in set(pd.read_parquet(tmp_path / "found" / "findings-county.parquet")["indicator"])
        assert capsys.readouterr().err.count("没有登记") == 0

    def test_a_later_county_is_added(self, folder: Path, tmp_path: Path) -> None:
        later = tmp_path / "later"
        later.mkdir()
        (folder / "340102.parquet").rename(later / "340102.parquet")
        self._run(folder, tmp_path / "first", *STATED)
        self._run(later, tmp_path / "second", *STATED, "--onto", str(tmp_path / "first"))
        (later / "340102.parquet").rename(folder / "340102.parquet")
        self._run(folder, tmp_path / "whole", *STATED)
        both, whole = (pd.read_parquet(tmp_path / each / "regions-county.parquet") for each in ("second", "whole"))
        pd.testing.assert_frame_equal(both, whole, rtol=1e-12)
        assert len(json.loads((tmp_path / "second" / "statement.json").read_text(encoding="utf-8"))) == 2

    def test_a_table_for_each_of_several_scores(self, pupils: pd.DataFrame, tmp_path: Path) -> None:
        pupils.assign(reading=pupils["数学"] + 1).to_parquet(tmp_path / "a.parquet")
        self._run(tmp_path, tmp_path / "out", *STATED, "--score", "reading", "--pass", "reading=61", "--pass", "60")
        first, other = (pd.read_parquet(tmp_path / "out" / f"schools-{name}.parquet") for name in ("数学", "reading"))
        np.testing.assert_allclose(other["score_total"], first["score_total"] + first["candidates"])
        np.testing.assert_array_equal(first["passed_candidates"], other["passed_candidates"])
        np.testing.assert_array_equal(first["all_subject_passed"], other["passed_candidates"])

    @pytest.mark.parametrize(
        ("words", "quoted"),
        [
            (["--pass", "六十"], "六十"),
            (["--pass", "语文=60"], "语文=60"),
            (["--gap", "女", "男"], "--group"),
            (["--level", "village"], "village"),
            (["--pass", "85", "--excellent", "60"], "85, 60"),
        ],
    )
    def test_a_mistyped_option(
        self, folder: Path, tmp_path: Path, words: list[str], quoted: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            self._run(folder, tmp_path / "out", *STATED, *words)
        assert ended.value.code == 2
        assert quoted in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


def test_the_step_of_a_continuous_score_is_said(folder: Path, pupils: pd.DataFrame) -> None:
    """Values such as those of PISA lie in no step: they are put into about a thousand, which is written beside them."""
    random = np.random.default_rng(1)
    table = _ours(pupils).assign(数学=random.normal(500, 100, len(pupils)))
    own = region_figures(add_up_pupils(table, ASKED), "nation")
    assert set(own["step"]) == {1.0}
    for row in own.itertuples():
        held = table[table["stage"] == {"primary": "小学", "junior": "初中"}[row.stage]]["数学"]
        assert row.median == pytest.approx(np.quantile(held, 0.5, method="inverted_cdf"), abs=0.5)
