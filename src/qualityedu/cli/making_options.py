"""Options of the commands that make reports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from qualityedu.errors import RequestError

if TYPE_CHECKING:
    from qualityedu.release import Policy

__all__ = ["not_both", "policy_of"]

_SIZES = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_SECONDS = 600.0


def _seconds(_: click.Context, __: click.Parameter, seen: str | None) -> float | None:
    if seen is None:
        return _SECONDS
    if not re.fullmatch(r"\d+(\.\d+)?", seen.strip()) or float(seen) < 0:
        raise RequestError("not_seconds", seen=seen)
    return float(seen) or None


def _memory(_: click.Context, __: click.Parameter, seen: str | None) -> int | None:
    if seen is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?", seen.strip().lower())
    if not match or not float(match[1]):
        raise RequestError("not_a_size", seen=seen)
    return int(float(match[1]) * _SIZES[match[2]])


def _formats(_: click.Context, __: click.Parameter, seen: tuple[str, ...]) -> tuple[str, ...]:
    from qualityedu.render import FORMATS

    if unknown := [each for each in seen if each not in FORMATS]:
        raise RequestError("unknown_format", seen=unknown[0], known=", ".join(FORMATS))
    return tuple(dict.fromkeys(seen)) or tuple(FORMATS)


def _cluster(_: click.Context, __: click.Parameter, seen: str) -> str:
    if seen:
        from qualityedu.report.cluster import check_address

        check_address(seen)
    return seen


def not_both(force: bool, resume: bool) -> None:
    """Raise RequestError where both are asked for: to redo all, and to keep what is there."""
    if force and resume:
        raise RequestError("force_and_resume")


def policy_of(threshold: str, rounded: bool, override: str) -> Policy:
    """What is withheld, as it was typed. Raises RequestError for a threshold that will not do."""
    from qualityedu.release import Policy

    if not threshold.strip().isdecimal():
        raise RequestError("not_whole", name="--threshold", seen=threshold)
    return Policy(threshold=int(threshold), rounded=rounded, override=override)


seconds = click.option(
    "--seconds",
    metavar="NUMBER",
    default=None,
    callback=_seconds,
    help="每份报告的时限（秒），0 为不限，默认 600 / seconds a report may take; 0 for no limit, by default 600.",
)
memory = click.option(
    "--memory",
    metavar="SIZE",
    default=None,
    callback=_memory,
    help="每份报告的内存上限，如 4G，至少约 3G / memory a report may take, such as 4G; at least about 3G.",
)
formats = click.option(
    "--to",
    "formats",
    metavar="[html|docx|pdf|xlsx]",
    multiple=True,
    callback=_formats,
    help="格式，可重复，默认四种 / format; repeatable, all four by default.",
)
notebook = click.option(
    "--notebook",
    metavar="PATH",
    default="",
    help="另用的笔记本（.ipynb），会运行其中的代码 / another notebook to run: its code is executed.",
)
dry_run = click.option("--dry-run", is_flag=True, help="只列出要做什么、为什么 / only say what would be done, and why.")
force = click.option("--force", is_flag=True, help="全部重做 / make all of them anew.")
refresh = click.option(
    "--refresh",
    is_flag=True,
    help="其他区域有变的也重做 / also those whose other regions changed.",
)
resume = click.option("--resume", is_flag=True, help="已有且未变的不重做（默认）/ keep what is there (the default).")
threshold = click.option(
    "--threshold",
    metavar="PERSONS",
    default="10",
    help="依据不足几人的数值不公布，默认 10 / withhold figures on fewer persons, by default 10.",
)
rounded = click.option(
    "--rounded",
    is_flag=True,
    help="人数取整到 5，两份相近的报告相减也看不出个人 / counts rounded to 5: two like reports tell nothing.",
)
override = click.option(
    "--reason",
    "override",
    metavar="TEXT",
    default="",
    help="门槛低于 5 人的书面理由，会印在报告里 / why the threshold is below 5; printed in the report.",
)
cluster = click.option(
    "--cluster",
    metavar="[local|ADDRESS]",
    default="",
    callback=_cluster,
    help="在 dask 集群上生成：调度器地址（tcp://…）或 local / on a dask cluster: tcp://host:port, or local.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="逐行输出 JSON / JSON lines for programs.")
