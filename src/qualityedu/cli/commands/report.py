"""A report for every region of a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.cli.making import jobs_for, run
from qualityedu.datasets import open_dataset

__all__ = ["command"]


@click.command()
@click.argument("data")
@options.year
@click.option("--region", "regions", multiple=True, help="区县代码或名称，可重复 / region code or name; repeatable.")
@options.lang
@options.into
@options.workers
def command(data: str, year: int, regions: Sequence[str], lang: str, into: Path, workers: int | None) -> None:
    """每个区域一份报告 / One report for every region of DATA, or for those named."""
    jobs = jobs_for(open_dataset(data), data, year=year, regions=regions, lang=lang)
    sys.exit(run(jobs, into=into, workers=workers, lang=lang))
