"""F1–F7, F30: processes that are killed, end themselves, do not end, or take too much; and many of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fault_world import World, make_world  # noqa: F401

from qualityedu.report.execute import KernelLost, Limits
from qualityedu.report.processes import children_of, is_running, memory_of, start_of
from qualityedu.report.record import read_record
from qualityedu.report.supervise import MOST_TRIES


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _by_status(batch: object) -> dict[str, str]:
    return {each.job.name: each.status for each in batch.made}  # type: ignore[attr-defined]


class TestF1:
    def test_what_was_killed_is_not_done_and_alone_is_done_again(self, world: World) -> None:
        world.faults["2"] = _kill
        first = world.run(world.job("1"), world.job("2"))
        assert _by_status(first) == {"Region 1": "made", "Region 2": "failed"}
        assert first.exit_code == 1
        assert first.made[1].tries == MOST_TRIES, "a process that is killed may have been unlucky"
        assert "-9" in first.made[1].reason
        assert len(world.folders()) == 1
        assert world.litter() == []
        world.faults.clear()
        second = world.run(world.job("1"), world.job("2"))
        assert _by_status(second) == {"Region 1": "kept", "Region 2": "made"}
        assert second.exit_code == 0

    def test_a_report_that_was_there_stays(self, world: World) -> None:
        (folder,) = (each.folder for each in world.run(world.job("1")).made)
        assert folder is not None
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        world.faults["1"] = _kill
        assert _by_status(world.run(world.job("1"), force=True)) == {"Region 1": "failed"}
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    def test_a_batch_that_is_killed_itself_leaves_nothing_that_counts(self, world: World, tmp_path: Path) -> None:
        world.run(world.job("1"))
        home = world.into / "t"
        (good,) = home.iterdir()
        left = [home / f".{good.name}.999999999", world.into / ".batch-x-999999999", home / ".gone-0123456789.old"]
        for folder in left:
            folder.mkdir()
        (left[2] / "record.json").write_text("{}", encoding="utf-8")
        world.run(world.job("1"))
        assert not left[0].exists(), "work of a process that is dead is cleared"
        assert (home / "gone-0123456789" / "record.json").exists(), "what was being replaced is put back"


class TestF2:
    def test_the_current_ones_stop_and_the_page_says_so(self, world: World) -> None:
        world.faults["1"] = lambda: time.sleep(60)
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
        begun = time.monotonic()
        batch = world.run(world.job("1"), world.job("2"), world.job("3"), workers=1)
        assert time.monotonic() - begun < 30
        assert batch.exit_code == 143
        assert {each.status for each in batch.made} == {"stopped"}
        held = json.loads((world.into / "batch.json").read_text(encoding="utf-8"))
        assert held["state"] == "interrupted"
        assert "3 not made yet" in batch.index.read_text(encoding="utf-8")
        assert world.litter() == []
        assert not [each for each in children_of(os.getpid()) if memory_of(each)]


class TestF3:
    def test_a_notebook_stopped_in_a_cell_is_not_counted_though_it_says_completed(self, world: World) -> None:
        def stopped() -> None:
            raise KeyboardInterrupt

        world.faults["1"] = stopped
        batch = world.run(world.job("1"), world.job("2"))
        assert _by_status(batch) == {"Region 1": "failed", "Region 2": "made"}
        assert [name for name in world.folders() if name.startswith("1-")] == []

    def test_the_word_of_the_notebook_counts_for_nothing(self, world: World) -> None:
        (folder,) = (each.folder for each in world.run(world.job("1")).made)
        assert folder is not None
        (folder / "record.json").unlink()
        notebook = json.loads((folder / "report.ipynb").read_text(encoding="utf-8"))
        notebook["metadata"]["papermill"] = {"exception": None, "status": "completed"}
        (folder / "report.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        batch = world.run(world.job("1"))
        assert _by_status(batch) == {"Region 1": "made"}
        assert [each.key for each in batch.made[0].why] == ["not_whole"]

    def test_ctrl_c_ends_with_130(self, world: World) -> None:
        world.faults["1"] = lambda: time.sleep(60)
        threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()
        assert world.run(world.job("1")).exit_code == 130


class TestF4:
    def test_is_tried_again_and_then_failed_with_its_last_words(self, world: World) -> None:
        def ends() -> None:
            sys.stderr.write("the last words\n")
            sys.stderr.flush()
            os._exit(7)

        world.faults["1"] = ends
        batch = world.run(world.job("1"), world.job("2"))
        assert _by_status(batch) == {"Region 1": "failed", "Region 2": "made"}
        assert batch.made[0].tries == MOST_TRIES
        assert "the last words" in batch.made[0].reason
        assert "7" in batch.made[0].reason

    def test_one_that_recovers_is_made(self, world: World, tmp_path: Path) -> None:
        def once() -> None:
            if not (tmp_path / "was").exists():
                (tmp_path / "was").touch()
                os._exit(1)

        world.faults["1"] = once
        batch = world.run(world.job("1"))
        assert (batch.made[0].status, batch.made[0].tries) == ("made", 2)

    def test_an_error_of_data_or_cells_is_not_tried_again(self, world: World, tmp_path: Path) -> None:
        def raises() -> None:
            with (tmp_path / "count").open("a", encoding="utf-8") as file:
                file.write("x")
            raise ZeroDivisionError("division by zero")

        world.faults["1"] = raises
        batch = world.run(world.job("1"))
        assert (batch.made[0].status, batch.made[0].tries) == ("failed", 1)
        assert (tmp_path / "count").read_text(encoding="utf-8") == "x"
        assert batch.made[0].reason == "division by zero"


class TestF5:
    def test_one_message_and_the_batch_goes_on(self, world: World) -> None:
        def absent() -> None:
            raise KernelLost("No such kernel named nowhere")

        world.faults["1"] = absent
        batch = world.run(world.job("1"), world.job("2"))
        assert _by_status(batch) == {"Region 1": "failed", "Region 2": "made"}
        assert batch.made[0].reason == "No such kernel named nowhere"
        assert batch.made[0].tries == MOST_TRIES


class TestF6:
    def test_time_out_and_the_whole_group_is_gone(self, world: World, tmp_path: Path) -> None:
        def loops() -> None:
            # A kernel is a process in a session of its own.
            kernel = subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
            (tmp_path / "kernel").write_text(str(kernel.pid), encoding="utf-8")
            while True:
                pass

        world.faults["1"] = loops
        batch = world.run(world.job("1"), world.job("2"), limits=Limits(seconds=1.0))
        assert _by_status(batch) == {"Region 1": "failed", "Region 2": "made"}
        assert "1 seconds" in batch.made[0].reason
        assert batch.made[0].tries == 1, "what is too slow once is too slow again"
        kernel = int((tmp_path / "kernel").read_text(encoding="utf-8"))
        for _ in range(50):
            if start_of(kernel) is None:
                break
            time.sleep(0.1)
        assert not is_running(kernel, None)
        assert world.litter() == []


class TestF7:
    def test_the_region_fails_and_the_others_finish(self, world: World) -> None:
        def takes_much() -> None:
            held = bytearray(900 * 2**20)
            held[::4096] = b"x" * len(held[::4096])
            time.sleep(60)

        world.faults["1"] = takes_much
        own = memory_of(os.getpid()) or 0
        batch = world.run(world.job("1"), world.job("2"), limits=Limits(seconds=50, memory=own + 200 * 2**20))
        assert _by_status(batch) == {"Region 1": "failed", "Region 2": "made"}
        assert "--memory" in batch.made[0].reason
        assert batch.made[0].memory > own

    def test_a_memory_error_in_a_cell(self, world: World) -> None:
        def lacks() -> None:
            raise MemoryError

        world.faults["1"] = lacks
        batch = world.run(world.job("1"))
        assert (batch.made[0].status, batch.made[0].reason) == ("failed", "MemoryError")


class TestF30:
    @pytest.mark.parametrize("count", [60])
    def test_memory_stays_flat_progress_is_right_and_the_page_sorted(self, world: World, count: int) -> None:
        """Sixty here; a thousand in benchmarks/batch.py."""
        jobs = [world.job(f"{number:03}") for number in range(count)]
        seen: list[str] = []
        world.run(jobs[0])
        batch = world.run(*reversed(jobs), workers=4, heard=lambda made: seen.append(made.job.name))
        assert sorted(seen) == [job.name for job in jobs], "each is told once"
        sizes = [made.memory for made in batch.made if made.status == "made"]
        assert len(sizes) == count - 1
        assert max(sizes[-10:]) < 1.3 * max(sizes[:10])
        page = batch.index.read_text(encoding="utf-8")
        places = [page.index(f"Region {number:03}") for number in range(count)]
        assert places == sorted(places)

    def test_the_order_and_bytes_do_not_depend_on_the_workers(self, world: World) -> None:
        jobs = [world.job(str(number)) for number in range(6)]
        world.faults["3"] = lambda: time.sleep(0.3)
        one = world.run(*jobs, workers=1).index.read_bytes()
        records = [read_record(folder) for folder in sorted((world.into / "t").iterdir())]
        four = world.run(*jobs, workers=4, force=True).index.read_bytes()
        assert one == four
        assert records == [read_record(folder) for folder in sorted((world.into / "t").iterdir())]
