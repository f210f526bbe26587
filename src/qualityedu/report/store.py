"""The digest that a notebook keeps, made anew from the notebook's own defaults.

python -m qualityedu.report.store notebooks/*.ipynb
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from qualityedu.errors import DefinitionError
from qualityedu.report.afresh import executed_afresh
from qualityedu.report.execute import numbers_of
from qualityedu.report.seals import write_seals

__all__ = ["store_digest"]


def store_digest(path: Path) -> None:
    """Execute a notebook and write it back with the digest as its only output.

    Raises DefinitionError where not exactly one code cell is tagged `reviewer`, or where it prints nothing, and
    nbclient's CellExecutionError where a cell fails; the file is then as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    reviewed = [position for position, cell in enumerate(notebook.cells) if _is_reviewed(cell)]
    if len(reviewed) != 1:
        raise DefinitionError(f"{path.name}: one code cell is tagged `reviewer`, not {len(reviewed)}.")
    executed = executed_afresh(notebook, place=path.parent)
    digest = numbers_of(executed)
    if not digest.strip():
        raise DefinitionError(f"{path.name}: the cell tagged `reviewer` printed nothing.")
    for position, cell in enumerate(notebook.cells):
        cell.id = f"cell-{position}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    kept = notebook.cells[reviewed[0]]
    kept.outputs = [nbformat.v4.new_output("stream", name="stdout", text=digest)]
    kept.execution_count = executed.cells[reviewed[0]].execution_count
    nbformat.write(notebook, path)


def _is_reviewed(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and "reviewer" in cell.metadata.get("tags", [])


if __name__ == "__main__":
    for name in sys.argv[1:]:
        store_digest(Path(name))
    write_seals()
