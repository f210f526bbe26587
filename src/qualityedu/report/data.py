"""What a report's folder keeps of the data, so that the report can be made again from its folder alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from qualityedu.datasets.pack import PACK, part_of, read_pack, write_pack
from qualityedu.report.contents import contents_of
from qualityedu.report.description import keep_description
from qualityedu.report.plan import Task

__all__ = ["keep_data", "shared_files"]


def shared_files(task: Task) -> tuple[Path, ...]:
    """The files that reports of a run have in common: the table, or of a pack what every region is compared with."""
    dataset, given = task.job.dataset, task.job.request.parameters
    if not dataset.is_pack:
        return (dataset.table,)
    pack = read_pack(dataset.table.parent)
    year = int(given["year"])
    return pack.findings_of(year), pack.values_of(year) if "region" in given else pack.sums


def keep_data(into: Path, task: Task, shared: Sequence[Path | None]) -> None:
    """Fill the folder `data/` of a report. `shared` are copies of `shared_files` to which a link will do."""
    into.mkdir()
    if task.what == "render":
        _as_it_was(task.folder / "data", into)
        return
    if task.job.dataset.is_pack:
        _keep_part(into, task, shared)
    else:
        _keep_table(into, task, shared)
    if plan := task.job.request.parameters.get("plan"):
        shutil.copyfile(str(plan), into / Path(str(plan)).name)


def _link(source: Path, target: Path) -> None:
    """A second name for a file, or a copy of it where there are no such names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _as_it_was(kept: Path, into: Path) -> None:
    for path in sorted(kept.rglob("*")):
        if path.is_file() and not path.is_symlink():
            target = into / path.relative_to(kept)
            target.parent.mkdir(exist_ok=True)
            _link(path, target)


def _keep_shared(into: Path, task: Task, shared: Sequence[Path | None], root: Path) -> None:
    files = shared_files(task)
    for source, copy in zip(files, shared or [None] * len(files), strict=True):
        target = into / source.relative_to(root)
        target.parent.mkdir(exist_ok=True)
        _link(copy, target) if copy else shutil.copyfile(source, target)


def _keep_table(into: Path, task: Task, shared: Sequence[Path | None]) -> None:
    own, sheet = task.job.dataset.table, task.job.dataset.sheet
    _keep_shared(into, task, shared, own.parent)
    described = Path(str(task.job.request.parameters.get("data", "")).removesuffix(f"#{sheet}" if sheet else ""))
    if described.suffix == ".toml":
        keep_description(described, into, table=own.name)


def _keep_part(into: Path, task: Task, shared: Sequence[Path | None]) -> None:
    """The region's part of a pack: its rows, and what it is compared with."""
    pack = read_pack(task.job.dataset.table.parent)
    _keep_shared(into, task, shared, pack.folder)
    region = task.job.request.parameters.get("region")
    if region is None:
        shutil.copyfile(pack.folder / PACK, into / PACK)
        return
    code, contents = str(region), contents_of(task.job.dataset, lang=task.job.request.lang)
    own = pack.table_of(code)
    (into / "regions").mkdir()
    shutil.copyfile(own, into / "regions" / own.name)
    elsewhere = (contents.total - int(contents.regions[code].rows, 16)) % 2**256
    year = int(task.job.request.parameters["year"])
    write_pack(part_of(pack, code, year, elsewhere=elsewhere), into)
