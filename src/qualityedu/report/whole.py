"""Is a report there, and as its record says? Whatever is not whole was not made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualityedu.report.hashes import Hashes
from qualityedu.report.record import files_of, read_record, seal_of

__all__ = ["Wholeness", "wholeness"]


@dataclass(frozen=True)
class Wholeness:
    """What a folder's record says, and the files that do not agree with it; no `record` where none can be read."""

    record: Mapping[str, Any] | None
    wrong: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the report was made and is as it was made."""
        return self.record is not None and not self.wrong


_KEYS = (
    "request",
    "data",
    "notebook",
    "code",
    "rendering",
    "packages",
    "python",
    "id",
    "outputs",
    "numbers",
    "formats",
    "seal",
)


def wholeness(folder: Path, hashes: Hashes | None = None) -> Wholeness:
    """Hold every file of a report's folder against its record: missing, altered, and not listed."""
    record = read_record(folder)
    if record is None or any(name not in record for name in _KEYS) or not isinstance(record["outputs"], dict):
        return Wholeness(None, ("record.json",) if folder.is_dir() else ())
    known = hashes or Hashes()
    there = files_of(folder)
    listed: dict[str, str] = record["outputs"]
    wrong = [name for name in there if name not in listed]
    wrong += [
        name for name, expected in listed.items() if name not in there or not _agrees(there[name], expected, known)
    ]
    sealed = record["seal"] == seal_of(record) and record["numbers"] == listed.get("numbers.txt")
    if not sealed or not folder.name.endswith(str(record["id"])):
        wrong.append("record.json")
    return Wholeness(record, tuple(sorted(wrong)))


def _agrees(path: Path, expected: str, known: Hashes) -> bool:
    if path.is_symlink() or not os.access(path, os.R_OK):
        return False
    try:
        return known.of(path) == expected
    except OSError:
        return False
