"""A table with a row for each pupil added up by school, on the route of research."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qualityedu.cli import options
from qualityedu.errors import IntakeError, RequestError
from qualityedu.text import say

if TYPE_CHECKING:
    import pandas as pd

    from qualityedu.findings.pupils import Asked, PupilSums
    from qualityedu.findings.pupils.files import PupilScan

__all__: list[str] = []

# Sums of small schools and counts of single pupils are kept apart, in a folder that says so.
NOT_FOR_RELEASE = "not-for-release"
_KINDS = {"passed": "--pass", "excellent": "--excellent", "low": "--low", "full_marks": "--full-marks"}


@click.command(context_settings=options.CONTEXT)
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--deidentified", metavar="TEXT", help="谁、何时、依据什么去除了个人信息 / who de-identified the table, when, how."
)
@click.option(
    "--score", "scores", multiple=True, metavar="COLUMN", help="成绩列，可重复 / a column of scores; repeatable."
)
@click.option("--pass", "passed", multiple=True, metavar="[SCORE=]POINTS", help="及格线 / pass line.")
@click.option("--excellent", multiple=True, metavar="[SCORE=]POINTS", help="优秀线 / excellent line.")
@click.option("--low", multiple=True, metavar="[SCORE=]POINTS", help="低分线 / low line: below it.")
@click.option("--full-marks", multiple=True, metavar="[SCORE=]POINTS", help="满分 / full marks.")
@click.option(
    "--step", "steps", multiple=True, metavar="[SCORE=]POINTS", help="分布的分值间隔 / step of the distribution."
)
@click.option("--group", default="", metavar="COLUMN", help="分组列，如性别 / a column of groups, such as sex.")
@click.option("--gap", nargs=2, metavar="A B", help="比较哪两组 / the two groups to compare: A less B.")
@click.option("--weight", default="", metavar="COLUMN", help="抽样权重列 / a column of final weights.")
@click.option("--everyone", is_flag=True, help="表中有全部在校生，未考者成绩留空 / a row for every pupil on roll.")
@click.option("--year", metavar="INTEGER", callback=options.whole, help="全表同一学年 / school year of all rows.")
@click.option("--stage", default="", help="全表同一学段 / stage of all rows: primary, junior, senior.")
@click.option("--level", "levels", multiple=True, help="county, city, province, nation；可重复 / repeatable.")
@click.option("--engine", default="polars", show_default=True, help="polars, duckdb, spark.")
@click.option(
    "--onto", type=click.Path(path_type=Path), help="加在上次的结果上 / the folder of earlier sums to add to."
)
@click.option("--keep-going", is_flag=True, help="有问题的文件先放一边 / leave faulty files aside.")
@click.option("--master", default="local[*]", show_default=True, help="Spark.")
@click.option("--memory", default="", help="DuckDB 的内存上限，如 600MB / the most memory of DuckDB.")
@options.lang
@options.into
def command(
    files: Sequence[str],
    deidentified: str | None,
    scores: Sequence[str],
    group: str,
    gap: tuple[str, str] | None,
    weight: str,
    everyone: bool,
    year: int | None,
    stage: str,
    levels: Sequence[str],
    engine: str,
    onto: Path | None,
    keep_going: bool,
    master: str,
    memory: str,
    lang: str,
    into: Path,
    steps: Sequence[str],
    **lines: Sequence[str],
) -> None:
    """研究用：已去标识的学生表按校汇总 / For research: a de-identified table of pupils added up by school.

    FILES: .parquet, .csv, folders, patterns. One row per pupil; region, school, stage and year, and the columns named.
    """
    from qualityedu.findings.pupils import add_up_pupils, combine_pupils, read_pupil_sums
    from qualityedu.findings.pupils.files import faults_in, scan_pupils
    from qualityedu.intake.scanning import engine_for, table_files

    statement = _stated(deidentified)
    asked = _asked(scores, group, weight, steps, lines)
    chosen = _levels(levels)
    start = time.perf_counter()
    paths = table_files(files)
    earlier = read_pupil_sums(_kept_in(onto)) if onto else None
    constants: dict[str, str | int] = {**({"year": year} if year else {}), **({"stage": stage} if stage else {})}
    with engine_for(engine, master=master, memory=memory) as opened:
        found = scan_pupils(paths, opened, asked, constants=constants, keep_going=keep_going)
        _say_what_is_left(found, engine, lang)
        try:
            sums = add_up_pupils(found.frame, asked)
        except RequestError:
            raise
        except Exception as error:
            if problems := faults_in(found, asked):
                raise IntakeError(problems) from error
            raise
    whole = combine_pupils(earlier, sums) if earlier else sums
    if sums.without_key:
        click.echo(say("cli.pupils.without_key", lang, rows=f"{sums.without_key:,}"), err=True)
    tables = _tables(whole, chosen, gap or None, everyone)
    try:
        into.mkdir(parents=True, exist_ok=True)
        _write(whole, tables, into, lang)
        _write_statement(statement, found, asked, sums, onto, into / "statement.json")
    except OSError as error:
        raise RequestError("no_place", path=into) from error
    seconds = f"{time.perf_counter() - start:.1f}"
    schools = f"{len(whole.schools.groupby(['region', 'school', 'stage', 'year'])):,}"
    click.echo(say("cli.pupils.done", lang, rows=f"{sums.rows:,}", schools=schools, seconds=seconds, folder=into))


def _stated(text: str | None) -> str:
    """What was said of how the table was de-identified: required, and in words."""
    if text is None or len(re.sub(r"\W", "", text)) < 6:
        raise RequestError("pupils_deidentified", seen=text or "")
    return text.strip()


def _asked(
    scores: Sequence[str], group: str, weight: str, steps: Sequence[str], lines: dict[str, Sequence[str]]
) -> Asked:
    from qualityedu.findings.pupils import Asked, Lines

    given = {kind: _of_scores(lines[kind], scores, option) for kind, option in _KINDS.items()}
    held = {name: Lines(**{kind: own.get(name) for kind, own in given.items()}) for name in scores}
    return Asked(tuple(scores), held, group, weight, _of_scores(steps, scores, "--step"))


def _of_scores(given: Sequence[str], scores: Sequence[str], option: str) -> dict[str, float]:
    """Points by score, from `60` for all and `math=72` for one."""
    found: dict[str, float] = {}
    for text in sorted(given, key=lambda each: "=" in each):
        name, _, points = text.rpartition("=")
        try:
            value = float(points)
        except ValueError:
            value = float("nan")
        if value != value or (name and name not in scores):
            raise RequestError("pupils_points", option=option, seen=text, known=", ".join(scores) or "—")
        found |= {name: value} if name else dict.fromkeys(scores, value)
    return found


def _levels(asked: Sequence[str]) -> list[str]:
    """From the lowest to the highest, county where none is named."""
    from qualityedu.findings.levels import LEVELS, check_level

    for level in asked:
        check_level(level)
    return [level for level in LEVELS if level in asked] or ["county"]


def _kept_in(folder: Path) -> Path:
    return folder / NOT_FOR_RELEASE if (folder / NOT_FOR_RELEASE).is_dir() else folder


def _say_what_is_left(found: PupilScan, engine: str, lang: str) -> None:
    click.echo(say("cli.pupils.read", lang, files=len(found.files), engine=engine), err=True)
    if found.aside:
        click.echo(say("cli.pupils.aside", lang, count=len(found.aside)), err=True)
        for problem in found.problems:
            click.echo(f"  {problem.sentence(lang)}", err=True)


def _tables(
    sums: PupilSums, levels: Sequence[str], gap: tuple[str, str] | None, everyone: bool
) -> dict[str, pd.DataFrame]:
    """What may be seen, by the name of its file; made before anything is written."""
    from qualityedu.findings.pupils import region_figures, school_table
    from qualityedu.release.pupils import releasable_regions, releasable_schools

    if gap and not sums.asked.group:
        raise RequestError("pupils_gap_of_what")
    tables: dict[str, pd.DataFrame] = {}
    for name in sums.asked.scores:
        plain = re.sub(r"[^\w.-]", "_", name)  # a heading may hold what no file name may
        own = "schools" if len(sums.asked.scores) == 1 else f"schools-{plain}"
        tables[own] = releasable_schools(school_table(sums, name, everyone=everyone))
    for level, above in zip(levels, [*levels[1:], None], strict=True):
        tables[f"regions-{level}"] = releasable_regions(region_figures(sums, level, gap=gap), level, above)
    return tables


def _write(sums: PupilSums, tables: dict[str, pd.DataFrame], into: Path, lang: str) -> None:
    from qualityedu.findings.pupils import write_pupil_sums
    from qualityedu.tables.many_groups import write_table

    apart = into / NOT_FOR_RELEASE
    apart.mkdir(exist_ok=True)
    (apart / "README.txt").write_text(say("cli.pupils.not_for_release", lang) + "\n", encoding="utf-8")
    write_pupil_sums(sums, apart)
    for name, table in tables.items():
        write_table(table, into / f"{name}.parquet")


def _write_statement(
    statement: str, found: PupilScan, asked: Asked, sums: PupilSums, onto: Path | None, path: Path
) -> None:
    """What was stated of the table, and what was made of it, beside the result."""
    before = _earlier(onto / "statement.json") if onto else []
    said = {
        "deidentified": statement,
        "date": date.today().isoformat(),
        "files": [file.path.name for file in found.files],
        "aside": [file.path.name for file in found.aside],
        "rows": sums.rows,
        "without_key": sums.without_key,
        "scores": list(asked.scores),
        "group": asked.group,
        "weight": asked.weight,
        "step": sums.step,
    }
    path.write_text(json.dumps([*before, said], ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _earlier(path: Path) -> list[object]:
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []
