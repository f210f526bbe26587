"""The cells of a table that are to be mended."""

from __future__ import annotations

import sys

import click

from qualityedu.cli import options
from qualityedu.text import say

__all__ = ["command"]


@click.command()
@click.argument("data")
@options.lang
def command(data: str, lang: str) -> None:
    """列出表中要修改的地方，不改动文件 / List the cells to mend; the file is not changed."""
    from qualityedu.intake import check

    intake = check(data, lang=lang)
    mend = [problem for problem in intake.problems if problem.level != "note"]
    notes = [problem for problem in intake.problems if problem.level == "note"]
    used, out = intake.rows_used, sum(intake.left_out.values())
    click.echo(say("cli.rows", lang, read=intake.rows_read, used=used, out=out))
    for phrase in intake.left_out_in_words(lang):
        click.echo(f"  {phrase}")
    if notes:
        click.echo(say("cli.notes", lang, count=len(notes)))
    for problem in notes:
        click.echo(f"  {problem.sentence(lang)}")
    if mend:
        click.echo(say("refusal.intake", lang, count=len(mend)), err=True)
        for problem in mend:
            click.echo(problem.sentence(lang), err=True)
        sys.exit(3)
    years = sorted(intake.table["year"].unique())
    click.echo(say("cli.years", lang, years=", ".join(map(str, years))))
    click.echo(say("cli.clean", lang, name=data, year=years[-1]))
