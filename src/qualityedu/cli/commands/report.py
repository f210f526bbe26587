"""A report for every region of a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from qualityedu.cli import making_options, options
from qualityedu.cli.making import jobs_for, run, show_plan
from qualityedu.datasets import open_dataset

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("data")
@options.year
@click.option("--region", "regions", multiple=True, help="区县代码或名称，可重复 / region code or name; repeatable.")
@making_options.notebook
@making_options.threshold
@making_options.rounded
@making_options.override
@options.lang
@options.into
@options.workers
@making_options.seconds
@making_options.memory
@making_options.formats
@making_options.dry_run
@making_options.force
@making_options.refresh
@making_options.resume
@making_options.cluster
@making_options.as_json
def command(
    data: str,
    year: int,
    regions: Sequence[str],
    notebook: str,
    threshold: str,
    rounded: bool,
    override: str,
    lang: str,
    into: Path,
    workers: int | None,
    seconds: float | None,
    memory: int | None,
    formats: tuple[str, ...],
    dry_run: bool,
    force: bool,
    refresh: bool,
    resume: bool,
    cluster: str,
    as_json: bool,
) -> None:
    """每个区域一份报告 / One report for every region of DATA, or for those named.

    已有且未变的报告不重做；中断后再次运行同一命令即可继续 / What is there and unchanged is kept; after an
    interruption the same command goes on.

    退出码 / Exit codes: 0 全部完成 / all made, 1 部分未完成 / some not, 2 无法开始 / nothing could start,
    3 各区域均有待修改之处 / every region has cells to mend, 130, 143 被中断 / interrupted.
    """
    making_options.not_both(force, resume)
    policy = making_options.policy_of(threshold, rounded, override)
    made_of = {"notebook": notebook, "into": into, "policy": policy}
    jobs = jobs_for(open_dataset(data), data, year=year, regions=regions, lang=lang, **made_of)
    if dry_run:
        sys.exit(show_plan(jobs, into=into, lang=lang, formats=formats, as_json=as_json, force=force, refresh=refresh))
    sys.exit(
        run(
            jobs,
            into=into,
            workers=workers,
            lang=lang,
            formats=formats,
            seconds=seconds,
            memory=memory,
            as_json=as_json,
            cluster=cluster,
            force=force,
            refresh=refresh,
        )
    )
