"""The specification curve: every defensible way of asking one question, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.curve_null import Null, joint_inference
from qualityedu.models.design_matrix import design_matrix
from qualityedu.models.estimate import Remark
from qualityedu.models.fit import fit
from qualityedu.models.formula import evaluate, near_names, read_formula
from qualityedu.models.sample import as_pandas
from qualityedu.models.stepdown import p_value_said
from qualityedu.text import significant

__all__ = ["Curve", "specification_curve"]


@dataclass(frozen=True, eq=False)
class Curve:
    """All specifications, in a fixed order: outcomes slowest, then levers, controls, effects, samples.

    `table` has one row a specification: `number` (from 1), `outcome`, `lever`, `controls` and `effects` (tuples),
    `sample`, `estimate`, `standard_error`, `lower`, `upper`, `p_value`, `rows`, `clusters`, and `reason`, empty
    where the model could be fitted. `failures` holds the refusal of every other, by number. `joint` has
    `statistic`, `observed`, `p_value`; None without a generator. Estimates are standardised where `standardised` is
    true: standard deviations of the outcome per standard deviation of the lever, both over the rows of the
    specification.
    """

    table: pd.DataFrame = field(repr=False)
    failures: dict[int, RequestError] = field(repr=False)
    joint: pd.DataFrame | None
    standardised: bool
    draws: int

    def notes(self, lang: str) -> list[str]:
        """What belongs under the curve: how many, how many failed and why, the joint tests."""
        fitted = self.table[self.table["reason"] == ""]
        rising = int((fitted["estimate"] > 0).sum())
        apart = int((fitted["p_value"] < 0.05).sum())
        count = "curve_count_all" if len(fitted) == len(self.table) else "curve_count"
        words = [Remark(count, {"all": len(self.table), "fitted": len(fitted)}).sentence(lang)]
        if len(fitted):
            middle = significant(float(fitted["estimate"].median()), lang)
            values = {"fitted": len(fitted), "rising": rising, "apart": apart, "median": middle}
            words.append(Remark("curve_summary", values).sentence(lang))
        for place, refused in self.failures.items():
            words.append(Remark("curve_failed", {"number": place, "reason": refused.sentence(lang)}).sentence(lang))
        if self.joint is not None:
            p_values = {row.statistic: p_value_said(row.p_value, lang) for row in self.joint.itertuples()}
            words.append(Remark("curve_joint", {"draws": self.draws, **p_values}).sentence(lang))
        return words


def specification_curve(
    data: Any,
    *,
    outcomes: Sequence[str],
    levers: Sequence[str],
    controls: Sequence[Sequence[str]] = ((),),
    effects: Sequence[Sequence[str]] = ((),),
    samples: Mapping[str, str | None] | None = None,
    errors: str = "HC1",
    cluster: str | None = None,
    standardise: bool = True,
    generator: np.random.Generator | None = None,
    draws: int = 499,
    within: str | None = None,
) -> Curve:
    """Fit every combination of outcomes, levers, sets of controls, sets of effects and samples.

    `effects` are sets of columns of which each value gets its own intercept. `samples` maps a name to a condition such
    as `"year >= 2012"`, or to None for all rows. None is dropped: a combination that `fit` refuses stays in the table
    with its reason, as does one whose lever is also its outcome or among its controls.

    A `generator` adds joint inference (see `joint_inference`) from `draws` draws: residuals change places within
    groups of `within`, or, where errors are clustered, change sign by cluster. It takes no account of how the set of
    specifications was chosen. After Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4.

    Everything is association. Raises RequestError for an unknown column of samples, `cluster` or `within`, and
    where nothing was asked for.
    """
    frame = as_pandas(data).reset_index(drop=True)
    for name in filter(None, (cluster, within)):
        if name not in frame.columns:
            raise RequestError("model_unknown_column", column=name, near=near_names(name, frame.columns))
    chosen = {name: _inside(condition, frame) for name, condition in (samples or {"": None}).items()}
    asked = list(product(outcomes, levers, map(tuple, controls), map(tuple, effects), chosen))
    if not asked:
        raise RequestError("curve_nothing")
    rows, failures, nulls = [], {}, []
    for place, (outcome, lever, held, absorbed, sample) in enumerate(asked, start=1):
        said = {"outcome": outcome, "lever": lever, "controls": held, "effects": absorbed, "sample": sample}
        try:
            row, null = _one(frame, chosen[sample], outcome, lever, (held, absorbed), errors, cluster, standardise)
            nulls.append(null)
        except RequestError as refused:
            row, failures[place] = {"reason": refused.key}, refused
        rows.append({"number": place, **said, **row})
    columns = [
        "number", "outcome", "lever", "controls", "effects", "sample", "estimate", "standard_error", "lower", "upper",
        "p_value", "rows", "clusters", "reason",
    ]  # fmt: skip
    table = pd.DataFrame(rows).reindex(columns=columns)
    joint = None
    if generator is not None and nulls:
        groups = pd.factorize(frame[cluster])[0] if cluster else None
        blocks = pd.factorize(frame[within])[0] if within else np.zeros(len(frame), dtype=int)
        joint = joint_inference(nulls, groups, blocks, generator, draws=draws)
    return Curve(table, failures, joint, standardise, draws)


def _inside(condition: str | None, frame: pd.DataFrame) -> np.ndarray:
    if condition is None:
        return np.ones(len(frame), dtype=bool)
    expression = read_formula(f"I({condition}) ~ 1", frame.columns).outcome
    return evaluate(expression, frame).eq(1).to_numpy()


def _one(
    frame: pd.DataFrame,
    inside: np.ndarray,
    outcome: str,
    lever: str,
    others: tuple[tuple[str, ...], tuple[str, ...]],
    errors: str,
    cluster: str | None,
    standardise: bool,
) -> tuple[dict[str, object], Null]:
    controls, effects = others
    if lever in controls or outcome in (lever, *controls):
        raise RequestError("curve_same_column", outcome=outcome, lever=lever)
    formula = f"{outcome} ~ {' + '.join((lever, *controls, *(f'C({effect})' for effect in effects)))}"
    table = frame[inside]
    fitted = fit(formula, table, errors=errors, cluster=cluster)
    terms = fitted.table.set_index("term")
    if lever not in terms.index:
        raise RequestError("curve_lever_levels", lever=lever)
    used = table[fitted.used]
    y, matrix = design_matrix(formula, used)
    x = matrix[lever].to_numpy()
    scale = float(x.std(ddof=1) / y.std(ddof=1)) if standardise else 1.0
    figures = terms.loc[lever, ["estimate", "standard_error", "lower", "upper"]] * scale
    row = {
        **figures.to_dict(),
        "p_value": terms.loc[lever, "p_value"],
        "rows": fitted.rows,
        "clusters": fitted.clusters,
        "reason": "",
    }
    rest = matrix.drop(columns=lever).to_numpy()
    return row, Null(used.index.to_numpy(), y, x, rest, scale)
