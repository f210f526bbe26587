"""From data and requests no way leads to code: each case here is an attack that worked on some program."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from qualityedu import datasets
from qualityedu.errors import RequestError
from qualityedu.report import request as requests
from qualityedu.report.request import Request, check_request, notebook_path, notebooks
from qualityedu.report.seals import is_sealed

GIVEN = {"data": "demo", "region": "999901", "year": 2023, "lang": "zh"}


def _marker(tmp_path: Path) -> Path:
    return tmp_path / "ran"


class TestParameters:
    @pytest.mark.parametrize(
        "name",
        [
            "x=1\nimport os; os.system('touch {ran}')\nz",
            "lang = 'zh'; open('{ran}', 'w')  #",
            "__class__",
            "lang ",
            "Lang",
            "1x",
            "class",
            "",
        ],
    )
    def test_a_name_that_is_code(self, name: str, tmp_path: Path) -> None:
        """Papermill pastes the names of parameters into a cell: a name with a line end in it ran its command."""
        hostile = {**GIVEN, name.replace("{ran}", str(_marker(tmp_path))): 1}
        with pytest.raises(RequestError) as refused:
            check_request(Request("region_report", hostile))
        assert refused.value.key == "unknown_parameter"
        assert not _marker(tmp_path).exists()

    @pytest.mark.parametrize("value", [["zh"], {"zh": 1}, None, ("zh",), b"zh", 2023.0, "2023", True])
    def test_a_value_of_another_type(self, value: object) -> None:
        """Objects fall to str() unescaped, tuples to their spelling: only the declared plain types are let in."""
        with pytest.raises(RequestError) as refused:
            check_request(Request("region_report", {**GIVEN, "year": value}))  # type: ignore[dict-item]
        assert refused.value.key == "parameter_type"

    def test_an_object_whose_words_are_code(self, tmp_path: Path) -> None:
        class Hostile(str):
            def __str__(self) -> str:
                return f'" + open("{_marker(tmp_path)}", "w").name + "'

        with pytest.raises(RequestError):
            check_request(Request("region_report", {**GIVEN, "region": Hostile("999901")}))

    def test_the_parameters_as_they_should_be_are_let_in(self) -> None:
        check_request(Request("region_report", dict(GIVEN)))


class TestNotebooks:
    @pytest.fixture
    def copied(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The notebooks of the package in a place where they may be altered."""
        shutil.copytree(datasets.shipped("notebooks"), tmp_path / "notebooks")
        monkeypatch.setattr(requests, "shipped", lambda *parts: tmp_path.joinpath(*parts))
        return tmp_path / "notebooks" / "region_report.ipynb"

    def test_as_they_came_they_are_run(self, copied: Path) -> None:
        assert is_sealed(copied)
        assert notebook_path("region_report") == copied

    @pytest.mark.parametrize("what", ["a line more", "a cell more", "another tag"])
    def test_an_altered_one_is_not(self, what: str, copied: Path) -> None:
        notebook = nbformat.read(copied, as_version=4)
        setup = next(cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", []))
        if what == "a line more":
            setup.source += "\nimport os"
        elif what == "a cell more":
            notebook.cells.append(nbformat.v4.new_code_cell("import os"))
        else:
            setup.metadata["tags"] = []
        nbformat.write(notebook, copied)
        with pytest.raises(RequestError) as refused:
            notebook_path("region_report")
        assert refused.value.key == "notebook_altered"
        assert notebook_path(str(copied)) == copied, "named by its path it is run, and only then"

    def test_a_further_one_in_the_folder_is_not(self, copied: Path) -> None:
        shutil.copy(copied, copied.with_name("mine.ipynb"))
        with pytest.raises(RequestError):
            notebook_path("mine")

    @pytest.mark.parametrize(
        "name", ["../notebooks/region_report", "/etc/passwd", "region_report.py", "region_report;ls"]
    )
    def test_a_name_that_is_a_path_or_a_command(self, name: str) -> None:
        with pytest.raises(RequestError):
            notebook_path(name)

    def test_every_one_of_the_package_is_sealed(self) -> None:
        assert len(notebooks()) >= 4
        assert [name for name in notebooks() if not is_sealed(datasets.shipped("notebooks", f"{name}.ipynb"))] == []

    def test_what_the_cells_import(self) -> None:
        """The notebooks call the package and nothing else: no shell, no file, no network of their own."""
        for name in notebooks():
            cells = json.loads(datasets.shipped("notebooks", f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
            code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
            imports = [line for line in code.splitlines() if line.lstrip().startswith(("import ", "from "))]
            assert set(imports) == {"import qualityedu as qe"}
            assert not any(word in code for word in ("!", "%%", "open(", "eval(", "exec(", "__"))
