"""The shell of a real kernel without its sockets: cells in, messages out, in this very process."""

from __future__ import annotations

import asyncio
import builtins
import contextvars
import getpass
import random
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from json import dumps, loads  # by name: a notebook may put something else in their place
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any, cast

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from traitlets.config import Config

from qualityedu.report.warm.capture import Message, Written, message_of

__all__ = ["Reply", "Shell", "create_shell"]


@dataclass(frozen=True)
class Reply:
    """How a cell ended: the content of a kernel's reply, and whether it ran out of time."""

    content: dict[str, Any] = field(default_factory=dict)
    late: bool = False


class _Sink(Session):
    """What a shell believes to be its sockets."""

    written: Written | None = None

    def msg(self, msg_type: str, content: Any = None, *_: Any, **__: Any) -> Message:
        return message_of(msg_type, content or {})

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> Message:
        message = msg_or_type if isinstance(msg_or_type, dict) else message_of(msg_or_type, content or {})
        if metadata := message["content"].get("metadata"):  # the wire would leave nothing but JSON of it
            message["content"]["metadata"] = loads(dumps(metadata, default=json_default))
        if self.written is not None:
            self.written.message(message)
        return message


def create_shell() -> Any:
    """The one shell of this process, made before pandas and pyplot are imported: both ask then whether there is one.

    It has no history file (that would bring a thread) and reads nobody's start-up files.
    """
    shell: Any = ZMQInteractiveShell.instance(
        config=Config({"HistoryManager": {"enabled": False}}),
        compiler_class=XCachingCompiler,
        kernel=SimpleNamespace(eventloop=None),
    )
    shell.displayhook.session = shell.display_pub.session = _Sink()
    shell.displayhook.topic = b"execute_result"
    return shell


class Shell:
    """Runs the cells of one notebook in this process. `seed` starts the generators of `random` and numpy."""

    def __init__(self, *, seed: int) -> None:
        self._shell = cast(Any, ZMQInteractiveShell.instance())
        self._written = Written()
        self._shell.displayhook.session.written = self._written
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        # One for all cells: what a cell sets for its context (numpy's print options) holds in the next.
        self._context = contextvars.copy_context()
        self._task: asyncio.Future[Any] | None = None
        self._late = False
        self._kept = builtins.input, getpass.getpass, sys.argv, sys.modules["__main__"], random.getstate()
        builtins.input, getpass.getpass = _no_input, _no_input
        sys.argv = [str(Path(sys.modules["ipykernel"].__file__ or "").parents[1] / "ipykernel_launcher.py")]
        sys.modules["__main__"] = self._shell.user_module
        self._shell.init_environment()
        random.seed(seed)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed(seed % 2**32)
        with warnings.catch_warnings():
            pass  # forgets which warnings were shown already

    @property
    def ended(self) -> bool:
        """Whether a cell asked the kernel to end."""
        return bool(self._shell.exit_now)

    def run(self, source: str, heard: Callable[[Message], None], seconds: float | None = None) -> Reply:
        """Run a cell, passing on its messages, and interrupt it after `seconds`."""
        self._written.heard = heard
        self._late = False
        count = self._shell.execution_count
        heard(message_of("execute_input", {"code": source, "execution_count": count}))
        try:
            with self._interruptible(seconds):
                cell = self._loop.create_task(self._run(source), context=self._context)
                content = self._loop.run_until_complete(cell)
        except KeyboardInterrupt as interrupt:  # between two steps of the cell, where no shell catches it
            self._shell.showtraceback((type(interrupt), interrupt, interrupt.__traceback__))
            content = self._error(interrupt)
        self._written.flush()
        self._shell.payload_manager.clear_payload()
        return Reply({"execution_count": count, **content}, self._late)

    def close(self) -> None:
        """Give back what the process had before: for whoever goes on in it, not for another notebook."""
        self._written.close()
        self._shell.displayhook.session.written = None
        self._loop.close()
        builtins.input, getpass.getpass, sys.argv, sys.modules["__main__"], state = self._kept
        random.setstate(state)

    async def _run(self, source: str) -> dict[str, Any]:
        # As ipykernel does it: a cell with `await` runs in the loop, any other while the loop runs.
        shell, refused = self._shell, None
        try:
            transformed = shell.transform_cell(source)
        except Exception:  # the shell itself words a fault of syntax
            transformed, refused = source, sys.exc_info()
        given = {"transformed_cell": transformed, "preprocessing_exc_tuple": refused}
        if shell.should_run_async(source, **given):
            result = None
            self._task = asyncio.ensure_future(shell.run_cell_async(source, store_history=True, silent=False, **given))
            try:
                result = await self._task
            finally:
                self._task = None
                shell.events.trigger("post_execute")
                shell.events.trigger("post_run_cell", result)
        else:
            result = shell.run_cell(source, store_history=True, silent=False)
        error = result.error_before_exec if result.error_before_exec is not None else result.error_in_exec
        if result.success and not getattr(shell, "_last_traceback_during_displayhook", False):
            return {"status": "ok"}
        return self._error(error)

    def _error(self, error: BaseException | None) -> dict[str, Any]:
        traceback = getattr(self._shell, "_last_traceback", None) or []
        return {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": traceback}

    @contextmanager
    def _interruptible(self, seconds: float | None) -> Any:
        kept = {number: signal.signal(number, self._interrupt) for number in (signal.SIGINT, signal.SIGALRM)}
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001) if seconds is not None else 0)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _interrupt(self, number: int, _: FrameType | None) -> None:
        self._late = self._late or number == signal.SIGALRM
        if self._task is None:
            raise KeyboardInterrupt
        self._loop.call_soon_threadsafe(self._task.cancel)


def _no_input(*_: object, **__: object) -> str:
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")
