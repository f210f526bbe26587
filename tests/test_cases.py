"""Real data with printed results: every figure is reproduced.

The cases are read as they stand from the folder that QUALITYEDU_CASES names (by default `../shared/cases` beside
the checkout): one folder a case, with its data and `expected.yaml`. A figure in a form that is not understood
fails; it is never skipped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import printed_cases
import pytest
from printed_cases import FOLDER, UnknownFormError, call_of, named_cases, same_term, sampled, understand

from qualityedu.models import Fit, JointTest, fit, joint_test

here = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no cases in {FOLDER}; QUALITYEDU_CASES names their folder")

FIGURE_KEYS = {
    "id", "where", "kind", "seen", "note", "estimator", "formula", "vcov", "sample", "n", "exact_rel_tol", "terms",
    "stats", "groups", "random", "outcome", "weights", "trials", "quantile", "tau", "effects", "endogenous",
    "instruments", "small_sample",
}  # fmt: skip
# What a term or a statistic may be printed as; each may have `_tol` and `_exact` beside it.
OF_A_TERM = ("est", "se", "t", "p", "lower", "upper")
TERM_KEYS = {"term", "known_miss", "note"} | {name + end for name in OF_A_TERM for end in ("", "_tol", "_exact")}
STAT_KEYS = {"stat", "value", "tol", "exact", "known_miss", "note"}

STATISTICS = {
    "r2_adj": "r2_adjusted", "adj_r2": "r2_adjusted", "rsquared": "r2", "rsquared_adj": "r2_adjusted", "rmse": "ser",
    "root_mse": "ser", "see": "ser", "within_r2": "r2_within", "r2_overall": "r2", "p": "f_p_value", "f_p": "f_p_value",
    "loglike": "log_likelihood", "llf": "log_likelihood", "loglik": "log_likelihood", "minus2ll": "deviance",
    "df_resid": "df_residual", "f_first": "first_stage_f", "first_stage": "first_stage_f", "sargan_p": "sargan_p_value",
    "wu_hausman": "endogeneity_f", "wu_hausman_p": "endogeneity_p_value", "hausman_p": "endogeneity_p_value",
    "liml_kappa": "kappa", "sigma2_u": "variance_effects", "sigma2_e": "variance_residual", "rho": "icc",
    "mcfadden_r2": "pseudo_r2", "prsquared": "pseudo_r1", "pseudo_r2": "pseudo_r2",
    "anderson_rubin": "anderson_rubin_f",
}  # fmt: skip
ROOTS = {"sigma_u": "variance_effects", "sigma_e": "variance_residual", "sigma": "sigma2"}


def figures() -> list[Any]:
    return [
        pytest.param(case, figure, id=f"{case}-{figure['id']}")
        for case in named_cases()
        for figure in printed_cases.expected(case)["figures"]
    ]


@here
@pytest.mark.parametrize(("case", "figure"), figures() or [pytest.param("none", {}, id="absent")])
def test_figure_is_reproduced(case: str, figure: dict[str, Any]) -> None:
    assert compare(case, figure) == []


@pytest.mark.skipif(not (FOLDER / "hsb82").is_dir(), reason=f"no hsb82 in {FOLDER}")
def test_nothing_is_left_out() -> None:
    reached = {(param.values[0], param.values[1]["id"]) for param in figures()}
    assert {
        ("caschools", "eq7_6"), ("hsb82", "tab4_4_random_slope"), ("mi_districts", "c14_10_fe"),
        ("mi_elementary95", "core_district_fe"), ("mi_highschools93", "ex4_2_logs"), ("star98", "binomial_logit"),
        ("us_states_sat", "f_drop_three"), ("world_edstats", "completion_twfe"),
    } <= reached  # fmt: skip


MADE = pd.DataFrame({"y": [1.0, 2, 4, 3], "x": [1.0, 2, 3, 5]})


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed_cases, "expected", lambda case: {"roles": {}, "figures": []})
    monkeypatch.setattr(printed_cases, "table", lambda case: MADE)


@pytest.mark.parametrize(
    "figure",
    [
        {"id": "a", "estimator": "tobit", "formula": "y ~ x", "vcov": "HC1", "n": 2, "terms": []},
        {"id": "b", "estimator": "ols", "formula": "y ~ x", "vcov": "jackknife", "n": 2, "terms": []},
        {"id": "c", "estimator": "ols", "formula": "y ~ x", "vcov": "HC1", "n": 2, "surprise": 1},
        {"id": "d", "estimator": "ols", "formula": "y ~ x", "vcov": "HC1", "sample": "the better half", "n": 2},
        {"id": "e", "n": 2, "stats": [{"stat": "gini_of_y", "exact": 1.0}]},
        {"id": "f", "estimator": "ols", "formula": "y ~ x", "n": 4, "terms": [{"term": "x", "stars": 2.0}]},
        {"id": "g", "estimator": "ols", "formula": "y ~ x", "n": 4, "terms": [{"term": "z", "est": 2.0}]},
        {"id": "h", "estimator": "ols", "formula": "y ~ x", "n": 4, "stats": [{"stat": "gini", "exact": 1.0}]},
        {"id": "i", "formula": "y ~ x", "n": 4, "terms": [{"term": "x", "est": 2.0}]},
        {"id": "j", "estimator": "ols", "n": 4, "stats": [{"stat": "f", "exact": 1.0}]},
    ],
    ids=lambda figure: figure["id"],
)
@pytest.mark.usefixtures("made")
def test_figure_of_an_unknown_form_fails(figure: dict[str, Any]) -> None:
    with pytest.raises(UnknownFormError):
        compare("made", figure)


@pytest.mark.usefixtures("made")
def test_a_wrong_number_is_noticed() -> None:
    """The slope of these four points is 4.5 / 8.75 = 18/35, by hand."""
    figure = {"id": "g", "estimator": "ols", "formula": "y ~ x", "vcov": "HC1", "n": 4}
    right = {"term": "x", "est": 0.5, "est_tol": 0.05, "est_exact": 18 / 35}
    assert compare("made", figure | {"terms": [right]}) == []
    assert len(compare("made", figure | {"terms": [right | {"est_exact": 0.51429}]})) == 1
    assert len(compare("made", figure | {"terms": [right | {"est": 0.6}]})) == 1
    assert compare("made", figure | {"terms": [right | {"est": 0.6, "known_miss": ["est"]}]}) == []
    assert len(compare("made", figure | {"n": 5})) == 1


def compare(case: str, figure: dict[str, Any]) -> list[str]:
    """Every difference between a figure and what this package gives; none is success."""
    understand(figure.keys() <= FIGURE_KEYS, f"keys {sorted(figure.keys() - FIGURE_KEYS)}")
    understand({"terms", "stats", "n"} & figure.keys(), "a figure without a number")
    relative = float(figure.get("exact_rel_tol", 1e-6))
    roles = printed_cases.expected(case).get("roles", {})
    data = sampled(printed_cases.table(case), figure.get("sample"), roles)
    if "formula" not in figure and not figure.get("terms"):
        if "estimator" in figure:
            return nested_test(case, figure, data, relative)
        return described_figure(figure, data, roles, relative)
    fitted = estimated(case, figure, data)
    lines = [] if fitted.rows == figure.get("n", fitted.rows) else [f"n: expected {figure['n']}, got {fitted.rows}"]
    for term in figure.get("terms", []):
        lines += compare_term(term, fitted, relative)
    used = data[fitted.used]
    for stat in figure.get("stats", []):
        lines += compare_stat(stat, statistic(fitted, stat["stat"], used, roles), relative)
    return lines


def estimated(case: str, figure: dict[str, Any], data: pd.DataFrame) -> Fit:
    formula, options = call_of(figure, printed_cases.expected(case).get("roles", {}))
    return fit(formula, data, **options)


def compare_term(term: dict[str, Any], fitted: Fit, relative: float) -> list[str]:
    understand(term.keys() <= TERM_KEYS, f"keys of a term {sorted(term.keys() - TERM_KEYS)}")
    rows = fitted.table.set_index("term")
    row = rows.loc[same_term(str(term["term"]), list(rows.index))]
    missed = term.get("known_miss", [])
    got = {
        "est": row["estimate"], "se": row["standard_error"], "t": row["estimate"] / row["standard_error"],
        "p": row["p_value"], "lower": row["lower"], "upper": row["upper"],
    }  # fmt: skip
    lines = []
    for name, value in got.items():
        printed = None if missed is True or name in (missed or []) else term.get(name)
        lines += differences(
            f"{term['term']} {name}", value, printed, term.get(f"{name}_tol"), term.get(f"{name}_exact"), relative
        )
    return lines


def compare_stat(stat: dict[str, Any], got: float, relative: float) -> list[str]:
    understand(stat.keys() <= STAT_KEYS, f"keys of a statistic {sorted(stat.keys() - STAT_KEYS)}")
    printed = None if stat.get("known_miss") else stat.get("value")
    return differences(stat["stat"], got, printed, stat.get("tol"), stat.get("exact"), relative)


def differences(
    name: str, got: float, printed: float | None, tolerance: float | None, exact: float | None, relative: float
) -> list[str]:
    lines = []
    if printed is not None and not abs(got - float(printed)) <= float(tolerance or 0):
        lines.append(f"{name}: printed {printed} ± {tolerance}, got {got:.10g}")
    if exact is not None and not np.isclose(got, float(exact), rtol=relative, atol=0 if exact else 1e-12):
        lines.append(f"{name}: exact {exact}, got {got:.10g}")
    return lines


def statistic(fitted: Fit, name: str, used: pd.DataFrame, roles: dict[str, Any]) -> float:
    if (value := of_the_fit(fitted, name)) is not None:
        return value
    if name in ("clusters", "n_clusters") and fitted.clusters is not None:
        return float(fitted.clusters)
    if (count := counted(used, name, roles)) is not None:
        return float(count)
    if name.startswith("f_"):
        return joint_of(fitted, name).f
    raise UnknownFormError(f"not understood: statistic {name!r}")


def of_the_fit(fitted: Fit, name: str) -> float | None:
    """A statistic under this package's name for it; `aic` and `bic` count the coefficients."""
    if name in ROOTS and ROOTS[name] in fitted.statistics:
        return float(np.sqrt(fitted.statistics[ROOTS[name]]))
    if name in ("aic", "bic"):
        each = 2.0 if name == "aic" else float(np.log(fitted.rows))
        return each * len(fitted.table) - 2 * fitted.statistics["log_likelihood"]
    for known in (name, STATISTICS.get(name)):
        if known in fitted.statistics:
            return fitted.statistics[known]
    if name == "pseudo_r2" and "pseudo_r1" in fitted.statistics:
        return fitted.statistics["pseudo_r1"]
    return None


def counted(used: pd.DataFrame, name: str, roles: dict[str, Any]) -> int | None:
    """`schools`, `countries`: how many there are among the rows used."""
    one = re.sub(r"ies$", "y", name.removeprefix("n_"))
    one = one.removesuffix("s") if one == name.removeprefix("n_") else one
    if one in used.columns:
        return int(used[one].nunique())
    role = {
        "region": "region", "group": "group", "year": "time", "period": "time", "county": "region", "school": "group",
    }.get(one, "unit")  # fmt: skip
    if one not in ("country", "district", "school", "state", "unit", "entity", "region", "group", "year", "county"):
        return None
    column = roles.get(role, roles.get("unit"))
    return int(used[column].nunique()) if isinstance(column, str) and column in used.columns else None


def joint_of(fitted: Fit, name: str) -> JointTest:
    """`f_str_spend`: the joint test of the terms that begin so; `f_nonlinear`: of all powers."""
    terms = [str(term) for term in fitted.table["term"]]
    if name == "f_nonlinear":
        return joint_test(fitted, *[term for term in terms if re.fullmatch(r"I\(\w+ ?\*\* ?\d\)", term)])
    asked = []
    for word in name.removeprefix("f_").split("_"):
        found = [term for term in terms if term == word] or [term for term in terms if term.startswith(word)]
        understand(len(found) == 1, f"statistic {name!r}")
        asked += found
    return joint_test(fitted, *asked)


def nested_test(case: str, figure: dict[str, Any], data: pd.DataFrame, relative: float) -> list[str]:
    """An F test of dropping terms from the smallest of the case's models that has them and others."""
    dropped = re.search(r"dropping ([\w, ]+)$", str(figure.get("where", "")))
    understand(dropped, "an estimator without a formula")
    assert dropped
    names = re.split(r",\s*|\s+and\s+", dropped[1])
    full = [
        each
        for each in printed_cases.expected(case)["figures"]
        if set(names) < {term["term"] for term in each.get("terms", [])} - {"Intercept", "const"}
    ]
    understand(full, f"what {names} are dropped from")
    fitted = estimated(case, min(full, key=lambda each: len(each["terms"])) | {"id": ""}, data)
    test = joint_test(fitted, *names)
    lines = [] if fitted.rows == figure["n"] else [f"n: expected {figure['n']}, got {fitted.rows}"]
    for stat in figure["stats"]:
        understand(stat["stat"] in ("f", "p"), f"statistic {stat['stat']!r}")
        lines += compare_stat(stat, test.f if stat["stat"] == "f" else test.p_value, relative)
    return lines


def described_figure(figure: dict[str, Any], data: pd.DataFrame, roles: dict[str, Any], relative: float) -> list[str]:
    """Figures of the table itself: they show that it was read rightly."""
    column, _, year = str(figure["id"]).rpartition("_")
    by_unit = column in data.columns and year.isdigit() and roles.get("time") in data.columns
    if by_unit:
        data = data[(data[roles["time"]] == int(year)) & data[column].notna()]
    lines = [] if figure.get("n", len(data)) == len(data) else [f"n: expected {figure['n']}, got {len(data)}"]
    for stat in figure["stats"]:
        if by_unit and (data[roles["unit"]] == stat["stat"]).sum() == 1:
            got = float(data.set_index(roles["unit"]).loc[stat["stat"], column])
        else:
            got = described(data, stat["stat"], roles)
        lines += compare_stat(stat, got, relative)
    return lines


@lru_cache
def _pairs(columns: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    return {f"corr_{x}_{y}": (x, y) for x in columns for y in columns}


def described(data: pd.DataFrame, name: str, roles: dict[str, Any]) -> float:
    """`x_mean`, `x_sd` (divisor n−1), `x_min`, `x_max`, `x_median`, `corr_x_y`, and counts such as `schools`."""
    column, _, what = name.rpartition("_")
    group = roles.get("group")
    if group in data.columns and column in data.columns and data.groupby(group)[column].nunique().max() == 1:
        data = data.drop_duplicates(group)  # what belongs to groups is described over groups
    if column in data.columns and what in ("mean", "sd", "min", "max", "median", "sum", "n", "var"):
        return float(getattr(data[column], {"sd": "std", "n": "count"}.get(what, what))())
    if (count := counted(data, name, roles)) is not None:
        return float(count)
    pairs = _pairs(tuple(map(str, data.columns)))
    understand(name in pairs, f"statistic {name!r}")
    x, y = pairs[name]
    return float(data[x].corr(data[y]))
