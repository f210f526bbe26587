"""Confounding, groups and bends: against printed figures, identities of least squares and other programs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.interpolate import CubicSpline
from statsmodels.regression.linear_model import OLS

from qualityedu.errors import RequestError
from qualityedu.models import (
    Spec,
    adjusted,
    e_value,
    fit,
    heterogeneity,
    natural_spline,
    nonlinearity,
    partial_r2,
    robustness_value,
    sensitivity,
)
from qualityedu.models.sensitivity import _bounds
from qualityedu.text import LANGUAGES


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    random = np.random.default_rng(21)
    rows = 400
    county = random.integers(0, 40, rows)
    poverty, urban = random.normal(0, 1, rows), random.random(rows) < 0.5
    hidden = random.normal(0, 1, rows)
    spending = 0.5 * poverty + 0.6 * hidden + random.normal(0, 1, rows)
    size = random.gamma(20, 2, rows)
    score = 500 + 20 * spending - 15 * poverty + 25 * hidden - 0.25 * (size - 40) ** 2 + random.normal(0, 40, rows)
    return pd.DataFrame(
        {
            "region": [f"{each % 4}" for each in county],
            "county": [f"{each:02d}" for each in county],
            "stage": np.where(urban, "junior", "primary"),
            "kind": random.choice(["a", "b", "c"], rows),
            "poverty": poverty,
            "hidden": hidden,
            "spending": spending,
            "class_size": size,
            "score": score,
        }
    )


# --- confounding: Darfur, as printed -----------------------------------------------------------------------------

# Cinelli and Hazlett 2020, table 1 and section 5 (harm against attitude to peace, 783 degrees of freedom). The
# digits are those that sensemakr's own tests hold (github carloscinelli/sensemakr, tests/testthat/test-02-darfur.R).
ESTIMATE, ERROR, DF = 0.09731582, 0.02325654, 783


def test_robustness_values_of_darfur() -> None:
    t = ESTIMATE / ERROR
    assert partial_r2(t, DF) == pytest.approx(0.02187309, rel=1e-5)
    assert robustness_value(t, DF) == pytest.approx(0.1387764, rel=1e-5)
    assert robustness_value(t, DF, alpha=0.05) == pytest.approx(0.07625797, rel=1e-5)
    # As printed: 2.2 %, 13.9 %, 7.6 %.
    assert (round(partial_r2(t, DF), 3), round(robustness_value(t, DF), 3)) == (0.022, 0.139)


@pytest.mark.parametrize(
    ("strength", "r2_lever", "r2_outcome", "estimate", "error", "lower", "upper"),
    [
        (1, 0.00916428667504862, 0.12464092303637, 0.0752202698, 0.0218733298, 0.0322829603, 0.1181575796),
        (2, 0.0183285733500972, 0.249324064199975, 0.0529151689, 0.0203500640, 0.0129680276, 0.0928623102),
        (3, 0.0274928600251459, 0.374050471038094, 0.0303960179, 0.0186700666, -0.0062532913, 0.0670453271),
    ],
)
def test_bounds_of_darfur(
    strength: float, r2_lever: float, r2_outcome: float, estimate: float, error: float, lower: float, upper: float
) -> None:
    """Once, twice and three times as strong as being female; the printed table has .0752, .0529 and .0304."""
    seen, spread = adjusted(ESTIMATE, ERROR, DF, r2_lever=r2_lever, r2_outcome=r2_outcome)
    assert seen == pytest.approx(estimate, rel=1e-7)
    assert spread == pytest.approx(error, rel=1e-7)
    # The printed ends take t with 783 degrees of freedom; `sensitivity` takes 782, one for the confounder.
    reach = stats.t.ppf(0.975, DF) * spread
    assert (seen - reach, seen + reach) == pytest.approx((lower, upper), rel=1e-6)
    # What being female explains follows from the bound of strength 1; that of 2 and 3 then follows from both.
    of_lever = 0.00916428667504862 / 1.00916428667504862
    shared = of_lever**2 / (1 - of_lever) ** 2
    ratio = 0.12464092303637 / ((1 + np.sqrt(shared)) ** 2 / (1 - shared))
    assert _bounds(of_lever, ratio / (1 + ratio), strength) == pytest.approx((r2_lever, r2_outcome), rel=1e-6)


def test_what_a_robustness_value_means() -> None:
    """A confounder exactly so strong brings the estimate to 0, or t to its critical value (their section 4)."""
    t = ESTIMATE / ERROR
    whole = robustness_value(t, DF)
    assert adjusted(ESTIMATE, ERROR, DF, r2_lever=whole, r2_outcome=whole)[0] == pytest.approx(0, abs=1e-9)
    half = robustness_value(t, DF, q=0.5)
    assert adjusted(ESTIMATE, ERROR, DF, r2_lever=half, r2_outcome=half)[0] == pytest.approx(ESTIMATE / 2)
    interval = robustness_value(t, DF, alpha=0.05)
    seen, error = adjusted(ESTIMATE, ERROR, DF, r2_lever=interval, r2_outcome=interval)
    assert seen / error == pytest.approx(stats.t.ppf(0.975, DF - 1), rel=1e-6)
    assert robustness_value(1.5, 100, alpha=0.05) == 0
    # Few degrees of freedom and a large t: the closed form for f > 1/f_crit.
    critical = stats.t.ppf(0.975, 2) / np.sqrt(2)
    assert robustness_value(10, 3, alpha=0.05) == pytest.approx((100 / 3 - critical**2) / (1 + 100 / 3))


# --- confounding: identities of least squares --------------------------------------------------------------------


def test_the_adjustment_is_exact_for_something_left_out(units: pd.DataFrame) -> None:
    """With the true partial R² of a column left out, it gives the estimate and error of the model with it."""
    short = fit("score ~ spending + poverty", units, errors="classical")
    whole = fit("score ~ spending + poverty + hidden", units, errors="classical").table.set_index("term")
    lever = fit("spending ~ poverty + hidden", units, errors="classical").table.set_index("term")
    t_outcome, t_lever = (
        each.loc["hidden", "estimate"] / each.loc["hidden", "standard_error"] for each in (whole, lever)
    )
    row = short.table.set_index("term").loc["spending"]
    seen = adjusted(
        row["estimate"], row["standard_error"], 397,
        r2_lever=partial_r2(t_lever, 397), r2_outcome=partial_r2(t_outcome, 396),
    )  # fmt: skip
    assert seen == pytest.approx(tuple(whole.loc["spending", ["estimate", "standard_error"]]), rel=1e-8)


def test_sensitivity_of_a_model(units: pd.DataFrame) -> None:
    seen = sensitivity("score ~ spending + poverty + kind", units, "spending", benchmarks=["poverty", "kind"])
    row = fit("score ~ spending + poverty + kind", units, errors="classical").table.set_index("term").loc["spending"]
    t = row["estimate"] / row["standard_error"]
    assert (seen.estimate, seen.standard_error, seen.df, seen.rows) == (
        row["estimate"],
        row["standard_error"],
        395,
        400,
    )
    assert seen.partial_r2 == partial_r2(t, 395)
    assert seen.robustness_value == robustness_value(t, 395)
    assert seen.robustness_value_interval == robustness_value(t, 395, alpha=0.05)
    table = seen.benchmarks.set_index(["control", "strength"])
    assert list(table.index) == [(name, k) for name in ("poverty", "kind") for k in (1, 2, 3)]
    # The benchmark's own figures: R² of poverty with spending and with the score, from t; f² is R²/(1 − R²).
    lever = fit("spending ~ poverty + kind", units, errors="classical").table.set_index("term").loc["poverty"]
    of_lever = partial_r2(lever["estimate"] / lever["standard_error"], 396)
    assert table.loc[("poverty", 2), "r2_lever"] == pytest.approx(2 * of_lever / (1 - of_lever))
    estimate, error = adjusted(
        seen.estimate, seen.standard_error, 395,
        r2_lever=table.loc[("poverty", 2), "r2_lever"], r2_outcome=table.loc[("poverty", 2), "r2_outcome"],
    )  # fmt: skip
    assert tuple(table.loc[("poverty", 2), ["estimate", "standard_error"]]) == pytest.approx((estimate, error))
    # A category stands for its levels together: R² from the F test that both are 0.
    design = np.column_stack([np.ones(400), units["poverty"], units["kind"] == "b", units["kind"] == "c"]).astype(float)
    f = float(OLS(units["spending"], design).fit().f_test(np.eye(4)[2:]).fvalue)
    share = 2 * f / (2 * f + 396)
    assert table.loc[("kind", 1), "r2_lever"] == pytest.approx(share / (1 - share), rel=1e-6)
    for lang in LANGUAGES:
        assert len(seen.notes(lang)) == 7


def test_nothing_can_be_stronger_than_all_that_is_left(units: pd.DataFrame) -> None:
    near = units.assign(twin=units["spending"] + np.random.default_rng(0).normal(0, 0.1, 400))
    seen = sensitivity("score ~ spending + twin", near, "spending", benchmarks=["twin"])
    assert seen.benchmarks["estimate"].isna().all()
    assert "more than all that is left" in " ".join(seen.notes("en"))


def test_what_would_explain_the_whole_outcome_has_no_interval(units: pd.DataFrame) -> None:
    near = units.assign(twin=units["score"] + np.random.default_rng(0).normal(0, 1, 400))
    seen = sensitivity("score ~ spending + twin", near, "spending", benchmarks=["twin"], strengths=[1])
    row = seen.benchmarks.iloc[0]
    assert row["r2_outcome"] == 1
    assert np.isnan(row["lower"])
    assert "there is no interval" in " ".join(seen.notes("en"))


def test_a_spec_will_do(units: pd.DataFrame) -> None:
    spec = Spec("s", "score", ("spending",), ("poverty",), stage="junior")
    seen = sensitivity(spec, units, "spending")
    assert seen.rows == (units["stage"] == "junior").sum()
    assert heterogeneity(spec, units, "spending", by="region").table["rows"].sum() == seen.rows
    assert nonlinearity(spec, units, "spending").fit.rows == seen.rows


# --- E-values ----------------------------------------------------------------------------------------------------


def test_e_values_as_printed() -> None:
    """VanderWeele and Ding 2017: RR 3.9 (1.8 to 8.7) gives 7.26 and 3.0; RR 0.80 (0.71 to 0.91) gives 1.81 and 1.43."""
    seen = e_value(3.9, 1.8, 8.7)
    assert (round(seen[0], 2), round(seen[1] or 0, 1)) == (7.26, 3.0)
    seen = e_value(0.80, 0.71, 0.91)
    assert (round(seen[0], 2), round(seen[1] or 0, 2)) == (1.81, 1.43)


def test_e_values_by_hand() -> None:
    assert e_value(2.0) == (pytest.approx(2 + np.sqrt(2)), None)
    assert e_value(0.5)[0] == pytest.approx(e_value(2.0)[0])
    assert e_value(1.0)[0] == 1
    assert e_value(1.4, 0.9, 2.0)[1] == 1
    assert e_value(0.8, 0.6, 1.1)[1] == 1
    assert e_value(4.0, 2.25, 9.0, rare=False) == pytest.approx((2 + np.sqrt(2), 1.5 + np.sqrt(0.75)))
    assert e_value(4.0, rare=True)[0] == e_value(4.0)[0]


# --- groups ------------------------------------------------------------------------------------------------------


def test_slopes_of_groups_are_those_of_statsmodels(units: pd.DataFrame) -> None:
    """One model with an intercept and a slope for each region; the joint test by its own f_test."""
    seen = heterogeneity("score ~ spending + poverty", units, "spending", by="region")
    own = pd.get_dummies(units["region"]).to_numpy(dtype=float)
    x = np.column_stack([own, own * units[["spending"]].to_numpy(), units["poverty"]])
    theirs = OLS(units["score"], x).fit(cov_type="HC1", use_t=True)
    np.testing.assert_allclose(seen.table["estimate"], theirs.params[4:8], rtol=1e-9)
    np.testing.assert_allclose(seen.table["standard_error"], theirs.bse[4:8], rtol=1e-9)
    same = np.zeros((3, 9))
    same[:, 4], same[[0, 1, 2], [5, 6, 7]] = -1, 1
    test = theirs.f_test(same)
    assert seen.joint is not None
    assert seen.joint.f == pytest.approx(float(test.fvalue), rel=1e-7)
    assert (seen.joint.df, seen.joint.p_value) == (3, pytest.approx(float(test.pvalue), rel=1e-6))
    pooled = fit("score ~ spending + poverty + C(region)", units).table.set_index("term")
    assert seen.pooled == pytest.approx(pooled.loc["spending", "estimate"], rel=1e-9)


def test_two_stages_without_controls_are_two_regressions(units: pd.DataFrame) -> None:
    seen = heterogeneity("score ~ log(class_size)", units, "log(class_size)", by="stage").table.set_index("group")
    for stage in ("junior", "primary"):
        alone = fit("score ~ log(class_size)", units[units["stage"] == stage]).table
        assert seen.loc[stage, "estimate"] == pytest.approx(alone["estimate"].iloc[1], rel=1e-8)


def test_a_known_difference_between_groups_is_seen(units: pd.DataFrame) -> None:
    steeper = units["score"] + 40 * units["spending"] * (units["region"] == "2")
    seen = heterogeneity("score ~ spending", units.assign(score=steeper), "spending", by="region", cluster="county")
    assert seen.joint is not None
    assert seen.joint.p_value < 0.001
    assert seen.table.set_index("group")["estimate"].idxmax() == "2"
    assert seen.fit.errors != "HC1"
    for lang in LANGUAGES:
        assert seen.notes(lang)
    assert "not alike" in seen.notes("en")[0]


def test_a_group_that_says_nothing_stays(units: pd.DataFrame) -> None:
    odd = units.assign(
        region=np.where(units.index < 5, "few", np.where(units["region"] == "1", "flat", units["region"])),
        spending=units["spending"].where(units["region"] != "1", 2.0),
    )
    seen = heterogeneity("score ~ spending + C(region)", odd, "spending", by="region")
    reasons = seen.table.set_index("group")["reason"]
    assert (reasons["few"], reasons["flat"]) == ("few_rows", "no_spread")
    assert seen.table.loc[seen.table["reason"] != "", "estimate"].isna().all()
    assert seen.table["rows"].sum() == 400
    assert "2 groups have too few rows" in " ".join(seen.notes("en"))


def test_errors_clustered_by_the_groups_themselves_are_not_pretended(units: pd.DataFrame) -> None:
    seen = heterogeneity("score ~ spending", units, "spending", by="region", cluster="region")
    assert seen.fit.errors == "HC1"
    assert "HC1" in " ".join(seen.notes("zh"))


# --- bends -------------------------------------------------------------------------------------------------------


def test_the_spline_is_straight_beyond_its_ends_and_smooth_within() -> None:
    knots = [10.0, 20.0, 35.0, 50.0]
    x = np.linspace(0, 60, 6001)
    for column in natural_spline(x, knots).T:
        second = np.diff(column, 2) / 0.01**2
        assert np.abs(second[(x[1:-1] < 9.9) | (x[1:-1] > 50.1)]).max() < 1e-6
        assert np.abs(np.diff(second)).max() < 0.01  # no jump at a knot
    assert natural_spline(x, knots).shape == (6001, 3)


def test_fitted_values_are_those_of_another_spline(units: pd.DataFrame) -> None:
    """Natural splines through each knot in turn, from scipy, span the same curves."""
    seen = nonlinearity("score ~ class_size + poverty", units, "class_size", knots=4)
    x, knots = units["class_size"].to_numpy(), np.array(seen.knots)
    np.testing.assert_allclose(knots, np.quantile(x, [0.05, 0.35, 0.65, 0.95]))
    through = CubicSpline(knots, np.eye(4), bc_type="natural")

    def basis(values: np.ndarray) -> np.ndarray:
        inside = np.clip(values, knots[0], knots[-1])
        return through(inside) + through(inside, 1) * (values - inside)[:, None]

    theirs = OLS(units["score"], np.column_stack([basis(x), units["poverty"]])).fit(cov_type="HC1", use_t=True)
    np.testing.assert_allclose(seen.fit.result.fittedvalues, theirs.fittedvalues, rtol=1e-9)
    grid = seen.curve["x"].to_numpy()
    steps = basis(grid) - basis(np.array([seen.reference]))
    np.testing.assert_allclose(seen.curve["estimate"], steps @ theirs.params[:4], rtol=1e-6, atol=1e-8)
    errors = np.sqrt(np.diag(steps @ theirs.cov_params().to_numpy()[:4, :4] @ steps.T).clip(0))
    np.testing.assert_allclose(seen.curve["standard_error"], errors, rtol=1e-6, atol=1e-6)
    reach = stats.t.ppf(0.975, 395) * errors
    np.testing.assert_allclose(seen.curve["upper"] - seen.curve["estimate"], reach, rtol=1e-6, atol=1e-5)


def test_a_bend_is_seen_and_a_line_is_a_line(units: pd.DataFrame) -> None:
    bent = nonlinearity("score ~ class_size + poverty", units, "class_size")
    assert bent.joint is not None
    assert bent.joint.df == 2
    assert bent.joint.p_value < 0.01
    line = units.assign(score=3 * units["class_size"] + np.random.default_rng(2).normal(0, 5, 400))
    straight = nonlinearity("score ~ class_size", line, "class_size", cluster="county")
    assert straight.joint is not None
    assert straight.joint.p_value > 0.05
    expected = 3 * (straight.curve["x"] - straight.reference)
    assert (np.abs(straight.curve["estimate"] - expected) < 4 * straight.curve["standard_error"] + 1e-9).all()
    assert "No bend" in straight.notes("en")[0]


def test_the_ends_are_honest(units: pd.DataFrame) -> None:
    seen = nonlinearity("score ~ class_size", units, "class_size", fewest=15)
    x = units["class_size"]
    assert (seen.curve["x"].min(), seen.curve["x"].max()) == (x.min(), x.max())
    reach = (x.max() - x.min()) / 20
    last = seen.curve.iloc[-1]
    assert last["nearby"] == (x >= x.max() - reach).sum()
    assert last["few"]
    assert not seen.curve["few"].all()
    for lang in LANGUAGES:
        assert "15" in " ".join(seen.notes(lang))
    at = nonlinearity("score ~ class_size", units, "class_size", at=[float(np.median(x))]).curve.iloc[0]
    assert (at["estimate"], at["standard_error"]) == (0, 0)


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("sensitivity_unknown_term", lambda d: sensitivity("score ~ spending", d, "poverty")),
        ("sensitivity_unknown_term", lambda d: sensitivity("score ~ spending", d, "spending", benchmarks=["poverty"])),
        ("sensitivity_r2", lambda d: adjusted(1, 1, 10, r2_lever=1.0, r2_outcome=0.5)),
        ("sensitivity_ratio", lambda d: e_value(-1)),
        ("sensitivity_ratio", lambda d: e_value(2, 3, 4)),
        ("heterogeneity_groups", lambda d: heterogeneity("score ~ spending", d, "spending", by="county", fewest=100)),
        ("model_unknown_column", lambda d: heterogeneity("score ~ spending", d, "spending", by="district")),
        ("sensitivity_unknown_term", lambda d: heterogeneity("score ~ spending", d, "poverty", by="region")),
        ("nonlinearity_knots", lambda d: nonlinearity("score ~ spending", d, "spending", knots=7)),
        ("nonlinearity_knots", lambda d: nonlinearity("score ~ spending", d, "spending", knots=[1, 0, 2])),
        ("nonlinearity_knots", lambda d: nonlinearity("score ~ I(spending > 0)", d, "I(spending > 0)")),
        ("nonlinearity_outside", lambda d: nonlinearity("score ~ class_size", d, "class_size", at=[500.0])),
        ("sensitivity_unknown_term", lambda d: nonlinearity("score ~ spending", d, "class_size")),
        ("model_unknown_column", lambda d: nonlinearity("score ~ spending", d, "spending", cluster="district")),
    ],
)
def test_bad_calls_get_a_sentence(units: pd.DataFrame, key: str, call: Any) -> None:
    with pytest.raises(RequestError) as caught:
        call(units)
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert caught.value.sentence(lang)
