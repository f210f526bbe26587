"""Reports for every region of the two data sets inside."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.cli.making import DEMO_YEARS, jobs_for, run
from qualityedu.datasets import open_dataset
from qualityedu.text import default_language

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@options.into
@options.workers
def command(into: Path, workers: int | None) -> None:
    """用自带的两个数据集各出一套报告 / Reports for every region of the two data sets inside."""
    jobs = []
    for name, year in DEMO_YEARS.items():
        dataset = open_dataset(name)
        jobs += jobs_for(dataset, name, year=year, regions=(), lang=dataset.lang, into=into)
    sys.exit(run(jobs, into=into, workers=workers, lang=default_language()))
