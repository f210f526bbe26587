"""What follows from the sums of pupils: a table of schools in our columns, and the figures of a region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qualityedu.columns import KEYS
from qualityedu.errors import RequestError
from qualityedu.findings.levels import LEVELS, check_level
from qualityedu.findings.pupils.merging import counted, pooled
from qualityedu.findings.pupils.sums import PLACE, PupilSums
from qualityedu.inequality import gini

__all__ = ["QUARTILES", "region_figures", "school_table"]

QUARTILES = {"first_quartile": 0.25, "median": 0.5, "third_quartile": 0.75}


def school_table(sums: PupilSums, score: str, *, everyone: bool = False) -> pd.DataFrame:
    """One row per region, school, stage and year, with the names of `columns.py`: what `measure` and `report` take.

    `score_deviation` is the standard deviation in population form, √(Σ w(x − mean)²/Σw). Where there are weights,
    `candidates` and the other counts are sums of weights. `everyone` says that the table has a row for each pupil on
    roll, those without a score among them: then there are `pupils` and `expected_candidates` as well, by head.
    `known` is how many pupils have the score, by head and whatever the weights.
    """
    own = pooled(_of(sums, score), KEYS)
    line = sums.asked.lines_of(score)
    known = own["pupils"] > 0
    held = {
        "candidates": own["weight"],
        "score_total": (own["weight"] * own["mean"]).where(known),
        "score_deviation": _root(own["squares"], own["weight"]).where(known),
        "passed_candidates": own["passed"],
        "excellent_candidates": own["excellent"],
        "low_score_candidates": own["low_scores"],
        "all_subject_passed": own["all_passed"],
        "full_marks": line.full_marks if line.full_marks is not None else np.nan,
    }
    table = pd.DataFrame({key: own[key] for key in KEYS} | held)
    if everyone:
        rows = own["rows"].astype("float64")
        table = table.assign(pupils=rows, expected_candidates=rows)
    given = [name for name in table.columns if name in KEYS or table[name].notna().any()]
    return table[given].assign(known=own["pupils"])


def region_figures(sums: PupilSums, level: str = "county", *, gap: tuple[str, str] | None = None) -> pd.DataFrame:
    """One row per region of `level`, year, stage and score, over the pupils of all its schools.

    `pupils` with a score and `schools` that have any; `mean` and `deviation` (population form) in points, quartiles in
    points (the smallest value up to which a quarter, half, three quarters of the pupils lie: definition 1 of Hyndman
    and Fan 1996) and `gini`, both of values rounded to `step`; `between_share`, the share of the variance between
    schools; `theil_t` with its parts `theil_between` and `theil_within` (Shorrocks 1980); `pass_rate`,
    `excellent_rate`, `low_score_rate` in %. With `gap`, two words of the group: `first_mean`, `second_mean`, `gap`
    (first less second, in points), `standardised_gap` (over the standard deviation within both, Cohen 1988) and the
    number of pupils of either. What is undefined is missing.

    Raises RequestError for another level, and for a word that no group has.
    """
    check_level(level)
    held = sums.schools[sums.schools["pupils"] > 0]
    schools = pooled(held.assign(school=held["region"] + "/" + held["school"]), [*KEYS, "score"])
    schools = schools.drop(columns=["squares_between", "logs_between"])
    schools = schools.assign(region=_merged(schools["region"], level))
    whole = pooled(schools, PLACE)
    weight = whole["weight"]
    with np.errstate(divide="ignore", invalid="ignore"):
        figures = whole[[*PLACE, "pupils"]].assign(
            schools=schools.groupby(PLACE, sort=True).size().to_numpy(),
            mean=whole["mean"],
            deviation=_root(whole["squares"], weight),
            between_share=(whole["squares_between"] / whole["squares"]).where(whole["squares"] > 0),
            theil_t=whole["logs"] / (weight * whole["mean"]),
            theil_between=whole["logs_between"] / (weight * whole["mean"]) + 0 * whole["logs"],
            theil_within=(whole["logs"] - whole["logs_between"]) / (weight * whole["mean"]),
            pass_rate=100 * whole["passed"] / weight,
            excellent_rate=100 * whole["excellent"] / weight,
            low_score_rate=100 * whole["low_scores"] / weight,
        )
    theil = ["theil_t", "theil_between", "theil_within"]
    # Points below 0 have no logarithm, and of nothing at all there are no shares.
    figures[theil] = figures[theil].where((whole["lowest"] >= 0) & (whole["mean"] > 0) & (whole["pupils"] > 1), np.nan)
    figures = figures.merge(_spread(sums, level), on=PLACE, how="left")
    return figures.merge(_gaps(held, level, gap), on=PLACE, how="left") if gap else figures


def _of(sums: PupilSums, score: str) -> pd.DataFrame:
    if score not in sums.asked.scores:
        raise RequestError("pupils_other_score", seen=score, known=", ".join(sums.asked.scores))
    return sums.schools[sums.schools["score"] == score]


def _root(squares: pd.Series, weight: pd.Series) -> pd.Series:
    return (squares / weight.where(weight > 0)) ** 0.5


def _merged(regions: pd.Series, level: str) -> pd.Series:
    return regions.str[: LEVELS[level]] if LEVELS[level] else pd.Series("0", index=regions.index)


def _spread(sums: PupilSums, level: str) -> pd.DataFrame:
    """Quartiles and the Gini coefficient from the counts of values."""
    lines = sums.distribution.assign(region=_merged(sums.distribution["region"], level))
    lines = counted(lines, [*PLACE, "value"])
    rows = []
    for place, held in lines.groupby(PLACE, sort=True):
        values, weights = held["value"].to_numpy(), held["weight"].to_numpy()
        parts = np.quantile(values, list(QUARTILES.values()), method="inverted_cdf", weights=weights)
        # The same value twice is two pupils, which a list of values does not show.
        even = (
            0.0 if len(values) == 1 and held["pupils"].iloc[0] > 1 and values[0] > 0 else gini(values, weights=weights)
        )
        rows.append((*place, *parts, even))
    found = pd.DataFrame(rows, columns=[*PLACE, *QUARTILES, "gini"])
    return found.assign(step=found["score"].map(sums.step))


def _gaps(held: pd.DataFrame, level: str, gap: tuple[str, str]) -> pd.DataFrame:
    known = {str(each) for each in held["group"].dropna().unique()}
    for word in gap:
        if word not in known:
            raise RequestError("pupils_no_group", seen=word, known=", ".join(sorted(known)) or "—")
    groups = pooled(held.assign(region=_merged(held["region"], level)), [*PLACE, "group"])
    first, second = (groups[groups["group"] == word].set_index(PLACE) for word in gap)
    both = first.add_suffix("_first").join(second.add_suffix("_second"), how="inner")
    squares = both["squares_first"] + both["squares_second"]
    within = _root(squares, both["weight_first"] + both["weight_second"])
    difference = both["mean_first"] - both["mean_second"]
    found = pd.DataFrame(
        {
            "first_pupils": both["pupils_first"],
            "second_pupils": both["pupils_second"],
            "first_mean": both["mean_first"],
            "second_mean": both["mean_second"],
            "gap": difference,
            "standardised_gap": difference / within.where(within > 0),
        }
    )
    return found.reset_index()
