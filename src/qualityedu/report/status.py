"""`batch.json`: how far a run is, what each report took and why it was made. For people and programs, in no record."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qualityedu.report.plan import Task
from qualityedu.report.supervise import Made

__all__ = ["NAME", "StatusFile", "told"]

NAME = "batch.json"
_EVERY = 1.0


class StatusFile:
    """The file, written anew at most once a second and whole at any moment."""

    def __init__(self, into: Path, tasks: Sequence[Task], lang: str) -> None:
        self._place, self._lang, self._into = into / NAME, lang, into
        self._began, self._last = datetime.now(UTC), 0.0
        self._planned = {name: sum(task.what == name for task in tasks) for name in {task.what for task in tasks}}
        self._count = len(tasks)
        self._made: list[Made] = []
        self._write("running")

    def add(self, made: Made) -> None:
        """Take note of one answer."""
        self._made.append(made)
        if time.monotonic() - self._last > _EVERY:
            self._write("running")

    def end(self, state: str) -> None:
        """Say how the run ended: `done` or `interrupted`."""
        self._write(state)

    def give_up(self) -> None:
        """Say that the run stopped for want of a place to write to, where that can still be said."""
        with suppress(OSError):
            self._write("stopped")

    def _write(self, state: str) -> None:
        self._last = time.monotonic()
        now = datetime.now(UTC)
        held = {
            "state": state,
            "process": os.getpid(),
            "began": self._began.isoformat(timespec="seconds"),
            "written": now.isoformat(timespec="seconds"),
            "seconds": round((now - self._began).total_seconds(), 1),
            "planned": dict(sorted(self._planned.items())),
            "reports": self._count,
            "done": [told(each, self._into, self._lang) for each in self._made],
        }
        aside = self._place.with_name(f".{NAME}.new")
        aside.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        aside.replace(self._place)


def told(made: Made, into: Path, lang: str) -> dict[str, Any]:
    """One answer as plain values: which report, what became of it, why, and what it took."""
    parameters = made.job.request.parameters
    return {
        "name": made.job.name,
        "dataset": made.job.dataset.id,
        "notebook": made.job.request.name,
        **{name: parameters[name] for name in ("region", "year", "lang") if name in parameters},
        "status": made.status,
        "folder": made.folder.relative_to(into).as_posix() if made.folder else None,
        "reason": made.reason,
        "why": [each.sentence(lang) for each in made.why],
        "notes": [each.sentence(lang) for each in made.notes],
        "tries": made.tries,
        "seconds": round(made.seconds, 3),
        "cpu_seconds": round(made.cpu, 3),
        "peak_bytes": made.memory,
    }
