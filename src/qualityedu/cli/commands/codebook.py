"""The catalogue and the standards as a book."""

from __future__ import annotations

from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.text import say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@options.lang
@options.into
def command(lang: str, into: Path) -> None:
    """指标与标准手册：网页、表格、JSON / Every definition and standard as a page, a table and JSON."""
    from qualityedu.report import write_codebook

    files = write_codebook(into, lang=lang)
    click.echo(say("cli.codebook", lang, files=say("report.list_mark", lang).join(map(str, files))))
