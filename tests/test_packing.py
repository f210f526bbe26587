"""A table laid out region by region: the same for any order of files, checked, and never half made."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from qualityedu.cli import main
from qualityedu.columns import KEYS
from qualityedu.datasets import Dataset, open_dataset
from qualityedu.datasets.pack import PACK, Pack, read_pack, write_pack
from qualityedu.errors import IntakeError, RequestError
from qualityedu.findings import in_scope, measure, open_overview
from qualityedu.findings.attained import verdict_terms
from qualityedu.findings.stored_sums import read_sums
from qualityedu.findings.sums import add_up, findings_of
from qualityedu.intake import check, read_schools
from qualityedu.intake.scanning import table_files
from qualityedu.models import SPECS
from qualityedu.release import units_withheld
from qualityedu.report.packing.making import Packed, pack
from qualityedu.report.packing.place import beside
from qualityedu.text import LANGUAGES

YEAR = 2023


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return read_schools("demo")


@pytest.fixture(scope="module")
def packed(demo: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The demonstration city, packed from one Parquet file. Read only."""
    folder = tmp_path_factory.mktemp("packed")
    demo.to_parquet(folder / "schools.parquet")
    return _pack(folder / "demo.pack", folder / "schools.parquet").pack


def _pack(into: Path, *files: Path, checked: bool = True, **options: Any) -> Packed:
    dataset = Dataset(into.name, files[0], dict.fromkeys(LANGUAGES, "city"))
    return pack(table_files(map(str, files)), into, dataset=dataset, checked=checked, **options)


def _bytes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _left_beside(into: Path) -> list[str]:
    return sorted(path.name for path in into.parent.iterdir() if path.name.startswith("."))


def _with_fault(demo: pd.DataFrame, region: str = "999903") -> pd.DataFrame:
    """A school of that region has more backbone teachers than teachers."""
    first = demo.index[demo["region"] == region][0]
    return demo.assign(backbone_teachers=demo["backbone_teachers"].where(demo.index != first, 9999.0))


class TestRows:
    def test_the_order_and_kind_of_files_does_not_show(self, packed: Pack, demo: pd.DataFrame, tmp_path: Path) -> None:
        """One Parquet file, or five pieces of shuffled rows, two of them CSV: the same bytes in every file."""
        shuffled = demo.sample(frac=1, random_state=7)
        pieces = [shuffled.iloc[start::5] for start in range(5)]
        for number, piece in enumerate(pieces):
            if number % 2:
                piece.to_csv(tmp_path / f"{9 - number}.csv", index=False)
            else:
                piece[sorted(piece.columns)].to_parquet(tmp_path / f"{9 - number}.parquet")
        made = _pack(tmp_path / "demo.pack", *reversed(list(tmp_path.iterdir())))
        assert (made.rows, made.files) == (768, 5)
        found, expected = _bytes(made.pack.folder), _bytes(packed.folder)
        assert found == expected
        assert len(found) == 8 + 4

    def test_a_region_has_its_own_rows_and_the_columns_that_it_fills(self, packed: Pack, demo: pd.DataFrame) -> None:
        for code, own in demo.groupby("region"):
            expected = own.dropna(axis="columns", how="all").sort_values(list(KEYS), ignore_index=True)
            found = pd.read_parquet(packed.table_of(str(code)))
            pd.testing.assert_frame_equal(found[list(expected.columns)], expected)
            assert set(found.columns) == set(expected.columns)

    def test_what_is_said_of_a_region(self, packed: Pack, demo: pd.DataFrame) -> None:
        own, region = demo[demo["region"] == "999901"], packed.regions["999901"]
        assert region.units == {str(year): count for year, count in own.groupby("year").size().items()}
        assert region.names == dict.fromkeys(("2021", "2022", "2023"), own["region_name"].iloc[0])
        assert region.to_mend == ()
        assert not region.read_otherwise
        assert packed.years == [2021, 2022, 2023]

    def test_a_unit_that_stands_there_twice_keeps_its_place(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        """Two rows with the same keys: their other columns decide, and not which file came first."""
        own = demo[demo["region"] == "999902"]
        again = own.iloc[[3]].assign(books=7.0)
        found = []
        for name, pieces in {"a": [own, again], "b": [again, own]}.items():
            (tmp_path / name).mkdir()
            for number, piece in enumerate(pieces):
                piece.to_parquet(tmp_path / name / f"{number}.parquet")
            found.append(
                _bytes(_pack(tmp_path / f"{name}.pack", tmp_path / name, checked=False).pack.folder / "regions")
            )
        assert found[0] == found[1]

    def test_a_mark_is_of_the_rows_of_its_year(self, packed: Pack, demo: pd.DataFrame, tmp_path: Path) -> None:
        """Another number in one year changes the mark of that year, in that region, alone."""
        changed = (demo["region"] == "999904") & (demo["year"] == 2022)
        other = demo.assign(books=demo["books"].where(~changed, demo["books"] + 1))
        other.to_parquet(tmp_path / "schools.parquet")
        marks = {
            code: each.marks
            for code, each in _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False).pack.regions.items()
        }
        expected = {code: dict(each.marks) for code, each in packed.regions.items()}
        assert marks["999904"].pop("2022") != expected["999904"].pop("2022")
        assert marks == expected
        assert all(mark.isalpha() for by_year in marks.values() for mark in by_year.values())


class TestNation:
    def test_the_values_are_those_of_the_overview(self, packed: Pack) -> None:
        seen = open_overview("demo", year=YEAR)
        found = pd.read_parquet(packed.values_of(YEAR))
        marks = [name for name in found.columns if name.startswith("withheld:")]
        values = found.drop(columns=marks)
        pd.testing.assert_frame_equal(values, seen.values[list(values.columns)])
        wanted = {name for spec in SPECS.values() for name in spec.columns()} & set(seen.values.columns)
        assert wanted <= set(values.columns)
        files = packed.values_of(YEAR), packed.findings_of(YEAR)
        assert packed.prepared == {"2023": tuple(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)}

    def test_what_may_not_be_shown_of_a_unit_is_marked(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        """A school with four candidates: its pass rate, and that of another, which would tell it."""
        small = (demo["year"] == YEAR) & (demo["stage"] == "junior") & (demo["region"] == "999904")
        few = small & (small.cumsum() == 2)
        names = [name for name in demo if "candidates" in name or name == "all_subject_passed"]
        other = demo.assign(**{name: demo[name].mask(few & demo[name].notna(), 4.0) for name in names})
        other.to_parquet(tmp_path / "schools.parquet")
        seen = open_overview(str(tmp_path / "schools.parquet"), year=YEAR)
        found = pd.read_parquet(_pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False).pack.values_of(YEAR))
        marks = found[[name for name in found if name.startswith("withheld:")]]
        expected = units_withheld(seen)[[name.removeprefix("withheld:") for name in marks]]
        assert (marks.to_numpy() == expected.to_numpy()).all()
        assert found.loc[marks["withheld:pass_rate"], "region"].tolist() == ["999904"] * 2

    def test_the_sums_are_those_of_the_whole_table(self, packed: Pack, demo: pd.DataFrame) -> None:
        within, _ = in_scope(demo, country="CN")
        expected = add_up(within, counting=verdict_terms(within))
        found = read_sums(packed.sums)
        kept = [name for name in expected.table.columns if name in found.table.columns]
        assert {"units", "met", "unmet", "books_per_pupil:n"} <= set(kept)
        pd.testing.assert_frame_equal(found.table[kept], expected.table[kept], rtol=1e-12, check_column_type=False)
        own = [name for name in expected.workings if name not in expected.leading]
        pd.testing.assert_frame_equal(findings_of(found), findings_of(add_up(within, own)), rtol=1e-10)

    def test_several_years_and_one_that_is_not_there(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        made = _pack(tmp_path / "x", tmp_path / "schools.parquet", years=[2021, 2022], checked=False)
        assert sorted(made.pack.prepared) == ["2021", "2022"]
        assert set(pd.read_parquet(made.pack.values_of(2021))["year"]) == {2021}
        with pytest.raises(RequestError, match="1999"):
            _pack(tmp_path / "y", tmp_path / "schools.parquet", years=[1999], checked=False)
        assert not (tmp_path / "y").exists()

    def test_what_the_intake_reads_otherwise_is_measured_so(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        """A row of totals stands in the file of its region, and in neither values nor sums."""
        own = demo[demo["region"].isin(["999901", "999902"])]
        total = own.iloc[[0]].assign(school="合计", school_name="合计", pupils=1e6)
        pd.concat([own, total]).to_parquet(tmp_path / "schools.parquet")
        made = _pack(tmp_path / "x", tmp_path / "schools.parquet", years=[2021]).pack
        assert [code for code, each in made.regions.items() if each.read_otherwise] == ["999901"]
        assert (pd.read_parquet(made.table_of("999901"))["school"] == "合计").sum() == 1
        within, _ = in_scope(own, country="CN")
        assert read_sums(made.sums).table["units"].sum() == len(within)
        assert "合计" not in set(pd.read_parquet(made.values_of(2021))["school"])


DESCRIPTION = """
[dataset]
title    = { zh = "某省", en = "Some province" }
country  = "CN"
currency = { zh = "千元", en = "thousand yuan" }

[columns]
pupils = "Enrolled"
books  = "图书总数"

[constants]
area = "rural"

[[break]]
year   = 2022
reason = { zh = "区划调整", en = "boundaries moved" }
"""


class TestDescription:
    """Headings of one's own, what holds of all rows, and whose rules apply, said once for all files."""

    @pytest.fixture
    def described(self, demo: pd.DataFrame, tmp_path: Path) -> Path:
        renamed = demo.rename(columns={"pupils": "Enrolled", "books": "图书总数"})
        renamed.drop(columns="area").to_parquet(tmp_path / "schools.parquet")
        (tmp_path / "province.toml").write_text(DESCRIPTION, encoding="utf-8")
        return tmp_path

    def test_a_pack(self, demo: pd.DataFrame, described: Path) -> None:
        into, region = described / "province.pack", "999901"
        files = ["--description", str(described / "province.toml"), "--into", str(into), "--lang", "en"]
        assert _ran(["pack", str(described / "schools.parquet"), *files]) == 0
        dataset = open_dataset(into)
        assert (dataset.title["en"], dataset.currency["en"]) == ("Some province", "thousand yuan")
        assert [(each.year, each.reason["en"]) for each in dataset.breaks] == [(2022, "boundaries moved")]
        rows = pd.read_parquet(read_pack(into).table_of(region))
        expected = demo[demo["region"] == region]
        assert sorted(rows["books"].dropna()) == sorted(expected["books"].dropna())
        assert set(rows["area"]) == {"rural"}
        found = open_overview(str(into), year=YEAR, region=region).findings
        same = measure(in_scope(expected, country="CN")[0], ["books_per_pupil"])
        keys = ["year", "stage", "subject"]
        own = found[(found["indicator"] == "books_per_pupil") & (found["region"] == region)].set_index(keys)["value"]
        pd.testing.assert_series_equal(own.sort_index(), same.set_index(keys)["value"].sort_index(), rtol=1e-12)

    def test_options_go_before_it(self, described: Path) -> None:
        into = described / "a.pack"
        files = ["--description", str(described / "province.toml"), "--into", str(into), "--unchecked"]
        assert _ran(["pack", str(described / "schools.parquet"), *files, "--country", "", "--title", "别的"]) == 0
        assert (open_dataset(into).country, open_dataset(into).title["zh"]) == ("", "别的")

    def test_measured_without_a_pack(self, demo: pd.DataFrame, described: Path) -> None:
        into = described / "out"
        files = [
            "--description",
            str(described / "province.toml"),
            "--into",
            str(into),
            "--indicator",
            "books_per_pupil",
        ]
        assert _ran(["measure", str(described / "schools.parquet"), *files]) == 0
        found = pd.read_parquet(into / "findings-county.parquet")
        same = measure(in_scope(demo, country="CN")[0], ["books_per_pupil"])
        keys = ["region", "year", "stage", "subject"]
        held = found[found["value"].notna()].astype(dict.fromkeys(keys, object)).set_index(keys)["value"]
        assert len(held) > 40
        expected = same.set_index(keys)["value"].reindex(held.index)
        pd.testing.assert_series_equal(held, expected, rtol=1e-12, check_index_type=False)

    @pytest.mark.parametrize("command", ["pack", "measure"])
    def test_one_that_is_wrong_or_not_there(
        self, described: Path, command: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        wrong = described / "wrong.toml"
        wrong.write_text(DESCRIPTION.replace("books ", "boooks "), encoding="utf-8")
        for description, said, code in ((wrong, "boooks", 4), (described / "none.toml", "none.toml", 2)):
            files = ["--description", str(description), "--into", str(described / "x"), "--lang", "en"]
            assert _ran([command, str(described / "schools.parquet"), *files]) == code
            assert said in capsys.readouterr().err
            assert not (described / "x").exists()


def _ran(arguments: list[str]) -> int:
    try:
        main(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


class TestFaults:
    def test_a_faulty_region_is_marked_and_left_out(
        self, packed: Pack, demo: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _with_fault(demo).to_parquet(tmp_path / "schools.parquet")
        into = tmp_path / "city.pack"
        with pytest.raises(SystemExit) as ended:
            main(["pack", str(tmp_path / "schools.parquet"), "--into", str(into), "--lang", "zh"])
        assert ended.value.code == 1
        said = capsys.readouterr()
        assert "（999903）：1处" in said.err
        assert f"qualityedu report {into} --year 2023" in said.out
        made = read_pack(into)
        assert [code for code, each in made.regions.items() if each.to_mend] == ["999903"]
        rest = set(packed.regions) - {"999903"}
        assert set(pd.read_parquet(made.values_of(YEAR))["region"]) == rest
        assert set(read_sums(made.sums).table["region"]) == rest
        problem = made.regions["999903"].to_mend[0]
        again = next(each for each in check(made.table_of("999903"), lang="zh").problems if each.refuses)
        assert (problem, problem.sentence("zh")) == (again, again.sentence("zh"))
        # The command that it names shows the same.
        with pytest.raises(SystemExit):
            main(["check", str(made.table_of("999903")), "--lang", "zh"])
        assert problem.sentence("zh") in capsys.readouterr().out

    def test_all_regions_to_mend(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        one = _with_fault(demo[demo["region"] == "999903"])
        one.to_parquet(tmp_path / "schools.parquet")
        with pytest.raises(SystemExit) as ended:
            main(["pack", str(tmp_path / "schools.parquet"), "--into", str(tmp_path / "x")])
        assert ended.value.code == 3
        made = read_pack(tmp_path / "x")
        assert made.prepared == {}
        assert len(made.regions["999903"].to_mend) == 1
        assert read_sums(made.sums).table.empty

    def test_a_word_that_is_no_choice_is_to_be_mended(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        """It does not silently become a gap, neither in what kind a school is nor in its stage."""
        own = demo[demo["region"] == "999901"]
        for column in ("school_kind", "stage"):
            words = own[column].astype("str").where(own.index != own.index[0], "幼儿园")
            own.assign(**{column: words}).to_parquet(tmp_path / "schools.parquet")
            made = _pack(tmp_path / "x", tmp_path / "schools.parquet").pack
            assert ["幼儿园" in each.sentence("zh") for each in made.regions["999901"].to_mend] == [True]

    def test_unchecked_rows_are_taken_as_they_are(
        self, demo: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _with_fault(demo).to_parquet(tmp_path / "schools.parquet")
        into = tmp_path / "x"
        main(["pack", str(tmp_path / "schools.parquet"), "--into", str(into), "--unchecked", "--lang", "zh"])
        assert "没有逐格检查" in capsys.readouterr().out
        assert not read_pack(into).checked
        assert set(read_sums(read_pack(into).sums).table["region"]) == set(demo["region"])
        checked = _pack(into, tmp_path / "schools.parquet")
        assert checked.as_before == 0
        assert checked.pack.regions["999903"].to_mend

    def test_files_at_fault_are_all_named_and_nothing_is_written(
        self, demo: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = _three_files(demo, tmp_path)
        files[0].write_bytes(b"")
        files[1].write_bytes(files[1].read_bytes()[:3000])
        words = ["pack", str(tmp_path / "in"), "--into", str(tmp_path / "x"), "--lang", "zh"]
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 3
        said = capsys.readouterr().err
        assert "a.parquet" in said
        assert "b.parquet" in said
        assert not (tmp_path / "x").exists()
        assert _left_beside(tmp_path / "x") == []
        main([*words, "--keep-going"])
        assert "2个文件有问题" in capsys.readouterr().err
        assert set(read_pack(tmp_path / "x").regions) == {"999907", "999908"}

    def test_a_damaged_row_group_is_named_or_its_file_left_aside(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        files = _three_files(demo, tmp_path)
        _damage(files[1])
        with pytest.raises(IntakeError) as refused:
            _pack(tmp_path / "x", *files, checked=False)
        assert [each.where for each in refused.value.problems] == ["b.parquet"]
        assert not (tmp_path / "x").exists()
        made = _pack(tmp_path / "x", *files, keep_going=True, checked=False)
        assert [each.where for each in made.aside] == ["b.parquet"]
        assert made.files == 2
        assert "999905" not in made.pack.regions
        assert made.rows == sum(pq.read_metadata(files[n]).num_rows for n in (0, 2))

    @pytest.mark.parametrize("column", ["region", "school", "stage"])
    @pytest.mark.parametrize("seen", [None, ""])
    def test_rows_without_a_key(self, demo: pd.DataFrame, tmp_path: Path, column: str, seen: str | None) -> None:
        own = demo[demo["region"] == "999901"]
        words = own[column].astype(object).where(~own.index.isin(own.index[:3]), seen)
        own.assign(**{column: words}).to_parquet(tmp_path / "schools.parquet")
        with pytest.raises(RequestError) as refused:
            _pack(tmp_path / "x", tmp_path / "schools.parquet")
        assert "有 3 行" in refused.value.sentence("zh")
        assert f"{column}=—" in refused.value.sentence("zh")

    @pytest.mark.parametrize(("code", "key"), [("../x", "code"), ("99/1", "code"), ("９９", "code"), ("abc", "case")])
    def test_codes_that_cannot_name_a_file(self, demo: pd.DataFrame, tmp_path: Path, code: str, key: str) -> None:
        own = demo[demo["region"] == "999901"]
        pd.concat([own.assign(region="ABC"), own.assign(region=code)]).to_parquet(tmp_path / "schools.parquet")
        with pytest.raises(RequestError, match=code) as refused:
            _pack(tmp_path / "x", tmp_path / "schools.parquet")
        assert refused.value.key == f"pack_region_{key}"
        assert _left_beside(tmp_path / "x") == []

    def test_no_rows(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.head(0).to_parquet(tmp_path / "schools.parquet")
        with pytest.raises(RequestError) as refused:
            _pack(tmp_path / "x", tmp_path / "schools.parquet")
        assert refused.value.key == "pack_no_rows"

    def test_memory_that_is_no_size(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        with pytest.raises(RequestError, match="plenty"):
            _pack(tmp_path / "x", tmp_path / "schools.parquet", memory="plenty")


class TestPlace:
    def test_another_folder_is_left_alone(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letter.txt").write_text("x")
        with pytest.raises(RequestError) as refused:
            _pack(tmp_path / "mine", tmp_path / "schools.parquet", checked=False)
        assert refused.value.key == "pack_other_folder"
        assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]

    def test_a_pack_beside_its_table_is_not_read_as_part_of_it(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        for _ in range(2):
            made = _pack(tmp_path / "city.pack", tmp_path, checked=False)
            assert (made.rows, made.files) == (768, 1)
        other = _pack(tmp_path.parent / f"{tmp_path.name}.pack", tmp_path / "city.pack", checked=False)
        assert (other.rows, other.files) == (768, 8)
        assert other.pack.regions == made.pack.regions
        with pytest.raises(RequestError) as refused:
            _pack(tmp_path / "city.pack", tmp_path / "city.pack" / "regions", checked=False)
        assert refused.value.key == "pack_own_files"

    def test_two_at_once(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        from qualityedu.report.lock import locked

        beside(tmp_path / "x").mkdir()
        with locked(beside(tmp_path / "x")), pytest.raises(RequestError) as refused:
            _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False)
        assert refused.value.key == "locked"

    @pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
    def test_a_run_that_was_killed_leaves_the_earlier_pack(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        made = _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False)
        before = _bytes(made.pack.folder)
        demo.assign(books=demo["books"] + 1).to_parquet(tmp_path / "schools.parquet")
        words = [sys.executable, "-c", _KILLED, str(tmp_path / "schools.parquet"), "--into", str(tmp_path / "x")]
        ended = subprocess.run(words, capture_output=True, check=False, timeout=120)
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        assert _left_beside(tmp_path / "x") == [".x.packing"]
        assert (beside(tmp_path / "x") / "new" / "regions" / "999901.parquet").is_file()
        assert _bytes(tmp_path / "x") == before
        _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False)
        assert _left_beside(tmp_path / "x") == []
        assert _bytes(tmp_path / "x") != before

    def test_one_that_was_killed_between_two_moves_is_put_back(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        made = _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False)
        beside(tmp_path / "x").mkdir()
        made.pack.folder.rename(beside(tmp_path / "x") / "old")
        assert _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False).as_before == 8

    def test_what_the_disk_refuses_is_said(
        self, demo: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        made = _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False)
        before = _bytes(made.pack.folder)

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("qualityedu.report.packing.making.write_pack", full)
        with pytest.raises(RequestError) as refused:
            _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False)
        assert refused.value.key == "pack_no_room"
        assert _bytes(tmp_path / "x") == before
        assert _left_beside(tmp_path / "x") == []


class TestAgain:
    def test_only_what_changed_is_checked_again(
        self, packed: Pack, demo: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files = _three_files(demo, tmp_path)
        into = tmp_path / "demo.pack"
        assert _pack(into, *files).as_before == 0
        _with_fault(demo[demo["region"] >= "999907"], "999907").to_parquet(files[2])
        looked = _counting(monkeypatch)
        made = _pack(into, *files)
        assert (made.as_before, looked) == (7, ["999907"])
        assert made.pack.regions["999907"].to_mend
        demo[demo["region"] >= "999907"].to_parquet(files[2])
        assert _pack(into, *files).as_before == 7
        assert _bytes(into) == _bytes(packed.folder)

    def test_another_reader_checks_all_again(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        made = _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False).pack
        before = _bytes(made.folder)
        write_pack(replace(made, reader="another"), made.folder)
        assert _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False).as_before == 0
        assert _bytes(made.folder) == before
        (made.folder / PACK).write_text("{")
        assert _pack(tmp_path / "x", tmp_path / "schools.parquet", checked=False).as_before == 0
        assert _bytes(made.folder) == before


class TestProcesses:
    def test_two_processes_find_the_same_as_one(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        """Sixteen small regions, one of them faulty, in two processes and in this one."""
        own = demo[(demo["region"] == "999903") & (demo["year"] == YEAR)].head(12)
        many = pd.concat([own.assign(region=f"A{n:02d}", region_name=f"A{n:02d}") for n in range(16)])
        _with_fault(many.reset_index(drop=True), "A07").to_parquet(tmp_path / "schools.parquet")
        one, two = (
            _pack(tmp_path / str(workers) / "x", tmp_path / "schools.parquet", workers=workers) for workers in (1, 2)
        )
        assert _bytes(one.pack.folder) == _bytes(two.pack.folder)
        assert [code for code, each in two.pack.regions.items() if each.to_mend] == ["A07"]

    @pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
    def test_a_process_ends_with_the_one_that_started_it(self) -> None:
        started = subprocess.Popen(
            [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert started.stdout is not None
        child = int(started.stdout.readline())
        started.kill()
        started.wait()
        started.stdout.close()
        assert _within(30, lambda: not Path(f"/proc/{child}").exists() or _is_zombie(child))


# Packs, and is killed when half of the regions have been looked at.
_KILLED = """
import os, signal, sys
from qualityedu.report.packing import making
real = making.look_at
def look_at(code, *given, **how):
    if code == "999904":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(code, *given, **how)
making.look_at = look_at
from qualityedu.cli import main
main(["pack", *sys.argv[1:]])
"""

# Starts a process as those that look at regions are, says its number, and waits.
_PARENT = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from qualityedu.report.packing.hands import hands
with hands(2, 100) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""


def _three_files(demo: pd.DataFrame, folder: Path) -> list[Path]:
    (folder / "in").mkdir()
    files = []
    for name, first, last in (("a", 1, 3), ("b", 4, 6), ("c", 7, 8)):
        files.append(folder / "in" / f"{name}.parquet")
        demo[demo["region"].between(f"99990{first}", f"99990{last}")].to_parquet(files[-1])
    return files


def _damage(path: Path) -> None:
    with pq.ParquetFile(path) as opened:
        held = opened.metadata.row_group(0).column(opened.schema_arrow.names.index("pupils"))
    content = bytearray(path.read_bytes())
    size = held.total_compressed_size
    content[held.data_page_offset : held.data_page_offset + size] = b"\xff" * size
    path.write_bytes(content)


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    from qualityedu.report.packing import making

    looked: list[str] = []
    real = making.look_at

    def look_at(code: str, *given: Any, **how: Any) -> Any:
        looked.append(code)
        return real(code, *given, **how)

    monkeypatch.setattr(making, "look_at", look_at)
    return looked


def _within(seconds: float, is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
