"""F8–F11, F31, F33, F34: where reports are written to."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from fault_world import World, make_world  # noqa: F401

from qualityedu.errors import RequestError
from qualityedu.report.index import write_index
from qualityedu.report.lock import locked
from qualityedu.report.processes import start_of
from qualityedu.report.whole import wholeness


def _content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestF8:
    def test_the_old_report_is_intact_and_nothing_is_half_written(self, world: World) -> None:
        (folder,) = (each.folder for each in world.run(world.job("1")).made)
        assert folder is not None
        before = _content(folder)

        def full() -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        world.faults["1"] = full
        with pytest.raises(RequestError) as refused:
            world.run(world.job("1"), world.job("2"), workers=1, force=True)
        assert (refused.value.key, refused.value.exit_code) == ("no_place_left", 2)
        assert "No space left" in refused.value.sentence("en")
        assert _content(folder) == before
        assert world.litter() == []
        assert json.loads((world.into / "batch.json").read_text(encoding="utf-8"))["state"] == "stopped"

    def test_a_disk_that_takes_no_byte_more(self, world: World) -> None:
        """The limit of the system on the size of a file, below that of a notebook: every write beyond it fails."""

        def nothing_more() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))

        world.faults["1"] = nothing_more
        batch = world.run(world.job("1"), world.job("2"))
        assert [each.status for each in batch.made] == ["failed", "made"]
        assert [name for name in world.folders() if name.startswith("1-") and not name.endswith(".failed")] == []
        assert world.litter() == []


class TestF9:
    def test_removed_while_running_stops_early(self, world: World) -> None:
        world.faults["1"] = lambda: shutil.rmtree(world.into)
        with pytest.raises(RequestError) as refused:
            world.run(*(world.job(str(number)) for number in range(1, 9)), workers=1)
        assert refused.value.exit_code == 2
        assert not list(world.into.rglob("record.json"))

    def test_what_cannot_be_written_to_is_refused_before_anything(self, world: World, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        world.into = tmp_path / "file" / "reports"
        with pytest.raises(RequestError) as refused:
            world.run(world.job("1"))
        assert (refused.value.key, refused.value.exit_code) == ("no_place", 2)

    def test_a_file_system_that_is_read_only(self, world: World) -> None:
        def read_only() -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        world.faults["1"] = read_only
        with pytest.raises(RequestError, match="Read-only") as refused:
            world.run(world.job("1"), world.job("2"), workers=1)
        assert refused.value.exit_code == 2


class TestF10:
    def test_a_report_that_is_open_stays_and_the_new_one_is_beside_it(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As Windows refuses to move a folder with a file that is open in Word."""
        (folder,) = (each.folder for each in world.run(world.job("1")).made)
        assert folder is not None
        before, rename = _content(folder), Path.rename

        def held(path: Path, target: Path) -> Path:
            if path == folder:
                raise PermissionError(errno.EACCES, "in use")
            return rename(path, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", held)
            (made,) = world.run(world.job("1"), force=True).made
        assert made.status == "made"
        assert made.folder == folder.with_name(f"{folder.name}.new")
        assert made.folder.name in made.notes[0].sentence("en")
        assert _content(folder) == before
        assert (made.folder / "share" / "report.html").is_file()
        (again,) = world.run(world.job("1"), force=True).made
        assert again.folder == folder
        assert world.folders() == [folder.name]

    def test_an_index_that_is_open(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        batch = world.run(world.job("1"))
        replace = Path.replace

        def held(path: Path, target: Path) -> Path:
            if target == batch.index:
                raise PermissionError(errno.EACCES, "in use")
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", held)
        assert write_index(batch.made, into=world.into, lang="en").name == "index.new.html"


class TestF11:
    def test_the_second_refuses_and_names_the_first(self, world: World) -> None:
        world.into.mkdir()
        with locked(world.into), pytest.raises(RequestError) as refused:
            world.run(world.job("1"))
        assert (refused.value.key, refused.value.exit_code) == ("locked", 2)
        assert str(os.getpid()) in refused.value.sentence("en")
        assert world.folders() == []
        assert world.run(world.job("1")).exit_code == 0, "and the lock is gone with its holder"

    def test_a_lock_of_a_process_that_ended_is_taken_over(self, world: World) -> None:
        world.into.mkdir()
        with subprocess.Popen([sys.executable, "-c", ""]) as ended:
            start = start_of(ended.pid)
        holder = {"pid": ended.pid, "start": start, "host": socket.gethostname()}
        (world.into / ".lock").write_text(json.dumps(holder), encoding="utf-8")
        assert world.run(world.job("1")).exit_code == 0
        assert world.litter() == []

    def test_one_of_another_machine_is_left_alone(self, world: World) -> None:
        world.into.mkdir()
        (world.into / ".lock").write_text(json.dumps({"pid": 1, "start": "x", "host": "elsewhere"}), encoding="utf-8")
        with pytest.raises(RequestError, match="elsewhere"):
            world.run(world.job("1"))

    def test_one_that_is_cut_short_is_taken_over(self, world: World) -> None:
        world.into.mkdir()
        (world.into / ".lock").write_text('{"pi', encoding="utf-8")
        assert world.run(world.job("1")).exit_code == 0


class TestF33:
    def test_a_number_that_was_given_out_again_is_told_by_the_time_of_its_start(self, world: World) -> None:
        world.into.mkdir()
        holder = {"pid": os.getppid(), "start": "long ago", "host": socket.gethostname()}
        (world.into / ".lock").write_text(json.dumps(holder), encoding="utf-8")
        assert start_of(os.getppid()) is not None, "a process of that number is running"
        assert world.run(world.job("1")).exit_code == 0


class TestF31:
    def test_a_path_of_more_than_260_characters_with_blanks_and_chinese(self, world: World, tmp_path: Path) -> None:
        world.into = tmp_path / "用户 张三" / ("很长的文件夹名 " * 5).strip() / ("x" * 180) / "报告 2023"
        assert len(str(world.into)) > 260
        batch = world.run(world.job("1"))
        assert batch.exit_code == 0
        assert batch.made[0].folder is not None
        assert wholeness(batch.made[0].folder).is_whole
        record = (batch.made[0].folder / "record.json").read_text(encoding="utf-8")
        assert "张三" not in record


class TestF34:
    def test_work_is_done_beside_its_place(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """A rename to another folder fails here as between two disks."""
        for name in ("rename", "replace"):
            original = getattr(Path, name)

            def strict(path: Path, target: Path, original: object = original) -> Path:
                if path.parent.resolve() != Path(target).parent.resolve():
                    raise OSError(errno.EXDEV, "another device")
                return original(path, target)  # type: ignore[operator]

            monkeypatch.setattr(Path, name, strict)
        with pytest.raises(OSError, match="another device"):
            world.table.rename(world.into / "x")
        assert world.run(world.job("1")).exit_code == 0
        assert world.run(world.job("1"), force=True).exit_code == 0

    def test_without_links_the_table_is_copied(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        def none(*_: object) -> None:
            raise OSError(errno.EXDEV, "another device")

        monkeypatch.setattr("qualityedu.report.make.os.link", none)
        (made,) = world.run(world.job("1")).made
        assert made.folder is not None
        assert (made.folder / "data" / "schools.csv").read_bytes() == world.table.read_bytes()
