"""One request → one folder."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from qualityedu.datasets import Dataset
from qualityedu.render import render_html
from qualityedu.report.execute import execute, numbers_of
from qualityedu.report.record import folder_name, identity, sha256, slug
from qualityedu.report.request import Request, check_request

__all__ = ["make_report"]


def make_report(request: Request, dataset: Dataset, *, into: Path, title: str) -> Path:
    """Make one report and return its folder, `into/<data set>/<region>-<year>-<language>-<id>`.

    The folder holds `share/report.html` (what may be sent), `numbers.txt` (the reviewer's digest), `report.ipynb`
    (executed, without paths), the table as it was and the
    analysis plan, where one was given, under `data/`, and `record.json`, which is written last. Work is
    done beside it and renamed when whole, so a report that was there before stays until the new one is complete.

    Raises RequestError before a kernel starts, papermill's PapermillExecutionError where a cell fails; the
    executed notebook is then kept under `<folder>.failed`.
    """
    check_request(request)
    record = identity(request, dataset)
    target = into / slug(dataset.id) / folder_name(request, record["id"])
    work = target.with_name(f".{target.name}.{os.getpid()}")
    work.mkdir(parents=True, exist_ok=True)
    try:
        _fill(work, request, dataset, title, record)
    except BaseException:
        if (work / "report.ipynb").exists():
            _rename(work, target.with_name(f"{target.name}.failed"))
        shutil.rmtree(work, ignore_errors=True)
        raise
    _rename(work, target)
    shutil.rmtree(target.with_name(f"{target.name}.failed"), ignore_errors=True)
    return target


def _fill(work: Path, request: Request, dataset: Dataset, title: str, record: dict[str, Any]) -> None:
    notebook = execute(request, work / "report.ipynb")
    page = work / "share" / "report.html"
    page.parent.mkdir()
    page.write_text(render_html(notebook, title=title, lang=request.lang), encoding="utf-8", newline="\n")
    numbers = work / "numbers.txt"
    numbers.write_text(numbers_of(notebook), encoding="utf-8", newline="\n")
    (work / "data").mkdir()
    shutil.copyfile(dataset.table, work / "data" / dataset.table.name)
    if plan := request.parameters.get("plan"):
        shutil.copyfile(str(plan), work / "data" / Path(str(plan)).name)
    closed = {**record, "outputs": {"report.html": sha256(page)}, "numbers": sha256(numbers)}
    text = json.dumps(closed, ensure_ascii=False, indent=2, sort_keys=True)
    (work / "record.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _rename(work: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}.old")
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
    work.rename(target)
    shutil.rmtree(aside, ignore_errors=True)
