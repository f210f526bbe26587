"""Notebooks run again, their stored numbers held against the new ones."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.text import say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("notebooks", nargs=-1)
@click.option("--report", type=click.Path(path_type=Path), help="复核报告 / the reviewer's report (.md, and .json).")
@click.option("--json", "as_json", is_flag=True, help="供程序读取 / for a program.")
@options.lang
def command(notebooks: tuple[str, ...], report: Path | None, as_json: bool, lang: str) -> None:
    """重新运行笔记本，逐个核对存档的数值 / Run notebooks again and compare the numbers they keep."""
    from qualityedu.report.reviewers_report import review_record, write_review
    from qualityedu.report.reviewing import notebooks_to_review, review

    reviewed = []
    for path in notebooks_to_review(notebooks):
        reviewed.append(review(path))
        if not as_json:
            click.echo("\n  ".join(reviewed[-1].sentences(lang)))
    if as_json:
        click.echo(json.dumps(review_record(reviewed), ensure_ascii=False, indent=2))
    if report:
        write_review(reviewed, report, lang=lang)
        click.echo(say("review.written", lang, path=report), err=True)
    sys.exit(0 if all(each.outcome == "same" for each in reviewed) else 1)
