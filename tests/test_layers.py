"""The stairs: a room imports only from rooms below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import qualityedu

PACKAGE = Path(qualityedu.__file__).parent
ORDER = [
    "text", "fonts", "errors", "columns", "measures", "indicators", "standards", "frameworks",
    "places", "datasets", "intake", "inequality", "findings", "release", "models", "tables", "figures",
    "render", "report", "cli",
]  # fmt: skip
# A leaf that only those who draw or write documents reach for.
ONLY_FOR = {"fonts": {"figures", "intake", "render"}}
READS_BY_NAME = {"import_module", "__import__", "files"}


def _rooms() -> dict[str, list[Path]]:
    """Every room and its Python files; `__init__.py` of the package is the public face, not a room."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.iterdir()):
        if path.is_dir() and path.name != "__pycache__":
            found[path.name] = sorted(path.rglob("*.py"))
        elif path.suffix == ".py" and path.stem not in ("__init__", "__main__"):
            found[path.stem] = [path]
    return found


def _imported_modules(source: str, module: str) -> set[str]:
    """Absolute names of all modules of the package that `source`, the text of `module`, imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*parent, *(node.module or "").split(".")]).strip(".")
            names |= {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and node.args and _called(node.func) in READS_BY_NAME:
            target = node.args[0]
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                names.add(target.value + ".")
    return {name for name in names if name.split(".")[0] == "qualityedu" and name != "qualityedu."}


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _wrong_imports(room: str, source: str, module: str, order: list[str] = ORDER) -> list[str]:
    """Complaints about the imports of one file of `room`."""
    found = []
    for name in sorted(_imported_modules(source, module)):
        other = name.split(".")[1] if "." in name else ""
        if other == room:
            continue
        if other not in order:
            found.append(f"{module} imports {name}: no room of that name; a room does not import the public face")
        elif order.index(other) > order.index(room):
            found.append(f"{module} imports {name}: {other} is above {room}")
        elif room not in ONLY_FOR.get(other, {room}):
            found.append(f"{module} imports {name}: {other} is only for {sorted(ONLY_FOR[other])}")
    return found


def _module_name(path: Path) -> str:
    """The dotted name as relative imports see it: a package counts with its `__init__`."""
    return ".".join(("qualityedu", *path.relative_to(PACKAGE).with_suffix("").parts))


def test_every_room_stands_on_the_stairs() -> None:
    assert set(_rooms()) - set(ORDER) == set()


def test_rooms_are_found() -> None:
    assert {"text", "errors", "columns", "measures", "indicators", "standards", "findings"} <= set(_rooms())


def test_imports_only_point_down() -> None:
    wrong = [
        complaint
        for room, paths in _rooms().items()
        if room in ORDER
        for path in paths
        for complaint in _wrong_imports(room, path.read_text(encoding="utf-8"), _module_name(path))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "source",
    [
        "import qualityedu.report",
        "import qualityedu.report.engine as engine",
        "from qualityedu.report import make_report",
        "from qualityedu.report.engine import run",
        "from qualityedu import report",
        "from ..report import make_report",
        "from .. import report",
        "def late():\n    from qualityedu.report import make_report\n    return make_report",
        "if TYPE_CHECKING:\n    from qualityedu.report import Record",
        "import importlib\nimportlib.import_module('qualityedu.report')",
        "from qualityedu import make_report",
        "import qualityedu",
        "from qualityedu import *",
        "from qualityedu.fonts import anything",
        "from importlib.resources import files\nfiles('qualityedu.fonts')",
        "from qualityedu.attic import trunk",
    ],
)
def test_an_upward_import_is_noticed(source: str) -> None:
    assert _wrong_imports("measures", source, "qualityedu.measures.ratio") != []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("measures", "from qualityedu.text import say"),
        ("measures", "from .ratio import Ratio"),
        ("measures", "from qualityedu.measures.ratio import Ratio"),
        ("measures", "from importlib.resources import files\nfiles('qualityedu')"),
        ("measures", "import pandas as pd\nfrom pathlib import Path"),
        ("figures", "from importlib.resources import files\nfiles('qualityedu.fonts')"),
        ("cli", "from qualityedu.report import make_report"),
    ],
)
def test_a_downward_import_is_not_complained_of(room: str, source: str) -> None:
    assert _wrong_imports(room, source, f"qualityedu.{room}.part") == []
