"""The most memory that a process has held."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def most_held() -> float:
    """In MB, of this process alone: on Linux what `getrusage` says begins with that of the process it came from."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
