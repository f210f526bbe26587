"""Old reports that newer ones have replaced."""

from __future__ import annotations

from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.text import default_language, say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@options.into
@click.option(
    "--older-than",
    "days",
    metavar="DAYS",
    required=True,
    callback=options.whole,
    help="早于多少天的 / those older than so many days.",
)
@options.lang
def command(into: Path, days: int, lang: str) -> None:
    """清除早已被取代或未成的报告 / Take away old reports that were replaced or failed; the last good one stays."""
    from qualityedu.report.clean import clean

    gone = clean(into, days=days)
    for folder in gone:
        click.echo(folder.relative_to(into).as_posix())
    click.echo(say("batch.cleaned", lang or default_language(), count=len(gone), days=days))
