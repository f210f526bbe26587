"""A report's files held against its record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from qualityedu.datasets import open_dataset
from qualityedu.datasets.pack import PACK
from qualityedu.errors import Problem, QualityEduError
from qualityedu.report.contents import hash_of_table
from qualityedu.report.hashes import Hashes
from qualityedu.report.record import seal_of

__all__ = ["of_listed", "record_of"]

_NEEDED = ("request", "data", "outputs", "id", "seal")


def record_of(report: Path, named: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The record of a report, and what is wrong with it where it cannot be used."""
    where = f"{named}/record.json"
    try:
        record = json.loads((report / "record.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        return None, [Problem("verify_record_unreadable", where)]
    lacking = [key for key in _NEEDED if key not in record] if isinstance(record, dict) else list(_NEEDED)
    if lacking:
        return None, [Problem("verify_record_lacks", where, {"keys": ", ".join(lacking)})]
    return record, []


def of_listed(report: Path, named: str, record: dict[str, Any], hashes: Hashes) -> Iterator[Problem]:
    """Files that changed, are missing, are not listed or hold nothing; a table or a folder that is not the record's."""
    listed: dict[str, str] = record["outputs"]
    there = {path.relative_to(report).as_posix() for path in report.rglob("*") if not path.is_dir()} - {"record.json"}
    for name in sorted(there | set(listed)):
        where = f"{named}/{name}"
        if name not in there:
            yield Problem("verify_missing", where)
        elif (report / name).is_symlink():
            yield Problem("verify_link", where)
        elif not (report / name).stat().st_size:
            yield Problem("verify_empty", where)
        elif name not in listed:
            yield Problem("verify_foreign", where)
        elif hashes.of(report / name) != listed[name]:
            yield Problem("verify_changed", where)
    yield from _of_table(report, named, record, hashes)
    if record["seal"] != seal_of(record):
        yield Problem("verify_record_edited", f"{named}/record.json")
    ended = re.search(r"-([0-9a-f]{10})$", report.name)
    if ended is None or ended[1] != record["id"]:
        yield Problem("verify_other_id", f"{named}/record.json", {"seen": record["id"], "folder": report.name})


def _of_table(report: Path, named: str, record: dict[str, Any], hashes: Hashes) -> Iterator[Problem]:
    table = report / "data" / str(record["data"].get("name", ""))
    if table.is_file() and _content_of(table, hashes) != record["data"].get("sha256"):
        yield Problem("verify_other_table", f"{named}/data/{table.name}")


def _content_of(table: Path, hashes: Hashes) -> str:
    """The hash that stands on record for a table: of a pack, what its parts say together."""
    if table.name != PACK:
        return hashes.of(table)
    with suppress(QualityEduError):
        return hash_of_table(open_dataset(table))
    return ""
