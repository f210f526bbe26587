"""Many requests → many folders, two or more at a time, and what became of each."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat

from qualityedu.datasets import Dataset
from qualityedu.errors import Refusal
from qualityedu.release import SMALLEST
from qualityedu.report.make import make_report
from qualityedu.report.request import Request, check_request

__all__ = ["Job", "Made", "make_all"]

Status = Literal["made", "failed", "too_few"]


@dataclass(frozen=True)
class Job:
    """One report to make: the request, the data set it is about, and what to call it.

    `units` is how many units it rests on; with fewer than `SMALLEST` there is no report unless it was `asked` for
    by name.
    """

    request: Request
    dataset: Dataset
    title: str
    name: str
    units: int
    asked: bool = False


@dataclass(frozen=True)
class Made:
    """What became of a job. `headline` is the first lines of the report, `reason` why there is none."""

    job: Job
    status: Status
    folder: Path | None = None
    headline: tuple[str, ...] = ()
    seconds: float = 0.0
    reason: str = ""


def make_all(
    jobs: Iterable[Job],
    *,
    into: Path,
    workers: int | None = None,
    heard: Callable[[Made], None] = lambda made: None,
) -> list[Made]:
    """Make every report into `into`, each in a process of its own, and return what became of them in order.

    `heard` is called with each as it is done. One that fails leaves the others untouched. All requests are
    checked first: raises RequestError before anything is made.
    """
    ordered = list(jobs)
    for job in ordered:
        check_request(job.request)
    count = min(workers or os.cpu_count() or 1, len(ordered))
    if not ordered:
        return []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=count, mp_context=context) as pool:
        waiting = {pool.submit(_make, job, into): position for position, job in enumerate(ordered)}
        done: dict[int, Made] = {}
        for future in as_completed(waiting):
            done[waiting[future]] = future.result()
            heard(done[waiting[future]])
    return [done[position] for position in range(len(ordered))]


def _make(job: Job, into: Path) -> Made:
    start = time.perf_counter()
    if job.units < SMALLEST and not job.asked:
        return Made(job, "too_few")
    try:
        folder = make_report(job.request, job.dataset, into=into, title=job.title)
    except Refusal as refusal:
        reason = refusal.sentence(job.request.lang)
        return Made(job, "failed", reason=reason, seconds=time.perf_counter() - start)
    except Exception as error:  # one report that fails must leave the others untouched
        return Made(job, "failed", reason=_last_line(error), seconds=time.perf_counter() - start)
    return Made(job, "made", folder, _headline(folder), time.perf_counter() - start)


def _headline(folder: Path) -> tuple[str, ...]:
    notebook = nbformat.read(folder / "report.ipynb", as_version=4)
    texts = [
        output.data["text/plain"]
        for cell in notebook.cells
        if "headline" in cell.metadata.get("tags", [])
        for output in cell.outputs
        if "data" in output
    ]
    return tuple("\n".join(texts).splitlines())


def _last_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
