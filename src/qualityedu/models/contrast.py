"""Whether a lever goes differently with quality outcomes than with exam outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from qualityedu.errors import RequestError
from qualityedu.models.design_matrix import design_matrix
from qualityedu.models.estimate import Remark
from qualityedu.models.fit import Fit, fit, joint_test
from qualityedu.models.formula import evaluate, near_names, read_formula
from qualityedu.models.sample import as_pandas
from qualityedu.models.spec import Spec
from qualityedu.models.stepdown import holm, romano_wolf
from qualityedu.models.wald import JointTest
from qualityedu.text import significant

__all__ = ["Contrast", "contrast"]

# The columns of the stacked table; a researcher's own columns are not in it.
_OUTCOME, _CLUSTER = "outcome", "cluster"
_STANDARD = ("standardised_quality", "standardised_exam")
POWER = 0.80


@dataclass(frozen=True, eq=False)
class Contrast:
    """The same levers against two outcomes, and the difference.

    `table` has one row a lever: `lever`; `quality`, `quality_error`, `exam`, `exam_error`, coefficient and standard
    error in each equation, in standard deviations of the outcome per unit of the lever; `difference` (quality
    less exam), `standard_error`, `lower`, `upper` (95 %), `p_value`; `p_holm`, and `p_romano_wolf` where a generator
    was given; `detectable`, the smallest true difference that a test at 5 % would show with 80 % power.
    `joint` tests that no lever differs, None where that cannot be tested. `reference` has `orientation`,
    `outcome`, `rows`, `mean`, `sd` that outcomes were standardised by. `quality` and `exam` are the separate fits,
    `stacked` the one that the differences come from. `rows` is the number of units, each of them in both equations.
    """

    table: pd.DataFrame = field(repr=False)
    joint: JointTest | None
    reference: pd.DataFrame = field(repr=False)
    rows: int
    clusters: int | None
    quality: Fit = field(repr=False)
    exam: Fit = field(repr=False)
    stacked: Fit = field(repr=False)
    warnings: tuple[Remark, ...]

    def notes(self, lang: str, label: Any = str) -> list[str]:
        """What belongs under the table: units, references, one sentence a lever, how errors were worked out."""
        remarks = [Remark("contrast_rows", {"rows": self.rows})]
        for _, outcome, rows, mean, sd in self.reference.itertuples(index=False):
            values = {"outcome": label(outcome), "rows": rows, "mean": significant(mean, lang)}
            remarks.append(Remark("contrast_reference", {**values, "sd": significant(sd, lang)}))
        for row in self.table.itertuples():
            found = "contrast_apart" if row.p_holm < 0.05 else "contrast_alike"
            numbers = {
                name: significant(float(getattr(row, name)), lang)
                for name in ("difference", "lower", "upper", "detectable")
            }
            remarks.append(Remark(found, {"lever": label(row.lever), **numbers}))
        # The overall test of the stacked table is no figure here; the joint test of the levers is.
        others = [remark for remark in self.stacked.warnings if remark.key != "no_joint_test"]
        remarks += [self.stacked.errors_said, *others, *self.warnings]
        return [remark.sentence(lang) for remark in remarks]


def contrast(
    spec_quality: Spec | str,
    spec_exam: Spec | str,
    data: Any,
    *,
    reference: Mapping[str, object] | None = None,
    levers: Sequence[str] | None = None,
    cluster: str | Sequence[str] | None = None,
    generator: np.random.Generator | None = None,
    draws: int = 999,
) -> Contrast:
    """Set a quality outcome and an exam outcome against the same levers, over the same units.

    `spec_quality` and `spec_exam` are `Spec`s or formulas. Only units that are complete for both are used, so that
    a difference is not one of units. Each outcome is standardised by the mean and the standard deviation (divisor n
    − 1) of the rows that `reference` names, such as `{"year": 2012}`, among all with that outcome; without it, of
    the units used. The two equations are stacked, each with its own intercept and controls, and estimated together
    by `fit`: coefficients are those of two separate regressions, and the error of a difference counts that both
    outcomes belong to the same unit and region. Errors are clustered by `cluster` (one column or two), else by that of
    the specs, else by unit; small-sample factors are those of `fit` for the stacked table of 2n rows.

    `levers` are terms of both models; by default the inputs of a `Spec`, or all terms but the intercept that both
    formulas have. `detectable` is (t₀.₉₇₅ + t₀.₈₀) × standard error, t with the degrees of freedom of the fit
    (Bloom 1995, Evaluation Review 19). A `generator` adds Romano and Wolf's p-values from `draws` draws
    by the first cluster column.

    What comes back is association: it cannot say that a lever moves either outcome. Raises RequestError as
    `fit` does for either model; where no unit is complete for both, the models are of unlike stages, no lever is
    in both, the two outcomes are one, or the reference has fewer than two rows or no spread.
    """
    frame = as_pandas(data).reset_index(drop=True)
    models = (spec_quality, spec_exam)
    formulas = tuple(model.formula if isinstance(model, Spec) else str(model) for model in models)
    keys = [cluster] if isinstance(cluster, str) else list(cluster or ())
    keys = keys or [model.cluster for model in models if isinstance(model, Spec) and model.cluster][:1]
    common = _common(models, frame, keys)
    outcomes = [read_formula(formula, frame.columns).outcome for formula in formulas]
    if outcomes[0] == outcomes[1]:
        raise RequestError("contrast_one_outcome", outcome=outcomes[0])
    table, described = _standardised(frame, outcomes, common, reference)
    sides = [f"{name} ~ {formula.split('~', 1)[1]}" for name, formula in zip(_STANDARD, formulas, strict=True)]
    fits = [fit(side, table, cluster=_one_or_more(keys)) for side in sides]
    matrices = [design_matrix(side, table)[1] for side in sides]
    chosen = _levers(models, matrices, levers)
    stacked, terms, groups = _stack(table, matrices, chosen, keys)
    fitted = fit(f"{_OUTCOME} ~ 0 + {' + '.join(terms)}", stacked, cluster=_one_or_more(groups))
    apart = [terms[list(matrices[0].columns).index(lever)] for lever in chosen]
    result = _table(chosen, fits, fitted, apart)
    if generator is not None:
        numbers = pd.factorize(stacked[groups[0]])[0]
        places = [terms.index(term) for term in apart]
        x, y = stacked[terms].to_numpy(), stacked[_OUTCOME].to_numpy()
        result["p_romano_wolf"] = romano_wolf(x, y, numbers, places, generator, draws=draws)
    joint, warnings = _joint(fitted, apart, chosen)
    return Contrast(
        result, joint, described, len(table), fitted.clusters if keys else None, fits[0], fits[1], fitted, warnings
    )


def _one_or_more(keys: list[str]) -> str | list[str] | None:
    return keys[0] if len(keys) == 1 else keys or None


def _common(models: tuple[Spec | str, ...], frame: pd.DataFrame, keys: list[str]) -> np.ndarray:
    stages = {model.stage if isinstance(model, Spec) else None for model in models}
    if len(stages) > 1:
        raise RequestError("contrast_stages", stages=", ".join(sorted(str(stage or "—") for stage in stages)))
    # The errors do not matter here, only the rows that each model can use, and its refusals.
    bare = [replace(model, cluster=None) if isinstance(model, Spec) else model for model in models]
    used = [fit(model, frame, errors="classical").used for model in bare]
    common = used[0] & used[1]
    for key in keys:
        if key not in frame.columns:
            raise RequestError("model_unknown_column", column=key, near=near_names(key, frame.columns))
        common = common & frame[key].notna().to_numpy()
    if not common.any():
        raise RequestError("contrast_no_common_rows", quality=int(used[0].sum()), exam=int(used[1].sum()))
    return common


def _standardised(
    frame: pd.DataFrame, outcomes: list[str], common: np.ndarray, reference: Mapping[str, object] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    inside = common if reference is None else np.ones(len(frame), dtype=bool)
    for name, value in (reference or {}).items():
        if name not in frame.columns:
            raise RequestError("model_unknown_column", column=name, near=near_names(name, frame.columns))
        inside = inside & frame[name].eq(value).to_numpy()
    table, described = frame[common].copy(), []
    for orientation, name, outcome in zip(("quality", "exam"), _STANDARD, outcomes, strict=True):
        values = evaluate(outcome, frame)
        known = values[inside & np.isfinite(values)]
        mean, sd = known.mean(), known.std(ddof=1)
        if len(known) < 2 or not sd > 0:
            raise RequestError("contrast_reference", outcome=outcome, rows=len(known))
        table[name] = (values[common] - mean) / sd
        described.append((orientation, outcome, len(known), float(mean), float(sd)))
    return table, pd.DataFrame(described, columns=["orientation", "outcome", "rows", "mean", "sd"])


def _levers(models: tuple[Spec | str, ...], matrices: list[pd.DataFrame], asked: Sequence[str] | None) -> list[str]:
    shared = [str(name) for name in matrices[0].columns if name in matrices[1].columns and name != "Intercept"]
    inputs = [set(model.inputs) for model in models if isinstance(model, Spec)]
    if asked is None:
        chosen = [name for name in shared if all(name in each for each in inputs)]
    else:
        for name in asked:
            if name not in shared:
                raise RequestError("contrast_unknown_lever", lever=name, shared=", ".join(shared) or "—")
        chosen = list(dict.fromkeys(asked))
    if not chosen:
        raise RequestError("contrast_no_lever")
    return chosen


def _stack(
    table: pd.DataFrame, matrices: list[pd.DataFrame], levers: list[str], keys: list[str]
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The stacked table, its terms and its cluster columns: quality rows above exam rows.

    A lever of the exam equation runs through both halves, so that its column in the quality half is the rest.
    """
    rows, columns = len(table), {}
    quality, exam = (matrix.reset_index(drop=True) for matrix in matrices)
    for place, name in enumerate(quality.columns):
        columns[f"quality_{place}"] = np.r_[quality[name], np.zeros(rows)]
    for place, name in enumerate(exam.columns):
        columns[f"exam_{place}"] = np.r_[exam[name] if name in levers else np.zeros(rows), exam[name]]
    stacked = pd.DataFrame(columns)
    stacked[_OUTCOME] = np.r_[table[_STANDARD[0]], table[_STANDARD[1]]]
    groups: list[str] = []
    for each in [table[key] for key in keys] or [pd.Series(np.arange(rows))]:
        groups.append(f"{_CLUSTER}_{len(groups)}")
        stacked[groups[-1]] = pd.concat([each, each], ignore_index=True)
    return stacked, list(columns), groups


def _table(levers: list[str], fits: list[Fit], fitted: Fit, apart: list[str]) -> pd.DataFrame:
    sides = [each.table.set_index("term").loc[levers] for each in fits]
    rows = fitted.table.set_index("term").loc[apart]
    df = fitted.degrees
    return pd.DataFrame(
        {
            "lever": levers,
            "quality": sides[0]["estimate"].to_numpy(),
            "quality_error": sides[0]["standard_error"].to_numpy(),
            "exam": sides[1]["estimate"].to_numpy(),
            "exam_error": sides[1]["standard_error"].to_numpy(),
            "difference": rows["estimate"].to_numpy(),
            "standard_error": rows["standard_error"].to_numpy(),
            "lower": rows["lower"].to_numpy(),
            "upper": rows["upper"].to_numpy(),
            "p_value": rows["p_value"].to_numpy(),
            "p_holm": holm(rows["p_value"].to_numpy()),
            "detectable": (stats.t.ppf(0.975, df) + stats.t.ppf(POWER, df)) * rows["standard_error"].to_numpy(),
        }
    )


def _joint(fitted: Fit, apart: list[str], levers: list[str]) -> tuple[JointTest | None, tuple[Remark, ...]]:
    try:
        test = joint_test(fitted, *apart)
    except RequestError:
        return None, (Remark("contrast_no_joint_test", {"levers": len(levers)}),)
    return JointTest(tuple(levers), test.f, test.df, test.df_residual, test.p_value), ()
