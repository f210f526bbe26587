"""What a person asks for: which notebook, with which parameters; checked before a kernel starts."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import nbformat

from qualityedu.datasets import shipped
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.text import LANGUAGES

__all__ = ["Request", "check_request", "notebook_path", "notebooks", "parameters_of"]

Parameter = str | int | float | bool


@dataclass(frozen=True)
class Request:
    """A notebook by name, and the values of its parameters by name."""

    notebook: str
    parameters: dict[str, Parameter] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """The language of the report."""
        return str(self.parameters.get("lang", "zh"))


def notebooks() -> list[str]:
    """The names of the notebooks that come with the package."""
    return sorted(path.stem for path in shipped("notebooks").glob("*.ipynb"))


def notebook_path(name: str) -> Path:
    """Where a notebook is. Raises RequestError with the names there are."""
    if name not in notebooks():
        raise RequestError("unknown_notebook", name=name, known=", ".join(notebooks()))
    return shipped("notebooks", f"{name}.ipynb")


def parameters_of(name: str) -> dict[str, Parameter]:
    """The parameters of a notebook with their defaults, read from its cell tagged `parameters`.

    Raises DefinitionError where that cell holds anything but assignments of plain values.
    """
    notebook = nbformat.read(notebook_path(name), as_version=4)
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise DefinitionError(f"notebooks/{name}.ipynb: one cell is tagged `parameters`, not {len(cells)}.")
    found: dict[str, Parameter] = {}
    for statement in ast.parse(cells[0].source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str() | int() | float() as value)):
                found[target] = value
            case _:
                raise DefinitionError(f"notebooks/{name}.ipynb: `{ast.unparse(statement)}` is no parameter.")
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
