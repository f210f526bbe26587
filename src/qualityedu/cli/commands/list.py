"""Every indicator of the catalogue."""

from __future__ import annotations

import click

from qualityedu.cli import options
from qualityedu.text import say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@options.lang
def command(lang: str) -> None:
    """全部指标 / Every indicator, by dimension."""
    from qualityedu.indicators import catalogue

    dimension = ""
    for each in catalogue().values():
        if each.dimension != dimension:
            dimension = each.dimension
            click.echo(f"\n{say(f'dimension.{dimension}', lang)}")
        leaning = say(f"leaning.{each.leaning}", lang)
        click.echo(f"  {each.id:36} {say('report.title_and_unit', lang, title=each.title[lang], unit=leaning)}")
