"""A run on a cluster: pieces and what a worker must have; then a real scheduler and workers, one of them killed."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from qualityedu.cli import main
from qualityedu.datasets import Dataset
from qualityedu.errors import RequestError, ToolMissing
from qualityedu.report import Job, Made, Request, make_batch, pieces
from qualityedu.report import cluster as clusters
from qualityedu.report.batch import Batch
from qualityedu.report.cluster import check_address, opened
from qualityedu.report.contents import Basis
from qualityedu.report.fingerprints import hash_of, sha256
from qualityedu.report.pieces import Site, do_piece, fault_of, pieces_of, to_read, versions
from qualityedu.report.plan import Task, plan
from qualityedu.report.record import read_record
from qualityedu.report.verification import verify
from qualityedu.report.whole import wholeness

# Long enough for a machine that has a lot else to do.
PATIENCE = 240.0


@dataclass
class World:
    """A table, a notebook of three cells, and a folder for reports."""

    folder: Path
    into: Path
    pause: float = 0.0

    @property
    def table(self) -> Path:
        """What the reports are said to be about."""
        return self.folder / "schools.csv"

    @property
    def notebook(self) -> Path:
        """The notebook that is run."""
        return self.folder / "short.ipynb"

    def jobs(self, *regions: str) -> list[Job]:
        """A report for each region."""
        dataset = Dataset("t", self.table, {"zh": "示例", "en": "Example"}, country="", synthetic=True)
        made = []
        for region in regions:
            given = {"region": region, "lang": "en", "pause": self.pause}
            basis = Basis(sha256(self.table), hash_of(region), "", (region,))
            request = Request(str(self.notebook), given)
            made.append(Job(request, dataset, f"Report {region}", f"Region {region}", 30, basis=basis))
        return made

    def tasks(self, *regions: str) -> list[Task]:
        """What is to be done for them."""
        return plan(self.jobs(*regions), into=self.into, formats=("html",))

    def run(self, *regions: str, into: Path | None = None, **options: Any) -> Batch:
        """Make them; on this machine unless `make` says otherwise."""
        settings = {"formats": ("html",), "lang": "en", "workers": 1, **options}
        return make_batch(self.jobs(*regions), into=into or self.into, **settings)

    def litter(self) -> list[str]:
        """What no run may leave: work half done, signs, scratch."""
        found = [path.relative_to(self.into).as_posix() for path in self.into.rglob(".*")]
        return [name for name in found if not name.startswith(".kept")]


@pytest.fixture(name="world")
def make_world(tmp_path: Path) -> World:
    """A world with a notebook that needs no table."""
    (tmp_path / "schools.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    cells = [
        ("region = '1'\nlang = 'zh'\npause = 0.0", "parameters"),
        ("import time\ntime.sleep(pause)\nprint(f'{region} 2023 0.5000')", "reviewer"),
        ("from IPython.display import Markdown\nMarkdown(f'about {region}')", "headline"),
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, metadata={"tags": [tag]}) for source, tag in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    nbformat.write(notebook, tmp_path / "short.ipynb")
    return World(tmp_path, tmp_path / "reports")


def _site(world: World, **other: Any) -> Site:
    world.into.mkdir(exist_ok=True)
    sign = world.into / "sign"
    sign.touch()
    given: dict[str, Any] = {"into": world.into, "sign": sign, "since": sign.stat().st_mtime_ns, "versions": versions()}
    return Site(**{**given, **other})


class TestPieces:
    def test_every_task_is_in_one_piece_in_its_order(self, world: World) -> None:
        tasks = world.tasks(*(str(each) for each in range(1, 8)))
        waiting = [0, 2, 3, 5, 6]
        for threads in (1, 2, 50):
            cut = pieces_of(tasks, waiting, threads)
            assert [place for piece in cut for place in piece.places] == waiting
            assert [task for piece in cut for task in piece.tasks] == [tasks[place] for place in waiting]

    @pytest.mark.parametrize(
        ("count", "threads", "size"), [(1000, 2, 25), (100, 8, 4), (5, 2, 1), (1, 8, 1), (24, 1, 6), (80, 0, 20)]
    )
    def test_large_for_many_and_small_for_few(self, world: World, count: int, threads: int, size: int) -> None:
        (task,) = world.tasks("1")
        cut = pieces_of([task] * count, range(count), threads)
        assert len(cut[0].places) == size
        assert {len(piece.places) for piece in cut[:-1]} <= {size}

    def test_what_is_sent_and_what_comes_back_can_be_pickled(self, world: World) -> None:
        tasks = world.tasks("1", "2")
        (piece,) = pieces_of(tasks * 2, [0, 1, 2, 3], 0)[:1]
        sent = piece, _site(world, read=to_read(tasks))
        assert pickle.loads(pickle.dumps(sent)) == sent
        made = Made(tasks[0].job, "made", tasks[0].folder, ("about 1",), why=tasks[0].reasons)
        assert pickle.loads(pickle.dumps(made)) == made
        refusal = pickle.loads(pickle.dumps(RequestError("no_place_left", path="x", reason="y")))
        assert (refusal.key, refusal.values) == ("no_place_left", {"path": "x", "reason": "y"})

    def test_the_files_to_be_seen_are_those_that_are_read(self, world: World) -> None:
        assert to_read(world.tasks("1", "2")) == (world.table, world.notebook)


class TestWorkers:
    def test_one_that_has_all_is_fit(self, world: World) -> None:
        assert fault_of(_site(world, read=(world.table,))) is None

    @pytest.mark.parametrize("name", ["Python", "pandas", "qualityedu", "jinja2"])
    def test_other_versions_are_named(self, world: World, name: str) -> None:
        fault = fault_of(_site(world, versions={**versions(), name: "0.0"}))
        assert fault is not None
        assert fault.key == "cluster_other_versions"
        assert fault.values == {"name": name, "seen": versions()[name], "wanted": "0.0"}

    def test_a_package_that_only_one_has_is_named(self, world: World) -> None:
        fault = fault_of(_site(world, versions={**versions(), "seaborn-extra": "1.0"}))
        assert fault is not None
        assert fault.values == {"name": "seaborn-extra", "seen": "—", "wanted": "1.0"}

    def test_a_folder_that_is_not_shared_is_named(self, world: World) -> None:
        fault = fault_of(_site(world, into=world.folder / "elsewhere"))
        assert fault is not None
        assert (fault.key, fault.values) == ("cluster_not_shared", {"path": world.folder / "elsewhere"})

    def test_a_table_that_is_not_seen_is_named(self, world: World) -> None:
        fault = fault_of(_site(world, read=(world.table, world.folder / "other.csv")))
        assert fault is not None
        assert (fault.key, fault.values) == ("cluster_not_seen", {"path": world.folder / "other.csv"})

    def test_one_that_came_late_and_is_not_fit_makes_nothing(self, world: World) -> None:
        (piece,) = pieces_of(world.tasks("1"), [0], 1)
        (made,) = do_piece(piece, _site(world, versions={**versions(), "pandas": "0.1"}), None)
        assert made.status == "failed"
        assert "pandas" in made.reason
        assert "0.1" in made.reason
        assert not made.job.dataset.id.startswith("/")
        assert not (world.into / "t").exists()

    def test_a_run_that_is_over_begins_nothing(self, world: World) -> None:
        site = _site(world)
        site.sign.unlink()
        (piece,) = pieces_of(world.tasks("1"), [0], 1)
        assert [made.status for made in do_piece(piece, site, None)] == ["stopped"]
        assert world.litter() == []


class TestRefusals:
    @pytest.mark.parametrize("seen", ["here", "tcp://10.0.0.5", "10.0.0.5:8786", "http://10.0.0.5:80", "tcp://:x"])
    def test_no_address(self, seen: str) -> None:
        with pytest.raises(RequestError, match=r"tcp://10\.0\.0\.5:8786") as refusal:
            check_address(seen)
        assert seen in refusal.value.sentence("en")

    @pytest.mark.parametrize("seen", ["local", "tcp://10.0.0.5:8786", "tls://scheduler.dask.svc:8786"])
    def test_addresses(self, seen: str) -> None:
        check_address(seen)

    def test_without_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(ToolMissing, match="dask") as refusal, opened("local"):
            pass
        assert refusal.value.exit_code == 5
        assert 'pip install "qualityedu[cluster]"' in refusal.value.sentence("en")

    def test_workers_are_those_of_the_cluster(self) -> None:
        with pytest.raises(RequestError) as refusal, opened("tcp://10.0.0.5:8786", workers=3):
            pass
        assert refusal.value.key == "cluster_workers"

    def test_a_scheduler_that_is_not_there(
        self, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(clusters, "_CONNECT", 2.0)
        command = ["report", "demo", "--year", "2023", "--region", "999901", "--lang", "en", "--cluster"]
        begun = time.monotonic()
        with pytest.raises(SystemExit) as ended:
            main([*command, "tcp://127.0.0.1:9", "--into", str(world.into)])
        assert ended.value.code == 2
        assert time.monotonic() - begun < 60
        assert "No dask scheduler answered at “tcp://127.0.0.1:9” within 2 seconds" in capsys.readouterr().err
        assert not list(world.into.glob("*/*/record.json"))


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of its own."""

    folder: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the scheduler is."""
        return str(json.loads((self.folder / "scheduler.json").read_text(encoding="utf-8"))["address"])

    def add(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start another worker."""
        given = ["--scheduler-file", str(self.folder / "scheduler.json"), "--no-dashboard", "--host", "127.0.0.1"]
        command = ["distributed.cli.dask_worker", *given, "--memory-limit", "0", "--local-directory", str(self.folder)]
        self.workers.append(
            _started(command, self.folder / f"worker{len(self.workers)}.log", **environment, options=options)
        )
        return self.workers[-1]

    def told(self) -> str:
        """What all of them wrote, for a test that fails."""
        return "\n".join(path.read_text(encoding="utf-8")[-2000:] for path in sorted(self.folder.glob("*.log")))


def _started(
    command: list[str], log: Path, options: tuple[str, ...] = (), **environment: str
) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", *command, *options],
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            cwd=log.parent,
            start_new_session=True,
        )


@contextmanager
def _cluster(folder: Path, **environment: str) -> Iterator[Cluster]:
    folder.mkdir()
    place = folder / "scheduler.json"
    command = ["distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard"]
    made = Cluster(
        folder, _started([*command, "--scheduler-file", str(place)], folder / "scheduler.log", **environment)
    )
    try:
        _until(lambda: place.exists() and place.stat().st_size > 0, made.told)
        yield made
    finally:
        for process in [*made.workers, made.scheduler]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def _until(is_so: Callable[[], bool], told: Callable[[], str] = lambda: "") -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, told()
        time.sleep(0.05)


@pytest.fixture(name="cluster")
def make_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A scheduler without workers yet."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(clusters, "_CONNECT", 60.0)
    monkeypatch.setattr(clusters, "_FIRST_WORKER", PATIENCE)
    with _cluster(tmp_path / "cluster") as made:
        yield made


def _records(into: Path) -> dict[str, tuple[int, int]]:
    """The reports that are there, each with the file and the time of its record: another one was made anew."""
    found = {}
    for path in into.glob("t/*/record.json"):
        with suppress(FileNotFoundError):
            found[path.parent.name] = (path.stat().st_ino, path.stat().st_mtime_ns)
    return found


def _is_at_work(worker: subprocess.Popen[bytes], into: Path) -> bool:
    """Whether a report is being made by a process of a worker's."""
    begun = {path.suffix[1:] for path in into.glob("t/.*")}
    return any(str(each.pid) in begun for each in psutil.Process(worker.pid).children(recursive=True))


def _two_workers(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE)


@contextmanager
def _once(is_so: Callable[[], bool], act: Callable[[], object]) -> Iterator[None]:
    """Meanwhile, do something as soon as it is so."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            if is_so():
                act()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join(30)


def _once_there_are(count: int, into: Path, act: Callable[[], object]) -> AbstractContextManager[None]:
    """Meanwhile, do something as soon as so many reports are there."""
    return _once(lambda: len(_records(into)) >= count, act)


REGIONS = [str(each) for each in range(1, 9)]


@pytest.mark.slow
class TestCluster:
    def test_a_worker_that_is_killed_half_way_costs_nothing(
        self, world: World, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pieces, "_PIECES_A_PLACE", 1)
        world.pause = 0.6
        first, _ = (cluster.add("--nthreads", "1", "--no-nanny") for _ in range(2))
        _two_workers(cluster.address)
        seen: dict[str, tuple[int, int]] = {}

        def is_half_way() -> bool:
            return len(_records(world.into)) >= 4 and _is_at_work(first, world.into)

        def kill() -> None:
            first.kill()
            first.wait()
            seen.update(_records(world.into))

        heard: list[str] = []
        with _once(is_half_way, kill), opened(cluster.address) as make:
            batch = world.run(*REGIONS, make=make, heard=lambda made: heard.append(made.job.name))
        assert [each.status for each in batch.made] == ["made"] * 8, cluster.told()
        assert batch.exit_code == 0
        assert [each.job.name for each in batch.made] == [f"Region {region}" for region in REGIONS]
        assert sorted(heard) == [f"Region {region}" for region in REGIONS]
        assert first.wait(30) == -signal.SIGKILL
        assert 4 <= len(seen) < 8, "it was killed too late to show anything"
        now = _records(world.into)
        assert {name: now[name] for name in seen} == seen, "what was made by the one that was killed is not made again"
        assert world.litter() == []

        on_one = world.run(*REGIONS, into=world.folder / "alone")
        for name in ("index.html", "index.json", "index.csv"):
            assert (world.into / name).read_bytes() == (world.folder / "alone" / name).read_bytes(), name
        for ours, theirs in zip(batch.made, on_one.made, strict=True):
            assert ours.folder is not None
            assert theirs.folder is not None
            assert wholeness(ours.folder).is_whole
            assert read_record(ours.folder) == read_record(theirs.folder)

        assert [each.key for each in verify(world.into)] == [each.key for each in verify(world.folder / "alone")]

        with opened(cluster.address) as make:
            again = world.run(*REGIONS, make=make)
        assert [each.status for each in again.made] == ["kept"] * 8
        assert _records(world.into) == now

        world.table.write_text("a,b\n1,3\n", encoding="utf-8")
        with opened(cluster.address) as make:
            forced = world.run(*REGIONS[:2], make=make, force=True)
        assert [each.status for each in forced.made] == ["made"] * 2
        assert all(
            now[each.folder.name] != _records(world.into)[each.folder.name] for each in forced.made if each.folder
        )

    def test_a_piece_on_which_workers_die_fails_and_the_others_do_not(self, world: World, tmp_path: Path) -> None:
        world.pause = 1.0
        with _cluster(tmp_path / "strict", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as cluster:
            first, _ = (cluster.add("--nthreads", "1", "--no-nanny") for _ in range(2))
            _two_workers(cluster.address)
            with _once(lambda: _is_at_work(first, world.into), first.kill), opened(cluster.address) as make:
                batch = world.run(*REGIONS, make=make)
            # A worker holds the piece at work and may hold another that waits: the scheduler says which it gave up.
            given_up = (cluster.folder / "scheduler.log").read_text(encoding="utf-8").count("marked as failed")
        assert given_up in {1, 2}, cluster.told()
        assert sorted(each.status for each in batch.made) == ["failed"] * given_up + ["made"] * (8 - given_up)
        failed = [each.reason for each in batch.made if each.status == "failed"]
        assert all(reason.startswith("Several workers disappeared") for reason in failed)
        assert batch.exit_code == 1
        assert world.litter() == []

    def test_what_was_interrupted_goes_on_where_it_stopped(self, world: World, cluster: Cluster) -> None:
        world.pause = 0.6
        cluster.add("--nthreads", "2", "--no-nanny")

        def end() -> None:
            os.kill(os.getpid(), signal.SIGTERM)

        with _once_there_are(2, world.into, end), opened(cluster.address) as make:
            batch = world.run(*REGIONS, make=make)
        states = [each.status for each in batch.made]
        assert set(states) == {"made", "stopped"}, cluster.told()
        assert states.count("made") == len(_records(world.into))
        assert batch.exit_code == 143
        assert world.litter() == []
        with opened(cluster.address) as make:
            again = world.run(*REGIONS, make=make)
        assert sorted(each.status for each in again.made) == sorted(
            "kept" if state == "made" else "made" for state in states
        )

    def test_without_workers_it_does_not_wait_for_ever(
        self, world: World, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clusters, "_FIRST_WORKER", 0.5)
        with pytest.raises(RequestError) as refusal, opened(cluster.address) as make:
            world.run("1", make=make)
        assert refusal.value.key == "cluster_no_workers"
        assert json.loads((world.into / "batch.json").read_text(encoding="utf-8"))["state"] == "stopped"
        assert world.litter() == []
        monkeypatch.setattr(clusters, "_FIRST_WORKER", PATIENCE)
        monkeypatch.setattr(clusters, "_WITHOUT_WORKERS", 1.0)
        monkeypatch.setattr(clusters, "_COUNT", 0.3)
        world.pause = 0.6
        only = cluster.add("--nthreads", "1", "--no-nanny")
        with _once_there_are(1, world.into, only.kill), opened(cluster.address) as make:
            batch = world.run(*REGIONS, make=make)
        states = [each.status for each in batch.made]
        assert set(states) == {"made", "failed"}
        assert states.count("made") == len(_records(world.into))
        assert {each.reason for each in batch.made if each.status == "failed"} == {
            "There were no workers left, so this report was not made. Start them again and run the same command: "
            "what was made is kept."
        }

    def test_a_scheduler_that_is_lost_half_way(
        self, world: World, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clusters, "_CONNECT", 15.0)
        monkeypatch.setattr(clusters, "_COUNT", 0.3)
        world.pause = 0.6
        cluster.add("--nthreads", "1", "--no-nanny")
        with _once_there_are(1, world.into, cluster.scheduler.kill), opened(cluster.address) as make:
            batch = world.run(*REGIONS, make=make)
        assert {each.status for each in batch.made} == {"made", "failed"}
        assert {each.reason[:40] for each in batch.made if each.status == "failed"} == {
            "The connection to the scheduler was lost"
        }
        assert batch.index.exists()

    def test_workers_that_are_not_fit_are_refused(self, world: World, cluster: Cluster, tmp_path: Path) -> None:
        for name, source in [
            ("sitecustomize", "import platform\nplatform.python_version = lambda: '3.0.0'\n"),
            ("qualityedu", "raise ImportError('not here')\n"),
        ]:
            (tmp_path / name).mkdir()
            (tmp_path / name / f"{name}.py").write_text(source, encoding="utf-8")
        for name, key in [("sitecustomize", "cluster_other_versions"), ("qualityedu", "cluster_no_package")]:
            worker = cluster.add("--nthreads", "1", "--no-nanny", PYTHONPATH=str(tmp_path / name))
            with pytest.raises(RequestError) as refusal, opened(cluster.address) as make:
                world.run("1", make=make)
            assert refusal.value.key == key, cluster.told()
            assert "tcp://127.0.0.1" in refusal.value.sentence("en")
            assert not _records(world.into)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait(30)
            _gone(cluster.address)
        cluster.add("--nthreads", "1", "--no-nanny")
        with pytest.raises(RequestError) as refusal, opened(cluster.address) as make:
            world.run("1", make=make, planned=lambda tasks: world.table.unlink())
        assert (refusal.value.key, refusal.value.values["path"]) == ("cluster_not_seen", world.table)

    def test_on_this_machine_with_nannies(self, tmp_path: Path) -> None:
        command = [sys.executable, "-c", "import sys; from qualityedu.cli import main; main(sys.argv[1:])"]
        asked = ["report", "demo", "--year", "2023", "--region", "999901", "--region", "999902", "--to", "html"]
        where = ["--lang", "en", "--into", str(tmp_path / "reports"), "--cluster", "local", "--workers", "1", "--json"]
        for state in ("made", "kept"):
            done = subprocess.run([*command, *asked, *where], capture_output=True, text=True, timeout=600, check=False)
            assert done.returncode == 0, done.stderr
            events = [json.loads(line) for line in done.stdout.splitlines()]
            assert events[-1]["counts"] == {state: 2}
            assert [each["name"][:3] for each in events if each["event"] == "done"] == ["临江区", "云麓区"]
        reports = tmp_path / "reports"
        assert len(list(reports.glob("*/*/share/report.html"))) == 2
        before = {path: path.stat().st_ino for path in reports.glob("*/*/record.json")}
        running = subprocess.Popen(
            [*command, *asked, *where, "--force"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        # One scratch folder is that of the run, the other that of its worker.
        _until(lambda: len(list(reports.glob(".batch-*"))) == 2)
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=600)
        assert running.returncode == 130, err
        assert "Traceback" not in err
        assert json.loads(out.splitlines()[-1])["counts"] == {"stopped": 2}
        assert {path: path.stat().st_ino for path in reports.glob("*/*/record.json")} == before
        assert [path.name for path in reports.rglob(".*")] == [".kept"]


def _gone(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        _until(lambda: not client.nthreads())
