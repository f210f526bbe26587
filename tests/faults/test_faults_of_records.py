"""F27–F29: is what is there what was made, and is it what is asked for now?"""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_world import World, make_world  # noqa: F401

from qualityedu.report.hashes import Hashes
from qualityedu.report.supervise import Made
from qualityedu.report.whole import wholeness


def _made(world: World) -> Path:
    (made,) = world.run(world.job("1")).made
    assert made.folder is not None
    return made.folder


def _again(world: World, **options: Any) -> Made:
    (made,) = world.run(world.job("1", **options.pop("job", {})), **options).made
    return made


class TestF27:
    @pytest.mark.parametrize(
        "edit",
        [
            lambda text: text[: len(text) // 2],
            lambda text: "",
            lambda text: "[]",
            lambda text: text.replace("about 1", "about 2"),
            lambda text: text.replace('"python": "3', '"python": "4'),
            lambda text: json.dumps({**json.loads(text), "outputs": {}}),
            lambda text: json.dumps({key: value for key, value in json.loads(text).items() if key != "seal"}),
        ],
    )
    def test_a_record_cut_short_or_edited_counts_as_none(self, world: World, edit: Any) -> None:
        record = _made(world) / "record.json"
        before = record.read_bytes()
        record.write_text(edit(record.read_text(encoding="utf-8")), encoding="utf-8")
        again = _again(world)
        assert again.status == "made"
        assert [each.key for each in again.why] == ["not_whole"]
        assert "record.json" in again.why[0].sentence("en")
        assert record.read_bytes() == before

    def test_a_failure_is_never_kept(self, world: World) -> None:
        world.faults["1"] = lambda: 1 / 0
        assert _again(world).status == "failed"
        assert _again(world).status == "failed"
        world.faults.clear()
        assert _again(world).status == "made"


class TestF28:
    @pytest.mark.parametrize("name", ["share/report.html", "numbers.txt", "report.ipynb", "data/schools.csv"])
    def test_an_output_that_was_altered_is_named_and_made_anew(self, world: World, name: str) -> None:
        folder = _made(world)
        before = (folder / name).read_bytes()
        (folder / name).chmod(0o644)
        (folder / name).write_bytes(before + b" ")
        assert wholeness(folder).wrong == (name,)
        again = _again(world)
        assert again.status == "made"
        assert name in again.why[0].sentence("zh")
        assert (folder / name).read_bytes() == before

    @pytest.mark.parametrize("name", ["share/extra.html", "share/report.html"])
    def test_a_file_too_many_or_too_few(self, world: World, name: str) -> None:
        folder = _made(world)
        (folder / name).unlink() if (folder / name).exists() else (folder / name).touch()
        assert wholeness(folder).wrong == (name,)
        assert _again(world).status == "made"
        assert wholeness(folder).is_whole

    def test_a_file_with_its_date_put_back_is_noticed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("qualityedu.report.hashes._TICK", 0)
        place = tmp_path / "a"
        place.write_text("good", encoding="utf-8")
        os.utime(place, ns=(10**18, 10**18))
        time.sleep(0.02)
        known = Hashes(tmp_path / "kept.json")
        first = known.of(place)
        known.keep()
        assert (tmp_path / "kept.json").is_file()
        place.write_text("evil", encoding="utf-8")
        os.utime(place, ns=(10**18, 10**18))
        assert Hashes(tmp_path / "kept.json").of(place) != first


class TestF29:
    def test_nothing_changed_nothing_done(self, world: World) -> None:
        folder = _made(world)
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        again = _again(world)
        assert (again.status, again.folder, again.headline) == ("kept", folder, ("about 1",))
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before

    def test_the_same_rows_in_another_file(self, world: World) -> None:
        _made(world)
        world.table.write_text("a,b\n1,2\n\n", encoding="utf-8")
        assert _again(world).status == "kept"

    def test_a_corrected_row(self, world: World) -> None:
        world.run(world.job("1", rows="x y z"))
        again = _again(world, job={"rows": "x y w"})
        assert again.status == "made"
        assert [each.sentence("en") for each in again.why] == ["the data changed: 1 of 3 rows differ"]
        assert [each.sentence("zh") for each in again.why] == ["数据有变：3 行中 1 行不同"]

    def test_another_version_of_a_package(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        from qualityedu.report import record

        now = record.packages()
        monkeypatch.setattr(record, "packages", lambda: {**now, "pandas": "3.1.0"})
        _made(world)
        monkeypatch.setattr(record, "packages", lambda: {**now, "pandas": "3.1.1"})
        assert [each.sentence("en") for each in _again(world).why] == ["package pandas 3.1.0 → 3.1.1"]

    def test_other_code(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        _made(world)
        monkeypatch.setattr("qualityedu.report.record.hash_of_code", lambda: "other")
        assert [each.key for each in _again(world).why] == ["code"]

    def test_another_description(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        _made(world)
        job = world.job("1")
        (made,) = world.run(replace(job, dataset=replace(job.dataset, licence="other"))).made
        assert [each.key for each in made.why] == ["description"]

    def test_another_layout_is_rendered_without_running(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        _made(world)
        monkeypatch.setattr("qualityedu.report.record.hash_of_rendering", lambda: "other")
        world.faults["1"] = lambda: 1 / 0
        again = _again(world)
        assert (again.status, [each.key for each in again.why]) == ("rendered", ["rendering"])

    def test_another_format_is_rendered_without_running(self, world: World) -> None:
        folder = _made(world)
        world.faults["1"] = lambda: 1 / 0
        again = _again(world, formats=("xlsx",))
        assert (again.status, [each.key for each in again.why]) == ("rendered", ["formats"])
        assert sorted(path.name for path in (folder / "share").iterdir()) == ["report.html", "report.xlsx"]

    def test_rows_of_other_regions_alone(self, world: World) -> None:
        world.run(world.job("1", others="before"))
        kept = _again(world, job={"others": "after"})
        assert (kept.status, [each.key for each in kept.notes]) == ("kept", ["others"])
        again = _again(world, job={"others": "after"}, refresh=True)
        assert (again.status, [each.key for each in again.why]) == ("made", ["others_refreshed"])
        assert _again(world, job={"others": "after"}, refresh=True).status == "kept"

    def test_force(self, world: World) -> None:
        _made(world)
        assert [each.sentence("en") for each in _again(world, force=True).why] == ["asked to with --force"]
