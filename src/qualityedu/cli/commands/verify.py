"""Reports on a disk held against their records, and searched for what should not be in them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.text import LANGUAGES, say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="供程序读取 / for a program.")
@options.lang
def command(folders: tuple[Path, ...], as_json: bool, lang: str) -> None:
    """核对报告文件夹，不改动文件 / Check folders of reports; nothing is changed."""
    from qualityedu.report.verification import reports_in, verify

    count = sum(len(reports_in(folder)) for folder in folders)
    problems = verify(*folders)
    faults = [problem for problem in problems if problem.level != "note"]
    notes = [problem for problem in problems if problem.level == "note"]
    if as_json:
        listed = [
            {"key": each.key, "where": each.where, "level": each.level, **each.values}
            | {one: each.sentence(one) for one in LANGUAGES}
            for each in problems
        ]
        click.echo(json.dumps({"reports": count, "problems": listed}, ensure_ascii=False, indent=2, default=str))
        sys.exit(1 if faults else 0)
    click.echo(say("verify.found" if faults else "verify.clean", lang, count=count, problems=len(faults)))
    for problem in faults:
        click.echo(f"  {problem.sentence(lang)}")
    if notes:
        click.echo(say("verify.notes", lang, count=len(notes)))
    for problem in notes:
        click.echo(f"  {problem.sentence(lang)}")
    sys.exit(1 if faults else 0)
