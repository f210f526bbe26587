"""The difference coefficient between schools, as the regulation computes it."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from qualityedu.measures import Parts, close_spread, quotient, sums, unit_steps, unit_unevenness, units_counted

__all__ = ["spread"]


def spread(values: ArrayLike, weights: ArrayLike) -> float:
    """The difference coefficient between schools (校际差异系数), as the regulation computes it.

    `values` are the ratios x of the schools, `weights` the ratio's own denominators P (pupils for the seven
    resource items, the entering cohort for retention); both of length n. With X = Σ P·x / ΣP, the ratio of sums,

        CV = √( Σ (P/ΣP)·(x − X)² ) / X

    that is: weighted by pupils, population form, around the county's ratio of sums. On the example circulated
    to county offices (pupils 45, 37, 89, 76, 55; books 279, 137, 935, 160, 402) it is 0.515257, printed 0.52.
    Other programs give other figures for those schools: 0.4888 where each school counts alike, which lets a
    school of fifty move the county as much as one of two thousand; 0.5465 where, besides, n − 1 is the
    divisor (STDEV of a spreadsheet), which is for samples, and a county's schools are not a sample.

    Schools for which either side is missing, or the weight is not positive, are left out. The result is nan
    for fewer than two schools and where the mean is not positive: undefined, which is not zero.
    """
    frame = pd.DataFrame({"value": np.asarray(values, float), "weight": np.asarray(weights, float)})
    how = quotient(Parts(nw.col("value") * nw.col("weight"), nw.col("weight"), "counts"))
    units = units_counted(nw.from_native(frame), unit_steps({"of": how})).with_columns(*unit_unevenness(how, "of"))
    result = units.select(*sums("of")).select(close_spread("of").alias("spread")).to_native()["spread"].iloc[0]
    return float(result) if pd.notna(result) else float("nan")
