"""Many tasks, a process each, some at a time: started, watched, ended at their limits, and tried again if lost."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qualityedu.report.child import Sent, make_in_child, without_values
from qualityedu.report.data import shared_files
from qualityedu.report.plan import Job, Reason, Task
from qualityedu.report.processes import end_group, memory_of
from qualityedu.report.record import slug
from qualityedu.report.warming import warm_context
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.report.execute import Limits

__all__ = ["MOST_TRIES", "Made", "Status", "make_some", "outcome_of"]

Status = Literal["made", "rendered", "kept", "partial", "failed", "stale", "too_few", "mend", "stopped"]

# A report whose process was lost is tried so often; one whose cells or data are at fault, once.
MOST_TRIES = 3

# How long after its limit a process may still write down what it has, in seconds.
_GRACE = 2.0
_LOOK = 0.2
_TAIL = 1


@dataclass(frozen=True)
class Made:
    """What became of a job. `headline` is the first lines of the report, `reason` why there is none.

    `why` says why it was made again, `notes` what else is to be known. `seconds` is by the clock, `cpu` of the
    processor, `memory` the most that was resident, in bytes; `tries` how often a process was started for it.
    """

    job: Job
    status: Status
    folder: Path | None = None
    headline: tuple[str, ...] = ()
    seconds: float = 0.0
    reason: str = ""
    why: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    tries: int = 0
    cpu: float = 0.0
    memory: int = 0


def make_some(
    tasks: Sequence[Task],
    into: Path,
    *,
    workers: int = 1,
    limits: Limits | None = None,
    context: Any = None,
    heard: Callable[[Made], None] = lambda made: None,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Made]:
    """Do tasks of a plan, each in a process of its own, `workers` at a time; what became of them, in their order.

    Nothing here holds the folder or writes its index: a run on several machines plans in one place, gives each of
    them some tasks (tasks and answers can be pickled), and gathers the answers. `context` is a multiprocessing context,
    by default that of a warm parent. `heard` is told each answer as it comes; once `stopping` says so, what runs is
    ended and what waits is not begun. Both are for the calling process alone. Raises OSError where `into` cannot be
    written to any more: nothing else is begun then.
    """
    scratch = into / f".batch-{slug(socket.gethostname())}-{os.getpid()}"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        floor = _Floor(list(tasks), into, scratch, limits, context, heard)
        return floor.work(max(1, workers), stopping)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def outcome_of(task: Task) -> Made | None:
    """What becomes of a task for which nothing is to be started; None where something is."""
    match task.what:
        case "keep":
            return Made(task.job, "kept", task.folder, task.headline, notes=task.notes)
        case "too_few":
            return Made(task.job, "too_few")
        case "mend":
            return Made(task.job, "mend", reason=task.job.to_mend)
    return None


@dataclass
class _Running:
    task: Task
    position: int
    tries: int
    process: Any
    line: Connection
    log: Path
    begun: float
    sent: Sent | None = None
    memory: int = 0
    ended_for: str = ""


@dataclass
class _Floor:
    """The place where processes run."""

    tasks: list[Task]
    into: Path
    scratch: Path
    limits: Limits | None
    context: Any
    heard: Callable[[Made], None]
    running: list[_Running] = field(default_factory=list)
    done: dict[int, Made] = field(default_factory=dict)
    tables: dict[Path, Path | None] = field(default_factory=dict)
    waiting: deque[tuple[int, int]] = field(default_factory=deque)

    def work(self, workers: int, stopping: Callable[[], bool]) -> list[Made]:
        for position, task in enumerate(self.tasks):
            if made := outcome_of(task):
                self._finish(position, made)
            else:
                self.waiting.append((position, 1))
        try:
            while (self.waiting or self.running) and not stopping():
                while self.waiting and len(self.running) < workers:
                    self._start(*self.waiting.popleft())
                self._look()
        finally:
            for each in self.running:
                self._end(each, "stopped")
        for position, task in enumerate(self.tasks):
            if position not in self.done:
                self._finish(position, Made(task.job, "stopped"))
        return [self.done[position] for position in range(len(self.tasks))]

    def _start(self, position: int, tries: int) -> None:
        task = self.tasks[position]
        log = self.scratch / f"{position}.log"
        if self.context is None:
            self.context = warm_context(self.tasks)
        ours, theirs = self.context.Pipe()
        arguments = (task, tuple(map(self._copy_of, shared_files(task))), self.limits, log, theirs)
        process = self.context.Process(target=make_in_child, args=arguments)
        process.start()
        theirs.close()
        self.running.append(_Running(task, position, tries, process, ours, log, time.monotonic()))

    def _copy_of(self, table: Path) -> Path | None:
        """One copy of a table for all reports to link to; None where the table is not there to be copied."""
        if table not in self.tables:
            copy = self.scratch / f"{len(self.tables)}" / table.name
            try:
                copy.parent.mkdir()
                shutil.copyfile(table, copy)
                copy.chmod(0o444)
            except FileNotFoundError:
                self.tables[table] = None
            else:
                self.tables[table] = copy
        return self.tables[table]

    def _look(self) -> None:
        wait([each.process.sentinel for each in self.running] + [each.line for each in self.running], timeout=_LOOK)
        for each in list(self.running):
            with suppress(EOFError, OSError):
                if each.sent is None and each.line.poll():
                    each.sent = each.line.recv()
            if each.sent is not None or not each.process.is_alive():
                self._answer(each)
            elif why := self._beyond(each):
                self._end(each, why)
                self._answer(each)

    def _beyond(self, each: _Running) -> str:
        if self.limits is None:
            return ""
        if self.limits.seconds is not None and time.monotonic() - each.begun > self.limits.seconds + _GRACE:
            return "over_time"
        if self.limits.memory is not None:
            each.memory = max(each.memory, memory_of(each.process.pid) or 0)
            return "over_memory" if each.memory > self.limits.memory else ""
        return ""

    def _end(self, each: _Running, why: str) -> None:
        each.ended_for = why
        end_group(each.process.pid)
        each.process.join(10)
        task = each.task
        shutil.rmtree(task.folder.with_name(f".{task.folder.name}.{each.process.pid}"), ignore_errors=True)

    def _answer(self, each: _Running) -> None:
        each.process.join(10)
        with suppress(EOFError, OSError):
            if each.sent is None and not each.ended_for and each.line.poll():
                each.sent = each.line.recv()
        each.line.close()
        self.running.remove(each)
        sent = each.sent or self._without_word(each)
        if sent.kind == "lost" and each.tries < MOST_TRIES:
            self._clear(each)
            self.waiting.appendleft((each.position, each.tries + 1))
            return
        if sent.kind == "no_place" or (sent.kind == "lost" and not self.into.is_dir()):
            raise OSError(sent.reason)
        self._clear(each)
        self._finish(each.position, self._made(each, sent))

    def _clear(self, each: _Running) -> None:
        folder = each.task.folder
        shutil.rmtree(folder.with_name(f".{folder.name}.{each.process.pid}"), ignore_errors=True)

    def _without_word(self, each: _Running) -> Sent:
        lang = each.task.job.request.lang
        seconds = self.limits.seconds if self.limits else None
        memory = self.limits.memory if self.limits else None
        if each.ended_for == "over_time":
            return Sent("failed", reason=say("batch.over_time", lang, seconds=f"{seconds:g}"))
        if each.ended_for == "over_memory":
            return Sent("failed", reason=say("batch.over_memory", lang, memory=_readable(memory or 0)))
        return Sent("lost", reason=say("batch.lost", lang, code=each.process.exitcode, tail=_tail(each.log)))

    def _made(self, each: _Running, sent: Sent) -> Made:
        task, lang = each.task, each.task.job.request.lang
        status: Status
        match sent.kind:
            case "made" if sent.reason:
                status, reason = "partial", sent.reason
            case "made":
                status, reason = ("rendered" if task.what == "render" else "made"), ""
            case "stale":
                status, reason = "stale", sent.reason
            case "over_time":
                seconds = self.limits.seconds if self.limits else None
                status, reason = "failed", say("batch.over_time", lang, seconds=f"{seconds:g}")
            case _:
                status, reason = "failed", sent.reason
        notes = task.notes
        if sent.folder is not None and sent.folder != task.folder:
            notes = (*notes, Reason("in_use", {"folder": sent.folder.name}))
        return Made(
            job=task.job,
            status=status,
            folder=sent.folder,
            headline=sent.headline,
            seconds=time.monotonic() - each.begun,
            reason=reason,
            why=task.reasons,
            notes=notes,
            tries=each.tries,
            cpu=sent.cpu,
            memory=max(each.memory, sent.memory),
        )

    def _finish(self, position: int, made: Made) -> None:
        self.done[position] = made
        self.heard(made)


def _tail(log: Path) -> str:
    with suppress(OSError):
        lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        return without_values(" / ".join(lines[-_TAIL:])) or "—"
    return "—"


def _readable(size: int) -> str:
    return f"{size / 2**30:.1f} GB" if size >= 2**30 else f"{size / 2**20:.0f} MB"
