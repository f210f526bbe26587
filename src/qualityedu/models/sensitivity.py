"""How strong something unobserved would have to be to account for an association."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from qualityedu.errors import RequestError
from qualityedu.models.design_matrix import design_matrix
from qualityedu.models.estimate import Remark
from qualityedu.models.fit import fit
from qualityedu.models.sample import as_pandas
from qualityedu.models.spec import Spec
from qualityedu.text import number, significant

__all__ = ["Sensitivity", "adjusted", "e_value", "partial_r2", "robustness_value", "sensitivity"]


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """One lever's association, and what it would take to explain it away (Cinelli and Hazlett 2020, JRSS B 82).

    `estimate`, `standard_error` (classical), `df`; `partial_r2` of the lever with the outcome; `robustness_value`,
    the share of what is left of both lever and outcome that a confounder would have to explain to bring the
    estimate to 0, and `robustness_value_interval`, to bring the 95 % interval to 0. `benchmarks` has one row a
    control and strength: `control`, `strength`, `r2_lever` and `r2_outcome` (the most that a confounder so many
    times as strong as the control could explain), `estimate`, `standard_error`, `lower`, `upper` with such a
    confounder held fixed too. All are missing where none so strong can exist, the ends where it would explain all
    that is left of the outcome.
    """

    lever: str
    estimate: float
    standard_error: float
    df: float
    partial_r2: float
    robustness_value: float
    robustness_value_interval: float
    benchmarks: pd.DataFrame = field(repr=False)
    rows: int

    def notes(self, lang: str, label: Any = str) -> list[str]:
        """What the figures mean, and one sentence a benchmark."""
        values = {
            "lever": label(self.lever),
            "share": number(100 * self.robustness_value, lang, 1),
            "interval": number(100 * self.robustness_value_interval, lang, 1),
        }
        words = [Remark("sensitivity_value", values).sentence(lang)]
        for row in self.benchmarks.itertuples():
            said = {"control": label(row.control), "strength": f"{row.strength:g}"}
            if row.r2_outcome == 1:
                said["estimate"] = significant(row.estimate, lang)
                words.append(Remark("sensitivity_all", said).sentence(lang))
            elif np.isfinite(row.estimate):
                figures = {name: significant(getattr(row, name), lang) for name in ("estimate", "lower", "upper")}
                words.append(Remark("sensitivity_benchmark", {**said, **figures}).sentence(lang))
            else:
                words.append(Remark("sensitivity_beyond", said).sentence(lang))
        return words


def partial_r2(t: float, df: float) -> float:
    """The share of the outcome's variance left by the other terms that a term explains: t²/(t² + df), classical t."""
    return float(t**2 / (t**2 + df))


def robustness_value(t: float, df: float, *, q: float = 1.0, alpha: float | None = None) -> float:
    """How much of what is left of lever and outcome a confounder must explain to take off the share q of an estimate.

    ½(√(f⁴ + 4f²) − f²) with f = q|t|/√df (Cinelli and Hazlett 2020, equation 15). With `alpha`, to bring the
    interval of level 1 − alpha to the value so reduced: f less t_crit(df − 1)/√(df − 1), 0 where that is negative,
    and (f² − f_crit²)/(1 + f²) where f > 1/f_crit (their section 4.3). `t` is the classical one.
    """
    whole = q * abs(t) / np.sqrt(df)
    critical = 0.0 if alpha is None else float(stats.t.isf(alpha / 2, df - 1) / np.sqrt(df - 1))
    f = whole - critical
    if f <= 0:
        return 0.0
    if critical > 0 and whole > 1 / critical:
        return float((whole**2 - critical**2) / (1 + whole**2))
    return float((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)


def adjusted(
    estimate: float, standard_error: float, df: float, *, r2_lever: float, r2_outcome: float
) -> tuple[float, float]:
    """Estimate and classical error had a confounder with these partial R² been held fixed, where it weakens most.

    |bias| = se √df √(R²_y R²_d / (1 − R²_d)); the error is se √((1 − R²_y)/(1 − R²_d)) √(df/(df − 1)) (Cinelli and
    Hazlett 2020, equations 12 and 14). R²_d is with the lever, R²_y with the outcome. A bias larger than the
    estimate turns its sign. Raises RequestError where R²_d is not in [0, 1) or R²_y not in [0, 1].
    """
    if not (0 <= r2_lever < 1 and 0 <= r2_outcome <= 1):
        raise RequestError("sensitivity_r2", lever=r2_lever, outcome=r2_outcome)
    bias = standard_error * np.sqrt(df) * np.sqrt(r2_outcome * r2_lever / (1 - r2_lever))
    error = standard_error * np.sqrt((1 - r2_outcome) / (1 - r2_lever)) * np.sqrt(df / (df - 1))
    return float(np.sign(estimate) * (abs(estimate) - bias)), float(error)


def sensitivity(
    model: Spec | str,
    data: Any,
    lever: str,
    *,
    benchmarks: Sequence[str] = (),
    strengths: Sequence[float] = (1.0, 2.0, 3.0),
) -> Sensitivity:
    """Sensitivity of one lever of a least-squares model to something unobserved, benchmarked on observed controls.

    `benchmarks` are terms of the model; a category stands for all its levels together. A benchmark of strength
    k explains k times as much of what is left of both lever and outcome as the control does. Classical errors are used
    throughout, as the method's algebra is that of least squares: where rows of one region are alike, intervals are
    too narrow, while estimates and the robustness value of the estimate hold.

    Raises RequestError as `fit` does, and where the lever or a benchmark is no term of the model.
    """
    frame = as_pandas(data).reset_index(drop=True)
    bare = replace(model, cluster=None) if isinstance(model, Spec) else model
    fitted = fit(bare, frame, errors="classical")
    y, terms = design_matrix(fitted.formula, frame[fitted.used])
    names = [str(name) for name in terms.columns]
    if lever not in names:
        raise RequestError("sensitivity_unknown_term", term=lever, terms=", ".join(names))
    row = fitted.table.set_index("term").loc[lever]
    estimate, error = float(row["estimate"]), float(row["standard_error"])
    df = float(len(y) - terms.shape[1])
    t = estimate / error
    table = [
        _benchmark(y, terms, lever, control, float(strength), (estimate, error, df))
        for control in benchmarks
        for strength in strengths
    ]
    columns = ["control", "strength", "r2_lever", "r2_outcome", "estimate", "standard_error", "lower", "upper"]
    return Sensitivity(
        lever,
        estimate,
        error,
        df,
        partial_r2(t, df),
        robustness_value(t, df),
        robustness_value(t, df, alpha=0.05),
        pd.DataFrame(table, columns=columns),
        fitted.rows,
    )


def _benchmark(
    y: np.ndarray, terms: pd.DataFrame, lever: str, control: str, strength: float, figures: tuple[float, float, float]
) -> dict[str, object]:
    inside = [name for name in terms.columns if str(name) == control or str(name).startswith(f"{control}[")]
    if not inside or lever in inside or control == "Intercept":
        raise RequestError("sensitivity_unknown_term", term=control, terms=", ".join(map(str, terms.columns)))
    others = terms.drop(columns=lever)
    of_lever = _explained(terms[lever].to_numpy(), others, inside)
    of_outcome = _explained(y, terms, inside)
    most_lever, most_outcome = _bounds(of_lever, of_outcome, strength)
    row: dict[str, object] = {
        "control": control,
        "strength": strength,
        "r2_lever": most_lever,
        "r2_outcome": most_outcome,
    }
    if not np.isfinite(most_lever):
        return row
    estimate, error = adjusted(*figures, r2_lever=most_lever, r2_outcome=most_outcome)
    reach = float(stats.t.ppf(0.975, figures[2] - 1)) * error if most_outcome < 1 else np.nan
    return {**row, "estimate": estimate, "standard_error": error, "lower": estimate - reach, "upper": estimate + reach}


def _explained(y: np.ndarray, terms: pd.DataFrame, inside: list[Any]) -> float:
    """Partial R² of the terms `inside`, the others being held."""
    without, whole = (_left(y, each.to_numpy()) for each in (terms.drop(columns=inside), terms))
    return float((without - whole) / without)


def _left(y: np.ndarray, x: np.ndarray) -> float:
    basis = np.linalg.qr(x)[0]
    residual = y - basis @ (basis.T @ y)
    return float(residual @ residual)


def _bounds(of_lever: float, of_outcome: float, strength: float) -> tuple[float, float]:
    """The largest partial R² of a confounder `strength` times as strong as a control (their section 4.4)."""
    most = strength * of_lever / (1 - of_lever)
    shared = strength * of_lever**2 / ((1 - strength * of_lever) * (1 - of_lever)) if strength * of_lever < 1 else 1.0
    if most >= 1 or shared >= 1:
        return np.nan, np.nan
    ratio = (np.sqrt(strength) + np.sqrt(shared)) / np.sqrt(1 - shared)
    return most, float(min(ratio**2 * of_outcome / (1 - of_outcome), 1.0))


def e_value(
    ratio: float, lower: float | None = None, upper: float | None = None, *, rare: bool | None = None
) -> tuple[float, float | None]:
    """The E-value of a risk ratio, and of the end of its interval nearer to 1 (VanderWeele and Ding 2017, Annals 167).

    RR + √(RR (RR − 1)), a ratio below 1 being turned over first: the risk ratio that a confounder would need with
    both the exposure and the outcome to account for all of the association. 1 where the interval holds 1; None for
    the end where no interval is given. For an odds ratio give `rare`: True takes it for a risk ratio (outcome below
    15 %), False its square root (their table 2). Raises RequestError for a ratio that is not above 0, or an
    interval that does not hold the ratio.
    """
    given = [value for value in (lower, ratio, upper) if value is not None]
    if not all(np.isfinite(given)) or min(given) <= 0 or given != sorted(given):
        raise RequestError("sensitivity_ratio", seen=", ".join(f"{value:g}" for value in given))
    root = np.sqrt if rare is False else float
    near = lower if ratio >= 1 else upper
    if near is None:
        return _e_value(root(ratio)), None
    held = near <= 1 if ratio >= 1 else near >= 1
    return _e_value(root(ratio)), 1.0 if held else _e_value(root(near))


def _e_value(ratio: float) -> float:
    ratio = 1 / ratio if ratio < 1 else ratio
    return float(ratio + np.sqrt(ratio * (ratio - 1)))
