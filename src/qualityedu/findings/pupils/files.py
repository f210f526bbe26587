"""Files with a row for each pupil as one frame of an engine, of which only the columns that are asked for are read."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.columns import COLUMNS, KEYS
from qualityedu.datasets import Dataset
from qualityedu.errors import IntakeError, Problem
from qualityedu.findings.pupils.asked import Asked
from qualityedu.findings.pupils.person_marks import person_marks
from qualityedu.intake.scanning import Engine, TableFile, faults_inside
from qualityedu.intake.scanning.files import is_text, is_word, text_in, unreadable
from qualityedu.intake.vocabulary import Vocabulary, folded, vocabulary_of
from qualityedu.text import LANGUAGES

__all__ = ["PupilScan", "faults_in", "scan_pupils"]

# So many rows are looked at for personal data, over all files; of no file fewer than twenty in each place.
_LOOKED_AT = 100_000


@dataclass(frozen=True, eq=False)
class PupilScan:
    """A table of pupils over many files: `frame` is the engine's own, lazily; `aside` are the files left out."""

    frame: Any
    files: tuple[TableFile, ...]
    aside: tuple[TableFile, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """Why files were left aside."""
        return [problem for file in self.aside for problem in file.problems]


def scan_pupils(
    paths: Sequence[Path],
    engine: Engine,
    asked: Asked,
    *,
    constants: Mapping[str, str | int] | None = None,
    keep_going: bool = False,
) -> PupilScan:
    """The rows of files as one frame with the keys and the columns of `asked`. Schemas and a sample of values are read.

    `constants` are keys that are the same for all rows and in no file, such as the year. A file that cannot be added up
    is left aside where `keep_going`; one with names, identity or telephone numbers or numbers of pupils never is: then
    nothing is read at all. Raises IntakeError with every file at fault, all at once.
    """
    fixed = dict(constants or {})
    vocabulary = vocabulary_of(Dataset("pupils", paths[0], dict.fromkeys(LANGUAGES, "pupils")))
    rows = min(200, max(20, _LOOKED_AT // len(paths)))
    seen = [_look(path, vocabulary, asked, fixed, rows) for path in paths]
    personal = [problem for _, marks in seen for problem in marks]
    if personal:
        raise IntakeError(personal)
    sound = tuple(file for file, _ in seen if not file.problems)
    aside = tuple(file for file, _ in seen if file.problems)
    if aside and not (keep_going and sound):
        raise IntakeError([problem for file in aside for problem in file.problems])
    alike: dict[tuple[object, ...], list[TableFile]] = {}
    for file in sound:
        alike.setdefault((file.format, tuple(file.headings.items())), []).append(file)
    frames = [_frame(group, engine, asked, fixed) for group in alike.values()]
    frame = frames[0] if len(frames) == 1 else nw.concat(frames, how="vertical")
    return PupilScan(frame.to_native(), sound, aside)


def faults_in(found: PupilScan, asked: Asked) -> list[Problem]:
    """Every row group and line at which an engine may have broken off. Reads everything once more."""
    # The words of a group are no numbers, which is what a text file is searched for.
    return faults_inside(
        replace(file, headings={name: heading for name, heading in file.headings.items() if name != asked.group})
        for file in found.files
    )


def _look(
    path: Path, vocabulary: Vocabulary, asked: Asked, fixed: Mapping[str, object], rows: int
) -> tuple[TableFile, list[Problem]]:
    kind = "csv" if path.suffix.lower() == ".csv" else "parquet"
    try:
        types, count = _csv_headings(path) if kind == "csv" else _schema(path)
    except UnicodeDecodeError:
        return TableFile(path, kind, problems=(Problem("scan_encoding", path.name),)), []
    except (pa.ArrowException, OSError):
        return TableFile(path, kind, problems=(unreadable(path),)), []
    headings, problems = _headings(path, list(types), vocabulary, asked, fixed)
    for name, heading in headings.items():
        problems += _of_another_kind(path, name, heading, types[heading], asked)
    marks = person_marks(path, list(types), set(headings.values()), rows=rows)
    return TableFile(path, kind, headings, rows=count, problems=tuple(problems)), marks


def _schema(path: Path) -> tuple[dict[str, pa.DataType | None], int]:
    with pq.ParquetFile(path) as opened:
        return {field.name: field.type for field in opened.schema_arrow}, opened.metadata.num_rows


def _csv_headings(path: Path) -> tuple[dict[str, pa.DataType | None], int]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return dict.fromkeys(next(csv.reader(lines), [])), 0


def _headings(
    path: Path, names: Sequence[str], vocabulary: Vocabulary, asked: Asked, fixed: Mapping[str, object]
) -> tuple[dict[str, str], list[Problem]]:
    """The heading of each key and of each column asked for."""
    wanted = [*asked.scores, *filter(None, (asked.group, asked.weight))]
    spoken = {folded(name): name for name in wanted}
    found: dict[str, str] = {}
    problems = []
    for heading in names:
        meaning = vocabulary.meaning(heading)
        keys = (
            [each.name for each in meaning.columns if each.name in KEYS and each.name not in fixed] if meaning else []
        )
        named = heading if heading in wanted else spoken.get(folded(heading), "")
        for name in [named] if named else keys:
            if name in found:
                problems.append(Problem("scan_twice", path.name, {"heading": heading, "other": found[name]}))
            found[name] = heading
    lacking = [name for name in (*KEYS, *wanted) if name not in found and name not in fixed]
    if lacking:
        listed: dict[str, object] = {"columns": ", ".join(lacking), "seen": ", ".join(map(str, names[:12]))}
        problems.append(Problem("pupils_lacking", path.name, listed))
    return found, problems


def _of_another_kind(path: Path, name: str, heading: str, held: pa.DataType | None, asked: Asked) -> list[Problem]:
    """A code kept as a number, or a number kept as text, where a schema tells."""
    if held is None or name == asked.group:
        return []
    if name in KEYS and is_word(COLUMNS[name]):
        return [] if is_text(held) else [Problem("scan_code", path.name, {"heading": heading})]
    return [text_in(path, heading)] if is_text(held) else []


def _frame(group: list[TableFile], engine: Engine, asked: Asked, fixed: Mapping[str, str | int]) -> Any:
    first = group[0]
    opened: Any = nw.from_native(engine.open([file.path for file in group], first.format))
    kinds: dict[str, Any] = {name: nw.String() for name in ("region", "school", "stage", asked.group)}
    kinds["year"] = nw.Int64()
    # In one order for all files, or those that differ could not be put one under the other.
    columns = [
        nw.col(heading).cast(kinds.get(name, nw.Float64())).alias(name)
        for name, heading in sorted(first.headings.items())
    ]
    return opened.select(*columns, *(nw.lit(value).alias(name) for name, value in fixed.items()))
