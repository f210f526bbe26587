"""What a decomposition by groups is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from qualityedu.inequality.weighted import Weighted, Weights, weighted

__all__ = ["Decomposition", "Group", "decomposed", "groups_of"]


@dataclass(frozen=True)
class Group:
    """One group: its share of the weights, its mean over that of all, and its units."""

    name: str
    share: float
    relative_mean: float
    units: Weighted


@dataclass(frozen=True, eq=False)
class Decomposition:
    """An inequality and its parts: total = between + within + overlap.

    `between` is what would be left if every unit had its group's mean, `within` what the groups have inside,
    `overlap` the remainder of the Gini coefficient, which Theil's measures do not have. `groups` has one row per
    group: `group`, `units`, `share` of the weights, `mean`, and `part`, what the group adds to `within`.
    """

    total: float
    between: float
    within: float
    overlap: float
    groups: pd.DataFrame

    @property
    def between_share(self) -> float:
        """The part between groups over the whole; nan where there is no inequality to share out."""
        return self.between / self.total if self.total > 0 else float("nan")


def groups_of(values: ArrayLike, groups: ArrayLike, weights: Weights) -> tuple[Weighted, list[Group]]:
    """The units that have a value, a weight and a group, and the same group by group in the order of their names.

    Raises ValueError where there is not one name for each value.
    """
    names = pd.Series(np.asarray(groups, dtype=object))
    given = np.array(values, dtype=np.float64)
    if len(names) != len(given):
        raise ValueError(f"{len(given)} values and {len(names)} groups; there is one group for each value.")
    given[names.isna()] = np.nan
    whole = weighted(given, weights)
    own = names[whole.kept].astype(str).to_numpy()
    found = []
    for name in sorted(set(own)):
        inside = own == name
        share = float(whole.shares[inside].sum())
        units = Weighted(whole.values[inside], whole.shares[inside] / share, inside)
        found.append(Group(name, share, units.mean / whole.mean if whole.mean else float("nan"), units))
    return whole, found


def decomposed(total: float, between: float, parts: Sequence[float], found: Sequence[Group]) -> Decomposition:
    """The parts of an inequality put together; all nan where the whole is undefined."""
    undefined = total != total
    within = float("nan") if undefined else float(sum(parts))
    table = pd.DataFrame(
        {
            "group": [each.name for each in found],
            "units": [each.units.values.size for each in found],
            "share": [each.share for each in found],
            "mean": [each.units.mean for each in found],
            "part": [float("nan")] * len(found) if undefined else list(parts),
        }
    )
    rest = float("nan") if undefined else total - between - within
    return Decomposition(total, float("nan") if undefined else between, within, rest, table)
