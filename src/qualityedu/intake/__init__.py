"""From a workbook, text file, Parquet file or data frame to a table of units, or to the cells to mend.

The way in: `workbook` and `text_file` give sheets of raw cells, `headings` finds what each column means, `rows`
tells units from totals and notes, `cells` reads each value by the rule of its kind, and every file in `checks`
looks at the whole. Nothing is guessed and the file is never changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from qualityedu.columns import KEYS
from qualityedu.datasets import Dataset, open_dataset
from qualityedu.errors import IntakeError, Problem
from qualityedu.intake.checks import all_complaints
from qualityedu.intake.headings import refuse_personal_data
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.rows import read_rows, sort_rows
from qualityedu.intake.selection import Wanted, chosen
from qualityedu.intake.sheet import Sheet, Unreadable
from qualityedu.intake.sheets import choose_sheets
from qualityedu.intake.through_train import split_by_stage
from qualityedu.intake.vocabulary import vocabulary_of
from qualityedu.intake.workbook import file_sheets, frame_sheet
from qualityedu.text import LANGUAGES, default_language, say

__all__ = ["MOST_LISTED", "Intake", "check", "read_schools", "split_by_stage"]

# Of one kind of problem no more than these are listed; the last line gives the true count.
MOST_LISTED = 100


@dataclass(frozen=True)
class Intake:
    """What came of reading a table.

    `table` has one row per unit, stage and year; cells that were complained of are missing in it. `problems`
    stand in the order a person would find them, what stops the reading first. `rows_read` is `rows_used` and
    all of `left_out` together, whose keys are: blank, total, footnote, uneven, other_region, other_year,
    faulty_key (a row that cannot be told from others) and not_read (a required column is missing).
    `sheets` names the sheets that were read, `encoding` that of a text file.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]
    rows_read: int = 0
    rows_used: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    encoding: str | None = None

    def left_out_in_words(self, lang: str) -> list[str]:
        """How many rows are not in the table, one phrase for each reason."""
        return [say(f"intake.left_out.{reason}", lang, count=count) for reason, count in self.left_out.items()]


def read_schools(
    source: Dataset | str | Path | Any,
    *,
    region: str | None = None,
    year: int | None = None,
    dataset: Dataset | None = None,
    lang: str | None = None,
) -> pd.DataFrame:
    """The table of units of a data set, file or data frame, sorted by region, school, stage and year.

    `source`: a Dataset, the name of one inside ("demo"), a path (.xlsx, .csv, .parquet, or a .toml description)
    or a data frame, for which `dataset` says what its headings mean. `region` is a code or the exact name of a
    region, `year` the one in which the school year began; with either, only its rows are read and judged.

    Columns bear the names of columns.py, stated values the id of their indicator. Codes and texts are `str`,
    `year` is int64, every other number float64 with missing ones as NaN. A column that the source lacks or
    leaves wholly empty is not in the table. Counts are heads or things, areas square metres, money the
    currency of the data set.

    Raises IntakeError with every problem to mend (notes alone do not raise), and RequestError for an unknown
    file, region or year.
    """
    intake = check(source, region=region, year=year, dataset=dataset, lang=lang)
    problems = [problem for problem in intake.problems if problem.level != "note"]
    if problems:
        raise IntakeError(problems, name=_name(source))
    return intake.table


def check(
    source: Dataset | str | Path | Any,
    *,
    region: str | None = None,
    year: int | None = None,
    dataset: Dataset | None = None,
    lang: str | None = None,
) -> Intake:
    """Everything that is to be mended in a table, at once; arguments as for `read_schools`.

    Does not stop at the first fault and does not raise for one; raises RequestError for an unknown file,
    region or year. Places are worded in `lang`.
    """
    language = lang or default_language()
    described = _described(source, dataset)
    try:
        if isinstance(source, (Dataset, str, Path)):
            sheets, encoding = file_sheets(described.table, language)
        else:
            sheets, encoding = [frame_sheet(source, language)], None
        refuse_personal_data(sheets)
        return _intake(sheets, described, Wanted(region, year), encoding)
    except Unreadable as refusal:
        return Intake(pd.DataFrame(), (refusal.problem,))


def _described(source: Any, dataset: Dataset | None) -> Dataset:
    if isinstance(source, Dataset):
        return source
    if isinstance(source, (str, Path)):
        opened = open_dataset(source)
        return replace(dataset, table=opened.table) if dataset else opened
    return dataset or Dataset("table", Path(), dict.fromkeys(LANGUAGES, "table"))


def _name(source: Any) -> str:
    if isinstance(source, Dataset):
        return source.table.name
    return Path(source).name if isinstance(source, (str, Path)) else ""


def _intake(sheets: list[Sheet], dataset: Dataset, wanted: Wanted, encoding: str | None) -> Intake:
    vocabulary = vocabulary_of(dataset)
    choice = choose_sheets(sheets, vocabulary)
    in_use = [
        sort_rows(number, sheet, layout)
        for number, (sheet, layout) in enumerate(zip(choice.sheets, choice.layouts, strict=True))
    ]
    left_out = sum((each.left_out for each in in_use), Counter[str]())
    rows_read = left_out.total() + sum(len(each.used) for each in in_use)
    whole, of_cells = read_rows(choice.sheets, choice.layouts, [each.used for each in in_use], vocabulary)
    of_cells += [complaint for each in in_use for complaint in each.complaints]
    reading, of_cells, others = chosen(whole, of_cells, wanted)
    problems = [*choice.skipped, *_in_order([*of_cells, *all_complaints(reading)])]
    table = _finished(reading, problems)
    left_out.update(others)
    left_out["not_read" if table is None else "faulty_key"] += len(reading.table) - (0 if table is None else len(table))
    return Intake(
        pd.DataFrame() if table is None else table,
        tuple(_at_most(sorted(problems, key=lambda problem: problem.level != "stop"))),
        rows_read,
        0 if table is None else len(table),
        {reason: count for reason, count in left_out.items() if count},
        tuple(sheet.name for sheet in choice.sheets),
        encoding,
    )


def _in_order(complaints: list[Complaint]) -> list[Problem]:
    return [complaint.problem for complaint in sorted(complaints, key=lambda complaint: complaint.at)]


def _at_most(problems: list[Problem]) -> list[Problem]:
    seen: Counter[str] = Counter()
    listed = []
    for problem in problems:
        seen[problem.key] += 1
        if seen[problem.key] <= MOST_LISTED:
            listed.append(problem)
    if len(listed) < len(problems):
        values: dict[str, object] = {"shown": MOST_LISTED, "count": len(problems)}
        listed.append(Problem("and_more", "", values))
    return listed


def _finished(reading: Reading, problems: list[Problem]) -> pd.DataFrame | None:
    """The table as it is handed over; None where something stops its being read."""
    if any(problem.level == "stop" for problem in problems):
        return None
    keys = list(KEYS)
    kept = reading.table.dropna(subset=keys).dropna(axis="columns", how="all")
    kept = kept.astype({"year": "int64"}) if len(kept) else kept
    return kept.sort_values(keys, kind="stable", ignore_index=True)
