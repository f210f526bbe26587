"""Whether a lever goes with the outcome alike in every region or stage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.design_matrix import design_matrix
from qualityedu.models.estimate import Remark
from qualityedu.models.fit import Fit, fit, joint_test
from qualityedu.models.formula import near_names
from qualityedu.models.sample import as_pandas
from qualityedu.models.spec import Spec
from qualityedu.models.stepdown import holm, p_value_said
from qualityedu.models.wald import JointTest

__all__ = ["Heterogeneity", "heterogeneity"]


@dataclass(frozen=True, eq=False)
class Heterogeneity:
    """The coefficient of one lever in each group, from one model.

    `table` has one row a group: `group`, `rows`, `estimate`, `standard_error`, `lower`, `upper`, `p_value`,
    `p_holm` (over the groups), `reason`. A group that says nothing stays, with `few_rows` or `no_spread` as its
    reason. `pooled` is the one coefficient for all groups with figures, each with its own intercept. `joint` tests
    that all groups have the same coefficient, None where that cannot be tested. `fit` is the model that the table
    comes from.
    """

    lever: str
    by: str
    table: pd.DataFrame = field(repr=False)
    pooled: float
    joint: JointTest | None
    fit: Fit = field(repr=False)
    warnings: tuple[Remark, ...]

    def notes(self, lang: str, label: Any = str) -> list[str]:
        """What belongs under the table."""
        values = {"lever": label(self.lever), "groups": int((self.table["reason"] == "").sum())}
        if self.joint is None:
            remarks = [Remark("heterogeneity_untested", values)]
        else:
            found = "heterogeneity_apart" if self.joint.p_value < 0.05 else "heterogeneity_alike"
            remarks = [Remark(found, {**values, "p_value": p_value_said(self.joint.p_value, lang)})]
        if silent := int((self.table["reason"] != "").sum()):
            remarks.append(Remark("heterogeneity_silent", {"groups": silent}))
        others = [remark for remark in self.fit.warnings if remark.key != "no_joint_test"]
        return [each.sentence(lang) for each in (*remarks, self.fit.errors_said, *others, *self.warnings)]


def heterogeneity(
    model: Spec | str,
    data: Any,
    lever: str,
    *,
    by: str,
    fewest: int = 10,
    errors: str = "HC1",
    cluster: str | None = None,
) -> Heterogeneity:
    """The coefficient of `lever` for each value of the column `by`, the other terms being common to all.

    Each group has its own intercept and its own slope of the lever in one least-squares model. Groups with fewer
    than `fewest` complete rows, or in which the lever does not vary, are left out of the model and stay in the
    table. Errors clustered by `by` itself cannot be had, as each slope would rest on one cluster; they are then
    HC1, which is remarked.

    A group's coefficient is association, and with many groups some differ by chance: read `joint` first. Raises
    RequestError as `fit` does, for an unknown column or lever, and where fewer than two groups are left.
    """
    frame = as_pandas(data).reset_index(drop=True)
    for name in (by, *filter(None, [cluster])):
        if name not in frame.columns:
            raise RequestError("model_unknown_column", column=name, near=near_names(name, frame.columns))
    if isinstance(model, Spec):
        cluster = cluster or (model.cluster if errors == "HC1" else None)
        model = replace(model, cluster=None)
    keys = [by, *filter(None, [cluster])]
    known = frame[keys].notna().all(axis=1).to_numpy()
    used = fit(model, frame, errors="classical").used & known
    formula = model.formula if isinstance(model, Spec) else str(model)
    y, terms = design_matrix(formula, frame[used])
    if lever not in terms.columns:
        raise RequestError("sensitivity_unknown_term", term=lever, terms=", ".join(map(str, terms.columns)))
    groups = frame.loc[used, by]
    table = _groups(groups, terms[lever], fewest)
    kept = list(table.loc[table["reason"] == "", "group"])
    if len(kept) < 2:
        raise RequestError("heterogeneity_groups", column=by, groups=len(kept), fewest=fewest)
    inside = groups.isin(kept).to_numpy()
    alone = cluster is not None and _same(groups[inside], frame.loc[used, cluster][inside])
    keys_inside = None if cluster is None or alone else frame.loc[used, cluster][inside]
    fitted, joint, pooled = _fits(y[inside], terms[inside], lever, groups[inside], kept, errors, keys_inside)
    slopes = fitted.table.set_index("term").loc[[f"slope_{place}" for place in range(len(kept))]]
    slopes = slopes.assign(p_holm=holm(slopes["p_value"].to_numpy()), group=kept).set_index("group")
    table = table.join(slopes, on="group")
    columns = ["group", "rows", "estimate", "standard_error", "lower", "upper", "p_value", "p_holm", "reason"]
    warnings = (Remark("heterogeneity_by_cluster"),) if alone else ()
    return Heterogeneity(lever, by, table[columns], pooled, joint, fitted, warnings)


def _groups(groups: pd.Series, x: pd.Series, fewest: int) -> pd.DataFrame:
    rows = []
    for name in sorted(groups.unique()):
        inside = x[groups.eq(name)]
        reason = "few_rows" if len(inside) < fewest else "no_spread" if np.ptp(inside) == 0 else ""
        rows.append((name, len(inside), reason))
    return pd.DataFrame(rows, columns=["group", "rows", "reason"])


def _same(groups: pd.Series, clusters: pd.Series) -> bool:
    """Whether some group is one cluster or less, so that its slope would have no clustered error."""
    return bool(clusters.groupby(groups.to_numpy()).nunique().min() < 2)


def _fits(
    y: np.ndarray,
    terms: pd.DataFrame,
    lever: str,
    groups: pd.Series,
    kept: list[Any],
    errors: str,
    keys: pd.Series | None,
) -> tuple[Fit, JointTest | None, float]:
    codes = groups.map({name: place for place, name in enumerate(kept)}).to_numpy()
    x = terms[lever].to_numpy()
    columns = {f"own_{place}": (codes == place).astype(float) for place in range(len(kept))}
    controls = terms.drop(columns=lever).to_numpy()
    for place, control in enumerate(controls.T):
        within = control - pd.Series(control).groupby(codes).transform("mean").to_numpy()
        if np.abs(within).max() > 1e-10 * np.abs(control).max():  # the groups' own intercepts hold the rest
            columns[f"control_{place}"] = control
    common = list(columns)
    table = pd.DataFrame({"outcome": y, **columns})
    for place in range(len(kept)):
        table[f"slope_{place}"] = x * (codes == place)
    table["lever"] = x
    options: dict[str, Any] = {"errors": errors}
    if keys is not None:
        table["cluster"] = keys.to_numpy()
        options["cluster"] = "cluster"
    slopes = [f"slope_{place}" for place in range(len(kept))]
    each = fit(f"outcome ~ 0 + {' + '.join((*common, *slopes))}", table, **options)
    apart = fit(f"outcome ~ 0 + {' + '.join((*common, 'lever', *slopes[1:]))}", table, **options)
    one = fit(f"outcome ~ 0 + {' + '.join((*common, 'lever'))}", table, **options)
    try:
        joint = joint_test(apart, *slopes[1:])
    except RequestError:
        joint = None
    return each, joint, float(one.table.set_index("term").loc["lever", "estimate"])
