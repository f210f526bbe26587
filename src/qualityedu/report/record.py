"""What happened, in `record.json`: the request, hashes of everything that decides the result, and of the results."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualityedu.datasets import Dataset
from qualityedu.places import list_hash
from qualityedu.report.contents import Basis, basis_of, contents_of
from qualityedu.report.fingerprints import (
    fingerprint_of_environment,
    hash_of,
    hash_of_code,
    hash_of_description,
    hash_of_rendering,
    packages,
    sha256,
)
from qualityedu.report.request import Request, cells_of, notebook_path

__all__ = ["close", "folder_name", "identity", "read_record", "rendering", "seal_of", "sha256", "slug"]

RECORD = "record.json"

# Names that Windows keeps for devices.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}

# What decides the result: `id` stands for these, and of `data` for the rows and the description.
_DECIDING = ("request", "plan", "notebook", "code", "packages", "python")


def identity(request: Request, dataset: Dataset, basis: Basis | None = None) -> dict[str, Any]:
    """What decides the result of a request, and `id`, ten characters that stand for all of it.

    Of the table only the region's own rows count, in whatever order and file they stand; `data.others` says what the
    other regions' were, with which it is compared. `basis` is read from the table where it is not given. An
    analysis plan counts by its content. Raises IntakeError for cells to mend and RequestError for an unknown region.
    """
    region = request.parameters.get("region")
    if basis is None:
        contents = contents_of(dataset, lang=request.lang)
        basis = basis_of(contents, None if region is None else str(region))
    parameters: dict[str, Any] = {**request.parameters, "data": dataset.id}
    planned = {}
    if plan := request.parameters.get("plan"):
        parameters["plan"] = Path(str(plan)).name
        planned = {"plan": {"name": Path(str(plan)).name, "sha256": sha256(Path(str(plan)))}}
    head: dict[str, Any] = {
        "request": {"notebook": request.name, "parameters": parameters},
        "data": {
            "name": dataset.table.name,
            "sha256": basis.table,
            "rows": basis.rows,
            "others": basis.others,
            "description": hash_of_description(dataset),
            "sheet": dataset.sheet,
            "marks": list(basis.marks),
        },
        **planned,
        "notebook": hash_of(_code_cells(notebook_path(request.notebook))),
        "code": hash_of_code(),
        "places": list_hash(),
        "packages": packages(),
        "python": platform.python_version(),
    }
    deciding = {name: head[name] for name in _DECIDING if name in head}
    rows = [head["data"]["rows"], head["data"]["description"]]
    return {**head, "id": hash_of([deciding, rows])[:10]}


def rendering(request: Request, title: str) -> str:
    """The hash of what turns the executed notebook into files, and changes no number."""
    return hash_of([title, hash_of_rendering(), _prose(notebook_path(request.notebook))])


def close(head: Mapping[str, Any], folder: Path, *, rendered_by: str, formats: Mapping[str, str]) -> None:
    """Write a folder's record, which is the last file to be written: what is in it, by hash.

    `formats` says of each format that was asked for `made`, or why it could not be.
    """
    record: dict[str, Any] = {
        **head,
        "rendering": rendered_by,
        "formats": dict(formats),
        "environment": {"fingerprint": fingerprint_of_environment()},
        "numbers": sha256(folder / "numbers.txt"),
        "outputs": {name: sha256(path) for name, path in files_of(folder).items()},
    }
    record["seal"] = seal_of(record)
    text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8", newline="\n")


def seal_of(record: Mapping[str, Any]) -> str:
    """The hash of a record without its seal: an edited one does not agree with it."""
    return hash_of({name: value for name, value in record.items() if name != "seal"})


def files_of(folder: Path) -> dict[str, Path]:
    """Every file of a report's folder but its record, by its path in it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {path.relative_to(folder).as_posix(): path for path in found if path != folder / RECORD}


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of a report's folder; None where there is none that can be read."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def folder_name(request: Request, name: str) -> str:
    """The name of a report's folder: what was asked for, then the id of what decides the result."""
    asked = [request.parameters.get("region"), request.parameters.get("year"), request.lang]
    words = [slug(str(each)) for each in asked if each is not None]
    prefix = [] if request.name == "region_report" else [slug(request.name)]
    return "-".join([*prefix, *words, name])


def slug(text: str) -> str:
    """A folder's name of a-z, 0-9, Chinese characters and hyphens; where anything was lost, a hash keeps it apart."""
    plain = re.sub(r"[^a-z0-9\u4e00-\u9fff]+", "-", text.lower()).strip("-")[:40].strip("-")
    if plain and plain == text and plain not in _DEVICES:
        return plain
    return f"{plain or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _code_cells(path: Path) -> list[Any]:
    return [
        [cell["source"], sorted(cell["metadata"].get("tags", []))]
        for cell in cells_of(path)
        if cell["cell_type"] == "code"
    ]


def _prose(path: Path) -> list[Any]:
    return [cell["source"] for cell in cells_of(path) if cell["cell_type"] != "code"]
