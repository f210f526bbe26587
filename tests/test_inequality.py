"""Gini, Theil, quantile ratios and concentration: by hand, by their properties, and against another library."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualityedu.inequality import (
    EQUAL,
    bootstrap_error,
    concentration_index,
    gini,
    gini_error,
    gini_parts,
    jackknife_error,
    leading_share,
    parts,
    quantile_ratio,
    spread,
    theil,
    theil_error,
    theil_parts,
)

NAN = float("nan")
Index = Callable[..., float]


def theil_t(values: object, *, weights: object) -> float:
    return theil(values, weights=weights, form="T")  # type: ignore[arg-type]


def theil_l(values: object, *, weights: object) -> float:
    return theil(values, weights=weights, form="L")  # type: ignore[arg-type]


INDICES: list[Index] = [gini, theil_t, theil_l]
few = settings(deadline=None, max_examples=60, database=None)
SCHOOLS = st.lists(
    st.tuples(st.floats(0.01, 1000), st.integers(1, 3000), st.sampled_from(["urban", "town", "rural"])),
    min_size=2,
    max_size=25,
)


def _columns(rows: list[tuple[float, int, str]]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    values, pupils, groups = zip(*rows, strict=True)
    return np.array(values), np.array(pupils, dtype=float), list(groups)


class TestByHand:
    def test_gini_of_one_to_four(self) -> None:
        # Differences of all 16 pairs add up to 2·(3·1 + 2·2 + 1·3) = 20; 20/16 ÷ (2 · 2.5) = 0.25.
        assert gini([1, 2, 3, 4], weights=EQUAL) == pytest.approx(0.25, rel=1e-15)

    def test_gini_weighted_by_pupils(self) -> None:
        # 100 pupils with 1, 300 with 2: mean 1.75; the chance of a mixed pair is 2·¼·¾ = 0.375; 0.375 ÷ 3.5.
        assert gini([1, 2], weights=[100, 300]) == pytest.approx(0.375 / 3.5, rel=1e-15)

    def test_weights_change_the_answer(self) -> None:
        assert gini([1, 2], weights=EQUAL) == pytest.approx(1 / 6, rel=1e-15)

    def test_theil_of_one_and_three(self) -> None:
        assert theil([1, 3], weights=EQUAL, form="T") == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))
        assert theil([1, 3], weights=EQUAL, form="L") == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))
        assert theil([1, 3], weights=EQUAL, form="T") == pytest.approx(0.130812, abs=5e-7)

    def test_theil_where_one_school_has_all(self) -> None:
        # The other terms are 0·ln 0 = 0, so T = ¼·4·ln 4 = ln 4: the most there can be among four.
        assert theil([0, 0, 0, 8], weights=EQUAL, form="T") == pytest.approx(math.log(4), rel=1e-15)
        assert math.isnan(theil([0, 0, 0, 8], weights=EQUAL, form="L"))

    def test_parts_of_theil(self) -> None:
        # Two groups alike in size with means 2 and 6 of a mean of 4; inside, 1:3 and 4:8, that is ½:1½ and ⅔:1⅓.
        found = theil_parts([1, 3, 4, 8], ["r", "r", "u", "u"], weights=EQUAL, form="T")
        inside = {
            "r": 0.25 * math.log(0.5) + 0.75 * math.log(1.5),
            "u": (1 / 3) * math.log(2 / 3) + (2 / 3) * math.log(4 / 3),
        }
        assert found.between == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5), rel=1e-14)
        assert found.within == pytest.approx(0.25 * inside["r"] + 0.75 * inside["u"], rel=1e-14)
        assert found.groups["group"].tolist() == ["r", "u"]
        assert found.groups["mean"].tolist() == [2, 6]
        assert found.groups["part"].tolist() == pytest.approx([0.25 * inside["r"], 0.75 * inside["u"]])

    def test_parts_of_gini_without_overlap(self) -> None:
        # Means 2 and 6: ½·½·4/4 = 0.25 between. Inside 0.25 and 1/6, times p·s = ½·¼ and ½·¾. Ranges do not meet.
        found = gini_parts([1, 3, 4, 8], ["r", "r", "u", "u"], weights=EQUAL)
        assert found.between == pytest.approx(0.25, rel=1e-14)
        assert found.within == pytest.approx(0.125 * 0.25 + 0.375 / 6, rel=1e-14)
        assert found.overlap == pytest.approx(0, abs=1e-15)

    def test_gini_overlap_where_ranges_meet(self) -> None:
        found = gini_parts([1, 7, 2, 8], ["r", "r", "u", "u"], weights=EQUAL)
        assert found.overlap > 0.05
        assert found.between + found.within + found.overlap == pytest.approx(found.total, rel=1e-15)

    def test_quantile_ratio_is_of_units(self) -> None:
        # Ten schools: the smallest value with a tenth below or at it is 1, with nine tenths 9.
        assert quantile_ratio(range(1, 11), weights=EQUAL) == 9
        # With nearly all pupils in the school of 5, both quantiles are there.
        assert quantile_ratio([1, 5, 9], weights=[1, 98, 1]) == 1

    def test_concentration_index_by_an_order(self) -> None:
        # Ranks ¼ and ¾ of two schools: 2·(½·1·(−¼) + ½·3·(¼)) ÷ 2 = 0.25; the other way round −0.25.
        assert concentration_index([1, 3], [10, 20], weights=EQUAL) == pytest.approx(0.25, rel=1e-15)
        assert concentration_index([1, 3], [20, 10], weights=EQUAL) == pytest.approx(-0.25, rel=1e-15)
        assert concentration_index([1, 3], [7, 7], weights=EQUAL) == 0

    def test_leading_share(self) -> None:
        # The first school is a fifth of the 500 candidates and holds 60 of 100 top grades.
        assert leading_share([60, 20, 20], [100, 100, 300], leading=0.2) == pytest.approx(0.6, rel=1e-15)
        # A tenth is half of that school.
        assert leading_share([60, 20, 20], [100, 100, 300], leading=0.1) == pytest.approx(0.3, rel=1e-15)

    def test_jackknife_of_a_mean_is_the_textbook_error(self) -> None:
        x = np.array([2.0, 4.0, 9.0])  # s² = 13, so the error is √(13/3)
        assert jackknife_error(lambda rows: float(x[rows].mean()), 3) == pytest.approx(math.sqrt(13 / 3), rel=1e-15)

    def test_jackknife_of_gini_by_hand(self) -> None:
        # Without each of 1, 2, 3 there are 1/10, 1/4·½ = 1/8 and 1/6: from {2,3}, {1,3} and {1,2}.
        without = np.array([0.1, 0.25, 1 / 6])
        expected = math.sqrt(2 / 3 * np.sum((without - without.mean()) ** 2))
        assert gini_error([1, 2, 3], weights=EQUAL) == pytest.approx(expected, rel=1e-12)


class TestWhatIsUndefined:
    CASES = (
        pytest.param([5.0], [100], id="one school"),
        pytest.param([], [], id="no school"),
        pytest.param([NAN, NAN], [100, 200], id="all missing"),
        pytest.param([3.0, NAN], [100, 200], id="one known"),
        pytest.param([0.0, 0.0], [100, 200], id="mean of 0"),
        pytest.param([1.0, 2.0], [0, 200], id="one with pupils"),
        pytest.param([1.0, 2.0], [NAN, 200], id="one with known pupils"),
        pytest.param([-1.0, 3.0], [100, 200], id="below 0"),
    )

    @pytest.mark.parametrize(("values", "pupils"), CASES)
    def test_is_not_a_number_never_0(self, values: list[float], pupils: list[float]) -> None:
        groups = ["a", "b"][: len(values)]
        for index in INDICES:
            assert math.isnan(index(values, weights=pupils))
        assert math.isnan(quantile_ratio(values, weights=pupils))
        assert math.isnan(concentration_index(values, values, weights=pupils))
        assert math.isnan(leading_share(np.array(values) * np.array(pupils), pupils, leading=0.2))
        assert math.isnan(gini_error(values, weights=pupils))
        assert math.isnan(theil_error(values, weights=pupils, form="T"))
        for found in (
            gini_parts(values, groups, weights=pupils),
            theil_parts(values, groups, weights=pupils, form="T"),
        ):
            assert [found.total, found.between, found.within, found.overlap] == pytest.approx([NAN] * 4, nan_ok=True)
        assert parts(values, groups, weights=pupils)["total"].isna().all()

    def test_a_ratio_to_nothing(self) -> None:
        assert math.isnan(quantile_ratio([0, 0, 5], weights=EQUAL))

    def test_errors_of_two_schools(self) -> None:
        assert math.isnan(gini_error([1, 2], weights=EQUAL))
        assert math.isnan(jackknife_error(lambda rows: 1.0, 2))
        assert math.isnan(bootstrap_error(lambda rows: 1.0, 2, generator=np.random.default_rng(1)))

    def test_an_error_that_one_school_would_undo(self) -> None:
        assert math.isnan(gini_error([0, 0, 0, 4], weights=EQUAL))

    def test_a_word_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="'pupils'"):
            gini([1, 2], weights="pupils")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="length n"):
            gini([1, 2], weights=[1])
        with pytest.raises(ValueError, match="one group for each"):
            gini_parts([1, 2], ["a"], weights=EQUAL)
        with pytest.raises(ValueError, match="lower below upper"):
            quantile_ratio([1, 2], weights=EQUAL, upper=0.1, lower=0.9)
        with pytest.raises(ValueError, match="between 0 and 1"):
            leading_share([1, 2], [1, 2], leading=1)

    def test_how_schools_count_must_be_said(self) -> None:
        with pytest.raises(TypeError, match="weights"):
            gini([1, 2])  # type: ignore[call-arg]


class TestProperties:
    @few
    @given(rows=SCHOOLS, factor=st.floats(0.01, 100))
    def test_scale(self, rows: list[tuple[float, int, str]], factor: float) -> None:
        values, pupils, _ = _columns(rows)
        for index in INDICES:
            assert index(values * factor, weights=pupils * 7) == pytest.approx(index(values, weights=pupils), abs=1e-12)

    @few
    @given(rows=SCHOOLS, data=st.data())
    def test_order(self, rows: list[tuple[float, int, str]], data: st.DataObject) -> None:
        values, pupils, groups = _columns(rows)
        other = _columns(data.draw(st.permutations(rows)))
        for index in INDICES:
            assert index(other[0], weights=other[1]) == pytest.approx(index(values, weights=pupils), abs=1e-12)
        first, second = parts(values, groups, weights=pupils), parts(other[0], other[2], weights=other[1])
        for name in ("between", "within", "error"):
            assert second[name].to_numpy() == pytest.approx(first[name].to_numpy(), abs=1e-9, nan_ok=True)

    @few
    @given(value=st.floats(1e-3, 1e6), pupils=st.lists(st.integers(1, 10**6), min_size=2, max_size=20))
    def test_identical_schools(self, value: float, pupils: list[int]) -> None:
        for index in INDICES:
            assert index([value] * len(pupils), weights=pupils) == 0
        assert quantile_ratio([value] * len(pupils), weights=pupils) == 1

    @few
    @given(rows=SCHOOLS)
    def test_twice_the_same_schools(self, rows: list[tuple[float, int, str]]) -> None:
        values, pupils, _ = _columns(rows)
        for index in INDICES:
            twice = index(np.tile(values, 2), weights=np.tile(pupils, 2))
            assert twice == pytest.approx(index(values, weights=pupils), abs=1e-12)
            # Two schools of the same value are one of their size.
            merged = index([*values, values[0]], weights=[*pupils, pupils[0]])
            assert index(values, weights=[2 * pupils[0], *pupils[1:]]) == pytest.approx(merged, abs=1e-12)

    @few
    @given(rows=SCHOOLS)
    def test_between_and_within_are_the_whole(self, rows: list[tuple[float, int, str]]) -> None:
        values, pupils, groups = _columns(rows)
        for form in ("T", "L"):
            found = theil_parts(values, groups, weights=pupils, form=form)  # type: ignore[arg-type]
            assert found.between + found.within == pytest.approx(found.total, abs=1e-12)
            assert found.total == theil(values, weights=pupils, form=form)  # type: ignore[arg-type]
            assert abs(found.overlap) < 1e-12
            assert found.between >= 0
            assert (found.groups["part"] >= 0).all()
        pieces = gini_parts(values, groups, weights=pupils)
        assert pieces.between + pieces.within + pieces.overlap == pytest.approx(pieces.total, abs=1e-12)
        assert min(pieces.between, pieces.within) >= 0
        assert pieces.overlap > -1e-12

    @few
    @given(rows=SCHOOLS)
    def test_range(self, rows: list[tuple[float, int, str]]) -> None:
        values, pupils, _ = _columns(rows)
        smallest = pupils.min() / pupils.sum()
        assert 0 <= gini(values, weights=pupils) <= 1 - smallest
        assert 0 <= theil(values, weights=pupils, form="T") <= -math.log(smallest) * (1 + 1e-12)
        held = leading_share(values * pupils, pupils, leading=0.2)
        assert 0.2 - 1e-12 <= held <= 1
        # Both are distances of the same Lorenz curve from evenness, of which the Gini coefficient bounds the other.
        assert held - 0.2 <= gini(values, weights=pupils) + 1e-12

    @few
    @given(rows=SCHOOLS)
    def test_ordered_by_itself_concentration_is_gini(self, rows: list[tuple[float, int, str]]) -> None:
        values, pupils, _ = _columns(rows)
        index = concentration_index(values, values, weights=pupils)
        assert index == pytest.approx(gini(values, weights=pupils), abs=1e-12)
        assert concentration_index(values, -values, weights=pupils) == pytest.approx(-index, abs=1e-12)

    @few
    @given(rows=SCHOOLS.filter(lambda rows: len(rows) > 2))
    def test_the_quick_jackknife_is_the_jackknife(self, rows: list[tuple[float, int, str]]) -> None:
        values, pupils, _ = _columns(rows)
        for index, quick in (
            (gini, gini_error(values, weights=pupils)),
            (theil_t, theil_error(values, weights=pupils, form="T")),
            (theil_l, theil_error(values, weights=pupils, form="L")),
        ):
            slow = jackknife_error(lambda kept, i=index: i(values[kept], weights=pupils[kept]), len(values))
            assert quick == pytest.approx(slow, rel=1e-6, abs=1e-9)

    @pytest.mark.parametrize("small", [0.01, 1.0, 7.0])
    def test_the_quick_jackknife_bears_a_school_that_holds_nearly_all(self, small: float) -> None:
        values, pupils = np.array([small, small, 1000.0]), np.array([1.0, 1.0, 3000.0])
        slow = jackknife_error(lambda kept: gini(values[kept], weights=pupils[kept]), 3)
        assert gini_error(values, weights=pupils) == pytest.approx(slow, rel=1e-9, abs=1e-12)

    @few
    @given(rows=SCHOOLS)
    def test_gini_by_its_definition(self, rows: list[tuple[float, int, str]]) -> None:
        values, pupils, _ = _columns(rows)
        shares = pupils / pupils.sum()
        pairs = np.abs(values[:, None] - values[None, :]) * shares[:, None] * shares[None, :]
        expected = pairs.sum() / (2 * np.sum(shares * values))
        assert gini(values, weights=pupils) == pytest.approx(expected, abs=1e-12)


def test_known_distribution() -> None:
    """Of a log-normal distribution G = 2Φ(σ/√2) − 1 and T = L = σ²/2 (Cowell 2011, Measuring Inequality, 4.2)."""
    generator = np.random.default_rng(20231)
    sigma = 0.5
    x = np.exp(sigma * generator.standard_normal(200_000))
    assert gini(x, weights=EQUAL) == pytest.approx(math.erf(sigma / 2), abs=0.002)
    assert theil(x, weights=EQUAL, form="T") == pytest.approx(sigma**2 / 2, abs=0.002)
    assert theil(x, weights=EQUAL, form="L") == pytest.approx(sigma**2 / 2, abs=0.002)


def test_jackknife_and_bootstrap_agree() -> None:
    generator = np.random.default_rng(7)
    x, pupils = generator.gamma(4, size=200), generator.uniform(100, 2000, 200)
    drawn = bootstrap_error(
        lambda rows: gini(x[rows], weights=pupils[rows]), 200, generator=np.random.default_rng(11), repeats=600
    )
    assert gini_error(x, weights=pupils) == pytest.approx(drawn, rel=0.12)
    again = bootstrap_error(
        lambda rows: gini(x[rows], weights=pupils[rows]), 200, generator=np.random.default_rng(11), repeats=600
    )
    assert again == drawn


def test_the_error_is_about_right() -> None:
    """Over many tables of one distribution the coefficients scatter as much as their errors say."""
    generator = np.random.default_rng(3)
    tables = generator.gamma(4, size=(400, 120))
    found = np.array([[gini(x, weights=EQUAL), gini_error(x, weights=EQUAL)] for x in tables])
    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(), rel=0.1)


def test_units_without_a_group_are_left_out() -> None:
    found = parts([1, 3, 4, 8, 100], ["r", "r", "u", "u", None], weights=EQUAL)
    assert found["units"].tolist() == [4, 4, 4]
    assert found.loc[0, "total"] == gini([1, 3, 4, 8], weights=EQUAL)
    assert found.loc[1, "share"] == pytest.approx(found.loc[1, "between"] / found.loc[1, "total"])


def test_spread_is_where_it_was() -> None:
    # The example circulated to county offices, printed 0.52.
    assert spread(np.array([279, 137, 935, 160, 402]) / [45, 37, 89, 76, 55], [45, 37, 89, 76, 55]) == pytest.approx(
        0.515257, abs=5e-7
    )


class TestSecondOpinion:
    """PySAL's `inequality`, which has Gini and Theil's T of units that count alike."""

    @pytest.fixture(scope="class")
    def table(self) -> tuple[np.ndarray, list[str]]:
        generator = np.random.default_rng(42)
        return generator.gamma(3, size=60), [f"county {n % 5}" for n in range(60)]

    def test_gini(self, table: tuple[np.ndarray, list[str]]) -> None:
        other = pytest.importorskip("inequality.gini", reason="the package `inequality` (PySAL) is not installed")
        assert gini(table[0], weights=EQUAL) == pytest.approx(float(other.Gini(table[0]).g), rel=1e-10)

    def test_theil(self, table: tuple[np.ndarray, list[str]]) -> None:
        other = pytest.importorskip("inequality.theil", reason="the package `inequality` (PySAL) is not installed")
        assert theil(table[0], weights=EQUAL, form="T") == pytest.approx(float(other.Theil(table[0]).T), rel=1e-10)

    def test_parts_of_theil(self, table: tuple[np.ndarray, list[str]]) -> None:
        other = pytest.importorskip("inequality.theil", reason="the package `inequality` (PySAL) is not installed")
        theirs = other.TheilD(table[0], np.array(table[1]))
        ours = theil_parts(*table, weights=EQUAL, form="T")
        assert [ours.between, ours.within] == pytest.approx([float(theirs.bg[0]), float(theirs.wg[0])], rel=1e-9)
