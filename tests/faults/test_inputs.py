"""F12–F17, F35: what goes in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fault_world import World, make_world  # noqa: F401

from qualityedu.datasets import open_dataset
from qualityedu.errors import IntakeError, RequestError
from qualityedu.findings import open_overview
from qualityedu.report import jobs_of
from qualityedu.report.plan import plan

HEAD = "区县代码,区县名称,学校标识码,学校名称,学段,学年,在校生数,专任教师数,骨干教师数,班级数"
DESCRIPTION = '[dataset]\ntitle = {zh = "示例", en = "Example"}\ntable = "rows.csv"\ncountry = ""\n'


def _table(folder: Path, regions: int, corrupt: tuple[int, ...] = (), schools: int = 4) -> Path:
    """A description beside a table of so many regions; a corrupt one has a word for a number."""
    rows = [HEAD]
    for region in range(1, regions + 1):
        for school in range(1, schools + 1):
            pupils = "许多" if region in corrupt and school == 1 else str(400 + 10 * school)
            code = f"R{region:02}"
            rows.append(f"{code},第{region}区,{code}{school},第{school}小学,小学,2023,{pupils},{20 + school},5,11")
    (folder / "rows.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "rows.toml").write_text(DESCRIPTION, encoding="utf-8")
    return folder / "rows.toml"


class TestF12:
    def test_a_table_changed_during_the_run_is_noticed_by_its_hash(self, world: World) -> None:
        world.faults["1"] = lambda: world.table.write_text("a,b\n1,3\n", encoding="utf-8")
        batch = world.run(world.job("1"), world.job("2"), workers=1)
        assert [each.status for each in batch.made] == ["stale", "stale"]
        assert batch.exit_code == 1
        assert "changed while" in batch.made[0].reason
        assert batch.made[0].tries == 1
        assert not list(world.into.rglob("record.json"))


class TestF13:
    def test_a_table_deleted_during_the_run(self, world: World) -> None:
        world.faults["1"] = world.table.unlink
        batch = world.run(world.job("1"), world.job("2"), workers=1)
        assert [each.status for each in batch.made] == ["stale", "stale"]
        assert "schools.csv" in batch.made[1].reason
        assert batch.index.is_file()

    def test_one_that_is_gone_before(self, tmp_path: Path) -> None:
        source = _table(tmp_path, 2)
        dataset = open_dataset(source)
        dataset.table.unlink()
        with pytest.raises(RequestError, match=r"rows\.csv"):
            jobs_of(dataset, str(source), year=2023, lang="zh")


class TestF14:
    def test_one_corrupt_region_does_not_keep_the_others_waiting(self, world: World, tmp_path: Path) -> None:
        source = _table(tmp_path, 12, corrupt=(7,))
        jobs = jobs_of(open_dataset(source), str(source), year=2023, lang="zh")
        of_regions = [job for job in jobs if "region" in job.request.parameters]
        batch = world.run(*of_regions, lang="zh")
        assert [each.status for each in batch.made].count("made") == 11
        (bad,) = (each for each in batch.made if each.status == "mend")
        assert bad.job.name == "第7区"
        assert "许多" in bad.reason
        assert batch.exit_code == 1
        assert "许多" in batch.index.read_text(encoding="utf-8")

    def test_the_notebook_of_another_region_opens_the_same_table(self, tmp_path: Path) -> None:
        source = str(_table(tmp_path, 3, corrupt=(2,)))
        seen = open_overview(source, year=2023, region="R01")
        assert set(seen.schools["region"]) == {"R01", "R03"}
        with pytest.raises(IntakeError) as refused:
            open_overview(source, year=2023, region="R02")
        assert len(refused.value.problems) == 1
        with pytest.raises(IntakeError):
            open_overview(source, year=2023)


class TestF15:
    def test_all_corrupt_ends_with_3_and_the_index_is_written(self, world: World, tmp_path: Path) -> None:
        source = _table(tmp_path, 3, corrupt=(1, 2, 3))
        jobs = jobs_of(open_dataset(source), str(source), year=2023, lang="zh")
        batch = world.run(*jobs, lang="zh")
        assert batch.exit_code == 3
        assert batch.index.read_text(encoding="utf-8").count("许多") >= 3
        assert world.folders() == []


class TestF16:
    def test_no_regions_is_refused(self, world: World, tmp_path: Path) -> None:
        with pytest.raises(RequestError) as refused:
            world.run()
        assert (refused.value.key, refused.value.exit_code) == ("no_regions", 2)
        assert not world.into.exists()
        source = _table(tmp_path, 0)
        with pytest.raises((RequestError, IntakeError)):
            jobs_of(open_dataset(source), str(source), year=2023, lang="zh")


class TestF17:
    @pytest.mark.parametrize("schools", [1, 2])
    def test_too_few_schools_are_said_and_no_report_is_made(self, world: World, tmp_path: Path, schools: int) -> None:
        source = _table(tmp_path, 2, schools=schools)
        jobs = jobs_of(open_dataset(source), str(source), year=2023, lang="zh")[:2]
        batch = world.run(*jobs, lang="zh")
        assert {each.status for each in batch.made} == {"too_few"}
        assert batch.exit_code == 0
        assert batch.index.read_text(encoding="utf-8").count("不足三个单位") >= 2
        assert world.folders() == []

    def test_none_is_an_unknown_region(self, tmp_path: Path) -> None:
        source = _table(tmp_path, 2)
        with pytest.raises(RequestError, match="R09"):
            jobs_of(open_dataset(source), str(source), year=2023, regions=["R09"], lang="zh")

    def test_two_asked_for_by_name_have_no_spread(self, tmp_path: Path) -> None:
        from qualityedu.findings import appraise
        from qualityedu.release import releasable

        source = str(_table(tmp_path, 2, schools=2))
        released = releasable(appraise(open_overview(source, year=2023, region="R01"), "R01"))
        spreads = released.findings[released.findings["subject"] == "spread"]
        assert spreads["value"].isna().all()
        assert (released.findings["status"] == "withheld").any()


class TestF35:
    def test_the_same_region_twice_is_refused_before_the_start(self, world: World) -> None:
        with pytest.raises(RequestError) as refused:
            world.run(world.job("1"), world.job("2"), world.job("1"))
        assert (refused.value.key, refused.value.exit_code) == ("asked_twice", 2)
        assert world.folders() == []

    @pytest.mark.parametrize("regions", [["R01", "R01"], ["R01", "第1区"]])
    def test_two_names_of_one_region(self, tmp_path: Path, regions: list[str]) -> None:
        source = _table(tmp_path, 2)
        with pytest.raises(RequestError) as refused:
            jobs_of(open_dataset(source), str(source), year=2023, regions=regions, lang="zh")
        assert refused.value.key == "asked_twice"
        assert regions[1] in refused.value.sentence("zh")

    def test_two_names_for_one_code_in_the_table(self, tmp_path: Path) -> None:
        source = _table(tmp_path, 2)
        table = tmp_path / "rows.csv"
        text = table.read_text(encoding="utf-8").replace("R01,第1区,R012", "R01,另一区,R012")
        table.write_text(text, encoding="utf-8")
        jobs = jobs_of(open_dataset(source), str(source), year=2023, lang="zh")
        (bad,) = (job for job in jobs if job.request.parameters.get("region") == "R01")
        assert "另一区" in bad.to_mend

    def test_the_status_file_can_be_read_at_any_time(self, world: World) -> None:
        states: list[str] = []
        place = world.into / "batch.json"
        world.run(
            *(world.job(str(number)) for number in range(4)),
            heard=lambda _: states.append(json.loads(place.read_text(encoding="utf-8"))["state"]),
        )
        assert set(states) == {"running"}
        assert json.loads(place.read_text(encoding="utf-8"))["state"] == "done"

    def test_a_plan_starts_nothing(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        def started(*_: object, **__: object) -> None:
            raise AssertionError("something was started")

        monkeypatch.setattr("qualityedu.report.supervise.make_in_child", started)
        tasks = plan([world.job("1")], into=world.into, formats=("html",))
        assert [(task.what, task.reasons[0].key) for task in tasks] == [("execute", "new")]
        assert not world.into.exists()
