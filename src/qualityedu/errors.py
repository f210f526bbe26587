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

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from qualityedu.text import default_language, say

__all__ = [
    "REFUSING",
    "DefinitionError",
    "IntakeError",
    "Level",
    "Problem",
    "QualityEduError",
    "Refusal",
    "RequestError",
    "ToolMissing",
    "refusing",
]

Level = Literal["stop", "mend", "ask", "explained", "repaired", "note"]

# With one of these the table is not used; with the others it is.
REFUSING: tuple[Level, ...] = ("stop", "mend")


@dataclass(frozen=True)
class Problem:
    """One complaint about one place in a table.

    `key` names the sentence in the text catalogues, `where` the place as a person would find it
    (sheet and cell, or column and row), `values` what the sentence quotes; `seen` among them is what stood there.

    `level` is one of

        stop       the table cannot be read
        mend       a cell must be corrected by whoever owns the table
        ask        may be right; to be looked at and explained
        explained  was asked, and the table's owner has answered
        repaired   put right here and listed: what stood there, and what it was taken for
        note       worth knowing, nothing to do

    `sheet` and `cell` are the place for a program: the sheet's name (that of the file for a text file) and the row as
    a person counts it and the column from 0; `cell` is None for what concerns no cell. `subject` is the unit and
    column that it is about, wherever the row stands; `explanation` what the table's owner has answered.
    """

    key: str
    where: str = ""
    values: dict[str, object] = field(default_factory=dict)
    level: Level = "mend"
    sheet: str = ""
    cell: tuple[int, int] | None = None
    subject: str = ""
    explanation: str = ""

    @property
    def refuses(self) -> bool:
        """Whether the table cannot be used before this is put right."""
        return self.level in REFUSING

    @property
    def id(self) -> str:
        """The same on every run for the same rule, place and value, in every language: an explanation holds on to it.

        The value is what stood in the cell (`seen`, and for a ratio `under`, what it is divided by), or all that the
        sentence quotes but another place (`other`) where it gives no such thing.
        """
        quoted = {name: str(each) for name, each in self.values.items() if name != "other"}
        own = {name: quoted[name] for name in ("seen", "under") if name in quoted}
        value = sorted((own if "seen" in own else quoted).items())
        place = self.subject or ((self.sheet, self.cell) if self.sheet else self.where)
        return f"{self.key}-{sha256(repr((self.key, place, str(value))).encode()).hexdigest()[:10]}"

    def sentence(self, lang: str) -> str:
        """The complaint in words: where, what was seen, what to do."""
        text = say(f"problem.{self.key}", lang, **self.values)
        return f"{self.where}  {text}" if self.where else text


def refusing(problems: Iterable[Problem]) -> list[Problem]:
    """Those of the problems with which the table cannot be used."""
    return [problem for problem in problems if problem.refuses]


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
