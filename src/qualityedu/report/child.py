"""One report in a process of its own: what that process does, and what it sends back."""

from __future__ import annotations

import errno
import os
import re
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from qualityedu.errors import QualityEduError, Refusal
from qualityedu.report.plan import Task

if TYPE_CHECKING:
    from qualityedu.report.execute import Limits

__all__ = ["Sent", "make_in_child", "sent_of", "without_values"]

# The name of a refusal before its sentence is for programmers.
_REFUSED = re.compile(r"^(?:RequestError|IntakeError|ToolMissing): ")
# A quotation, but no apostrophe within a word.
_QUOTED = re.compile(r"""(?<!\w)'[^']*'|"[^"]*"|“[^”]*”""")

# Faults of the machine and not of the data: worth another try.
_OF_THE_MACHINE = {"KernelLost", "DeadKernelError"}
# The table is another one than the plan was made for, or is gone.
_STALE = {"table_changed", "table_gone"}
# With these there is no use in starting another.
_NO_PLACE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@dataclass(frozen=True)
class Sent:
    """What a process says of its report.

    `kind` is made (with a `reason` where something lacks), failed, stale, over_time, lost (worth another try) or
    no_place (worth no other report). `cpu` is in seconds, `memory` in bytes.
    """

    kind: str
    folder: Path | None = None
    headline: tuple[str, ...] = ()
    reason: str = ""
    cpu: float = 0.0
    memory: int = 0


def make_in_child(
    task: Task, shared: Sequence[Path | None], limits: Limits | None, log: Path, line: Connection
) -> None:
    """Make one report and send what became of it; end with the process that asked, and never before it is told."""
    if os.name == "posix":
        with suppress(PermissionError):
            os.setpgid(0, 0)
    _speak_into(log)
    if not _ends_by_itself():
        threading.Thread(target=_end_with_parent, args=(line,), daemon=True).start()
    sent = _made(task, shared, limits)
    cpu, memory = _used()
    with suppress(OSError):
        line.send(Sent(**{**vars(sent), "cpu": cpu, "memory": memory}))
    sys.stdout.flush()
    sys.stderr.flush()


def _made(task: Task, shared: Sequence[Path | None], limits: Limits | None) -> Sent:
    lang = task.job.request.lang
    try:
        from qualityedu.report.make import make_task

        return sent_of(make_task(task, shared=shared, limits=limits))
    except Refusal as refusal:
        return Sent("stale" if refusal.key in _STALE else "failed", reason=refusal.sentence(lang))
    except QualityEduError as error:
        return Sent("failed", reason=str(error))
    except OSError as error:
        gone = isinstance(error, FileNotFoundError) and not task.folder.parents[1].is_dir()
        kind = "no_place" if error.errno in _NO_PLACE or gone else "failed"
        return Sent(kind, reason=_last_line(error))
    except Exception as error:  # one report that fails must leave the others untouched
        return Sent(_kind_of(error), reason=_last_line(error))


def sent_of(folder: Path) -> Sent:
    """What is to be said of a report that has been made: its headline, and what it lacks."""
    from qualityedu.report.record import read_record

    record = read_record(folder) or {}
    lacking = [f"{name}: {said}" for name, said in sorted(record["formats"].items()) if said != "made"]
    lacking += record.get("failed_sections", [])
    return Sent("made", folder, tuple(record.get("headline", ())), reason="; ".join(lacking))


def _kind_of(error: BaseException) -> str:
    names = {each.__name__ for each in type(error).__mro__}
    if names & _OF_THE_MACHINE:
        return "lost"
    return "over_time" if "OverTime" in names else "failed"


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    tail = [line.strip() for line in str(getattr(error, "tail", "") or "").splitlines() if line.strip()]
    said = " / ".join([*(_REFUSED.sub("", line) for line in lines[-1:]), *tail[-1:]])
    return without_values(said) or type(error).__name__


def without_values(said: str) -> str:
    """What a program said of a fault, without what it quotes: that may be what stood in a cell, and it is kept."""
    return _QUOTED.sub("…", said)


def _speak_into(log: Path) -> None:
    opened = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(opened, stream)
    if opened > 2:  # where the streams were closed, the log has taken the number of one of them
        os.close(opened)
    # A stream that was opened on a closed or narrow console would fail on the first word it lacks.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="replace", closefd=False)


def _ends_by_itself() -> bool:
    """Whether the warm parent has seen to it that this process ends with whoever asked for it."""
    from qualityedu.report.warm import is_fresh

    return is_fresh()


def _end_with_parent(line: Connection) -> None:
    with suppress(EOFError, OSError):
        line.recv()
        return
    # Whoever asked is gone: nobody will take the report, nor end this group.
    from qualityedu.report.processes import end_group

    end_group(os.getpid())
    os._exit(1)


def _used() -> tuple[float, int]:
    if os.name != "posix":
        return time.process_time(), 0
    import resource

    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    seconds = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    return seconds, max(own.ru_maxrss, others.ru_maxrss) * unit
