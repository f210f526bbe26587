"""How a sample was drawn: weights, plausible values, and replicate weights or strata and clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.formula import near_names

__all__ = ["Replicates", "Survey", "jackknife_replicates"]

ReplicateMethod = Literal["BRR", "Fay", "JK1", "JK2", "JKn"]
Sampling = Literal["every_value", "first_value"]
Lonely = Literal["refuse", "none", "overall"]


@dataclass(frozen=True)
class Replicates:
    """Replicate weights that the publisher of a survey has worked out, one column each.

    The sampling variance is Σ cᵣ (θᵣ − θ)², where θ is the estimate with the full weights, θᵣ with the r-th replicate
    and R their number. `method` gives cᵣ: `BRR` 1/R; `Fay` 1/(R(1−k)²) with `fay` = k (PISA: 80 replicates, k = 0.5,
    hence 1/20; OECD, PISA Data Analysis Manual, 2nd ed. 2009, chapter 4); `JK1` (R−1)/R; `JK2` 1 (TIMSS before
    2015, one replicate a zone), or ½ with `both_halves` (TIMSS from 2015, two replicates a zone); `JKn` takes
    them from `scales`, one a replicate, such as (n_h − 1)/n_h.
    """

    method: ReplicateMethod
    columns: tuple[str, ...]
    fay: float | None = None
    both_halves: bool = False
    scales: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.method not in get_args(ReplicateMethod):
            raise RequestError("survey_method", asked=self.method, allowed=", ".join(get_args(ReplicateMethod)))
        if len(self.columns) < 2:
            raise RequestError("survey_few_replicates", count=len(self.columns))
        if (self.method == "Fay") != (self.fay is not None) or not 0 <= (self.fay or 0) < 1:
            raise RequestError("survey_fay", seen=self.fay, method=self.method)
        wanted = len(self.columns) if self.method == "JKn" else 0
        if len(self.scales) != wanted:
            raise RequestError("survey_scales", seen=len(self.scales), wanted=wanted)

    def factors(self) -> np.ndarray:
        """What each squared deviation of a replicate is multiplied with, one number a replicate."""
        count = len(self.columns)
        if self.method == "JKn":
            return np.asarray(self.scales, dtype=float)
        common = {
            "BRR": 1 / count,
            "Fay": 1 / (count * (1 - (self.fay or 0)) ** 2),
            "JK1": (count - 1) / count,
            "JK2": 0.5 if self.both_halves else 1.0,
        }
        return np.full(count, common[self.method])


@dataclass(frozen=True)
class Survey:
    """How a table of pupils, teachers or schools was sampled.

    `weights` is the column of final weights, None where all rows count alike. `plausible` maps a name of your
    choice to its columns, `{"mathematics": ("PV1MATH", …, "PV10MATH")}`; the name may then be used wherever a
    column may, and two such names go in step, the m-th with the m-th. `sampling` says whence the sampling variance
    comes where there are plausible values: the mean over `every_value` (PISA; TIMSS from 2015) or the `first_value`
    alone (TIMSS before 2015).

    Either `replicates`, or any of `strata`, `clusters` (the first-stage units) and `fpc` (the number of first-stage
    units that each stratum has in the population) for linearisation. A table with neither is taken as drawn row by
    row. `lonely` is what a stratum with one cluster does: `refuse`; `none`, it adds no variance (it was taken with
    certainty); `overall`, it deviates from the mean over all strata. `df` overrides the degrees of freedom, which
    else are clusters less strata, or the rank of the replicate weights less one.

    This is the route of research only: rows of persons come in by it, and no report of a region has a way to it.
    """

    weights: str | None = None
    plausible: Mapping[str, Sequence[str]] = field(default_factory=dict)
    replicates: Replicates | None = None
    strata: str | None = None
    clusters: str | None = None
    fpc: str | None = None
    sampling: Sampling = "every_value"
    lonely: Lonely = "refuse"
    df: float | None = None

    def __post_init__(self) -> None:
        for word, words in ((self.sampling, get_args(Sampling)), (self.lonely, get_args(Lonely))):
            if word not in words:
                raise RequestError("survey_word", asked=word, allowed=", ".join(words))
        if self.replicates and (self.strata or self.clusters or self.fpc):
            raise RequestError("survey_two_designs")
        if self.replicates and not self.weights:
            raise RequestError("survey_needs_weights")
        for name, columns in self.plausible.items():
            if isinstance(columns, str) or len(columns) < 2:
                raise RequestError("survey_one_value", name=name)
        if len({len(columns) for columns in self.plausible.values()}) > 1:
            counts = ", ".join(f"{name} {len(columns)}" for name, columns in self.plausible.items())
            raise RequestError("survey_uneven_values", counts=counts)

    def design_columns(self) -> tuple[str, ...]:
        """The columns of the design itself: weights, replicate weights, strata, clusters, fpc."""
        single = (self.weights, self.strata, self.clusters, self.fpc)
        return (*filter(None, single), *(self.replicates.columns if self.replicates else ()))

    def check(self, frame: pd.DataFrame) -> None:
        """Raises RequestError where the table lacks a column of the design, or a weight is negative."""
        values = (column for columns in self.plausible.values() for column in columns)
        for name in (*self.design_columns(), *values):
            if name not in frame.columns:
                raise RequestError("model_unknown_column", column=name, near=near_names(name, frame.columns))
        for name in self.plausible:
            if name in frame.columns:
                raise RequestError("survey_name_taken", name=name)
        for name in (*filter(None, (self.weights, self.fpc)), *(self.replicates.columns if self.replicates else ())):
            if not pd.api.types.is_numeric_dtype(frame[name]):
                raise RequestError("model_text_column", expression=name)
            if (below := int((frame[name] < 0).sum())) > 0:
                raise RequestError("model_negative_weight", column=name, rows=below)


def jackknife_replicates(
    data: pd.DataFrame, *, weights: str, zone: str, half: str, both_halves: bool = False
) -> pd.DataFrame:
    """The JK2 replicate weights of a survey that prints zones and halves instead, as TIMSS does (JKZONE, JKREP).

    One column a zone, in the order of the zones: in its zone, rows whose `half` is 1 weigh double and rows whose
    `half` is 0 nothing; all others keep their weight. With `both_halves`, a second column a zone has the two
    exchanged. Same rows as `data`. Source: Foy and LaRoche 2016, "Estimating Standard Errors in the TIMSS 2015
    Results", in Methods and Procedures in TIMSS 2015, chapter 4.

    Raises RequestError for an unknown column, and where a half is neither 0 nor 1.
    """
    for name in (weights, zone, half):
        if name not in data.columns:
            raise RequestError("model_unknown_column", column=name, near=near_names(name, data.columns))
    if not data[half].isin([0, 1]).all():
        strange = data.loc[~data[half].isin([0, 1]), half].iloc[0]
        raise RequestError("survey_half", column=half, seen=strange)
    columns = {}
    for value in sorted(data[zone].dropna().unique()):
        inside = data[zone].eq(value)
        for sign in (1, 0)[: 2 if both_halves else 1]:
            factor = np.where(inside, np.where(data[half].eq(sign), 2.0, 0.0), 1.0)
            columns[f"{weights}_{value}_{'ab'[1 - sign]}"] = data[weights] * factor
    return pd.DataFrame(columns, index=data.index)
