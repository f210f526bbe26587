"""Two sets of printed numbers, quantity by quantity, each with its tolerance and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qualityedu.report.numbers import Number
from qualityedu.report.tolerances import tolerance_for
from qualityedu.text import say

__all__ = ["Compared", "Difference", "compare", "differences"]

Classification = Literal["same", "rounding", "within", "outside", "word", "missing", "new"]

# What counts against a report.
_DIFFERENT = ("outside", "word", "missing", "new")


@dataclass(frozen=True)
class Compared:
    """One quantity twice. `expected` and `actual` are as printed, empty where there is none.

    `allowed` is the most by which the two may differ, in the quantity's own unit. `classification` is `same` (as
    printed), `rounding` (one unit of the last printed digit), `within` (more, but within the tolerance of its kind),
    `outside`, `word` (a status or a sentence reads otherwise), `missing` (no longer there) or `new`.
    """

    quantity: str
    kind: str
    expected: str
    actual: str
    allowed: Decimal
    classification: Classification

    @property
    def differs(self) -> bool:
        """Whether it counts as another number."""
        return self.classification in _DIFFERENT

    def sentence(self, lang: str) -> str:
        """The comparison in words."""
        words = {"quantity": self.quantity, "expected": self.expected, "actual": self.actual}
        return say(f"review.compared.{self.classification}", lang, allowed=_plain(self.allowed), **words)


Difference = Compared


def compare(expected: Sequence[Number], actual: Sequence[Number]) -> list[Compared]:
    """Every quantity of both, in the order of the expected ones, then those that are new."""
    found = {number.quantity: number for number in actual}
    known = {number.quantity for number in expected}
    both = [_compared(number, found.get(number.quantity)) for number in expected]
    return both + [
        Compared(number.quantity, number.kind, "", number.text, Decimal(0), "new")
        for number in actual
        if number.quantity not in known
    ]


def differences(compared: Iterable[Compared]) -> list[Difference]:
    """Those that count as another number."""
    return [each for each in compared if each.differs]


def _compared(kept: Number, again: Number | None) -> Compared:
    if again is None:
        return Compared(kept.quantity, kept.kind, kept.text, "", Decimal(0), "missing")
    before, after = kept.value, again.value
    if before is None or after is None:
        same: Classification = "same" if kept.text == again.text else "word"
        return Compared(kept.quantity, kept.kind, kept.text, again.text, Decimal(0), same)
    allowed = tolerance_for(kept.kind).allowed(before, kept.decimals)
    return Compared(
        kept.quantity, kept.kind, kept.text, again.text, allowed, _class(abs(after - before), allowed, kept.decimals)
    )


def _class(off: Decimal, allowed: Decimal, decimals: int) -> Classification:
    if not off:
        return "same"
    if off > allowed:
        return "outside"
    return "rounding" if off <= Decimal(1).scaleb(-decimals) else "within"


def _plain(value: Decimal) -> str:
    return f"{float(value):.3g}"
