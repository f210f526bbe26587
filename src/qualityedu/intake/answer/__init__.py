"""The answer to the office: what is to be mended, asked and worth knowing, and what the office says to it."""

from __future__ import annotations

from qualityedu.intake.answer.explanations import Explanations, answers_of, explained
from qualityedu.intake.answer.issue_list import GROUPS, Issue, issues_of
from qualityedu.intake.answer.subjects import subject_of

__all__ = [
    "GROUPS",
    "Explanations",
    "Issue",
    "answers_of",
    "explained",
    "issues_of",
    "subject_of",
]
