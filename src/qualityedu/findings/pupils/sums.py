"""What the pupils of each school add up to, worked out by the engine that holds them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from qualityedu.columns import COLUMNS, KEYS
from qualityedu.errors import RequestError
from qualityedu.findings.frames import as_pandas, door
from qualityedu.findings.pupils.asked import Asked
from qualityedu.findings.pupils.bregman import divergence, divergence_of
from qualityedu.findings.pupils.first_look import FirstLook, first_look, placed
from qualityedu.findings.pupils.merging import counted, pooled

__all__ = ["PLACE", "PupilSums", "add_up_pupils"]

# What names a line of the distribution, besides the value.
PLACE = ["region", "stage", "year", "score"]
_PARTS = ("n", "w", "wd", "wdd", "wlog", "low", "high", "passed", "excellent", "low_scores")


@dataclass(frozen=True, eq=False)
class PupilSums:
    """Sums of pupils by school, from which means, deviations, rates, gaps and shares of variance follow.

    `schools` has one row per region, school, stage, year, group and score: `rows` (pupils in the table), `pupils` (of
    these with a score), `weight` (the sum of theirs, their number where there are no weights), `mean`, `squares`
    (Σ w(x − mean)²), `logs` (Σ w·x·ln(x/mean), missing where a score is below 0), `lowest`, `highest`, and the weights
    of those `passed`, `excellent`, `low_scores`, `all_passed`. `distribution` has one row per region, stage, year,
    score and value, the value being rounded to the step of the score: `pupils` and `weight`. `step` are those steps.
    `rows` were in the table, `without_key` of them lack the region, school, stage or year and are in no sum.
    """

    schools: pd.DataFrame
    distribution: pd.DataFrame
    asked: Asked
    step: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    without_key: int = 0


def add_up_pupils(pupils: Any, asked: Asked) -> PupilSums:
    """Add up a table with one row per pupil, by school; no row of it is fetched.

    `pupils` is any frame that Narwhals knows, eager or lazy, with `region`, `school`, `stage` and `year` and the
    columns that `asked` names. A pupil without a score, or whose weight is missing or 0, is in no sum of that score.

    Sums of squares are taken around the mean of the whole table, then moved to each school's own (Chan, Golub and
    LeVeque 1979, Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, Stanford STAN-CS-79-773);
    sums of x·ln x likewise, as divergences from that mean. Raises RequestError for a column that is not there, weights
    below 0 and infinite scores.
    """
    frame = door(pupils)
    available = frame.collect_schema().names()
    used = [*KEYS, *asked.scores, *filter(None, (asked.group, asked.weight))]
    if lacking := [name for name in used if name not in available]:
        raise RequestError("pupils_lacking", columns=", ".join(lacking), seen=", ".join(available[:12]))
    frame = frame.select(*dict.fromkeys(used))
    look = first_look(frame, asked)
    frame = frame.filter(placed())
    schools = _stored(pd.concat(list(_by_school(frame, asked, look)), ignore_index=True), [*KEYS, "group", "score"])
    lines = [_distribution(frame, asked, name, step) for name, step in look.step.items()]
    columns = [*PLACE, "value", "pupils", "weight"]
    spread = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=columns)
    spread = counted(spread.assign(stage=_stages(spread["stage"])), [*PLACE, "value"])[columns]
    return PupilSums(schools, spread, asked, look.step, look.rows, look.without_key)


def _by_school(frame: Any, asked: Asked, look: FirstLook) -> Iterator[pd.DataFrame]:
    """The sums of each score in turn, out of one pass over the table."""
    keys = [*KEYS, *([asked.group] if asked.group else [])]
    weight = nw.col(asked.weight).cast(nw.Float64) if asked.weight else nw.lit(1.0)
    counts = ~weight.is_null() & (weight > 0) if asked.weight else nw.lit(True)
    every = nw.lit(True)
    terms = []
    for place, name in enumerate(asked.scores):
        x = nw.col(name).cast(nw.Float64)
        known = ~x.is_null() & counts
        line = asked.lines_of(name)
        every = every & (known & (x >= line.passed) if line.passed is not None else nw.lit(False))
        terms += list(_terms(str(place), x, known, weight, asked, name, look))
    terms.append(nw.when(every).then(weight).otherwise(0.0).alias("all"))
    names = [f"{place}:{part}" for place in range(len(asked.scores)) for part in _PARTS]
    totals = [_total(name) for name in names]
    units = frame.select(*[nw.col(key) for key in keys], nw.lit(1).alias("rows"), *terms)
    table = as_pandas(units.group_by(*keys).agg(nw.col("rows").sum(), nw.col("all").sum(), *totals))
    number = dict.fromkeys([*names, "all"], "float64")
    table = table.astype({**number, "rows": "int64", "year": "int64"})
    for place, name in enumerate(asked.scores):
        yield _of_score(table, asked, name, str(place), look.centre.get(name, 0.0))


def _terms(
    at: str, x: nw.Expr, known: nw.Expr, weight: nw.Expr, asked: Asked, name: str, look: FirstLook
) -> Iterator[nw.Expr]:
    centre, line = look.centre.get(name, 0.0), asked.lines_of(name)
    apart = x - centre
    logs = weight * divergence(apart / centre) if centre > 0 else x * 0.0
    yield known.cast(nw.Int64).alias(f"{at}:n")
    for part, term in (("w", x * 0.0 + weight), ("wd", weight * apart), ("wdd", weight * apart * apart), ("wlog", logs),
                       ("low", x), ("high", x)):  # fmt: skip
        yield nw.when(known).then(term).alias(f"{at}:{part}")
    reached = {"passed": line.passed, "excellent": line.excellent}
    for part, least in reached.items():
        yield (
            nw.when(known & (x >= (math.inf if least is None else least)))
            .then(weight)
            .otherwise(0.0)
            .alias(f"{at}:{part}")
        )
    below = -math.inf if line.low is None else line.low
    yield nw.when(known & (x < below)).then(weight).otherwise(0.0).alias(f"{at}:low_scores")


def _total(name: str) -> nw.Expr:
    held = nw.col(name)
    return held.min() if name.endswith(":low") else held.max() if name.endswith(":high") else held.sum()


def _of_score(table: pd.DataFrame, asked: Asked, name: str, at: str, centre: float) -> pd.DataFrame:
    """Sums around a constant, moved to the mean of each school; exact where all its pupils have the same score."""
    held = {part: table[f"{at}:{part}"].to_numpy() for part in _PARTS}
    weight, low, high = held["w"], held["low"], held["high"]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.clip(centre + held["wd"] / weight, low, high)
        # Bhatia and Davis 2000: no variance is above (mean − lowest)(highest − mean), which is 0 for equal scores.
        squares = np.clip(held["wdd"] - held["wd"] ** 2 / weight, 0.0, weight * (mean - low) * (high - mean))
        logs = np.maximum(centre * (held["wlog"] - weight * divergence_of((mean - centre) / centre)), 0.0)
    known = held["n"] > 0
    words = table[asked.group].astype(object) if asked.group else None
    group = "" if words is None else words.map(str).where(words.notna(), None)
    line = asked.lines_of(name)
    sums = {
        "rows": table["rows"],
        "pupils": held["n"].astype("int64"),
        "weight": weight,
        "mean": np.where(known, mean, np.nan),
        "squares": np.where(known, squares, 0.0),
        "logs": np.where(known & ((low < 0) | (centre <= 0)), np.nan, np.where(known & (low < high), logs, 0.0)),
        "lowest": low,
        "highest": high,
        "passed": held["passed"] if line.passed is not None else np.nan,
        "excellent": held["excellent"] if line.excellent is not None else np.nan,
        "low_scores": held["low_scores"] if line.low is not None else np.nan,
        "all_passed": table["all"] if _all_have_lines(asked) else np.nan,
    }
    keys = {key: table[key] for key in KEYS} | {"group": group, "score": name}
    return pd.DataFrame(keys | sums)


def _all_have_lines(asked: Asked) -> bool:
    return all(asked.lines_of(name).passed is not None for name in asked.scores)


def _distribution(frame: Any, asked: Asked, name: str, step: float) -> pd.DataFrame:
    """How many pupils of each region have each value, rounded to `step`, halves upward."""
    x = nw.col(name).cast(nw.Float64)
    weight = nw.col(asked.weight).cast(nw.Float64) if asked.weight else nw.lit(1.0)
    keys = [nw.col(key) for key in ("region", "stage", "year")]
    held = frame.filter(~x.is_null())
    held = held.select(*keys, (x / step + 0.5).floor().cast(nw.Int64).alias("steps"), weight.alias("weight"))
    if asked.weight:
        held = held.filter(nw.col("weight") > 0)
    grouped = held.group_by("region", "stage", "year", "steps")
    table = as_pandas(grouped.agg(nw.len().alias("pupils"), nw.col("weight").sum()))
    # Multiplied by 0.1 a third step would be 0.30000000000000004.
    per = round(1 / step)
    value = table["steps"] / per if per > 1 and abs(per * step - 1) < 1e-12 else table["steps"] * step
    table = table.astype({"pupils": "int64", "weight": "float64", "year": "int64"})
    return table.assign(score=name, value=value.astype("float64")).drop(columns="steps")


def _stored(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Stages by the word that is kept for them; what then is one school is one row."""
    found = pooled(table.assign(stage=_stages(table["stage"])), keys)
    return found.drop(columns=["squares_between", "logs_between"])


def _stages(spoken: pd.Series) -> pd.Series:
    """小学 is `primary`. Raises RequestError for a word that is no stage."""
    words = {each: stored for stored, known in (COLUMNS["stage"].choices or {}).items() for each in (stored, *known)}
    strange = [str(each) for each in spoken.unique() if each not in words]
    if strange:
        raise RequestError("pupils_stage", seen=strange[0][:40], known=", ".join(COLUMNS["stage"].choices or ()))
    return spoken.map(words).astype(object)
