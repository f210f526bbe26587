"""Reports on a pack: the same numbers as on the table itself, from the region's own rows, and from the folder alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import qualityedu as qe
from qualityedu.cli import main
from qualityedu.datasets import Dataset, open_dataset
from qualityedu.datasets.pack import PACK, Pack, read_pack, write_pack
from qualityedu.errors import IntakeError, Problem, RequestError
from qualityedu.intake import check, read_schools
from qualityedu.report import Request, jobs_of, make_batch, make_report, rerun, verify
from qualityedu.report.contents import contents_of, hash_of_table
from qualityedu.report.numbers import Number, read_shown
from qualityedu.report.packing.making import pack
from qualityedu.report.plan import Task, plan

YEAR = 2023
REGION = "999901"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration city as a pack. Read only."""
    folder = tmp_path_factory.mktemp("packs")
    read_schools("demo").to_parquet(folder / "schools.parquet")
    return _pack(folder / "schools.parquet", folder / "city")


def _pack(table: Path, into: Path) -> Path:
    demo = open_dataset("demo")
    pack([table], into, dataset=replace(demo, id="city", table=table), years=[YEAR], workers=1)
    return into


def _copied(packed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(packed, tmp_path / packed.name))


def _with(folder: Path, **changes: object) -> Pack:
    made = replace(read_pack(folder), **changes)  # type: ignore[arg-type]
    write_pack(made, folder)
    return made


class TestOpening:
    def test_a_pack_is_opened_by_its_folder_or_its_file(self, packed: Path) -> None:
        opened = open_dataset(packed)
        assert opened == open_dataset(packed / PACK)
        assert opened.is_pack
        assert (opened.id, opened.name, opened.title) == ("city", "city", open_dataset("demo").title)
        assert not open_dataset("demo").is_pack

    def test_a_region_comes_out_as_from_the_table_itself(self, packed: Path) -> None:
        whole, own = qe.open_overview("demo", year=YEAR), qe.open_overview(str(packed), year=YEAR, region=REGION)
        for name in ("findings", "values", "left_out", "schools", "persons"):
            of_whole = getattr(whole, name)
            expected = of_whole[of_whole["region"] == REGION].reset_index(drop=True).dropna(axis="columns", how="all")
            actual = getattr(own, name).reset_index(drop=True).dropna(axis="columns", how="all")
            pd.testing.assert_frame_equal(actual, expected, check_exact=True, check_like=True)

    def test_the_models_are_those_over_all_regions(self, packed: Path) -> None:
        of_table = qe.regional_models(qe.open_overview("demo", year=YEAR))
        of_pack = qe.regional_models(qe.open_overview(str(packed), year=YEAR, region=REGION))
        assert [each.fit.formula for each in of_pack] == [each.fit.formula for each in of_table]
        for ours, theirs in zip(of_pack, of_table, strict=True):
            pd.testing.assert_frame_equal(ours.fit.table, theirs.fit.table, check_exact=True)
            pd.testing.assert_frame_equal(ours.standings, theirs.standings, check_exact=True)
            assert ours.by_unit == theirs.by_unit
            for term, points in theirs.points.items():
                pd.testing.assert_frame_equal(ours.points[term], points, check_exact=True)

    def test_no_other_region_is_read(self, packed: Path, tmp_path: Path) -> None:
        folder = _copied(packed, tmp_path)
        for path in (folder / "regions").iterdir():
            if path.stem != REGION:
                path.unlink()
        (folder / "sums.parquet").unlink()
        assert set(qe.open_overview(str(folder), year=YEAR, region=REGION).schools["region"]) == {REGION}

    def test_many_dots_become_one_for_each_region(self, packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from qualityedu.models import regional

        seen = qe.open_overview(str(packed), year=YEAR, region=REGION)
        monkeypatch.setattr(regional, "_MOST_DOTS", 10)
        monkeypatch.setattr(regional, "_LAST", [])
        few = qe.regional_models(seen)
        assert few
        regions = set(read_pack(packed).regions)
        for model in few:
            assert not model.by_unit
            assert all(
                set(points["region"]) <= regions and len(points) <= len(regions) for points in model.points.values()
            )

    def test_it_is_the_same_by_whatever_part_of_it(self, packed: Path) -> None:
        assert hash_of_table(open_dataset(packed)) == contents_of(open_dataset(packed), lang="zh").table


class TestNation:
    KEYS = ("region", "indicator", "stage", "subject")

    def test_its_counties_are_those_of_the_table(self, packed: Path) -> None:
        nation = qe.releasable_nation(qe.open_nation(str(packed), year=YEAR))
        table = qe.releasable_nation(qe.open_nation("demo", year=YEAR))
        ours, theirs = (_known(each.findings).set_index(list(self.KEYS))["value"] for each in (nation, table))
        # What the leading units hold does not add up, and is not in the sums of a pack.
        theirs = theirs.drop("excellence_concentration", level="indicator", errors="ignore")
        pd.testing.assert_series_equal(ours.sort_index(), theirs.sort_index(), check_exact=False, rtol=1e-12)
        assert nation.by_school

    def test_no_county_has_a_figure_that_its_own_report_withholds(self, packed: Path) -> None:
        exact = qe.open_nation(str(packed), year=YEAR)
        assert exact.published is not None
        secret = ("999904", "pass_rate", "junior", "spread")
        told = exact.published[list(self.KEYS)].astype(str).apply(tuple, axis=1) == secret
        assert told.sum() == 1
        withheld = replace(exact, published=exact.published.assign(value=exact.published["value"].mask(told)))
        before, after = (_known(qe.releasable_nation(each).findings) for each in (exact, withheld))
        assert set(before.set_index(list(self.KEYS)).index) - set(after.set_index(list(self.KEYS)).index) == {secret}


def _known(findings: pd.DataFrame) -> pd.DataFrame:
    return findings[(findings["year"] == YEAR) & findings["value"].notna()]


class TestRefusals:
    def test_without_a_region(self, packed: Path) -> None:
        with pytest.raises(RequestError) as refusal:
            qe.open_overview(str(packed), year=YEAR)
        assert "按区域" in refusal.value.sentence("zh")
        with pytest.raises(RequestError) as refusal:
            check(packed)
        assert refusal.value.key == "pack_by_region"

    def test_an_unknown_region_and_year(self, packed: Path) -> None:
        with pytest.raises(RequestError, match="999999"):
            qe.open_overview(str(packed), year=YEAR, region="999999")
        with pytest.raises(RequestError) as refusal:
            qe.open_overview(str(packed), year=2022, region=REGION)
        assert refusal.value.key == "pack_no_year"
        assert "2023" in refusal.value.sentence("en")
        with pytest.raises(RequestError) as refusal:
            jobs_of(open_dataset(packed), str(packed), year=2022, lang="zh")
        assert refusal.value.key == "pack_no_year"

    @pytest.mark.parametrize("name", [f"regions/{REGION}.parquet", f"years/{YEAR}.parquet", f"findings/{YEAR}.parquet"])
    def test_a_file_that_was_edited(self, packed: Path, tmp_path: Path, name: str) -> None:
        folder = _copied(packed, tmp_path)
        path = folder / name
        pd.read_parquet(path).assign(edited=1.0).to_parquet(path)
        with pytest.raises(RequestError) as refusal:
            qe.open_overview(str(folder), year=YEAR, region=REGION)
        assert refusal.value.key == "pack_altered"
        assert path.name in refusal.value.sentence("zh")

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"layout": 1, "regions": {"1": {}}}'])
    def test_a_description_that_is_damaged(self, tmp_path: Path, text: str) -> None:
        (tmp_path / PACK).write_text(text, encoding="utf-8")
        with pytest.raises(RequestError) as refusal:
            open_dataset(tmp_path)
        assert refusal.value.key == "no_pack"

    def test_one_of_another_layout(self, packed: Path, tmp_path: Path) -> None:
        folder = _copied(packed, tmp_path)
        text = (folder / PACK).read_text(encoding="utf-8")
        (folder / PACK).write_text(text.replace('"layout": 1', '"layout": 99'), encoding="utf-8")
        with pytest.raises(RequestError) as refusal:
            open_dataset(folder)
        assert refusal.value.key == "pack_layout"

    def test_a_region_to_mend_does_not_keep_the_others_waiting(self, packed: Path, tmp_path: Path) -> None:
        folder = _copied(packed, tmp_path)
        regions = dict(read_pack(folder).regions)
        faulty = Problem("not_a_number", "B7", {"seen": "约300", "heading": "在校生数"}, cell=(7, 1))
        regions[REGION] = replace(regions[REGION], to_mend=(faulty,))
        _with(folder, regions=regions)
        assert read_pack(folder).regions[REGION].to_mend == (faulty,)
        with pytest.raises(IntakeError, match="B7"):
            qe.open_overview(str(folder), year=YEAR, region=REGION)
        jobs = jobs_of(open_dataset(folder), str(folder), year=YEAR, lang="zh")
        to_mend = [job for job in jobs if job.to_mend]
        assert [job.request.parameters["region"] for job in to_mend] == [REGION]
        assert [job.request.notebook for job in jobs if "region" not in job.request.parameters] == ["nation"]


class TestPlan:
    def test_one_county_corrected_redoes_one_report(self, packed: Path, tmp_path: Path) -> None:
        """No kernel: what would decide a report is compared, as the plan does."""
        schools = read_schools("demo")
        row = schools.index[(schools["region"] == REGION) & (schools["year"] == YEAR)][0]
        schools.loc[row, "books"] = schools.loc[row, "books"] + 1
        schools.to_parquet(tmp_path / "schools.parquet")
        corrected = _pack(tmp_path / "schools.parquet", tmp_path / "city")
        before, after = (_of_regions(folder) for folder in (packed, corrected))
        apart = [code for code in before if before[code].folder.name != after[code].folder.name]
        assert apart == [REGION]
        assert before[REGION].head["data"]["sha256"] != after[REGION].head["data"]["sha256"]

    def test_rows_in_another_order_are_the_same(self, packed: Path, tmp_path: Path) -> None:
        read_schools("demo").sample(frac=1, random_state=1).to_parquet(tmp_path / "other.parquet")
        again = _pack(tmp_path / "other.parquet", tmp_path / "city")
        assert hash_of_table(open_dataset(again)) == hash_of_table(open_dataset(packed))

    def test_a_plan_reads_no_rows(self, packed: Path, tmp_path: Path) -> None:
        folder = _copied(packed, tmp_path)
        shutil.rmtree(folder / "regions")
        tasks = _of_regions(folder)
        assert set(tasks) == set(read_pack(folder).regions)
        assert {task.what for task in tasks.values()} == {"execute"}


def _of_regions(folder: Path) -> dict[str, Task]:
    jobs = jobs_of(open_dataset(folder), str(folder), year=YEAR, lang="zh")
    tasks = plan(jobs, into=folder.parent / "reports", formats=("html",))
    found = ((task.job.request.parameters.get("region"), task) for task in tasks)
    return {str(code): task for code, task in found if code is not None}


def _shown(folder: Path) -> list[Number]:
    """All that a report shows but its questions, which name cells of another file."""
    shown = read_shown(nbformat.read(folder / "report.ipynb", 4))
    return [each for each in shown if "尚未说明" not in each.quantity]


@pytest.mark.slow
class TestReports:
    @pytest.fixture(scope="class")
    def made(self, packed: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
        """The report on one region and that on the nation, made by the command."""
        into = tmp_path_factory.mktemp("reports")
        jobs = jobs_of(open_dataset(packed), str(packed), year=YEAR, lang="zh", into=into)
        chosen = [job for job in jobs if job.request.parameters.get("region") in (None, REGION)]
        batch = make_batch(chosen, into=into, formats=("html",), lang="zh", workers=1)
        assert [each.status for each in batch.made] == ["made", "made"], [each.reason for each in batch.made]
        return [each.folder for each in batch.made if each.folder]

    def test_all_a_report_shows_is_as_on_the_table_itself(self, made: list[Path], tmp_path: Path) -> None:
        demo = open_dataset("demo")
        request = Request("region_report", {"data": "demo", "region": REGION, "year": YEAR, "lang": "zh"})
        whole = make_report(request, demo, into=tmp_path, title="x", formats=("html",))
        for folder in (whole, made[0]):
            assert (folder / "numbers.txt").stat().st_size
        assert (made[0] / "numbers.txt").read_text() == (whole / "numbers.txt").read_text()
        ours, theirs = (_shown(folder) for folder in (made[0], whole))
        assert len(ours) > 1000
        assert ours == theirs

    def test_each_is_made_again_from_its_folder_alone(
        self, made: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for folder in made:
            alone = Path(shutil.copytree(folder, tmp_path / folder.name))
            assert rerun(alone) == []

    def test_nothing_is_wrong_with_them(self, made: list[Path]) -> None:
        assert [problem for folder in made for problem in verify(folder)] == []

    def test_a_folder_keeps_the_part_that_its_report_rests_on(self, made: list[Path]) -> None:
        region, nation = made
        kept = {path.relative_to(region / "data").as_posix() for path in (region / "data").rglob("*") if path.is_file()}
        assert kept == {PACK, f"regions/{REGION}.parquet", f"years/{YEAR}.parquet", f"findings/{YEAR}.parquet"}
        assert set(read_pack(region / "data").regions) == {REGION}
        kept = {path.relative_to(nation / "data").as_posix() for path in (nation / "data").rglob("*") if path.is_file()}
        assert kept == {PACK, "sums.parquet", f"findings/{YEAR}.parquet"}
        assert hash_of_table(open_dataset(region / "data")) == hash_of_table(open_dataset(nation / "data"))

    def test_a_part_that_was_exchanged_is_noticed(self, made: list[Path], tmp_path: Path) -> None:
        alone = Path(shutil.copytree(made[0], tmp_path / made[0].name))
        regions = dict(read_pack(alone / "data").regions)
        regions[REGION] = replace(regions[REGION], marks={"2023": "another"})
        (alone / "data" / PACK).chmod(0o644)
        _with(alone / "data", regions=regions)
        assert {problem.key for problem in verify(alone)} >= {"verify_changed", "verify_other_table"}

    def test_the_same_again_is_kept(self, packed: Path, made: list[Path]) -> None:
        into = made[0].parent.parent
        jobs = jobs_of(open_dataset(packed), str(packed), year=YEAR, lang="zh", into=into, regions=[REGION])
        assert [task.what for task in plan(jobs, into=into, formats=("html",))] == ["keep"]


def test_the_command_names_the_pack(packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["report", str(packed), "--year", str(YEAR), "--dry-run", "--into", str(tmp_path), "--lang", "zh"]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 0
    said = capsys.readouterr()
    assert "正在读取 city" in said.err
    assert len([line for line in said.out.splitlines() if "示例" in line]) >= len(read_pack(packed).regions)


def test_a_pack_of_nothing_known(tmp_path: Path) -> None:
    """A description by itself: a data set of a pack is what the pack says of itself."""
    write_pack(Pack(tmp_path, "x", {"title": {"zh": "甲", "en": "A"}, "country": ""}, {}), tmp_path)
    assert open_dataset(tmp_path) == Dataset("x", tmp_path / PACK, {"zh": "甲", "en": "A"}, country="")
