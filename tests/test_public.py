"""The public face: exactly what is exported, where it lives, and a word on each."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import subprocess
import sys
from dataclasses import make_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import qualityedu as qe

MODULES = ["qualityedu", *sorted(each.name for each in pkgutil.walk_packages(qe.__path__, "qualityedu."))]

# Each of these files is one thing of a kind, found by its folder.
ONE_THING = ("qualityedu.indicators.", "qualityedu.intake.checks.")


def _homes() -> dict[str, str]:
    homes: dict[str, str] = qe._HOMES
    return homes


def _order(name: str) -> tuple[int, str]:
    """As ruff sorts `__all__`: constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _undocumented(module: ModuleType, name: str) -> str:
    """A complaint about a public function or class without a docstring of its own."""
    thing = getattr(module, name, None)
    if not (inspect.isfunction(thing) or inspect.isclass(thing)):
        return ""
    # What dataclass writes where nobody did is the signature.
    words = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    spoken = bool(words and words.strip()) and not str(words).startswith(f"{name}(")
    return "" if spoken else f"{module.__name__}.{name} has no docstring"


def _silent_methods(module: ModuleType, name: str) -> list[str]:
    thing = getattr(module, name, None)
    if not inspect.isclass(thing):
        return []
    members: dict[str, Any] = dict(vars(thing))
    functions = {
        key: each.fget if isinstance(each, property) else each for key, each in members.items() if key[0] != "_"
    }
    return [
        f"{module.__name__}.{name}.{key} has no docstring"
        for key, each in functions.items()
        if inspect.isfunction(each) and not each.__doc__
    ]


def test_exactly_what_is_at_home_is_exported() -> None:
    assert set(qe.__all__) == set(_homes())
    assert len(set(qe.__all__)) == len(qe.__all__)
    assert dir(qe) == sorted(qe.__all__)


def test_exports_are_sorted() -> None:
    assert list(qe.__all__) == sorted(qe.__all__, key=_order)
    assert list(_homes()) == sorted(_homes())


@pytest.mark.parametrize("name", sorted(_homes()))
def test_each_name_leads_home(name: str) -> None:
    home = _homes()[name]
    thing = getattr(qe, name)
    if home:
        assert thing is getattr(import_module(f"qualityedu.{home}"), name)
        assert name in import_module(f"qualityedu.{home}").__all__
    else:
        assert thing is import_module(f"qualityedu.{name}")


def test_editors_are_told_the_same_homes() -> None:
    tree = ast.parse(Path(str(qe.__file__)).read_text(encoding="utf-8"))
    guard = next(node for node in tree.body if isinstance(node, ast.If))
    assert isinstance(guard.test, ast.Name)
    assert guard.test.id == "TYPE_CHECKING"
    told = {
        alias.name: (node.module or "").removeprefix("qualityedu").removeprefix(".")
        for node in guard.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == _homes()


def test_a_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'nothing_of_the_kind'"):
        qe.nothing_of_the_kind  # noqa: B018


def test_asking_for_the_package_draws_nothing_in() -> None:
    """Half a second for matplotlib, another for statsmodels: not before they are asked for."""
    asked = (
        "import sys, qualityedu; print(sorted({'matplotlib', 'statsmodels', 'pandas', 'seaborn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", MODULES)
def test_each_module_says_what_it_holds(module: str) -> None:
    loaded = import_module(module)
    assert loaded.__doc__
    if not module.startswith(ONE_THING) and module not in ("qualityedu.figures",):
        assert hasattr(loaded, "__all__"), f"{module} has no __all__"
    names = list(getattr(loaded, "__all__", ()))
    assert [name for name in names if not hasattr(loaded, name)] == []
    assert names == sorted(names, key=_order)
    assert [said for name in names if (said := _undocumented(loaded, name))] == []


def test_the_methods_of_what_is_public_are_documented() -> None:
    assert [said for name in qe.__all__ for said in _silent_methods(qe, name)] == []


def test_a_silent_name_is_noticed() -> None:
    module = ModuleType("somewhere")
    half = type("Half", (), {"__doc__": "Says so.", "silent": lambda self: None})
    things = {"silent": lambda: None, "spoken": _order, "Bare": make_dataclass("Bare", ["x"]), "Half": half}
    vars(module).update(things)
    assert _undocumented(module, "silent")
    assert not _undocumented(module, "spoken")
    assert _undocumented(module, "Bare")
    assert _silent_methods(module, "Half") == ["somewhere.Half.silent has no docstring"]


def test_the_command_and_the_package_have_one_version() -> None:
    from importlib.metadata import version

    assert re.fullmatch(r"\d+\.\d+\.\d+", version("qualityedu"))
