"""Sums of several schools, months or groups as one, without going back to the pupils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qualityedu.columns import KEYS
from qualityedu.errors import RequestError
from qualityedu.findings.pupils.bregman import divergence_of

if TYPE_CHECKING:
    from qualityedu.findings.pupils.sums import PupilSums

__all__ = ["combine_pupils", "counted", "pooled"]

_ADDED = ("rows", "pupils", "weight", "passed", "excellent", "low_scores", "all_passed")


def pooled(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Sums with the same `keys` as one row, with what lies between those rows as `squares_between`, `logs_between`.

    With W the weights: mean = Σ W·mean / ΣW, squares = Σ squares + Σ W(mean − that)² (Chan, Golub and LeVeque 1979, for
    many at once), logs = Σ logs + Σ W·mean·ln(mean / that).
    """
    if table.empty:
        return table.assign(squares_between=0.0, logs_between=0.0)
    groups = table.groupby(list(keys), sort=True, dropna=False)
    code = groups.ngroup().to_numpy()
    weight, mean = table["weight"].to_numpy(), table["mean"].to_numpy()
    known = weight > 0
    # Around the mean of one of them, so that equal means stay exactly what they are.
    pivot = groups["mean"].first().to_numpy()
    total = np.bincount(code, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = pivot + np.bincount(code, np.where(known, weight * (mean - pivot[code]), 0.0)) / total
        apart = np.where(known, mean - middle[code], 0.0)
        # Where all are 0 there is no share to speak of, and nothing between them.
        relative = np.where(apart == 0, 0.0, apart / middle[code])
    squares = np.bincount(code, weight * apart**2)
    logs = np.bincount(code, np.where(known, weight * middle[code] * divergence_of(relative), 0.0))
    added = groups[list(_ADDED)].sum(min_count=1)
    # What is missing in one part is missing in the whole.
    inside = {name: np.bincount(code, table[name].to_numpy()) for name in ("squares", "logs")}
    found = added.assign(
        mean=middle,
        squares=inside["squares"] + squares,
        logs=inside["logs"] + logs,
        lowest=groups["lowest"].min(),
        highest=groups["highest"].max(),
        squares_between=squares,
        logs_between=logs,
    )
    return found.reset_index()


def counted(lines: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Lines of a distribution with the same `keys` as one."""
    return lines.groupby(list(keys), sort=True)[["pupils", "weight"]].sum().reset_index()


def combine_pupils(*several: PupilSums) -> PupilSums:
    """Sums of different pupils as one: of a further county, or of those of a school that came later.

    Raises RequestError where they are of other scores, lines, groups or weights, or rounded in other steps.
    """
    first = several[0]
    for other in several[1:]:
        if other.asked != first.asked:
            raise RequestError("pupils_sums_differ", first=_said(first), other=_said(other))
        for name in first.step.keys() & other.step.keys():
            if first.step[name] != other.step[name]:
                steps = {"first": f"{first.step[name]:g}", "other": f"{other.step[name]:g}"}
                raise RequestError("pupils_steps_differ", score=name, **steps)
    schools = pd.concat([each.schools for each in several], ignore_index=True)
    lines = pd.concat([each.distribution for each in several], ignore_index=True)
    return replace(
        first,
        schools=pooled(schools, [*KEYS, "group", "score"]).drop(columns=["squares_between", "logs_between"]),
        distribution=counted(lines, ["region", "stage", "year", "score", "value"]),
        step={name: step for each in several for name, step in each.step.items()},
        rows=sum(each.rows for each in several),
        without_key=sum(each.without_key for each in several),
    )


def _said(sums: PupilSums) -> str:
    """What was asked, as a reader would compare it."""
    asked = sums.asked
    parts = []
    for name in asked.scores:
        line = asked.lines_of(name)
        drawn = (line.low, line.passed, line.excellent, line.full_marks)
        parts.append(f"{name} ({', '.join('—' if each is None else f'{each:g}' for each in drawn)})")
    return ", ".join([*parts, *filter(None, (asked.group, asked.weight))])
