"""Every fault has a test that injects it."""

from __future__ import annotations

import ast
from pathlib import Path

from fault_list import FAULTS


def _injected() -> dict[int, int]:
    """How many tests there are for each fault, by the class they are in."""
    found: dict[int, int] = {}
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name.startswith("TestF") and node.name[5:].isdecimal():
                tests = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name[:5] == "test_"]
                found[int(node.name[5:])] = found.get(int(node.name[5:]), 0) + len(tests)
    return found


def test_there_are_thirty_five_and_each_is_injected() -> None:
    assert sorted(FAULTS) == list(range(1, 36))
    injected = _injected()
    assert {number: name for number, name in FAULTS.items() if not injected.get(number)} == {}
    assert set(injected) <= set(FAULTS)
