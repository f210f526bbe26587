"""What a check found as JSON, the same from the command line and from Python."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from qualityedu.intake.answer.issue_list import issues_of
from qualityedu.text import LANGUAGES

if TYPE_CHECKING:
    from qualityedu.intake import Intake

__all__ = ["check_as_json", "check_schema"]

_VERSION = 1


def check_as_json(intake: Intake, name: str) -> dict[str, Any]:
    """Rows read and used, and every problem with its sentences in both languages; `check_schema` describes it.

    `name` is that of the file, without its folder.
    """
    by_language = {lang: issues_of(intake.problems, lang) for lang in LANGUAGES}
    problems = []
    for number, issue in enumerate(by_language["zh"]):
        each = {lang: issues[number] for lang, issues in by_language.items()}
        problems.append(
            {
                "id": issue.id,
                "level": issue.level,
                "rule": issue.rule,
                "sheet": issue.sheet,
                "cell": issue.cell,
                "value": issue.value,
                "sentence": {lang: one.said for lang, one in each.items()},
                "remedy": {lang: one.remedy for lang, one in each.items()},
                "explanation": issue.explanation,
            }
        )
    return {
        "version": _VERSION,
        "file": name,
        "rows": {"read": intake.rows_read, "used": intake.rows_used, "left_out": dict(intake.left_out)},
        "sheets": list(intake.sheets),
        "encoding": intake.encoding,
        "problems": problems,
    }


def check_schema() -> dict[str, Any]:
    """The JSON Schema of what `check_as_json` gives."""
    text = files(__package__).joinpath("check.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
