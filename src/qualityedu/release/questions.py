"""What an office was asked and what it said, without the figures: any of them may rest on few, or be of an exam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualityedu.errors import Problem

__all__ = ["releasable_questions"]

# What a sentence may quote besides its own words: headings and places, never what stood in a cell.
_SHOWN = (
    "heading",
    "title",
    "column",
    "part",
    "whole",
    "sheet",
    "unit",
    "stage",
    "item",
    "name",
    "over",
    "under",
    "limit",
)
_HIDDEN = "…"


def releasable_questions(questions: Sequence[Problem], region: str, year: int) -> tuple[Problem, ...]:
    """The questions about one region and year, or about no single school, with their values hidden."""
    return tuple(
        replace(each, values={name: value if name in _SHOWN else _HIDDEN for name, value in each.values.items()})
        for each in questions
        if _concerns(each, region, year)
    )


def _concerns(question: Problem, region: str, year: int) -> bool:
    if not question.subject:
        return True
    of, _, _, then, *_ = question.subject.split("|")
    return of == region and then in (str(year), f"{year}.0")
