"""`fit` against statsmodels called directly, against the sandwich by hand, and against people's mistakes."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS, WLS

from qualityedu.columns import COLUMNS
from qualityedu.errors import RequestError
from qualityedu.indicators import catalogue
from qualityedu.models import SPECS, Fit, Spec, enough_rows, fit, joint_test, specs_for, standing
from qualityedu.models.formula import evaluate
from qualityedu.text import LANGUAGES
from qualityedu.text import catalogue as sentences


@pytest.fixture
def districts() -> pd.DataFrame:
    """200 districts in 25 counties of unlike size; errors share a part within a county and fan out with str."""
    random = np.random.default_rng(4)
    county = np.sort(random.integers(0, 25, 200))
    ratio, english = random.uniform(14, 26, 200), random.uniform(0, 60, 200)
    noise = random.normal(0, 4, 25)[county] + random.normal(0, 1, 200) * (ratio - 10)
    score = 700 - 2 * ratio - 0.5 * english + noise
    return pd.DataFrame(
        {
            "county": [f"{number:02d}" for number in county],
            "kind": np.where(random.random(200) < 0.4, "small", "large"),
            "str": ratio,
            "english": english,
            "testscr": score,
            "pupils": random.integers(50, 900, 200),
        }
    )


def design(data: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.ones(len(data)), data["str"], data["english"]])


def by_hand(data: pd.DataFrame, meat: np.ndarray) -> np.ndarray:
    bread = np.linalg.inv(design(data).T @ design(data))
    return np.sqrt(np.diag(bread @ meat @ bread))


def residuals(data: pd.DataFrame) -> np.ndarray:
    x, y = design(data), data["testscr"].to_numpy()
    return y - x @ np.linalg.solve(x.T @ x, x.T @ y)


def refusal(*arguments: Any, **options: Any) -> RequestError:
    """The refusal that a call meets, worded in both languages (a blank left over would raise)."""
    with pytest.raises(RequestError) as caught:
        fit(*arguments, **options)
    for lang in LANGUAGES:
        assert caught.value.sentence(lang)
    return caught.value


# --- what comes back ---------------------------------------------------------------------------------------------


def test_the_table_and_the_counts(districts: pd.DataFrame) -> None:
    fitted = fit("testscr ~ str + english", districts)
    assert list(fitted.table.columns) == ["term", "estimate", "standard_error", "lower", "upper", "p_value"]
    assert list(fitted.table["term"]) == ["Intercept", "str", "english"]
    assert (fitted.rows, fitted.clusters, fitted.estimator, fitted.errors) == (200, None, "ols", "HC1")
    assert fitted.dropped.empty
    with pytest.raises(FrozenInstanceError):
        fitted.rows = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("errors", "library"), [("classical", "nonrobust"), *[(name, name) for name in ("HC0", "HC1", "HC2", "HC3")]]
)
def test_errors_are_those_of_statsmodels(districts: pd.DataFrame, errors: str, library: str) -> None:
    ours = fit("testscr ~ str + english", districts, errors=errors)
    theirs = OLS(districts["testscr"], design(districts)).fit(cov_type=library, use_t=True)
    same(ours, theirs)
    assert ours.statistics["f"] == pytest.approx(float(theirs.fvalue), rel=1e-9)
    assert ours.statistics["f_p_value"] == pytest.approx(float(theirs.f_pvalue), rel=1e-6)
    assert ours.statistics["df_inference"] == 197


def test_clustered_errors_are_those_of_statsmodels(districts: pd.DataFrame) -> None:
    ours = fit("testscr ~ str + english", districts, cluster="county")
    groups = pd.factorize(districts["county"])[0]
    theirs = OLS(districts["testscr"], design(districts)).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )
    same(ours, theirs)
    assert ours.clusters == 25
    assert ours.statistics["df_inference"] == 24
    assert ours.statistics["f"] == pytest.approx(float(theirs.fvalue), rel=1e-9)


def same(ours: Fit, theirs: Any) -> None:
    interval = np.asarray(theirs.conf_int())
    for name, values in {
        "estimate": theirs.params,
        "standard_error": theirs.bse,
        "lower": interval[:, 0],
        "upper": interval[:, 1],
        "p_value": theirs.pvalues,
    }.items():
        np.testing.assert_allclose(ours.table[name], np.asarray(values), rtol=1e-9)
    assert ours.statistics["log_likelihood"] == pytest.approx(theirs.llf, rel=1e-12)


def test_the_clustered_sandwich_by_hand(districts: pd.DataFrame) -> None:
    """G/(G−1) × (n−1)/(n−k) × (X'X)⁻¹ Σ X'uu'X (X'X)⁻¹ (Liang and Zeger 1986), t with G−1 degrees of freedom."""
    x, u = design(districts), residuals(districts)
    scores = [x[rows].T @ u[rows] for rows in districts.groupby("county").indices.values()]
    factor = 25 / 24 * 199 / 197
    errors = by_hand(districts, factor * sum(np.outer(score, score) for score in scores))
    table = fit("testscr ~ str + english", districts, cluster="county").table
    np.testing.assert_allclose(table["standard_error"], errors, rtol=1e-9)
    reach = stats.t.ppf(0.975, 24) * errors
    np.testing.assert_allclose(table["upper"] - table["estimate"], reach, rtol=1e-9)


def test_hc1_by_hand(districts: pd.DataFrame) -> None:
    """n/(n−k) × (X'X)⁻¹ X' diag(u²) X (X'X)⁻¹ (MacKinnon and White 1985)."""
    x, u = design(districts), residuals(districts)
    errors = by_hand(districts, 200 / 197 * (x * (u**2)[:, None]).T @ x)
    table = fit("testscr ~ str + english", districts).table
    np.testing.assert_allclose(table["standard_error"], errors, rtol=1e-9)


def test_one_row_a_cluster_is_hc1_but_for_the_degrees_of_freedom(districts: pd.DataFrame) -> None:
    alone = districts.assign(own=range(200))
    clustered = fit("testscr ~ str", alone, cluster="own").table["standard_error"]
    robust = fit("testscr ~ str", alone).table["standard_error"]
    # G/(G−1) × (n−1)/(n−k) with G = n is n/(n−k).
    np.testing.assert_allclose(clustered, robust, rtol=1e-9)


def test_statistics_by_hand(districts: pd.DataFrame) -> None:
    u, y = residuals(districts), districts["testscr"]
    statistics = fit("testscr ~ str + english", districts).statistics
    r2 = 1 - (u @ u) / ((y - y.mean()) ** 2).sum()
    assert statistics["r2"] == pytest.approx(r2, rel=1e-9)
    assert statistics["r2_adjusted"] == pytest.approx(1 - (1 - r2) * 199 / 197, rel=1e-9)
    assert statistics["ser"] == pytest.approx(np.sqrt(u @ u / 197), rel=1e-9)
    assert statistics["df_residual"] == 197


def test_weights_are_those_of_statsmodels_whatever_their_scale(districts: pd.DataFrame) -> None:
    ours = fit("testscr ~ str + english", districts, estimator="wls", weights="pupils")
    theirs = WLS(districts["testscr"], design(districts), weights=districts["pupils"]).fit(cov_type="HC1", use_t=True)
    same(ours, theirs)
    thousand = districts.assign(pupils=districts["pupils"] * 1000)
    again = fit("testscr ~ str + english", thousand, estimator="wls", weights="pupils")
    assert again.statistics["ser"] == pytest.approx(ours.statistics["ser"], rel=1e-12)


def test_equal_weights_are_no_weights(districts: pd.DataFrame) -> None:
    weighted = fit("testscr ~ str", districts.assign(one=7), estimator="wls", weights="one")
    plain = fit("testscr ~ str", districts)
    pd.testing.assert_frame_equal(weighted.table, plain.table)
    assert weighted.statistics == pytest.approx(plain.statistics, rel=1e-10)


def test_joint_test_of_one_term_is_t_squared(districts: pd.DataFrame) -> None:
    fitted = fit("testscr ~ str + english", districts, cluster="county")
    row = fitted.table.set_index("term").loc["str"]
    test = joint_test(fitted, "str")
    assert test.f == pytest.approx((row["estimate"] / row["standard_error"]) ** 2, rel=1e-9)
    assert (test.df, test.df_residual) == (1, 24)
    assert test.p_value == pytest.approx(row["p_value"], rel=1e-6)
    assert joint_test(fitted, "str", "english").f == pytest.approx(fitted.statistics["f"], rel=1e-9)
    with pytest.raises(RequestError, match="english"):
        joint_test(fitted, "englsh")


def test_joint_test_does_not_depend_on_units(districts: pd.DataFrame) -> None:
    plain = fit("testscr ~ str + english", districts)
    scaled = fit("testscr ~ str + english", districts.assign(english=districts["english"] * 1e9))
    assert scaled.statistics["f"] == pytest.approx(plain.statistics["f"], rel=1e-6)


# --- formulas ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "columns"),
    [
        ("str + I(str**2)", lambda d: [d["str"], d["str"] ** 2]),
        ("str * english", lambda d: [d["str"], d["english"], d["str"] * d["english"]]),
        ("str:english", lambda d: [d["str"] * d["english"]]),
        ("log(str) - 1 + 1", lambda d: [np.log(d["str"])]),
        ("I(str < 20)", lambda d: [d["str"] < 20]),
        ("kind", lambda d: [d["kind"] == "small"]),
        ("C(kind):str + str", lambda d: [d["str"], d["str"] * (d["kind"] == "small")]),
        ("I(kind == 'small')", lambda d: [d["kind"] == "small"]),
        ("I((english + 1) / str)", lambda d: [(d["english"] + 1) / d["str"]]),
    ],
)
def test_terms_mean_what_they_say(districts: pd.DataFrame, right: str, columns: Any) -> None:
    x = np.column_stack([np.ones(200), *(np.asarray(column, dtype=float) for column in columns(districts))])
    fitted = fit(f"testscr ~ {right}", districts).result.fittedvalues
    np.testing.assert_allclose(fitted, OLS(districts["testscr"], x).fit().fittedvalues, rtol=1e-9)


ATTACKS = [
    "testscr ~ __import__('os').system('touch pwned')",
    "testscr ~ I(__import__('os').system('touch pwned'))",
    "testscr ~ str.__class__",
    "testscr ~ I(str.values)",
    "testscr ~ I(str.mean())",
    "testscr ~ np.log(str)",
    "testscr ~ exec('1')",
    "testscr ~ open('pwned', 'w')",
    "testscr ~ I((lambda: str)())",
    "testscr ~ I([str for one in (1, 2)])",
    "testscr ~ I({one for one in str})",
    "testscr ~ I(f'{str}')",
    "testscr ~ I(str[0])",
    "testscr ~ I(str if str else str)",
    "testscr ~ I((str := 3))",
    "testscr ~ C(kind, contrast=print)",
    "testscr ~ C(kind, str)",
    "testscr ~ log(str)(str)",
    "testscr ~ {print(str)}",
    "testscr ~ poly(str, 2)",
    "testscr ~ I(str @ english)",
    "testscr ~ I(str // 2)",
    "testscr ~ I(str and english)",
    "testscr ~ I(*str)",
    "__builtins__ ~ str",
    "eval('testscr') ~ str",
]


@pytest.mark.parametrize("formula", ATTACKS)
def test_a_formula_cannot_call_code(
    districts: pd.DataFrame, formula: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(formula, districts).key == "model_formula_call"
    assert list(tmp_path.iterdir()) == []


def test_a_column_with_an_odd_name_is_a_name_and_nothing_more(districts: pd.DataFrame) -> None:
    odd = districts.rename(columns={"str": "生师比", "english": "share of english"})
    odd["a.b"], odd["class"] = odd["生师比"] ** 2, range(200)
    fitted = fit("testscr ~ 生师比 + `share of english` + a.b + class", odd)
    assert list(fitted.table["term"]) == ["Intercept", "生师比", "share of english", "a.b", "class"]


@pytest.mark.parametrize(
    "formula",
    ["", "~", "testscr", "testscr ~ str +", "testscr ~ str < 20", "testscr + str ~ english", "1 ~ str",
     "testscr ~ str | english", "testscr ~ 2:str", "testscr ~ 0", "testscr ~ I(" + "-" * 5000 + "str)"],
)  # fmt: skip
def test_what_is_no_formula_is_said_to_be_none(districts: pd.DataFrame, formula: str) -> None:
    assert refusal(formula, districts).key == "model_formula_unreadable"


def test_whole_numbers_of_few_bits_do_not_overflow(districts: pd.DataFrame) -> None:
    small = districts.assign(x=districts["str"].round().astype("int8") * 5)
    np.testing.assert_allclose(evaluate("I(x**2)", small), small["x"].astype(float) ** 2)
    assert evaluate("I(x**2)", small).max() > 10_000


def test_a_comparison_at_its_boundary_and_with_nothing_to_compare() -> None:
    data = pd.DataFrame({"str": [19.999999, 20.0, 20.000001, np.nan]})
    assert evaluate("I(str < 20)", data)[:3].tolist() == [1.0, 0.0, 0.0]
    assert evaluate("I(str >= 20)", data)[:3].tolist() == [0.0, 1.0, 1.0]
    assert np.isnan(evaluate("I(str < 20)", data)[3])


@pytest.mark.parametrize("dtype", ["Float64", "float32", "object"])
def test_the_kind_of_column_does_not_matter(districts: pd.DataFrame, dtype: str) -> None:
    rounded = districts.assign(str=districts["str"].round(), english=districts["english"].round())
    other = rounded.astype({"str": dtype, "english": dtype})
    other.loc[3, "str"] = None
    expected = fit("testscr ~ str + english", rounded.drop(index=3))
    np.testing.assert_allclose(fit("testscr ~ str + english", other).table["estimate"], expected.table["estimate"])


def test_any_eager_frame_will_do(districts: pd.DataFrame) -> None:
    polars = pytest.importorskip("polars")
    ours = fit("testscr ~ str + kind", polars.from_pandas(districts), cluster="county")
    pd.testing.assert_frame_equal(ours.table, fit("testscr ~ str + kind", districts, cluster="county").table)


# --- rows left out -----------------------------------------------------------------------------------------------


def test_every_row_is_used_or_accounted_for_once(districts: pd.DataFrame) -> None:
    holes = districts.copy()
    holes.loc[:9, "testscr"] = np.nan
    holes.loc[5:14, "str"] = np.nan  # five of them lack the outcome already
    holes.loc[20:22, "english"] = 0.0
    holes.loc[30:31, "county"] = None
    fitted = fit("testscr ~ str + log(english)", holes, cluster="county")
    assert fitted.dropped.values.tolist() == [
        ["missing", "testscr", 10],
        ["missing", "str", 5],
        ["undefined", "log(english)", 3],
        ["missing", "county", 2],
    ]
    assert fitted.rows + fitted.dropped["rows"].sum() == len(holes)
    assert fitted.rows == fitted.used.sum() == 180
    complete = districts.drop(index=[*range(15), 20, 21, 22, 30, 31])
    expected = fit("testscr ~ str + log(english)", complete, cluster="county")
    pd.testing.assert_frame_equal(fitted.table, expected.table)


def test_a_row_of_weight_nought_is_counted_out(districts: pd.DataFrame) -> None:
    districts.loc[:3, "pupils"] = 0
    fitted = fit("testscr ~ str", districts, estimator="wls", weights="pupils")
    assert fitted.dropped.values.tolist() == [["zero_weight", "pupils", 4]]


def test_a_category_left_without_rows_leaves_no_term(districts: pd.DataFrame) -> None:
    third = districts.assign(kind=districts["kind"].where(districts.index > 0, "odd"))
    third.loc[0, "str"] = np.nan
    assert list(fit("testscr ~ str + kind", third).table["term"]) == ["Intercept", "str", "kind[T.small]"]


def test_notes_say_what_belongs_under_a_table(districts: pd.DataFrame) -> None:
    districts.loc[:3, "str"] = np.nan
    english = fit("testscr ~ str", districts, cluster="county").notes("en")
    assert english[0] == "The model uses 196 of 200 rows."
    assert english[1] == "Left out for want of “str”: 4 row(s)."
    assert "25 groups" in english[2]
    assert "G−1=24" in english[2]
    # 196 rows less 2 coefficients.
    for errors in ("classical", "HC0", "HC1", "HC2", "HC3"):
        for lang in LANGUAGES:
            assert "194" in fit("testscr ~ str", districts, errors=errors).notes(lang)[-1]


# --- warnings ----------------------------------------------------------------------------------------------------


def test_few_clusters_are_remarked_on(districts: pd.DataFrame) -> None:
    few = districts[districts["county"] < "19"]
    remark = fit("testscr ~ str", few, errors="cluster", cluster="county").warnings
    assert [each.key for each in remark] == ["few_clusters"]
    assert "19" in remark[0].sentence("zh")
    assert "too small" in remark[0].sentence("en")
    enough = districts[districts["county"] < "20"]
    assert fit("testscr ~ str", enough, cluster="county").warnings == ()


def test_as_many_terms_as_clusters_have_no_joint_test(districts: pd.DataFrame) -> None:
    two = districts[districts["county"] < "02"]
    fitted = fit("testscr ~ str + english", two, errors="cluster", cluster="county")
    assert [each.key for each in fitted.warnings] == ["few_clusters", "no_joint_test"]
    assert np.isnan(fitted.statistics["f"])
    with pytest.raises(RequestError):
        joint_test(fitted, "str", "english")


def test_a_row_that_decides_a_term_alone(districts: pd.DataFrame) -> None:
    lone = districts.assign(kind=districts["kind"].where(districts.index > 0, "odd"))
    fitted = fit("testscr ~ str + kind", lone)
    assert "full_leverage" in [each.key for each in fitted.warnings]
    assert refusal("testscr ~ str + kind", lone, errors="HC3").key == "model_full_leverage"


def test_a_perfect_fit_is_remarked_on(districts: pd.DataFrame) -> None:
    fitted = fit("double ~ str", districts.assign(double=2 * districts["str"]))
    assert [each.key for each in fitted.warnings] == ["perfect_fit"]


# --- refusals ----------------------------------------------------------------------------------------------------


def test_an_unknown_column_is_named_with_its_neighbours(districts: pd.DataFrame) -> None:
    caught = refusal("testscr ~ englsh", districts)
    assert caught.key == "model_unknown_column"
    assert caught.values["column"] == "englsh"
    assert "english" in str(caught.values["near"])
    assert refusal("testscr ~ log(strr)", districts).values["column"] == "strr"
    assert refusal("testscr ~ str", districts, cluster="country").values["column"] == "country"
    assert refusal("testscr ~ str", districts, estimator="wls", weights="w").values["column"] == "w"


def test_data_that_cannot_bear_a_model(districts: pd.DataFrame) -> None:
    empty = districts.assign(english=np.nan)
    assert refusal("testscr ~ str", districts.iloc[:0]).key == "model_no_rows"
    assert refusal("testscr ~ str + english", empty).values == {"rows": 200, "column": "english", "missing": 200}
    assert refusal("testscr ~ str + english", districts.iloc[:3]).key == "model_too_few_rows"
    assert refusal("same ~ str", districts.assign(same=5)).key == "model_constant_outcome"
    assert refusal("kind ~ str", districts).key == "model_text_column"
    assert refusal("testscr ~ log(kind)", districts).key == "model_text_column"
    assert refusal("testscr ~ str", districts, cluster="one").key == "model_unknown_column"
    assert refusal("testscr ~ str", districts.assign(one="x"), cluster="one").key == "model_one_cluster"
    twice = pd.concat([districts, districts["str"]], axis=1)
    assert refusal("testscr ~ str", twice).key == "model_repeated_column"
    assert refusal("testscr ~ 0 + nought", districts.assign(nought=0)).key == "model_zero_term"


def test_collinear_terms_are_named(districts: pd.DataFrame) -> None:
    shares = districts.assign(other=100 - districts["english"], half=districts["str"] / 2)
    caught = refusal("testscr ~ str + english + other", shares)
    assert caught.values == {"term": "other", "others": "Intercept, english"}
    assert refusal("testscr ~ half + english + str", shares).values == {"term": "str", "others": "half"}
    assert refusal("testscr ~ flat + str", shares.assign(flat=3)).values == {"term": "flat", "others": "Intercept"}


def test_a_cubic_in_years_is_not_taken_for_collinear() -> None:
    year = np.repeat(np.arange(2000, 2011), 5)
    data = pd.DataFrame({"year": year, "y": np.random.default_rng(1).normal(size=55)})
    assert fit("y ~ year + I(year**2)", data).rows == 55


def test_options_that_do_not_go_together(districts: pd.DataFrame) -> None:
    formula = "testscr ~ str"
    assert refusal(formula, districts, estimator="lasso").key == "model_unknown_estimator"
    assert refusal(formula, districts, errors="HC9").key == "model_unknown_errors"
    assert refusal(formula, districts, errors="cluster").key == "model_needs_cluster"
    assert refusal(formula, districts, errors="HC3", cluster="county").key == "model_errors_with_cluster"
    assert refusal(formula, districts, estimator="wls").key == "model_needs_weights"
    assert refusal(formula, districts, weights="pupils").key == "model_weights_unused"
    below = districts.assign(pupils=-1)
    assert refusal(formula, below, estimator="wls", weights="pupils").key == "model_negative_weight"


# --- declared models ---------------------------------------------------------------------------------------------


@pytest.fixture
def units() -> pd.DataFrame:
    """Forty junior schools and ten primary ones in eight counties, wide, as school values are kept."""
    random = np.random.default_rng(9)
    table = pd.DataFrame(
        {
            "region": [f"99990{number % 8 + 1}" for number in range(50)],
            "school": [f"{number:010d}" for number in range(50)],
            "stage": ["junior"] * 40 + ["primary"] * 10,
            "year": 2023,
            "budget_expenditure_per_pupil": random.normal(15_000, 2_000, 50),
            "high_qualified_teachers_per_100": random.normal(5, 1, 50),
            "mean_class_size": random.normal(43, 4, 50),
        }
    )
    table["junior_three_year_retention"] = 120 - 0.5 * table["mean_class_size"] + random.normal(0, 1, 50)
    return table


def test_a_declared_model_goes_through_the_same_door(units: pd.DataFrame) -> None:
    spec = SPECS["inputs_and_retention"]
    ours = fit(spec, units)
    junior = units[units["stage"] == "junior"]
    plain = fit(spec.formula, junior, cluster="region")
    pd.testing.assert_frame_equal(ours.table, plain.table)
    assert ours.spec is spec
    # Eight regions are few: the errors of a declared model are then bootstrapped.
    assert (ours.rows, ours.clusters, ours.errors) == (40, 8, "wild")
    assert ours.errors_said.key == "errors_wild_all"
    assert ours.dropped.values.tolist() == [["other_stage", "stage", 10]]
    assert fit(spec, units, errors="HC3").errors == "HC3"


def test_declared_models_speak_of_declared_things() -> None:
    known = set(catalogue()) | set(COLUMNS)
    assert {name: spec.name for name, spec in SPECS.items()} == {name: name for name in SPECS}
    unknown = {column for spec in SPECS.values() for column in spec.columns() if column not in known}
    assert unknown == set()


def test_a_model_is_offered_where_the_table_can_bear_it(units: pd.DataFrame) -> None:
    def offered(table: pd.DataFrame) -> list[str]:
        return [spec.name for spec in specs_for(table)]

    assert enough_rows(3) == 30
    assert enough_rows(4) == 40
    assert offered(units) == ["inputs_and_retention"]
    assert offered(units.iloc[10:]) == ["inputs_and_retention"]  # 30 junior schools
    assert offered(units.iloc[11:]) == []  # 29
    assert offered(units.drop(columns="mean_class_size")) == []
    assert offered(units.assign(mean_class_size=40)) == []
    assert offered(units.assign(region="999901")) == []


def test_columns_of_a_declared_model() -> None:
    spec = Spec("x", "pisa_mathematics", ("pupil_teacher_ratio",), ("log(gdp_per_head)",), stage="secondary")
    assert spec.columns() == ("pisa_mathematics", "pupil_teacher_ratio", "gdp_per_head", "region", "stage")


# --- where a region stands ---------------------------------------------------------------------------------------


def test_standing_by_hand() -> None:
    """y ~ 1 expects the mean, 4: region a has residuals -3, -1, 1; s = 2, error 2/√3, t(2) = 4.302653."""
    data = pd.DataFrame(
        {"region": ["b", "a", "a", "a", "b", "c"], "y": [6.0, 1.0, 3.0, 5.0, 5.0, np.nan]}, index=[9, 9, 8, 7, 6, 5]
    )
    table = standing(fit("y ~ 1", data), data).set_index("region")
    assert list(table.index) == ["a", "b", "c"]
    assert table["units"].tolist() == [3, 2, 0]
    row = table.loc["a"]
    assert row[["outcome", "expected", "residual"]].tolist() == pytest.approx([3, 4, -1])
    assert row["standard_error"] == pytest.approx(2 / np.sqrt(3))
    assert row[["lower", "upper"]].tolist() == pytest.approx([-1 - 4.302653 * 1.154701, -1 + 4.302653 * 1.154701], 1e-6)
    assert table.loc["b", "residual"] == pytest.approx(1.5)
    assert table.loc["b", ["standard_error", "lower", "upper"]].isna().all()
    assert table.loc["c", ["outcome", "expected", "residual", "lower"]].isna().all()


def test_standing_adds_up(districts: pd.DataFrame) -> None:
    fitted = fit("testscr ~ str + english", districts)
    table = standing(fitted, districts, "county")
    assert table["units"].sum() == 200
    np.testing.assert_allclose(table["outcome"] - table["expected"], table["residual"], atol=1e-9)
    assert (table["units"] * table["residual"]).sum() == pytest.approx(0, abs=1e-8)


def test_standing_wants_the_table_that_was_fitted(districts: pd.DataFrame) -> None:
    fitted = fit("testscr ~ str", districts)
    with pytest.raises(RequestError) as other:
        standing(fitted, districts.iloc[1:], "county")
    assert other.value.key == "model_other_table"
    with pytest.raises(RequestError) as unknown:
        standing(fitted, districts)
    assert unknown.value.key == "model_unknown_column"


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_of_a_model_speaks_of_causes(lang: str) -> None:
    spoken = {key: text for key, text in sentences(lang).items() if key.startswith(("model.", "refusal.model_"))}
    assert len(spoken) > 30
    causal = re.compile(r"导致|使得|造成|\bcaus(e|es|ed|al|ing)\b|leads? to|\bimpact|\beffect", re.IGNORECASE)
    # Blanks and the names of arguments are not what a sentence claims; "fixed" and "random effects" are terms of art.
    bare = {key: re.sub(r"\{\w+\}|effects=|(fixed|random) effects", "", text) for key, text in spoken.items()}
    assert [key for key, text in bare.items() if causal.search(text)] == []
