"""A notebook executed by itself, from a kernel that nothing ran in before, where its own parameters hold."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient import NotebookClient
from nbformat import NotebookNode

from qualityedu.report.execute import transport
from qualityedu.report.sections import MAY_FAIL

__all__ = ["executed_afresh"]

# A cell of a report takes seconds; one that takes ten minutes hangs.
_SECONDS = 600


def executed_afresh(notebook: NotebookNode, *, place: Path, kernel: str = "python3") -> NotebookNode:
    """A copy of a notebook with its outputs made anew, in a fresh kernel whose working folder is `place`.

    The notebook itself is left as it is. A section that may fail in a report may not fail here: raises nbclient's
    CellExecutionError where a cell fails and CellTimeoutError where one takes longer than ten minutes.
    """
    executed: NotebookNode = deepcopy(notebook)
    for cell in executed.cells:
        cell.metadata.tags = [tag for tag in cell.metadata.get("tags", []) if tag != MAY_FAIL]
    resources = {"metadata": {"path": str(place)}}
    with TemporaryDirectory(prefix="qe-", ignore_cleanup_errors=True) as sockets:
        client = NotebookClient(
            executed, kernel_name=kernel, timeout=_SECONDS, resources=resources, config=transport(sockets)
        )
        client.execute()
    return executed
