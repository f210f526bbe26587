"""The warm parent: what the fork server of `multiprocessing` imports before it serves. Elsewhere this does nothing.

Its settings come in one environment variable, which it takes away again. It never raises: whoever asks its first
child (`state`) learns what went wrong or which thread is running, and goes on without it.
"""

from __future__ import annotations

import json
import os
import signal
import traceback
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any

from qualityedu.report.warm import fresh

__all__ = ["SETTINGS", "tell_state"]

SETTINGS = "QUALITYEDU_WARM"

_state: dict[str, Any] = {"threads": [], "fault": "not prepared"}

# A fork copies one thread only, so the libraries must not start any: each is asked in its own way.
_ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_IO_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


def tell_state(answer: Connection) -> None:
    """Send what became of the preparation: `fault` (a text, empty where all went well) and `threads` by step."""
    answer.send(_state)
    answer.close()


def _prepare(prepare: list[tuple[str, list[object]]]) -> None:
    from qualityedu.report.warm.libraries import load

    before = dict(os.environ)
    os.environ.update(_ONE_THREAD)
    running: list[str] = []
    try:
        for step, now in load([(target, tuple(arguments)) for target, arguments in prepare]):
            if now != running:
                _state["threads"].append((step, [each for each in now if each not in running] or now))
            running = now
        _state["threads"] = _state["threads"] if running else []
        _state["fault"] = ""
    except Exception:  # told to whoever asks, who then goes on without a warm parent
        _state["fault"] = traceback.format_exc()
    os.environ.clear()
    os.environ.update(before)


class _Waiting:
    """The fork server's view of `os`: a child that has ended leaves word of what it used."""

    used: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def waitpid(self, pid: int, options: int) -> tuple[int, int]:
        ended, status, self.used = os.wait4(pid, options)
        return ended, status


def _tell_usage() -> None:
    waiting, write = _Waiting(), forkserver.write_signed

    def write_and_more(descriptor: int, number: int) -> None:
        write(descriptor, number)
        if (used := waiting.used) is not None:  # the end of a child, not its beginning
            waiting.used = None
            write(descriptor, round((used.ru_utime + used.ru_stime) * 1e6))
            write(descriptor, used.ru_maxrss * 1024)

    forkserver.os = waiting  # type: ignore[attr-defined]
    forkserver.write_signed = write_and_more  # type: ignore[assignment]


if SETTINGS in os.environ:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(os.environ.pop(SETTINGS))
    fresh.mark_parent()
    _tell_usage()
    _prepare(settings["prepare"])
