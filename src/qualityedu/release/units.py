"""Which values of single units are withheld: those on few persons, and enough others that nothing can be worked out."""

from __future__ import annotations

import pandas as pd

from qualityedu.columns import COLUMNS
from qualityedu.findings.persons import persons_of_units
from qualityedu.indicators import Indicator, catalogue
from qualityedu.measures import Ratio
from qualityedu.release.policy import Policy

__all__ = ["hidden_units", "is_share"]

# At least so many units of a group are withheld together, or its total less the others would be the one.
_TOGETHER = 2


def hidden_units(schools: pd.DataFrame, values: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Which values of single units may not be shown: as `values`, true where one is withheld.

    `schools` is the table, `values` what `school_values` gives for some of its rows; the keys are in both. A value on
    fewer persons than the threshold is withheld. The region's own value is published, and so the units withheld of a
    region, stage and indicator must together have as many persons as the threshold and be at least two, and must not
    all be nought (or, of a share, all the whole): the smallest of the others are added until that is so. Where all
    units are alike in that, the region's own value says it of each, and nothing is won by hiding them.
    """
    names = [name for name in values.columns if name in catalogue()]
    keys = ["region", "school", "stage", "year"]
    table = values[keys].merge(schools, on=keys, how="left", validate="1:1")
    persons = persons_of_units(table, names).reindex(columns=names)
    persons.index = values.index
    known = persons.where(values[names].notna())
    few = (known < policy.threshold) & (known > 0)
    for name in [name for name in names if few[name].any()]:
        for _, rows in values.groupby(["region", "stage", "year"]).groups.items():
            if few.loc[rows, name].any():
                added = _together(known.loc[rows, name], values.loc[rows, name], few.loc[rows, name], name, policy)
                few.loc[rows, name] = added
    return few


def _together(persons: pd.Series, values: pd.Series, few: pd.Series, name: str, policy: Policy) -> pd.Series:
    """Those on few persons, and the smallest others that it takes."""
    hidden = few.copy()
    others = persons[persons.notna() & ~hidden].sort_values(kind="stable").index
    alike = _tells(values.dropna(), catalogue()[name])
    for other in others:
        enough = persons[hidden].sum() >= policy.threshold and hidden.sum() >= _TOGETHER
        if enough and (alike or not _tells(values[hidden], catalogue()[name])):
            break
        hidden.loc[other] = True
    return hidden


def _tells(values: pd.Series, indicator: Indicator) -> bool:
    """Whether the sum over some units says what each of them has: all nothing, or all the whole."""
    return bool((values == 0).all() or (is_share(indicator) and (values >= 100).all()))


def is_share(indicator: Indicator) -> bool:
    """Whether it is a percentage of persons or things of which the counted ones are a part."""
    shape = indicator.value
    if not isinstance(shape, Ratio) or not isinstance(shape.numerator, str) or not isinstance(shape.denominator, str):
        return False
    whole = COLUMNS[shape.numerator].at_most
    while whole is not None and whole != shape.denominator:
        whole = COLUMNS[whole].at_most
    return shape.per == 100 and whole == shape.denominator
