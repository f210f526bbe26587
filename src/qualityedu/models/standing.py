"""Where each region stands among all regions, on a model fitted over all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from qualityedu.errors import RequestError
from qualityedu.models.fit import Fit
from qualityedu.models.formula import near_names
from qualityedu.models.sample import as_pandas

__all__ = ["FEWEST_UNITS", "standing"]

# With two units the interval is 12.7 standard errors wide on each side and says nothing.
FEWEST_UNITS = 3


def standing(fitted: Fit, data: Any, region_column: str = "region") -> pd.DataFrame:
    """Each region's outcome, what its inputs go with, and the difference.

    `data` is the table that `fitted` was estimated on. One row per region, in the order of its code:
    `region`; `units`, its rows in the model; `outcome`, their mean; `expected`, the mean of their fitted values;
    `residual`, the difference of the two, in units of the outcome; `standard_error`, `lower` and `upper` of the
    residual at 95 %. A region with no complete row has 0 units and nothing else.

    The standard error is that of a mean: s/√m, where s² is the variance of the region's m residuals about their
    own mean, with divisor m−1; the interval is the residual ± t(m−1) × s/√m. It is missing below three units.
    It lets every region have a variance of its own and takes the region's units as independent draws about the
    region's mean. It takes the fitted line as given: the line's own uncertainty, and the part that the region
    itself had in drawing it, are not in the interval, which for a region with many of the units is too narrow.
    A unit counts once, whatever its size or weight. Residuals are what the inputs do not go with; they are no
    measure of merit, and with many regions some intervals exclude 0 by chance.

    Raises RequestError where `region_column` is unknown or `data` has another number of rows than was fitted.
    """
    frame = as_pandas(data)
    if region_column not in frame.columns:
        raise RequestError("model_unknown_column", column=region_column, near=near_names(region_column, frame.columns))
    if len(frame) != len(fitted.used):
        raise RequestError("model_other_table", rows=len(frame), fitted=len(fitted.used))
    regions = frame[region_column].reset_index(drop=True)
    units = pd.DataFrame(
        {
            "region": regions[fitted.used].to_numpy(),
            "outcome": np.asarray(fitted.result.model.endog),
            "expected": np.asarray(fitted.result.fittedvalues),
        }
    )
    units["residual"] = units["outcome"] - units["expected"]
    groups = units.groupby("region", observed=True)
    table = groups[["outcome", "expected", "residual"]].mean()
    table.insert(0, "units", groups.size())
    table = table.reindex(pd.Index(sorted(regions.dropna().unique()), name="region"))
    table["units"] = table["units"].fillna(0).astype("int64")
    return _with_interval(table, groups["residual"].std(ddof=1)).reset_index()


def _with_interval(table: pd.DataFrame, deviation: pd.Series) -> pd.DataFrame:
    count = table["units"].where(table["units"] >= FEWEST_UNITS)
    error = deviation.reindex(table.index) / np.sqrt(count)
    reach = stats.t.ppf(0.975, count - 1) * error
    return table.assign(standard_error=error, lower=table["residual"] - reach, upper=table["residual"] + reach)
