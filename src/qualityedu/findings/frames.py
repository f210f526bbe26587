"""Frames of whatever engine: how they come in, and how what was worked out of them goes out."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

__all__ = ["as_pandas", "door"]


def door(schools: Any) -> Any:
    """Any frame as a Narwhals frame in which a missing number is null, never NaN."""
    frame = nw.from_native(schools)
    if isinstance(schools, pd.DataFrame):
        return frame
    numbers = [name for name, dtype in frame.collect_schema().items() if dtype.is_float()]
    return frame.with_columns(*[nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(name) for name in numbers])


def as_pandas(frame: Any) -> pd.DataFrame:
    """A Narwhals frame, lazy or not, as a pandas frame."""
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    table: pd.DataFrame = eager.to_pandas()
    return table
