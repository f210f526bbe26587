"""A piece of a run, done on a machine of a cluster: what that machine must have and see, and what it makes."""

from __future__ import annotations

import multiprocessing
import os
import platform
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from qualityedu.datasets import INSIDE
from qualityedu.report.child import sent_of
from qualityedu.report.fingerprints import converters, hash_of, hash_of_code, hash_of_rendering, packages, sha256
from qualityedu.report.plan import Task
from qualityedu.report.record import RECORD
from qualityedu.report.request import notebook_path, notebooks
from qualityedu.report.supervise import Made, Status, make_some
from qualityedu.report.whole import wholeness
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.report.execute import Limits

__all__ = ["Fault", "Piece", "Site", "do_piece", "fault_of", "let_go", "made_since", "pieces_of", "to_read", "versions"]

# A piece costs a few milliseconds to send; what is lost with a machine is at most one for each of its threads.
_MOST = 25
_PIECES_A_PLACE = 4

# The warm parent of a worker and its scratch folder serve one piece at a time, with as many processes as threads.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Piece:
    """Some tasks of a run, and their places in it."""

    places: tuple[int, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Site:
    """What a worker must have and see: the folder of reports, files to read, and the same versions.

    `sign` is a file in that folder that is there for as long as the run goes on, `since` when it was made, in
    nanoseconds of the clock that stamps the folder's files.
    """

    into: Path
    sign: Path
    since: int
    read: tuple[Path, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """Why a worker is of no use to a run: the key of the refusal and what it quotes."""

    key: str
    values: Mapping[str, object]


def pieces_of(tasks: Sequence[Task], places: Sequence[int], threads: int) -> list[Piece]:
    """The tasks at these places cut into pieces, in order: of 25, or fewer so that `threads` all have some to do."""
    size = min(_MOST, max(1, -(-len(places) // (_PIECES_A_PLACE * max(1, threads)))))
    cut = [tuple(places[start : start + size]) for start in range(0, len(places), size)]
    return [Piece(each, tuple(tasks[place] for place in each)) for each in cut]


def to_read(tasks: Sequence[Task]) -> tuple[Path, ...]:
    """The files that tasks read: tables, and descriptions, plans and notebooks that did not come with the package."""
    found: dict[Path, None] = {}
    for task in tasks:
        request, dataset = task.job.request, task.job.dataset
        if not dataset.url:
            found[dataset.table] = None
        if request.notebook.endswith(".ipynb"):
            found[Path(request.notebook)] = None
        given = [str(request.parameters.get(name) or "") for name in ("data", "plan")]
        found |= {Path(each): None for each in given if each and each not in INSIDE and Path(each).is_file()}
    return tuple(found)


@lru_cache
def versions() -> dict[str, str]:
    """What must be the same on all machines for the same report to come out, by name."""
    shipped = hash_of([[name, sha256(notebook_path(name))] for name in notebooks()])
    own = hash_of([hash_of_code(), hash_of_rendering(), shipped])
    return {
        "Python": platform.python_version(),
        **packages(),
        **converters(),
        "qualityedu": f"{version('qualityedu')} ({own[:8]})",
    }


def fault_of(site: Site) -> Fault | None:
    """What a machine, this one, lacks for a run; None where it lacks nothing."""
    here = versions()
    for name in {**site.versions, **here}:
        if site.versions.get(name) != here.get(name):
            seen, wanted = here.get(name, "—"), site.versions.get(name, "—")
            return Fault("cluster_other_versions", {"name": name, "seen": seen, "wanted": wanted})
    if not site.into.is_dir() or not os.access(site.into, os.W_OK):
        return Fault("cluster_not_shared", {"path": site.into})
    if unseen := [path for path in site.read if not path.is_file()]:
        return Fault("cluster_not_seen", {"path": unseen[0]})
    return None


def do_piece(piece: Piece, site: Site, limits: Limits | None) -> list[Made]:
    """Do the tasks of a piece in the process of a worker; what became of them, in their order.

    What was made since the run began is not made again: a piece is sent anew where the worker that had it is gone.
    Once the run's sign is gone, nothing else is begun. Raises OSError where the folder cannot be written to any more.
    """
    with _one_at_a_time:
        if fault := fault_of(site):
            return [_refused(task, fault) for task in piece.tasks]
        # A worker with a nanny is a daemon to it, and such a process may have no children. The nanny ends it all the
        # same, and its children end with it.
        multiprocessing.current_process().daemon = False
        there = [made_since(task, site.since) for task in piece.tasks]
        rest = [task for task, made in zip(piece.tasks, there, strict=True) if made is None]
        fresh = iter(_made(rest, site, limits) if rest else ())
        return [made or next(fresh) for made in there]


def made_since(task: Task, since: int) -> Made | None:
    """The answer for a report that has been made since then and is whole; None where there is none."""
    try:
        if (task.folder / RECORD).stat().st_mtime_ns < since or not wholeness(task.folder).is_whole:
            return None
    except OSError:
        return None
    sent = sent_of(task.folder)
    good: Status = "rendered" if task.what == "render" else "made"
    return Made(
        job=task.job,
        status="partial" if sent.reason else good,
        folder=sent.folder,
        headline=sent.headline,
        reason=sent.reason,
        why=task.reasons,
        notes=task.notes,
        tries=1,
    )


def let_go() -> None:
    """End the warm parents of a worker that has nothing to do for any run."""
    if _one_at_a_time.acquire(blocking=False):
        try:
            from qualityedu.report.warm import stop

            stop()
        finally:
            _one_at_a_time.release()


def _made(tasks: Sequence[Task], site: Site, limits: Limits | None) -> list[Made]:
    def is_over() -> bool:
        return not site.sign.exists()

    return make_some(tasks, site.into, workers=_threads(), limits=limits, stopping=is_over)


def _refused(task: Task, fault: Fault) -> Made:
    reason = say(f"refusal.{fault.key}", task.job.request.lang, worker=platform.node(), **fault.values)
    return Made(task.job, "failed", reason=reason, why=task.reasons)


def _threads() -> int:
    from distributed import get_worker

    try:
        return max(1, int(get_worker().state.nthreads))
    except ValueError:  # not called by a worker
        return 1
