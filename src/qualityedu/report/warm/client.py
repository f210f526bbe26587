"""Papermill's own notebook client, with a shell in place of a kernel and its sockets.

What becomes of the messages (outputs, display ids, clear_output, log, times of the cells) is Papermill's and nbclient's
own code. What is ours: the cell at which a notebook was ended from outside is marked as failed, with the reason.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.iorw import write_ipynb

from qualityedu.report.warm.capture import Message

__all__ = ["Running", "WarmClient"]


class Running(Protocol):
    """Where the cells of one notebook run."""

    ended: bool

    def run(self, source: str, heard: Any, seconds: float | None = None) -> Any:
        """Run a cell to its `Reply`. Raises DeadKernelError where its process ended."""
        ...


class WarmClient(PapermillNotebookClient):  # type: ignore[misc]
    """Executes the cells of a notebook in `shell`; `whole` seconds are given to all of them together."""

    def __init__(self, nb_man: Any, shell: Running, *, whole: float | None = None, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._cells_in = shell
        self._deadline = time.monotonic() + whole if whole else None

    def execute(self, **_: Any) -> NotebookNode:
        """Execute all cells, or those before the first that fails."""
        from ipykernel.ipkernel import IPythonKernel

        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        self.set_widgets_metadata()
        return self.nb

    def papermill_execute_cells(self) -> None:
        """As Papermill does, but whatever stops a cell leaves it failed and those after it pending."""
        for index, cell in enumerate(self.nb.cells):
            try:
                self.nb_man.cell_start(cell, index)
                self.execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(self.nb.cells[index], cell_index=index, exception=error)
                break
            except BaseException as error:
                self._leave_failed(self.nb.cells[index], index, error)
                raise
            finally:
                self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)

    def execute_cell(self, cell: NotebookNode, cell_index: int, *_: Any, **__: Any) -> NotebookNode:
        """Execute one cell; raises CellExecutionError, CellTimeoutError or DeadKernelError as nbclient does."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self._cells_in.ended:
            raise DeadKernelError("Kernel died")
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        if self.record_timing:
            cell.metadata["execution"] = {"iopub.status.busy": timestamp()}
        seconds, of_cell = self._seconds(cell)
        reply = self._cells_in.run(cell.source, lambda each: self._take(each, cell, cell_index), seconds)
        content = reply.content
        if self.record_timing:
            cell.metadata["execution"] |= dict.fromkeys(("shell.execute_reply", "iopub.status.idle"), timestamp())
        if reply.late and not (of_cell and self.interrupt_on_timeout):
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", seconds, cell)  # type: ignore[arg-type]
        if reply.late and self.error_on_timeout:
            content = {**self.error_on_timeout, "status": "error"}
        allowed = not self.force_raise_errors and (
            self.allow_errors or content.get("ename") in self.allow_error_names or "raises-exception" in tags
        )
        if content.get("status") == "error" and not allowed:
            raise CellExecutionError.from_cell_and_msg(cell, content)
        return cell

    def _seconds(self, cell: NotebookNode) -> tuple[float | None, bool]:
        own = self._get_timeout(cell)
        if self._deadline is None:
            return own, True
        left = max(self._deadline - time.monotonic(), 0.001)
        return (own, True) if own is not None and own < left else (left, False)

    def _take(self, message: Message, cell: NotebookNode, cell_index: int) -> None:
        # A kernel sends what is printed in pieces, cut by the clock: here they are one output again.
        last: Any = cell.outputs[-1] if cell.outputs else {}
        content = message["content"]
        if (
            message["msg_type"] == "stream"
            and last.get("output_type") == "stream"
            and last.name == content["name"]
            and not self.clear_before_next_output
        ):
            last.text += content["text"]
            self.nb_man.autosave_cell()
            if self.log_output or self.stderr_file or self.stdout_file:
                self.log_output_message(new_output("stream", **content))
        else:
            self.process_message(message, cell, cell_index)

    def _leave_failed(self, cell: NotebookNode, index: int, error: BaseException) -> None:
        if cell.cell_type == "code" and isinstance(error, (CellTimeoutError, DeadKernelError)):
            told = new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[str(error)])
            faults = [place for place, each in enumerate(cell.outputs) if each.output_type == "error"]
            cell.outputs.insert(faults[0] if faults else len(cell.outputs), told)
        self.nb_man.cell_exception(cell, cell_index=index, exception=error)
        self.nb_man.nb.metadata.papermill["exception"] = True


def save_failed(nb_man: Any) -> None:
    """Write a notebook that was ended from outside, where Papermill would not: it was asked for one file at the end."""
    target = nb_man.nb.metadata.papermill.get("output_path")
    if not nb_man.output_path and target:
        write_ipynb(nb_man.nb, target)
