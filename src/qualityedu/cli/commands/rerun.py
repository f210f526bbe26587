"""Reports made again from their folders, their numbers held against those they keep."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from qualityedu.cli import options

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="供程序读取 / for a program.")
@options.lang
def command(folders: tuple[Path, ...], as_json: bool, lang: str) -> None:
    """只凭报告文件夹重算一遍，比较数值 / Make reports again from their folders alone and compare the numbers."""
    from qualityedu.report.again import rerun_report

    made, different = [], False
    for folder in folders:
        again = rerun_report(folder)
        different = different or bool(again.differences)
        if as_json:
            made.append(
                {
                    "folder": folder.name,
                    "compared": len(again.compared),
                    "changed": [{"what": each.what, "name": each.name, "then": each.then, "now": each.now}
                                for each in again.changed],
                    "differences": [
                        {"quantity": each.quantity, "kind": each.kind, "expected": each.expected,
                         "actual": each.actual, "tolerance": str(each.allowed),
                         "classification": each.classification}
                        for each in again.differences
                    ],
                }
            )  # fmt: skip
        else:
            click.echo("\n  ".join(again.sentences(lang)))
    if as_json:
        click.echo(json.dumps({"reports": made}, ensure_ascii=False, indent=2))
    sys.exit(1 if different else 0)
