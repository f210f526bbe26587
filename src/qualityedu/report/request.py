"""What a person asks for: which notebook, with which parameters; checked before a kernel starts."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from qualityedu.datasets import shipped
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.report.seals import is_sealed
from qualityedu.text import LANGUAGES

__all__ = ["Request", "cells_of", "check_request", "notebook_path", "notebooks", "parameters_of"]

Parameter = str | int | float | bool


@dataclass(frozen=True)
class Request:
    """A notebook by name, and the values of its parameters by name."""

    notebook: str
    parameters: dict[str, Parameter] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the notebook is called: its name, or that of its file."""
        return Path(self.notebook).stem if self.notebook.endswith(".ipynb") else self.notebook

    @property
    def lang(self) -> str:
        """The language of the report."""
        return str(self.parameters.get("lang", "zh"))


def notebooks() -> list[str]:
    """The names of the notebooks that come with the package."""
    return sorted(path.stem for path in shipped("notebooks").glob("*.ipynb"))


def notebook_path(name: str) -> Path:
    """Where a notebook is: one that comes with the package by its name, another by the path of its file (.ipynb).

    Raises RequestError with the names there are, where there is no such file, or where one that came with the package
    is no longer as it came: what was altered is run only where it is named by its path.
    """
    if name.endswith(".ipynb"):
        if not Path(name).is_file():
            raise RequestError("no_such_notebook", path=name)
        return Path(name)
    if name not in notebooks():
        raise RequestError("unknown_notebook", name=name, known=", ".join(notebooks()))
    path = shipped("notebooks", f"{name}.ipynb")
    if not is_sealed(path):
        raise RequestError("notebook_altered", name=name, path=path)
    return path


def cells_of(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook, read once for as long as the file stays as it is.

    Raises RequestError where it cannot be read.
    """
    seen = path.stat()
    return _cells(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=32)
def _cells(path: Path, _: int, __: int) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [{**cell, "source": _whole(cell["source"]), "metadata": cell["metadata"]} for cell in found]
    except (ValueError, KeyError, TypeError) as error:
        raise RequestError("no_notebook", path=path) from error


def _whole(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def parameters_of(name: str) -> dict[str, Parameter]:
    """The parameters of a notebook with their defaults, read from its cell tagged `parameters`.

    Raises DefinitionError where that cell holds anything but assignments of plain values.
    """
    cells = [cell for cell in cells_of(notebook_path(name)) if "parameters" in cell["metadata"].get("tags", [])]
    if len(cells) != 1:
        raise DefinitionError(f"{Path(name).stem}.ipynb: one cell is tagged `parameters`, not {len(cells)}.")
    found: dict[str, Parameter] = {}
    for statement in ast.parse(cells[0]["source"]).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str() | int() | float() as value)):
                found[target] = value
            case _:
                raise DefinitionError(f"{Path(name).stem}.ipynb: `{ast.unparse(statement)}` is no parameter.")
    return found


def check_request(request: Request) -> None:
    """Hold the names and types of the parameters against the notebook's own.

    Raises RequestError for a notebook that does not come with the package, a name it does not have (with the
    nearest it has), a value of another type, a language there is not, or an analysis plan that cannot be read.
    """
    declared = parameters_of(request.notebook)
    for name, value in request.parameters.items():
        if name not in declared:
            near = get_close_matches(name, declared, n=1) or sorted(declared)
            raise RequestError("unknown_parameter", name=name, notebook=request.notebook, near=", ".join(near))
        wanted = type(declared[name])
        if type(value) is not wanted:
            raise RequestError("parameter_type", name=name, seen=repr(value), example=repr(declared[name]))
    if request.lang not in LANGUAGES:
        raise RequestError("unknown_language", seen=request.lang, known=", ".join(LANGUAGES))
    if plan := request.parameters.get("plan"):
        from qualityedu.models.plan import read_plan  # estimators take a second to load

        read_plan(str(plan))
