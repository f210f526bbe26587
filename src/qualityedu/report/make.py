"""One request → one folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualityedu.datasets import Dataset
from qualityedu.errors import RequestError
from qualityedu.render import FORMATS, render
from qualityedu.report.contents import hash_of_table
from qualityedu.report.data import keep_data
from qualityedu.report.plan import Job, Task
from qualityedu.report.record import close, folder_name, identity, rendering, slug
from qualityedu.report.request import Request, cells_of, check_request, notebook_path
from qualityedu.report.sections import failed_sections, with_sections_marked

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from qualityedu.report.execute import Limits

__all__ = ["headline_of", "make_report", "make_task"]


def make_report(
    request: Request, dataset: Dataset, *, into: Path, title: str, formats: Sequence[str] = FORMATS
) -> Path:
    """Make one report and return its folder, `into/<data set>/<region>-<year>-<language>-<id>`.

    The folder holds `share/report.html` and the other formats (what may be sent), `numbers.txt` (the reviewer's
    digest), `report.ipynb` (executed, without paths), the table as it was and the analysis plan, where one was given,
    under `data/`, and `record.json`, which is written last. Work is done beside it and renamed when whole, so a
    report that was there before stays until the new one is complete. Where the one before is open in another program
    and cannot be replaced, the new one is left beside it, and that folder, which ends in `.new`, is returned.

    Raises RequestError before a kernel starts, IntakeError for cells to mend, papermill's PapermillExecutionError
    where a cell fails; the executed notebook is then kept under `<folder>.failed`.
    """
    check_request(request)
    head = identity(request, dataset)
    folder = into / slug(dataset.id) / folder_name(request, head["id"])
    job = Job(request, dataset, title=title, name=title, units=0, asked=True)
    return make_task(Task(job, "execute", folder, head, tuple(formats)))


def make_task(task: Task, *, shared: Sequence[Path | None] = (), limits: Limits | None = None) -> Path:
    """Do what a task says, and return the folder; `shared` are copies of `shared_files` to which links will do.

    Raises what `make_report` raises, and RequestError where the table is no longer the one that was planned with.
    """
    target = task.folder
    work = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        _fill(work, task, shared, limits)
        _on_disk(work)
        done = _place(work, target)
    except BaseException:
        if task.what == "execute" and (work / "report.ipynb").exists():
            _keep_failed(work, target)
        shutil.rmtree(work, ignore_errors=True)
        raise
    if done == target:
        for leftover in (f"{target.name}.failed", f"{target.name}.new"):
            shutil.rmtree(target.with_name(leftover), ignore_errors=True)
    return done


def headline_of(notebook: NotebookNode) -> list[str]:
    """The first lines of a report: what its cells tagged `headline` show."""
    texts = [
        output.data["text/plain"]
        for cell in notebook.cells
        if "headline" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
        if "text/plain" in output.get("data", {})
    ]
    return "\n".join(texts).splitlines()


def _fill(work: Path, task: Task, shared: Sequence[Path | None], limits: Limits | None) -> None:
    job, request = task.job, task.job.request
    notebook = _executed(work, task, limits) if task.what == "execute" else _with_new_prose(work, task)
    rendered = render(
        notebook,
        into=work / "share",
        formats=task.formats,
        title=job.title,
        lang=request.lang,
        facts=_facts(job, task.head),
    )
    _write(work / "numbers.txt", _numbers_of(notebook))
    keep_data(work / "data", task, shared)
    close(
        {**task.head, "headline": headline_of(notebook), "failed_sections": failed_sections(notebook)},
        work,
        rendered_by=rendering(request, job.title),
        formats={name: rendered.failed.get(name, "made") for name in task.formats},
    )


def _executed(work: Path, task: Task, limits: Limits | None) -> NotebookNode:
    from papermill.exceptions import PapermillExecutionError

    from qualityedu.report.execute import execute

    _same_table(task)
    given = {"limits": limits} if limits else {}
    try:
        notebook = execute(task.job.request, work / "report.ipynb", **given)
    except PapermillExecutionError:
        found = with_sections_marked(work / "report.ipynb", task.job.request.lang)
        if found is None:
            raise
        notebook = found
    _same_table(task)
    return notebook


def _numbers_of(notebook: NotebookNode) -> str:
    from qualityedu.report.execute import numbers_of

    return numbers_of(notebook)


def _same_table(task: Task) -> None:
    if hash_of_table(task.job.dataset) != task.head["data"]["sha256"]:
        raise RequestError("table_changed", name=task.job.dataset.name)


def _with_new_prose(work: Path, task: Task) -> NotebookNode:
    """The executed notebook that is kept, with the prose of its template as it is now."""
    import nbformat

    kept = nbformat.read(task.folder / "report.ipynb", as_version=4)
    prose = [
        cell["source"] for cell in cells_of(notebook_path(task.job.request.notebook)) if cell["cell_type"] != "code"
    ]
    there = [cell for cell in kept.cells if cell.cell_type != "code"]
    if len(prose) == len(there):
        for cell, source in zip(there, prose, strict=True):
            cell.source = source
    nbformat.write(kept, work / "report.ipynb")
    return kept


def _facts(job: Job, head: Mapping[str, Any]) -> dict[str, Any]:
    lang, dataset = job.request.lang, job.dataset
    return {
        "id": head["id"],
        "dataset": dataset.title[lang],
        "source": dataset.source.get(lang, ""),
        "licence": dataset.licence,
        "synthetic": dataset.synthetic,
        "year": job.request.parameters.get("year", ""),
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _on_disk(folder: Path) -> None:
    """Wait until a folder is on the disk and not only on its way there."""
    if os.name != "posix":
        return
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _place(work: Path, target: Path) -> Path:
    aside = target.with_name(f".{target.name}.old")
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
        try:
            target.rename(aside)
        except PermissionError:  # under Windows, a file that is open in Word cannot be moved
            return _beside(work, target)
    try:
        work.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    return target


def _beside(work: Path, target: Path) -> Path:
    beside = target.with_name(f"{target.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    work.rename(beside)
    return beside


def _keep_failed(work: Path, target: Path) -> None:
    failed = target.with_name(f"{target.name}.failed")
    with suppress(OSError):  # that it failed is worth more than the notebook of it
        shutil.rmtree(failed, ignore_errors=True)
        work.rename(failed)
