"""The rows of the list of bad inputs: what each folder of tests/intake/bad_inputs says, and the page made from them."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualityedu.errors import Problem
from qualityedu.intake import Intake, check
from qualityedu.text import LANGUAGES, say

FOLDER = Path(__file__).parent / "intake" / "bad_inputs"
PAGE = Path(__file__).parents[1] / "docs" / "bad_inputs.md"
COUNT = 72
NAMES = [f"b{number:02d}" for number in range(1, COUNT + 1)]
HEAD = {
    "zh": "# 问题数据一览\n\n"
    "72 种常见的问题表格，软件各怎样处理、怎样说。本页由 tests/intake/bad_inputs 中的样例生成。\n",
    "en": "Seventy-two ways in which a table goes wrong, what becomes of each, and the words. "
    "This page is made from the examples in tests/intake/bad_inputs.\n",
}
COLUMNS = "| | 来件 / What is sent | 处理 / What is done | 级别 / Level | 提示 | Message |\n|---|---|---|---|---|---|\n"


@dataclass(frozen=True)
class Case:
    """One fixture of a row and what is expected of it."""

    row: str
    number: int
    said: dict[str, Any]

    @property
    def id(self) -> str:
        """The row and the fixture."""
        return f"{self.row}-{self.said.get('file') or self.said.get('build')}"

    def path(self, folder: Path) -> Path:
        """The fixture; one that is built is built into `folder`."""
        if "file" in self.said:
            return FOLDER / self.row / self.said["file"]
        spec = importlib.util.spec_from_file_location(f"build_{self.row}", FOLDER / self.row / "build.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return getattr(module, self.said["build"])(folder)

    def intake(self, folder: Path, lang: str) -> Intake:
        """The fixture, read."""
        asked = {name: self.said[name] for name in ("region", "year") if name in self.said}
        return check(self.path(folder), lang=lang, **asked)

    def findings(self, folder: Path) -> list[dict[str, str]]:
        """What is found in it, in both languages, but for the rules that are another row's matter."""
        either = [self.intake(folder, lang).problems for lang in LANGUAGES]
        pairs = [pair for pair in zip(*either, strict=True) if pair[0].key not in self.said.get("also", [])]
        return [_finding(zh, en) for zh, en in pairs]


def _finding(zh: Problem, en: Problem) -> dict[str, str]:
    words = {lang: say(f"problem.{each.key}", lang, **each.values) for lang, each in (("zh", zh), ("en", en))}
    return {"level": zh.level, "key": zh.key, "where": zh.where, **words}


def present() -> list[str]:
    """The rows that have a folder with a description."""
    return sorted(path.parent.name for path in FOLDER.glob("*/case.toml"))


def read(row: str) -> dict[str, Any]:
    """What the description of a row says."""
    return tomllib.loads((FOLDER / row / "case.toml").read_text(encoding="utf-8"))


def cases() -> list[Case]:
    """All fixtures of all rows."""
    return [Case(row, number, said) for row in present() for number, said in enumerate(read(row).get("case", []))]


def page() -> str:
    """The page docs/bad_inputs.md."""
    return "\n".join([HEAD["zh"], HEAD["en"], COLUMNS]).rstrip("\n") + "\n" + "".join(_lines())


def _lines() -> Iterator[str]:
    for row in present():
        said = read(row)
        head = [row.upper().replace("B0", "B"), _both(said["sends"]), _both(said["done"])]
        shown = {
            (each["level"], each["key"]): each for case in said["case"] for each in reversed(case.get("finding", []))
        }
        for each in shown.values() or [{"level": "—", "zh": "—", "en": "—"}]:
            yield "| " + " | ".join(map(_cell, [*head, each["level"], each["zh"], each["en"]])) + " |\n"
            head = ["", "", ""]


def _both(words: dict[str, str]) -> str:
    return f"{words['zh']} / {words['en']}"


def _cell(text: str) -> str:
    visible = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
    return "".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in visible)


def printed(row: str) -> Iterator[str]:
    """The findings of a row as its description would give them."""
    for case in (each for each in cases() if each.row == row):
        with tempfile.TemporaryDirectory() as folder:
            yield f"# {case.id}"
            table = case.intake(Path(folder), "zh").table
            yield f"# reads: {table.fillna('').to_dict('list')}"
            for finding in case.findings(Path(folder)):
                yield "[[case.finding]]"
                yield from (f"{name} = {_toml(value)}" for name, value in finding.items())
                yield ""


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(each if each.isprintable() else f"\\u{ord(each):04X}" for each in escaped) + '"'


if __name__ == "__main__":
    for asked in sys.argv[1:]:
        if asked == "docs":
            PAGE.write_text(page(), encoding="utf-8")
        else:
            sys.stdout.write("\n".join(printed(asked)) + "\n")
