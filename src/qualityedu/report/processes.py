"""Processes as the operating system sees them: is it still the same one, what does it hold, and its end.

Linux is read from /proc; elsewhere `ps` or the Windows interface is asked, and what cannot be known is None.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

__all__ = ["children_of", "end_group", "is_running", "memory_of", "start_of"]

_PROC = Path("/proc")


def start_of(pid: int) -> str | None:
    """When a process began, as a text that no later process with the same number shares; None where there is none."""
    if _PROC.joinpath("self", "stat").exists():
        fields = _stat(pid)
        if fields is None or fields[0] == "Z":
            return None
        with contextlib.suppress(OSError):
            return f"{_PROC.joinpath('sys/kernel/random/boot_id').read_text().strip()}:{fields[19]}"
        return fields[19]
    return _start_on_windows(pid) if os.name == "nt" else _start_by_ps(pid)


def is_running(pid: int, start: str | None) -> bool:
    """Whether the process with this number is the one that began then: numbers are given out again."""
    now = start_of(pid)
    return now is not None and (start is None or now == start)


def children_of(pid: int) -> list[int]:
    """The processes that a process started, and those that these started; only where /proc is to be had."""
    parents: dict[int, list[int]] = {}
    for place in _PROC.glob("[0-9]*"):
        if fields := _stat(int(place.name)):
            parents.setdefault(int(fields[1]), []).append(int(place.name))
    found, waiting = [], [pid]
    while waiting:
        own = parents.get(waiting.pop(), [])
        found += own
        waiting += own
    return found


def memory_of(pid: int) -> int | None:
    """The resident memory of a process and of all it started, in bytes; None where it cannot be read."""
    sizes = [_resident(each) for each in (pid, *children_of(pid))]
    known = [size for size in sizes if size is not None]
    return sum(known) if known else None


def end_group(pid: int) -> None:
    """End a process that leads a group of its own, with all it started, at once and for good."""
    if os.name != "posix":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
        return
    # A kernel leads a group of its own; its number is to be read before its parent is gone.
    for each in (pid, *children_of(pid)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(each) == each:
                os.killpg(each, signal.SIGKILL)
            else:
                os.kill(each, signal.SIGKILL)


def _stat(pid: int) -> list[str] | None:
    # The name in brackets may hold blanks and brackets itself.
    try:
        return _PROC.joinpath(str(pid), "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _resident(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") if fields else None


def _start_by_ps(pid: int) -> str | None:
    done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def _start_on_windows(pid: int) -> str | None:
    import ctypes
    from ctypes import wintypes

    windows: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 (elsewhere there is no such name)
    # PROCESS_QUERY_LIMITED_INFORMATION
    handle = windows.OpenProcess(0x1000, False, pid)
    if not handle:
        return None
    times = [wintypes.FILETIME() for _ in range(4)]
    code = wintypes.DWORD()
    try:
        windows.GetExitCodeProcess(handle, ctypes.byref(code))
        known = windows.GetProcessTimes(handle, *(ctypes.byref(each) for each in times))
    finally:
        windows.CloseHandle(handle)
    # STILL_ACTIVE
    if not known or code.value != 259:
        return None
    return f"{times[0].dwHighDateTime}:{times[0].dwLowDateTime}"
