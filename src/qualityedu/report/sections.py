"""A section of a report that failed: marked in its place, and the others stay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from qualityedu.text import say

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["MAY_FAIL", "failed_sections", "with_sections_marked"]

# The tag with which Jupyter's own tools go on after a cell that raised.
MAY_FAIL = "raises-exception"

_MARK = "failed-section"


def with_sections_marked(path: Path, lang: str) -> NotebookNode | None:
    """An executed notebook in which each cell that raised and may fail says so to the reader.

    None where another cell raised, or one was not run. What is kept at `path` says the same.
    """
    import nbformat

    if not path.is_file():
        return None
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    raised = [cell for cell in code if any(output.output_type == "error" for output in cell.outputs)]
    may_fail = all(MAY_FAIL in cell.metadata.get("tags", []) for cell in raised)
    if not raised or not may_fail or not all(cell.execution_count for cell in code if cell.source.strip()):
        return None
    for cell in raised:
        error = next(output for output in cell.outputs if output.output_type == "error")
        words = say("batch.section_failed", lang)
        html = Markup('<p class="synthetic" role="note">{}</p>').format(words)
        data = {"text/html": str(html), "text/plain": words}
        cell.outputs = [nbformat.v4.new_output("display_data", data, metadata={_MARK: f"{cell.id}: {error.ename}"})]
    nbformat.write(notebook, path)
    return notebook


def failed_sections(notebook: NotebookNode) -> list[str]:
    """Which cells failed and of what kind the fault was; its message is left out, for it may quote a cell."""
    return [
        str(output.metadata[_MARK])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).get(_MARK)
    ]
