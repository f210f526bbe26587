"""Whether an association bends, such as that of class size, and where the table has too little to say so."""

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
from qualityedu.models.fit import Fit, fit, joint_test
from qualityedu.models.formula import near_names
from qualityedu.models.sample import as_pandas
from qualityedu.models.spec import Spec
from qualityedu.models.stepdown import p_value_said
from qualityedu.models.wald import JointTest
from qualityedu.text import significant

__all__ = ["Nonlinearity", "natural_spline", "nonlinearity"]

# Harrell 2015, Regression Modeling Strategies, 2nd ed., table 2.3.
_KNOTS = {3: (0.10, 0.50, 0.90), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.50, 0.725, 0.95)}


@dataclass(frozen=True, eq=False)
class Nonlinearity:
    """The outcome along a lever, as a natural cubic spline.

    `curve` has `x`, `estimate` (outcome there less outcome at `reference`, the lever's median, other terms equal),
    `standard_error`, `lower`, `upper` (95 %, point by point), `nearby` (complete rows within a twentieth of the
    lever's range on either side) and `few` (fewer of them than `fewest`). It never leaves the observed range.
    `joint` tests that the association is a straight line; None where that cannot be tested.
    """

    lever: str
    knots: tuple[float, ...]
    reference: float
    curve: pd.DataFrame = field(repr=False)
    joint: JointTest | None
    fewest: int
    fit: Fit = field(repr=False)

    def notes(self, lang: str, label: Any = str) -> list[str]:
        """What belongs under the curve: bent or not, where it is straight by construction, where rows are few."""
        lever = label(self.lever)
        remarks = []
        if self.joint is not None:
            found = "nonlinearity_bent" if self.joint.p_value < 0.05 else "nonlinearity_straight"
            remarks.append(Remark(found, {"lever": lever, "p_value": p_value_said(self.joint.p_value, lang)}))
        ends = {"low": significant(self.knots[0], lang), "high": significant(self.knots[-1], lang)}
        remarks.append(Remark("nonlinearity_ends", {"lever": lever, **ends}))
        few = self.curve[self.curve["few"]]
        if len(few):
            values = {"points": len(few), "all": len(self.curve), "fewest": self.fewest}
            ends = {"low": significant(few["x"].min(), lang), "high": significant(few["x"].max(), lang)}
            remarks.append(Remark("nonlinearity_few", {"lever": lever, **values, **ends}))
        return [remark.sentence(lang) for remark in (*remarks, self.fit.errors_said, *self.fit.warnings)]


def natural_spline(x: np.ndarray, knots: Sequence[float] | np.ndarray) -> np.ndarray:
    """The k − 1 columns of a natural cubic spline with k knots: x itself, then k − 2 bends; straight beyond both ends.

    Harrell's restricted cubic spline, each bend divided by the squared distance of the outer knots (Harrell
    2015, section 2.4.5). Raises RequestError for fewer than three knots or knots that do not rise.
    """
    t = np.asarray(knots, dtype=float)
    if len(t) < 3 or not (np.diff(t) > 0).all():
        raise RequestError("nonlinearity_knots", seen=", ".join(f"{value:g}" for value in t))
    x = np.asarray(x, dtype=float)
    cubes = np.maximum(x[:, None] - t, 0) ** 3
    last, before = cubes[:, -1:], cubes[:, -2:-1]
    gap = t[-1] - t[-2]
    bends = cubes[:, :-2] - before * (t[-1] - t[:-2]) / gap + last * (t[-2] - t[:-2]) / gap
    return np.column_stack([x, bends / (t[-1] - t[0]) ** 2])


def nonlinearity(
    model: Spec | str,
    data: Any,
    lever: str,
    *,
    knots: int | Sequence[float] = 4,
    at: Sequence[float] | None = None,
    points: int = 41,
    fewest: int = 10,
    errors: str = "HC1",
    cluster: str | None = None,
) -> Nonlinearity:
    """Put a natural cubic spline of `lever`, a term of the model, in its place.

    `knots`: 3, 4 or 5, at Harrell's quantiles of the complete rows, or the places themselves. `at` are the values
    of the lever to look at, by default `points` of them evenly over the observed range. Association, as everywhere.

    Raises RequestError as `fit` does; where the lever is no term of the model, its quantiles give fewer than three
    different knots, or a value asked for lies outside what was observed.
    """
    frame = as_pandas(data).reset_index(drop=True)
    if isinstance(model, Spec):
        cluster = cluster or (model.cluster if errors == "HC1" else None)
        model = replace(model, cluster=None)
    if cluster is not None and cluster not in frame.columns:
        raise RequestError("model_unknown_column", column=cluster, near=near_names(cluster, frame.columns))
    used = fit(model, frame, errors="classical").used
    if cluster is not None:
        used = used & frame[cluster].notna().to_numpy()
    y, terms = design_matrix(model.formula if isinstance(model, Spec) else str(model), frame[used])
    if lever not in terms.columns:
        raise RequestError("sensitivity_unknown_term", term=lever, terms=", ".join(map(str, terms.columns)))
    x = terms[lever].to_numpy()
    places = _places(x, knots)
    basis = natural_spline(x, places)
    table = pd.DataFrame(basis, columns=["lever", *(f"bend_{place}" for place in range(1, basis.shape[1]))])
    bends = list(table.columns)
    for place, control in enumerate(terms.drop(columns=lever).to_numpy().T):
        table[f"control_{place}"] = control
    right = " + ".join(table.columns)
    table["outcome"] = y
    options: dict[str, Any] = {"errors": errors}
    if cluster is not None:
        table["cluster"] = frame.loc[used, cluster].to_numpy()
        options["cluster"] = "cluster"
    fitted = fit(f"outcome ~ 0 + {right}", table, **options)
    grid = np.linspace(x.min(), x.max(), points) if at is None else np.asarray(at, dtype=float)
    if not len(grid) or not ((grid >= x.min()) & (grid <= x.max())).all():
        seen = ", ".join(f"{value:g}" for value in grid)
        raise RequestError("nonlinearity_outside", seen=seen, low=f"{x.min():g}", high=f"{x.max():g}")
    reference = float(np.median(x))
    try:
        joint = joint_test(fitted, *bends[1:])
    except RequestError:
        joint = None
    curve = _curve(fitted, bends, places, grid, reference)
    reach = np.ptp(x) / 20
    curve["nearby"] = [int((np.abs(x - value) <= reach).sum()) for value in grid]
    curve["few"] = curve["nearby"] < fewest
    return Nonlinearity(lever, tuple(float(place) for place in places), reference, curve, joint, fewest, fitted)


def _places(x: np.ndarray, knots: int | Sequence[float]) -> np.ndarray:
    if not isinstance(knots, int):
        return np.asarray(knots, dtype=float)
    if knots not in _KNOTS:
        raise RequestError("nonlinearity_knots", seen=knots)
    return np.unique(np.quantile(x, _KNOTS[knots]))


def _curve(fitted: Fit, bends: list[str], places: np.ndarray, grid: np.ndarray, reference: float) -> pd.DataFrame:
    steps = natural_spline(grid, places) - natural_spline(np.array([reference]), places)
    terms = list(fitted.table["term"])
    where = [terms.index(name) for name in bends]
    covariance = fitted.covariance.to_numpy()[np.ix_(where, where)]
    estimate = steps @ fitted.table["estimate"].to_numpy()[where]
    error = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", steps, covariance, steps), 0))
    reach = stats.t.ppf(0.975, fitted.degrees) * error
    return pd.DataFrame(
        {"x": grid, "estimate": estimate, "standard_error": error, "lower": estimate - reach, "upper": estimate + reach}
    )
