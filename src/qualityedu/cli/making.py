"""The reports of a run: which they are, and what is said while they are made."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qualityedu.datasets import INSIDE, Dataset
from qualityedu.errors import RequestError
from qualityedu.text import say

if TYPE_CHECKING:
    import pandas as pd

    from qualityedu.report import Job, Made

__all__ = ["DEMO_YEARS", "jobs_for", "run"]

# The data sets of `qualityedu demo`, and the year of each.
DEMO_YEARS = {"demo": 2023, "world": 2022}


def jobs_for(dataset: Dataset, source: str, *, year: int, regions: Sequence[str], lang: str) -> list[Job]:
    """The reports to make for a data set: the regions, then the notebooks over all of them.

    Raises IntakeError for cells to mend, RequestError for an unknown region or year.
    """
    from qualityedu.intake import read_schools
    from qualityedu.report import Job, Request

    given = source if source in INSIDE else str(Path(source).resolve())
    click.echo(say("cli.reading", lang, name=dataset.table.name), err=True)
    schools = read_schools(dataset, year=year, lang=lang)
    chosen = _chosen(schools, regions)
    units = schools.groupby("region").size()
    jobs = [
        Job(
            Request("region_report", {"data": given, "region": region, "year": year, "lang": lang}),
            dataset,
            title=say("report.title_page", lang, region=name),
            name=name,
            units=int(units[region]),
            asked=bool(regions),
        )
        for region, name in chosen.items()
    ]
    if not regions:
        jobs += [
            Job(
                Request(notebook, {"data": given, "year": year, "lang": lang}),
                dataset,
                title=say(f"title.{notebook}", lang),
                name=say(f"title.{notebook}", lang),
                units=len(schools),
            )
            for notebook in ("between_regions", "quality_and_exam", "inputs_and_outcomes")
        ]
    return jobs


def _chosen(schools: pd.DataFrame, regions: Sequence[str]) -> dict[str, str]:
    column = "region_name" if "region_name" in schools.columns else "region"
    names = {str(code): str(name) for code, name in schools.groupby("region")[column].last().items()}
    if not regions:
        return names
    by_name = {name: code for code, name in names.items()}
    unknown = [region for region in regions if region not in names and region not in by_name]
    if unknown:
        known = ", ".join(f"{code} {name}" if code != name else code for code, name in list(names.items())[:12])
        raise RequestError("unknown_region", region=unknown[0], known=known)
    codes = dict.fromkeys(region if region in names else by_name[region] for region in regions)
    return {code: names[code] for code in codes}


class _Progress:
    """A bar on a terminal, a line for each report otherwise."""

    def __init__(self, total: int, lang: str) -> None:
        self._lang = lang
        self._console = Console(stderr=True)
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*bar, console=self._console, disable=not self._console.is_terminal)
        self._task = self._bar.add_task(say("cli.progress", lang), total=total)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def heard(self, made: Made) -> None:
        """Say what became of one report."""
        words = {"title": made.job.name, "folder": made.folder.name if made.folder else "", "reason": made.reason}
        self._bar.advance(self._task)
        if made.status != "made" or not self._console.is_terminal:
            click.echo(say(f"cli.{made.status}", self._lang, **words), err=True)


def run(jobs: list[Job], *, into: Path, workers: int | None, lang: str) -> int:
    """Make the reports into a folder and write its index page; 0 where all were made, 1 where one was not."""
    from qualityedu.report import make_all, write_index

    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError("no_place", path=into) from error
    into = into.resolve()
    start = time.perf_counter()
    with _Progress(len(jobs), lang) as progress:
        made = make_all(jobs, into=into, workers=workers, heard=progress.heard)
    index = write_index(made, into=into, lang=lang)
    failed = sum(each.status == "failed" for each in made)
    count = sum(each.status == "made" for each in made)
    seconds = f"{time.perf_counter() - start:.0f}"
    click.echo(say("cli.done", lang, made=count, failed=failed, seconds=seconds, index=index))
    return 1 if failed else 0
