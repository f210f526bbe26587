"""Schools with several stages under one roof: what they hold together, split between the stages."""

from __future__ import annotations

import pandas as pd

from qualityedu.errors import RequestError

__all__ = ["SPLIT_COLUMNS", "STAGE_WEIGHTS", "split_by_stage"]

# How much one pupil of a stage counts, by the kind of school. 1.32 is 1.1 × 1.2.
STAGE_WEIGHTS: dict[str, dict[str, float]] = {
    "nine_year": {"primary": 1.0, "junior": 1.1},
    "complete_secondary": {"junior": 1.0, "senior": 1.2},
    "twelve_year": {"primary": 1.0, "junior": 1.1, "senior": 1.32},
}

_AREAS = ("teaching_auxiliary_area", "indoor_sports_area", "sports_ground_area", "equipment_value")

# What is split, by the regulation for which it is. Teachers never are: they count where they teach.
SPLIT_COLUMNS: dict[str, tuple[str, ...]] = {
    "BAL2012": (*_AREAS, "computers", "books"),
    "HQB2017": (*_AREAS, "multimedia_rooms"),
}


def split_by_stage(schools: pd.DataFrame, *, regulation: str = "HQB2017") -> pd.DataFrame:
    """What a school with several stages holds together, split between its stages by weighted pupils.

    `schools` has one row per school, stage and year with `school`, `stage`, `year`, `school_kind` and `pupils`. In the
    columns that `SPLIT_COLUMNS` names for the regulation, a school of a kind in `STAGE_WEIGHTS` gives the total of the
    whole school, in each of its rows or in one of them; in all other columns each row is its stage's own, teachers
    above all. Returns a new table in the same order, in which stage s has

        total · wₛ·Pₛ / Σ w·P

    unrounded, P the pupils and w the weights: nine-year 1 : 1.1, complete secondary (junior : senior) 1 : 1.2,
    twelve-year 1 : 1.1 : 1.32. Other schools are left as they are. Where the pupils of a stage are not known, nor is
    any share; so too where a school has no pupils.

    A note circulated to county offices (2015) works an example: 166 and 210 pupils with 23,226 books weigh 397, which
    is 58.503778 books for a primary pupil; primary 9,711.63 and junior 13,514.37 (printed 58.5, 9,711 and 13,515).

    Raises RequestError where a school lacks the row of one of its stages, since the shares of the others would be too
    large, and where its rows give different totals, since then they are not of the whole school.
    """
    columns = [name for name in SPLIT_COLUMNS[regulation] if name in schools.columns]
    result = schools.copy()
    result[columns] = result[columns].astype("float64")
    together = schools[schools["school_kind"].isin(list(STAGE_WEIGHTS))]
    for (school, _year), rows in together.groupby(["school", "year"], sort=False):
        kind = str(rows["school_kind"].iloc[0])
        weights = rows["stage"].map(STAGE_WEIGHTS[kind])
        if missing := [stage for stage in STAGE_WEIGHTS[kind] if stage not in set(rows["stage"])]:
            raise RequestError("through_train_stage", school=school, stages=", ".join(missing))
        weighted = weights * rows["pupils"].astype("float64")
        whole = weighted.sum(skipna=False)
        shares = weighted / whole if whole > 0 else weighted * float("nan")
        for name in columns:
            result.loc[rows.index, name] = shares * _total(rows[name], str(school), name)
    return result


def _total(given: pd.Series, school: str, name: str) -> float:
    known = given.dropna().unique()
    if len(known) > 1:
        raise RequestError(
            "through_train_totals", school=school, column=name, seen=", ".join(f"{one:g}" for one in known)
        )
    return float(known[0]) if len(known) else float("nan")
