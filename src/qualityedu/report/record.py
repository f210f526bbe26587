"""What happened, in `record.json`: the request, hashes of everything that decides the result, and of the results."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from dataclasses import fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat

from qualityedu.datasets import Dataset
from qualityedu.report.request import Request, notebook_path

__all__ = ["folder_name", "identity", "sha256", "slug"]

# The packages on whose versions a number can depend.
_PACKAGES = ("pandas", "numpy", "scipy", "statsmodels", "narwhals", "formulaic", "seaborn", "matplotlib", "papermill")

# Names that Windows keeps for devices.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}

# What a data set says of itself; its table counts by content, its id with the request.
_DESCRIBED = tuple(field.name for field in fields(Dataset) if field.name not in ("id", "table"))


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def identity(request: Request, dataset: Dataset) -> dict[str, Any]:
    """Everything that decides the result of a request, and `id`, ten characters that stand for all of it.

    Where an analysis plan was given, it counts by its content, as the table does.
    """
    parameters = {**request.parameters, "data": dataset.id}
    planned = {}
    if plan := request.parameters.get("plan"):
        parameters["plan"] = Path(str(plan)).name
        planned = {"plan": {"name": Path(str(plan)).name, "sha256": sha256(Path(str(plan)))}}
    decided = {
        "request": {"notebook": request.notebook, "parameters": parameters},
        "table": {"name": dataset.table.name, "sha256": sha256(dataset.table)},
        **planned,
        "description": _hash_of({name: getattr(dataset, name) for name in _DESCRIBED}),
        "notebook": _hash_of_notebook(request.notebook),
        "code": _hash_of_code(),
        "packages": _versions(),
        "python": platform.python_version(),
    }
    return {**decided, "id": _hash_of(decided)[:10]}


def folder_name(request: Request, name: str) -> str:
    """The name of a report's folder: what was asked for, then the id of what decides the result."""
    asked = [request.parameters.get("region"), request.parameters.get("year"), request.lang]
    words = [slug(str(each)) for each in asked if each is not None]
    prefix = [] if request.notebook == "region_report" else [slug(request.notebook)]
    return "-".join([*prefix, *words, name])


def slug(text: str) -> str:
    """A folder's name of a-z, 0-9, Chinese characters and hyphens; where anything was lost, a hash keeps it apart."""
    plain = re.sub(r"[^a-z0-9\u4e00-\u9fff]+", "-", text.lower()).strip("-")[:40].strip("-")
    if plain and plain == text and plain not in _DEVICES:
        return plain
    return f"{plain or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _hash_of(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _hash_of_notebook(name: str) -> str:
    notebook = nbformat.read(notebook_path(name), as_version=4)
    return _hash_of([[cell.cell_type, cell.source, cell.metadata.get("tags", [])] for cell in notebook.cells])


@lru_cache
def _hash_of_code() -> str:
    package = Path(str(files("qualityedu")))
    kinds = {".py", ".toml", ".po", ".css", ".jinja"}
    sources = sorted(path for path in package.rglob("*") if path.suffix in kinds)
    return _hash_of([[path.relative_to(package).as_posix(), sha256(path)] for path in sources])


@lru_cache
def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
