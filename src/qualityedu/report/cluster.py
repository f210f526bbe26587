"""The same run on the machines of a dask.distributed cluster: planned here, made there in pieces, gathered here."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from qualityedu.errors import RequestError, ToolMissing
from qualityedu.report.child import without_values
from qualityedu.report.leftovers import clear_leftovers
from qualityedu.report.pieces import (
    Fault,
    Piece,
    Site,
    do_piece,
    fault_of,
    let_go,
    made_since,
    pieces_of,
    to_read,
    versions,
)
from qualityedu.report.plan import Task
from qualityedu.report.record import slug
from qualityedu.report.supervise import Made, Status, outcome_of
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.report.execute import Limits

__all__ = ["LOCAL", "check_address", "make_on", "opened"]

# A cluster of processes on this machine, for as long as the run takes.
LOCAL = "local"

_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+:\d+")

# In seconds: to reach the scheduler, for its first worker to come, to go on without any, for pieces to end once told.
_CONNECT = 10.0
_FIRST_WORKER = 20.0
_WITHOUT_WORKERS = 120.0
_ENDING = 30.0

_LOOK = 0.1
_COUNT = 5.0


def check_address(address: str) -> None:
    """Raise RequestError for what is neither `local` nor the address of a scheduler, such as tcp://10.0.0.5:8786."""
    if address != LOCAL and not _ADDRESS.fullmatch(address):
        raise RequestError("cluster_address", seen=address)


@contextmanager
def opened(address: str, *, workers: int | None = None) -> Iterator[Callable[..., list[Made]]]:
    """A cluster, as what takes the place of `make_some` in `make_batch`, until the block ends.

    `address` is that of a dask scheduler, or `local` for `workers` processes of this machine. Raises ToolMissing
    without dask.distributed, RequestError where nothing answers there within ten seconds, or where `workers` is given
    for a cluster that has its own.
    """
    check_address(address)
    if workers and address != LOCAL:
        raise RequestError("cluster_workers", address=address)
    try:
        import distributed
    except ImportError as error:
        raise ToolMissing("cluster_missing") from error
    started: Any = distributed
    with ExitStack() as stack, warnings.catch_warnings():
        # It compares versions as well, without saying what to do; we do.
        warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
        where: Any = address
        if address == LOCAL:
            where = stack.enter_context(_local(workers or os.cpu_count() or 1, started))
        try:
            client = started.Client(where, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RequestError("cluster_not_there", address=address, seconds=f"{_CONNECT:g}") from error
        stack.enter_context(client)
        yield partial(make_on, client)


def _local(count: int, distributed: Any) -> Any:
    """A cluster of so many processes, which leave Ctrl-C to the run: a terminal sends it to all of them."""
    given = {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None, "memory_limit": None}
    if threading.current_thread() is not threading.main_thread():
        return distributed.LocalCluster(**given)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return distributed.LocalCluster(**given)
    finally:
        signal.signal(signal.SIGINT, before)


def make_on(
    client: Any,
    tasks: Sequence[Task],
    into: Path,
    *,
    workers: int = 1,
    limits: Limits | None = None,
    context: Any = None,
    heard: Callable[[Made], None] = lambda made: None,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Made]:
    """Do tasks of a plan on the workers of a dask client; what became of them, in their order.

    As `make_some`, but that each worker has its own warm parent and as many processes as it has threads (`workers` and
    `context` are for one machine). A piece whose worker is gone is done by another, which finds what was made. All
    machines must see `into` and the tables under the same paths.

    Raises RequestError before anything is begun: where no worker comes, or where one has other versions or does not see
    a folder or file. Raises OSError where `into` cannot be written to any more.
    """
    home = into.absolute()
    here = [_absolute(task) for task in tasks]
    gathered = _Gathering(client, list(tasks), here, into, home, limits, heard)
    for place, task in enumerate(tasks):
        if made := outcome_of(task):
            gathered.finish(place, made)
    if waiting := [place for place in range(len(tasks)) if place not in gathered.done]:
        with _signed(home) as sign:
            gathered.work(waiting, sign, stopping)
        _sweep(home, here)
    return [gathered.done[place] for place in range(len(tasks))]


@contextmanager
def _signed(into: Path) -> Iterator[Path]:
    """A file that is there while the run goes on, where the next run clears it should this one be killed."""
    folder = into / f".batch-{slug(socket.gethostname())}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sign = folder / uuid4().hex
    sign.touch()
    try:
        yield sign
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _absolute(task: Task) -> Task:
    # A worker has a working folder of its own.
    dataset = task.job.dataset
    if not dataset.url:
        dataset = replace(dataset, table=dataset.table.absolute())
    return replace(task, folder=task.folder.absolute(), job=replace(task.job, dataset=dataset))


def _sweep(into: Path, tasks: Sequence[Task]) -> None:
    """Take away what workers that were killed left behind: nothing of this run is at work any more."""
    clear_leftovers(into)
    for scratch in into.glob(".batch-*"):
        shutil.rmtree(scratch, ignore_errors=True)
    for home in {task.folder.parent for task in tasks}:
        for left in list(home.glob(".*")):
            if left.suffix[1:].isdecimal():
                shutil.rmtree(left, ignore_errors=True)


@dataclass
class _Gathering:
    """Pieces sent, and answers come back. `tasks` are as planned, `sent` the same with whole paths."""

    client: Any
    tasks: list[Task]
    sent: list[Task]
    into: Path
    home: Path
    limits: Limits | None
    heard: Callable[[Made], None]
    done: dict[int, Made] = field(default_factory=dict)
    is_lost: bool = False
    seen: float = field(default_factory=time.monotonic)
    counted: float = field(default_factory=time.monotonic)

    def finish(self, place: int, made: Made) -> None:
        """Take down an answer under the job as it was asked for."""
        folder = made.folder
        if folder is not None and folder.is_relative_to(self.home):
            folder = self.into / folder.relative_to(self.home)
        self.done[place] = replace(made, job=self.tasks[place].job, folder=folder)
        self.heard(self.done[place])

    def work(self, waiting: Sequence[int], sign: Path, stopping: Callable[[], bool]) -> None:
        tasks = [self.sent[place] for place in waiting]
        site = Site(self.home, sign, sign.stat().st_mtime_ns, to_read(tasks), versions())
        threads = sum(self._workers().values())
        self._check(site)
        futures = {}
        for number, piece in enumerate(pieces_of(self.sent, waiting, threads)):
            name = f"qualityedu-{sign.name}-{number}"
            futures[self.client.submit(do_piece, piece, site, self.limits, key=name, pure=False)] = piece
        try:
            self._gather(futures, site, stopping)
        finally:
            sign.unlink(missing_ok=True)
            if not self.is_lost:
                with suppress(Exception):  # whoever is gone has let go
                    self.client.run(let_go, on_error="ignore")

    def _gather(self, futures: dict[Any, Piece], site: Site, stopping: Callable[[], bool]) -> None:
        told: float | None = None
        while futures:
            for future in [each for each in futures if each.done()]:
                self._answer(future, futures.pop(future), site)
            if told is None and stopping():
                told = time.monotonic()
                site.sign.unlink(missing_ok=True)
            if told is not None and time.monotonic() - told > _ENDING:
                return self._give_up(futures, site, "stopped")
            if told is None and (why := self._lost()):
                return self._give_up(futures, site, "failed", why)
            time.sleep(_LOOK)
        return None

    def _answer(self, future: Any, piece: Piece, site: Site) -> None:
        if future.status == "finished":
            for place, made in zip(piece.places, future.result(), strict=True):
                self.finish(place, made)
            return
        error = future.exception() if future.status == "error" else None
        if isinstance(error, OSError):
            raise error
        if error is None:
            self._without(piece, site, "failed", "cluster.lost")
        elif type(error).__name__ == "KilledWorker":
            self._without(piece, site, "failed", "cluster.killed")
        else:
            said = without_values(str(error)) or type(error).__name__
            self._without(piece, site, "failed", "cluster.failed", reason=said.splitlines()[-1])

    def _give_up(self, futures: Mapping[Any, Piece], site: Site, status: Status, why: str = "") -> None:
        for piece in futures.values():
            self._without(piece, site, status, why)

    def _without(self, piece: Piece, site: Site, status: Status, why: str, **values: object) -> None:
        """Answers for a piece of which there is none: what was made in it counts."""
        for place, task in zip(piece.places, piece.tasks, strict=True):
            reason = say(why, task.job.request.lang, **values) if why else ""
            self.finish(place, made_since(task, site.since) or Made(task.job, status, reason=reason, why=task.reasons))

    def _lost(self) -> str:
        """Why there is no use in waiting any longer, as the key of a sentence; empty while there is."""
        if time.monotonic() - self.counted < _COUNT:
            return ""
        self.counted = time.monotonic()
        try:
            if self.client.nthreads():
                self.seen = time.monotonic()
        except (OSError, RuntimeError):
            self.is_lost = True
            return "cluster.lost"
        return "cluster.no_workers_left" if time.monotonic() - self.seen > _WITHOUT_WORKERS else ""

    def _workers(self) -> dict[str, int]:
        """The workers and their threads, once there is one. Raises RequestError where none comes."""
        until = time.monotonic() + _FIRST_WORKER
        while not (found := dict(self.client.nthreads())):
            if time.monotonic() > until:
                raise RequestError("cluster_no_workers", address=_address_of(self.client))
            time.sleep(_LOOK)
        return found

    def _check(self, site: Site) -> None:
        answers: dict[str, Any] = self.client.run(_look, site, on_error="return")
        for worker, answer in sorted(answers.items()):
            if isinstance(answer, Fault):
                raise RequestError(answer.key, worker=worker, **answer.values)
            if isinstance(answer, Exception):
                reason = without_values(str(answer)) or type(answer).__name__
                raise RequestError("cluster_no_package", worker=worker, reason=reason)


def _look(site: Site) -> Fault | None:
    """As a worker sees it before anything is begun: the sign of the run must be there."""
    fault = fault_of(site)
    if fault is None and not site.sign.is_file():
        return Fault("cluster_not_shared", {"path": site.into})
    return fault


def _address_of(client: Any) -> str:
    return str(client.scheduler.address)
