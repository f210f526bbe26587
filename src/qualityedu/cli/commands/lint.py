"""What would keep a notebook from being reviewed."""

from __future__ import annotations

import json
import sys

import click

from qualityedu.cli import options
from qualityedu.text import LANGUAGES, say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("notebooks", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="供程序读取 / for a program.")
@options.lang
def command(notebooks: tuple[str, ...], as_json: bool, lang: str) -> None:
    """检查笔记本能否复核，不运行也不改动 / Hold notebooks against the rules for review; nothing is run or changed."""
    from qualityedu.report.reviewing import notebooks_to_review, read_notebook
    from qualityedu.report.rules import lint

    paths = notebooks_to_review(notebooks)
    found = [problem for path in paths for problem in lint(read_notebook(path), name=path.stem)]
    if as_json:
        listed = [
            {"key": each.key, "where": each.where, **each.values, **{one: each.sentence(one) for one in LANGUAGES}}
            for each in found
        ]
        click.echo(json.dumps({"notebooks": len(paths), "problems": listed}, ensure_ascii=False, indent=2))
    else:
        click.echo(say("lint.found" if found else "lint.clean", lang, count=len(paths), problems=len(found)))
        for problem in found:
            click.echo(f"  {problem.sentence(lang)}")
    sys.exit(1 if found else 0)
