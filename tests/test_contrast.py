"""The contrast of two orientations: against separate regressions, against a system of equations, by simulation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from linearmodels.system import SUR
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests

from conftest import ROOT
from qualityedu.errors import RequestError
from qualityedu.findings import school_values
from qualityedu.intake import read_schools
from qualityedu.models import SPECS, Contrast, Spec, contrast, fit
from qualityedu.models.stepdown import _signs, _t_values, holm, romano_wolf
from qualityedu.text import LANGUAGES

CASES = Path(os.environ.get("QUALITYEDU_CASES", ROOT.parent / "shared" / "cases"))
LEVERS = ["spending", "class_size"]
QUALITY, EXAM = (f"{outcome} ~ spending + class_size + poverty" for outcome in ("creative", "score"))


def made(seed: int, *, apart: float = 0.0, rows: int = 300, regions: int = 30) -> pd.DataFrame:
    """Units in regions; `apart` is by how much more the quality outcome goes with spending, in units of noise."""
    random = np.random.default_rng(seed)
    region = random.integers(0, regions, rows)
    spending, size = random.normal(0, 1, rows), random.normal(40, 6, rows)
    poverty = random.normal(0, 1, rows)
    shared = random.normal(0, 0.5, regions)[region] + random.normal(0, 0.7, rows)
    own = random.normal(0, 0.7, (2, rows))
    creative = 50 + 10 * (0.3 * spending + apart * spending - 0.02 * size - 0.3 * poverty + shared + own[0])
    score = 500 + 80 * (0.3 * spending - 0.02 * size - 0.4 * poverty + shared + own[1])
    return pd.DataFrame(
        {
            "region": [f"{each:03d}" for each in region],
            "year": np.where(np.arange(rows) % 2, 2022, 2023),
            "spending": spending,
            "class_size": size,
            "poverty": poverty,
            "creative": creative,
            "score": score,
        }
    )


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return made(7)


@pytest.fixture(scope="module")
def seen(units: pd.DataFrame) -> Contrast:
    return contrast(QUALITY, EXAM, units, cluster="region", levers=LEVERS)


# --- coefficients ------------------------------------------------------------------------------------------------


def test_coefficients_are_those_of_two_regressions(units: pd.DataFrame, seen: Contrast) -> None:
    for formula, side in ((QUALITY, "quality"), (EXAM, "exam")):
        separate = fit(formula, units, cluster="region").table.set_index("term").loc[LEVERS]
        sd = units[formula.split(" ~")[0]].std(ddof=1)
        np.testing.assert_allclose(seen.table[side], separate["estimate"] / sd, rtol=1e-8)
        np.testing.assert_allclose(seen.table[f"{side}_error"], separate["standard_error"] / sd, rtol=1e-8)
    np.testing.assert_allclose(seen.table["difference"], seen.table["quality"] - seen.table["exam"], rtol=1e-7)
    assert (seen.rows, seen.clusters) == (300, 30)


def test_coefficients_are_those_of_a_system_of_equations(units: pd.DataFrame, seen: Contrast) -> None:
    """With equal regressors, seemingly unrelated regressions are equation by equation OLS (Zellner 1962)."""
    x = units[[*LEVERS, "poverty"]].assign(one=1.0)
    z = {name: (units[name] - units[name].mean()) / units[name].std(ddof=1) for name in ("creative", "score")}
    system = SUR({name: {"dependent": y, "exog": x} for name, y in z.items()}).fit()
    for name, side in (("creative", "quality"), ("score", "exam")):
        theirs = [system.params[f"{name}_{lever}"] for lever in LEVERS]
        np.testing.assert_allclose(seen.table[side], theirs, rtol=1e-8)


def test_the_error_of_a_difference_by_hand(units: pd.DataFrame, seen: Contrast) -> None:
    """With equal regressors, quality less exam is one regression of the difference of the outcomes."""
    z = {name: (units[name] - units[name].mean()) / units[name].std(ddof=1) for name in ("creative", "score")}
    table = units.assign(apart=z["creative"] - z["score"])
    one = fit("apart ~ spending + class_size + poverty", table, cluster="region").table.set_index("term").loc[LEVERS]
    np.testing.assert_allclose(seen.table["difference"], one["estimate"], rtol=1e-7)
    # The small-sample factor is (n−1)/(n−k) for 600 rows and 8 terms instead of 300 and 4.
    factor = np.sqrt((599 / 592) / (299 / 296))
    np.testing.assert_allclose(seen.table["standard_error"], one["standard_error"] * factor, rtol=1e-7)


def test_the_reference_is_the_one_named(units: pd.DataFrame) -> None:
    holed = units.assign(class_size=units["class_size"].where(units.index > 9))
    seen = contrast(QUALITY, EXAM, holed, cluster="region", reference={"year": 2022})
    then = units[units["year"] == 2022]
    assert seen.rows == 290
    assert seen.reference["rows"].tolist() == [150, 150]  # every row of that year, complete or not
    np.testing.assert_allclose(seen.reference["mean"], [then["creative"].mean(), then["score"].mean()])
    np.testing.assert_allclose(seen.reference["sd"], [then["creative"].std(ddof=1), then["score"].std(ddof=1)])
    bare = fit(QUALITY, holed, cluster="region").table.set_index("term").loc["spending", "estimate"]
    assert seen.table["quality"].iloc[0] == pytest.approx(bare / then["creative"].std(ddof=1))


def test_without_a_cluster_a_unit_is_its_own(units: pd.DataFrame) -> None:
    seen = contrast(QUALITY, EXAM, units, levers=LEVERS)
    assert seen.clusters is None
    z = {name: (units[name] - units[name].mean()) / units[name].std(ddof=1) for name in ("creative", "score")}
    one = fit("apart ~ spending + class_size + poverty", units.assign(apart=z["creative"] - z["score"]), errors="HC1")
    theirs = one.table.set_index("term").loc[LEVERS, "standard_error"]
    factor = np.sqrt(300 / 299 * (599 / 592) / (300 / 296))
    np.testing.assert_allclose(seen.table["standard_error"], theirs * factor, rtol=1e-7)


def test_two_ways_of_clustering(units: pd.DataFrame) -> None:
    """What `fit` makes of both for the difference of the outcomes.

    Not to the last digit: where a region and a wave share one row, the stacked table has two.
    """
    table = units.assign(wave=np.arange(300) % 25)
    seen = contrast(QUALITY, EXAM, table, levers=LEVERS, cluster=("region", "wave"))
    z = {name: (units[name] - units[name].mean()) / units[name].std(ddof=1) for name in ("creative", "score")}
    one = fit(
        "apart ~ spending + class_size + poverty",
        table.assign(apart=z["creative"] - z["score"]),
        cluster=("region", "wave"),
    )
    theirs = one.table.set_index("term").loc[LEVERS, "standard_error"]
    np.testing.assert_allclose(seen.table["standard_error"], theirs * np.sqrt((599 / 592) / (299 / 296)), rtol=1e-3)


def test_outcomes_that_are_one_in_other_units_do_not_differ(units: pd.DataFrame) -> None:
    table = units.assign(creative=units["score"] * 0.1 - 3 + np.random.default_rng(0).normal(0, 1e-6, 300))
    seen = contrast(QUALITY, EXAM, table, cluster="region", levers=LEVERS)
    np.testing.assert_allclose(seen.table["difference"], 0, atol=1e-6)


# --- tests, intervals, power -------------------------------------------------------------------------------------


def test_a_known_difference_is_found_and_its_interval_holds_it() -> None:
    """By simulation: over 24 tables the mean is the true difference and the 95 % interval mostly holds it.

    Quality noise has sd 10 and exam noise 80; both divisors are worked out from the same tables, so that the true
    difference in standard deviations is (0.3 + 0.2)·10/sd − 0.3·80/sd.
    """
    held, errors = [], []
    for seed in range(24):
        table = made(seed, apart=0.2)
        row = contrast(QUALITY, EXAM, table, cluster="region", levers=["spending"]).table.iloc[0]
        sd = table[["creative", "score"]].std(ddof=1)
        true = 0.5 * 10 / sd["creative"] - 0.3 * 80 / sd["score"]
        held.append(row["lower"] <= true <= row["upper"])
        errors.append((row["difference"] - true) / row["standard_error"])
    assert np.mean(held) >= 0.85
    assert abs(np.mean(errors)) < 0.6
    assert 0.75 < np.std(errors) < 1.35


def test_the_joint_test_of_one_lever_is_t_squared(units: pd.DataFrame) -> None:
    seen = contrast(QUALITY, EXAM, units, cluster="region", levers=["spending"])
    row = seen.table.iloc[0]
    assert seen.joint is not None
    assert seen.joint.f == pytest.approx((row["difference"] / row["standard_error"]) ** 2, rel=1e-8)
    assert seen.joint.terms == ("spending",)
    assert row["p_holm"] == row["p_value"]


def test_what_could_have_been_found(seen: Contrast) -> None:
    """(t₀.₉₇₅ + t₀.₈₀) errors; at that true value 80 % of t pass the critical one (checked by noncentral t)."""
    t = stats.t.ppf(0.975, 29) + stats.t.ppf(0.8, 29)
    np.testing.assert_allclose(seen.table["detectable"], t * seen.table["standard_error"])
    assert stats.nct.sf(stats.t.ppf(0.975, 29), 29, t) == pytest.approx(0.8, abs=0.01)


def test_holm_is_that_of_statsmodels() -> None:
    p_values = np.array([0.01, 0.04, 0.03, 0.005, 0.9])
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1])
    assert np.isnan(holm(np.array([0.01, np.nan]))[1])
    assert holm(np.array([0.01, np.nan]))[0] == 0.01


def test_bootstrap_t_values_are_those_of_refitting(units: pd.DataFrame) -> None:
    """Each draw against a plain refit by statsmodels with clustered errors."""
    x = np.column_stack([np.ones(300), units[["spending", "class_size"]]])
    y, groups = units["score"].to_numpy(), pd.factorize(units["region"])[0]
    signs = _signs(np.random.default_rng(3), 30, 5)
    seen, drawn = _t_values(x, y, groups, [1, 2], signs)
    kind: dict[str, Any] = {
        "cov_type": "cluster",
        "cov_kwds": {"groups": groups, "use_correction": False, "df_correction": False},
    }
    whole = OLS(y, x).fit(**kind)
    np.testing.assert_allclose(seen, whole.tvalues[1:], rtol=1e-8)
    for draw in range(5):
        again = OLS(whole.fittedvalues + whole.resid * signs[groups, draw], x).fit(**kind)
        np.testing.assert_allclose(drawn[:, draw], ((again.params - whole.params) / again.bse)[1:], rtol=1e-7)


def test_romano_and_wolf_step_down(units: pd.DataFrame) -> None:
    """By hand from the same draws; never below the single p-value, and rising as |t| falls."""
    x = np.column_stack([np.ones(300), units[["spending", "class_size", "poverty"]]])
    y, groups = units["score"].to_numpy(), pd.factorize(units["region"])[0]
    seen, drawn = _t_values(x, y, groups, [1, 2, 3], _signs(np.random.default_rng(5), 30, 199))
    ours = romano_wolf(x, y, groups, [1, 2, 3], np.random.default_rng(5), draws=199)
    left, before, by_hand = [0, 1, 2], 0.0, {}
    for place in sorted(left, key=lambda one: -abs(seen[one])):
        reached = sum(max(abs(drawn[one, draw]) for one in left) >= abs(seen[place]) for draw in range(199))
        before = by_hand[place] = max(before, (1 + reached) / 200)
        left.remove(place)
    np.testing.assert_allclose(ours, [by_hand[place] for place in range(3)])


def test_a_generator_gives_the_same_again(units: pd.DataFrame) -> None:
    once, again = (
        contrast(QUALITY, EXAM, units, cluster="region", generator=np.random.default_rng(11), draws=199).table
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(once, again)
    assert ((once["p_romano_wolf"] > 0) & (once["p_romano_wolf"] <= 1)).all()


def test_a_null_is_printed_with_what_could_have_been_found(seen: Contrast) -> None:
    for lang in LANGUAGES:
        notes = " ".join(seen.notes(lang, label=str.upper))
        assert "SPENDING" in notes
        assert "300" in notes
    assert "four times in five" in " ".join(seen.notes("en"))
    apart = contrast(QUALITY, EXAM, made(1, apart=1.0), cluster="region", levers=["spending"])
    assert "four times in five" not in " ".join(apart.notes("en"))


# --- specs and refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "quality", "exam", "options"),
    [
        ("contrast_one_outcome", QUALITY, "creative ~ spending", {}),
        ("contrast_no_lever", QUALITY, "score ~ I(spending ** 2)", {}),
        ("contrast_unknown_lever", QUALITY, EXAM, {"levers": ["salary"]}),
        ("contrast_reference", QUALITY, EXAM, {"reference": {"year": 1999}}),
        ("contrast_stages", Spec("a", "creative", ("spending",), stage="junior"), EXAM, {}),
        ("contrast_no_common_rows", QUALITY.replace("creative", "early"), EXAM.replace("score", "late"), {}),
        ("model_unknown_column", QUALITY, EXAM, {"reference": {"wave": 1}}),
        ("model_unknown_column", QUALITY, EXAM, {"cluster": "county"}),
        ("model_unknown_column", QUALITY, "score ~ spendin", {}),
        ("model_formula_call", QUALITY, "score ~ open('x')", {}),
    ],
)
def test_bad_calls_get_a_sentence(
    units: pd.DataFrame, key: str, quality: Any, exam: Any, options: dict[str, Any]
) -> None:
    halves = units.assign(
        stage="junior",
        early=units["creative"].where(units.index < 150),
        late=units["score"].where(units.index >= 150),
    )
    with pytest.raises(RequestError) as caught:
        contrast(quality, exam, halves, **options)
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert caught.value.sentence(lang)


# --- on real data ------------------------------------------------------------------------------------------------


def case(name: str) -> pd.DataFrame:
    path = CASES / name / "data.csv"
    if not path.is_file():
        pytest.skip(f"there is no {path}; name the folder of cases in QUALITYEDU_CASES")
    return pd.read_csv(path)


def by_hand_in_one_regression(table: pd.DataFrame, seen: Contrast, formula: str, cluster: str) -> None:
    """With equal regressors and units, the differences are one regression of the difference of the outcomes."""
    quality, exam = (
        (table[row.outcome] - row.mean) / row.sd
        for row in seen.reference.itertuples()  # type: ignore[operator]
    )
    one = fit(f"apart ~ {formula}", table.assign(apart=quality - exam), cluster=cluster).table.set_index("term")
    np.testing.assert_allclose(seen.table["difference"], one.loc[seen.table["lever"], "estimate"], rtol=1e-6)


def test_michigan_mathematics_against_graduation() -> None:
    """Graduation rates of nought or above 100 are dirt and left out in so many words; 550 districts, 57 regions."""
    table = case("mi_districts")
    clean = table[table["grad"].gt(0) & table["grad"].le(100)]
    assert len(table) - len(clean) >= 126  # the README counts 126 above 100
    right = "log(rexpp) + lunch + log(enrol) + C(year)"
    seen = contrast(
        f"grad ~ {right}", f"math4 ~ {right}", clean, cluster="intid", levers=["log(rexpp)", "lunch"],
        reference={"year": 1994}, generator=np.random.default_rng(1), draws=199,
    )  # fmt: skip
    by_hand_in_one_regression(clean, seen, right, "intid")
    assert seen.clusters == 57
    assert seen.rows == len(clean)
    spending = seen.table.iloc[0]
    # Spending goes with mathematics by more than with graduation, which nobody would call an effect.
    assert spending["exam"] > spending["quality"]
    assert spending["upper"] < 0
    assert spending["p_holm"] < 0.05


def test_world_completion_against_pisa() -> None:
    table = case("world_edstats")
    right = "log(spend_secondary_ppp) + ptr_secondary + log(gdp_pc_ppp)"
    seen = contrast(
        f"completion_primary_pct ~ {right}", f"pisa_math ~ {right}", table, cluster="iso3",
        levers=["log(spend_secondary_ppp)", "ptr_secondary"],
    )  # fmt: skip
    assert seen.rows < 100 < len(table)
    assert seen.clusters is not None
    assert seen.clusters >= 30
    by_hand_in_one_regression(table, seen, right, "iso3")
    assert (seen.table["detectable"] > 0).all()


def test_world_creative_thinking_against_mathematics() -> None:
    values = school_values(read_schools("world", year=2022))
    exam = SPECS["inputs_and_mathematics"]
    seen = contrast(SPECS["inputs_and_creative_thinking"], exam, values)
    assert list(seen.table["lever"]) == list(exam.inputs)
    assert 0 < seen.rows <= len(values)
    assert seen.reference["outcome"].tolist() == ["creative_thinking", "pisa_mathematics"]
    both = values.dropna(subset=["creative_thinking"])
    by_hand_in_one_regression(both, seen, " + ".join((*exam.inputs, *exam.controls)), "region")


def test_world_life_satisfaction_against_mathematics() -> None:
    """Asked in 2015, for which the table has no wealth to hold fixed."""
    values = school_values(read_schools("world", year=2015))
    quality = SPECS["spending_and_life_satisfaction"]
    exam = Spec("exam", "pisa_mathematics", quality.inputs)
    seen = contrast(quality, exam, values)
    assert seen.rows >= 20
    assert list(seen.table["lever"]) == list(quality.inputs)
    both = values.dropna(subset=["life_satisfaction"])
    by_hand_in_one_regression(both, seen, quality.inputs[0], "region")


def test_demo_fitness_against_pass_rate() -> None:
    values = school_values(read_schools("demo", year=2023))
    quality, exam = SPECS["inputs_and_fitness"], SPECS["inputs_and_pass_rate"]
    seen = contrast(quality, exam, values, generator=np.random.default_rng(2), draws=199)
    assert list(seen.table["lever"]) == list(exam.inputs)
    assert seen.clusters == 8
    junior = values[values["stage"] == "junior"]
    by_hand_in_one_regression(junior, seen, " + ".join(exam.inputs), "region")
