"""Specification curves, their joint tests, and what one region or unit changes."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from qualityedu.errors import RequestError
from qualityedu.models import Curve, fit, influence, leave_one_out, specification_curve
from qualityedu.models.curve_null import Null, _curve_of_one, _places, joint_inference
from qualityedu.text import LANGUAGES

CHOICES: dict[str, Any] = {
    "outcomes": ["score", "creative"],
    "levers": ["spending", "log(class_size)"],
    "controls": [(), ("poverty",), ("poverty", "salary")],
    "effects": [(), ("year",)],
    "samples": {"all": None, "large": "pupils >= 200"},
}


ONE: dict[str, Any] = {"outcomes": ["score"], "levers": ["spending"]}


def made(seed: int, slope: float, rows: int = 240) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    region = random.integers(0, 24, rows)
    poverty = random.normal(0, 1, rows)
    spending = 0.5 * poverty + random.normal(0, 1, rows)
    shared = random.normal(0, 0.4, 24)[region] - 0.5 * poverty + slope * spending
    return pd.DataFrame(
        {
            "region": [f"{each:02d}" for each in region],
            "year": 2020 + random.integers(0, 3, rows),
            "pupils": random.integers(50, 900, rows),
            "poverty": poverty,
            "spending": spending,
            "class_size": random.uniform(25, 55, rows),
            "salary": np.where(random.random(rows) < 0.1, np.nan, random.normal(50, 9, rows)),
            "score": 500 + 90 * (shared + random.normal(0, 1, rows)),
            "creative": 30 + 6 * (shared + random.normal(0, 1, rows)),
            "kind": np.where(random.random(rows) < 0.5, "urban", "rural"),
        }
    )


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return made(1, 0.3)


@pytest.fixture(scope="module")
def curve(units: pd.DataFrame) -> Curve:
    return specification_curve(units, **CHOICES, cluster="region", generator=np.random.default_rng(4), draws=199)


# --- the curve ---------------------------------------------------------------------------------------------------


def test_every_combination_is_there_in_order(curve: Curve) -> None:
    table = curve.table
    asked = list(product(*(CHOICES[name] for name in ("outcomes", "levers", "controls", "effects", "samples"))))
    assert len(asked) == 48
    seen = table[["outcome", "lever", "controls", "effects", "sample"]].itertuples(index=False, name=None)
    assert list(seen) == asked
    assert table["number"].tolist() == list(range(1, 49))
    assert (table["reason"] == "").all()
    assert curve.failures == {}


@pytest.mark.parametrize("place", [1, 12, 24, 35, 48])
def test_each_is_what_fit_gives(units: pd.DataFrame, curve: Curve, place: int) -> None:
    row = curve.table.iloc[place - 1]
    rows = units[units["pupils"] >= 200] if row["sample"] == "large" else units
    right = [row["lever"], *row["controls"], *(f"C({name})" for name in row["effects"])]
    fitted = fit(f"{row['outcome']} ~ {' + '.join(right)}", rows, cluster="region")
    term = fitted.table.set_index("term").loc[row["lever"]]
    used = rows[fitted.used]
    x = np.log(used["class_size"]) if row["lever"].startswith("log") else used["spending"]
    scale = x.std(ddof=1) / used[row["outcome"]].std(ddof=1)
    for name in ("estimate", "standard_error", "lower", "upper"):
        assert row[name] == pytest.approx(term[name] * scale, rel=1e-9)
    assert (row["p_value"], row["rows"], row["clusters"]) == (term["p_value"], fitted.rows, fitted.clusters)


def test_a_failed_specification_stays_with_its_reason(units: pd.DataFrame) -> None:
    curve = specification_curve(
        units,
        outcomes=["score"],
        levers=["spending", "kind", "I(2 * poverty)"],
        controls=[("poverty",), ("spending",)],
        samples={"all": None, "none": "pupils > 10000"},
        generator=np.random.default_rng(0),
        draws=19,
    )
    assert curve.table["reason"].tolist() == [
        "", "model_no_rows", "curve_same_column", "curve_same_column",
        "curve_lever_levels", "model_no_rows", "curve_lever_levels", "model_no_rows",
        "model_collinear", "model_no_rows", "", "model_no_rows",
    ]  # fmt: skip
    assert list(curve.failures) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    assert curve.table.loc[1:9, "estimate"].isna().all()
    assert curve.joint is not None
    for lang in LANGUAGES:
        notes = curve.notes(lang)
        assert len(notes) == 2 + 10 + 1
        assert "12" in notes[0]


def test_without_standardising_estimates_are_those_of_fit(units: pd.DataFrame) -> None:
    curve = specification_curve(units, outcomes=["score"], levers=["spending"], standardise=False, errors="HC3")
    term = fit("score ~ spending", units, errors="HC3").table.iloc[1]
    assert curve.table["standard_error"].iloc[0] == pytest.approx(term["standard_error"], rel=1e-12)
    assert curve.table["estimate"].iloc[0] == pytest.approx(term["estimate"], rel=1e-12)
    assert curve.joint is None


# --- joint inference ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cluster", [None, "region"])
def test_t_values_of_the_null_are_those_of_fit_and_of_refitting(units: pd.DataFrame, cluster: str | None) -> None:
    """The first column against `fit`; each draw against statsmodels on the rearranged outcome."""
    keep = units.index[units["pupils"] > 300]
    table = units.loc[keep]
    others = np.column_stack([np.ones(len(table)), table["poverty"]])
    null = Null(keep.to_numpy(), table["score"].to_numpy(), table["spending"].to_numpy(), others, 1.0)
    random = np.random.default_rng(2)
    blocks = units["year"].to_numpy() - 2020
    groups = pd.factorize(units["region"])[0] if cluster else None
    keys = random.random((len(units), 4)) if groups is None else random.integers(0, 2, (24, 4)) * 2.0 - 1
    estimate, t, df = _curve_of_one(null, groups, blocks, keys)
    fitted = fit("score ~ spending + poverty", table, cluster=cluster)
    term = fitted.table.iloc[1]
    assert estimate[0] == pytest.approx(term["estimate"], rel=1e-9)
    assert t[0] == pytest.approx(term["estimate"] / term["standard_error"], rel=1e-9)
    assert df == fitted.statistics["df_inference"]
    bare = OLS(null.y, others).fit()
    for draw in range(4):
        if groups is None:
            new = bare.resid[_places(blocks[keep], keys[keep])[:, draw]]
            kind: dict[str, Any] = {"cov_type": "HC1"}
        else:
            new = bare.resid * keys[groups[keep], draw]
            kind = {"cov_type": "cluster", "cov_kwds": {"groups": groups[keep], "df_correction": True}}
        again = OLS(bare.fittedvalues + new, np.column_stack([others, null.x])).fit(**kind)
        assert t[draw + 1] == pytest.approx(again.tvalues[2], rel=1e-7)


def test_places_stay_in_their_block() -> None:
    blocks = np.array([1, 0, 1, 0, 2])
    moved = _places(blocks, np.random.default_rng(0).random((5, 50)))
    for draw in moved.T:
        assert sorted(draw) == [0, 1, 2, 3, 4]
        assert (blocks[draw] == blocks).all()
    assert len({tuple(draw) for draw in moved.T}) == 4  # 2! × 2! × 1!


def test_joint_statistics_by_hand(units: pd.DataFrame, curve: Curve) -> None:
    """As observed, from the table of the curve; z is the normal value of the t probability."""
    from scipy import stats

    assert curve.joint is not None
    joint = curve.joint.set_index("statistic")["observed"]
    table = curve.table
    t = table["estimate"] / table["standard_error"]
    assert joint["median"] == pytest.approx(abs(table["estimate"].median()))
    assert joint["significant"] == ((table["p_value"] < 0.05) & (t > 0)).sum()
    z = stats.norm.ppf(stats.t.cdf(t, table["clusters"] - 1))
    assert joint["stouffer"] == pytest.approx(abs(z.sum()) / np.sqrt(48), rel=1e-6)


def test_a_curve_with_something_in_it_and_one_without(units: pd.DataFrame, curve: Curve) -> None:
    assert curve.joint is not None
    assert (curve.joint["p_value"] < 0.05).all()  # half the levers go with nothing
    choices = {**CHOICES, "levers": ["spending"]}
    p_values = []
    for seed in range(8):
        none = specification_curve(
            made(seed + 50, 0.0, 120), **{**choices, "controls": [("poverty",)]}, generator=np.random.default_rng(seed),
            draws=49,
        )  # fmt: skip
        assert none.joint is not None
        p_values.append(none.joint.set_index("statistic").loc["median", "p_value"])
    # Eight tables without a relation: p-values are spread over 0 to 1.
    assert 0.2 < np.mean(p_values) < 0.85
    assert np.min(p_values) > 1 / 50 - 1e-12


def test_the_same_seed_gives_the_same(units: pd.DataFrame) -> None:
    once, again = (
        specification_curve(units, **ONE, generator=np.random.default_rng(9), draws=49, within="region").joint
        for _ in range(2)
    )
    assert once is not None
    assert again is not None
    pd.testing.assert_frame_equal(once, again)


def test_a_perfect_relation_has_the_smallest_p_value(units: pd.DataFrame) -> None:
    x = units["spending"].to_numpy()
    null = Null(np.arange(240), x + np.random.default_rng(0).normal(0, 0.01, 240), x, np.ones((240, 1)), 1.0)
    table = joint_inference([null], None, np.zeros(240, dtype=int), np.random.default_rng(1), draws=99)
    assert table["p_value"].tolist() == [0.01, pytest.approx(0.01, abs=0.15), 0.01]


# --- leaving one out ---------------------------------------------------------------------------------------------


def test_leaving_a_region_out_is_fitting_without_it(units: pd.DataFrame) -> None:
    table = leave_one_out("score ~ spending + poverty", units)
    assert len(table) == 24 * 3
    without = fit("score ~ spending + poverty", units[units["region"] != "07"])
    whole = fit("score ~ spending + poverty", units)
    rows = table[table["left_out"] == "07"]
    np.testing.assert_allclose(rows["estimate"], without.table["estimate"])
    np.testing.assert_allclose(rows["change"], without.table["estimate"] - whole.table["estimate"])
    assert set(rows["rows"]) == {without.rows}
    assert (table["reason"] == "").all()


def test_a_region_without_which_nothing_can_be_fitted_stays(units: pd.DataFrame) -> None:
    only = units.assign(spending=units["spending"].where(units["region"] == "03", 1.0))
    table = leave_one_out("score ~ spending", only)
    row = table[table["left_out"] == "03"]
    assert row["reason"].tolist() == ["model_collinear"]
    assert row["estimate"].isna().all()


@pytest.mark.parametrize("by", ["region", None])
def test_influence_is_exact(units: pd.DataFrame, by: str | None) -> None:
    """Against fitting again without the group; rows that the model dropped are not there."""
    fitted = fit("score ~ spending + salary + C(year)", units, cluster="region")
    table = influence(fitted, units, by=by)
    places = sorted(units["region"].unique())[:3] if by else list(np.flatnonzero(fitted.used)[:3])
    for place in places:
        left = units[units[by] != place] if by else units.drop(index=place)
        again = fit("score ~ spending + salary + C(year)", left, cluster="region").table
        rows = table[table["left_out"] == place]
        np.testing.assert_allclose(rows["change"], again["estimate"] - fitted.table["estimate"], rtol=1e-7, atol=1e-10)
        np.testing.assert_allclose(rows["in_errors"], rows["change"] / fitted.table["standard_error"].to_numpy())
    assert len(table) == (24 if by else fitted.rows) * len(fitted.table)


def test_influence_of_rows_is_dfbeta_of_statsmodels(units: pd.DataFrame) -> None:
    fitted = fit("score ~ spending + poverty", units)
    theirs = OLS(units["score"], np.column_stack([np.ones(240), units[["spending", "poverty"]]])).fit().get_influence()
    ours = influence(fitted, units)["change"].to_numpy().reshape(240, 3)
    np.testing.assert_allclose(ours, -theirs.dfbeta, rtol=1e-7, atol=1e-10)


def test_a_unit_that_decides_a_coefficient_alone_has_no_change(units: pd.DataFrame) -> None:
    alone = units.assign(odd=(units.index == 5).astype(float))
    table = influence(fit("score ~ spending + odd", alone, errors="classical"), alone)
    assert table[table["left_out"] == 5]["change"].isna().all()
    assert table[table["left_out"] != 5]["change"].notna().all()


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("curve_nothing", lambda d: specification_curve(d, outcomes=[], levers=["spending"])),
        ("model_unknown_column", lambda d: specification_curve(d, **ONE, cluster="x")),
        ("model_unknown_column", lambda d: specification_curve(d, **ONE, samples={"a": "z>1"})),
        ("model_formula_call", lambda d: specification_curve(d, **ONE, samples={"a": "open('z')"})),
        ("model_unknown_column", lambda d: leave_one_out("score ~ spending", d, by="county")),
        ("model_unknown_column", lambda d: influence(fit("score ~ spending", d), d, by="county")),
        ("model_other_table", lambda d: influence(fit("score ~ spending", d), d.head(9))),
        ("influence_ols_only", lambda d: influence(fit("score ~ spending", d, estimator="wls", weights="pupils"), d)),
    ],
)  # fmt: skip
def test_bad_calls_get_a_sentence(units: pd.DataFrame, key: str, call: Any) -> None:
    with pytest.raises(RequestError) as caught:
        call(units)
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert caught.value.sentence(lang)
