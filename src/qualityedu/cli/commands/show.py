"""One indicator in full."""

from __future__ import annotations

import click

from qualityedu.cli import options
from qualityedu.text import default_language

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("indicator")
@options.lang
def command(indicator: str, lang: str) -> None:
    """一项指标的完整定义 / One indicator in full, with the standards decreed for it."""
    from qualityedu.indicators import find
    from qualityedu.tables import indicator_page

    click.echo(indicator_page(find(indicator), lang or default_language()))
