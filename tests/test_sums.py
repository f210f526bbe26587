"""Sums: the same numbers on every engine, merged upward without the schools, and added to later."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest

from conftest import ROOT
from qualityedu.errors import RequestError
from qualityedu.findings import in_scope, measure, school_values
from qualityedu.findings.attained import COUNTS, attained, spoken_of
from qualityedu.findings.attainment import attainment, school_verdicts
from qualityedu.findings.levels import LEVELS, at_level, values_by_level
from qualityedu.findings.stored_sums import read_sums, write_sums
from qualityedu.findings.sums import add_up, combine, findings_of, persons_of, regroup, values_of
from qualityedu.inequality import leading_share, leading_shares
from qualityedu.intake import read_schools
from qualityedu.intake.scanning import engine_for
from qualityedu.release import releasable_sums
from qualityedu.standards import rule_for, school_year_end

sys.path.insert(0, str(ROOT / "benchmarks"))
from national_table import batches

KEYS = ["region", "year", "indicator", "stage", "subject"]
Engines = dict[str, Callable[[Path], Any]]
ENGINES: Engines = {
    "pandas": pd.read_parquet,
    "polars": pl.read_parquet,
    "polars, lazily": pl.scan_parquet,
    "pyarrow": lambda path: pl.read_parquet(path).to_arrow(),
    "duckdb": lambda path: duckdb.from_parquet(str(path)),
}


@pytest.fixture(scope="module")
def demo() -> pd.DataFrame:
    return read_schools("demo")


@pytest.fixture(scope="module")
def nation() -> pd.DataFrame:
    """A small imaginary nation with blanks, schools without pupils, through-train schools, and a county of one."""
    table = pd.concat([each.to_pandas() for each in batches(1500, seed=3, years=(2021, 2022, 2023))], ignore_index=True)
    table.loc[[3, 700], "pupils"] = 0.0
    lone = table.iloc[[0]].assign(region="990101", school="9999999999")
    return pd.concat([table, lone], ignore_index=True)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, demo: pd.DataFrame, nation: pd.DataFrame) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tables")
    tables = {"demo": demo, "nation": nation}
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    return {name: folder / f"{name}.parquet" for name in tables}


def _alike(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    left, right = (each.set_index(KEYS).sort_index() for each in (found, expected))
    assert left.index.equals(right.index)
    assert (left[["schools", "left_out"]] == right[["schools", "left_out"]]).all(axis=None)
    assert (left["basis"].astype(str) == right["basis"].astype(str)).all()
    np.testing.assert_allclose(left["value"], right["value"], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("table", ["demo", "nation"])
@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pandas"])
def test_every_engine_gives_the_findings_of_pandas(files: dict[str, Path], table: str, engine: str) -> None:
    _alike(measure(ENGINES[engine](files[table])), measure(ENGINES["pandas"](files[table])))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("table", ["demo", "nation"])
def test_spark_gives_the_findings_of_pandas(spark: Any, files: dict[str, Path], table: str) -> None:
    _alike(measure(spark.open([files[table]], "parquet")), measure(pd.read_parquet(files[table])))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_spark_counts_the_schools_that_meet_the_rule(spark: Any, files: dict[str, Path]) -> None:
    found = attained(spark.open([files["nation"]], "parquet"))
    pd.testing.assert_frame_equal(found, attained(pd.read_parquet(files["nation"])))


def test_a_pandas_frame_gives_a_pandas_frame(demo: pd.DataFrame) -> None:
    assert isinstance(measure(demo), pd.DataFrame)


class TestMerging:
    @pytest.mark.parametrize("level", [name for name in LEVELS if name != "county"])
    def test_counties_merge_upward_without_their_schools(self, nation: pd.DataFrame, level: str) -> None:
        digits = LEVELS[level]
        direct = measure(nation.assign(region=nation["region"].str[:digits] if digits else "0"))
        _alike(findings_of(at_level(add_up(nation), level)), direct)

    def test_several_levels_at_once_are_those_one_by_one(self, nation: pd.DataFrame) -> None:
        """The shares of leading units, which do not add up, among them."""
        levels = ["county", "nation", "province"]
        sums = add_up(nation)
        found = values_by_level(sums, levels)
        assert list(found) == levels
        assert sums.leading
        for level in levels:
            expected = values_of(sums if level == "county" else at_level(sums, level))
            pd.testing.assert_frame_equal(found[level], expected, rtol=1e-12)

    def test_into_groups_of_ones_own(self, demo: pd.DataFrame) -> None:
        halves = {region: "east" if region < "999905" else "west" for region in demo["region"].unique()}
        merged = findings_of(regroup(add_up(demo), halves.__getitem__))
        _alike(merged, measure(demo.assign(region=demo["region"].map(halves))))

    def test_a_further_year_and_a_further_county_are_added(self, demo: pd.DataFrame) -> None:
        year, county = demo["year"] == 2023, demo["region"] == "999903"
        parts = [demo[~year & ~county], demo[year & ~county], demo[county]]
        _alike(findings_of(combine(*map(add_up, parts))), measure(demo))

    def test_rows_of_one_county_that_come_later(self, demo: pd.DataFrame) -> None:
        first = demo.index % 2 == 0
        _alike(findings_of(combine(add_up(demo[first]), add_up(demo[~first]))), measure(demo))

    def test_sums_of_another_kind_are_refused(self, demo: pd.DataFrame) -> None:
        counts, stated = add_up(demo, ["books_per_pupil"]), demo.drop(columns="books").assign(books_per_pupil=20.0)
        with pytest.raises(RequestError, match="stated_weighted"):
            combine(counts, add_up(stated, ["books_per_pupil"]))
        with pytest.raises(RequestError):
            combine(counts, add_up(demo, ["books_per_pupil", "mean_class_size"]))

    def test_another_level_is_refused(self, demo: pd.DataFrame) -> None:
        with pytest.raises(RequestError, match="village"):
            at_level(add_up(demo, ["books_per_pupil"]), "village")


class TestStored:
    def test_come_back_as_they_were(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        sums = add_up(
            demo, ["books_per_pupil", "sports_area_per_pupil", "mean_class_size"], spreads=["books_per_pupil"]
        )
        write_sums(sums, tmp_path / "sums.parquet")
        back = read_sums(tmp_path / "sums.parquet")
        pd.testing.assert_frame_equal(findings_of(back), findings_of(sums))
        _alike(findings_of(combine(back, add_up(demo.head(0), list(sums.workings), spreads=["books_per_pupil"]))),
               findings_of(sums))  # fmt: skip

    def test_of_something_else_are_refused(self, demo: pd.DataFrame, tmp_path: Path) -> None:
        demo.to_parquet(tmp_path / "schools.parquet")
        (tmp_path / "text.parquet").write_text("no table")
        for name in ("schools.parquet", "text.parquet", "absent.parquet"):
            with pytest.raises(RequestError, match=name):
                read_sums(tmp_path / name)


class TestLean:
    def test_only_the_spreads_that_are_asked_for(self, demo: pd.DataFrame) -> None:
        found = measure(demo, spreads=["books_per_pupil"])
        assert set(found.loc[found["subject"] == "spread", "indicator"]) == {"books_per_pupil"}
        every = measure(demo)
        kept = (every["subject"] == "region") | (every["indicator"] == "books_per_pupil")
        pd.testing.assert_frame_equal(found, every[kept].reset_index(drop=True))

    def test_wide_and_long_say_the_same(self, demo: pd.DataFrame) -> None:
        sums = add_up(demo, ["books_per_pupil"])
        wide, long = values_of(sums), findings_of(sums)
        of = long[(long["subject"] == "spread") & (long["stage"] == "primary")]["value"]
        assert list(wide.loc[wide["stage"] == "primary", "books_per_pupil:spread"]) == list(of)

    def test_nothing_to_measure(self, demo: pd.DataFrame) -> None:
        bare = demo[["region", "school", "stage", "year"]]
        assert measure(bare, ["books_per_pupil"]).empty


class TestAttained:
    """The counts against `school_verdicts`, which goes school by school."""

    @pytest.mark.parametrize("table", ["demo", "nation"])
    @pytest.mark.parametrize("engine", ENGINES)
    def test_as_school_by_school(self, files: dict[str, Path], table: str, engine: str) -> None:
        frame = ENGINES[engine](files[table])
        found = attained(spoken_of(frame, country="CN")).set_index(["region", "year", "stage"])
        within, _ = in_scope(pd.read_parquet(files[table]), country="CN")
        within = within[within["year"] >= 2016]
        rule = rule_for("resource_allocation", on=school_year_end(2023), place="CN-999901")
        assert rule is not None
        verdicts = school_verdicts(attainment(school_values(within, rule.indicators)), rule)
        expected = verdicts.groupby(["region", "year", "stage"])["verdict"].value_counts().unstack(fill_value=0)
        for name in COUNTS[1:]:
            assert (found[name] == expected.get(name, 0)).all(), name
        assert (found["schools"] == expected.sum(axis=1)).all()
        assert found["unmet"].sum() > 0
        assert found["met"].sum() > 0

    @pytest.mark.parametrize("engine", ENGINES)
    def test_the_schools_in_scope_are_the_same(self, files: dict[str, Path], engine: str) -> None:
        within, out = in_scope(pd.read_parquet(files["demo"]), country="CN")
        assert len(out)
        kept = nw.from_native(spoken_of(ENGINES[engine](files["demo"]), country="CN")).select("school", "year", "stage")
        eager = kept.collect() if isinstance(kept, nw.LazyFrame) else kept
        names = ["school", "year", "stage"]
        rows = sorted(map(tuple, eager.to_pandas()[names].itertuples(index=False, name=None)))
        assert rows == sorted(within[names].itertuples(index=False, name=None))

    @pytest.mark.parametrize("engine", [name for name in ENGINES if name != "duckdb"])
    def test_a_number_that_is_none_is_missing(self, nation: pd.DataFrame, tmp_path: Path, engine: str) -> None:
        """Polars, DuckDB and Spark hold nan to be a number above all others; in a table of pandas it is a blank."""
        held = pl.from_pandas(nation).with_columns(pl.selectors.float().fill_null(float("nan")))
        held.write_parquet(tmp_path / "nan.parquet")
        frame = ENGINES[engine](tmp_path / "nan.parquet")
        _alike(measure(frame, ["backbone_teachers_per_100", "sports_area_per_pupil"]),
               measure(nation, ["backbone_teachers_per_100", "sports_area_per_pupil"]))  # fmt: skip
        pd.testing.assert_frame_equal(attained(frame), attained(nation), check_dtype=False)

    def test_nor_does_duckdb_take_it_for_a_number(self, nation: pd.DataFrame, tmp_path: Path) -> None:
        held = pl.from_pandas(nation).with_columns(pl.selectors.float().fill_null(float("nan")))
        held.write_parquet(tmp_path / "nan.parquet")
        with engine_for("duckdb") as opened:
            found = measure(opened.open([tmp_path / "nan.parquet"], "parquet"), ["sports_area_per_pupil"])
        _alike(found, measure(nation, ["sports_area_per_pupil"]))

    def test_before_the_rule_nothing_is_counted(self, demo: pd.DataFrame) -> None:
        assert attained(demo.assign(year=2010)).empty
        assert attained(demo, country="").empty

    def test_just_at_the_limit(self, make_schools: Any) -> None:
        """Six of seven at 1.0 or more and the seventh at 0.85 of it: met; below 0.85: unmet (教督〔2017〕6号)."""
        whole = {"pupils": 100, "high_qualified_teachers": 4.2, "backbone_teachers": 1.0, "pe_art_teachers": 0.9,
                 "teaching_auxiliary_area": 450, "indoor_sports_area": 0, "sports_ground_area": 750,
                 "equipment_value": 200_000, "multimedia_rooms": 2.3}  # fmt: skip
        schools = make_schools([
            whole,
            whole | {"books": 1, "sports_ground_area": 0.85 * 750},
            whole | {"sports_ground_area": 0.8499 * 750},
            whole | {"sports_ground_area": 700, "multimedia_rooms": 2.2},
            whole | {"multimedia_rooms": None},
        ])  # fmt: skip
        assert attained(schools)[list(COUNTS)].iloc[0].tolist() == [5, 2, 2, 1]


class TestLeadingShares:
    def test_each_group_as_by_itself(self) -> None:
        random = np.random.default_rng(5)
        units = pd.DataFrame({
            "group": random.integers(0, 40, 900),
            "amount": random.poisson(9, 900).astype(float),
            "size": random.integers(0, 120, 900).astype(float),
        })  # fmt: skip
        units.loc[random.random(900) < 0.05, "amount"] = np.nan
        units.loc[units["group"] == 7, "amount"] = 0.0
        found = leading_shares(units, ["group"], leading=0.2)
        by_hand = {g: leading_share(own["amount"], own["size"], leading=0.2) for g, own in units.groupby("group")}
        np.testing.assert_allclose(found, pd.Series(by_hand), rtol=1e-12)
        assert np.isnan(found[7])

    def test_the_worked_example(self) -> None:
        """100, 100 and 300 candidates with 60, 20 and 20 top grades: the first is a fifth and holds 0.6."""
        units = pd.DataFrame({"group": "a", "amount": [60.0, 20, 20], "size": [100.0, 100, 300]})
        assert leading_shares(units, ["group"], leading=0.2)["a"] == pytest.approx(0.6, rel=1e-12)

    def test_a_fraction_beyond_the_whole_is_refused(self) -> None:
        with pytest.raises(ValueError, match="between 0 and 1"):
            leading_shares(pd.DataFrame({"group": [], "amount": [], "size": []}), ["group"], leading=1.0)


class TestRelease:
    def test_few_schools_and_few_persons_are_withheld(self, nation: pd.DataFrame) -> None:
        found = releasable_sums(add_up(nation, ["books_per_pupil", "excellent_rate"]))
        assert ((found["status"] != "") == found["value"].isna()).all()
        assert (found.loc[found["schools"] > 20, "status"] == "").all()
        lone = found[found["region"] == "990101"]
        assert (lone["status"] == "withheld").all()
        assert lone["value"].isna().all()
        assert found.loc[found["schools"].between(1, 2), "value"].isna().all()

    def test_persons_are_the_most_on_either_side(self, make_schools: Any) -> None:
        schools = make_schools(
            [{"pupils": 30, "classes": 1, "teachers": 2}, {"pupils": 20, "classes": 1, "teachers": 1}]
        )
        persons = persons_of(add_up(schools, ["mean_class_size", "pupil_teacher_ratio", "teacher_pupil_ratio"]))
        assert persons.iloc[0].tolist() == [50, 50, 50]

    def test_nine_pupils_tell_too_much(self, make_schools: Any) -> None:
        few = make_schools([{"pupils": 3, "books": 30}] * 3)
        enough = make_schools([{"pupils": 4, "books": 30}] * 3)
        assert releasable_sums(add_up(few, ["books_per_pupil"]))["status"].tolist() == ["withheld"] * 2
        assert releasable_sums(add_up(enough, ["books_per_pupil"]))["status"].tolist() == ["", "withheld"]


def test_the_imaginary_nation_has_one_row_per_school_stage_and_year(nation: pd.DataFrame) -> None:
    assert not nation.duplicated(["school", "stage", "year"]).any()
    assert (nation.groupby(["school", "year"])["stage"].nunique() > 1).any()
    assert nation["pupils"].isna().any()
    assert (nation["pupils"] == 0).any()
    assert nation.groupby("school")["region"].nunique().max() == 1
