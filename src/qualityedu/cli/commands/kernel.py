"""The warm kernel in Jupyter's list."""

from __future__ import annotations

from pathlib import Path

import click

from qualityedu.cli import options
from qualityedu.errors import RequestError
from qualityedu.text import default_language, say

__all__ = ["command"]


@click.command(context_settings=options.CONTEXT)
@click.option("--remove", "removing", is_flag=True, help="从列表中删除 / take it out of the list again.")
@click.option(
    "--prefix",
    type=click.Path(path_type=Path),
    default=None,
    help="装到哪个环境，默认装给当前用户 / the installation to add it to (default: the user's own list).",
)
@options.lang
def command(removing: bool, prefix: Path | None, lang: str) -> None:
    """把预热内核加入 Jupyter / Add the warm kernel to Jupyter, for nbval, nbmake and JupyterLab."""
    from qualityedu.report.warm.kernelspec import install, remove

    language = lang or default_language()
    if not removing:
        try:
            click.echo(say("kernel.installed", language, path=install(prefix)))
        except OSError as error:
            raise RequestError("kernel_place", path=str(error.filename or prefix)) from error
        return
    removed = remove(prefix)
    click.echo(say("kernel.removed", language, path=removed) if removed else say("kernel.absent", language))
