"""Notebooks are executed here and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import papermill
from nbformat import NotebookNode
from traitlets.config import Config

from qualityedu.report.request import Request, notebook_path

__all__ = ["execute", "numbers_of", "transport"]

# One notebook is one process; threads of linear algebra inside it would only get in each other's way.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_NOT_KEPT = ("input_path", "output_path", "start_time", "end_time", "duration")


def execute(request: Request, output: Path) -> NotebookNode:
    """Execute the requested notebook through Papermill and keep the executed one at `output`, failed or not.

    Paths and times are taken out of what is kept. Raises papermill's PapermillExecutionError where a cell fails:
    that is a fault of ours, for everything a user can get wrong is refused before.
    """
    os.environ.update(_ONE_THREAD)
    try:
        with TemporaryDirectory(prefix="qe-", ignore_cleanup_errors=True) as sockets:
            papermill.execute_notebook(
                str(notebook_path(request.notebook)),
                str(output),
                parameters=request.parameters,
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                shutdown_kernel="immediate",
                config=transport(sockets),
            )
    finally:
        if output.exists():
            notebook = _without_traces(nbformat.read(output, as_version=4), request)
            nbformat.write(notebook, output)
    return nbformat.read(output, as_version=4)


def transport(folder: str) -> Config:
    """How to talk to a kernel: by sockets in `folder` instead of open ports; Windows has no such sockets.

    The folder is for one kernel alone: kernels that start together in one folder would take the same names.
    """
    if os.name != "posix":
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": str(Path(folder, "kernel"))}})


def numbers_of(notebook: NotebookNode) -> str:
    """What the cell tagged `reviewer` printed: the digest."""
    return "".join(
        output.text
        for cell in notebook.cells
        if cell.cell_type == "code" and "reviewer" in cell.metadata.get("tags", [])
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stdout"
    )


def _without_traces(notebook: NotebookNode, request: Request) -> NotebookNode:
    notebook.metadata.pop("papermill", None)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for position, cell in enumerate(notebook.cells):
        cell.id = f"cell-{position}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = _without_paths(cell.source, request)
    return notebook


def _without_paths(source: str, request: Request) -> str:
    lines = []
    for line in source.splitlines():
        name, _, _ = line.partition(" = ")
        given = request.parameters.get(name)
        its_path = isinstance(given, str) and Path(given).is_absolute()
        lines.append(f"{name} = {Path(str(given)).name!r}" if its_path else line)
    return "\n".join(lines)
