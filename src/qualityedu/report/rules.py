"""What would keep a notebook from being reviewed: rules that its text and its stored outputs can be held against."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from nbformat import NotebookNode

from qualityedu.errors import Problem
from qualityedu.report.verification.contents import machine_folders_in

__all__ = ["MOST_LINES", "lint"]

# More lines than this are arithmetic, and arithmetic belongs into the package, where it is tested.
MOST_LINES = 8

# What these give back holds more than may be shown: every school by name, or groups that are too small.
_UNRELEASED_CALLS = {"read_schools", "measure", "judge", "school_values", "overview", "open_overview", "appraise"}
_UNRELEASED_NAMES = {"overview", "schools", "findings"}

_CLOCKS = {"now", "today", "utcnow", "time", "perf_counter", "ctime", "strftime"}
_CLOCK_MODULES = {"datetime", "date", "time"}

# Each differs from run to run, or from machine to machine.
_PASSING = re.compile(
    r"\b\d{1,2}:\d{2}:\d{2}\b"  # a time of day, as statsmodels prints above its tables
    r"|\b0x[0-9a-f]{6,}\b"  # an address in memory
    r"|\bT_[0-9a-f]{5}\b"  # the random name of a styled table
    r"|\bipykernel_\d+\b"  # a process number
)


def lint(notebook: NotebookNode, *, name: str = "") -> list[Problem]:
    """What is to be changed in a notebook before it can be reviewed, in the order of its cells; nothing is a good sign.

    Of its code: plain Python, thin cells without definitions, no `;` at the end, no path, no clock, no random numbers
    without a seed, nothing shown that did not pass through release. Of its stored outputs: nothing on the error
    stream, no time, address or folder of a machine. Of the whole: one cell of parameters with plain defaults, one cell
    tagged `reviewer` that keeps a printed number for nbval to compare.
    """
    code = [(f"{name}[{place}]", cell) for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    unreleased = _UNRELEASED_NAMES | {each for _, cell in code for each in _unreleased_in(cell)}
    found = [problem for where, cell in code for problem in _of_cell(where, cell, unreleased)]
    found += _of_parameters(name, [each for each in code if "parameters" in _tags(each[1])])
    found += _of_review(name, [each for each in code if "reviewer" in _tags(each[1])])
    return found


def _of_cell(where: str, cell: NotebookNode, unreleased: set[str]) -> Iterator[Problem]:
    tree = _tree(cell)
    if tree is None:
        yield Problem("lint_no_python", where)
    else:
        for rule in _RULES:
            yield from rule(where, tree)
        if shown := _shown_bare(tree, unreleased):
            yield Problem("lint_bare", where, {"seen": shown})
    if cell.source.rstrip().endswith(";"):
        yield Problem("lint_semicolon", where)
    if len(cell.source.splitlines()) > MOST_LINES:
        yield Problem("lint_long", where, {"lines": len(cell.source.splitlines()), "most": MOST_LINES})
    yield from _of_outputs(where, cell)


def _of_definitions(where: str, tree: ast.Module) -> Iterator[Problem]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    if any(isinstance(node, kinds) for node in ast.walk(tree)):
        yield Problem("lint_definition", where)


def _of_paths(where: str, tree: ast.Module) -> Iterator[Problem]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_path(node.value):
            yield Problem("lint_path", where, {"seen": node.value})


def _is_path(text: str) -> bool:
    return bool(re.search(r"[/\\]|^\.|^~|\.\w{2,5}$", text))


def _of_clocks(where: str, tree: ast.Module) -> Iterator[Problem]:
    for call in _calls(tree):
        parts = ast.unparse(call.func).split(".")
        if parts[-1] in _CLOCKS and _CLOCK_MODULES & set(parts[:-1]):
            yield Problem("lint_clock", where, {"seen": ast.unparse(call.func)})


def _of_chance(where: str, tree: ast.Module) -> Iterator[Problem]:
    for call in _calls(tree):
        called = ast.unparse(call.func)
        legacy = re.search(r"(^|\.)random\.(?!default_rng|Generator|SeedSequence|PCG64)\w+$", called)
        if legacy or (called.endswith("default_rng") and not call.args and not call.keywords):
            yield Problem("lint_chance", where, {"seen": called})


_RULES: tuple[Callable[[str, ast.Module], Iterator[Problem]], ...] = (
    _of_definitions,
    _of_paths,
    _of_clocks,
    _of_chance,
)


def _of_outputs(where: str, cell: NotebookNode) -> Iterator[Problem]:
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            yield Problem("lint_stderr", where)
        if output.output_type == "error":
            yield Problem("lint_error", where, {"seen": output.ename})
        text = _text_of(output)
        if passing := sorted({match[0] for match in _PASSING.finditer(text)}):
            yield Problem("lint_passing", where, {"seen": passing[0]})
        if folders := machine_folders_in(text):
            yield Problem("lint_folder", where, {"seen": folders[0]})


def _text_of(output: NotebookNode) -> str:
    texts = [value for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(str(each) for each in [output.get("text", ""), *texts, *output.get("traceback", [])])


def _of_parameters(name: str, cells: list[tuple[str, NotebookNode]]) -> Iterator[Problem]:
    if len(cells) != 1:
        yield Problem("lint_parameters", name, {"count": len(cells)})
        return
    ((where, cell),) = cells
    tree = _tree(cell)
    for statement in tree.body if tree else []:
        match statement:
            case ast.Assign(targets=[ast.Name()], value=ast.Constant(value=str() | int() | float())):
                continue
            case _:
                yield Problem("lint_no_parameter", where, {"seen": ast.unparse(statement)})


def _of_review(name: str, cells: list[tuple[str, NotebookNode]]) -> Iterator[Problem]:
    if len(cells) != 1:
        yield Problem("lint_reviewer", name, {"count": len(cells)})
        return
    ((where, cell),) = cells
    if [(output.output_type, output.get("name")) for output in cell.outputs] != [("stream", "stdout")]:
        yield Problem("lint_kept", where)
    elif not re.search(r"-?\d+\.\d+\b", cell.outputs[0].text):
        yield Problem("lint_no_number", where)
    if cell.execution_count is None:
        yield Problem("lint_no_count", where)


def _shown_bare(tree: ast.Module, unreleased: set[str]) -> str:
    last = next(iter(tree.body[-1:]), None)
    if not isinstance(last, ast.Expr) or not isinstance(
        last.value, ast.Name | ast.Attribute | ast.Subscript | ast.Call
    ):
        return ""
    shown: ast.expr = last.value
    while isinstance(shown, ast.Attribute | ast.Subscript | ast.Call):
        # Of a call only a method of the frame itself counts: a table or figure is given the frame, and releases it.
        shown = shown.func if isinstance(shown, ast.Call) else shown.value
    return ast.unparse(last.value) if isinstance(shown, ast.Name) and shown.id in unreleased else ""


def _unreleased_in(cell: NotebookNode) -> Iterator[str]:
    for node in ast.walk(_tree(cell) or ast.Module([], [])):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute(attr=called))):
                if called in _UNRELEASED_CALLS:
                    yield name


def _calls(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _tree(cell: NotebookNode) -> ast.Module | None:
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return None


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))
