"""The shell of a fork, as seen from the process that asked for it; and what runs in that fork."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable
from json import dumps, loads  # by name: a notebook may put something else in their place
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from jupyter_client.jsonutil import json_default
from nbclient.exceptions import DeadKernelError

from qualityedu.report.warm.capture import Message
from qualityedu.report.warm.forking import Usage, kill_group

__all__ = ["GRACE", "RemoteShell"]

# After a cell has been interrupted, it has so long to come to an end.
GRACE = 5.0


class RemoteShell:
    """One fork, which runs the cells of one notebook; for use in a `with` statement, at whose end it is gone.

    `seed` starts its generators of random numbers, `memory` limits its address space (bytes).
    """

    ended = False

    def __init__(self, context: BaseContext, *, seed: int, memory: int | None = None) -> None:
        self._ours, theirs = context.Pipe()
        self._process: Any = context.Process(target=serve, args=(theirs, seed, memory), daemon=True)  # type: ignore[attr-defined]
        self._process.start()
        theirs.close()

    def __enter__(self) -> RemoteShell:
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.close()
        kill_group(self._process.pid, signal.SIGKILL)
        self._process.join()

    @property
    def usage(self) -> Usage | None:
        """CPU seconds and peak memory of the fork, after its end."""
        used: Usage | None = self._process.usage
        return used

    def run(self, source: str, heard: Callable[[Message], None], seconds: float | None = None) -> Any:
        """Run a cell in the fork. Where it does not heed its time-out, the fork and all it started are killed."""
        from qualityedu.report.warm.shell import Reply

        deadline = time.monotonic() + seconds + GRACE if seconds is not None else None
        try:
            self._send({"source": source, "seconds": seconds})
            while True:
                left = None if deadline is None else max(deadline - time.monotonic(), 0)
                if not self._ours.poll(left):
                    self.ended = True
                    kill_group(self._process.pid, signal.SIGKILL)
                    return Reply(late=True)
                message = loads(self._ours.recv_bytes())
                if "reply" in message:
                    self.ended = message["ended"]
                    return Reply(message["reply"], message["late"])
                heard(message)
        except (EOFError, ConnectionError) as error:
            self.ended = True
            self._process.join()
            raise DeadKernelError(_cause(self._process.exitcode)) from error

    def _send(self, message: Any) -> None:
        self._ours.send_bytes(dumps(message).encode())


def serve(connection: Connection, seed: int, memory: int | None) -> None:
    """In the fork: run what comes over the connection until it closes."""
    from qualityedu.report.warm import fresh
    from qualityedu.report.warm.limits import limited_memory
    from qualityedu.report.warm.shell import Shell

    fresh.take()
    shell = Shell(seed=seed)

    def tell(message: Any) -> None:
        connection.send_bytes(dumps(message, default=json_default).encode())

    with contextlib.suppress(EOFError, ConnectionError), limited_memory(memory):
        while True:
            wanted = loads(connection.recv_bytes())
            reply = shell.run(wanted["source"], tell, wanted["seconds"])
            tell({"reply": reply.content, "late": reply.late, "ended": shell.ended})


def _cause(code: int | None) -> str:
    if code is None or code >= 0:
        return f"Kernel died: it ended with exit code {code}"
    name = signal.Signals(-code).name
    more = ", often because memory ran out" if -code == signal.SIGKILL else ""
    return f"Kernel died: signal {-code} ({name}{more})"
