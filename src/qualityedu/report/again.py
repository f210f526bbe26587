"""A report made again from its folder alone, and its numbers held against those it keeps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbformat import NotebookNode

from qualityedu.datasets import INSIDE, Dataset, open_dataset
from qualityedu.errors import RequestError
from qualityedu.report.comparison import Compared, Difference, compare, differences
from qualityedu.report.contents import Basis, basis_of, contents_of
from qualityedu.report.execute import execute, numbers_of
from qualityedu.report.numbers import read_digest, read_shown
from qualityedu.report.record import identity, read_record
from qualityedu.report.request import Request, notebooks
from qualityedu.text import say

__all__ = ["MOST_LISTED", "Changed", "Rerun", "rerun", "rerun_report"]

# More lines than this say no more; `--json` has them all.
MOST_LISTED = 40


@dataclass(frozen=True)
class Changed:
    """Something that decides numbers and is not as it was: `what` (python, package, code, …), `then` and `now`."""

    what: str
    then: str
    now: str
    name: str = ""

    def sentence(self, lang: str) -> str:
        """The change in words."""
        return say(f"rerun.changed.{self.what}", lang, name=self.name, then=self.then, now=self.now)


@dataclass(frozen=True)
class Rerun:
    """One report made again: `compared` holds every number of the digest and everything the report shows."""

    folder: Path
    changed: tuple[Changed, ...]
    compared: tuple[Compared, ...]

    @property
    def differences(self) -> list[Difference]:
        """The numbers and words that came out otherwise."""
        return differences(self.compared)

    def sentences(self, lang: str) -> list[str]:
        """What is not as it was, the outcome, then a line for each of the first numbers that differ."""
        found = self.differences
        counts = {"count": len(self.compared), "different": len(found)}
        more = [say("rerun.more", lang, count=len(found) - MOST_LISTED)] if len(found) > MOST_LISTED else []
        return [
            *(each.sentence(lang) for each in self.changed),
            say("rerun.different" if found else "rerun.same", lang, folder=self.folder.name, **counts),
            *(each.sentence(lang) for each in found[:MOST_LISTED]),
            *more,
        ]


def rerun(folder: Path | str) -> list[Difference]:
    """Make a report again from its folder alone and give back what came out otherwise; nothing means the same.

    See `rerun_report`, which also says what is not as it was, and compares what agrees.
    """
    return rerun_report(Path(folder)).differences


def rerun_report(folder: Path) -> Rerun:
    """Make a report again from `record.json`, `data/` and the notebook in its folder, and compare all it says.

    Numbers are compared with the tolerances of `tolerances.toml`: those of the digest one by one, then everything
    that the report shows in words. Where versions of Python or packages, the code or the table differ from the
    record, it goes on and says so. It works in a private folder that is removed; the report is not touched.

    Raises RequestError where the folder is no report, or where table or notebook are gone; what making it raises.
    """
    record = read_record(folder)
    if record is None or "request" not in record or not (folder / "numbers.txt").is_file():
        raise RequestError("rerun_no_report", path=folder)
    with TemporaryDirectory(prefix="qualityedu-", ignore_cleanup_errors=True) as private:
        place = Path(private).resolve()
        dataset = _dataset(folder, record, place)
        region = record["request"]["parameters"].get("region")
        contents = contents_of(dataset, lang=str(record["request"]["parameters"].get("lang", "zh")))
        basis = basis_of(contents, None if region is None else str(region))
        request = _request(folder, record, dataset, basis, place)
        changed = tuple(_changed(record, identity(request, dataset, basis)))
        executed = execute(request, place / "report.ipynb")
    kept = nbformat.read(folder / "report.ipynb", as_version=4)
    expected = [*read_digest((folder / "numbers.txt").read_text(encoding="utf-8")), *read_shown(kept)]
    actual = [*read_digest(numbers_of(executed)), *read_shown(executed)]
    return Rerun(folder, changed, tuple(compare(expected, actual)))


def _dataset(folder: Path, record: dict[str, Any], place: Path) -> Dataset:
    """The data set of a report, its table and its description copied out of the folder."""
    name, given = str(record["request"]["parameters"]["data"]), folder / "data"
    table = given / Path(str(record["data"]["name"])).name
    if not table.is_file():
        raise RequestError("rerun_no_table", name=table.name, path=folder)
    for path in sorted(given.rglob("*")):
        if path.is_file():
            copy = place / path.relative_to(given)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
    described = place / f"{name}.toml"
    if name in INSIDE and not described.exists():
        shutil.copyfile(str(files("qualityedu.datasets").joinpath(f"{name}.toml")), described)
    return open_dataset(_with_sheet(described if described.exists() else place / table.name, record))


def _with_sheet(path: Path, record: dict[str, Any]) -> str:
    sheet = record["data"].get("sheet", "")
    return f"{path}#{sheet}" if sheet else str(path)


def _request(folder: Path, record: dict[str, Any], dataset: Dataset, basis: Basis, place: Path) -> Request:
    """The request of a report, on the copy of its table, with the notebook that has the hash on record."""
    asked = record["request"]
    described = place / f"{dataset.id}.toml"
    parameters = {
        **asked["parameters"],
        "data": _with_sheet(described if described.exists() else dataset.table, record),
    }
    if plan := parameters.get("plan"):
        parameters["plan"] = str(place / Path(str(plan)).name)
    name = str(asked["notebook"])
    if name in notebooks():
        shipped = Request(name, parameters)
        if identity(shipped, dataset, basis)["notebook"] == record["notebook"]:
            return shipped
    kept = place / f"{Path(name).stem}.ipynb"
    nbformat.write(_as_it_was(folder), kept)
    request = Request(str(kept), parameters)
    if identity(request, dataset, basis)["notebook"] != record["notebook"]:
        raise RequestError("rerun_no_notebook", name=name, path=folder)
    return request


def _as_it_was(folder: Path) -> NotebookNode:
    """The notebook in a folder before it was run: without outputs, counts, and the cell of this report's parameters."""
    path = folder / "report.ipynb"
    if not path.is_file():
        raise RequestError("rerun_no_notebook", name="report.ipynb", path=folder)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _changed(then: dict[str, Any], now: dict[str, Any]) -> Iterator[Changed]:
    if then.get("python") != now["python"]:
        yield Changed("python", str(then.get("python", "—")), now["python"])
    before, after = then.get("packages", {}), now["packages"]
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Changed("package", before.get(name, "—"), after.get(name, "—"), name)
    if then.get("code") != now["code"]:
        yield Changed("code", str(then.get("code", "—"))[:10], now["code"][:10])
    for key, what in (("sha256", "table"), ("description", "description")):
        if then["data"].get(key) != now["data"][key]:
            yield Changed(what, str(then["data"].get(key, "—"))[:10], now["data"][key][:10], now["data"]["name"])
