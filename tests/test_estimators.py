"""Every estimator against a second program: statsmodels, linearmodels, pyfixest, or the sums written out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS, IVLIML
from linearmodels.panel import FirstDifferenceOLS, PanelOLS, PooledOLS, RandomEffects
from printed_cases import FOLDER
from scipy.optimize import linprog
from statsmodels.discrete.discrete_model import Logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import Probit
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import OLS, WLS
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.regression.quantile_regression import QuantReg

from qualityedu.errors import RequestError
from qualityedu.models import Fit, Survey, fit, joint_test
from qualityedu.models.absorb import absorb, absorbed_degrees
from qualityedu.text import LANGUAGES


def panel_table(units: int = 60, times: int = 7, seed: int = 3, holes: float = 0.1) -> pd.DataFrame:
    """Districts in regions over years, a tenth of the rows missing; x goes with the district, z moves e."""
    random = np.random.default_rng(seed)
    unit, year = np.repeat(np.arange(units), times), np.tile(np.arange(2000, 2000 + times), units)
    own = random.normal(0, 2, units)[unit]
    z = random.normal(size=len(unit))
    hidden = random.normal(size=len(unit))
    x = random.normal(size=len(unit)) + 0.5 * own
    e = 0.8 * z + hidden + random.normal(size=len(unit))
    y = 1 + 2 * x + 0.7 * e + own + hidden + 0.2 * (year - 2000) + random.normal(size=len(unit)) * (1 + 0.3 * np.abs(x))
    table = pd.DataFrame({"unit": unit, "year": year, "region": unit % 25, "y": y, "x": x, "e": e, "z": z})
    table["z2"] = z**2 + random.normal(size=len(unit))
    table["w"] = random.uniform(0.5, 3, len(unit))
    return table[random.random(len(unit)) >= holes].reset_index(drop=True)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return panel_table()


@pytest.fixture(scope="module")
def indexed(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.assign(const=1.0).set_index(["unit", "year"])


@pytest.fixture(scope="module")
def pupils() -> pd.DataFrame:
    """1,200 pupils in 60 schools of 12 districts, of unlike size."""
    random = np.random.default_rng(11)
    school = np.sort(random.integers(0, 60, 1200))
    district = school % 12
    ses = random.normal(size=1200) + random.normal(size=60)[school] * 0.5
    y = 50 + 2 * ses + random.normal(0, 3, 12)[district] + random.normal(0, 2, 60)[school] + random.normal(0, 6, 1200)
    y += random.normal(0, 1, 60)[school] * ses
    rater = random.integers(0, 9, 1200)
    return pd.DataFrame(
        {"school": school, "district": district, "rater": rater, "ses": ses, "y": y + random.normal(0, 2, 9)[rater]}
    )


def refusal(*arguments: Any, **options: Any) -> str:
    """The key of the refusal that a call meets, worded in both languages."""
    with pytest.raises(RequestError) as caught:
        fit(*arguments, **options)
    assert all(caught.value.sentence(lang) for lang in LANGUAGES)
    return caught.value.key


def notes(fitted: Fit) -> list[str]:
    """The keys of its remarks, all of which can be worded."""
    assert all(fitted.notes(lang) for lang in LANGUAGES)
    return [remark.key for remark in fitted.warnings]


def agree(ours: Fit, estimates: Any, errors: Any, relative: float = 1e-8) -> None:
    np.testing.assert_allclose(ours.table["estimate"], np.asarray(estimates), rtol=relative)
    np.testing.assert_allclose(ours.table["standard_error"], np.asarray(errors), rtol=relative)


# --- panels ------------------------------------------------------------------------------------------------------

LINEARMODELS = [
    ("classical", None, {"cov_type": "unadjusted"}),
    ("HC1", None, {"cov_type": "robust"}),
    ("cluster", "unit", {"cov_type": "clustered", "cluster_entity": True}),
    ("cluster", ("unit", "year"), {"cov_type": "clustered", "cluster_entity": True, "cluster_time": True}),
    ("driscoll_kraay", "year", {"cov_type": "kernel"}),
]


@pytest.mark.parametrize(("errors", "cluster", "theirs"), LINEARMODELS)
@pytest.mark.parametrize("effects", [("unit",), ("unit", "year")])
def test_within_is_that_of_linearmodels(
    panel: pd.DataFrame, indexed: pd.DataFrame, effects: tuple[str, ...], errors: str, cluster: Any, theirs: Any
) -> None:
    ours = fit("y ~ x + e", panel, estimator="panel", effects=effects, errors=errors, cluster=cluster)
    model = PanelOLS(indexed["y"], indexed[["x", "e"]], entity_effects=True, time_effects=len(effects) == 2)
    library = model.fit(**theirs)
    agree(ours, library.params, library.std_errors)
    assert ours.statistics["r2"] == pytest.approx(library.rsquared, rel=1e-9)
    assert ours.statistics["r2_within"] == pytest.approx(library.rsquared_within, rel=1e-9)
    assert ours.statistics["r2_with_effects"] == pytest.approx(library.rsquared_inclusive, rel=1e-9)


@pytest.mark.parametrize("effects", [("unit",), ("unit", "year"), ("unit", "year", "band")])
@pytest.mark.parametrize("errors", ["classical", "HC1", "cluster"])
def test_within_is_that_of_pyfixest(panel: pd.DataFrame, effects: tuple[str, ...], errors: str) -> None:
    """pyfixest's clustered factor is `small_sample="clusters"`; it counts three sets and more as we do."""
    pyfixest = pytest.importorskip("pyfixest")
    table = panel.assign(band=(panel["z"] * 2).round())
    kind = {"classical": "iid", "HC1": "HC1", "cluster": {"CRV1": "unit"}}[errors]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = pyfixest.feols(
            f"y ~ x + e | {' + '.join(effects)}",
            table,
            vcov=kind,
            fixef_rm="none",
            demeaner=pyfixest.demeaners.MapDemeaner(fixef_tol=1e-12),
        )
    ours = fit(
        "y ~ x + e",
        table,
        estimator="panel",
        effects=effects,
        errors=errors,
        cluster="unit" if errors == "cluster" else None,
        small_sample="clusters",
    )
    agree(ours, library.coef(), library.se(), 1e-7)


def test_two_ways_of_absorbing_agree(panel: pd.DataFrame) -> None:
    """pyfixest and linearmodels, with weights and without, against least squares with a column for each level."""
    columns = panel[["y", "x", "e"]].to_numpy()
    sets = tuple(pd.factorize(panel[name])[0] for name in ("unit", "year"))
    dummies = np.column_stack([pd.get_dummies(codes, dtype=float) for codes in sets])
    pytest.importorskip("pyfixest")
    for weights in (None, panel["w"].to_numpy()):
        root = np.ones(len(panel)) if weights is None else np.sqrt(weights)
        inside = dummies * root[:, None]
        by_hand = columns - dummies @ np.linalg.lstsq(inside, columns * root[:, None], rcond=None)[0]
        np.testing.assert_allclose(absorb(columns, sets, weights, fast=True), by_hand, atol=1e-8)
        np.testing.assert_allclose(absorb(columns, sets, weights, fast=False), by_hand, atol=1e-8)
    assert absorbed_degrees(sets) == np.linalg.matrix_rank(dummies)


def test_dummies_count_every_level(panel: pd.DataFrame) -> None:
    """The other convention: least squares with a column for each district, clustered, as statsmodels has it."""
    ours = fit("y ~ x", panel, estimator="panel", effects="unit", cluster="unit", small_sample="dummies")
    design = np.column_stack([panel["x"], pd.get_dummies(panel["unit"], dtype=float)])
    library = OLS(panel["y"], design).fit(cov_type="cluster", cov_kwds={"groups": panel["unit"].to_numpy()})
    agree(ours, library.params[:1], library.bse[:1])
    assert ours.errors_said.key == "errors_cluster_dummies"
    default = fit("y ~ x", panel, estimator="panel", effects="unit", cluster="unit")
    assert default.errors_said.key == "errors_cluster_rows"
    assert default.table["standard_error"][0] < ours.table["standard_error"][0]
    assert notes(default) == []


@pytest.mark.parametrize("errors", ["HC2", "HC3"])
def test_leverage_counts_absorbed_effects(panel: pd.DataFrame, errors: str) -> None:
    ours = fit("y ~ x + e", panel, estimator="panel", effects="unit", errors=errors)
    design = np.column_stack([panel[["x", "e"]], pd.get_dummies(panel["unit"], dtype=float)])
    library = OLS(panel["y"], design).fit(cov_type=errors)
    agree(ours, library.params[:2], library.bse[:2])
    both = {"estimator": "panel", "effects": ("unit", "year"), "errors": errors}
    assert refusal("y ~ x", panel, **both) == "model_errors_not_offered"


def test_weights_within(panel: pd.DataFrame, indexed: pd.DataFrame) -> None:
    ours = fit("y ~ x + e", panel, estimator="panel", effects=("unit", "year"), weights="w", errors="classical")
    model = PanelOLS(indexed["y"], indexed[["x", "e"]], entity_effects=True, time_effects=True, weights=indexed["w"])
    library = model.fit()
    agree(ours, library.params, library.std_errors)


def test_first_differences(panel: pd.DataFrame) -> None:
    """linearmodels differences rows that follow one another, so that it gets a table without gaps."""
    full = panel_table(holes=0)
    ours = fit("y ~ 0 + x + e", full, estimator="first_differences", effects=("unit", "year"), errors="classical")
    indexed = full.set_index(["unit", "year"])
    library = FirstDifferenceOLS(indexed["y"], indexed[["x", "e"]]).fit()
    agree(ours, library.params, library.std_errors)
    assert ours.dropped.values.tolist() == [["none_before", "year", 60]]
    gaps = fit("y ~ x", panel, estimator="panel", method="first_differences", effects=("unit", "year"))
    keys = set(zip(panel["unit"], panel["year"] + 1, strict=True))
    follow = [key in keys for key in zip(panel["unit"], panel["year"], strict=True)]
    assert gaps.used.tolist() == follow
    assert gaps.rows + gaps.dropped["rows"].sum() == len(panel)
    twice = pd.concat([panel, panel.iloc[:1]])
    assert refusal("y ~ x", twice, estimator="first_differences", effects=("unit", "year")) == "model_repeated_time"
    assert refusal("y ~ x", panel, estimator="first_differences", effects="unit") == "model_needs_time"


@pytest.mark.parametrize(("errors", "cluster", "theirs"), [LINEARMODELS[0], LINEARMODELS[1], LINEARMODELS[2]])
def test_random_effects(panel: pd.DataFrame, indexed: pd.DataFrame, errors: str, cluster: Any, theirs: Any) -> None:
    ours = fit("y ~ x + e", panel, estimator="random_effects", effects="unit", errors=errors, cluster=cluster)
    library = RandomEffects(indexed["y"], indexed[["const", "x", "e"]]).fit(**theirs)
    agree(ours, library.params, library.std_errors)
    parts = library.variance_decomposition
    assert ours.statistics["variance_effects"] == pytest.approx(parts["Effects"], rel=1e-8)
    assert ours.statistics["variance_residual"] == pytest.approx(parts["Residual"], rel=1e-8)


def test_pooled_factor_of_linearmodels(panel: pd.DataFrame, indexed: pd.DataFrame) -> None:
    ours = fit("y ~ x", panel, cluster="unit", small_sample="rows")
    library = PooledOLS(indexed["y"], indexed[["const", "x"]]).fit(cov_type="clustered", cluster_entity=True)
    agree(ours, library.params, library.std_errors)


def test_singletons_and_what_effects_leave_nothing_of(panel: pd.DataFrame) -> None:
    lone = pd.concat([panel, panel.iloc[:2].assign(unit=[900, 901])])
    fitted = fit("y ~ x", lone, estimator="panel", effects="unit", cluster="unit")
    assert notes(fitted) == ["singletons"]
    assert fitted.warnings[0].values == {"rows": 2}
    without = fit("y ~ x", panel, estimator="panel", effects="unit", cluster="unit")
    assert fitted.table["estimate"][0] == pytest.approx(without.table["estimate"][0], rel=1e-12)
    asked = {"estimator": "panel", "effects": "unit"}
    assert refusal("y ~ x + region", panel, **asked) == "model_term_absorbed"
    assert refusal("region ~ x", panel, **asked) == "model_outcome_absorbed"
    assert refusal("y ~ x + twice", panel.assign(twice=2 * panel["x"] + panel["unit"]), **asked) == "model_collinear"
    assert refusal("y ~ x", panel, estimator="panel") == "model_needs_unit"
    assert refusal("y ~ x", panel, effects="unit") == "model_columns_unused"
    assert refusal("y ~ x", panel.drop_duplicates("unit"), **asked) in ("model_too_few_rows", "model_outcome_absorbed")
    assert refusal("y ~ x", panel, small_sample="half", cluster="unit") == "model_unknown_small_sample"


# --- errors ------------------------------------------------------------------------------------------------------


def test_clustered_two_ways_is_that_of_statsmodels(panel: pd.DataFrame) -> None:
    ours = fit("y ~ x + e", panel, errors="cluster", cluster=("unit", "region"))
    design = np.column_stack([np.ones(len(panel)), panel[["x", "e"]]])
    groups = panel[["unit", "region"]].to_numpy()
    library = OLS(panel["y"], design).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    agree(ours, library.params, library.bse)
    assert ours.clusters == 25
    assert refusal("y ~ x", panel, errors="moulton", cluster=("unit", "region")) == "model_too_many_clusters"


def test_moulton_by_hand(panel: pd.DataFrame) -> None:
    """s²(X'X)⁻¹X'RX(X'X)⁻¹ with R written out: 1 on the diagonal, ρ within a cluster."""
    ours = fit("y ~ x", panel, errors="moulton", cluster="region")
    x = np.column_stack([np.ones(len(panel)), panel["x"]])
    bread = np.linalg.inv(x.T @ x)
    u = panel["y"].to_numpy() - x @ bread @ x.T @ panel["y"].to_numpy()
    sizes = panel.groupby("region").size().to_numpy()
    n, groups = len(panel), len(sizes)
    means = pd.Series(u).groupby(panel["region"]).mean()
    between = (sizes * means**2).sum() / (groups - 1)
    within = ((u - means[panel["region"]].to_numpy()) ** 2).sum() / (n - groups)
    usual = (n - (sizes**2).sum() / n) / (groups - 1)
    alike = (between - within) / (between + (usual - 1) * within)
    r = np.where(panel["region"].to_numpy()[:, None] == panel["region"].to_numpy(), alike, 0.0)
    np.fill_diagonal(r, 1.0)
    covariance = (u @ u / (n - 2)) * bread @ x.T @ r @ x @ bread
    np.testing.assert_allclose(ours.table["standard_error"], np.sqrt(np.diag(covariance)), rtol=1e-9)
    assert ours.errors_said.values["alike"] == round(alike, 3)


def test_driscoll_kraay_without_lags_is_clustered_by_time(indexed: pd.DataFrame, panel: pd.DataFrame) -> None:
    ours = fit("y ~ x", panel, errors="driscoll_kraay", cluster="year")
    library = PooledOLS(indexed["y"], indexed[["const", "x"]]).fit(cov_type="kernel")
    agree(ours, library.params, library.std_errors)
    assert notes(ours) == ["few_periods"]


def by_loop(x: np.ndarray, y: np.ndarray, groups: np.ndarray, place: int, signs: np.ndarray) -> float:
    """The bootstrap as the paper has it: impose 0, flip, fit again, and count."""

    def t_value(values: np.ndarray) -> float:
        bread = np.linalg.inv(x.T @ x)
        estimates = bread @ x.T @ values
        scores = x * (values - x @ estimates)[:, None]
        sums = np.array([scores[groups == group].sum(axis=0) for group in np.unique(groups)])
        return float(estimates[place] / np.sqrt((bread @ sums.T @ sums @ bread)[place, place]))

    others = np.delete(x, place, axis=1)
    held = others @ np.linalg.lstsq(others, y, rcond=None)[0]
    seen = abs(t_value(y))
    drawn = [abs(t_value(held + (y - held) * pattern[groups])) for pattern in signs]
    return float(np.mean(np.array(drawn) >= seen * (1 - 1e-9)))


def test_wild_bootstrap_is_the_papers(panel: pd.DataFrame) -> None:
    """All 64 halves of the patterns of 7 clusters, by refitting; the edges of the interval have p just below 5 %."""
    few = panel.assign(group=panel["unit"] % 7)
    ours = fit("y ~ x + e", few, cluster="group")
    assert (ours.errors, ours.errors_said.key) == ("wild", "errors_wild_all")
    x = np.column_stack([np.ones(len(few)), few[["x", "e"]]])
    signs = np.array([[1 if bit == "0" else -1 for bit in f"{number:07b}"] for number in range(128)])
    for place in range(3):
        expected = by_loop(x, few["y"].to_numpy(), few["group"].to_numpy(), place, signs)
        assert ours.table["p_value"][place] == pytest.approx(expected, abs=1e-12)
    for edge, way in (("lower", -1), ("upper", 1)):
        value = ours.table[edge][1]
        for step, rejected in ((1e-4, True), (-1e-4, False)):
            moved = few["y"] - (value + way * step * ours.table["standard_error"][1]) * few["x"]
            p_value = by_loop(x, moved.to_numpy(), few["group"].to_numpy(), 1, signs)
            assert (p_value < 0.05) == rejected
    clustered = fit("y ~ x + e", few, errors="cluster", cluster="group")
    np.testing.assert_allclose(ours.table["standard_error"], clustered.table["standard_error"])


def test_wild_bootstrap_with_effects_outside_the_clusters(panel: pd.DataFrame) -> None:
    """Absorbed effects give what a column for each level gives, though years lie across the clusters."""
    few = panel.assign(group=panel["unit"] % 7)
    ours = fit("y ~ x", few, estimator="panel", effects=("unit", "year"), cluster="group")
    columns = " + ".join(["x", "C(unit)", "C(year)"])
    dummies = fit(f"y ~ {columns}", few, cluster="group").table.set_index("term").loc["x"]
    assert ours.errors == "wild"
    np.testing.assert_allclose(ours.table.loc[0, ["lower", "upper"]].astype(float), dummies[["lower", "upper"]], 1e-5)
    assert ours.table["p_value"][0] == pytest.approx(dummies["p_value"])


def test_wild_bootstrap_is_drawn_from_its_seed(panel: pd.DataFrame) -> None:
    asked = {"errors": "wild", "cluster": "region"}
    first, again = fit("y ~ x", panel, **asked), fit("y ~ x", panel, **asked)
    pd.testing.assert_frame_equal(first.table, again.table)
    assert first.errors_said.key == "errors_wild"
    other = fit("y ~ z", panel, seed=2, **asked).table["p_value"][1]
    assert other != fit("y ~ z", panel, **asked).table["p_value"][1]
    assert other == pytest.approx(fit("y ~ z", panel, cluster="region").table["p_value"][1], abs=0.05)
    three = fit("y ~ x", panel.assign(group=panel["unit"] % 3), cluster="group")
    assert notes(three) == ["wild_open"]
    assert np.isinf(three.table[["lower", "upper"]].to_numpy()).any()


# --- instruments -------------------------------------------------------------------------------------------------

IV = "y ~ x + [e ~ z + z2]"


@pytest.mark.parametrize("method", ["2sls", "liml"])
@pytest.mark.parametrize(
    ("errors", "cluster", "theirs"),
    [
        ("classical", None, {"cov_type": "unadjusted", "debiased": True}),
        ("HC0", None, {"cov_type": "robust"}),
        ("HC1", None, {"cov_type": "robust", "debiased": True}),
        ("cluster", "region", {"cov_type": "clustered", "debiased": True}),
    ],
)
def test_instruments_are_those_of_linearmodels(
    panel: pd.DataFrame, method: str, errors: str, cluster: Any, theirs: Any
) -> None:
    ours = fit(IV, panel, estimator="iv", method=method, errors=errors, cluster=cluster)
    model = {"2sls": IV2SLS, "liml": IVLIML}[method]
    kinds = theirs | ({"clusters": panel["region"]} if cluster else {})
    library = model(panel["y"], panel.assign(Intercept=1.0)[["Intercept", "x"]], panel[["e"]], panel[["z", "z2"]]).fit(
        **kinds
    )
    agree(ours, library.params, library.std_errors)
    if method == "2sls":
        assert ours.statistics["sargan"] == pytest.approx(library.sargan.stat, rel=1e-9)
    else:
        assert ours.statistics["kappa"] == pytest.approx(library.kappa, rel=1e-12)
    if errors == "classical" and method == "2sls":
        assert ours.statistics["endogeneity_f"] == pytest.approx(library.wu_hausman().stat, rel=1e-9)


def test_first_stage_by_hand(panel: pd.DataFrame) -> None:
    ours = fit(IV, panel, estimator="iv", errors="HC1")
    first = fit("e ~ x + z + z2", panel)
    assert ours.statistics["first_stage_f"] == pytest.approx(joint_test(first, "z", "z2").f, rel=1e-9)
    plain = fit(IV, panel, estimator="iv", errors="classical").statistics
    # With one endogenous term the statistic of Cragg and Donald is the classical first-stage F.
    assert plain["cragg_donald"] == pytest.approx(plain["first_stage_f"], rel=1e-9)
    reduced = fit("y ~ x + z + z2", panel)
    assert ours.statistics["anderson_rubin_f"] == pytest.approx(joint_test(reduced, "z", "z2").f, rel=1e-9)
    random = np.random.default_rng(5)
    weak = fit("y ~ x + [e ~ weak]", panel.assign(weak=random.normal(size=len(panel))), estimator="iv")
    assert notes(weak) == ["weak_instruments"]


def test_instruments_within(panel: pd.DataFrame) -> None:
    pyfixest = pytest.importorskip("pyfixest")
    ours = fit("y ~ x + [e ~ z]", panel, estimator="iv", effects="unit", errors="cluster", cluster="unit")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = pyfixest.feols("y ~ x | unit | e ~ z", panel, vcov={"CRV1": "unit"}, fixef_rm="none")
    theirs = library.coef()[["x", "e"]], library.se()[["x", "e"]]
    agree(ours, *theirs, 1e-7)


def test_instruments_that_cannot_be_used(panel: pd.DataFrame) -> None:
    assert refusal("y ~ x", panel, estimator="iv") == "model_needs_instruments"
    assert refusal("y ~ [x + e ~ z]", panel, estimator="iv") == "model_too_few_instruments"
    assert refusal("y ~ x + [e ~ x]", panel, estimator="iv") == "model_too_few_instruments"
    assert refusal("y ~ x + [e ~ q]", panel, estimator="iv") == "model_unknown_column"
    assert refusal(IV, panel) == "model_instruments_unused"
    assert refusal("y ~ [e ~ z] + [x ~ z2]", panel, estimator="iv") == "model_formula_unreadable"
    assert refusal("y ~ x + [e ~ open('f')]", panel, estimator="iv") == "model_formula_call"
    assert refusal(IV, panel, estimator="iv", errors="HC3") == "model_errors_not_offered"


# --- multilevel --------------------------------------------------------------------------------------------------


def library_mixed(model: MixedLM, reml: bool) -> Any:
    """By Powell's method, which comes near, then by gradients from there, which alone can go anywhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        near = model.fit(reml=reml, method="powell")
        polished = model.fit(reml=reml, method="bfgs", start_params=near.params_object, gtol=1e-8)
    return max(near, polished, key=lambda each: each.llf)


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_random_intercepts_from_sums(pupils: pd.DataFrame, method: str) -> None:
    ours = fit("y ~ ses", pupils, estimator="multilevel", groups="school", method=method)
    design = np.column_stack([np.ones(len(pupils)), pupils["ses"]])
    library = library_mixed(MixedLM(pupils["y"], design, groups=pupils["school"]), method == "reml")
    assert "sums" in ours.errors_said.key
    agree(ours, library.fe_params, library.bse_fe, 1e-5)
    assert ours.statistics["sigma2"] == pytest.approx(library.scale, rel=1e-5)
    assert ours.statistics["tau00"] == pytest.approx(float(np.asarray(library.cov_re)[0, 0]), rel=1e-5)
    assert ours.statistics["log_likelihood"] == pytest.approx(library.llf, abs=1e-6)


def test_three_levels_from_sums(pupils: pd.DataFrame) -> None:
    ours = fit("y ~ ses", pupils, estimator="multilevel", groups=("district", "school"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MixedLM.from_formula(
            "y ~ ses", pupils, groups="district", re_formula="1", vc_formula={"school": "0 + C(school)"}
        )
        library = library_mixed(model, True)
    # Statsmodels stops where its own likelihood is flat to rounding; ours comes at least as low.
    agree(ours, library.fe_params, library.bse_fe, 1e-3)
    assert ours.statistics["variance_district"] == pytest.approx(float(np.asarray(library.cov_re)[0, 0]), rel=1e-3)
    assert ours.statistics["variance_school"] == pytest.approx(float(library.vcomp[0]), rel=1e-3)
    assert ours.statistics["deviance"] <= -2 * library.llf + 1e-6
    # A school's code that starts again in each district is the same with the district before it.
    again = pupils.assign(school=pupils["school"] // 12)
    slashed = fit("y ~ ses", again, estimator="multilevel", groups=("district", "district/school"))
    np.testing.assert_allclose(slashed.table["estimate"], ours.table["estimate"], rtol=1e-6)


def test_random_slopes_and_crossed_groups_go_to_the_library(pupils: pd.DataFrame) -> None:
    ours = fit("y ~ ses", pupils, estimator="multilevel", groups="school", random="ses")
    assert ours.errors_said.key == "errors_multilevel_library_reml"
    design = np.column_stack([np.ones(len(pupils)), pupils["ses"]])
    library = library_mixed(MixedLM(pupils["y"], design, groups=pupils["school"], exog_re=design), True)
    agree(ours, library.fe_params, library.bse_fe, 1e-3)
    assert ours.statistics["deviance"] <= -2 * library.llf + 1e-6
    assert ours.statistics["tau11"] == pytest.approx(np.asarray(library.cov_re)[1, 1], rel=1e-3)
    crossed = fit("y ~ ses", pupils, estimator="multilevel", groups=("school", "rater"))
    assert crossed.errors_said.key == "errors_multilevel_library_reml"
    assert -2 * crossed.result.llf == pytest.approx(crossed.statistics["deviance"], abs=1e-3)
    np.testing.assert_allclose(crossed.table["estimate"], crossed.result.fe_params, rtol=1e-5)
    np.testing.assert_allclose(crossed.table["standard_error"], crossed.result.bse_fe, rtol=1e-3)
    np.testing.assert_allclose(
        [crossed.statistics["variance_school"], crossed.statistics["variance_rater"]], crossed.result.vcomp, rtol=2e-3
    )


def test_scale_of_columns_does_not_matter(pupils: pd.DataFrame) -> None:
    plain = fit("y ~ ses", pupils, estimator="multilevel", groups="school").table
    moved = pupils.assign(ses=2000 + pupils["ses"] / 1000, y=1e6 * pupils["y"])
    table = fit("y ~ ses", moved, estimator="multilevel", groups="school").table
    np.testing.assert_allclose(table.loc[1, ["estimate", "standard_error"]].astype(float) / 1e9,
                               plain.loc[1, ["estimate", "standard_error"]].astype(float), rtol=1e-5)  # fmt: skip


def test_groups_that_cannot_be_used(pupils: pd.DataFrame) -> None:
    asked = {"estimator": "multilevel"}
    assert refusal("y ~ ses", pupils, **asked) == "model_needs_groups"
    assert refusal("y ~ ses", pupils.assign(own=range(1200)), groups="own", **asked) == "model_alone_in_groups"
    assert refusal("y ~ ses", pupils.assign(one=1), groups="one", **asked) == "model_one_group"
    assert refusal("y ~ ses", pupils, groups="schol", **asked) == "model_unknown_column"
    assert refusal("y ~ ses", pupils, groups="school", errors="HC3", **asked) == "model_errors_not_offered"
    assert refusal("y ~ ses", pupils, groups=("district", "school"), random="ses", **asked) == "model_slopes_one_group"
    flat = pupils.assign(y=np.random.default_rng(1).normal(size=1200))
    flat["y"] -= flat.groupby("school")["y"].transform("mean")
    assert notes(fit("y ~ 1", flat, groups="school", **asked)) == ["no_group_variance"]


# --- counts, shares, quantiles -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def passes() -> pd.DataFrame:
    random = np.random.default_rng(8)
    pupils = random.integers(20, 200, 300)
    x = random.normal(size=300)
    passed = random.binomial(pupils, 1 / (1 + np.exp(-0.3 - 0.8 * x - random.normal(0, 0.5, 300))))
    return pd.DataFrame(
        {"x": x, "passed": passed, "failed": pupils - passed, "pupils": pupils, "rate": passed / pupils,
         "county": np.arange(300) % 30, "unit": np.arange(300) // 3, "year": np.arange(300) % 3}
    )  # fmt: skip


@pytest.mark.parametrize("method", ["logit", "probit"])
@pytest.mark.parametrize("errors", ["classical", "HC0", "cluster"])
def test_counts_by_newton_steps(passes: pd.DataFrame, method: str, errors: str) -> None:
    """The likelihood of one row a pupil is that of the counts; sandwiches are written out."""
    cluster = "county" if errors == "cluster" else None
    ours = fit("passed + failed ~ x", passes, estimator="binomial", method=method, errors=errors, cluster=cluster)
    x = np.column_stack([np.ones(300), passes["x"]])
    family = Binomial(link=Probit()) if method == "probit" else Binomial()
    b = GLM(passes["rate"], x, family=family, freq_weights=passes["pupils"]).fit(tol=1e-12).params.to_numpy()
    mean = family.link.inverse(x @ b)
    slope = family.link.inverse_deriv(x @ b)
    variance = mean * (1 - mean)
    bread = np.linalg.inv((x * (passes["pupils"].to_numpy() * slope**2 / variance)[:, None]).T @ x)

    def scores_at(b: np.ndarray) -> np.ndarray:
        mean, slope = family.link.inverse(x @ b), family.link.inverse_deriv(x @ b)
        more = passes["passed"].to_numpy() - passes["pupils"].to_numpy() * mean
        return x * (more * slope / (mean * (1 - mean)))[:, None]

    scores = scores_at(b)
    if errors != "classical":  # the sandwich of statsmodels has the observed information, not the expected
        steps = 1e-5 * np.eye(2)
        changes = [(scores_at(b + step) - scores_at(b - step)).sum(axis=0) / 2e-5 for step in steps]
        bread = np.linalg.inv(-np.array(changes))
    if errors == "cluster":
        scores = pd.DataFrame(scores).groupby(passes["county"]).sum().to_numpy()
        scores = scores * np.sqrt(30 / 29 * 299 / 298)
    meat = np.linalg.inv(bread) if errors == "classical" else scores.T @ scores
    agree(ours, b, np.sqrt(np.diag(bread @ meat @ bread)), 1e-6)
    assert ("overdispersed" in notes(ours)) == (errors == "classical")


def test_one_row_a_pupil_is_the_logit_of_statsmodels(passes: pd.DataFrame) -> None:
    long = passes.loc[passes.index.repeat(passes["pupils"])].reset_index(drop=True)
    order = long.groupby(["unit", "year"]).cumcount()
    long["pass"] = (order < long["passed"]).astype(float)
    ours = fit("pass ~ x", long, estimator="binomial", errors="classical")
    design = np.column_stack([np.ones(len(long)), long["x"]])
    library = Logit(long["pass"], design).fit(disp=0, tol=1e-12)
    agree(ours, library.params, library.bse, 1e-6)
    steps = library.get_margeff().margeff[0]
    assert ours.statistics["average_change_x"] == pytest.approx(steps, rel=1e-6)


def test_shares_with_and_without_cases(passes: pd.DataFrame) -> None:
    counts = fit("passed + failed ~ x", passes, estimator="binomial")
    shares = fit("rate ~ x", passes, estimator="binomial", weights="pupils")
    pd.testing.assert_frame_equal(counts.table, shares.table, rtol=1e-8)
    assert notes(fit("rate ~ x", passes, estimator="binomial", errors="classical")) == ["share_classical"]
    means = passes.assign(bar=passes.groupby("unit")["x"].transform("mean"))
    ours = fit("rate ~ x + C(year)", passes, estimator="binomial", effects="unit", cluster="unit")
    by_hand = fit("rate ~ x + C(year) + bar", means, estimator="binomial", cluster="unit")
    assert list(ours.table["term"])[-1] == "mean(x)"
    np.testing.assert_allclose(ours.table["estimate"], by_hand.table["estimate"], rtol=1e-7)
    np.testing.assert_allclose(ours.table["standard_error"], by_hand.table["standard_error"], rtol=1e-7)


def test_shares_that_cannot_be_used(passes: pd.DataFrame) -> None:
    asked = {"estimator": "binomial"}
    assert refusal("rate ~ x", passes.assign(rate=100 * passes["rate"]), **asked) == "model_share_out_of_bounds"
    assert refusal("passed + failed ~ x", passes.assign(failed=-1), **asked) == "model_negative_count"
    parted = passes.assign(sure=(passes["x"] > 0).astype(float))
    assert refusal("sure ~ x", parted, **asked) == "model_separated"
    assert refusal("passed + failed ~ x", passes, weights="pupils", **asked) == "model_weights_not_offered"


@pytest.mark.parametrize("quantile", [0.25, 0.5, 0.9])
def test_quantiles_by_linear_programming(panel: pd.DataFrame, quantile: float) -> None:
    """Statsmodels' reweighted least squares stop near the corner that the programme finds; once 2 % off, unsaid."""
    ours = fit("y ~ x + e", panel, estimator="quantile", quantile=quantile)
    x = np.column_stack([np.ones(len(panel)), panel[["x", "e"]]])
    rows = len(panel)
    costs = np.concatenate([np.zeros(3), np.full(rows, quantile), np.full(rows, 1 - quantile)])
    design = np.hstack([x, np.eye(rows), -np.eye(rows)])
    solved = linprog(costs, A_eq=design, b_eq=panel["y"], bounds=[(None, None)] * 3 + [(0, None)] * 2 * rows)
    np.testing.assert_allclose(ours.table["estimate"], solved.x[:3], rtol=1e-4)
    assert ours.statistics["loss"] == pytest.approx(solved.fun, rel=1e-7)
    if notes(ours) == []:
        library = QuantReg(panel["y"], x).fit(q=quantile, max_iter=5000)
        agree(ours, library.params, library.bse, 1e-9)
        assert ours.statistics["pseudo_r1"] == pytest.approx(library.prsquared, rel=1e-6)
        plain = fit("y ~ x + e", panel, estimator="quantile", quantile=quantile, errors="classical")
        agree(plain, library.params, QuantReg(panel["y"], x).fit(q=quantile, vcov="iid", max_iter=5000).bse, 1e-9)
    assert (quantile == 0.25) == (notes(ours) == ["quantile_programme"])


def test_quantiles_with_clusters(panel: pd.DataFrame) -> None:
    alone = panel.assign(own=range(len(panel)))
    robust = fit("y ~ x", alone, estimator="quantile").table["standard_error"]
    clustered = fit("y ~ x", alone, estimator="quantile", cluster="own").table["standard_error"]
    rows = len(panel)
    np.testing.assert_allclose(clustered, robust * np.sqrt(rows / (rows - 1)), rtol=1e-9)
    assert refusal("y ~ x", panel, estimator="quantile", quantile=1.5) == "model_quantile"
    assert refusal("y ~ x", panel, estimator="quantile", errors="wild", cluster="unit") == "model_errors_not_offered"


def test_every_estimator_is_deterministic_and_worded(panel: pd.DataFrame, passes: pd.DataFrame) -> None:
    calls: list[tuple[str, pd.DataFrame, dict[str, Any]]] = [
        ("y ~ x", panel, {"estimator": "wls", "weights": "w"}),
        ("y ~ x", panel, {"estimator": "panel", "effects": ("unit", "year"), "cluster": "region"}),
        (IV, panel, {"estimator": "liml", "cluster": "region"}),
        ("y ~ x", panel, {"estimator": "multilevel", "groups": "unit", "method": "ml"}),
        ("rate ~ x", passes, {"estimator": "binomial", "cluster": "county"}),
        ("y ~ x", panel, {"estimator": "quantile", "errors": "classical"}),
    ]
    for formula, table, options in calls:
        first, again = fit(formula, table, **options), fit(formula, table, **options)
        pd.testing.assert_frame_equal(first.table, again.table)
        assert first.covariance.shape == (len(first.table),) * 2
        np.testing.assert_allclose(np.sqrt(np.diag(first.covariance)), first.table["standard_error"])
        notes(first)


def test_wls_against_the_library(panel: pd.DataFrame) -> None:
    ours = fit("y ~ x", panel, estimator="wls", weights="w", errors="HC3")
    design = np.column_stack([np.ones(len(panel)), panel["x"]])
    library = WLS(panel["y"], design, weights=panel["w"]).fit(cov_type="HC3")
    agree(ours, library.params, library.bse)


# --- traps -------------------------------------------------------------------------------------------------------


def test_zeros_and_rates_that_look_wrong_are_remarked_on(panel: pd.DataFrame) -> None:
    random = np.random.default_rng(2)
    table = panel.assign(
        salary=random.uniform(20_000, 40_000, len(panel)), grad=random.uniform(60, 100, len(panel)),
        drop=random.uniform(0, 9, len(panel)), count=random.poisson(1, len(panel)),
    )  # fmt: skip
    assert notes(fit("grad ~ salary + drop + count", table)) == []
    table.loc[:2, "salary"], table.loc[:1, "grad"], table.loc[0, "drop"] = 0, 2570, -45.6
    fitted = fit("grad ~ salary + drop", table)
    assert {remark.key: remark.values["column"] for remark in fitted.warnings} == {
        "rare_zeros": "salary", "above_hundred": "grad", "rare_negatives": "drop",
    }  # fmt: skip
    assert fitted.rows == len(table)


@pytest.mark.parametrize("kind", ["int8", "int16", "float32"])
def test_columns_of_few_bits_do_not_overflow(panel: pd.DataFrame, kind: str) -> None:
    """Stata keeps small whole numbers in 8 and 16 bits; 200 × 200 does not fit there."""
    whole = panel.assign(x=(panel["x"] * 10).round().clip(-100, 100), y=(panel["y"] * 5).round().clip(-120, 120))
    small = whole.astype({"x": kind, "y": kind, "unit": "int8"})
    for options in ({}, {"estimator": "panel", "effects": "unit"}, {"estimator": "multilevel", "groups": "unit"}):
        plain = fit("y ~ x + I(x**2)", whole, **options)
        few = fit("y ~ x + I(x**2)", small, **options)
        np.testing.assert_allclose(few.table["estimate"], plain.table["estimate"], rtol=1e-9)


def test_a_wrong_optimum_is_not_given(pupils: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where going on would still lower the deviance there is a refusal; where the library stays above, it is left."""
    from qualityedu.models import multilevel as module

    asked = {"estimator": "multilevel", "groups": "school", "random": "ses"}
    right = fit("y ~ ses", pupils, **asked)
    with monkeypatch.context() as patch:
        patch.setattr(MixedLM, "fit", lambda self, **options: stuck(right))
        alone = fit("y ~ ses", pupils, **asked)
    assert alone.errors_said.key == "errors_multilevel_sums_checked_reml"
    assert isinstance(alone.result, module.FromSums)
    pd.testing.assert_frame_equal(alone.table, right.table)
    monkeypatch.setattr(module, "lowest", lambda *arguments, **options: None)
    assert refusal("y ~ ses", pupils, **asked) == "model_not_converged"


def stuck(right: Fit) -> Any:
    """A result that claims to have converged, three units of deviance above the optimum."""

    class Stuck:
        llf = right.statistics["log_likelihood"] - 1.5

    return Stuck()


@pytest.mark.skipif(not (FOLDER / "hsb82").is_dir(), reason=f"no hsb82 in {FOLDER}")
def test_false_convergence_on_high_school_and_beyond() -> None:
    """MixedLM says that it converged at a slope variance of 1.18; the optimum has 0.694, three units lower."""
    data = pd.read_csv(FOLDER / "hsb82" / "data.csv")
    data["cses"] = data["ses"] - data.groupby("school")["ses"].transform("mean")
    design = np.column_stack([np.ones(len(data)), data["cses"]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrong = MixedLM(data["mathach"], design, groups=data["school"], exog_re=design).fit(method="lbfgs")
    assert wrong.converged
    ours = fit("mathach ~ cses", data, estimator="multilevel", groups="school", random="cses").statistics
    assert ours["tau11"] == pytest.approx(0.693994, abs=2e-5)
    assert ours["deviance"] < -2 * wrong.llf - 3


@pytest.mark.skipif(not (FOLDER / "mi_districts").is_dir(), reason=f"no mi_districts in {FOLDER}")
def test_dirt_of_the_michigan_districts_is_remarked_on() -> None:
    """The README counts 17 zeros in math7, 4 in avgsal, and rates of graduation above 100, one of 2570."""
    data = pd.read_csv(FOLDER / "mi_districts" / "data.csv")
    remarks = [*fit("math7 ~ avgsal", data).warnings, *fit("grad ~ lunch", data).warnings]
    assert [(each.key, each.values["column"], each.values["rows"]) for each in remarks] == [
        ("rare_zeros", "math7", 17), ("rare_zeros", "avgsal", 4), ("above_hundred", "grad", 126),
    ]  # fmt: skip
    assert remarks[-1].values["highest"] == 2570.4
    assert [each.values.get("lowest") for each in fit("drop ~ lunch", data).warnings] == [-45.6]


def test_bad_calls_of_every_estimator_get_a_sentence(panel: pd.DataFrame) -> None:
    calls: list[dict[str, Any]] = [
        {"estimator": "panel", "effects": ("unit", "year")},
        {"estimator": "first_differences", "effects": ("unit", "year")},
        {"estimator": "random_effects", "effects": "unit"},
        {"estimator": "multilevel", "groups": "unit"},
        {"estimator": "binomial"},
        {"estimator": "quantile"},
    ]
    flat = panel.assign(y=0.5)
    for options in calls:
        assert refusal("y ~ nothing", panel, **options) == "model_unknown_column"
        assert refusal("y ~ x", panel.iloc[:0], **options) == "model_no_rows"
        assert refusal("y ~ x", flat, **options) == "model_constant_outcome"
        assert refusal("y ~ __import__('os')", panel, **options) == "model_formula_call"
        assert refusal("y ~ x", panel.assign(x=np.nan), **options) == "model_no_complete_rows"
    twice = panel.assign(twice=2 * panel["x"])
    for options in calls:
        if options["estimator"] != "binomial":
            assert refusal("y ~ x + twice", twice, **options) == "model_collinear"
    assert refusal("y ~ x", panel, estimator="panel", effects="schol") == "model_unknown_column"
    assert (
        refusal("y ~ x", panel.assign(one=1), cluster="one", estimator="panel", effects="unit") == "model_one_cluster"
    )
    assert refusal("y ~ x", panel, estimator="panel", method="between", effects="unit") == "model_unknown_method"
    assert refusal("y ~ x", panel, estimator="quantile", weights="w") == "model_weights_not_offered"
    assert refusal("y ~ x", panel, estimator="quantile", design=Survey(weights="w")) == "model_design_elsewhere"
    few = panel.groupby("unit").head(1).head(4)
    asked = {"estimator": "random_effects", "effects": "unit"}
    assert refusal("y ~ x + e", few, **asked) in ("model_too_few_units", "model_too_few_rows")


def test_a_group_with_one_row_does_no_harm(pupils: pd.DataFrame) -> None:
    lone = pd.concat([pupils, pupils.iloc[:1].assign(school=999)])
    fitted = fit("y ~ ses", lone, estimator="multilevel", groups="school")
    design = np.column_stack([np.ones(len(lone)), lone["ses"]])
    model = MixedLM(lone["y"].to_numpy(), design, groups=lone["school"].to_numpy())
    library = library_mixed(model, True)
    agree(fitted, library.fe_params, library.bse_fe, 1e-5)


def test_many_rows_are_solved_as_few_are(monkeypatch: pytest.MonkeyPatch, panel: pd.DataFrame) -> None:
    from qualityedu.models import least_squares as module

    asked = {"estimator": "panel", "effects": ("unit", "year"), "cluster": "region", "weights": "w"}
    few = fit("y ~ x + e", panel, **asked), fit("y ~ x", panel)
    monkeypatch.setattr(module, "_MANY", 10)
    many = fit("y ~ x + e", panel, **asked), fit("y ~ x", panel)
    for before, after in zip(few, many, strict=True):
        pd.testing.assert_frame_equal(before.table, after.table, rtol=1e-9)
        assert before.statistics == pytest.approx(after.statistics, rel=1e-9)
