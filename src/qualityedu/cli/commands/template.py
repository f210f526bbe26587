"""An empty workbook to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.errors import RequestError
from qualityedu.text import LANGUAGES, default_language, say

__all__ = ["command"]

_CHOICES = (*LANGUAGES, "both")


def _known(_: click.Context, __: click.Parameter, lang: str | None) -> str:
    if lang is not None and lang not in _CHOICES:
        raise RequestError("unknown_language", seen=lang, known=", ".join(_CHOICES))
    return lang or default_language()


@click.command(context_settings=options.CONTEXT)
@click.argument("file", type=click.Path(path_type=Path))
@options.year
@click.option("--lang", metavar="[zh|en|both]", default=None, callback=_known, help="语言 / language: zh, en, both.")
@click.option("--force", is_flag=True, help="覆盖已有的文件 / overwrite a file that is there.")
def command(file: Path, year: int, lang: str, force: bool) -> None:
    """写一个空的填报工作簿 / Write an empty workbook to fill in."""
    from qualityedu.intake.template.book import write_template

    path = write_template(file, lang=lang, year=year, force=force)
    click.echo(say("cli.template", default_language(), path=path))
