"""A model's columns straight from the engine that holds them: the same figures by every way, and nothing else read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qualityedu.datasets import Dataset
from qualityedu.errors import RequestError
from qualityedu.intake.scanning import engine_for, scan
from qualityedu.models import Fit, Survey, fit, survey_mean
from qualityedu.models.source import take_columns

ENGINES: dict[str, Callable[[Path], Any]] = {
    "polars": pl.read_parquet,
    "polars, lazily": pl.scan_parquet,
    "pyarrow": pq.read_table,
    "duckdb": lambda path: duckdb.read_parquet(str(path)),
}
MODELS: dict[str, dict[str, Any]] = {
    "y ~ x + kind": {"cluster": "county"},
    "y ~ C(kind) + log(pupils)": {"errors": "HC3", "estimator": "wls", "weights": "w"},
    "y ~ x": {"estimator": "panel", "effects": ("school", "year"), "cluster": "county"},
    "y ~ pupils": {"estimator": "panel", "effects": ("school", "year"), "method": "first_differences"},
    "y ~ x + [z ~ pupils]": {"estimator": "iv", "effects": ("school",)},
    "y ~ x + z": {"estimator": "multilevel", "groups": ("county", "school")},
    "few ~ x": {"cluster": "kind"},
    "passed + failed ~ x": {"estimator": "binomial", "cluster": "county"},
    "y ~ I(kind == 'rural') + z": {"groups": "county/number", "estimator": "multilevel"},
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Schools over six years: words, whole numbers, blanks in each, rows in no order."""
    random = np.random.default_rng(11)
    number = np.repeat(np.arange(150), 6)
    rows = len(number)
    own = random.normal(size=150)[number]
    z = random.normal(size=rows)
    pupils = random.integers(50, 900, rows)
    made = pd.DataFrame(
        {
            "school": [f"33{each:04}" for each in number],
            "county": [f"33{each // 5:02}" for each in number],
            "number": number % 5,
            "year": np.tile(np.arange(2015, 2021), 150),
            "kind": random.choice(["urban", "town", "rural", "镇区", "Zone"], 150)[number],
            "x": random.normal(size=rows) + own,
            "z": z,
            "w": random.uniform(0.5, 2, rows),
            "pupils": pupils,
            "passed": pupils // 2,
            "failed": pupils - pupils // 2,
            "unused": ["kept out of it"] * rows,
        }
    )
    made["z"] += 0.01 * pupils
    made["y"] = 1 + 2 * made["x"] + 0.3 * made["z"] + own + random.normal(size=rows)
    made["few"] = made["y"]
    made = made.sample(frac=1, random_state=1, ignore_index=True)
    made.loc[[3, 40], "x"] = np.nan
    made.loc[[5, 41], "kind"] = None
    made.loc[[7], "county"] = None
    return made


@pytest.fixture(scope="module")
def path(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In row groups of 200, so that every word has several codes before they are made one."""
    place = tmp_path_factory.mktemp("models") / "panel.parquet"
    table.to_parquet(place, row_group_size=200)
    return place


def _alike(found: Fit, expected: Fit) -> None:
    assert found.table["term"].tolist() == expected.table["term"].tolist()
    numbers = ["estimate", "standard_error", "lower", "upper", "p_value"]
    np.testing.assert_allclose(found.table[numbers], expected.table[numbers], rtol=1e-10, atol=1e-14)
    np.testing.assert_array_equal(found.used, expected.used)
    pd.testing.assert_frame_equal(found.dropped, expected.dropped)
    assert found.clusters == expected.clusters
    assert found.warnings == expected.warnings
    assert found.statistics.keys() == expected.statistics.keys()


@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize("formula", list(MODELS))
def test_every_engine_gives_the_figures_of_pandas(table: pd.DataFrame, path: Path, formula: str, engine: str) -> None:
    how = MODELS[formula]
    _alike(fit(formula, ENGINES[engine](path), **how), fit(formula, table, **how))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("formula", ["y ~ x", "y ~ x + kind"])
def test_spark_gives_the_figures_of_pandas(spark: Any, table: pd.DataFrame, path: Path, formula: str) -> None:
    _alike(fit(formula, spark.open([path], "parquet"), **MODELS[formula]), fit(formula, table, **MODELS[formula]))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_scan_of_many_files(tmp_path: Path, engine: str) -> None:
    """From files with our columns, through `scan`, in either engine."""
    random = np.random.default_rng(2)
    schools = pd.DataFrame({"region": random.choice(["330106", "330108"], 400), "stage": "primary", "year": 2023})
    schools["school"] = [f"S{number}" for number in range(400)]
    schools["pupils"] = random.integers(100, 900, 400).astype(float)
    schools["teachers"] = schools["pupils"] / 15 + random.normal(0, 3, 400)
    for region, rows in schools.groupby("region"):
        rows.to_parquet(tmp_path / f"{region}.parquet")
    with engine_for(engine) as opened:
        dataset = Dataset("nation", tmp_path, {"zh": "n", "en": "n"})
        found = fit("teachers ~ pupils + C(region)", scan(sorted(tmp_path.glob("*.parquet")), opened, dataset).frame)
    expected = fit("teachers ~ pupils + C(region)", schools)
    np.testing.assert_allclose(found.table["estimate"], expected.table["estimate"], rtol=1e-10)
    np.testing.assert_allclose(found.table["standard_error"], expected.table["standard_error"], rtol=1e-10)


class TestWhatIsRead:
    def test_nothing_but_what_is_named_by_polars(self, path: Path) -> None:
        def refuse(_: pl.Series) -> pl.Series:
            raise AssertionError("a column that nobody named was worked out")

        lazy = pl.scan_parquet(path).with_columns(pl.col("unused").map_batches(refuse, return_dtype=pl.String))
        assert fit("y ~ x + kind", lazy, cluster="county").rows > 0
        with pytest.raises(Exception, match="nobody named"):
            fit("y ~ C(unused)", lazy)

    def test_nothing_but_what_is_named_by_duckdb(self, path: Path) -> None:
        relation = duckdb.sql(f"select * exclude (unused), error('worked out') as unused from read_parquet('{path}')")
        assert fit("y ~ x + kind", relation, estimator="wls", weights="w", cluster="county").rows > 0
        with pytest.raises(duckdb.Error, match="worked out"):
            fit("y ~ C(unused)", relation)

    @pytest.mark.parametrize("engine", list(ENGINES))
    def test_words_come_as_codes_in_the_order_of_the_alphabet(
        self, table: pd.DataFrame, path: Path, engine: str
    ) -> None:
        frame = take_columns(ENGINES[engine](path), ["school", "kind", "x"])
        assert frame.columns.tolist() == ["school", "kind", "x"]
        for name in ("school", "kind"):
            assert isinstance(frame[name].dtype, pd.CategoricalDtype)
            assert frame[name].cat.categories.tolist() == sorted(set(table[name].dropna()))
            assert frame[name].astype(object).where(frame[name].notna(), None).tolist() == [
                None if value != value else value for value in table[name]
            ]

    @pytest.mark.parametrize("engine", list(ENGINES))
    def test_of_a_key_only_the_order_is_kept(self, table: pd.DataFrame, path: Path, engine: str) -> None:
        frame = take_columns(ENGINES[engine](path), ["county", "x"], keys=["county"])
        expected = pd.factorize(table["county"], sort=True)[0]
        assert (expected == -1).sum() == 1
        np.testing.assert_array_equal(frame["county"].cat.codes, expected)
        assert pd.api.types.is_integer_dtype(frame["county"].cat.categories.dtype)

    def test_numbers_are_not_copied_where_arrow_allows(self) -> None:
        values = pa.array(np.arange(1000.0))
        frame = take_columns(pa.table({"x": values}), ["x"])
        assert np.shares_memory(frame["x"].to_numpy(), values.to_numpy())

    def test_a_pandas_frame_is_not_copied(self, table: pd.DataFrame) -> None:
        assert np.shares_memory(take_columns(table, ["x"])["x"].to_numpy(), table["x"].to_numpy())


class TestKindsOfColumns:
    def test_decimals_are_numbers(self, path: Path, table: pd.DataFrame) -> None:
        relation = duckdb.read_parquet(str(path)).project("y, x::decimal(12, 4) as x")
        expected = fit("y ~ x", table.assign(x=table["x"].round(4)))
        np.testing.assert_allclose(fit("y ~ x", relation).table["estimate"], expected.table["estimate"], rtol=1e-10)

    def test_dates_run_in_time(self, table: pd.DataFrame) -> None:
        dated = table.assign(year=[date(year, 9, 1) for year in table["year"]])
        arrow = pa.Table.from_pandas(dated)
        assert pa.types.is_date(arrow.schema.field("year").type)
        how: dict[str, Any] = {"estimator": "panel", "effects": ("school", "year"), "method": "first_differences"}
        _alike(fit("y ~ x", arrow, **how), fit("y ~ x", dated.assign(year=pd.to_datetime(dated["year"])), **how))

    def test_words_that_the_engine_has_coded_already(self, table: pd.DataFrame) -> None:
        coded = pl.from_pandas(table).with_columns(pl.col("kind").cast(pl.Categorical))
        _alike(fit("y ~ x + kind", coded, cluster="county"), fit("y ~ x + kind", table, cluster="county"))

    @pytest.mark.parametrize("engine", list(ENGINES))
    def test_a_table_without_rows(self, path: Path, engine: str, tmp_path: Path) -> None:
        pl.read_parquet(path).head(0).write_parquet(tmp_path / "empty.parquet")
        with pytest.raises(RequestError) as refused:
            fit("y ~ x + kind", ENGINES[engine](tmp_path / "empty.parquet"), cluster="county")
        assert refused.value.key == "model_no_rows"

    def test_an_unknown_column_is_named_before_anything_is_read(self, path: Path) -> None:
        with pytest.raises(RequestError, match="pupil"):
            fit("y ~ pupil", pl.scan_parquet(path))

    def test_a_survey_of_a_relation(self, path: Path, table: pd.DataFrame) -> None:
        survey = Survey(weights="w", clusters="school")
        found = survey_mean("y", duckdb.read_parquet(str(path)), survey).table
        pd.testing.assert_frame_equal(found, survey_mean("y", table, survey).table, rtol=1e-10)
