"""Reports that newer ones have replaced, and what failed: taken away when they are old, and never the last good one."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

from qualityedu.errors import RequestError
from qualityedu.report.lock import locked
from qualityedu.report.record import RECORD
from qualityedu.report.whole import wholeness

__all__ = ["clean"]

_DAY = 24 * 60 * 60
_REPORT = re.compile(r"(.+)-[0-9a-f]{10}(\.failed|\.new)?")


def clean(into: Path, *, days: float, now: float | None = None) -> list[Path]:
    """Take away reports that are older than so many days and were replaced, and say which.

    Of the reports on one region, year and language the last that is whole stays, however old it is. Failed ones
    and those that were left beside one that was open elsewhere go by their age. Only folders that are named as reports
    are touched. Raises RequestError where the folder is not there or another run holds it.
    """
    if not into.is_dir():
        raise RequestError("no_folder", path=into)
    before = (time.time() if now is None else now) - days * _DAY
    with locked(into):
        gone = [folder for home in sorted(into.iterdir()) if _is_home(home) for folder in _old(home, before)]
        for folder in gone:
            shutil.rmtree(folder)
    return gone


def _is_home(home: Path) -> bool:
    return home.is_dir() and not home.is_symlink() and not home.name.startswith(".")


def _old(home: Path, before: float) -> list[Path]:
    groups: dict[str, list[Path]] = {}
    gone = []
    for folder in sorted(home.iterdir()):
        match = _REPORT.fullmatch(folder.name)
        if not match or not folder.is_dir() or folder.is_symlink():
            continue
        if match[2]:
            gone.append(folder)
        elif (folder / RECORD).is_file():
            groups.setdefault(match[1], []).append(folder)
    for folders in groups.values():
        latest = sorted(folders, key=_age, reverse=True)
        last_good = next((folder for folder in latest if wholeness(folder).is_whole), latest[0])
        gone += [folder for folder in folders if folder != last_good]
    return [folder for folder in gone if _age(folder) < before]


def _age(folder: Path) -> float:
    record = folder / RECORD
    return (record if record.is_file() else folder).stat().st_mtime
