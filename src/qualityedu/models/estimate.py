"""What every family of estimators hands back, and the remarks that go with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from qualityedu.text import default_language, say

__all__ = ["Estimate", "Remark"]


@dataclass(frozen=True)
class Remark:
    """One sentence about a model: `key` names it under `model.` in the text catalogues."""

    key: str
    values: dict[str, object] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """The remark in words."""
        return say(f"model.{self.key}", lang, **self.values)

    def __str__(self) -> str:
        return self.sentence(default_language())


@dataclass(frozen=True, eq=False)
class Estimate:
    """The outcome of an estimation.

    `table` has `term, estimate, standard_error, lower, upper, p_value`, one row a term, the interval at 95 %.
    `errors_said` is the remark on how the standard errors were worked out. `result` is the library's object.
    """

    table: pd.DataFrame
    errors_said: Remark
    statistics: dict[str, float]
    warnings: tuple[Remark, ...]
    result: Any
