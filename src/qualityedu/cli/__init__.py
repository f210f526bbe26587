"""The words a person types. Each command is a file of `commands/`; this is the way in, and how it ends."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files
from itertools import pairwise

import click

from qualityedu.errors import QualityEduError, Refusal, RequestError
from qualityedu.text import LANGUAGES, default_language, say, speak

__all__ = ["main"]


class _Commands(click.Group):
    """Commands found by the names of their files, each loaded when it is typed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        folder = files("qualityedu.cli.commands")
        found = (each.name.removesuffix(".py") for each in folder.iterdir() if each.name.endswith(".py"))
        return sorted(name for name in found if name != "__init__")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.list_commands(ctx):
            found: click.Command = import_module(f"qualityedu.cli.commands.{cmd_name}").command
            found.name = cmd_name
            return found
        if not ctx.resilient_parsing:
            raise RequestError("unknown_command", name=cmd_name, known=", ".join(self.list_commands(ctx)))
        return None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="qualityedu")
def _commands() -> None:
    """素质教育与应试教育指标 / Quality-oriented and exam-oriented schooling in numbers.

    Takes a table of schools (.xlsx, .csv, .parquet) or its description (.toml); gives each region a report.
    """


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
            log.write(_where_it_failed(sys.exc_info()[1]))
        click.echo(say("cli.failure", default_language(), log=log.name), err=True)
        sys.exit(1)
    finally:
        speak(None)
        _let_go()


def _where_it_failed(error: BaseException | None) -> str:
    # The lines of our code and the kinds of error, and no message: a message may quote what stood in a cell.
    told = []
    while error is not None:
        told.append(
            "".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__module__}.{type(error).__name__}"
        )
        error = error.__cause__ or error.__context__
    return "\n\n".join(reversed(told)) + "\n"


def _let_go() -> None:
    """Whoever closed the pipe does not want the rest, and that is no fault: without this Python ends with 120."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return  # there is no standard output at all


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
