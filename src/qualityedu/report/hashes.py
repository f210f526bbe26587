"""Hashes of files, each worked out once for as long as the operating system swears that the file is the same."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from qualityedu.report.fingerprints import sha256

__all__ = ["Hashes"]

# A file that was changed so shortly before it was looked at might be changed again within the same tick of the clock.
_TICK = 2_000_000_000

Stamp = tuple[int, int, int, int, int]


class Hashes:
    """Hashes of files, remembered in a file of their own between runs.

    A file counts as the same while its device, number, size and both its times are. The time of its last change of
    status (ctime) cannot be set by anybody, so an altered file is noticed even where its date was put back; under
    Windows there is no such time and every file is read. Files that share one inode are read once.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept if os.name == "posix" else None
        self._known: dict[Stamp, str] = {}
        self._used: dict[Stamp, str] = {}
        if self._kept:
            with suppress(OSError, ValueError, TypeError):
                given = json.loads(self._kept.read_text(encoding="utf-8"))
                self._known = {tuple(stamp): said for stamp, said in given if len(stamp) == 5}

    def of(self, path: Path) -> str:
        """The SHA-256 of a file."""
        seen = path.stat()
        stamp = (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
        if os.name != "posix" or not seen.st_ino:
            return sha256(path)
        found = self._used.get(stamp) or self._known.get(stamp) or sha256(path)
        if stamp in self._known or time.time_ns() - max(stamp[3:]) > _TICK:
            self._used[stamp] = found
        return found

    def keep(self) -> None:
        """Remember what was asked for, for the next run."""
        if not self._kept or self._used.keys() <= self._known.keys():
            return
        aside = self._kept.with_suffix(".new")
        with suppress(OSError):  # it only saves time
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps([[list(stamp), said] for stamp, said in self._used.items()]), encoding="utf-8")
            aside.replace(self._kept)
