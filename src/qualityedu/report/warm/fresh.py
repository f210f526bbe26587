"""What a fresh fork of the warm parent does first, before anything else runs in it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Mapping

__all__ = ["begin", "is_fresh", "mark_parent", "take"]

_PR_SET_PDEATHSIG = 1

# What the parent notes of itself, for its children to know that they are.
_parent: dict[str, object] = {}
_taken = [False]


def mark_parent() -> None:
    """Note that this process is the warm parent: its forks are fresh, until a notebook has run in them."""
    _parent.update(pid=os.getpid(), path=[each for each in sys.path if each])
    os.register_at_fork(after_in_child=_own_group)


def is_fresh() -> bool:
    """Whether this process is a fork of the warm parent in which no notebook has run."""
    return os.getppid() == _parent.get("pid") and not _taken[0]


def take() -> None:
    """Use this fork up: it runs one notebook and no other. The modules are found where a kernel finds them."""
    _taken[0] = True
    sys.path[:] = [str(each) for each in list(_parent["path"])]  # type: ignore[call-overload]
    if "" not in sys.path:
        # Where IPython puts it: after the standard library.
        packages = [place for place, each in enumerate(sys.path) if each.endswith(("site-packages", "dist-packages"))]
        sys.path.insert(packages[0] if packages else len(sys.path), "")


def begin(environment: Mapping[str, str], folder: str, owner: int) -> None:
    """Take over the environment and the folder of whoever asked for this process, and end when they do.

    `owner` is the read end of a pipe whose write end they hold. It is watched by the operating system: a signal that
    nothing can ignore comes to the whole process group when the pipe closes, whatever the process is busy with.
    """
    import fcntl

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    fcntl.fcntl(owner, fcntl.F_SETOWN, -os.getpid())
    fcntl.fcntl(owner, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(owner, fcntl.F_SETFL, fcntl.fcntl(owner, fcntl.F_GETFL) | os.O_ASYNC)


def _own_group() -> None:
    # Not in the processes that a notebook starts: they belong to its group and end with it.
    if os.getppid() == _parent.get("pid"):
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
