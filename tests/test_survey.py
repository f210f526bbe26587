"""Samples with weights, plausible values and replicates, against R's survey and against arithmetic by hand."""

from __future__ import annotations

import ast
import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import qualityedu
from qualityedu.errors import IntakeError, RequestError
from qualityedu.intake import read_schools
from qualityedu.models import (
    Replicates,
    Survey,
    fit,
    jackknife_replicates,
    survey_mean,
    survey_quantile,
    survey_regression,
    survey_share,
)
from qualityedu.models.plausible import combine
from qualityedu.text import LANGUAGES

REFERENCE = Path(__file__).parent / "reference"
VALUES = {"score": tuple(f"pv{m}" for m in range(1, 6))}


def named(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number}" for number in range(1, count + 1))


DESIGNS = {
    "clusters": Survey("w", VALUES, strata="stratum", clusters="school"),
    "fpc": Survey("w", VALUES, strata="stratum", clusters="school", fpc="population"),
    "rows": Survey("w", VALUES),
    "brr": Survey("w", VALUES, Replicates("BRR", named("brr", 8))),
    "fay": Survey("w", VALUES, Replicates("Fay", named("fay", 8), fay=0.5)),
    "jk1": Survey("w", VALUES, Replicates("JK1", named("jk1_", 16))),
    "jkn": Survey("w", VALUES, Replicates("JKn", named("jkn", 16), scales=(0.5,) * 16)),
    "jk2": Survey("w", VALUES, Replicates("JK2", named("jkn", 16)[::2])),
}


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "survey_sample.csv")


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    """What R's survey prints; the script is survey.R beside it."""
    return pd.read_csv(REFERENCE / "survey_numbers.csv", dtype={"term": str}).set_index(["design", "figure"])


def agrees(ours: pd.DataFrame, theirs: pd.DataFrame, *, group: bool = False, with_df: bool = True) -> None:
    assert list(ours["group" if group else "term"]) == list(theirs["term"])
    np.testing.assert_allclose(ours["estimate"], theirs["estimate"], rtol=1e-9)
    np.testing.assert_allclose(ours["standard_error"], theirs["standard_error"], rtol=1e-8)
    if with_df:
        np.testing.assert_allclose(ours["df"], theirs["df"])


# --- against R ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESIGNS)
def test_figures_are_those_of_r(sample: pd.DataFrame, numbers: pd.DataFrame, name: str) -> None:
    survey = DESIGNS[name]
    agrees(survey_mean("y", sample, survey).table, numbers.loc[[(name, "mean")]])
    agrees(survey_share("y >= 520", sample, survey).table, numbers.loc[[(name, "share")]])
    by_sex = survey_mean("y", sample, survey, by="sex").table
    agrees(by_sex, numbers.loc[[(name, "mean_by_sex")]], group=True)
    quantiles = survey_quantile("y", sample, survey, at=(0.25, 0.5, 0.9)).table
    agrees(quantiles, numbers.loc[[(name, "quantile")]])
    regression = survey_regression("y ~ x + sex", sample, survey)
    agrees(regression.table, numbers.loc[[(name, "regression")]], with_df=False)
    assert regression.dropped.values.tolist() == [["missing", "x", int(sample["x"].isna().sum())]]


@pytest.mark.parametrize("name", ["fay", "jk2", "clusters"])
def test_plausible_values_are_those_of_r(sample: pd.DataFrame, numbers: pd.DataFrame, name: str) -> None:
    survey = DESIGNS[name]
    for sampling in ("every_value", "first_value"):
        ours = survey_mean("score", sample, replace(survey, sampling=sampling)).table  # type: ignore[arg-type]
        agrees(ours, numbers.loc[[(name, f"pv_{sampling}")]], with_df=False)
    regression = survey_regression("score ~ x", sample, survey).table
    agrees(regression, numbers.loc[[(name, "pv_regression")]], with_df=False)


def test_the_sample_is_what_its_script_makes(sample: pd.DataFrame) -> None:
    place = importlib.util.spec_from_file_location("make_survey_sample", REFERENCE / "make_survey_sample.py")
    assert place
    assert place.loader
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    pd.testing.assert_frame_equal(module.make(), sample, check_dtype=False, rtol=1e-12)


# --- by hand -----------------------------------------------------------------------------------------------------


def test_rubins_rules_by_hand() -> None:
    """M = 3 means 10, 12, 14 with variances 1, 2, 3: U 2, B 4, T 2 + 4/3 × 4 = 22/3 (PISA manual, chapter 8)."""
    estimates, variances = np.array([[10.0], [12.0], [14.0]]), np.array([[1.0], [2.0], [3.0]])
    both = combine(estimates, variances, df=80)
    assert both.estimate[0] == 12
    assert (both.sampling_variance[0], both.imputation_variance[0]) == (2, 4)
    assert both.standard_error[0] ** 2 == pytest.approx(22 / 3)
    share = (16 / 3) / (22 / 3)
    old, seen = 2 / share**2, 81 / 83 * 80 * (1 - share)
    assert both.df[0] == pytest.approx(1 / (1 / old + 1 / seen))
    first = combine(estimates, variances, df=80, sampling="first_value")
    assert first.standard_error[0] ** 2 == pytest.approx(1 + 16 / 3)


def test_values_that_agree_add_nothing() -> None:
    both = combine(np.full((5, 1), 3.0), np.full((5, 1), 0.25), df=80)
    assert (both.standard_error[0], both.imputation_variance[0]) == (0.5, 0)
    # λ is 0, and Barnard and Rubin's small-sample factor alone is left.
    assert both.df[0] == pytest.approx(81 / 83 * 80)


def test_fay_by_the_formula_of_the_manual(sample: pd.DataFrame) -> None:
    """1/(G(1−k)²) Σ(θ_g − θ)²; with 80 replicates and k = 0.5 the factor is 1/20 (PISA manual, chapter 4)."""
    np.testing.assert_allclose(Replicates("Fay", named("r", 80), fay=0.5).factors(), 1 / 20)
    full = np.average(sample["y"], weights=sample["w"])
    each = [np.average(sample["y"], weights=sample[f"fay{r}"]) for r in range(1, 9)]
    by_hand = sum((one - full) ** 2 for one in each) / (8 * 0.25)
    row = survey_mean("y", sample, DESIGNS["fay"]).table.iloc[0]
    assert row["sampling_variance"] == pytest.approx(by_hand, rel=1e-10)
    reach = stats.t.ppf(0.975, row["df"]) * np.sqrt(by_hand)
    assert (row["lower"], row["upper"]) == pytest.approx((full - reach, full + reach))
    assert row["imputation_variance"] == 0


def test_jackknife_weights_by_hand() -> None:
    pupils = pd.DataFrame({"w": [2.0, 3.0, 4.0, 5.0], "zone": [1, 1, 2, 2], "half": [0, 1, 1, 0]})
    one = jackknife_replicates(pupils, weights="w", zone="zone", half="half")
    assert one.to_numpy().T.tolist() == [[0, 6, 4, 5], [2, 3, 8, 0]]
    both = jackknife_replicates(pupils, weights="w", zone="zone", half="half", both_halves=True)
    assert both.to_numpy().T.tolist() == [[0, 6, 4, 5], [4, 0, 4, 5], [2, 3, 8, 0], [2, 3, 0, 10]]
    with pytest.raises(RequestError, match="half"):
        jackknife_replicates(pupils.assign(half=2), weights="w", zone="zone", half="half")


def test_zones_and_halves_give_the_replicates_of_the_sample(sample: pd.DataFrame, numbers: pd.DataFrame) -> None:
    """TIMSS prints zones and halves; both halves with factor ½ are what JKn with (n_h − 1)/n_h = ½ is."""
    made = jackknife_replicates(sample, weights="w", zone="stratum", half="half", both_halves=True)
    survey = Survey("w", replicates=Replicates("JK2", tuple(made.columns), both_halves=True))
    agrees(survey_mean("y", sample.join(made), survey).table, numbers.loc[[("jkn", "mean")]])


def test_a_mean_without_a_design_is_a_mean() -> None:
    """Without weights the linearised error is s/√n, the first thing in any textbook."""
    y = pd.DataFrame({"y": [1.0, 4.0, 4.0, 7.0, 9.0]})
    row = survey_mean("y", y, Survey()).table.iloc[0]
    assert row["estimate"] == 5
    assert row["standard_error"] == pytest.approx(y["y"].std(ddof=1) / np.sqrt(5))
    assert row["df"] == 4
    half = survey_mean("y", y.assign(of=10), Survey(fpc="of")).table.iloc[0]
    assert half["standard_error"] == pytest.approx(row["standard_error"] * np.sqrt(0.5))
    everybody = survey_mean("y", y.assign(of=5), Survey(fpc="of")).table.iloc[0]
    assert everybody["standard_error"] == 0


def test_regression_without_a_design_is_hc0(sample: pd.DataFrame) -> None:
    """One row a cluster: HC0 of `fit` times n/(n−1)."""
    ours = survey_regression("y ~ x", sample.dropna(), Survey()).table
    theirs = fit("y ~ x", sample.dropna(), errors="HC0").table
    rows = len(sample.dropna())
    np.testing.assert_allclose(ours["estimate"], theirs["estimate"], rtol=1e-10)
    np.testing.assert_allclose(ours["standard_error"], theirs["standard_error"] * np.sqrt(rows / (rows - 1)), rtol=1e-9)


def test_quantile_by_hand() -> None:
    """Weights 1, 1, 2: the cumulative shares are 0.25, 0.5, 1."""
    y = pd.DataFrame({"y": [30.0, 10.0, 20.0], "w": [2.0, 1.0, 1.0]})
    table = survey_quantile("y", y, Survey("w"), at=(0.25, 0.5, 0.51)).table
    assert table["estimate"].tolist() == [10, 20, 30]
    assert table["standard_error"].isna().all()  # three rows: the interval of the share leaves 0 to 1


def test_plausible_values_on_both_sides_go_in_step(sample: pd.DataFrame) -> None:
    twice = replace(DESIGNS["fay"], plausible={**VALUES, "other": VALUES["score"][::-1]})
    each = [
        survey_regression(f"pv{m} ~ pv{6 - m}", sample, DESIGNS["fay"]).table["estimate"].to_numpy()
        for m in range(1, 6)
    ]
    ours = survey_regression("score ~ other", sample, twice).table["estimate"]
    np.testing.assert_allclose(ours, np.mean(each, axis=0), rtol=1e-12)


def test_lonely_strata(sample: pd.DataFrame) -> None:
    """R's survey.lonely.psu "certainty" and "adjust"; by hand, one stratum of two loses one of its schools."""
    few = pd.DataFrame({"y": [1.0, 3.0, 8.0], "stratum": [1, 1, 2], "school": [1, 2, 3]})
    survey = Survey(strata="stratum", clusters="school")
    with pytest.raises(RequestError, match="stratum"):
        survey_mean("y", few, survey)
    # Scores are (y − 4)/3: −1, −1/3, 4/3, of which the first two deviate by 1/3 from their mean.
    none = survey_mean("y", few, replace(survey, lonely="none")).table.iloc[0]
    assert none["sampling_variance"] == pytest.approx(2 * 2 / 9)
    overall = survey_mean("y", few, replace(survey, lonely="overall")).table.iloc[0]
    assert overall["sampling_variance"] == pytest.approx(2 * 2 / 9 + 16 / 9)


def test_notes_say_how(sample: pd.DataFrame) -> None:
    seen = survey_quantile("score", sample.assign(w=sample["w"].where(sample.index > 2)), DESIGNS["jk2"])
    assert seen.rows == 93
    assert seen.dropped.values.tolist() == [["missing", "w", 3]]
    for lang in LANGUAGES:
        notes = " ".join(seen.notes(lang))
        assert "JK2" in notes
        assert "93" in notes
    assert "first" in " ".join(
        survey_mean("score", sample, replace(DESIGNS["fay"], sampling="first_value")).notes("en")
    )


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("survey_method", lambda d: Replicates("XYZ", ("a", "b"))),  # type: ignore[arg-type]
        ("survey_few_replicates", lambda d: Replicates("BRR", ("a",))),
        ("survey_fay", lambda d: Replicates("Fay", ("a", "b"))),
        ("survey_fay", lambda d: Replicates("Fay", ("a", "b"), fay=1)),
        ("survey_fay", lambda d: Replicates("BRR", ("a", "b"), fay=0.5)),
        ("survey_scales", lambda d: Replicates("JKn", ("a", "b"), scales=(1.0,))),
        ("survey_word", lambda d: Survey(sampling="last")),  # type: ignore[arg-type]
        ("survey_two_designs", lambda d: Survey("w", replicates=Replicates("BRR", ("a", "b")), strata="stratum")),
        ("survey_needs_weights", lambda d: Survey(replicates=Replicates("BRR", ("a", "b")))),
        ("survey_one_value", lambda d: Survey(plausible={"score": ("pv1",)})),
        ("survey_one_value", lambda d: Survey(plausible={"score": "pv1"})),  # type: ignore[dict-item]
        ("survey_uneven_values", lambda d: Survey(plausible={"a": ("1", "2"), "b": ("1", "2", "3")})),
        ("survey_name_taken", lambda d: survey_mean("y", d, Survey(plausible={"y": ("pv1", "pv2")}))),
        ("survey_fpc", lambda d: survey_mean("y", d.assign(n=1), Survey("w", strata="stratum", fpc="n"))),
        ("survey_quantile", lambda d: survey_quantile("y", d, DESIGNS["fay"], at=(50,))),
        ("survey_no_degrees", lambda d: survey_mean("y", d.head(1), Survey(lonely="none"))),
        ("survey_collinear", lambda d: survey_regression("y ~ x + I(2 * x)", d, DESIGNS["rows"])),
        (
            "survey_collinear_replicate",
            lambda d: survey_regression("y ~ I(school == 101)", d, Survey("w", replicates=DESIGNS["jk1"].replicates)),
        ),
        ("model_unknown_column", lambda d: survey_mean("y", d, Survey("weight"))),
        ("model_unknown_column", lambda d: survey_mean("y", d, DESIGNS["fay"], by="gender")),
        ("model_negative_weight", lambda d: survey_mean("y", d.assign(w=-1.0), DESIGNS["rows"])),
        ("model_formula_call", lambda d: survey_mean("open('x')", d, DESIGNS["rows"])),
        ("model_text_column", lambda d: survey_mean("sex", d, DESIGNS["rows"])),
        ("model_no_complete_rows", lambda d: survey_mean("y", d.assign(y=np.nan), DESIGNS["rows"])),
        ("model_no_rows", lambda d: survey_mean("y", d.head(0), DESIGNS["rows"])),
        ("model_too_few_rows", lambda d: survey_regression("y ~ x", d.head(2), DESIGNS["rows"])),
    ],
)
def test_bad_calls_get_a_sentence(sample: pd.DataFrame, key: str, call: Any) -> None:
    with pytest.raises(RequestError) as caught:
        call(sample)
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert caught.value.sentence(lang)


# --- rows of pupils have no way into a report --------------------------------------------------------------------

PACKAGE = Path(qualityedu.__file__).parent
ROUTE = {"survey", "survey_estimates", "survey_statistics", "survey_variance", "plausible"}
NAMES = {"Survey", "SurveyEstimate", "Replicates", "jackknife_replicates"} | {
    f"survey_{figure}" for figure in ("mean", "share", "quantile", "regression")
}


def _uses_of_the_route(source: str) -> list[str]:
    """Imports from `models` of a module or name of the route, and its names reached through `models` itself."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            parts = (node.module or "").split(".")
            if "models" in parts or parts in (["qualityedu"], [""]):
                found += [*(set(parts) & ROUTE), *(each.name for each in node.names if each.name in NAMES | ROUTE)]
        elif isinstance(node, ast.Import):
            found += [each.name for each in node.names if "models" in each.name and set(each.name.split(".")) & ROUTE]
        elif isinstance(node, ast.Attribute) and node.attr in NAMES and ast.unparse(node.value).endswith("models"):
            found.append(node.attr)
    return found


@pytest.mark.parametrize("room", ["findings", "release", "report", "tables", "figures", "render", "cli", "intake"])
def test_no_room_of_the_report_knows_the_route(room: str) -> None:
    folder = PACKAGE / room
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]
    assert files
    assert {file.name: used for file in files if (used := _uses_of_the_route(file.read_text(encoding="utf-8")))} == {}


def test_a_use_of_the_route_is_noticed() -> None:
    for source in (
        "from qualityedu.models import Survey",
        "from qualityedu.models.survey import x",
        "import qualityedu.models.plausible",
        "from qualityedu import models\nmodels.survey_mean('y', d, s)",
        "from ..models import survey_mean",
        "from .models.survey import Survey",
    ):
        assert _uses_of_the_route(source)
    assert not _uses_of_the_route(
        "from qualityedu.models import fit\nfrom qualityedu.findings.recognition import Survey"
    )


def test_a_table_of_pupils_is_refused_as_a_table_of_units(sample: pd.DataFrame) -> None:
    bare = sample.rename(columns={"school": "学校代码"})
    with pytest.raises(IntakeError):
        read_schools(bare, region="330106", year=2022)
    several = sample.assign(region="330106", stage="primary", year=2022, pupils=1)
    with pytest.raises(IntakeError) as caught:
        read_schools(several)
    assert {"duplicate_unit"} & {problem.key for problem in caught.value.problems}
    with pytest.raises(IntakeError):
        read_schools(several.assign(school=range(96), 学籍号="G3301"))


def test_fit_with_a_design_is_the_same_regression(sample: pd.DataFrame) -> None:
    table = sample.assign(y=sample["y"].mask(sample.index == 3))
    design = Survey(weights="w", strata="stratum", clusters="school")
    fitted, estimate = fit("y ~ x", table, design=design), survey_regression("y ~ x", table, design)
    columns = ["term", "estimate", "standard_error", "lower", "upper", "p_value"]
    pd.testing.assert_frame_equal(fitted.table, estimate.table[columns])
    assert fitted.rows + int(fitted.dropped["rows"].sum()) == len(table) == len(fitted.used)
    assert not fitted.used[3]
    assert int(fitted.used.sum()) == fitted.rows == estimate.rows
    assert all(fitted.notes(lang) for lang in LANGUAGES)
