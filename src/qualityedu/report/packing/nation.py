"""What all regions of a pack share: the values of every unit in a year, and what each region adds up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.columns import COLUMNS, CONTEXT, KEYS
from qualityedu.datasets import Dataset
from qualityedu.datasets.pack import Pack
from qualityedu.findings.appraisal import Overview, overview
from qualityedu.findings.attained import spoken_of, verdict_terms
from qualityedu.findings.packed import WITHHELD
from qualityedu.findings.stored_sums import write_sums
from qualityedu.findings.sums import Sums, add_up, workings_of
from qualityedu.indicators import catalogue
from qualityedu.intake.scanning.files import is_word
from qualityedu.models.spec import SPECS
from qualityedu.release.policy import DEFAULT
from qualityedu.release.regions import releasable_overview
from qualityedu.release.units import hidden_units

__all__ = ["Source", "opened", "write_all_sums", "write_year"]

# Regions with so many units in the year are measured together.
_UNITS = 50_000
_WORD = pa.dictionary(pa.int32(), pa.string())
_FINDINGS = pa.schema(
    [(name, _WORD) for name in ("region", "region_name", "indicator", "stage", "subject")]
    + [("year", pa.int64()), ("value", pa.float64()), ("persons", pa.float64())]
)


class Source:
    """The rows of all regions that are in use, in files of their own: `files` by code with their units by year."""

    def __init__(self, connection: Any, files: dict[str, tuple[Path, dict[str, int]]], columns: Sequence[str]) -> None:
        self._connection, self._files, self.columns = connection, dict(sorted(files.items())), tuple(columns)

    def all(self) -> Any:
        """All rows as a DuckDB relation."""
        return self._rows([path for path, _ in self._files.values()])

    def of_year(self, year: int) -> Iterator[pd.DataFrame]:
        """The rows of a year, some regions at a time, with all columns and the types that `read_schools` gives."""
        held, units = list[Path](), 0
        for path, by_year in self._files.values():
            if str(year) in by_year:
                held, units = [*held, path], units + by_year[str(year)]
            if units >= _UNITS:
                yield self._typed(held, year)
                held, units = [], 0
        if held:
            yield self._typed(held, year)

    def _rows(self, paths: list[Path]) -> Any:
        return self._connection.read_parquet([str(path) for path in paths], union_by_name=True)

    def _typed(self, paths: list[Path], year: int) -> pd.DataFrame:
        found: pd.DataFrame = self._rows(paths).filter(f"year = {year}").to_arrow_table().to_pandas(use_threads=False)
        found = found.sort_values(list(KEYS), kind="stable", ignore_index=True).reindex(columns=list(self.columns))
        words = [name for name in self.columns if name in COLUMNS and is_word(COLUMNS[name])]
        numbers = [name for name in self.columns if name not in words and name != "year"]
        return found.astype({**dict.fromkeys(words, "str"), **dict.fromkeys(numbers, "float64"), "year": "int64"})


def opened(memory: str, scratch: Path) -> Any:
    """A DuckDB connection that adds in the same order every time: with one thread."""
    import duckdb

    limit = {"memory_limit": memory} if memory else {}
    return duckdb.connect(config={**limit, "temp_directory": str(scratch), "threads": "1"})


def write_year(
    source: Source, pack: Pack, year: int, *, dataset: Dataset, heard: Callable[[int], None] = lambda units: None
) -> None:
    """Write what regions are compared with in a year, measured, judged and withheld from as for a report.

    The values of all units, as far as the declared models need them, each beside whether it may not be shown of a unit
    by the ordinary policy; and the findings that may be shown of every region, with the persons they rest on.
    """
    wanted = {name for spec in SPECS.values() for name in spec.columns()}
    names = list(workings_of(source.columns, [name for name in catalogue() if name in wanted]))
    schema = _schema(source.columns, names)
    with (
        pq.ParquetWriter(pack.values_of(year), schema, compression="zstd") as values,
        pq.ParquetWriter(pack.findings_of(year), _FINDINGS, compression="zstd") as findings,
    ):
        for table in source.of_year(year):
            seen = overview(table, dataset, year=year)
            values.write_table(_values(seen, names, schema))
            findings.write_table(_findings(seen))
            heard(len(table))


def _values(seen: Overview, names: Sequence[str], schema: pa.Schema) -> pa.Table:
    held = seen.values[[name for name in seen.values.columns if name in names or name not in catalogue()]]
    hidden = hidden_units(seen.schools, held, DEFAULT)
    marks = {f"{WITHHELD}{name}": hidden[name].astype(bool) for name in names}
    rows = pa.Table.from_pandas(held.assign(**marks), schema=schema, preserve_index=False)
    return rows.replace_schema_metadata(None)


def _findings(seen: Overview) -> pa.Table:
    keys = ["region", "year", "stage", "indicator"]
    shown = releasable_overview(seen).findings.merge(seen.persons[[*keys, "persons"]], on=keys, how="left")
    return pa.Table.from_pandas(shown, schema=_FINDINGS, preserve_index=False)


def write_all_sums(source: Source, path: Path, *, country: str) -> None:
    """Write what the units of each region add up to, in scope of the regulations, with how many reach the rule."""
    if not source.columns:
        write_sums(Sums(pd.DataFrame(columns=["region", "year", "stage", "units"]), ("region",), {}, frozenset()), path)
        return
    frame = spoken_of(source.all(), country=country)
    # What the leading units hold does not add up: it is not kept, and would bring every unit here.
    names = [name for name, how in workings_of(source.columns).items() if how.leading is None]
    write_sums(add_up(frame, names, counting=verdict_terms(frame, country=country) if country else {}), path)


def _schema(columns: Sequence[str], names: Sequence[str]) -> pa.Schema:
    keys = [name for name in ("region", "region_name", "school", "school_name", "stage", "year") if name in columns]
    fields = [(name, pa.int64() if name == "year" else pa.string()) for name in keys]
    fields += [(name, pa.float64()) for name in CONTEXT if name in columns]
    fields += [(name, pa.float64()) for name in names]
    return pa.schema([*fields, *((f"{WITHHELD}{name}", pa.bool_()) for name in names)])
