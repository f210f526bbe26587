"""A batch described for others: a Research Object Crate 1.2, in which inputs are hashes and reports are files.

Written as plain JSON, for it is a list of things with names; the tests read it back with the crate's own library.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from qualityedu.standards import school_year_end
from qualityedu.text import say

__all__ = ["Entry", "crate", "folder_id"]

_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_KINDS = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Entry:
    """One report of a batch: its folder as seen from the batch's, its name, its record, the licence of its data."""

    folder: PurePosixPath
    name: str
    record: dict[str, Any]
    licence: str = ""

    @property
    def sent(self) -> list[str]:
        """What of it may be sent, by path within the folder."""
        return sorted(name for name in self.record["outputs"] if name.startswith("share/"))


def crate(entries: Sequence[Entry], *, files: Iterable[Path] = (), lang: str) -> dict[str, Any]:
    """The metadata of a batch: who made what from which inputs, with which program. The same batch, the same text.

    Its date is that of SOURCE_DATE_EPOCH where that is set, else the end of the latest school year reported on; a
    clock would make two runs differ. `files` are those beside the reports (index, numbers).
    """
    inputs = {each.record["data"]["sha256"]: each.record["data"] for each in entries}
    beside = sorted(path.name for path in files)
    parts = [*(folder_id(each) for each in entries), *map(quote, beside)]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": say("crate.name", lang),
        "description": say("crate.description", lang, count=len(entries)),
        "datePublished": _day(entries),
        "license": _licences(entries) or say("crate.licence", lang),
        "hasPart": [{"@id": each} for each in parts],
        "mentions": {"@id": "#made"},
    }
    made = {
        "@id": "#made",
        "@type": "CreateAction",
        "name": say("crate.action", lang),
        "instrument": {"@id": "#qualityedu"},
        "object": [{"@id": f"#sha256-{each}"} for each in sorted(inputs)],
        "result": [{"@id": folder_id(each)} for each in entries],
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }
    program = {
        "@id": "#qualityedu",
        "@type": "SoftwareApplication",
        "name": "qualityedu",
        "version": version("qualityedu"),
    }
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": _SPECIFICATION},
        "about": {"@id": "./"},
    }
    graph = [descriptor, root, made, program, *(_input(inputs[each]) for each in sorted(inputs))]
    graph += [{"@id": quote(name), "@type": "File", "name": name} for name in beside]
    graph += [thing for each in entries for thing in _report(each, lang)]
    return {"@context": f"{_SPECIFICATION}/context", "@graph": graph}


def folder_id(entry: Entry) -> str:
    """What a report's folder is called in a crate."""
    return quote(entry.folder.as_posix()) + "/"


def _report(entry: Entry, lang: str) -> list[dict[str, Any]]:
    """A report's folder and the files in it that may be sent."""
    files = [quote((entry.folder / name).as_posix()) for name in entry.sent]
    folder = {
        "@id": folder_id(entry),
        "@type": "Dataset",
        "name": entry.name,
        "identifier": entry.record["id"],
        "inLanguage": str(entry.record["request"]["parameters"].get("lang", lang)),
        "hasPart": [{"@id": each} for each in files],
    }
    return [folder, *(_file(entry, name, place) for name, place in zip(entry.sent, files, strict=True))]


def _file(entry: Entry, name: str, place: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": place,
        "@type": "File",
        "name": f"{entry.name}, {PurePosixPath(name).name}",
        "identifier": f"sha256:{entry.record['outputs'][name]}",
    }
    kind = _KINDS.get(PurePosixPath(name).suffix)
    return {**found, "encodingFormat": kind} if kind else found


def _input(data: dict[str, Any]) -> dict[str, Any]:
    """A table that was read: its name and its hash, for it is not part of what is given away."""
    return {
        "@id": f"#sha256-{data['sha256']}",
        "@type": "CreativeWork",
        "name": str(data["name"]),
        "identifier": f"sha256:{data['sha256']}",
    }


def _licences(entries: Sequence[Entry]) -> str:
    return "; ".join(dict.fromkeys(each.licence for each in entries if each.licence))


def _day(entries: Sequence[Entry]) -> str:
    if (epoch := os.environ.get("SOURCE_DATE_EPOCH", "")).isdigit():
        return datetime.fromtimestamp(int(epoch), tz=UTC).date().isoformat()
    years = [int(each.record["request"]["parameters"].get("year", 0)) for each in entries]
    return school_year_end(max(years, default=0)).isoformat()
