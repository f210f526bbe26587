"""Pupils added up by school on the engine: against sums written out by hand, engine against engine, and merged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from qualityedu.errors import RequestError
from qualityedu.findings.pupils import (
    Asked,
    Lines,
    PupilSums,
    add_up_pupils,
    combine_pupils,
    read_pupil_sums,
    region_figures,
    school_table,
    write_pupil_sums,
)
from qualityedu.findings.sums import add_up, findings_of
from qualityedu.inequality import gini, theil_parts
from qualityedu.release.pupils import releasable_regions, releasable_schools, withheld_together

KEYS = ["region", "school", "stage", "year"]
PLACE = ["region", "stage", "year", "score"]
ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda table: table,
    "polars": pl.from_pandas,
    "polars, lazily": lambda table: pl.from_pandas(table).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "duckdb": lambda table: duckdb.from_arrow(pa.Table.from_pandas(table)),
}
ASKED = Asked(
    ("math", "offset"),
    {"math": Lines(60, 85, 40, 100), "offset": Lines(999_999)},
    group="sex",
    weight="weight",
    steps={"math": 0.1, "offset": 0.25},
)
BARE = Asked(("math",), {"math": Lines(60, 85, 40, 100)})
WITHOUT = ["squares_between", "logs_between"]


@pytest.fixture(scope="module")
def pupils() -> pd.DataFrame:
    """Counties of two provinces; blanks, a school of one pupil, one of equal scores, one where nobody sat."""
    random = np.random.default_rng(7)
    rows = 6000
    region = random.choice(["330106", "330108", "330110", "340102"], rows)
    table = pd.DataFrame(
        {
            "region": region,
            "school": [f"{code}{number:02}" for code, number in zip(region, random.integers(0, 12, rows), strict=True)],
            "stage": random.choice(["primary", "junior"], rows),
            "year": random.choice([2022, 2023], rows),
            "math": np.clip(np.round(random.normal(68, 17, rows) * 2) / 2, 0, 100),
            "sex": random.choice(["girl", "boy"], rows),
            "weight": random.uniform(0.5, 2.0, rows),
        }
    )
    table["offset"] = 1e6 + np.round(random.normal(0, 1, rows) * 4) / 4
    table.loc[random.random(rows) < 0.06, "math"] = np.nan
    table.loc[random.random(rows) < 0.02, "sex"] = None
    table.loc[random.random(rows) < 0.01, "weight"] = np.nan
    table.loc[table["school"] == "33010603", "math"] = 70.1
    table.loc[table["school"] == "33010803", "math"] = np.nan
    lone = table.iloc[[0]].assign(region="340102", school="34010299", math=55.0, offset=1e6, weight=1.5, sex="girl")
    return pd.concat([table, lone], ignore_index=True)


def _alike(
    found: pd.DataFrame, expected: pd.DataFrame, keys: list[str], rtol: float = 1e-10, atol: float = 1e-13
) -> None:
    left, right = (each.set_index(keys).sort_index() for each in (found, expected))
    assert left.index.equals(right.index)
    assert set(left.columns) == set(right.columns)
    numbers = right.select_dtypes("number").columns
    np.testing.assert_allclose(left[numbers].astype(float), right[numbers].astype(float), rtol=rtol, atol=atol)


def _same(found: PupilSums, expected: PupilSums) -> None:
    _alike(found.schools, expected.schools, [*KEYS, "group", "score"])
    _alike(found.distribution, expected.distribution, [*PLACE, "value"])


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pandas"])
@pytest.mark.parametrize("asked", [ASKED, BARE], ids=["weighted, in groups", "plain"])
def test_every_engine_gives_the_sums_of_pandas(pupils: pd.DataFrame, engine: str, asked: Asked) -> None:
    _same(add_up_pupils(ENGINES[engine](pupils), asked), add_up_pupils(pupils, asked))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_spark_gives_the_sums_of_pandas(spark: Any, pupils: pd.DataFrame, tmp_path: Path) -> None:
    pupils.to_parquet(tmp_path / "pupils.parquet")
    _same(add_up_pupils(spark.open([tmp_path / "pupils.parquet"], "parquet"), ASKED), add_up_pupils(pupils, ASKED))


class TestByHand:
    """Three schools: 60 and 80; 90 alone; 70 three times and one pupil who was away. 440 points, six pupils."""

    @pytest.fixture(scope="class")
    def sums(self) -> PupilSums:
        scores = {"A": [60, 80], "B": [90], "C": [70, 70, 70, None]}
        rows = [("330106", school, "primary", 2023, score) for school, held in scores.items() for score in held]
        return add_up_pupils(pd.DataFrame(rows, columns=[*KEYS, "math"]), Asked(("math",), {"math": Lines(70, 85, 61)}))

    def test_schools(self, sums: PupilSums) -> None:
        table = school_table(sums, "math", everyone=True).set_index("school")
        assert table["candidates"].tolist() == [2, 1, 3]
        assert table["expected_candidates"].tolist() == table["pupils"].tolist() == [2, 1, 4]
        assert table["score_total"].tolist() == [140, 90, 210]
        assert table["score_deviation"].tolist() == [10, 0, 0]  # exactly
        assert table["passed_candidates"].tolist() == [1, 1, 3]
        assert table["excellent_candidates"].tolist() == [0, 1, 0]
        assert table["low_score_candidates"].tolist() == [1, 0, 0]

    def test_the_county(self, sums: PupilSums) -> None:
        own = region_figures(sums).iloc[0]
        assert own["mean"] == pytest.approx(440 / 6, rel=1e-14)
        assert own["deviation"] == pytest.approx((1600 / 3 / 6) ** 0.5, rel=1e-14)  # 1600/3 is Σ(x − mean)²
        assert own["between_share"] == pytest.approx((1600 / 3 - 200) / (1600 / 3), rel=1e-14)
        assert [own[name] for name in ("first_quartile", "median", "third_quartile")] == [70, 70, 80]
        assert own["gini"] == pytest.approx(180 / 2640, rel=1e-13)  # 180 is Σ|x − y| over the fifteen pairs
        assert own["pass_rate"] == pytest.approx(500 / 6, rel=1e-14)
        assert own["schools"] == 3
        assert own["step"] == 1.0


class TestAgainstThePupilsThemselves:
    @pytest.fixture(scope="class")
    def sums(self, pupils: pd.DataFrame) -> PupilSums:
        return add_up_pupils(ENGINES["polars, lazily"](pupils), ASKED)

    @pytest.mark.parametrize("score", ["math", "offset"])
    def test_of_each_school(self, pupils: pd.DataFrame, sums: PupilSums, score: str) -> None:
        held = pupils.dropna(subset=[score, "weight"])
        expected = held.groupby(KEYS).apply(_of_school, score).reset_index()
        found = school_table(sums, score)
        found = found[found["known"] > 0].drop(columns=["full_marks", "all_subject_passed"], errors="ignore")
        # A deviation of 1 around a million: of the sixteen digits of a score ten are left.
        _alike(found[expected.columns], expected, KEYS)

    def test_who_passed_in_every_subject(self, pupils: pd.DataFrame, sums: PupilSums) -> None:
        both = (pupils["math"] >= 60) & (pupils["offset"] >= 999_999)
        expected = pupils["weight"].where(both, 0.0).groupby([pupils[name] for name in KEYS]).sum()
        found = school_table(sums, "math").set_index(KEYS)["all_subject_passed"]
        np.testing.assert_allclose(found, expected.reindex(found.index), rtol=1e-12, atol=1e-12)

    @pytest.mark.parametrize("level", ["county", "province", "nation"])
    @pytest.mark.parametrize("score", ["math", "offset"])
    def test_of_each_region(self, pupils: pd.DataFrame, sums: PupilSums, level: str, score: str) -> None:
        held = pupils.dropna(subset=[score, "weight"])
        digits = {"county": 6, "province": 2, "nation": 0}[level]
        held = held.assign(home=held["region"], region=held["region"].str[:digits] if digits else "0")
        expected = held.groupby(["region", "stage", "year"]).apply(_of_region, score).reset_index()
        found = region_figures(sums, level, gap=("girl", "boy")).query("score == @score")
        # Numbers around a million differ by multiples of 1e-10; Theil's T of the second score has its own test.
        atol = 1e-13 if score == "math" else 1e-9
        _alike(found[expected.columns], expected, ["region", "stage", "year"], atol=atol)

    def test_equal_scores_have_no_deviation_at_all(self, sums: PupilSums) -> None:
        own = school_table(sums, "math").query("school == '33010603'")
        assert len(own) == 4
        assert (own["score_deviation"] == 0).all()

    def test_a_deviation_of_one_around_a_million(self, pupils: pd.DataFrame) -> None:
        """Theil's T of a millionth deviation, against the same in numbers of nineteen digits."""
        sums = add_up_pupils(pupils, Asked(("offset",)))
        found = region_figures(sums, "nation").groupby(["stage", "year"])["theil_t"].first()
        for place, held in pupils.groupby(["stage", "year"]):
            relative = held["offset"].to_numpy(np.longdouble)
            apart = relative / relative.mean() - 1
            exact = (apart**2 / 2 - apart**3 / 6).mean()  # the next term is 1e-12 of the first
            assert found[place] == pytest.approx(float(exact), rel=1e-9)


def _of_school(held: pd.DataFrame, score: str) -> pd.Series:
    x, w = held[score].to_numpy(), held["weight"].to_numpy()
    mean = np.average(x, weights=w)
    counts = {"candidates": w.sum(), "score_total": (w * x).sum(), "known": len(x)}
    counts |= {"score_deviation": np.average((x - mean) ** 2, weights=w) ** 0.5}
    lines = ASKED.lines_of(score)
    counts |= {"passed_candidates": w[x >= lines.passed].sum()}
    if score == "math":
        counts |= {"excellent_candidates": w[x >= 85].sum(), "low_score_candidates": w[x < 40].sum()}
    return pd.Series(counts)


def _of_region(held: pd.DataFrame, score: str) -> pd.Series:
    x, w = held[score], held["weight"]
    mean = np.average(x, weights=w)
    schools = held.groupby(["home", "school"])
    means = schools[[score, "weight"]].transform(lambda each: each)[score] * w
    means = means.groupby([held["home"], held["school"]]).transform("sum") / schools["weight"].transform("sum")
    total = np.average((x - mean) ** 2, weights=w)
    theil = theil_parts(x, held["home"] + held["school"], weights=w, form="T")
    girls, boys = held[held["sex"] == "girl"], held[held["sex"] == "boy"]
    first, second = (np.average(each[score], weights=each["weight"]) for each in (girls, boys))
    within = sum(
        (each["weight"] * (each[score] - own) ** 2).sum() for each, own in ((girls, first), (boys, second))
    ) / (girls["weight"].sum() + boys["weight"].sum())
    quartiles = np.quantile(x, [0.25, 0.5, 0.75], method="inverted_cdf", weights=w)
    return pd.Series(
        {
            "pupils": len(x),
            "schools": schools.ngroups,
            "mean": mean,
            "deviation": total**0.5,
            "between_share": np.average((means - mean) ** 2, weights=w) / total,
            "theil_t": theil.total,
            "theil_between": theil.between,
            "theil_within": theil.within,
            "pass_rate": 100 * w[x >= ASKED.lines_of(score).passed].sum() / w.sum(),
            "first_quartile": quartiles[0],
            "median": quartiles[1],
            "third_quartile": quartiles[2],
            "gini": gini(x, weights=w),
            "first_mean": first,
            "second_mean": second,
            "gap": first - second,
            "standardised_gap": (first - second) / within**0.5,
        }
    )


class TestMerging:
    def test_months_and_counties_are_added(self, pupils: pd.DataFrame) -> None:
        """Each part is summed around another value, and together they give what all at once give."""
        year, county = pupils["year"] == 2023, pupils["region"] == "330108"
        parts = [pupils[year & ~county], pupils[~year & ~county], pupils[county].head(300), pupils[county].iloc[300:]]
        _same(combine_pupils(*(add_up_pupils(each, ASKED) for each in parts)), add_up_pupils(pupils, ASKED))

    def test_come_back_from_a_file_as_they_were(self, pupils: pd.DataFrame, tmp_path: Path) -> None:
        sums = add_up_pupils(pupils, ASKED)
        write_pupil_sums(sums, tmp_path)
        back = read_pupil_sums(tmp_path)
        assert back.asked == sums.asked
        _same(back, sums)
        twice = combine_pupils(back, sums)
        assert twice.rows == 2 * sums.rows
        assert twice.distribution["pupils"].sum() == 2 * sums.distribution["pupils"].sum()

    def test_other_lines_are_refused(self, pupils: pd.DataFrame) -> None:
        with pytest.raises(RequestError, match="72"):
            combine_pupils(add_up_pupils(pupils, BARE), add_up_pupils(pupils, Asked(("math",), {"math": Lines(72)})))

    def test_other_steps_are_refused(self, pupils: pd.DataFrame) -> None:
        whole = pupils.assign(math=pupils["math"].round())
        with pytest.raises(RequestError, match=r"0\.1"):
            combine_pupils(add_up_pupils(pupils, BARE), add_up_pupils(whole, BARE))

    def test_a_folder_without_sums(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError, match=tmp_path.name):
            read_pupil_sums(tmp_path)


class TestStrangeTables:
    def test_words_of_a_stage_and_rows_that_belong_nowhere(self, pupils: pd.DataFrame) -> None:
        spoken = pupils.assign(stage=pupils["stage"].map({"primary": "小学", "junior": "初中"}))
        spoken.loc[spoken.index[:7], "school"] = None
        sums = add_up_pupils(spoken, BARE)
        assert sums.without_key == 7
        _same(sums, add_up_pupils(pupils.iloc[7:], BARE))

    def test_a_stage_that_is_none(self, pupils: pd.DataFrame) -> None:
        with pytest.raises(RequestError, match="四年级"):
            add_up_pupils(pupils.assign(stage="四年级"), BARE)

    def test_a_weight_below_nothing(self, pupils: pd.DataFrame) -> None:
        with pytest.raises(RequestError, match="-1"):
            add_up_pupils(pupils.assign(weight=-1.0), ASKED)

    def test_an_infinite_score(self, pupils: pd.DataFrame) -> None:
        with pytest.raises(RequestError, match="math"):
            add_up_pupils(pupils.assign(math=np.inf), BARE)

    def test_a_column_that_is_not_there(self, pupils: pd.DataFrame) -> None:
        with pytest.raises(RequestError, match="reading"):
            add_up_pupils(pupils, Asked(("reading",)))

    @pytest.mark.parametrize("engine", list(ENGINES))
    def test_a_table_without_rows(self, pupils: pd.DataFrame, engine: str) -> None:
        with pytest.raises(RequestError) as refused:
            add_up_pupils(ENGINES[engine](pupils.head(0)), ASKED)
        assert refused.value.key == "pupils_no_rows"

    @pytest.mark.parametrize("engine", list(ENGINES))
    def test_a_score_that_nobody_has(self, pupils: pd.DataFrame, engine: str) -> None:
        sums = add_up_pupils(ENGINES[engine](pupils.assign(math=np.nan)), ASKED)
        assert (school_table(sums, "math")["known"] == 0).all()
        assert set(region_figures(sums)["score"]) == {"offset"}

    def test_scores_below_nothing_have_no_shares(self, pupils: pd.DataFrame) -> None:
        """Points about 0, as a standardised scale has them: a deviation, and neither Gini nor Theil."""
        own = region_figures(add_up_pupils(pupils.assign(math=pupils["math"] - 68), BARE))
        assert own[["theil_t", "theil_between", "theil_within", "gini"]].isna().all(axis=None)
        moved = region_figures(add_up_pupils(pupils, BARE))
        np.testing.assert_allclose(own["deviation"], moved["deviation"], rtol=1e-12)

    def test_lines_in_the_wrong_order(self) -> None:
        with pytest.raises(RequestError, match="85, 60"):
            Lines(passed=85, excellent=60)

    def test_one_column_for_two_things(self) -> None:
        with pytest.raises(RequestError, match="math"):
            Asked(("math",), weight="math")

    def test_a_group_that_is_not_there(self, pupils: pd.DataFrame) -> None:
        with pytest.raises(RequestError, match="boy, girl"):
            region_figures(add_up_pupils(pupils, ASKED), gap=("girl", "man"))


class TestIntoMeasure:
    def test_the_share_between_schools_is_that_of_the_indicator(self, pupils: pd.DataFrame) -> None:
        """`measure` on the table of schools gives what the pupils' own sums give."""
        sums = add_up_pupils(pupils, BARE)
        schools = school_table(sums, "math").drop(columns="known")
        names = {"naeq_between_school_variance_share": "between_share", "mean_score": "mean", "pass_rate": "pass_rate",
                 "excellent_rate": "excellent_rate", "low_score_rate": "low_score_rate"}  # fmt: skip
        found = findings_of(add_up(schools, names)).query("subject == 'region'")
        own = region_figures(sums).set_index(["region", "stage", "year"])
        for row in found.itertuples():
            expected = own.loc[(row.region, row.stage, row.year), names[row.indicator]]
            assert row.value == pytest.approx(expected, rel=1e-10)
        assert set(found["indicator"]) == set(names)


class TestRelease:
    def test_a_small_school_takes_the_next_with_it(self) -> None:
        few = pd.Series([True, False, False, False])
        pupils, county = pd.Series([4, 300, 25, 80]), pd.Series(["a"] * 4)
        assert withheld_together(few, pupils, [county], 10).tolist() == [True, False, True, False]

    def test_two_that_hide_each_other_are_enough(self) -> None:
        few = pd.Series([True, True, False, False])
        assert withheld_together(few, pd.Series([6, 7, 25, 80]), [few * 0], 10).tolist() == [True, True, False, False]

    def test_two_of_five_pupils_together_are_not(self) -> None:
        few = pd.Series([True, True, False, False])
        assert withheld_together(few, pd.Series([2, 3, 25, 80]), [few * 0], 10).tolist() == [True, True, True, False]

    def test_a_school_where_nobody_sat_hides_nothing(self) -> None:
        few = pd.Series([True, False, False])
        assert withheld_together(few, pd.Series([9, 0, 40]), [few * 0], 10).tolist() == [True, False, True]

    def test_what_is_left_never_tells_a_small_school(self, pupils: pd.DataFrame) -> None:
        """The county's total less the schools shown: nobody, or ten pupils and more of two schools and more."""
        schools = school_table(add_up_pupils(pupils.sample(700, random_state=1), BARE), "math")
        shown = releasable_schools(schools)
        assert "known" not in shown
        gone = schools.loc[shown["candidates"].isna() & (schools["known"] > 0)]
        assert not shown["candidates"].between(0, 10, inclusive="neither").any()
        hidden = gone.groupby(["region", "stage", "year"])["known"].agg(["sum", "size"])
        everyone = schools[schools["known"] > 0].groupby(["region", "stage", "year"])["known"].agg(["sum", "size"])
        told = (hidden["sum"] < 10) | (hidden["size"] < 2)
        assert len(hidden) > 5
        assert (hidden[told] == everyone.loc[hidden.index][told]).all(axis=None)

    def test_weights_do_not_make_a_school_larger(self, pupils: pd.DataFrame) -> None:
        sums = add_up_pupils(pupils.assign(weight=100.0), ASKED)
        shown = releasable_schools(school_table(sums, "math")).set_index("school")
        assert shown.loc[["34010299"], "candidates"].isna().all()

    def test_a_region_of_few_is_withheld_at_every_level(self, pupils: pd.DataFrame) -> None:
        small = pd.concat(
            [pupils, pupils.head(6).assign(region="330112", school="33011201", stage="primary", year=2023)]
        )
        figures = region_figures(add_up_pupils(small, BARE))
        alone, below = releasable_regions(figures, "county"), releasable_regions(figures, "county", "province")
        withheld = alone["status"] == "withheld"
        assert alone.loc[withheld, "region"].tolist() == ["330112"]
        assert alone.loc[withheld, "mean"].isna().all()
        # Where the province is published as well, one more county of it must be held back.
        assert below.loc[below["status"] == "withheld", "region"].nunique() == 2

    def test_a_gap_between_few_is_withheld(self, pupils: pd.DataFrame) -> None:
        few = pupils.assign(sex="boy")
        few.loc[few.groupby(["region", "stage", "year"]).head(5).index, "sex"] = "girl"
        shown = releasable_regions(region_figures(add_up_pupils(few, ASKED), gap=("girl", "boy")), "county")
        assert shown[["gap", "first_mean", "second_mean", "first_pupils"]].isna().all(axis=None)
        assert shown["mean"].notna().all()
