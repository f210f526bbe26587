"""The engines that may hold a table: Polars, DuckDB, Spark. Each is loaded when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualityedu.errors import RequestError, ToolMissing

__all__ = ["ENGINES", "Engine", "engine_for"]

# What each is installed with.
ENGINES = {"polars": "national", "duckdb": "national", "spark": "spark"}


# Piece by piece, and few pieces read ahead of those at work, so that memory does not go with the rows.
_OF_POLARS = {"POLARS_ENGINE_AFFINITY": "streaming", "POLARS_ROW_GROUP_PREFETCH_SIZE": "2"}


@dataclass(frozen=True)
class Engine:
    """What reads files lazily: `open` gives a frame that Narwhals knows, of which nothing is computed yet.

    `open` takes files of one schema and their format; CSV is read as text throughout. `close` lets go of what is held.
    """

    name: str
    open: Callable[[Sequence[Path], str], Any]
    close: Callable[[], None] = lambda: None

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def engine_for(name: str, *, master: str = "local[*]", memory: str = "", scratch: Path | None = None) -> Engine:
    """The engine of that name. `master` is for Spark, `memory` (such as `600MB`) the most that DuckDB may use.

    What does not fit into it DuckDB puts into the folder `scratch`. Raises RequestError for another name and for a
    `memory` that is no size, ToolMissing where the engine's package is not installed.
    """
    if name not in ENGINES:
        raise RequestError("unknown_engine", seen=name, known=", ".join(ENGINES))
    try:
        match name:
            case "duckdb":
                return _duckdb(memory, scratch)
            case "spark":
                return _spark(master)
        return _polars()
    except ImportError as error:
        raise ToolMissing("no_engine", name=name, extra=ENGINES[name]) from error


def _polars() -> Engine:
    import polars

    # Unless the user has said otherwise.
    own = {name: value for name, value in _OF_POLARS.items() if name not in os.environ}
    os.environ.update(own)
    heard = getattr(polars.Config, "reload_env_vars", lambda: None)  # versions without it look there at every use
    heard()

    def opened(files: Sequence[Path], kind: str) -> Any:
        paths = [str(path) for path in files]
        return polars.scan_csv(paths, infer_schema=False) if kind == "csv" else polars.scan_parquet(paths)

    def close() -> None:
        for name in own:
            os.environ.pop(name, None)
        heard()

    return Engine("polars", opened, close)


def _duckdb(memory: str, scratch: Path | None) -> Engine:
    import duckdb

    # What is let go of is given back at once: else a good part of the peak is memory that nobody uses.
    settings = {"allocator_bulk_deallocation_flush_threshold": "1MB"}
    # The ranges in a Parquet file leave out what is no number; DuckDB infers from them that there is none of it.
    settings |= {"disabled_optimizers": "statistics_propagation"}
    settings |= {"memory_limit": memory, "temp_directory": str(scratch or "")}
    try:
        connection = duckdb.connect(config={name: each for name, each in settings.items() if each})
    except duckdb.ParserException as error:
        raise RequestError("not_a_size", seen=memory) from error

    def opened(files: Sequence[Path], kind: str) -> Any:
        paths: Any = [str(path) for path in files]
        if kind == "csv":
            return connection.read_csv(paths, all_varchar=True, header=True)
        return connection.read_parquet(paths)

    return Engine("duckdb", opened, connection.close)


def _spark(master: str) -> Engine:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("qualityedu").master(master)
    if master.startswith("local"):
        builder = builder.config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.sql.shuffle.partitions", str(2 * (os.cpu_count() or 1)))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")

    def opened(files: Sequence[Path], kind: str) -> Any:
        paths = [str(path.resolve()) for path in files]
        return session.read.csv(paths, header=True) if kind == "csv" else session.read.parquet(*paths)

    return Engine("spark", opened, session.stop)
