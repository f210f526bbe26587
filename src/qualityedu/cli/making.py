"""The reports of a run: what is said before, while and after they are made."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qualityedu.datasets import Dataset
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.report import Job, Made, Task

__all__ = ["DEMO_YEARS", "jobs_for", "run", "show_plan"]

# The data sets of `qualityedu demo`, and the year of each.
DEMO_YEARS = {"demo": 2023, "world": 2022}


def jobs_for(
    dataset: Dataset,
    source: str,
    *,
    year: int,
    regions: Sequence[str],
    lang: str,
    **options: Any,
) -> list[Job]:
    """The reports to make of a data set; see `report.jobs_of`."""
    from qualityedu.report import jobs_of

    _say(say("cli.reading", lang, name=dataset.name), err=True)
    return jobs_of(dataset, source, year=year, regions=regions, lang=lang, **options)


def show_plan(jobs: list[Job], *, into: Path, lang: str, formats: Sequence[str], as_json: bool, **options: Any) -> int:
    """Print what a run would do and why, and do nothing."""
    from qualityedu.report.plan import plan

    tasks = plan(jobs, into=into.resolve(), formats=formats, **options)
    if as_json:
        _event("plan", reports=[_planned(task, lang) for task in tasks])
        return 0
    for task in tasks:
        _say(_planned_in_words(task, lang))
    _say(_summary(tasks, lang))
    return 0


def run(
    jobs: list[Job],
    *,
    into: Path,
    workers: int | None,
    lang: str,
    formats: Sequence[str] = (),
    seconds: float | None = None,
    memory: int | None = None,
    as_json: bool = False,
    cluster: str = "",
    **options: Any,
) -> int:
    """Make the reports into a folder and write its index page; the exit code of the run."""
    from qualityedu.render import FORMATS
    from qualityedu.report import make_batch, make_some
    from qualityedu.report.cluster import opened
    from qualityedu.report.execute import Limits

    into = into.absolute()
    place = opened(cluster, workers=workers) if cluster else nullcontext(make_some)
    with place as make, _Telling(len(jobs), lang, as_json=as_json) as telling:
        batch = make_batch(
            jobs,
            into=into,
            workers=workers,
            limits=Limits(seconds=seconds, memory=memory),
            formats=tuple(formats) or FORMATS,
            lang=lang,
            planned=telling.planned,
            heard=telling.heard,
            make=make,
            **options,
        )
    telling.ended(batch.made, batch.index, batch.exit_code)
    return batch.exit_code


class _Telling:
    """A bar on a terminal, a line for each report otherwise, JSON lines where asked for."""

    def __init__(self, total: int, lang: str, *, as_json: bool) -> None:
        self._lang, self._as_json, self._start = lang, as_json, time.perf_counter()
        self._console = Console(stderr=True)
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        quiet = as_json or not self._console.is_terminal
        self._bar = Progress(*bar, console=self._console, disable=quiet)
        self._task = self._bar.add_task(say("cli.progress", lang), total=total)
        self._total = total
        self._done = 0

    def __enter__(self) -> _Telling:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def planned(self, tasks: list[Task]) -> None:
        """Say what is to be done, and why what was there is done again."""
        if self._as_json:
            _event("plan", reports=[_planned(task, self._lang) for task in tasks])
            return
        for task in tasks:
            if task.notes or any(reason.key != "new" for reason in task.reasons):
                _say(_planned_in_words(task, self._lang), err=True)
        _say(_summary(tasks, self._lang), err=True)

    def heard(self, made: Made) -> None:
        """Say what became of one report."""
        self._done += 1
        with suppress(OSError):
            self._bar.advance(self._task)
        if self._as_json:
            _event("done", done=self._done, of=self._total, **_told(made, self._lang))
        elif made.status not in ("kept", "stopped") and (made.status != "made" or not self._console.is_terminal):
            _say(_made_in_words(made, self._lang), err=True)

    def ended(self, made: Sequence[Made], index: Path, code: int) -> None:
        """Say how the run ended."""
        counts = {name: sum(each.status == name for each in made) for name in sorted({each.status for each in made})}
        if self._as_json:
            _event("end", exit_code=code, counts=counts, index=str(index))
            return
        good = sum(counts.get(name, 0) for name in ("made", "rendered", "partial"))
        bad = sum(counts.get(name, 0) for name in ("failed", "stale", "mend"))
        seconds = f"{time.perf_counter() - self._start:.0f}"
        if kept := counts.get("kept", 0):
            _say(say("batch.kept", self._lang, count=kept))
        if code > 128:
            _say(say("batch.interrupted", self._lang, count=counts.get("stopped", 0)))
        _say(say("cli.done", self._lang, made=good, failed=bad, seconds=seconds, index=index))


def _made_in_words(made: Made, lang: str) -> str:
    folder = made.folder.name if made.folder else ""
    notes = "".join(f"\n  {each.sentence(lang)}" for each in made.notes if each.key == "in_use")
    if made.status in ("made", "failed", "too_few"):
        words = say(f"cli.{made.status}", lang, title=made.job.name, folder=folder, reason=made.reason)
    else:
        words = say(f"batch.said.{made.status}", lang, title=made.job.name, folder=folder, reason=made.reason)
    return words + notes


def _planned_in_words(task: Task, lang: str) -> str:
    words = say(f"batch.plan.{task.what}", lang, title=task.job.name)
    why = [each.sentence(lang) for each in (*task.reasons, *task.notes)]
    return "\n".join([words, *(f"  {each}" for each in why)])


def _summary(tasks: Sequence[Task], lang: str) -> str:
    counts = {name: sum(task.what == name for task in tasks) for name in ("execute", "render", "keep")}
    return say("batch.plan.summary", lang, other=len(tasks) - sum(counts.values()), **counts)


def _planned(task: Task, lang: str) -> dict[str, Any]:
    why = [each.sentence(lang) for each in task.reasons]
    notes = [each.sentence(lang) for each in task.notes]
    return {"name": task.job.name, "what": task.what, "folder": task.folder.name, "why": why, "notes": notes}


def _told(made: Made, lang: str) -> dict[str, Any]:
    return {
        "name": made.job.name,
        "status": made.status,
        "folder": made.folder.name if made.folder else None,
        "reason": made.reason,
        "notes": [each.sentence(lang) for each in made.notes],
        "seconds": round(made.seconds, 3),
        "tries": made.tries,
    }


def _event(kind: str, **values: Any) -> None:
    _say(json.dumps({"event": kind, **values}, ensure_ascii=False))


def _say(words: str, *, err: bool = False) -> None:
    # Whoever closed the pipe does not want the words; the reports are made all the same.
    with suppress(OSError, ValueError):
        click.echo(words, err=err)
