"""What the office says to what it was asked: read from the list of problems that it sends back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qualityedu.errors import Problem, RequestError
from qualityedu.intake.cells import written
from qualityedu.intake.sheet import Sheet, Unreadable
from qualityedu.intake.vocabulary import folded
from qualityedu.text import LANGUAGES, say

__all__ = [
    "LONGEST_EXPLANATION",
    "Explanations",
    "answers_of",
    "explained",
    "explanations_in",
    "is_issue_list",
    "read_explanations",
]

# A longer one belongs into a letter.
LONGEST_EXPLANATION = 500
_SEARCHED_ROWS = 10
_ID = re.compile(r"[a-z_]+-[0-9a-f]{10}")
# Eighteen digits of an identity card or eleven of a mobile telephone, with nothing longer around them.
_PERSONAL = re.compile(r"(?<![0-9])(?:[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?![0-9])")


@dataclass(frozen=True)
class Explanations:
    """What was written beside each problem, by its id, and what is wrong with that itself."""

    by_id: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def is_issue_list(sheet: Sheet) -> bool:
    """Whether a sheet is a list of problems that we wrote."""
    return _heading(sheet) is not None


def read_explanations(sheets: Iterable[Sheet]) -> Explanations:
    """The explanations on every list of problems among the sheets. One with personal data is not taken over."""
    found: dict[str, str] = {}
    problems = []
    for sheet in sheets:
        heading = _heading(sheet)
        if heading is None:
            continue
        row, id_at, words_at = heading
        for number in range(row + 1, len(sheet.rows)):
            name, words = written(sheet.cell(number, id_at)), written(sheet.cell(number, words_at))
            if not words or not _ID.fullmatch(name):
                continue
            key = "explanation_personal" if _PERSONAL.search(_digits_together(words)) else ""
            key = key or ("explanation_long" if len(words) > LONGEST_EXPLANATION else "")
            if key:
                values: dict[str, object] = {"most": LONGEST_EXPLANATION} if key == "explanation_long" else {}
                where, cell = sheet.where(number, words_at), (number + sheet.first, words_at)
                problems.append(Problem(key, where, values, sheet=sheet.name, cell=cell))
            else:
                found[name] = " ".join(words.split())
    return Explanations(found, tuple(problems))


def _digits_together(words: str) -> str:
    return re.sub(r"(?<=[0-9])[\s-]+(?=[0-9])", "", words)


def explained(problems: Sequence[Problem], explanations: Mapping[str, str]) -> list[Problem]:
    """The problems, each question that has an explanation turned into one that is explained."""
    return [
        replace(problem, level="explained", explanation=explanations[problem.id])
        if problem.level == "ask" and problem.id in explanations
        else problem
        for problem in problems
    ]


def answers_of(lists: Sequence[Sheet], file: str | Path | None, lang: str) -> Explanations:
    """The explanations on the lists of the workbook itself, and those in a file besides, which precede."""
    own = read_explanations(lists)
    if file is None:
        return own
    besides = explanations_in(file, lang)
    return Explanations({**own.by_id, **besides.by_id}, (*own.problems, *besides.problems))


def explanations_in(path: str | Path, lang: str) -> Explanations:
    """The explanations in a file. Raises RequestError where there is no such file or no list of problems in it."""
    from qualityedu.intake.workbook import file_sheets

    file = Path(path)
    if not file.is_file():
        raise RequestError("no_explanations_file", path=file.name)
    try:
        sheets, _ = file_sheets(file, lang)
    except Unreadable:
        raise RequestError("explanations_unreadable", path=file.name) from None
    if not any(map(is_issue_list, sheets)):
        raise RequestError("no_explanations", path=file.name, sheet=say("answer.sheet", lang))
    return read_explanations(sheets)


def _heading(sheet: Sheet) -> tuple[int, int, int] | None:
    """The row of headings, and where id and explanation stand in it."""
    ids, words = ({folded(say(f"answer.column.{name}", lang)) for lang in LANGUAGES} for name in ("id", "explanation"))
    for row, cells in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        texts = [folded(written(raw)) for raw in cells]
        of_id = next((position for position, text in enumerate(texts) if text in ids), None)
        of_words = next((position for position, text in enumerate(texts) if text in words), None)
        if of_id is not None and of_words is not None:
            return row, of_id, of_words
    return None
