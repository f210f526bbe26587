"""A table of millions of rows laid out region by region, for reports on its regions."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from qualityedu.cli import options
from qualityedu.cli.description import country, dataset_of, description
from qualityedu.errors import Problem, RequestError
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.report.packing.making import Packed

__all__: list[str] = []

# Where there is no terminal a line is said at most every so many seconds.
_EVERY = 10.0
_NAMED = 10


@click.command(context_settings=options.CONTEXT)
@click.argument("files", nargs=-1, required=True)
@click.option("--into", type=click.Path(path_type=Path), required=True, help="打包成的文件夹 / the folder to make.")
@click.option("--year", "years", metavar="INTEGER", multiple=True,
              help="备好的学年，可重复，默认最近一年 / years to prepare; by default the latest.")  # fmt: skip
@click.option("--workers", metavar="INTEGER", default=None, callback=options.whole,
              help="同时检查几个区域 / regions checked at a time (default: one a processor).")  # fmt: skip
@country
@click.option("--title", default="", help="标题 / what the data set is called.")
@description
@click.option("--keep-going", is_flag=True, help="有问题的文件先放一边 / leave faulty files aside.")
@click.option("--unchecked", is_flag=True, help="不逐格检查：来自已查过的系统 / rows from a system that checks them.")
@click.option("--memory", default="600MB", show_default=True, help="排序的内存上限 / the most memory for sorting.")
@options.lang
def command(
    files: Sequence[str],
    into: Path,
    years: Sequence[str],
    workers: int | None,
    country: str | None,
    title: str,
    description: Path | None,
    keep_going: bool,
    unchecked: bool,
    memory: str,
    lang: str,
) -> None:
    """大表按区域打包，之后逐区域出报告 / Lay a table of any size out by region, for reports on its regions.

    FILES: .parquet, .csv, folders, patterns such as 'data/**/*.parquet'.
    """
    from qualityedu.intake.scanning import table_files
    from qualityedu.report.packing.making import pack

    start = time.perf_counter()
    asked = [_year(each) for each in years]
    paths = table_files(files)
    name = into.name.removesuffix(".pack")
    dataset = dataset_of(paths[0], name, description=description, country=country, title=title)
    with _Telling(lang) as telling:
        made = pack(
            paths, into, dataset=dataset, years=asked, workers=workers, keep_going=keep_going,
            checked=not unchecked, memory=memory, lang=lang, told=telling.told,
        )  # fmt: skip
    _say_all(made, lang, time.perf_counter() - start)
    to_mend = sum(1 for each in made.pack.regions.values() if each.to_mend)
    if to_mend:
        sys.exit(3 if to_mend == len(made.pack.regions) else 1)


def _year(seen: str) -> int:
    if not (seen.isascii() and seen.isdecimal()):
        raise RequestError("not_whole", name="--year", seen=seen)
    return int(seen)


class _Telling:
    """A bar for each step on a terminal, else a line now and then."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        console = Console(stderr=True)
        self._lines = not console.is_terminal
        parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*parts, console=console, disable=self._lines)
        self._tasks: dict[str, TaskID] = {}
        self._begun: dict[str, float] = {}
        self._said = time.perf_counter()

    def __enter__(self) -> _Telling:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def told(self, step: str, done: int, total: int) -> None:
        """Say how far a step is."""
        if self._lines:
            self._line(step, done, total)
            return
        if step not in self._tasks:
            self._tasks[step] = self._bar.add_task(say(f"cli.pack.step.{step}", self._lang), total=total)
        with suppress(OSError):
            self._bar.update(self._tasks[step], completed=done, total=total)

    def _line(self, step: str, done: int, total: int) -> None:
        now = time.perf_counter()
        begun = self._begun.setdefault(step, now)
        if now - self._said < _EVERY or not 0 < done < total:
            return
        self._said = now
        left = f"{(now - begun) / done * (total - done):.0f}"
        counts = {"done": f"{done:,}", "total": f"{total:,}", "seconds": left}
        with suppress(OSError, ValueError):
            click.echo(say(f"cli.pack.at.{step}", self._lang, **counts), err=True)


def _say_all(made: Packed, lang: str, seconds: float) -> None:
    if made.aside:
        click.echo(say("cli.measure.aside", lang, count=len({each.where for each in made.aside})), err=True)
        for problem in made.aside:
            click.echo(f"  {problem.sentence(lang)}", err=True)
    if made.unknown:
        headings = say("report.list_mark", lang).join(made.unknown[:12])
        click.echo(say("cli.measure.unknown", lang, headings=headings), err=True)
    if made.as_before:
        click.echo(say("cli.pack.as_before", lang, count=f"{made.as_before:,}"))
    if not made.pack.checked:
        click.echo(say("cli.pack.unchecked", lang))
    _say_what_to_mend(made, lang)
    prepared = say("report.list_mark", lang).join(made.pack.prepared) or "—"
    counts = {"rows": f"{made.rows:,}", "regions": f"{len(made.pack.regions):,}", "files": f"{made.files:,}"}
    size = f"{made.size / 1e6:,.1f}"
    folder = made.pack.folder
    done = {"folder": folder, "years": prepared, "size": size, "seconds": f"{seconds:.1f}"}
    click.echo(say("cli.pack.done", lang, **counts, **done))
    if made.pack.prepared:
        click.echo(say("cli.pack.next", lang, folder=folder, year=max(made.pack.prepared)))


def _say_what_to_mend(made: Packed, lang: str) -> None:
    found = {code: each for code, each in made.pack.regions.items() if each.to_mend}
    if not found:
        return
    click.echo(say("cli.pack.mend", lang, count=f"{len(found):,}"), err=True)
    for code, each in list(found.items())[:_NAMED]:
        name = max(each.names.items(), default=("", code))[1]
        path, count = made.pack.table_of(code), _count(each.to_mend)
        click.echo("  " + say("cli.pack.mend_of", lang, name=name, code=code, count=count, path=path), err=True)
    if len(found) > _NAMED:
        click.echo("  " + say("cli.pack.mend_more", lang, count=len(found) - _NAMED), err=True)


def _count(problems: Sequence[Problem]) -> int:
    """How many there truly are: of each kind no more than some are listed, followed by their number."""
    listed = sum(each.key != "and_more" for each in problems)
    more = [each.values for each in problems if each.key == "and_more"]
    return listed + sum(int(str(each["count"])) - int(str(each["shown"])) for each in more)
