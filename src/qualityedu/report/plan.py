"""What is to be done, and why: worked out from hashes alone, before anything is started."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from qualityedu.datasets import Dataset
from qualityedu.errors import RequestError
from qualityedu.release import SMALLEST
from qualityedu.report.contents import Basis
from qualityedu.report.hashes import Hashes
from qualityedu.report.record import RECORD, folder_name, identity, read_record, rendering, slug
from qualityedu.report.request import Request, check_request
from qualityedu.report.whole import Wholeness, wholeness
from qualityedu.text import say

__all__ = ["Job", "Reason", "Task", "plan", "refuse_twice"]

What = Literal["execute", "render", "keep", "too_few", "mend"]

_NAMED_BY_ID = re.compile(r"(.+)-[0-9a-f]{10}")
_ID = len("-0123456789")
_READERS = 4

# Where, in the folder of reports, it is kept what the tables and the files hold.
KEPT = ".kept"


@dataclass(frozen=True)
class Job:
    """One report to make: the request, the data set it is about, and what to call it.

    `units` is how many units it rests on; with fewer than three there is no report unless it was `asked` for by
    name. `basis` are the rows that decide it, read from the table where they are not given. `to_mend` says what keeps
    it from being made: cells to mend, in words.
    """

    request: Request
    dataset: Dataset
    title: str
    name: str
    units: int
    asked: bool = False
    basis: Basis | None = None
    to_mend: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a report is made again, or what is to be known of one that is not."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """The reason in words."""
        return say(f"batch.why.{self.key}", lang, **self.values)


@dataclass(frozen=True)
class Task:
    """What a job needs: `execute` the notebook, `render` anew from the executed one, or `keep` what is there.

    `too_few` and `mend` are not made. `folder` is where the report is or will be, `head` the beginning of its record,
    `formats` those to write, `headline` that of a report that is kept.
    """

    job: Job
    what: What
    folder: Path
    head: Mapping[str, Any] = field(default_factory=dict, repr=False)
    formats: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    headline: tuple[str, ...] = ()


def plan(
    jobs: Sequence[Job], *, into: Path, formats: Sequence[str], force: bool = False, refresh: bool = False
) -> list[Task]:
    """What each job needs, in the order of the jobs, without starting anything.

    A report is there when its record is and agrees with its files. It is executed again where something that decides
    it changed: code cells and tags of the notebook, parameters, the rows of its region, the description of the table,
    the package's code, a package's version or Python's. Rows of other regions only move what it is compared with:
    that is said, and with `refresh` it is executed again. Where only templates, converters or prose changed, or a
    format is missing, it is rendered anew. `force` executes everything.

    Raises RequestError for a request that cannot be made, for the same report asked for twice, and where a link would
    lead a report out of `into`.
    """
    for job in jobs:
        check_request(job.request)
    refuse_twice((_asked(job), job.name) for job in jobs)
    drafts = [_draft(job, into) for job in jobs]
    _stay_inside([draft.folder for draft in drafts], into)
    hashes, earlier = Hashes(into / KEPT / "hashes.json"), _earlier(into)
    # Reading is what takes long, and it waits for the disk.
    with ThreadPoolExecutor(_READERS) as readers:
        found = list(readers.map(lambda draft: _looked_at(draft, hashes), drafts))
    if into.is_dir():
        hashes.keep()
    chosen = _Chosen(tuple(formats), force, refresh)
    return [_task(draft, there, chosen, earlier) for draft, there in zip(drafts, found, strict=True)]


def refuse_twice(asked: Iterable[tuple[object, str]]) -> None:
    """Raise RequestError where two names lead to the same thing."""
    seen: dict[object, str] = {}
    for thing, name in asked:
        if thing in seen:
            raise RequestError("asked_twice", one=seen[thing], other=name)
        seen[thing] = name


def _stay_inside(folders: Iterable[Path], into: Path) -> None:
    """Raise RequestError where a link in the output folder leads out of it."""
    root = into.resolve()
    for place in dict.fromkeys(path for folder in folders for path in (folder.parent, folder)):
        if not place.resolve().is_relative_to(root):
            raise RequestError("leads_outside", name=place.name, path=into)


def _asked(job: Job) -> object:
    given = {name: value for name, value in job.request.parameters.items() if name != "data"}
    return (slug(job.dataset.id), job.request.name, tuple(sorted(given.items())))


@dataclass(frozen=True)
class _Chosen:
    formats: tuple[str, ...]
    force: bool
    refresh: bool


def _draft(job: Job, into: Path) -> Task:
    """The task as far as it can be told without looking whether the report is there."""
    home = into / slug(job.dataset.id)
    if job.to_mend or (job.units < SMALLEST and not job.asked):
        return Task(job, "mend" if job.to_mend else "too_few", home / folder_name(job.request, "none"))
    head = identity(job.request, job.dataset, job.basis)
    return Task(job, "execute", home / folder_name(job.request, head["id"]), head)


def _looked_at(draft: Task, hashes: Hashes) -> Wholeness | None:
    return wholeness(draft.folder, hashes) if draft.what == "execute" and draft.folder.is_dir() else None


def _task(
    draft: Task, there: Wholeness | None, chosen: _Chosen, earlier: Mapping[Path, Mapping[str, list[Path]]]
) -> Task:
    if draft.what != "execute":
        return draft
    again = replace(draft, formats=chosen.formats)
    if chosen.force:
        return replace(again, reasons=(Reason("forced"),))
    if there is None:
        before = _latest(earlier.get(draft.folder.parent, {}).get(draft.folder.name[:-_ID], []))
        return replace(again, reasons=tuple(_changes(before, draft.head) if before else [Reason("new")]))
    if there.record is None or there.wrong:
        return replace(again, reasons=(Reason("not_whole", {"files": ", ".join(there.wrong[:3])}),))
    return _when_whole(again, there.record, chosen.refresh)


def _when_whole(task: Task, record: Mapping[str, Any], refresh: bool) -> Task:
    then, now = record["data"], task.head["data"]
    moved = then.get("others") != now["others"]
    if moved and refresh:
        return replace(task, reasons=(Reason("others_refreshed"),))
    if record.get("failed_sections"):
        return replace(task, reasons=(Reason("sections"),))
    made = [name for name, said in record["formats"].items() if said == "made"]
    reasons = []
    if record["rendering"] != rendering(task.job.request, task.job.title):
        reasons.append(Reason("rendering"))
    if lacking := [name for name in task.formats if name not in made]:
        reasons.append(Reason("formats", {"formats": ", ".join(lacking)}))
    # What is not done over keeps the record of what it was compared with.
    kept = {**task.head, "data": {**now, "others": then.get("others"), "sha256": then["sha256"], "name": then["name"]}}
    return replace(
        task,
        what="render" if reasons else "keep",
        head=kept,
        formats=tuple(dict.fromkeys([*task.formats, *made])),
        reasons=tuple(reasons),
        notes=(Reason("others"),) if moved else (),
        headline=tuple(record.get("headline", ())),
    )


def _earlier(into: Path) -> dict[Path, dict[str, list[Path]]]:
    """The reports that are there, by data set and by what was asked for."""
    found: dict[Path, dict[str, list[Path]]] = {}
    for home in into.iterdir() if into.is_dir() else ():
        if home.is_dir() and not home.name.startswith("."):
            groups: dict[str, list[Path]] = {}
            for folder in home.iterdir():
                if (match := _NAMED_BY_ID.fullmatch(folder.name)) and not folder.name.startswith("."):
                    groups.setdefault(match[1], []).append(folder)
            found[home] = groups
    return found


def _latest(folders: list[Path]) -> dict[str, Any] | None:
    dated = [(record.stat().st_mtime_ns, folder) for folder in folders if (record := folder / RECORD).is_file()]
    records = (read_record(folder) for _, folder in sorted(dated, reverse=True))
    return next((record for record in records if record), None)


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Reason]:
    found = []
    then, here = before.get("data", {}), now["data"]
    if then.get("rows") != here["rows"]:
        found.append(_changed_rows(then.get("marks", []), here["marks"]))
    if before.get("request") != now["request"] or before.get("plan") != now.get("plan"):
        found.append(Reason("parameters"))
    if then.get("description") != here["description"]:
        found.append(Reason("description"))
    found += [Reason(name) for name in ("notebook", "code") if before.get(name) != now[name]]
    old, new = before.get("packages", {}), now["packages"]
    found += [
        Reason("package", {"name": name, "before": old.get(name, "—"), "after": new.get(name, "—")})
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
    if before.get("python") != now["python"]:
        found.append(Reason("package", {"name": "Python", "before": before.get("python"), "after": now["python"]}))
    return found or [Reason("new")]


def _changed_rows(before: Sequence[str], now: Sequence[str]) -> Reason:
    was, here = Counter(before), Counter(now)
    changed = max((here - was).total(), (was - here).total())
    of = "regions" if any(":" in mark for mark in now) else "years" if any("@" in mark for mark in now) else "rows"
    return Reason(of, {"changed": changed, "total": len(now)})
