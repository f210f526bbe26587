"""Real data with printed results: every figure within this version's reach is reproduced.

The cases are read as they stand from the folder that QUALITYEDU_CASES names (by default `../shared/cases` beside
the checkout): one folder a case, with `data.csv` and `expected.yaml`. A figure in a form that is not understood
here fails; it is never skipped. What cannot be fitted yet is listed by name, estimators in `LATER` and whole cases
in `LATER_CASES`, and leaves the list with the estimator that brings it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from qualityedu.models import Fit, fit, joint_test
from qualityedu.models.formula import evaluate

FOLDER = Path(os.environ.get("QUALITYEDU_CASES", Path(__file__).parents[1] / ".." / "shared" / "cases"))
# A case that is named nowhere is run, and fails where it is not understood.
LATER_CASES = (
    "hsb82",
    "mi_districts",
    "mi_elementary95",
    "mi_highschools93",
    "star98",
    "us_states_sat",
    "world_edstats",
)
here = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no cases in {FOLDER}; QUALITYEDU_CASES names their folder")

# How an estimator is named in expected.yaml, and what `fit` calls it.
REACH = {"ols": "ols", "wls": "wls"}
LATER = ("within", "within, two-way", "mixed, REML", "binomial glm, logit")

STATISTICS = {"r2": "r2", "r2_adj": "r2_adjusted", "ser": "ser", "f": "f"}
JOINT = {"f_str_spend": ("str", "spend_k"), "f_nonlinear": ("I(str ** 2)", "I(str ** 3)")}


@lru_cache
def expected(case: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / case / "expected.yaml").read_text(encoding="utf-8"))


@lru_cache
def table(case: str) -> pd.DataFrame:
    """The case's data with its derived columns; codes stay text."""
    given = expected(case)
    codes = {given["roles"][role]: str for role in ("unit",) if isinstance(given["roles"].get(role), str)}
    data = pd.read_csv(FOLDER / case / given["data"], dtype=codes)
    for name, expression in given["roles"].get("derived", {}).items():
        inside = expression if expression.startswith("log(") else f"I({expression})"
        data[name] = evaluate(inside, data)
    return data


def figures() -> list[Any]:
    cases = sorted(path.parent.name for path in FOLDER.glob("*/expected.yaml"))
    return [
        pytest.param(case, figure, id=f"{case}-{figure['id']}")
        for case in cases
        if case not in LATER_CASES
        for figure in expected(case)["figures"]
        if figure.get("estimator") not in LATER
    ]


@here
@pytest.mark.parametrize(("case", "figure"), figures() or [pytest.param("none", {}, id="absent")])
def test_figure_is_reproduced(case: str, figure: dict[str, Any]) -> None:
    differences = compare(case, figure)
    assert differences == []


@pytest.mark.skipif(not (FOLDER / "caschools").is_dir(), reason=f"no caschools in {FOLDER}")
def test_printed_tables_are_within_reach() -> None:
    reached = {(param.values[0], param.values[1]["id"]) for param in figures()}
    assert {("caschools", name) for name in ("eq4_11", "eq5_18", "eq7_5", "eq7_6", "tab7_1_c3")} <= reached


@pytest.mark.parametrize(
    "figure",
    [
        {"id": "a", "estimator": "tobit", "formula": "y ~ x", "vcov": "HC1", "n": 2, "terms": []},
        {"id": "b", "estimator": "ols", "formula": "y ~ x", "vcov": "jackknife", "n": 2, "terms": []},
        {"id": "c", "estimator": "ols", "formula": "y ~ x", "vcov": "HC1", "n": 2, "surprise": 1},
        {"id": "d", "estimator": "ols", "formula": "y ~ x", "vcov": "HC1", "sample": "the better half", "n": 2},
        {"id": "e", "n": 2, "stats": [{"stat": "gini_of_y", "exact": 1.0}]},
        {"id": "f", "estimator": "ols", "formula": "y ~ x", "vcov": "HC1", "n": 2, "terms": [{"term": "x", "t": 2.0}]},
    ],
    ids=lambda figure: figure["id"],
)
def test_figure_of_an_unknown_form_fails(figure: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "expected", lambda case: {"roles": {}})
    monkeypatch.setitem(globals(), "table", lambda case: pd.DataFrame({"y": [1.0, 2, 4, 3], "x": [1.0, 2, 3, 5]}))
    with pytest.raises(UnknownFormError):
        compare("made", figure)


def test_a_wrong_number_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slope of these four points is 4.5 / 8.75 = 18/35, by hand."""
    monkeypatch.setitem(globals(), "expected", lambda case: {"roles": {}})
    monkeypatch.setitem(globals(), "table", lambda case: pd.DataFrame({"y": [1.0, 2, 4, 3], "x": [1.0, 2, 3, 5]}))
    figure = {"id": "g", "estimator": "ols", "formula": "y ~ x", "vcov": "HC1", "n": 4}
    right = {"term": "x", "est": 0.5, "est_tol": 0.05, "est_exact": 18 / 35}
    assert compare("made", figure | {"terms": [right]}) == []
    assert len(compare("made", figure | {"terms": [right | {"est_exact": 0.51429}]})) == 1
    assert len(compare("made", figure | {"terms": [right | {"est": 0.6}]})) == 1
    assert compare("made", figure | {"terms": [right | {"est": 0.6, "known_miss": ["est"]}]}) == []
    assert len(compare("made", figure | {"n": 5})) == 1


class UnknownFormError(AssertionError):
    """A figure asks for something that this harness has not learned."""


FIGURE_KEYS = {
    "id", "where", "kind", "seen", "note", "estimator", "formula", "vcov", "sample", "n", "exact_rel_tol", "terms",
    "stats",
}  # fmt: skip
TERM_KEYS = {"term", "est", "est_tol", "est_exact", "se", "se_tol", "se_exact", "known_miss"}
STAT_KEYS = {"stat", "value", "tol", "exact", "known_miss"}


def compare(case: str, figure: dict[str, Any]) -> list[str]:
    """Every difference between a figure and what this package gives; none is success."""
    understand(figure.keys() <= FIGURE_KEYS, f"keys {sorted(figure.keys() - FIGURE_KEYS)}")
    relative = figure.get("exact_rel_tol", 1e-6)
    data = sampled(table(case), figure.get("sample"))
    if "estimator" not in figure:
        understand("formula" not in figure and not figure.get("terms"), "a model without an estimator")
        return [f"n: {len(data)}"] * (figure["n"] != len(data)) + [
            line for stat in figure["stats"] for line in compare_stat(stat, described(data, stat["stat"]), relative)
        ]
    fitted = estimated(figure, data)
    lines = [] if fitted.rows == figure["n"] else [f"n: expected {figure['n']}, got {fitted.rows}"]
    for term in figure.get("terms", []):
        lines += compare_term(term, fitted, relative)
    for stat in figure.get("stats", []):
        lines += compare_stat(stat, statistic(fitted, stat["stat"]), relative)
    return lines


def understand(condition: bool, what: str) -> None:
    if not condition:
        raise UnknownFormError(f"not understood: {what}")


def sampled(data: pd.DataFrame, sample: str | None) -> pd.DataFrame:
    if sample is None:
        return data
    column = sample.removeprefix("rows with ")
    understand(sample.startswith("rows with ") and column in data.columns, f"sample {sample!r}")
    return data[data[column].notna()]


def estimated(figure: dict[str, Any], data: pd.DataFrame) -> Fit:
    understand(figure["estimator"] in REACH, f"estimator {figure['estimator']!r}")
    errors, _, column = figure["vcov"].partition(": ")
    understand(errors in ("classical", "HC0", "HC1", "HC2", "HC3", "cluster"), f"vcov {figure['vcov']!r}")
    return fit(figure["formula"], data, estimator=REACH[figure["estimator"]], errors=errors, cluster=column or None)


def compare_term(term: dict[str, Any], fitted: Fit, relative: float) -> list[str]:
    understand(term.keys() <= TERM_KEYS, f"keys of a term {sorted(term.keys() - TERM_KEYS)}")
    row = fitted.table.set_index("term").loc[term["term"]]
    missed = term.get("known_miss", [])
    got = {"est": row["estimate"], "se": row["standard_error"]}
    lines = []
    for name, value in got.items():
        printed = None if name in missed else term.get(name)
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
    if printed is not None and not abs(got - printed) <= float(tolerance or 0):
        lines.append(f"{name}: printed {printed} ± {tolerance}, got {got:.10g}")
    if exact is not None and not np.isclose(got, exact, rtol=relative, atol=0):
        lines.append(f"{name}: exact {exact}, got {got:.10g}")
    return lines


def statistic(fitted: Fit, name: str) -> float:
    if name in JOINT:
        return joint_test(fitted, *JOINT[name]).f
    understand(name in STATISTICS, f"statistic {name!r}")
    return fitted.statistics[STATISTICS[name]]


def described(data: pd.DataFrame, name: str) -> float:
    """`x_mean`, `x_sd` (divisor n−1) and `corr_x_y` of the table itself: they show that it was read rightly."""
    column, _, what = name.rpartition("_")
    if what in ("mean", "sd") and column in data.columns:
        return float(data[column].mean() if what == "mean" else data[column].std(ddof=1))
    pairs = [(x, y) for x in data.columns for y in data.columns if name == f"corr_{x}_{y}"]
    understand(len(pairs) == 1, f"statistic {name!r}")
    return float(data[pairs[0][0]].corr(data[pairs[0][1]]))
