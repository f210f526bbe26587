"""A table of millions of rows added up by an engine, without a report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qualityedu.cli import options
from qualityedu.cli.description import country, dataset_of, description
from qualityedu.errors import IntakeError, RequestError
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.datasets import Dataset
    from qualityedu.findings.sums import Sums
    from qualityedu.intake.scanning import Scan

__all__: list[str] = []


@click.command(context_settings=options.CONTEXT)
@click.argument("files", nargs=-1, required=True)
@click.option("--engine", default="polars", show_default=True, help="polars, duckdb, spark.")
@click.option("--level", "levels", multiple=True, help="county, city, province, nation；可重复 / repeatable.")
@click.option("--indicator", "indicators", multiple=True, help="指标代码，可重复 / id of an indicator; repeatable.")
@click.option("--to", "kind", default="parquet", show_default=True, help="parquet, csv.")
@country
@description
@click.option("--onto", type=click.Path(path_type=Path), help="加在上次的 sums.parquet 上 / add to earlier sums.")
@click.option("--keep-going", is_flag=True, help="有问题的文件先放一边 / leave faulty files aside.")
@click.option("--master", default="local[*]", show_default=True, help="Spark.")
@click.option("--memory", default="", help="DuckDB 的内存上限，如 600MB / the most memory of DuckDB.")
@options.lang
@options.into
def command(
    files: Sequence[str],
    engine: str,
    levels: Sequence[str],
    indicators: Sequence[str],
    kind: str,
    country: str | None,
    description: Path | None,
    onto: Path | None,
    keep_going: bool,
    master: str,
    memory: str,
    lang: str,
    into: Path,
) -> None:
    """大表直接汇总：各级数值和差异系数 / Values and difference coefficients of a table of any size, level by level.

    FILES: .parquet, .csv, folders, patterns such as 'data/**/*.parquet'.
    """
    from qualityedu.findings.stored_sums import read_sums, write_sums
    from qualityedu.findings.sums import combine
    from qualityedu.intake.scanning import engine_for, faults_inside, scan, table_files
    from qualityedu.tables.many_groups import FORMATS

    if kind not in FORMATS:
        raise RequestError("unknown_format", seen=kind, known=", ".join(FORMATS))
    chosen = _levels(levels)
    start = time.perf_counter()
    paths = table_files(files)
    earlier = read_sums(onto) if onto else None
    dataset = dataset_of(paths[0], "nation", description=description, country=country)
    with engine_for(engine, master=master, memory=memory) as opened:
        found = scan(paths, opened, dataset, keep_going=keep_going)
        _say_what_is_left(found, engine, lang)
        try:
            sums = _added_up(found, indicators, dataset.country, earlier)
        except Exception as error:
            if problems := faults_inside(found.files):
                raise IntakeError(problems) from error
            raise
    if earlier is not None:
        sums = combine(earlier, sums)
    _say_gaps(sums, lang)
    try:
        into.mkdir(parents=True, exist_ok=True)
        _write(sums, chosen, into, kind, dataset, lang)
        write_sums(sums, into / "sums.parquet")
    except OSError as error:
        raise RequestError("no_place", path=into) from error
    units = f"{int(sums.table['units'].sum()):,}"
    seconds = f"{time.perf_counter() - start:.1f}"
    click.echo(say("cli.measure.done", lang, units=units, groups=f"{len(sums.table):,}", seconds=seconds, folder=into))


def _levels(asked: Sequence[str]) -> list[str]:
    from qualityedu.findings.levels import check_level

    for level in asked:
        check_level(level)
    return list(asked) or ["county"]


def _added_up(found: Scan, indicators: Sequence[str], country: str, earlier: Sums | None) -> Sums:
    """What the files add up to; beside earlier sums, of the same indicators."""
    from qualityedu.findings.attained import spoken_of, verdict_terms
    from qualityedu.findings.sums import add_up

    frame = spoken_of(found.frame, country=country)
    terms = verdict_terms(frame, country=country) if country and not indicators else {}
    asked = indicators or (list(earlier.workings) if earlier else None)
    return add_up(frame, asked, counting=terms)


def _say_what_is_left(found: Scan, engine: str, lang: str) -> None:
    click.echo(say("cli.measure.read", lang, files=len(found.files), engine=engine), err=True)
    if found.aside:
        click.echo(say("cli.measure.aside", lang, count=len(found.aside)), err=True)
        for problem in found.problems:
            click.echo(f"  {problem.sentence(lang)}", err=True)
    if found.unknown:
        headings = say("report.list_mark", lang).join(found.unknown[:12])
        click.echo(say("cli.measure.unknown", lang, headings=headings), err=True)


def _say_gaps(sums: Sums, lang: str) -> None:
    """Regions that lack a year which others have: a trend of theirs would not be whole."""
    years = sorted(sums.table["year"].unique())
    held = sums.table.groupby("region")["year"].agg(set)
    lacking = [(region, [year for year in years if year not in own]) for region, own in held.items()]
    gaps = [
        say("cli.measure.gap_of", lang, region=region, years=", ".join(map(str, missing)))
        for region, missing in lacking
        if missing
    ]
    if gaps:
        shown = say("report.list_mark", lang).join(gaps[:10])
        more = say("cli.measure.more", lang, gaps=shown, count=len(gaps) - 10) if len(gaps) > 10 else shown
        click.echo(say("cli.measure.gap", lang, gaps=more), err=True)


def _write(sums: Sums, levels: Sequence[str], into: Path, kind: str, dataset: Dataset, lang: str) -> None:
    from qualityedu.findings.attained import COUNTS, counts_of
    from qualityedu.findings.levels import at_levels
    from qualityedu.release import releasable_sums
    from qualityedu.tables.many_groups import write_findings, write_table

    for level, own in at_levels(sums, levels).items():
        write_findings(releasable_sums(own), into / f"findings-{level}.{kind}", dataset, lang=lang)
        if set(COUNTS) <= set(own.table.columns):
            write_table(counts_of(own), into / f"schools-{level}.{kind}")
