"""Options that several commands share, each checked and refused in the words of the user."""

from __future__ import annotations

from pathlib import Path

import click

from qualityedu.errors import RequestError
from qualityedu.text import LANGUAGES, default_language

__all__ = ["whole"]


def _known(_: click.Context, __: click.Parameter, lang: str | None) -> str:
    if lang is not None and lang not in LANGUAGES:
        raise RequestError("unknown_language", seen=lang, known=", ".join(LANGUAGES))
    return lang or default_language()


def whole(_: click.Context, option: click.Parameter, seen: str | None) -> int | None:
    """A whole number above 0, or None where nothing was typed. Raises RequestError."""
    if seen is None:
        return None
    if not seen.strip().isdecimal() or int(seen) < 1:
        raise RequestError("not_whole", name=f"--{option.name}", seen=seen)
    return int(seen)


# Said at each command, for one that is used by itself has no group to take it from.
CONTEXT = {"help_option_names": ["-h", "--help"]}

lang = click.option("--lang", metavar="[zh|en]", default=None, callback=_known, help="语言 / language: zh, en.")
into = click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="文件夹 / folder to write to.",
)
workers = click.option(
    "--workers",
    metavar="INTEGER",
    default=None,
    callback=whole,
    help="同时生成几份 / reports at a time (default: one a processor).",
)


year = click.option(
    "--year",
    metavar="INTEGER",
    required=True,
    callback=whole,
    help="学年开始的年份 / the year in which the school year began.",
)
