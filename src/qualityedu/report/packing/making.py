"""A pack made: files scanned and sorted, regions looked at, what they share worked out, all put in place at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from qualityedu.columns import COLUMNS, KEYS
from qualityedu.datasets import Dataset
from qualityedu.datasets.pack import Pack, PackedRegion, read_pack, write_pack
from qualityedu.errors import IntakeError, Problem, RequestError
from qualityedu.findings.frames import door
from qualityedu.intake.scanning import Engine, Scan, TableFile, engine_for, faults_inside, scan
from qualityedu.report.fingerprints import sha256
from qualityedu.report.packing.hands import hands
from qualityedu.report.packing.looking import Looked, look_at, reader_of
from qualityedu.report.packing.nation import Source, opened, write_all_sums, write_year
from qualityedu.report.packing.place import Place, own_files, taking_the_place_of
from qualityedu.report.packing.sorting import Tally, tables_by_region, tally, write_table

__all__ = ["STEPS", "Packed", "pack"]

# What is told of how far it is: rows, regions, units and regions done.
STEPS = ("sort", "check", "values", "sums")
Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Packed:
    """A pack that was made: of how many `rows` and files, how many regions were as before, and the size in bytes.

    `aside` is why files were left aside, `unknown` are headings that nobody declared, `seconds` by step.
    """

    pack: Pack
    rows: int
    files: int
    as_before: int
    size: int
    aside: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass
class _Making:
    dataset: Dataset
    place: Place
    earlier: Pack | None
    reader: str
    checked: bool
    lang: str
    told: Told
    looked: dict[str, Looked] = field(default_factory=dict)
    as_before: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] = time.perf_counter() - start


def pack(
    files: Sequence[Path],
    into: Path,
    *,
    dataset: Dataset,
    years: Sequence[int] = (),
    workers: int | None = None,
    keep_going: bool = False,
    checked: bool = True,
    memory: str = "",
    lang: str = "zh",
    told: Told = lambda step, done, total: None,
) -> Packed:
    """Lay out the rows of files region by region in the folder `into` (see `datasets/pack.py`).

    `dataset` says what the headings mean and whose regulations apply, `years` of which years the values of all units
    are kept, by default the latest. `workers` processes look at regions; with `keep_going` files at fault are left
    aside; where the rows are not `checked`, a system that checks them is relied on. `memory` is the most that the
    engine may use. An earlier pack is replaced when the new one is whole, and what it says of regions whose file is
    byte for byte the same is taken over.

    Raises IntakeError with all files at fault, RequestError for rows without keys, a year that is not there, another
    run at work in the same place, and where the disk or the memory will not do.
    """
    paths = own_files(list(files), into)
    with taking_the_place_of(into) as place:
        making = _Making(dataset, place, _earlier(into), reader_of(dataset, checked=checked), checked, lang, told)
        found, counted = _rows(making, paths, years, keep_going, memory, workers)
        shutil.rmtree(place.sorting)
        place.sorting.mkdir()
        made = replace(_whole(making, into, years, memory), folder=into)
        size = sum(each.stat().st_size for each in place.fresh.rglob("*") if each.is_file())
        problems = tuple(found.problems)
    return Packed(
        made, counted.total, len(found.files), making.as_before, size, problems, found.unknown, making.seconds
    )


def _earlier(into: Path) -> Pack | None:
    try:
        return read_pack(into)
    except RequestError:
        return None


def _rows(
    making: _Making, paths: list[Path], years: Sequence[int], keep_going: bool, memory: str, workers: int | None
) -> tuple[Scan, Tally]:
    """The rows of all files in a file for each region, and what was found of each."""
    damaged: list[Problem] = []
    while True:
        with engine_for("duckdb", memory=memory, scratch=making.place.sorting) as engine:
            found = scan(paths, engine, making.dataset, keep_going=keep_going, as_written=True)
            try:
                counted = _cut_and_looked_at(making, found, engine, years, workers)
                return _with_problems(found, damaged), counted
            except Exception as error:
                if not _is_of_engine(error):
                    raise
                faulty = {file.path: faults_inside([file]) for file in found.files}
                problems = [each for several in faulty.values() for each in several]
                if not problems:
                    raise _worded(error) from error
                paths = [path for path in paths if not faulty.get(path)]
                damaged += problems
                if not (keep_going and any(not several for several in faulty.values())):
                    raise IntakeError([*found.problems, *problems]) from error
        _begin_anew(making)


def _begin_anew(making: _Making) -> None:
    making.looked.clear()
    making.as_before = 0
    for folder in (making.place.fresh / "regions", making.place.sorting, making.place.read):
        shutil.rmtree(folder)
        folder.mkdir()


def _with_problems(found: Scan, damaged: list[Problem]) -> Scan:
    if not damaged:
        return found
    aside = [TableFile(Path(each.where), "", problems=(each,)) for each in damaged]
    return replace(found, aside=(*found.aside, *aside))


def _cut_and_looked_at(
    making: _Making, found: Scan, engine: Engine, years: Sequence[int], workers: int | None
) -> Tally:
    frame = door(found.frame).to_native()
    counted = tally(frame)
    for year in years:
        if year not in counted.years:
            raise RequestError("unknown_year", year=year, known=", ".join(map(str, counted.years)))
    with hands(workers, len(counted.rows)) as looking:
        answers: list[Future[Looked]] = []
        with making.timed("sort"):
            done = 0
            for code, table in tables_by_region(frame):
                answers += _one_region(making, code, table, looking)
                done += len(table)
                making.told("sort", done, counted.total)
        with making.timed("check"):
            _gather(making, answers)
    return counted


def _one_region(making: _Making, code: str, table: Any, looking: Any) -> list[Future[Looked]]:
    path = making.place.fresh / "regions" / f"{code}.parquet"
    write_table(table, path)
    if as_before := _as_before(making, code, path):
        making.looked[code] = Looked(code, as_before, tuple(pq.read_schema(path).names))
        making.as_before += 1
        return []
    return [
        looking.submit(
            look_at,
            code,
            path,
            making.dataset,
            checked=making.checked,
            read=making.place.read,
            lang=making.lang,
        )
    ]


def _as_before(making: _Making, code: str, path: Path) -> PackedRegion | None:
    """What the earlier pack says of a region, where neither its file nor what reads it has changed."""
    earlier = making.earlier
    if earlier is None or earlier.reader != making.reader or code not in earlier.regions:
        return None
    known = earlier.regions[code]
    return known if known.sha256 == sha256(path) and not known.read_otherwise else None


def _gather(making: _Making, answers: list[Future[Looked]]) -> None:
    try:
        for done, answer in enumerate(as_completed(answers), start=1):
            looked = answer.result()
            making.looked[looked.code] = looked
            making.told("check", done, len(answers))
    except BrokenProcessPool as error:
        raise RequestError("pack_worker_lost") from error


def _whole(making: _Making, into: Path, years: Sequence[int], memory: str) -> Pack:
    """The pack without its rows: what the regions share, and `pack.json` last."""
    place, country = making.place, making.dataset.country
    regions = {code: each.region for code, each in sorted(making.looked.items())}
    made = Pack(
        place.fresh, into.name.removesuffix(".pack"), _head(making.dataset), regions,
        reader=making.reader, checked=making.checked,
    )  # fmt: skip
    clean = {code: each for code, each in making.looked.items() if not each.region.to_mend and each.region.units}
    files = {code: (_file_of(making, made, code), dict(each.region.units)) for code, each in clean.items()}
    columns = _in_order({name for each in clean.values() for name in each.columns})
    asked = [year for year in years if year in made.years] if years else made.years[-1:]
    prepared = {}
    with closing(opened(memory, place.sorting)) as connection:
        source = Source(connection, files, columns)
        try:
            with making.timed("values"):
                for year in sorted(set(asked)):
                    _values(making, source, made, year)
                    prepared[str(year)] = sha256(made.values_of(year)), sha256(made.findings_of(year))
            with making.timed("sums"):
                making.told("sums", 0, 1)
                write_all_sums(source, made.sums, country=country)
                making.told("sums", 1, 1)
        except Exception as error:
            if not _is_of_engine(error):
                raise
            raise _worded(error) from error
    whole = replace(made, prepared=prepared)
    write_pack(whole, place.fresh)
    return whole


def _values(making: _Making, source: Source, made: Pack, year: int) -> None:
    total = sum(each.units.get(str(year), 0) for each in made.regions.values() if not each.to_mend)
    done = 0

    def heard(units: int) -> None:
        nonlocal done
        done += units
        making.told("values", done, total)

    write_year(source, made, year, dataset=making.dataset, heard=heard)


def _file_of(making: _Making, made: Pack, code: str) -> Path:
    otherwise = made.regions[code].read_otherwise
    return making.place.read / f"{code}.parquet" if otherwise else made.table_of(code)


def _in_order(names: set[str]) -> list[str]:
    known = [*KEYS, *(name for name in COLUMNS if name not in KEYS)]
    return [*(name for name in known if name in names), *sorted(names - set(known))]


def _head(dataset: Dataset) -> dict[str, Any]:
    said = asdict(dataset)
    given = ("title", "unit", "country", "currency", "lang", "synthetic", "source", "licence", "breaks")
    return {name: said[name] for name in given}


def _is_of_engine(error: Exception) -> bool:
    return type(error).__module__.split(".")[0] in ("duckdb", "_duckdb", "pyarrow")


def _worded(error: Exception) -> Exception:
    """What an engine says of memory and disk, in words; anything else is our fault and stays as it is."""
    said = f"{type(error).__name__} {error}".casefold()
    if "outofmemory" in said or "out of memory" in said:
        return RequestError("pack_memory")
    if "no space left" in said or "disk quota" in said or "could not write" in said:
        return OSError(28, "No space left on device")
    return error
