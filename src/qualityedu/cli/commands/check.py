"""What is to be mended in a table, what should be looked at, and what is worth knowing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qualityedu.cli import options
from qualityedu.datasets import open_dataset
from qualityedu.errors import RequestError, refusing
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.intake import Intake
    from qualityedu.intake.answer.marking import Marked

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("data")
@click.option("--mark", is_flag=True, help="另存标好的副本 / also save a copy with the cells marked.")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON.")
@click.option("--explanations", type=click.Path(path_type=Path), default=None, metavar="FILE",
              help="读取这份副本中的说明情况 / a marked copy whose explanations are read.")  # fmt: skip
@click.option("--sheet", default=None, metavar="NAME",
              help="只读这张工作表，* 为全部 / the sheet to read, * for all of them.")  # fmt: skip
@options.lang
def command(data: str, mark: bool, as_json: bool, explanations: Path | None, sheet: str | None, lang: str) -> None:
    """列出要修改和核实的地方，不改动文件 / List what to mend and look at; the file is not changed."""
    from qualityedu.intake import check
    from qualityedu.intake.answer.as_json import check_as_json

    intake = check(data, lang=lang, explanations=explanations, sheet=sheet)
    path = Path(open_dataset(data).table)
    if mark and not path.is_file():
        raise RequestError("cannot_copy", path=data)
    # Of what cannot be read at all there is nothing to mark; the list says why.
    marked = _mark(path, intake, lang) if mark and intake.sheets else None
    if as_json:
        found = check_as_json(intake, path.name)
        found |= {"marked": marked.path.name} if marked else {}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _say_all(data, path, intake, marked, lang)
    if refusing(intake.problems):
        sys.exit(3)


def _mark(path: Path, intake: Intake, lang: str) -> Marked:
    from qualityedu.intake.answer.marking import mark_copy

    return mark_copy(path, intake.problems, lang)


def _say_all(data: str, path: Path, intake: Intake, marked: Marked | None, lang: str) -> None:
    from qualityedu.cli.checked import print_problems, print_rows

    print_rows(intake, lang)
    print_problems(intake, lang)
    click.echo()
    if marked:
        click.echo(say("answer.marked", lang, path=marked.path, cells=marked.cells))
        for what in marked.left_behind:
            click.echo(say(f"answer.left_behind.{what}", lang))
    mend = len(refusing(intake.problems))
    if mend:
        click.echo(say("answer.must_mend", lang, name=path.name, count=mend), err=True)
        return
    unexplained = sum(problem.level == "ask" for problem in intake.problems)
    if unexplained:
        click.echo(say("answer.open", lang, count=unexplained))
    years = sorted(intake.table["year"].unique())
    click.echo(say("cli.years", lang, years=", ".join(map(str, years))))
    click.echo(say("answer.clean", lang, name=data, year=years[-1]))
