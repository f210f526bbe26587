"""What may leave of the sums of pupils: figures on fewer pupils than the rule asks for are withheld."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualityedu.findings.levels import LEVELS
from qualityedu.release.policy import DEFAULT, SMALLEST, SMALLEST_SPREAD, Policy

__all__ = ["releasable_regions", "releasable_schools", "withheld_together"]

_KEYS = ["region", "school", "stage", "year"]
_BETWEEN_SCHOOLS = ["between_share", "theil_between", "theil_within"]
_GROUPS = ["first_pupils", "second_pupils", "first_mean", "second_mean", "gap", "standardised_gap"]


def withheld_together(few: pd.Series, pupils: pd.Series, within: Sequence[pd.Series], least: int) -> pd.Series:
    """Which rows to withhold so that a total over each group of `within` does not tell one of them.

    `few` are those that must be. With them goes the smallest other row, and the next, until what is withheld in a group
    are two rows at least and as many pupils as `least`. Rows without pupils tell nothing and count for nothing.
    """
    table = pd.DataFrame({"few": few, "pupils": pupils, **{str(n): key for n, key in enumerate(within)}})
    table = table[table["pupils"] > 0]
    # Those that must be come first, then the smallest.
    table = table.sort_values(["few", "pupils"], ascending=[False, True], kind="stable")
    groups = table.groupby([str(n) for n in range(len(within))], sort=False)
    before = groups["pupils"].cumsum() - table["pupils"]
    place = groups.cumcount()
    held = table["few"] | (groups["few"].transform("any") & ((before < least) | (place < 2)))
    return held.reindex(few.index, fill_value=False)


def releasable_schools(schools: pd.DataFrame, policy: Policy = DEFAULT) -> pd.DataFrame:
    """The rows of `school_table`, without the figures of schools of few pupils, by head, and of those that tell them.

    The rows stay, so that the schools count as left out. It is what county reports are made of; a school's own exam
    results are for nobody outside, as in every report.
    """
    few = schools["known"].between(0, policy.threshold, inclusive="neither")
    held = withheld_together(
        few, schools["known"], [schools[name] for name in ("region", "stage", "year")], policy.threshold
    )
    table = schools.drop(columns="known")
    figures = [name for name in table.columns if name not in (*_KEYS, "full_marks")]
    return table.assign(**{name: table[name].mask(held) for name in figures})


def releasable_regions(
    figures: pd.DataFrame, level: str, above: str | None = None, policy: Policy = DEFAULT
) -> pd.DataFrame:
    """The rows of `region_figures` with a `status`: `withheld` where they rest on few pupils or schools, else empty.

    A region of fewer than three schools is withheld, what lies between schools of fewer than five, and a gap where
    either group is of few pupils. `above` is the next higher level that is published: then the smallest other regions
    of a withheld one's are withheld with it.
    """
    few = figures["pupils"].between(0, policy.threshold, inclusive="neither") | (figures["schools"] < SMALLEST)
    higher = figures["region"].str[: LEVELS[above]] if above else figures["region"]
    within = [higher, *(figures[name] for name in ("stage", "year", "score"))]
    held = withheld_together(few, figures["pupils"], within, policy.threshold) if above else few
    numbers = [name for name in figures.columns if name not in ("region", "stage", "year", "score", "step")]
    found = figures.assign(**{name: figures[name].mask(held) for name in numbers})
    spread = figures["schools"] < SMALLEST_SPREAD
    found = found.assign(**{name: found[name].mask(spread) for name in _BETWEEN_SCHOOLS})
    if "gap" in found:
        smaller = figures[["first_pupils", "second_pupils"]].min(axis=1) < policy.threshold
        found = found.assign(**{name: found[name].mask(smaller) for name in _GROUPS})
    return found.assign(status=pd.Series("", index=found.index).mask(held, "withheld"))
