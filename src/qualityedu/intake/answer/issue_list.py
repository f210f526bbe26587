"""The problems as a list that an office can work through: in three groups, each with what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qualityedu.errors import Level, Problem
from qualityedu.intake.sheet import letters
from qualityedu.text import catalogue

__all__ = ["GROUPS", "Issue", "group_of", "issues_of", "parts_of"]

# What must be mended, what is asked, what was answered, what we dealt with ourselves, what is worth knowing.
GROUPS: dict[str, tuple[Level, ...]] = {
    "mend": ("stop", "mend"),
    "ask": ("ask",),
    "explained": ("explained",),
    "repaired": ("repaired",),
    "note": ("note",),
}
_END_OF_SENTENCE = {"zh": "。", "en": ". "}


@dataclass(frozen=True)
class Issue:
    """One problem as a line of the list.

    `sheet` and `cell` (such as H4) are empty for what concerns no single cell. `value` is what stood there. `said` is
    the finding and `remedy` what to do about it, in one language.
    """

    id: str
    level: Level
    rule: str
    sheet: str
    cell: str
    value: str
    said: str
    remedy: str
    explanation: str = ""


def issues_of(problems: Iterable[Problem], lang: str) -> list[Issue]:
    """The problems as lines, in the order of the groups and within one as a person would find them."""
    order = {level: number for number, levels in enumerate(GROUPS.values()) for level in levels}
    return [_issue(problem, lang) for problem in sorted(problems, key=lambda problem: order[problem.level])]


def _issue(problem: Problem, lang: str) -> Issue:
    said, remedy = parts_of(problem, lang)
    cell = "" if problem.cell is None else f"{letters(problem.cell[1])}{problem.cell[0]}"
    value = problem.values.get("seen", "")
    return Issue(
        problem.id, problem.level, problem.key, problem.sheet, cell, str(value), said, remedy, problem.explanation
    )


def group_of(level: Level) -> str:
    """The group in which a level is listed."""
    return next(group for group, levels in GROUPS.items() if level in levels)


def parts_of(problem: Problem, lang: str) -> tuple[str, str]:
    """The sentence that says what was seen, and those that say what to do (empty where there are none).

    They are told apart in our own words, before what an office wrote is put into them.
    """
    words = catalogue(lang)[f"problem.{problem.key}"]
    mark = _END_OF_SENTENCE[lang]
    head, end, tail = words.partition(mark)
    if not tail.strip():
        return _filled(words, problem), ""
    return _filled(f"{head}{end}".strip(), problem), _filled(tail.strip(), problem)


def _filled(words: str, problem: Problem) -> str:
    """Words of ours with what a problem quotes."""
    return words.format(**problem.values)
