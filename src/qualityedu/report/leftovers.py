"""What runs that were killed left in a folder of reports."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from qualityedu.report.processes import is_running
from qualityedu.report.record import slug

__all__ = ["clear_leftovers"]


def clear_leftovers(into: Path) -> None:
    """Take away what runs that were killed left behind; a report that was being replaced is put back."""
    for scratch in into.glob(".batch-*"):
        if _is_dead(scratch.name.removeprefix(f".batch-{slug(socket.gethostname())}-")):
            shutil.rmtree(scratch, ignore_errors=True)
    for home in into.iterdir() if into.is_dir() else ():
        if not home.is_dir() or home.name.startswith("."):
            continue
        for left in list(home.glob(".*")):
            name, _, number = left.name[1:].rpartition(".")
            if number == "old":
                _put_back(left, home / name)
            elif _is_dead(number):
                shutil.rmtree(left, ignore_errors=True)


def _put_back(left: Path, home: Path) -> None:
    if home.exists():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.rename(home)


def _is_dead(number: str) -> bool:
    return number.isdecimal() and not is_running(int(number), None)
