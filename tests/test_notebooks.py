"""The rules for notebooks: what `lint` finds, the house's own rules besides, and what nbval does with the digests."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat import NotebookNode

from conftest import ROOT
from qualityedu.cli.commands import lint as lint_command
from qualityedu.errors import DefinitionError
from qualityedu.report import lint, notebooks, parameters_of
from qualityedu.report.afresh import executed_afresh
from qualityedu.report.execute import numbers_of
from qualityedu.report.numbers import read_digest
from qualityedu.report.store import store_digest
from qualityedu.text import LANGUAGES

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _nodes(cell: NotebookNode) -> list[ast.AST]:
    return list(ast.walk(ast.parse(cell.source)))


def _shows(cell: NotebookNode) -> bool:
    """Whether a code cell leaves an output: a last expression that is shown, or a call of print."""
    body = ast.parse(cell.source).body
    prints = any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print" for n in _nodes(cell)
    )
    return prints or bool(body and isinstance(body[-1], ast.Expr))


def _house_complaints(notebook: NotebookNode) -> list[str]:
    """What is asked of the notebooks that come with the package, and of no other."""
    code = [(position, cell) for position, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    found = [f"cell {position}: {said}" for position, cell in code for said in _of_cell(cell)]
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
    imported = {a.name for n in _nodes(cell) if isinstance(n, ast.Import) for a in n.names}
    imported |= {str(n.module) for n in _nodes(cell) if isinstance(n, ast.ImportFrom)}
    found += [f"imports {name}" for name in sorted(imported - {"qualityedu"})]
    if kept != ("nbval-check-output" in _tags(cell)):
        found.append("`reviewer` and `nbval-check-output` go together")
    if not kept and (cell.outputs or cell.execution_count is not None):
        found.append("an output or a count that is not stripped")
    if not kept and _shows(cell) and "nbval-ignore-output" not in _tags(cell):
        found.append("shows something and is not tagged nbval-ignore-output")
    return found


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _reviewed(notebook: NotebookNode) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.cell_type == "code" and "reviewer" in _tags(cell))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEachNotebook:
    def test_keeps_the_house_rules(self, path: Path) -> None:
        assert [problem.sentence("en") for problem in lint(_read(path), name=path.stem)] == []
        assert _house_complaints(_read(path)) == []

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
        assert [problem.key for problem in lint(notebook)] == ["lint_kept", "lint_no_count"]

    def test_at_least_ten_numbers_are_compared(self, path: Path) -> None:
        """A notebook that keeps a line or two would be green whatever the others came to."""
        numbers = [each for each in read_digest(numbers_of(_read(path))) if each.value is not None]
        assert len(numbers) >= 10


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


def _stream(text: str) -> Callable[[NotebookNode], None]:
    return _change(5, outputs=[NotebookNode(STREAM | {"text": text})])


@pytest.mark.parametrize(
    ("break_it", "key"),
    [
        (_source(3, "def f():\n    return 1"), "lint_definition"),
        (_source(3, "class F:\n    pass"), "lint_definition"),
        (_source(3, "(lambda: 1)()"), "lint_definition"),
        (_source(3, "\n".join(f"a{n} = {n}" for n in range(9))), "lint_long"),
        (_source(3, "qe.tables.heading(report, lang);"), "lint_semicolon"),
        (_source(3, "%matplotlib inline"), "lint_no_python"),
        (_source(3, "!pip install x"), "lint_no_python"),
        (_source(1, 'data = "../data/demo/schools.xlsx"\nyear = 1\nlang = "zh"'), "lint_path"),
        (_source(1, 'data = "/home/x/schools"'), "lint_path"),
        (_source(1, 'data = "schools.csv"'), "lint_path"),
        (_source(1, 'data = "~/schools"'), "lint_path"),
        (_source(1, "data = None"), "lint_no_parameter"),
        (_source(1, "data: str"), "lint_no_parameter"),
        (_source(3, "overview"), "lint_bare"),
        (_source(3, "overview.findings"), "lint_bare"),
        (_source(3, "overview.findings['value']"), "lint_bare"),
        (_source(3, "overview.findings.head()"), "lint_bare"),
        (_source(3, "schools"), "lint_bare"),
        (_source(3, "mine = qe.read_schools(data)\nmine"), "lint_bare"),
        (_source(3, "mine = qe.school_values(1)\nmine.describe()"), "lint_bare"),
        (_source(3, "made = datetime.datetime.now()"), "lint_clock"),
        (_source(3, "start = time.time()"), "lint_clock"),
        (_source(3, "day = date.today()"), "lint_clock"),
        (_source(3, "np.random.seed(1)"), "lint_chance"),
        (_source(3, "x = np.random.normal(size=3)"), "lint_chance"),
        (_source(3, "rng = np.random.default_rng()"), "lint_chance"),
        (_tagged(3, "reviewer", "nbval-check-output"), "lint_reviewer"),
        (_tagged(5, "nbval-check-output"), "lint_reviewer"),
        (_tagged(1), "lint_parameters"),
        (_change(5, outputs=[STREAM, STREAM]), "lint_kept"),
        (_change(5, outputs=[]), "lint_kept"),
        (_change(5, execution_count=None), "lint_no_count"),
        (_stream("no number\n"), "lint_no_number"),
        (_change(5, outputs=[NotebookNode(STREAM | {"name": "stderr"})]), "lint_stderr"),
        (_change(3, outputs=[nbformat.v4.new_output("error", ename="ValueError")]), "lint_error"),
        (_stream("Time: 12:03:44  1.0\n"), "lint_passing"),
        (_stream("<Figure at 0x7f11ac0de010> 1.0\n"), "lint_passing"),
        (_stream("#T_1a2b3 1.0\n"), "lint_passing"),
        (_stream("ipykernel_4711 1.0\n"), "lint_passing"),
        (_stream("/home/wang/schools.csv 1.0\n"), "lint_folder"),
    ],
)
def test_each_rule_can_be_broken(break_it: Callable[[NotebookNode], None], key: str) -> None:
    notebook = deepcopy(_read(ROOT / "notebooks" / "region_report.ipynb"))
    break_it(notebook)
    found = lint(notebook, name="x")
    assert key in [problem.key for problem in found]
    for lang in LANGUAGES:
        assert all(problem.sentence(lang).startswith("x") for problem in found)


@pytest.mark.parametrize(
    "source",
    [
        "rng = np.random.default_rng(20231101)",
        "rng = np.random.Generator(np.random.PCG64(1))",
        "qe.tables.heading(overview, lang)",
        "qe.figures.curves_section(models, overview, lang, seed=20220901)",
        "timed = report.years",
        "_ = qe.tables.summary(report, lang)",
    ],
)
def test_what_is_sound_is_let_pass(source: str) -> None:
    notebook = deepcopy(_read(ROOT / "notebooks" / "region_report.ipynb"))
    notebook.cells[3].source = source
    assert lint(notebook) == []


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (_source(2, "import pandas as pd"), "imports pandas"),
        (_change(3, execution_count=4), "not stripped"),
        (_change(3, outputs=[STREAM]), "not stripped"),
        (_change(3, id="abc"), "cell ids"),
        (_tagged(3), "not tagged nbval-ignore-output"),
        (_tagged(5, "reviewer"), "go together"),
        (_tagged(0), "markdown"),
        (_other_kernel, "python3"),
    ],
)
def test_each_house_rule_can_be_broken(break_it: Callable[[NotebookNode], None], said: str) -> None:
    notebook = deepcopy(_read(ROOT / "notebooks" / "region_report.ipynb"))
    break_it(notebook)
    assert any(said in complaint for complaint in _house_complaints(notebook)), _house_complaints(notebook)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_names_each_cell(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "mine.ipynb"
    notebook = deepcopy(_read(NOTEBOOKS[0]))
    notebook.cells[3].source = "overview"
    notebook.cells[4].source += ";"
    nbformat.write(notebook, path)
    done = CliRunner().invoke(lint_command.command, [str(path), "--lang", lang])
    assert done.exit_code == 1
    assert [line.split()[0] for line in done.output.splitlines()[1:]] == ["mine[3]", "mine[4]"]
    given = json.loads(CliRunner().invoke(lint_command.command, [str(path), "--json"]).output)
    assert [each["key"] for each in given["problems"]] == ["lint_bare", "lint_semicolon"]
    clean = CliRunner().invoke(lint_command.command, ["--lang", lang])
    assert clean.exit_code == 0


def test_nothing_is_made_the_same_before_it_is_compared() -> None:
    """nbval can put constants for what differs from run to run. No file of such rules: the digest needs none."""
    commands = [(ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "pyproject.toml", ".gitlab-ci.yml")]
    assert not any("sanitize" in each for each in commands)


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


@pytest.mark.slow
def test_notebooks_run_alone_and_in_any_order(tmp_path: Path) -> None:
    """The two shortest, from fresh kernels in an empty folder, in both orders: they leave nothing to each other."""
    names = ["quality_and_exam", "inputs_and_outcomes"]
    kept = {name: numbers_of(_read(ROOT / "notebooks" / f"{name}.ipynb")) for name in names}
    for order in (names, names[::-1]):
        for name in order:
            executed = executed_afresh(_read(ROOT / "notebooks" / f"{name}.ipynb"), place=tmp_path)
            assert numbers_of(executed) == kept[name]
    assert list(tmp_path.iterdir()) == []
