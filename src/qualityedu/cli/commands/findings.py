"""The findings of every region as a Data Package."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.datasets import open_dataset
from qualityedu.text import say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("data")
@options.year
@options.lang
@options.into
def command(data: str, year: int, lang: str, into: Path) -> None:
    """各区域的结果写成数据包 / The findings of every region of DATA as a Data Package."""
    from qualityedu.findings import overview
    from qualityedu.intake import read_schools
    from qualityedu.release import releasable_overview
    from qualityedu.tables import export_findings

    dataset = open_dataset(data)
    seen = releasable_overview(overview(read_schools(dataset, lang=lang), dataset, year=year))
    shown = replace(seen, findings=seen.findings[seen.findings["year"] == year])
    folder = export_findings(shown, into, lang=lang)
    withheld = int((shown.findings["status"] == "withheld").sum())
    click.echo(say("cli.findings", lang, count=len(shown.findings), folder=folder, withheld=withheld))
