"""The most memory that a process has held, and how long processors have worked for it."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import psutil


def most_held() -> float:
    """In MB, of this process and those that it started and that still run, such as Spark's; at the worst at once.

    On Linux what `getrusage` says begins with that of the process it came from, and is not taken.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (2**20 if sys.platform == "darwin" else 2**10)
    started = [Path(f"/proc/{each.pid}/status") for each in psutil.Process().children(recursive=True)]
    return sum(_peak_of(each) for each in [status, *started]) / 2**10


def work() -> float:
    """Seconds of all cores so far, of the same processes; they hardly depend on what else a machine does."""
    every = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(each.cpu_times().user + each.cpu_times().system for each in every)


def _peak_of(status: Path) -> int:
    lines = status.read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
