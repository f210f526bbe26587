"""The words a person types."""

from __future__ import annotations

import io
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import click

from qualityedu.cli.making import DEMO_YEARS, jobs_for, run
from qualityedu.datasets import open_dataset
from qualityedu.errors import QualityEduError, Refusal, RequestError
from qualityedu.text import LANGUAGES, default_language, say, speak

__all__ = ["main"]


def _known(_: click.Context, __: click.Parameter, lang: str | None) -> str:
    if lang is not None and lang not in LANGUAGES:
        raise RequestError("unknown_language", seen=lang, known=", ".join(LANGUAGES))
    return lang or default_language()


def _whole(_: click.Context, option: click.Parameter, seen: str | None) -> int | None:
    if seen is None:
        return None
    if not seen.strip().isdecimal() or int(seen) < 1:
        raise RequestError("not_whole", name=f"--{option.name}", seen=seen)
    return int(seen)


_lang = click.option("--lang", metavar="[zh|en]", default=None, callback=_known, help="语言 / language: zh, en.")
_into = click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="文件夹 / folder to write to.",
)
_workers = click.option(
    "--workers",
    metavar="INTEGER",
    default=None,
    callback=_whole,
    help="同时生成几份 / reports at a time (default: one a processor).",
)


_year = click.option(
    "--year",
    metavar="INTEGER",
    required=True,
    callback=_whole,
    help="学年开始的年份 / the year in which the school year began.",
)


class _Commands(click.Group):
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None and not ctx.resilient_parsing:
            raise RequestError("unknown_command", name=cmd_name, known=", ".join(self.list_commands(ctx)))
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="qualityedu")
def _commands() -> None:
    """素质教育与应试教育指标 / Quality-oriented and exam-oriented schooling in numbers.

    Takes a table of schools (.xlsx, .csv, .parquet) or its description (.toml); gives each region a report.
    """


@_commands.command("demo")
@_into
@_workers
def _demo(into: Path, workers: int | None) -> None:
    """用自带的两个数据集各出一套报告 / Reports for every region of the two data sets inside."""
    jobs = []
    for name, year in DEMO_YEARS.items():
        dataset = open_dataset(name)
        jobs += jobs_for(dataset, name, year=year, regions=(), lang=dataset.lang)
    sys.exit(run(jobs, into=into, workers=workers, lang=default_language()))


@_commands.command("report")
@click.argument("data")
@_year
@click.option("--region", "regions", multiple=True, help="区县代码或名称，可重复 / region code or name; repeatable.")
@_lang
@_into
@_workers
def _report(data: str, year: int, regions: Sequence[str], lang: str, into: Path, workers: int | None) -> None:
    """每个区域一份报告 / One report for every region of DATA, or for those named."""
    jobs = jobs_for(open_dataset(data), data, year=year, regions=regions, lang=lang)
    sys.exit(run(jobs, into=into, workers=workers, lang=lang))


@_commands.command("check")
@click.argument("data")
@_lang
def _check(data: str, lang: str) -> None:
    """列出表中要修改的地方，不改动文件 / List the cells to mend; the file is not changed."""
    from qualityedu.intake import check

    intake = check(data, lang=lang)
    mend = [problem for problem in intake.problems if problem.level != "note"]
    notes = [problem for problem in intake.problems if problem.level == "note"]
    used, out = intake.rows_used, sum(intake.left_out.values())
    click.echo(say("cli.rows", lang, read=intake.rows_read, used=used, out=out))
    for phrase in intake.left_out_in_words(lang):
        click.echo(f"  {phrase}")
    if notes:
        click.echo(say("cli.notes", lang, count=len(notes)))
    for problem in notes:
        click.echo(f"  {problem.sentence(lang)}")
    if mend:
        click.echo(say("refusal.intake", lang, count=len(mend)), err=True)
        for problem in mend:
            click.echo(problem.sentence(lang), err=True)
        sys.exit(3)
    years = sorted(intake.table["year"].unique())
    click.echo(say("cli.years", lang, years=", ".join(map(str, years))))
    click.echo(say("cli.clean", lang, name=data, year=years[-1]))


@_commands.command("list")
@_lang
def _list(lang: str) -> None:
    """全部指标 / Every indicator, by dimension."""
    from qualityedu.indicators import catalogue

    dimension = ""
    for each in catalogue().values():
        if each.dimension != dimension:
            dimension = each.dimension
            click.echo(f"\n{say(f'dimension.{dimension}', lang)}")
        leaning = say(f"leaning.{each.leaning}", lang)
        click.echo(f"  {each.id:36} {say('report.title_and_unit', lang, title=each.title[lang], unit=leaning)}")


@_commands.command("codebook")
@_lang
@_into
def _codebook(lang: str, into: Path) -> None:
    """指标与标准手册：网页、表格、JSON / Every definition and standard as a page, a table and JSON."""
    from qualityedu.report import write_codebook

    files = write_codebook(into, lang=lang)
    click.echo(say("cli.codebook", lang, files=say("report.list_mark", lang).join(map(str, files))))


@_commands.command("findings")
@click.argument("data")
@_year
@_lang
@_into
def _findings(data: str, year: int, lang: str, into: Path) -> None:
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


@_commands.command("show")
@click.argument("indicator")
@_lang
def _show(indicator: str, lang: str) -> None:
    """一项指标的完整定义 / One indicator in full, with the standards decreed for it."""
    from qualityedu.indicators import find
    from qualityedu.tables import indicator_page

    click.echo(indicator_page(find(indicator), lang or default_language()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Refusals are worded and end with their exit code; a fault of ours leaves a log file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows a question mark
    words = list(sys.argv[1:] if arguments is None else arguments)
    speak(_asked_for(words))
    try:
        _commands.main(args=words, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        click.echo(_usage(error), err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Refusal as refusal:
        click.echo(refusal.sentence(), err=True)
        sys.exit(refusal.exit_code)
    except QualityEduError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except Exception:  # the last resort: no user should read a traceback
        with tempfile.NamedTemporaryFile(
            "w", prefix="qualityedu-", suffix=".log", delete=False, encoding="utf-8"
        ) as log:
            log.write(traceback.format_exc())
        click.echo(say("cli.failure", default_language(), log=log.name), err=True)
        sys.exit(1)
    finally:
        speak(None)


def _asked_for(words: list[str]) -> str | None:
    # Before the words are understood: they may be mistyped, and that is said in the language they ask for.
    given = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    given += [following for word, following in pairwise(words) if word == "--lang"]
    return next((lang for lang in given if lang in LANGUAGES), None)


def _usage(error: click.ClickException) -> str:
    lang = default_language()
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "qualityedu"
    match error:
        case click.NoSuchOption():
            return say("cli.usage.option", lang, name=error.option_name, command=command)
        case click.MissingParameter(param=click.Parameter() as lacking):
            name = lacking.opts[0] if isinstance(lacking, click.Option) else lacking.human_readable_name
            return say("cli.usage.missing", lang, name=name, command=command)
    return say("cli.usage.other", lang, command=command)
