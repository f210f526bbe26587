"""How unevenly something is spread: between schools, and between and within groups of them.

Every measure says by an explicit word how schools count: `weights=pupils` (an array) weights each school by
its pupils, `weights="equal"` counts each school alike. All are of the population form: a county's schools are
all there are, not a sample. What is undefined is nan, never 0.
"""

from qualityedu.inequality.concentration import concentration_index, leading_share, leading_shares
from qualityedu.inequality.decomposition import Decomposition
from qualityedu.inequality.errors import bootstrap_error, jackknife_error
from qualityedu.inequality.gini import gini, gini_error, gini_parts
from qualityedu.inequality.parts import parts
from qualityedu.inequality.quantiles import quantile_ratio
from qualityedu.inequality.spread import spread
from qualityedu.inequality.theil import Form, theil, theil_error, theil_parts
from qualityedu.inequality.weighted import EQUAL, Weights

__all__ = [
    "EQUAL",
    "Decomposition",
    "Form",
    "Weights",
    "bootstrap_error",
    "concentration_index",
    "gini",
    "gini_error",
    "gini_parts",
    "jackknife_error",
    "leading_share",
    "leading_shares",
    "parts",
    "quantile_ratio",
    "spread",
    "theil",
    "theil_error",
    "theil_parts",
]
