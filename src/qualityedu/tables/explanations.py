"""What the office was asked about its figures, and what it said to it."""

from __future__ import annotations

from markupsafe import Markup

from qualityedu.errors import Problem
from qualityedu.release import Release
from qualityedu.tables.fragment import Cell, Fragment, html_table, joined, paragraph
from qualityedu.text import say

__all__ = ["explanations"]


def explanations(released: Release, lang: str) -> Fragment:
    """The section on the checks of the table: each question with its explanation, those without one first.

    The figures themselves are not repeated: some rest on few pupils, some are of an exam. What the office wrote is
    shown as it is, and said to be its own words. One sentence where nothing was asked.
    """
    head = f"{say('section.explanations', lang)}"
    title = Fragment(str(Markup("<h2>{}</h2>").format(head)), head)
    asked = sorted(released.questions, key=lambda question: question.level == "explained")
    if not asked:
        return joined(title, paragraph(say("explanations.none", lang)))
    still_open = sum(question.level == "ask" for question in asked)
    lead = say("explanations.lead", lang, count=len(asked), explained=len(asked) - still_open, open=still_open)
    headings = [say(f"explanations.column.{name}", lang) for name in ("where", "question", "explanation")]
    rows = [_row(question, lang) for question in asked]
    table = html_table(say("explanations.caption", lang), headings, rows)
    return joined(title, paragraph(lead), table)


def _row(question: Problem, lang: str) -> list[Cell]:
    words = question.explanation or say("explanations.not_explained", lang)
    return [question.where, say(f"problem.{question.key}", lang, **question.values), words]
