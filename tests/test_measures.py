"""The shapes of arithmetic, each on a table small enough to work by hand, and what holds for any table."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MakeSchools
from qualityedu.findings import measure, school_values
from qualityedu.indicators import Indicator, catalogue
from qualityedu.measures import (
    Among,
    AtLeast,
    BetweenShare,
    Concentration,
    Dispersion,
    Extreme,
    Least,
    Mean,
    Measure,
    Net,
    Parity,
    Product,
    Ratio,
    RoundedUp,
    Total,
    WeightedSum,
    unit_steps,
)
from qualityedu.text import LANGUAGES

few = settings(deadline=None, max_examples=20, database=None)


@pytest.fixture
def shaped(monkeypatch: pytest.MonkeyPatch) -> Callable[[Measure], str]:
    """Puts one indicator of that shape into the catalogue and gives its id."""

    def put(shape: Measure) -> str:
        made = dataclasses.replace(catalogue()["school_size"], module="qualityedu.indicators.x", value=shape)
        monkeypatch.setitem(catalogue(), "x", made)
        return "x"

    return put


def _closed(schools: pd.DataFrame, name: str) -> tuple[float, float]:
    """The value of the one region of a table, and its difference coefficient if the shape has one."""
    values = measure(schools, [name]).set_index("subject")["value"]
    return float(values["region"]), float(values.get("spread", math.nan))


def _counts(schools: pd.DataFrame, name: str) -> tuple[int, int]:
    row = measure(schools, [name]).iloc[0]
    return int(row["schools"]), int(row["left_out"])


def _side(table: pd.DataFrame, side: Any) -> list[float]:
    found: pd.DataFrame = nw.from_native(table).select(side.expression().alias("side")).to_native()
    return [float(value) for value in found["side"]]


class TestSides:
    def test_a_product(self, make_schools: MakeSchools) -> None:
        table = make_schools("candidates full_marks\n50 100\n30 120\n50 NaN")
        assert _side(table, Product(("candidates", "full_marks"))) == pytest.approx([5000, 3600, math.nan], nan_ok=True)

    def test_the_least_of_several(self, make_schools: MakeSchools) -> None:
        # One unknown might be smaller than the one that is known.
        table = make_schools("music_rooms art_rooms\n2 3\n4 1\n4 NaN")
        assert _side(table, Least(("music_rooms", "art_rooms"))) == pytest.approx([2, 1, math.nan], nan_ok=True)

    def test_at_least(self, make_schools: MakeSchools) -> None:
        table = make_schools("pupils\n80\n100\n900\n0\nNaN")
        assert _side(table, AtLeast("pupils", 100)) == pytest.approx([100, 100, 900, 0, math.nan], nan_ok=True)

    def test_rounded_up(self, make_schools: MakeSchools) -> None:
        table = make_schools("classes\n1\n12\n13\n24\n25\nNaN")
        assert _side(table, RoundedUp("classes", 12)) == pytest.approx([1, 1, 2, 2, 3, math.nan], nan_ok=True)

    @pytest.mark.parametrize("side", [Least(("music_rooms", "art_rooms")), AtLeast("classes", 12)])
    def test_unknown_on_another_engine(self, make_schools: MakeSchools, side: Any) -> None:
        table = pl.from_pandas(make_schools("music_rooms art_rooms classes\n4 NaN NaN\n4 5 20"))
        found = nw.from_native(table).select(side.expression().alias("side")).to_native()["side"].to_list()
        assert found[0] is None
        assert found[1] in (4.0, 20.0)


class TestMean:
    def test_of_a_column(self, make_schools: MakeSchools, shaped: Any) -> None:
        schools = make_schools("pupils\n600\n1800\n2100\nNaN")
        value, between = _closed(schools, shaped(Mean(of="pupils")))
        assert value == pytest.approx(1500)
        assert between == pytest.approx(math.sqrt((900**2 + 300**2 + 600**2) / 3) / 1500, rel=1e-12)
        assert _counts(schools, "x") == (3, 1)

    def test_weighted_where_there_is_a_weight(self, make_schools: MakeSchools, shaped: Any) -> None:
        name = shaped(Mean(weight="schools", of="standardised_school", per=100))
        assert _closed(make_schools("standardised_school\n1\n0"), name)[0] == pytest.approx(50)
        # (3 * 1 + 1 * 0) / 4
        assert _closed(make_schools("standardised_school schools\n1 3\n0 1"), name)[0] == pytest.approx(75)

    def test_an_index_around_nought_has_no_difference_coefficient(self, make_schools: MakeSchools, shaped: Any) -> None:
        schools = make_schools("pupils x\n400 -0.3\n1600 0.1".replace("x", "school_belonging"))
        value, between = _closed(schools, "school_belonging")
        assert value == pytest.approx(0.02)
        assert math.isnan(between)


class TestTotalAndExtreme:
    def test_a_total(self, make_schools: MakeSchools, shaped: Any) -> None:
        schools = make_schools("recorded_veto_events\n0\n1\n2\nNaN")
        value, between = _closed(schools, shaped(Total("recorded_veto_events")))
        assert value == 3
        assert math.isnan(between)
        assert _counts(schools, "x") == (3, 1)

    def test_what_has_no_difference_coefficient_has_no_finding_of_it(self, make_schools: MakeSchools) -> None:
        findings = measure(make_schools("recorded_veto_events pupils books\n0 10 20\n1 10 30"))
        assert set(findings.query("indicator == 'veto_events'")["subject"]) == {"region"}
        assert set(findings.query("indicator == 'difference_coefficient'")["subject"]) == {"region"}
        assert set(findings.query("indicator == 'books_per_pupil'")["subject"]) == {"region", "spread"}

    def test_none_known_is_no_total_of_nought(self, make_schools: MakeSchools, shaped: Any) -> None:
        name = shaped(Total("recorded_veto_events"))
        assert math.isnan(_closed(make_schools("recorded_veto_events\nNaN\nNaN"), name)[0])

    @pytest.mark.parametrize(("which", "expected"), [("highest", 4), ("lowest", 1)])
    def test_an_extreme(self, make_schools: MakeSchools, shaped: Any, which: Any, expected: float) -> None:
        name = shaped(Extreme(which, "written_exams"))
        assert _closed(make_schools("written_exams\n1\nNaN\n4\n2"), name)[0] == expected
        assert math.isnan(_closed(make_schools("written_exams\nNaN"), name)[0])


class TestWeightedSum:
    SHAPE = WeightedSum(
        ((2, Ratio("score_total", "candidates")), (-1, Ratio("passed_candidates", "candidates", per=100)))
    )

    def test_of_the_regions_own_ratios(self, make_schools: MakeSchools, shaped: Any) -> None:
        # Region: 2 * 15500 / 200 - 100 * 171 / 200; the mean of the schools' 68 and 70 is another number.
        schools = make_schools("candidates score_total passed_candidates\n50 3500 36\n150 12000 135")
        assert _closed(schools, shaped(self.SHAPE))[0] == pytest.approx(155 - 85.5)
        assert school_values(schools, ["x"])["x"].tolist() == pytest.approx([140 - 72, 160 - 90])

    def test_a_unit_that_lacks_one_ratio_is_left_out_of_all(self, make_schools: MakeSchools, shaped: Any) -> None:
        schools = make_schools("candidates score_total passed_candidates\n50 3500 36\n150 12000 NaN")
        assert _closed(schools, shaped(self.SHAPE))[0] == pytest.approx(140 - 72)
        assert _counts(schools, "x") == (1, 1)

    def test_stated_is_weighted_by_the_first_denominator(self, make_schools: MakeSchools) -> None:
        # (50 * 54 + 150 * 70) / 200
        schools = make_schools("candidates exam_composite_index\n50 54\n150 70")
        found = measure(schools, ["exam_composite_index"]).iloc[0]
        assert (found["value"], found["basis"]) == (pytest.approx(66), "stated_weighted")


class TestDispersion:
    def test_is_the_difference_coefficient_of_its_ratio(self, make_schools: MakeSchools, shaped: Any) -> None:
        schools = make_schools("pupils books\n45 279\n37 137\n89 935\n76 160\n55 402")
        value, between = _closed(schools, shaped(Dispersion((Ratio("books", "pupils"),))))
        assert value == pytest.approx(0.515257, abs=5e-7)
        assert value == _closed(schools, "books_per_pupil")[1]
        assert math.isnan(between)

    def test_the_mean_of_several(self, make_schools: MakeSchools, shaped: Any) -> None:
        # Halves at X(1 ± e) have e: books 1 and 3 have 0.5, computers 9 and 11 have 0.1.
        shape = Dispersion((Ratio("books", "pupils"), Ratio("computers", "pupils")))
        schools = make_schools("pupils books computers\n10 10 90\n10 30 110")
        assert _closed(schools, shaped(shape))[0] == pytest.approx(0.3)

    def test_not_relative_is_the_standard_deviation(self, make_schools: MakeSchools, shaped: Any) -> None:
        # 1 and 3 around 2.5 with weights 1 and 3: sqrt((2.25 + 3 * 0.25) / 4).
        shape = Dispersion((Ratio("books", "pupils"),), relative=False)
        assert _closed(make_schools("pupils books\n10 10\n30 90"), shaped(shape))[0] == pytest.approx(math.sqrt(0.75))

    @pytest.mark.parametrize("table", ["pupils books\n10 5", "pupils books\n10 0\n20 0", "pupils books\n0 5\nNaN 4"])
    def test_undefined_is_not_zero(self, make_schools: MakeSchools, shaped: Any, table: str) -> None:
        assert math.isnan(_closed(make_schools(table), shaped(Dispersion((Ratio("books", "pupils"),))))[0])

    def test_a_school_that_lacks_one_item_is_left_out_of_all(self, make_schools: MakeSchools, shaped: Any) -> None:
        shape = Dispersion((Ratio("books", "pupils"), Ratio("computers", "pupils")))
        schools = make_schools("pupils books computers\n10 10 90\n10 30 110\n10 99 NaN")
        assert _closed(schools, shaped(shape))[0] == pytest.approx(0.3)
        assert _counts(schools, "x") == (2, 1)


class TestBetweenShare:
    SHAPE = BetweenShare(Ratio("score_total", "candidates"), "score_deviation")

    def test_by_hand(self, make_schools: MakeSchools, shaped: Any) -> None:
        # Four pupils score 50 and 70, 70 and 90: means 60 and 80, between 100, within 100.
        schools = make_schools("candidates score_total score_deviation\n2 120 10\n2 160 10")
        assert _closed(schools, shaped(self.SHAPE))[0] == pytest.approx(0.5)

    @given(
        data=st.lists(st.lists(st.integers(1, 100), min_size=1, max_size=6), min_size=2, max_size=5).filter(
            lambda schools: len({score for school in schools for score in school}) > 1
        )
    )
    @few
    def test_between_and_within_are_all_of_the_variance(self, make_schools: MakeSchools, data: list[list[int]]) -> None:
        each = [pd.Series(scores, dtype="float64") for scores in data]
        rows = [
            {"candidates": len(s), "score_total": s.sum(), "score_deviation": s.std(ddof=0), "full_marks": 100}
            for s in each
        ]
        share = _closed(make_schools(rows), "naeq_between_school_variance_share")[0]
        everyone = pd.concat(each)
        between = sum(len(s) * (s.mean() - everyone.mean()) ** 2 for s in each) / len(everyone)
        assert share == pytest.approx(between / everyone.var(ddof=0), rel=1e-6, abs=1e-9)
        deviation = _closed(make_schools(rows), "naeq_between_school_rate")[0]
        assert deviation == pytest.approx(math.sqrt(between) / 100, rel=1e-6, abs=1e-7)

    def test_nobody_differs(self, make_schools: MakeSchools, shaped: Any) -> None:
        schools = make_schools("candidates score_total score_deviation\n2 120 0\n2 120 0")
        assert math.isnan(_closed(schools, shaped(self.SHAPE))[0])


def _parity(adjusted: bool = True) -> Parity:
    rural, other = Among("area", ("rural",)), Among("area", ("urban", "town"))
    return Parity(Ratio("books", "pupils", among=rural), Ratio("books", "pupils", among=other), adjusted)


class TestParity:
    # Rural 300 / 100, urban and town 400 / 200.
    TABLE = "area pupils books\nrural 40 200\nrural 60 100\nurban 100 150\ntown 100 250"

    def test_of_two_groups_of_schools(self, make_schools: MakeSchools, shaped: Any) -> None:
        schools = make_schools(self.TABLE)
        assert _closed(schools, shaped(_parity(adjusted=False)))[0] == pytest.approx(1.5)
        assert _closed(schools, shaped(_parity()))[0] == pytest.approx(2 - 1 / 1.5)
        assert _counts(schools, "x") == (4, 0)
        assert school_values(schools, ["x"])["x"].isna().all()

    def test_of_two_columns_each_school_has_one(self, make_schools: MakeSchools, shaped: Any) -> None:
        # Computers over books: 0.5 and 2, adjusted to 1.5; the region 25 / 20.
        shape = Parity(Ratio("computers", "pupils"), Ratio("books", "pupils"))
        schools = make_schools("pupils books computers\n10 10 5\n10 10 20")
        assert school_values(schools, [shaped(shape)])["x"].tolist() == pytest.approx([0.5, 1.5])
        assert _closed(schools, "x")[0] == pytest.approx(2 - 20 / 25)

    @pytest.mark.parametrize(
        ("table", "expected"),
        [
            ("area pupils books\nrural 10 0\nurban 10 20", 0.0),
            ("area pupils books\nrural 10 20\nurban 10 0", math.nan),
            ("area pupils books\nrural 10 20\nrural 10 10", math.nan),
            ("area pupils books\nrural 10 NaN\nurban 10 10", math.nan),
        ],
    )
    def test_its_edges(self, make_schools: MakeSchools, shaped: Any, table: str, expected: float) -> None:
        assert _closed(make_schools(table), shaped(_parity()))[0] == pytest.approx(expected, nan_ok=True)

    @given(rural=st.tuples(st.integers(1, 900), st.integers(1, 900)), urban=st.tuples(st.integers(1, 900), st.just(7)))
    @few
    def test_adjusted_lies_in_0_to_2_and_is_mirrored_at_1(
        self, make_schools: MakeSchools, rural: tuple[int, int], urban: tuple[int, int]
    ) -> None:
        def index(first: tuple[int, int], second: tuple[int, int]) -> float:
            rows = [
                {"area": area, "pupils_assessed": of, "reached_minimum_level": reached}
                for area, (of, reached) in (("rural", first), ("urban", second))
            ]
            return _closed(make_schools(rows), "parity_index")[0]

        found = index(rural, urban)
        assert 0 <= found <= 2
        assert found + index(urban, rural) == pytest.approx(2, rel=1e-9)


class TestConcentration:
    def test_the_leading_fifth(self, make_schools: MakeSchools) -> None:
        schools = make_schools("candidates excellent_candidates\n100 60\n100 20\n300 20")
        value, between = _closed(schools, "excellence_concentration")
        assert value == pytest.approx(0.6)
        assert math.isnan(between)

    def test_the_school_on_the_boundary_counts_in_part(self, make_schools: MakeSchools) -> None:
        # A fifth is 100 candidates: all 80 of the first school and a quarter of the second, (40 + 5) / 80.
        schools = make_schools("candidates excellent_candidates\n80 40\n80 20\n340 20")
        assert _closed(schools, "excellence_concentration")[0] == pytest.approx(45 / 80)

    def test_schools_that_are_alike_may_come_in_any_order(self, make_schools: MakeSchools) -> None:
        # 0.5 and 0.5 lead; whichever is first, a fifth of 500 at that rate is 50 of 120.
        rows = ["60 30", "140 70", "300 20"]
        found = {
            _closed(make_schools("candidates excellent_candidates\n" + "\n".join(order)), "excellence_concentration")[0]
            for order in (rows, rows[::-1], [rows[1], rows[0], rows[2]])
        }
        assert [round(value, 12) for value in found] == [round(50 / 120, 12)] * len(found)

    @pytest.mark.parametrize("rows", ["100 20", "100 0\n200 0", "NaN 3\n0 0"])
    def test_undefined_is_not_zero(self, make_schools: MakeSchools, rows: str) -> None:
        schools = make_schools("candidates excellent_candidates\n" + rows)
        assert math.isnan(_closed(schools, "excellence_concentration")[0])

    def test_regions_are_kept_apart(self, make_schools: MakeSchools) -> None:
        schools = make_schools(
            "region candidates excellent_candidates\nA 20 9\nA 80 1\nB 20 2\nB 80 8\nC 50 NaN", stage="junior"
        )
        found = measure(schools, ["excellence_concentration"]).query("subject == 'region'").set_index("region")["value"]
        assert found["A"] == pytest.approx(0.9)
        assert found["B"] == pytest.approx(0.2)
        assert math.isnan(found["C"])

    @given(rows=st.lists(st.tuples(st.integers(1, 900), st.integers(0, 100)), min_size=2, max_size=8))
    @few
    def test_it_lies_between_the_leading_part_and_all(
        self, make_schools: MakeSchools, rows: list[tuple[int, int]]
    ) -> None:
        table = make_schools([{"candidates": c, "excellent_candidates": e} for c, e in rows])
        value = _closed(table, "excellence_concentration")[0]
        if sum(e for _, e in rows) == 0:
            assert math.isnan(value)
        else:
            assert 0.2 - 1e-12 <= value <= 1 + 1e-12


ADDING_UP = [each for each in catalogue().values() if not isinstance(each.value, Concentration)]
ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "polars": lambda table: pl.from_pandas(table),
    "polars lazy": lambda table: pl.from_pandas(table).lazy(),
    "polars with nan": lambda table: pl.from_pandas(table, nan_to_null=False),
    "arrow": lambda table: pa.Table.from_pandas(table, preserve_index=False),
}


def _doubled(indicator: Indicator, make_schools: MakeSchools) -> pd.DataFrame:
    """The example twice, in two counties, with one more school of which nothing is known in the second."""
    rows = [
        {**row, "region": region, "school": f"{region}{place}"}
        for region in ("330106", "330108")
        for place, row in enumerate(indicator.example.frame().to_dict("records"))
    ]
    rows.append({"region": "330108", "school": "unknown", "pupils": math.nan})
    return make_schools(rows, stage=indicator.stages[0])


class TestSteps:
    """What many indicators share is worked out once for all of them."""

    def test_one_denominator_of_many(self) -> None:
        names = ["books_per_pupil", "computers_per_100", "sports_area_per_pupil"]
        available = {"pupils", "books", "computers", "sports_ground_area", "indoor_sports_area"}
        workings = {name: catalogue()[name].value.working(name, available) for name in names}
        steps = unit_steps({name: how for name, how in workings.items() if how is not None})
        assert (len(steps.sides), len(steps.known), len(steps.counted)) == (4, 4, 6)

    def test_a_side_is_missing_where_the_other_is(self, make_schools: MakeSchools) -> None:
        table = make_schools([{"pupils": 10, "books": 30}, {"pupils": 0, "books": 5}, {"pupils": None, "books": 5},
                              {"pupils": 20, "books": None}])  # fmt: skip
        how = catalogue()["books_per_pupil"].value.working("books_per_pupil", set(table.columns))
        assert how is not None
        steps = unit_steps({"books_per_pupil": how})
        units = nw.from_native(table).select(*steps.sides).with_columns(*steps.known).select(*steps.counted).to_native()
        assert units.dropna(how="all").to_numpy().tolist() == [[30, 10]]
        assert len(units) == 4


class TestOtherEngines:
    @pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda each: each.id)
    def test_the_same_findings(self, make_schools: MakeSchools, indicator: Indicator) -> None:
        table = _doubled(indicator, make_schools)
        ours = measure(table, [indicator.id])
        assert ours.query("subject == 'region'")["value"].tolist() == pytest.approx([indicator.example.region] * 2)
        assert ours["left_out"].tolist() == [*[0] * (len(ours) // 2), *[1] * (len(ours) // 2)]
        for to_engine in ENGINES.values():
            theirs = measure(to_engine(table), [indicator.id])
            pd.testing.assert_frame_equal(theirs, ours, check_dtype=False, rtol=1e-12, atol=1e-15)

    @pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda each: each.id)
    def test_the_same_school_values(self, make_schools: MakeSchools, indicator: Indicator) -> None:
        table = _doubled(indicator, make_schools)
        ours = school_values(table, [indicator.id])
        for to_engine in ENGINES.values():
            theirs = school_values(to_engine(table), [indicator.id]).astype({indicator.id: "float64"})
            pd.testing.assert_frame_equal(theirs, ours, check_dtype=False, rtol=1e-12, atol=1e-15)

    def test_only_a_concentration_does_not_add_up(self) -> None:
        kept = [each.id for each in ADDING_UP if (how := each.value.working(each.id, _columns(each))) and how.leading]
        assert kept == []


def _columns(each: Indicator) -> set[str]:
    return {*each.value.columns(), each.id}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("shape", "columns"),
    [
        (Ratio(Net(("books",), minus=("pupils",)), "pupils"), ("books", "pupils", "pupils")),
        (Mean(weight="pupils", of="books"), ("pupils", "books")),
        (Mean(of="books"), ("books",)),
        (Total("books"), ("books",)),
        (Extreme("lowest", "books"), ("books",)),
        (Extreme("highest"), ()),
        (WeightedSum(((1, Ratio("books", "pupils")), (-2, Ratio("books", "pupils")))), ("books", "pupils")),
        (Dispersion((Ratio("books", "pupils"),), relative=False), ("books", "pupils")),
        (BetweenShare(Ratio("books", "pupils"), "score_deviation"), ("books", "pupils", "score_deviation")),
        (_parity(), ("books", "pupils", "area")),
        (_parity(adjusted=False), ("books", "pupils", "area")),
        (Concentration("books", "pupils", top=0.1), ("books", "pupils")),
    ],
    ids=lambda given: type(given).__name__,
)
def test_each_shape_names_its_columns_and_says_what_it_does(
    shape: Measure, columns: tuple[str, ...], lang: str
) -> None:
    assert shape.columns() == columns
    words = shape.describe(lang)
    assert words.strip()
    assert ("{" in words) is False
    assert shape.working("nothing_of_the_kind", ()) is None
