"""What every family of estimators hands back, and the remarks that go with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from qualityedu.text import default_language, say

__all__ = ["Estimate", "Remark", "coefficient_table"]


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
    `covariance` is that of the estimates, terms by terms, and `degrees` the degrees of freedom of the t and F
    distributions (infinite for the normal). `errors_said` is the remark on how the standard errors were worked
    out. `result` is the library's object. `used` marks, among the rows of the sample, those that the estimate
    rests on, None for all of them; `lost` says why the others went.
    """

    table: pd.DataFrame
    covariance: pd.DataFrame
    degrees: float
    errors: str
    errors_said: Remark
    statistics: dict[str, float]
    warnings: tuple[Remark, ...]
    result: Any
    scale: np.ndarray | None = None
    used: np.ndarray | None = None
    lost: tuple[tuple[str, str, int], ...] = ()


def coefficient_table(terms: Any, estimates: Any, covariance: Any, degrees: float) -> pd.DataFrame:
    """Estimates with standard errors, intervals at 95 % and p-values by t (normal where `degrees` is infinite)."""
    values = np.asarray(estimates, dtype="float64")
    with np.errstate(divide="ignore", invalid="ignore"):  # a perfect fit has errors of 0 and t of infinity
        errors = np.sqrt(np.diag(np.asarray(covariance)))
        reach = stats.t.ppf(0.975, degrees) * errors
        p_values = 2 * stats.t.sf(np.abs(values / errors), degrees)
    return pd.DataFrame(
        {
            "term": [str(term) for term in terms],
            "estimate": values,
            "standard_error": errors,
            "lower": values - reach,
            "upper": values + reach,
            "p_value": p_values,
        }
    )
