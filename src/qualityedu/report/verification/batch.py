"""A batch of reports: two of one request, work that was left lying, an index that links to nothing."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from qualityedu.errors import Problem

__all__ = ["of_batch"]


def of_batch(folder: Path, reports: Sequence[Path]) -> Iterator[Problem]:
    """What is wrong with a batch as a whole.

    An older report that a newer one replaced stays until it is cleaned away and is no longer in the index: that is
    worth knowing and no fault. Two that are both in the index are one.
    """
    index = folder / "index.html"
    links = _links_of(index) if index.is_file() else []
    listed = [report for report in reports if not links or report.relative_to(folder).parts in _folders_of(links)]
    yield from _twice(folder, listed)
    yield from _left_over(folder)
    yield from _of_index(folder, links) if index.is_file() else [Problem("verify_no_index", "index.html")]
    for report in reports:
        if report not in listed:
            yield Problem("verify_not_in_index", report.relative_to(folder).as_posix(), level="note")


def _links_of(index: Path) -> list[str]:
    page = index.read_text(encoding="utf-8", errors="replace")
    links = [unquote(each) for each in re.findall(r'<a\b[^>]*\bhref="([^"#]+)"', page) if not urlsplit(each).scheme]
    return list(dict.fromkeys(links))


def _folders_of(links: Sequence[str]) -> set[tuple[str, ...]]:
    """The folders that links lead into: a report's own, or the one above its `share`."""
    return {part for link in links for part in (Path(link).parts[:-2], Path(link).parts[:-1])}


def _of_index(folder: Path, links: Sequence[str]) -> Iterator[Problem]:
    for link in links:
        if not (folder / link).is_file():
            yield Problem("verify_index_link", "index.html", {"link": link})


def _twice(folder: Path, reports: Sequence[Path]) -> Iterator[Problem]:
    asked: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        if (request := _request(report)) is not None:
            asked[request].append(report.relative_to(folder).as_posix())
    for names in asked.values():
        for name in names[1:]:
            yield Problem("verify_twice", name, {"other": names[0]})


def _request(report: Path) -> str | None:
    try:
        record = json.loads((report / "record.json").read_text(encoding="utf-8"))
        return json.dumps([report.parent.name, record["request"]], sort_keys=True)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # said already: the record cannot be read


def _left_over(folder: Path) -> Iterator[Problem]:
    for path in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        where = path.relative_to(folder).as_posix()
        if not path.is_dir() or "/." in f"/{where.rpartition('/')[0]}":
            continue
        if path.name.endswith(".failed"):
            yield Problem("verify_failed", where, level="note")
        elif re.fullmatch(r"\..+-[0-9a-f]{10}\..+", path.name):
            yield Problem("verify_left_over", where)
        elif (path / "share").is_dir() and not (path / "record.json").exists():
            yield Problem("verify_no_record", where)
