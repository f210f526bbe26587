"""Notebooks executed again, and their stored digests held against the new ones, number by number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from qualityedu.datasets import shipped
from qualityedu.errors import RequestError
from qualityedu.report.afresh import executed_afresh
from qualityedu.report.comparison import Compared, compare, differences
from qualityedu.report.execute import numbers_of
from qualityedu.report.numbers import read_digest
from qualityedu.text import say

__all__ = ["Reviewed", "notebooks_to_review", "read_notebook", "review"]

Outcome = Literal["same", "different", "stripped", "failed"]


@dataclass(frozen=True)
class Reviewed:
    """One notebook reviewed: `same`, `different`, `stripped` (it keeps nothing to compare) or `failed` (a cell did).

    `compared` holds every quantity of the digest, `reason` the last line of what failed.
    """

    notebook: str
    outcome: Outcome
    compared: tuple[Compared, ...] = ()
    reason: str = ""

    @property
    def differences(self) -> list[Compared]:
        """The quantities that count as another number."""
        return differences(self.compared)

    def sentences(self, lang: str) -> list[str]:
        """The outcome in words, then one line for each quantity that differs."""
        counts = {"count": len(self.compared), "different": len(self.differences)}
        head = say(f"review.{self.outcome}", lang, notebook=self.notebook, reason=self.reason, **counts)
        return [head, *(each.sentence(lang) for each in self.differences)]


def notebooks_to_review(given: tuple[str, ...] = ()) -> list[Path]:
    """The notebooks that are named, or else all that come with the package.

    Raises RequestError for one that is no notebook.
    """
    paths = [Path(each) for each in given] or sorted(shipped("notebooks").glob("*.ipynb"))
    for path in paths:
        if not path.is_file() or path.suffix != ".ipynb":
            raise RequestError("review_no_notebook", path=path)
    return paths


def review(path: Path) -> Reviewed:
    """Execute a notebook afresh with its own parameters, and compare the digest it keeps with the new one.

    The file is not touched. Raises RequestError where it cannot be read as a notebook.
    """
    notebook = read_notebook(path)
    stored = read_digest(numbers_of(notebook))
    if not any(number.value is not None for number in stored):
        return Reviewed(path.stem, "stripped")
    try:
        executed = executed_afresh(notebook, place=path.resolve().parent)
    except CellExecutionError as error:  # its own text is coloured for a terminal
        return Reviewed(path.stem, "failed", reason=f"{error.ename}: {error.evalue}")
    except CellTimeoutError as error:
        return Reviewed(path.stem, "failed", reason=_last_line(error))
    compared = tuple(compare(stored, read_digest(numbers_of(executed))))
    return Reviewed(path.stem, "different" if differences(compared) else "same", compared)


def read_notebook(path: Path) -> NotebookNode:
    """A notebook in the present form. Raises RequestError where the file is none."""
    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError, AttributeError) as error:
        raise RequestError("review_no_notebook", path=path) from error


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
