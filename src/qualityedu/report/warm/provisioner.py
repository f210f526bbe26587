"""A real kernel, forked from the warm parent: for whatever takes the name of a kernel (nbval, nbmake, JupyterLab)."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

__all__ = ["NAME", "WarmProvisioner"]

NAME = "qualityedu-warm"

# A parent that serves no kernel for so long is ended (s); the next kernel starts another.
_IDLE = 600.0

_serving: set[int] = set()
_idle: list[threading.Timer] = []


class _Forked:
    """A fork, with the face of `subprocess.Popen` that jupyter_client looks at."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self._process = process
        self.pid: int = process.pid

    def poll(self) -> int | None:
        code: int | None = self._process.exitcode
        return code

    def wait(self) -> int | None:
        self._process.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        from qualityedu.report.warm import kill_group

        kill_group(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Starts an ordinary ipykernel in a fork of the warm parent of this process, or as a process where that cannot be.

    The parent is started with the first kernel, serves all kernels of this process, and ends with it or after ten
    minutes without a kernel.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel and return how to talk to it."""
        from qualityedu.report.warm import context

        warm = context()
        if warm.get_start_method() == "spawn":
            return await super().launch_kernel(cmd, **kwargs)
        _stay()
        folder = str(kwargs.get("cwd") or Path.cwd())
        environment = dict(kwargs.get("env") or os.environ)
        process: Any = warm.Process(target=_serve, args=(cmd, environment, folder), daemon=True)  # type: ignore[attr-defined]
        process.start()
        self.process = _Forked(process)  # type: ignore[assignment]
        self.pid = self.pgid = process.pid
        self.cwd = folder
        _serving.add(process.pid)
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Let the parent end some time after its last kernel."""
        await super().cleanup(restart)
        if self.pid in _serving:
            _serving.discard(self.pid)
            if not _serving:
                _leave()


def _stay() -> None:
    while _idle:
        _idle.pop().cancel()


def _leave() -> None:
    from qualityedu.report.warm import stop

    timer = threading.Timer(_IDLE, stop)
    timer.daemon = True
    _idle.append(timer)
    timer.start()


def _serve(command: list[str], environment: dict[str, str], folder: str) -> None:
    from ipykernel.kernelapp import IPKernelApp
    from IPython.core.interactiveshell import InteractiveShell

    from qualityedu.report.warm import fresh

    os.environ.clear()
    os.environ.update(environment)
    # It would look for another parent than this process has; that it ends with its owner is seen to.
    os.environ.pop("JPY_PARENT_PID", None)
    os.chdir(folder)
    fresh.take()
    import sys

    sys.argv = ["ipykernel_launcher", *command[command.index("ipykernel_launcher") + 1 :]]
    shell: Any = InteractiveShell.instance()
    sys.modules["__main__"] = shell.user_module
    app: Any = IPKernelApp.instance()
    app.quiet = True
    app.initialize(sys.argv[1:])
    shell.kernel = app.kernel
    shell.init_environment()
    _fresh_randomness()
    app.start()


def _fresh_randomness() -> None:
    import random

    import numpy

    random.seed()
    numpy.random.seed()
