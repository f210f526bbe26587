"""What stands in for a kernel, so that a fault takes a fraction of a second: a notebook written at once, or a fault.

Reports are made in real processes, forked from this one, so that what a test puts in place of `execute` is there too.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest

from qualityedu.datasets import Dataset
from qualityedu.report import Job, Request, make_batch
from qualityedu.report.batch import Batch
from qualityedu.report.contents import Basis
from qualityedu.report.execute import Limits
from qualityedu.report.fingerprints import hash_of, sha256

if sys.platform != "linux":
    pytest.skip("faults are injected by forking and by signals", allow_module_level=True)

Body = Callable[[Request, Path], None]


def executed(
    request: Request, output: Path, *, extra: list[Any] | None = None, limits: Limits | None = None
) -> nbformat.NotebookNode:
    """A notebook as if it had run: a digest, a headline, and a section."""
    region = request.parameters.get("region", "all")
    printed = nbformat.v4.new_output("stream", name="stdout", text=f"{region} 2023 0.5000\n")
    shown = nbformat.v4.new_output("display_data", {"text/html": f"<h1>{region}</h1>", "text/plain": f"about {region}"})
    cells = [
        nbformat.v4.new_code_cell("1", execution_count=1, outputs=[printed], metadata={"tags": ["reviewer"]}),
        nbformat.v4.new_code_cell("2", execution_count=2, outputs=[shown], metadata={"tags": ["headline"]}),
        *(extra or []),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, output)
    return notebook


@dataclass
class World:
    """A table, a folder for reports, and what happens when the notebook of a region is run."""

    table: Path
    into: Path
    faults: dict[str, Callable[[], Any]] = field(default_factory=dict)
    dataset_id: str = "t"

    @property
    def dataset(self) -> Dataset:
        """The table described; of no country."""
        return Dataset(self.dataset_id, self.table, {"zh": "示例", "en": "Example"}, country="", synthetic=True)

    def job(self, region: str, *, rows: str = "1", others: str = "", units: int = 30, **parameters: Any) -> Job:
        """A report on one region; `rows` and `others` stand for what the table holds."""
        given = {"data": str(self.table), "region": region, "year": 2023, "lang": "en", **parameters}
        basis = Basis(sha256(self.table), hash_of(rows), others, tuple(rows.split()))
        return Job(
            Request("region_report", given), self.dataset, f"Report {region}", f"Region {region}", units, basis=basis
        )

    def run(self, *jobs: Job, **options: Any) -> Batch:
        """Make them, each in a process that is a fork of this one."""
        context = multiprocessing.get_context("fork")
        settings: dict[str, Any] = {"workers": 2, "formats": ("html",), "lang": "en", "context": context, **options}
        return make_batch(list(jobs), into=self.into, **settings)

    def folders(self) -> list[str]:
        """Everything under the data set's folder, hidden or not."""
        home = self.into / self.dataset_id
        return sorted(path.name for path in home.iterdir()) if home.is_dir() else []

    def litter(self) -> list[str]:
        """What no run may leave: work half done, locks, scratch."""
        found = [path.relative_to(self.into).as_posix() for path in self.into.rglob(".*")]
        return [name for name in found if not name.startswith(".kept")]


@pytest.fixture(name="world")
def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in which every notebook runs, but for the regions in `faults`."""
    table = tmp_path / "schools.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    made = World(table, tmp_path / "reports")

    def execute(request: Request, output: Path, *, limits: Limits | None = None) -> nbformat.NotebookNode:
        fault = made.faults.get(str(request.parameters.get("region")))
        found = fault() if fault else None
        return executed(request, output, extra=found if isinstance(found, list) else None)

    monkeypatch.setattr("qualityedu.report.execute.execute", execute)
    return made
