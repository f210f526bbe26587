"""Processes that are forks of one warm parent, by the fork server of the standard library."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any

from qualityedu.text import default_language, say

__all__ = ["Usage", "WarmProcess", "context", "kill_group", "stop"]

_log = logging.getLogger("qualityedu")


@dataclass(frozen=True)
class Usage:
    """What a process used until its end: CPU seconds (its own children's included) and peak memory in bytes."""

    cpu_seconds: float
    peak_memory: int


if sys.platform == "linux" or TYPE_CHECKING:
    from multiprocessing import forkserver, popen_forkserver, reduction, spawn, util
    from multiprocessing.context import ForkServerProcess, set_spawning_popen

    from qualityedu.report.warm import fresh, parent

    class _Popen(popen_forkserver.Popen):
        usage: Usage | None = None
        _fds: list[int]

        def _launch(self, process: Any) -> None:
            preparation = spawn.get_preparation_data(process._name)
            preparation.pop("dir", None)
            if getattr(process._target, "__module__", "") != "__main__":
                # The caller's main module is of no use to a notebook, and would be run again in each fork.
                preparation = {key: value for key, value in preparation.items() if not key.startswith("init_main")}
            set_spawning_popen(self)
            try:
                pickled = reduction.ForkingPickler.dumps(preparation), reduction.ForkingPickler.dumps(process)
            finally:
                set_spawning_popen(None)
            self.sentinel, writing = process._server.connect_to_new_process(self._fds)
            self.finalizer = util.Finalize(self, _close, (os.dup(writing), self.sentinel))
            with os.fdopen(writing, "wb") as file:
                for each in pickled:
                    file.write(each)
            self.pid = forkserver.read_signed(self.sentinel)

        def poll(self, flag: int = os.WNOHANG) -> int | None:
            ended = self.returncode is None and super().poll(flag) is not None
            if ended and self.usage is None:
                try:
                    microseconds, peak = (forkserver.read_signed(self.sentinel) for _ in range(2))
                    self.usage = Usage(microseconds / 1e6, peak)
                except (OSError, EOFError):
                    self.usage = None  # the parent itself was killed
            return self.returncode

    class WarmProcess(ForkServerProcess):
        """A process that is a fork of the warm parent.

        It has its own process group, the environment and the working folder that its starter had when starting it,
        and it ends with its starter. `usage` is what it used, once it has been joined.
        """

        _server: Any = None

        @property
        def usage(self) -> Usage | None:
            """What it used until its end; None before that, or where the warm parent itself was killed."""
            return self._popen.usage if self._popen is not None else None  # type: ignore[attr-defined]

        @staticmethod
        def _Popen(process: Any) -> Any:  # noqa: N802
            process._environment = dict(os.environ), os.getcwd()  # noqa: PTH109
            return _Popen(process)

        def __getstate__(self) -> dict[str, Any]:
            return {key: value for key, value in self.__dict__.items() if key != "_server"}

        def _bootstrap(self, parent_sentinel: int | None = None) -> int:
            environment, folder = self._environment  # type: ignore[attr-defined]
            fresh.begin(environment, folder, parent_sentinel or 0)
            return super()._bootstrap(parent_sentinel)  # type: ignore[misc]
else:
    WarmProcess = multiprocessing.get_context("spawn").Process


class _WarmContext(BaseContext):
    """As `multiprocessing.get_context` gives it; its processes are forks of one parent."""

    _name = "qualityedu-warm"

    def __init__(self, server: Any) -> None:
        self._server = server

    def Process(self, *arguments: Any, **keywords: Any) -> WarmProcess:  # noqa: N802
        process = WarmProcess(*arguments, **keywords)
        process._server = self._server
        return process


def _close(*descriptors: int) -> None:
    for each in descriptors:
        os.close(each)


# One parent for each set of preparations, in the process that owns it: a fork of that process has none.
_contexts: dict[tuple[int, str], BaseContext] = {}
_starting = threading.Lock()


def context(prepare: Sequence[tuple[str, tuple[object, ...]]] = ()) -> BaseContext:
    """A context whose `Process(target=…, args=…)` is a fresh fork of one parent with the heavy libraries imported.

    `prepare` holds functions (`"package.module:function"`, arguments that JSON can hold) which the parent runs once:
    its forks share what they loaded. The parent is started when this is first called with these preparations, and
    ends with this process. Where forking is not to be had (Windows, macOS), or where the parent could not be
    prepared or has more than one thread, this is the `spawn` context, which is said once in the log.
    """
    settings = json.dumps({"prepare": prepare}, ensure_ascii=False)
    with _starting:
        key = os.getpid(), settings
        if key not in _contexts:
            _contexts[key] = _started(settings) or multiprocessing.get_context("spawn")
        return _contexts[key]


def stop() -> None:
    """End the warm parents of this process. What they are running runs on."""
    with _starting:
        for key, each in list(_contexts.items()):
            if isinstance(each, _WarmContext) and key[0] == os.getpid():
                _end(each._server)
            del _contexts[key]


def kill_group(pid: int, number: int = signal.SIGTERM) -> None:
    """Send a signal to a process started from a warm context and to all that it started; nothing where it has ended."""
    for send in (os.killpg, os.kill):
        try:
            return send(pid, number)
        except (ProcessLookupError, PermissionError):
            continue
    return None


def _started(settings: str) -> BaseContext | None:
    if not can_fork():
        _log.warning(say("warm.no_fork", default_language()))
        return None
    server = forkserver.ForkServer()
    server.set_forkserver_preload([parent.__name__])
    os.environ[parent.SETTINGS] = settings
    try:
        server.ensure_running()
    finally:
        del os.environ[parent.SETTINGS]
    warm = _WarmContext(server)
    state = _state_of(warm)
    if state["fault"]:
        _log.warning(say("warm.fault", default_language(), fault=state["fault"]))
    elif state["threads"]:
        step, names = state["threads"][0]
        _log.warning(say("warm.threads", default_language(), step=step, names=", ".join(names)))
    else:
        return warm
    _end(server)
    return None


def can_fork() -> bool:
    """Whether this operating system lets a process with these libraries be forked safely: Linux does."""
    return sys.platform == "linux"


def _state_of(warm: _WarmContext) -> dict[str, Any]:
    ours, theirs = warm.Pipe(duplex=False)
    try:
        first = warm.Process(target=parent.tell_state, args=(theirs,), daemon=True)
        first.start()
        theirs.close()
        state: dict[str, Any] = ours.recv()
        first.join()
    except (EOFError, OSError) as error:
        return {"fault": f"{type(error).__name__}: {error}", "threads": []}
    return state


def _end(server: Any) -> None:
    # As the fork server itself ends: without an owner. Not waited for, since its children may run on.
    descriptor, server._forkserver_alive_fd = server._forkserver_alive_fd, None
    if descriptor is not None:
        os.close(descriptor)
