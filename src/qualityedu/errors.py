"""Every way in which this package refuses.

    QualityEduError
      Refusal            a user can put it right; worded in text/<language>.po
        RequestError     2   what was asked for cannot be made
        IntakeError      3   the table has cells to mend
        ToolMissing      5   an outside program or font is not installed
      DefinitionError    4   one of our own files is wrong; worded in English, for whoever wrote it

The numbers are the exit codes of the command line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qualityedu.text import default_language, say

__all__ = [
    "DefinitionError",
    "IntakeError",
    "Problem",
    "QualityEduError",
    "Refusal",
    "RequestError",
    "ToolMissing",
]


@dataclass(frozen=True)
class Problem:
    """One complaint about one place in a table.

    `key` names the sentence in the text catalogues, `where` the place as a person would find it
    (sheet and cell, or column and row), `values` what the sentence quotes. `level` is `stop` (the
    table cannot be read), `mend` (a cell must be corrected), or `note` (worth knowing, nothing to do).
    """

    key: str
    where: str = ""
    values: dict[str, object] = field(default_factory=dict)
    level: str = "mend"

    def sentence(self, lang: str) -> str:
        """The complaint in words: where, what was seen, what to do."""
        text = say(f"problem.{self.key}", lang, **self.values)
        return f"{self.where}  {text}" if self.where else text


class QualityEduError(Exception):
    """The root of the family; never raised itself."""

    exit_code = 1


class Refusal(QualityEduError):
    """Something a user can put right. `key` names the sentence, the rest fills its blanks."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, lang: str | None = None) -> str:
        """The refusal in words, in `lang` or in the language of the session."""
        return say(f"refusal.{self.key}", lang or default_language(), **self.values)

    def __str__(self) -> str:
        return self.sentence()


class RequestError(Refusal):
    """What was asked for cannot be made: an unknown region, a misspelt parameter, an absent file."""

    exit_code = 2


class IntakeError(Refusal):
    """The table has places to mend; `problems` holds them all, in the order a person would find them."""

    exit_code = 3

    def __init__(self, problems: list[Problem], *, name: str = "") -> None:
        super().__init__("intake", count=len(problems), name=name)
        self.problems = problems

    def sentence(self, lang: str | None = None) -> str:
        """The head sentence, then one line for each problem."""
        language = lang or default_language()
        lines = [problem.sentence(language) for problem in self.problems]
        return "\n".join([super().sentence(language), *lines])


class ToolMissing(Refusal):
    """An outside program or a font is not installed."""

    exit_code = 5


class DefinitionError(QualityEduError):
    """One of our own definition files is wrong. The message names the file and the field."""

    exit_code = 4
