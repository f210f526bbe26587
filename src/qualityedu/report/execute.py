"""Notebooks are executed here and nowhere else."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from traitlets.config import Config

from qualityedu.report.request import Request, notebook_path
from qualityedu.report.warm.engine import WarmEngine
from qualityedu.report.warm.fresh import is_fresh
from qualityedu.report.warm.limits import limited_memory

__all__ = ["KernelLost", "Limits", "OverTime", "execute", "numbers_of", "transport"]

# One notebook is one process; threads of linear algebra inside it would only get in each other's way.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_TAIL = 20  # lines


@dataclass(frozen=True)
class Limits:
    """What one notebook may take: `seconds` for all its cells together, `memory` in bytes of address space.

    Address space is more than the memory used: with the libraries loaded a process has about 1.5 GB of it.
    """

    seconds: float | None = 600
    memory: int | None = None


class KernelLost(Exception):
    """The process that ran the notebook ended, or would not start: `reason`, and `tail`, the last lines it printed."""

    def __init__(self, reason: str, tail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.tail = tail


class OverTime(Exception):
    """The notebook took longer than it was given: `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"more than {seconds:g} s")
        self.seconds = seconds


_NO_LIMITS = Limits()


def execute(request: Request, output: Path, *, limits: Limits = _NO_LIMITS) -> NotebookNode:
    """Execute the requested notebook through Papermill and keep the executed one at `output`, failed or not.

    In a fresh fork of the warm parent its cells run in this very process, anywhere else in an ordinary kernel (where
    `limits.seconds` holds for each cell). Random numbers start from what is asked for: the same request draws the
    same ones. Paths and times are taken out of what is kept.

    Raises papermill's PapermillExecutionError where a cell fails (a fault of ours, for everything a user can get wrong
    is refused before), KernelLost where the kernel's process ended or would not start, and OverTime.
    """
    os.environ.update(_ONE_THREAD)
    # Under any name, also where the package's entry points are not installed.
    papermill_engines.register("qualityedu", WarmEngine)
    held: list[NotebookNode] = []
    ordinary = not is_fresh()
    try:
        # A kernel takes over the limit of the process that starts it.
        with limited_memory(limits.memory), TemporaryDirectory(prefix="qe-", ignore_cleanup_errors=True) as sockets:
            papermill.execute_notebook(
                str(notebook_path(request.notebook)),
                None,
                parameters=request.parameters,
                engine_name="qualityedu",
                kernel_name="python3",
                progress_bar=False,
                shutdown_kernel="immediate",
                config=transport(sockets) if ordinary else Config(),
                whole_timeout=limits.seconds,
                seed=_seed(request),
                ordinary=ordinary,
                held=held,
            )
    except CellTimeoutError as error:
        raise OverTime(limits.seconds or 0) from error
    except DeadKernelError as error:
        raise KernelLost(str(error), _tail_of(held)) from error
    except RuntimeError as error:
        if type(error) is RuntimeError and "ernel" in str(error):  # as jupyter_client says that one did not start
            raise KernelLost(str(error), _tail_of(held)) from error
        raise
    finally:
        for notebook in held:
            nbformat.write(_without_traces(notebook, request), output)
    return held[0]


def _seed(request: Request) -> int:
    """A number from what is asked for, wherever the files are."""
    given = {name: _without_path(value) for name, value in request.parameters.items()}
    asked = json.dumps([request.notebook, given], sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(asked.encode()).digest()[:8], "big")


def _tail_of(held: list[NotebookNode]) -> str:
    printed = [
        output.text
        for notebook in held
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    ]
    return "\n".join("".join(printed).splitlines()[-_TAIL:])


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
        lines.append(line if given == _without_path(given) else f"{name} = {_without_path(given)!r}")
    return "\n".join(lines)


def _without_path(value: Any) -> Any:
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
