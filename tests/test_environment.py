"""The files around the package agree: pyproject.toml, uv.lock, environment.yml, Makefile, CI files, README, docs."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
DESIGN = {"jupyterlab", "pandas", "statsmodels", "seaborn", "papermill", "nbval"}
CI_FILES = (".github/workflows/ci.yml", ".gitlab-ci.yml", ".ci/run")
WRITTEN = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/office.zh.md",
    "docs/office.en.md",
    "docs/research.md",
    "docs/review.md",
)

# The public index and where it keeps its files, as SHA-256, so that their addresses stand in uv.lock and nowhere else.
PUBLIC_INDEX = "5a06749b2297be54ac5699f6f2761716adc5001a2d5f8b915ab2172922dd5706"
PUBLIC_FILES = "c899567ee906851741bf7f3bde17a33777859ff9f53ff54d6f0ea54cf31ad636"


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads(_text("pyproject.toml"))


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return tomllib.loads(_text("uv.lock"))


@pytest.fixture(scope="module")
def conda() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_text("environment.yml"))
    return loaded


def _declared(pyproject: dict[str, Any]) -> dict[str, SpecifierSet]:
    """Every package of the project, its extras and its development, with the versions that will do."""
    project = pyproject["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    lines = [*project["dependencies"], *extras, *pyproject["dependency-groups"]["dev"]]
    return {requirement.name: requirement.specifier for requirement in map(Requirement, lines)}


def _of_conda(conda: dict[str, Any]) -> dict[str, SpecifierSet]:
    lines = [line for line in conda["dependencies"] if isinstance(line, str)]
    return {requirement.name: requirement.specifier for requirement in map(Requirement, lines)}


def test_conda_has_the_python_of_the_project(pyproject: dict[str, Any], conda: dict[str, Any]) -> None:
    assert _of_conda(conda)["python"] == SpecifierSet(pyproject["project"]["requires-python"])


def test_conda_has_the_packages_of_the_design_in_the_same_versions(
    pyproject: dict[str, Any], conda: dict[str, Any]
) -> None:
    packages = {name: versions for name, versions in _of_conda(conda).items() if name not in ("python", "pip")}
    assert set(packages) == DESIGN
    assert packages == {name: _declared(pyproject).get(name) for name in packages}


def test_conda_installs_the_project_itself(conda: dict[str, Any]) -> None:
    assert "pip" in conda["dependencies"]
    assert [line for line in conda["dependencies"] if isinstance(line, dict)] == [{"pip": ["-e ."]}]


def test_lock_is_of_this_project(pyproject: dict[str, Any], lock: dict[str, Any]) -> None:
    assert SpecifierSet(lock["requires-python"]) == SpecifierSet(pyproject["project"]["requires-python"])
    (own,) = [package for package in lock["package"] if package["name"] == pyproject["project"]["name"]]
    locked = [*own["metadata"]["requires-dist"], *own["metadata"]["requires-dev"]["dev"]]
    assert {each["name"]: SpecifierSet(each.get("specifier", "")) for each in locked} == _declared(pyproject)


def test_lock_takes_everything_from_the_public_index(lock: dict[str, Any]) -> None:
    others = [package for package in lock["package"] if package["source"] != {"editable": "."}]
    assert len(others) > 100
    assert {_digest(package["source"].get("registry", "")) for package in others} == {PUBLIC_INDEX}
    files = [file for package in others for file in [*package.get("wheels", []), package.get("sdist")] if file]
    assert all(file["hash"].startswith("sha256:") for file in files)
    assert {_digest(urlsplit(file["url"]).netloc) for file in files} == {PUBLIC_FILES}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_no_other_file_names_the_index(lock: dict[str, Any]) -> None:
    registry = next(package["source"]["registry"] for package in lock["package"] if "registry" in package["source"])
    host = urlsplit(registry).netloc
    named = [str(path.relative_to(ROOT)) for path in _our_texts() if host in path.read_text(encoding="utf-8")]
    assert named == []


def _our_texts() -> list[Path]:
    kinds = {".md", ".toml", ".yml", ".yaml", ".py", ".po", ".cff", ".ipynb", ".json", ".css", ".html", ".j2"}
    made = {".venv", ".git", "reports", "raw", "dist", "build"}
    return [
        path
        for path in (*ROOT.rglob("*"), ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / ".ci" / "changelog")
        if path.is_file()
        and (path.suffix in kinds or (not path.suffix and path.parent in (ROOT, ROOT / ".ci")))
        and not made & set(path.relative_to(ROOT).parts)
        and not any(part.endswith(("_cache", "_checkpoints", "__pycache__")) for part in path.relative_to(ROOT).parts)
    ]


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", _text("Makefile"), flags=re.MULTILINE))


@pytest.mark.parametrize("path", [*WRITTEN, *CI_FILES])
def test_every_make_command_that_is_written_exists(path: str) -> None:
    asked = set(re.findall(r"\bmake ([a-z]+)\b(?= *(?:[#`\n<]|PYTHON|$))", _text(path)))
    assert asked <= _targets()


def test_readme_shows_the_two_commands() -> None:
    assert {"make demo", "make test"} <= {line.split("#")[0].strip() for line in _text("README.md").splitlines()}


@pytest.mark.parametrize("path", CI_FILES[:2])
def test_both_ci_services_run_the_same_commands(path: str) -> None:
    jobs = yaml.safe_load(_text(path))
    commands = set(_commands(jobs))
    assert {"make test", "make check", "make demo", "uv sync --locked"} <= commands
    assert 'uv run --locked pytest -m "not slow and not render"' in commands


def _commands(node: Any) -> list[str]:
    """Every command in a CI file: the values of `run` and `script`, wherever they stand."""
    if isinstance(node, dict):
        own = [node[key] for key in ("run", "script") if key in node]
        lines = [line for each in own for line in ([each] if isinstance(each, str) else each)]
        return [*lines, *(line for value in node.values() for line in _commands(value))]
    return [line for each in node for line in _commands(each)] if isinstance(node, list) else []


@pytest.mark.parametrize("job", ["check", "test", "notebooks", "weekly"])
def test_both_ci_services_take_the_same_steps(job: str) -> None:
    """A reviewer may have either. What GitHub does besides is to fetch the repository and a Python."""
    github, gitlab = (yaml.safe_load(_text(path)) for path in CI_FILES[:2])
    steps = _commands(gitlab[job])
    assert len(steps) >= 3
    assert _commands(github["jobs"][job]) == steps
    assert job != "notebooks" or gitlab[job]["artifacts"]["paths"] == ["reports/"]


def test_ci_run_calls_tests_then_checks() -> None:
    lines = _text(".ci/run").splitlines()
    assert [line.split(" <")[0] for line in lines if line.startswith("make ")] == ["make test", "make check"]
    assert "set -euo pipefail" in lines


@pytest.mark.parametrize("path", WRITTEN)
def test_every_link_leads_to_a_file(path: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", _text(path))
    assert [link for link in links if not ((ROOT / path).parent / link).exists()] == []


def test_one_version_everywhere(pyproject: dict[str, Any]) -> None:
    version = pyproject["project"]["version"]
    citation = yaml.safe_load(_text("CITATION.cff"))
    assert citation["version"] == version
    assert citation["license"] == pyproject["project"]["license"]
    assert f"\n## {version}\n" in _text("CHANGELOG.md")
