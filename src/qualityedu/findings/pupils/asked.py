"""What is asked of a table of pupils: its scores, the lines they are held against, the groups and the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qualityedu.columns import KEYS
from qualityedu.errors import RequestError

__all__ = ["Asked", "Lines"]


@dataclass(frozen=True)
class Lines:
    """The lines of one score, in its own points: passed and excellent from there upward, low below it.

    `full_marks` are those of the paper. None where there is no such line. Raises RequestError where the excellent line
    lies below the pass line, or the low line above it.
    """

    passed: float | None = None
    excellent: float | None = None
    low: float | None = None
    full_marks: float | None = None

    def __post_init__(self) -> None:
        rising = [each for each in (self.low, self.passed, self.excellent, self.full_marks) if each is not None]
        if rising != sorted(rising):
            raise RequestError("pupils_lines", seen=", ".join(f"{each:g}" for each in rising))


@dataclass(frozen=True)
class Asked:
    """Which columns of a table of pupils are scores, and what is to be known of them.

    `scores` are names of columns. `lines` belong to them; a score without has none. `group` is a column of words, such
    as the sex, and `weight` one of final weights; empty where there is none. `steps` are the units to which values are
    rounded for the distribution, where the score's own is not wanted. Raises RequestError where no score is named, and
    where one column is to be two things.
    """

    scores: tuple[str, ...]
    lines: Mapping[str, Lines] = field(default_factory=dict)
    group: str = ""
    weight: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.scores:
            raise RequestError("pupils_no_score")
        named = [*KEYS, *self.scores, *filter(None, (self.group, self.weight))]
        if twice := [name for name in named if named.count(name) > 1]:
            raise RequestError("pupils_twice", seen=twice[0])
        strange = [name for name in (*self.lines, *self.steps) if name not in self.scores]
        if strange:
            raise RequestError("pupils_other_score", seen=strange[0], known=", ".join(self.scores))
        wrong = [step for step in self.steps.values() if not step > 0]
        if wrong:
            raise RequestError("pupils_step", seen=f"{wrong[0]:g}")

    def lines_of(self, score: str) -> Lines:
        """The lines of a score, none where none were given."""
        return self.lines.get(score, Lines())
