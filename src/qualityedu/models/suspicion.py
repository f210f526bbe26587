"""Values that are numbers but look like something else: zeros that mean missing, rates above 100, stray negatives."""

from __future__ import annotations

import re

import pandas as pd

from qualityedu.models.estimate import Remark

__all__ = ["suspicions"]

_PERCENT = re.compile(r"pct|percent|rates?$|share|^grad|^drop|completion", re.IGNORECASE)
# A zero is out of place where at most 2 % of the values are 0 and all others but 1 % lie above a sixth of the median.
_RARE = 0.02
_FAR = 1 / 6
# A column is taken for a percentage by its name, or where nine values in ten lie from 0 to 100 and half above 50.
_MOSTLY = 0.9


def suspicions(columns: pd.DataFrame) -> tuple[Remark, ...]:
    """Remarks on the columns of a model, over the rows that it uses; nothing is changed or left out for them."""
    remarks = []
    for name in columns.columns:
        column = columns[name]
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column) or len(column) < 20:
            continue
        values = column.astype("float64")
        for key, rows in (("rare_zeros", _zeros(values)), ("above_hundred", _above(str(name), values))):
            if rows:
                highest = round(float(values.max()), 1)
                remarks.append(Remark(key, {"column": name, "rows": rows, "highest": highest}))
        if rows := _negatives(str(name), values):
            lowest = round(float(values.min()), 1)
            remarks.append(Remark("rare_negatives", {"column": name, "rows": rows, "lowest": lowest}))
    return tuple(remarks)


def _zeros(values: pd.Series) -> int:
    zeros = int((values == 0).sum())
    if not 0 < zeros <= _RARE * len(values) or (values < 0).any():
        return 0
    others = values[values > 0]
    return zeros if others.quantile(0.01) > _FAR * others.median() and others.nunique() > 2 else 0


def _above(name: str, values: pd.Series) -> int:
    over = int((values > 100).sum())
    within = float(values.between(0, 100).mean())
    if not over or within < 0.5:
        return 0
    named = bool(_PERCENT.search(name))
    return over if named or (within >= _MOSTLY and values.median() > 50) else 0


def _negatives(name: str, values: pd.Series) -> int:
    below = int((values < 0).sum())
    named = bool(_PERCENT.search(name))
    return below if named and 0 < below <= 0.1 * len(values) and values.max() > 1.5 else 0
