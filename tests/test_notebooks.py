"""The house rules for notebooks: thin, tagged, safe to show, and with something for nbval to compare."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from conftest import ROOT
from qualityedu.errors import DefinitionError
from qualityedu.report import notebooks, parameters_of
from qualityedu.report.store import store_digest

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 8
REVIEWED = {"reviewer", "nbval-check-output"}

# Frames that hold more than may be shown; a cell that ends in one would show it.
BARE = {"overview", "schools", "findings"}


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _tree(cell: NotebookNode) -> ast.Module:
    return ast.parse(cell.source)


def _shows(cell: NotebookNode) -> bool:
    """Whether a code cell leaves an output: a last expression that is shown, or a call of print."""
    body = _tree(cell).body
    prints = any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print" for n in _nodes(cell)
    )
    return prints or bool(body and isinstance(body[-1], ast.Expr))


def _nodes(cell: NotebookNode) -> list[ast.AST]:
    return list(ast.walk(_tree(cell)))


def _complaints(notebook: NotebookNode) -> list[str]:
    """What the house rules have against a notebook."""
    code = [(position, cell) for position, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    found = [f"cell {position}: {said}" for position, cell in code for said in _of_cell(cell)]
    found += _of_parameters([cell for _, cell in code if "parameters" in _tags(cell)])
    found += _of_review([cell for _, cell in code if "reviewer" in _tags(cell)])
    found += [
        f"cell {position}: a markdown cell is for analysts and is tagged `reviewer`"
        for position, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown" and "reviewer" not in _tags(cell)
    ]
    if [cell.get("id") for cell in notebook.cells] != [f"cell-{n}" for n in range(len(notebook.cells))]:
        found.append("cell ids are cell-0, cell-1, …")
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("the kernel is python3")
    if set(notebook.metadata) - {"kernelspec", "language_info"}:
        found.append(f"metadata besides the kernel: {sorted(notebook.metadata)}")
    return found


def _of_cell(cell: NotebookNode) -> list[str]:
    found = []
    kept = "reviewer" in _tags(cell)
    if any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda) for n in _nodes(cell)):
        found.append("no def, class or lambda")
    if len(cell.source.splitlines()) > MOST_LINES:
        found.append(f"more than {MOST_LINES} lines")
    if cell.source.rstrip().endswith(";"):
        found.append("no ; at the end")
    texts = [n.value for n in _nodes(cell) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    found += [f"a path: {text!r}" for text in texts if re.search(r"[/\\]|^\.|^~|\.\w{2,5}$", text)]
    imported = {a.name for n in _nodes(cell) if isinstance(n, ast.Import) for a in n.names}
    imported |= {str(n.module) for n in _nodes(cell) if isinstance(n, ast.ImportFrom)}
    found += [f"imports {name}" for name in sorted(imported - {"qualityedu"})]
    if _ends_bare(cell):
        found.append("ends in a bare frame; tables and figures pass through release")
    if kept != ("nbval-check-output" in _tags(cell)):
        found.append("`reviewer` and `nbval-check-output` go together")
    if not kept and (cell.outputs or cell.execution_count is not None):
        found.append("an output or a count that is not stripped")
    if not kept and _shows(cell) and "nbval-ignore-output" not in _tags(cell):
        found.append("shows something and is not tagged nbval-ignore-output")
    return found


def _ends_bare(cell: NotebookNode) -> bool:
    last = next(iter(_tree(cell).body[-1:]), None)
    bare = isinstance(last, ast.Expr) and isinstance(last.value, ast.Name | ast.Attribute | ast.Subscript)
    return bare and bool({n.id for n in ast.walk(last) if isinstance(n, ast.Name)} & BARE)


def _of_parameters(cells: list[NotebookNode]) -> list[str]:
    if len(cells) != 1:
        return [f"{len(cells)} cells tagged parameters"]
    return [
        f"`{ast.unparse(statement)}` is no parameter with a plain default"
        for statement in _tree(cells[0]).body
        if not (
            isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Constant)
            and isinstance(statement.value.value, str | int | float | bool)
        )
    ]


def _of_review(cells: list[NotebookNode]) -> list[str]:
    if len(cells) != 1:
        return [f"{len(cells)} code cells tagged reviewer"]
    (cell,) = cells
    found = []
    if [(output.output_type, output.get("name")) for output in cell.outputs] != [("stream", "stdout")]:
        found.append("the reviewer's cell keeps what it printed, and nothing else")
    elif not re.search(r"-?\d+\.\d{4}\b", cell.outputs[0].text):
        found.append("the digest has no number to four decimals")
    if cell.execution_count is None:
        found.append("the reviewer's cell keeps its count, or nbval does not compare it")
    return found


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _reviewed(notebook: NotebookNode) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.cell_type == "code" and "reviewer" in _tags(cell))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEachNotebook:
    def test_keeps_the_house_rules(self, path: Path) -> None:
        assert _complaints(_read(path)) == []

    def test_is_a_sound_notebook(self, path: Path) -> None:
        nbformat.validate(_read(path))
        assert path.read_text(encoding="utf-8").endswith("}\n")

    def test_comes_with_the_package(self, path: Path) -> None:
        assert path.stem in notebooks()
        parameters = parameters_of(path.stem)
        assert {"data", "year", "lang"} <= set(parameters)
        assert parameters["data"] in ("demo", "world")

    def test_every_parameter_is_used(self, path: Path) -> None:
        notebook = _read(path)
        names = {
            n.id for cell in notebook.cells if cell.cell_type == "code" for n in _nodes(cell) if isinstance(n, ast.Name)
            if isinstance(n.ctx, ast.Load)
        }  # fmt: skip
        assert set(parameters_of(path.stem)) <= names

    def test_stripped_it_is_complained_of(self, path: Path) -> None:
        """A notebook without any output passes nbval without a single comparison."""
        notebook = _read(path)
        _reviewed(notebook).outputs, _reviewed(notebook).execution_count = [], None
        assert any("keeps what it printed" in said for said in _complaints(notebook))
        assert any("keeps its count" in said for said in _complaints(notebook))


def test_notebooks_are_found() -> None:
    assert {"region_report", "quality_and_exam", "inputs_and_outcomes"} <= {path.stem for path in NOTEBOOKS}


def _source(position: int, text: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells[position].source = text

    return change


def _change(position: int, **fields: object) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells[position].update(fields)

    return change


def _tagged(position: int, *tags: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells[position].metadata = NotebookNode(tags=list(tags))

    return change


def _other_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec.name = "my-environment"


STREAM = nbformat.v4.new_output("stream", name="stdout", text="1.0000\n")


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (_source(3, "def f():\n    return 1"), "no def"),
        (_source(3, "class F:\n    pass"), "no def"),
        (_source(3, "(lambda: 1)()"), "no def"),
        (_source(3, "\n".join(f"a{n} = {n}" for n in range(9))), "more than 8"),
        (_source(3, "qe.tables.heading(report, lang);"), "no ;"),
        (_source(1, 'data = "../data/demo/schools.xlsx"\nyear = 1\nlang = "zh"'), "a path"),
        (_source(1, 'data = "/home/x/schools"'), "a path"),
        (_source(1, 'data = "schools.csv"'), "a path"),
        (_source(1, "data = None"), "no parameter"),
        (_source(1, "data: str"), "no parameter"),
        (_source(2, "import pandas as pd"), "imports pandas"),
        (_source(3, "overview"), "bare frame"),
        (_source(3, "overview.findings"), "bare frame"),
        (_source(3, "overview.findings['value']"), "bare frame"),
        (_source(3, "schools"), "bare frame"),
        (_change(3, execution_count=4), "not stripped"),
        (_change(3, outputs=[STREAM]), "not stripped"),
        (_change(3, id="abc"), "cell ids"),
        (_tagged(3), "not tagged nbval-ignore-output"),
        (_tagged(3, "reviewer", "nbval-check-output"), "2 code cells"),
        (_tagged(5, "nbval-check-output"), "0 code cells"),
        (_tagged(5, "reviewer"), "go together"),
        (_tagged(0), "markdown"),
        (_tagged(1), "0 cells tagged parameters"),
        (_change(5, outputs=[STREAM, STREAM]), "nothing else"),
        (_change(5, outputs=[NotebookNode(STREAM | {"name": "stderr"})]), "nothing else"),
        (_change(5, outputs=[NotebookNode(STREAM | {"text": "no number\n"})]), "no number"),
        (_other_kernel, "python3"),
    ],
)
def test_each_rule_can_be_broken(break_it: Callable[[NotebookNode], None], said: str) -> None:
    notebook = deepcopy(_read(ROOT / "notebooks" / "region_report.ipynb"))
    break_it(notebook)
    assert any(said in complaint for complaint in _complaints(notebook)), _complaints(notebook)


def _nbval(path: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "-p",
        "no:cacheprovider",
        path.name,
    ]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=300, check=False)


def _damaged(text: str) -> str:
    """The third digit of the last number with four decimals turned into another."""
    last = list(re.finditer(r"\d+\.\d{4}", text))[-1]
    digits = [place for place in range(last.start(), last.end()) if text[place].isdigit()]
    third = digits[2]
    return text[:third] + str((int(text[third]) + 1) % 10) + text[third + 1 :]


@pytest.mark.slow
class TestStoredDigest:
    NAME = "quality_and_exam.ipynb"

    @pytest.fixture
    def copy(self, tmp_path: Path) -> Path:
        return Path(shutil.copyfile(ROOT / "notebooks" / self.NAME, tmp_path / self.NAME))

    def test_unchanged_passes(self, copy: Path) -> None:
        done = _nbval(copy)
        assert done.returncode == 0, done.stdout[-2000:]

    def test_a_third_digit_changed_fails(self, copy: Path) -> None:
        notebook = _read(copy)
        output = _reviewed(notebook).outputs[0]
        before, output.text = output.text, _damaged(output.text)
        assert sum(a != b for a, b in zip(before, output.text, strict=True)) == 1
        nbformat.write(notebook, copy)
        done = _nbval(copy)
        assert done.returncode == 1
        assert "1 failed" in done.stdout

    def test_storing_gives_back_what_is_in_the_repository(self, copy: Path) -> None:
        stored = copy.read_bytes()
        notebook = _read(copy)
        for cell in notebook.cells:
            cell.id = f"other-{cell.id}"
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [STREAM], 9
        nbformat.write(notebook, copy)
        store_digest(copy)
        assert copy.read_bytes() == stored

    def test_a_cell_that_fails_leaves_the_file_alone(self, copy: Path) -> None:
        notebook = _read(copy)
        notebook.cells[2].source = "1 / 0"
        nbformat.write(notebook, copy)
        before = copy.read_bytes()
        with pytest.raises(Exception, match="ZeroDivisionError"):
            store_digest(copy)
        assert copy.read_bytes() == before


def test_storing_needs_one_reviewers_cell(tmp_path: Path) -> None:
    notebook = _read(NOTEBOOKS[0])
    _reviewed(notebook).metadata.tags = []
    path = tmp_path / "none.ipynb"
    nbformat.write(notebook, path)
    with pytest.raises(DefinitionError, match=r"none\.ipynb: one code cell is tagged `reviewer`, not 0"):
        store_digest(path)
