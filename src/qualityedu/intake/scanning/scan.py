"""Many files as one frame of an engine, in our names and units, with what is left aside and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import narwhals as nw

from qualityedu.columns import COLUMNS
from qualityedu.datasets import Dataset
from qualityedu.errors import IntakeError, Problem
from qualityedu.intake.scanning.engines import Engine
from qualityedu.intake.scanning.files import TableFile, is_word, look
from qualityedu.intake.vocabulary import Vocabulary, vocabulary_of

__all__ = ["Scan", "scan"]


@dataclass(frozen=True, eq=False)
class Scan:
    """A table over many files: `frame` is the engine's own, lazily, with the names and units of `columns.py`.

    `files` are in it; `aside` are those left out, of which `problems` says why. `unknown` are headings that nobody
    declared, which are not in it either.
    """

    frame: Any
    files: tuple[TableFile, ...]
    aside: tuple[TableFile, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """Why files were left aside."""
        return [problem for file in self.aside for problem in file.problems]


def scan(
    files: Sequence[Path], engine: Engine, dataset: Dataset, *, keep_going: bool = False, as_written: bool = False
) -> Scan:
    """The rows of files as one frame. Nothing but schemas is read.

    A word that is none of a column's choices is missing, or stays `as_written` for who checks it later. A file that has
    not all columns of the others has them missing. Raises IntakeError with every file at fault, all at once, or, where
    `keep_going`, only if none is left.
    """
    vocabulary = vocabulary_of(dataset)
    seen = [look(path, vocabulary) for path in files]
    sound = tuple(file for file in seen if not file.problems)
    aside = tuple(file for file in seen if file.problems)
    if aside and not (keep_going and sound):
        raise IntakeError([problem for file in aside for problem in file.problems])
    names = list(dict.fromkeys(name for file in sound for name in file.headings))
    alike: dict[tuple[object, ...], list[TableFile]] = {}
    for file in sound:
        alike.setdefault((file.format, tuple(file.headings.items()), tuple(file.factors.items())), []).append(file)
    frames = [_frame(group, names, engine, vocabulary, as_written) for group in alike.values()]
    frame = frames[0] if len(frames) == 1 else nw.concat(frames, how="vertical")
    unknown = tuple(dict.fromkeys(heading for file in sound for heading in file.unknown))
    return Scan(frame.to_native(), sound, aside, unknown)


def _frame(group: list[TableFile], names: list[str], engine: Engine, vocabulary: Vocabulary, as_written: bool) -> Any:
    first = group[0]
    opened: Any = nw.from_native(engine.open([file.path for file in group], first.format))
    constants: dict[str, Any] = dict(vocabulary.dataset.constants)
    return opened.select(
        *(_column(name, first, vocabulary, as_written).alias(name) for name in names),
        *(
            _typed(nw.lit(value), name, vocabulary, as_written).alias(name)
            for name, value in constants.items()
            if name not in names
        ),
    )


def _column(name: str, file: TableFile, vocabulary: Vocabulary, as_written: bool) -> nw.Expr:
    if name not in file.headings:
        return nw.lit(None, dtype=_kind(name, vocabulary))
    value = _typed(nw.col(file.headings[name]), name, vocabulary, as_written)
    return value * file.factors[name] if file.factors[name] != 1 else value


def _typed(held: nw.Expr, name: str, vocabulary: Vocabulary, as_written: bool) -> nw.Expr:
    value = held.cast(_kind(name, vocabulary))
    return _stored(value, name, as_written) if is_word(vocabulary.column(name)) else value


def _kind(name: str, vocabulary: Vocabulary) -> Any:
    column = vocabulary.column(name)
    return nw.String() if is_word(column) else nw.Int64() if column.kind == "year" else nw.Float64()


def _stored(held: nw.Expr, name: str, as_written: bool) -> nw.Expr:
    """A choice as the word that stands for it in our tables: 小学 is `primary`."""
    choices = COLUMNS[name].choices if name in COLUMNS else None
    if not choices:
        return held
    found: Any = held if as_written else nw.lit(None, dtype=nw.String())
    for stored, words in reversed(list(choices.items())):
        spoken = [held == word for word in dict.fromkeys((stored, *words))]
        found = nw.when(reduce(or_, spoken)).then(nw.lit(stored)).otherwise(found)
    return found
