"""Fingerprints of what decides a result: files, values, the package's own code, and the packages it stands on."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distributions, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from qualityedu.datasets import Dataset

__all__ = [
    "converters",
    "fingerprint_of_environment",
    "hash_of",
    "hash_of_code",
    "hash_of_description",
    "hash_of_reader",
    "hash_of_rendering",
    "packages",
    "sha256",
]

# The packages on whose versions a number, or a figure that is drawn while the notebook runs, can depend.
_PACKAGES = (
    "formulaic", "linearmodels", "matplotlib", "narwhals", "numpy", "openpyxl", "pandas", "papermill", "pyarrow",
    "python-calamine", "scipy", "seaborn", "statsmodels", "xlrd",
)  # fmt: skip

# Those that only turn what was computed into files.
_CONVERTERS = ("jinja2", "nbformat", "nh3", "python-docx", "typst", "xlsxwriter")

# Rooms and files that do not touch a number: they turn, file and number what was computed.
_AFTERWARDS = ("cli", "render", "report")
_WHILE_RUNNING = ("report/execute.py", "report/warm")
_KINDS = {".py", ".toml", ".po", ".css", ".jinja", ".otf"}

# What a data set says of itself; its table counts by its rows, its id with the request.
_DESCRIBED = tuple(field.name for field in fields(Dataset) if field.name not in ("id", "table"))


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_of(value: Any) -> str:
    """The SHA-256 of a plain value: of its JSON with sorted keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def hash_of_description(dataset: Dataset) -> str:
    """The fingerprint of what a data set says of itself, its table and name apart."""
    return hash_of({name: getattr(dataset, name) for name in _DESCRIBED})


@lru_cache
def hash_of_code() -> str:
    """The fingerprint of the package's files that decide numbers, sentences and figures."""
    return _hash_of_files(
        (name, path)
        for name, path in _own_files()
        if name.split("/")[0] not in _AFTERWARDS or name.startswith(_WHILE_RUNNING)
    )


@lru_cache
def hash_of_rendering() -> str:
    """The fingerprint of what turns an executed notebook into files: our own code and the versions of converters."""
    own = _hash_of_files((name, path) for name, path in _own_files() if name.startswith("render/"))
    return hash_of([own, converters()])


@lru_cache
def hash_of_reader() -> str:
    """The fingerprint of what reads a table."""
    rooms = ("intake", "places", "columns.py", "indicators", "datasets")
    own = _hash_of_files((name, path) for name, path in _own_files() if name.split("/")[0] in rooms)
    return hash_of([own, packages(), platform.python_version(), sha256(Path(__file__).with_name("contents.py"))])


@lru_cache
def packages() -> dict[str, str]:
    """The versions of the packages on which a number can depend."""
    return _versions(_PACKAGES)


@lru_cache
def converters() -> dict[str, str]:
    """The versions of the packages that write the formats."""
    return _versions(_CONVERTERS)


@lru_cache
def fingerprint_of_environment() -> str:
    """One hash of every package installed, the Python and the machine; two runs with the same one differ by chance."""
    installed = sorted({f"{each.name}=={each.version}" for each in distributions()})
    return hash_of([installed, platform.python_version(), platform.system(), platform.machine()])


def _own_files() -> Iterable[tuple[str, Path]]:
    package = Path(str(files("qualityedu")))
    found = sorted(path for path in package.rglob("*") if path.suffix in _KINDS)
    return [(path.relative_to(package).as_posix(), path) for path in found]


def _hash_of_files(given: Iterable[tuple[str, Path]]) -> str:
    return hash_of([[name, _hash_of_text(path)] for name, path in given])


def _hash_of_text(path: Path) -> str:
    if path.suffix == ".otf":
        return sha256(path)
    # A checkout under Windows may end its lines otherwise.
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _versions(names: Iterable[str]) -> dict[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
