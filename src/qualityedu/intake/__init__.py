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
from qualityedu.datasets import Break, Dataset, open_dataset
from qualityedu.errors import IntakeError, Problem, RequestError, refusing
from qualityedu.intake.answer import answers_of, explained, subject_of
from qualityedu.intake.checks import all_complaints
from qualityedu.intake.county_items import CountyItems, county_items
from qualityedu.intake.merged import fill_merged
from qualityedu.intake.personal_data import refuse_personal_data
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.regions import regions_to_mend
from qualityedu.intake.repairs import all_repairs
from qualityedu.intake.repairs.listing import boundary_breaks, missing_cells, repaired_cells
from qualityedu.intake.rows import read_rows
from qualityedu.intake.selection import Wanted, chosen
from qualityedu.intake.set_apart import Apart, set_apart
from qualityedu.intake.sheet import Unreadable
from qualityedu.intake.sheets import choose_sheets
from qualityedu.intake.sorting import sort_rows
from qualityedu.intake.through_train import split_by_stage
from qualityedu.intake.totals import total_complaints
from qualityedu.intake.vocabulary import vocabulary_of
from qualityedu.intake.workbook import Opened, frame_sheet, open_table
from qualityedu.text import LANGUAGES, default_language, say

__all__ = ["MOST_LISTED", "CountyItems", "Intake", "check", "read_schools", "split_by_stage"]

# Of one kind of problem no more than these are listed; the last line gives the true count.
MOST_LISTED = 100
# With these a column that tells one row from another is not there.
_WITHOUT_KEYS = ("missing_required", "required_column_blank")


@dataclass(frozen=True)
class Intake:
    """What came of reading a table.

    `table` has one row per unit, stage and year; cells that were complained of are missing in it. `problems`
    stand in the order a person would find them, what stops the reading first. `rows_read` is `rows_used` and
    all of `left_out` together, whose keys are: blank, total, heading, footnote, uneven, other_region, other_year,
    faulty_key (a row that cannot be told from others) and not_read (a required column is missing).
    `sheets` names the sheets that were read, `encoding` that of a text file. `to_mend` holds the problems to mend by
    region, and nothing where one of them concerns the whole table. `county_items` is what counties say of themselves.

    `missing` has a row for each cell with a mark for a missing figure: the keys of its unit, `column`, `seen` and
    `means`, x (not collected) or z (not applicable); a blank is x and not listed. `repairs` has one for each cell that
    was read as something else than stands there: keys, `column`, `seen`, `taken` and `how`. `breaks` are the years in
    which the boundaries of a county in the table changed.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]
    rows_read: int = 0
    rows_used: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    encoding: str | None = None
    to_mend: dict[str, list[Problem]] = field(default_factory=dict, repr=False)
    county_items: tuple[CountyItems, ...] = ()
    missing: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    repairs: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    breaks: tuple[Break, ...] = ()

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

    Raises IntakeError with every problem to mend (questions, repairs and notes do not raise), and RequestError for an
    unknown file, region or year.
    """
    intake = check(source, region=region, year=year, dataset=dataset, lang=lang)
    problems = refusing(intake.problems)
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
    explanations: str | Path | None = None,
    sheet: str | None = None,
) -> Intake:
    """Everything that is to be mended in a table, at once; arguments as for `read_schools`.

    `sheet` names the one sheet to read, `*` all of them, as `学校.xlsx#小学` does in the name of the file.

    `explanations` is a marked copy whose list of problems the office has answered; what stands on such a list in the
    file itself is read in any case. A question that is answered there is `explained`.

    Does not stop at the first fault and does not raise for one; raises RequestError for an unknown file,
    region or year, and for a pack, which is read region by region. Places are worded in `lang`.
    """
    language = lang or default_language()
    described = _described(source, dataset)
    described = replace(described, sheet=sheet) if sheet else described
    if described.is_pack:
        raise RequestError("pack_by_region", path=described.table.parent, region="")
    try:
        if isinstance(source, (Dataset, str, Path)):
            opened = open_table(described, language)
        else:
            opened = Opened([frame_sheet(source, language)])
        refuse_personal_data(opened.sheets)
        apart = set_apart(opened.sheets)
        return _intake(apart, described, Wanted(region, year), opened, explanations)
    except Unreadable as refusal:
        return Intake(pd.DataFrame(), (refusal.problem,))


def _described(source: Any, dataset: Dataset | None) -> Dataset:
    if isinstance(source, Dataset):
        return source
    if isinstance(source, (str, Path)):
        opened = open_dataset(source)
        return replace(dataset, table=opened.table, sheet=opened.sheet, url=opened.url) if dataset else opened
    return dataset or Dataset("table", Path(), dict.fromkeys(LANGUAGES, "table"))


def _name(source: Any) -> str:
    if isinstance(source, Dataset):
        return source.name
    return Path(source).name if isinstance(source, (str, Path)) else ""


def _intake(apart: Apart, dataset: Dataset, wanted: Wanted, opened: Opened, explanations: str | Path | None) -> Intake:
    vocabulary = vocabulary_of(dataset)
    choice = choose_sheets(apart.tables, vocabulary)
    in_use = [
        sort_rows(number, sheet, layout)
        for number, (sheet, layout) in enumerate(zip(choice.sheets, choice.layouts, strict=True))
    ]
    left_out = sum((each.left_out for each in in_use), Counter[str]())
    rows_read = left_out.total() + sum(len(each.used) for each in in_use)
    filled = [
        fill_merged(number, sheet, layout, each.used)
        for number, (sheet, layout, each) in enumerate(zip(choice.sheets, choice.layouts, in_use, strict=True))
    ]
    sheets = [sheet for sheet, _ in filled]
    whole, of_cells = read_rows(sheets, choice.layouts, [each.used for each in in_use], vocabulary)
    of_cells += [complaint for each in in_use for complaint in each.complaints]
    of_cells += [complaint for _, each in filled for complaint in each]
    of_cells += total_complaints(whole, [each.totals for each in in_use])
    reading, of_cells, others = chosen(whole, of_cells, wanted)
    reading, of_repairs = all_repairs(reading)
    complaints = all_complaints(reading, [*of_cells, *of_repairs])
    counties, of_counties = county_items(apart.county)
    answers = answers_of(apart.lists, explanations, reading.lang)
    found = [*opened.problems, *choice.skipped, *_in_order(reading, complaints), *of_counties, *answers.problems]
    problems = explained(found, answers.by_id)
    table = _finished(reading, problems)
    left_out.update(others)
    left_out["not_read" if table is None else "faulty_key"] += len(reading.table) - (0 if table is None else len(table))
    return Intake(
        pd.DataFrame() if table is None else table,
        tuple(_at_most(sorted(problems, key=_comes_later))),
        rows_read,
        0 if table is None else len(table),
        {reason: count for reason, count in left_out.items() if count},
        tuple(sheet.name for sheet in choice.sheets),
        opened.encoding,
        {} if refusing([*choice.skipped, *of_counties, *answers.problems]) else regions_to_mend(reading, complaints),
        counties,
        missing_cells(reading),
        repaired_cells(reading),
        boundary_breaks(reading),
    )


def _comes_later(problem: Problem) -> bool:
    return problem.level != "stop" and problem.key not in _WITHOUT_KEYS


def _in_order(reading: Reading, complaints: list[Complaint]) -> list[Problem]:
    subject = subject_of(reading)
    in_order = sorted(complaints, key=lambda complaint: complaint.at)
    return [_placed(reading, complaint, subject(complaint)) for complaint in in_order]


def _placed(reading: Reading, complaint: Complaint, subject: str) -> Problem:
    number, row, column = complaint.at
    sheet = reading.sheets[number]
    return replace(complaint.problem, sheet=sheet.name, cell=(row + sheet.first, column), subject=subject)


def _at_most(problems: list[Problem]) -> list[Problem]:
    """At most so many of each rule; the last of a rule that has more is followed by their true count."""
    counts = Counter(problem.key for problem in problems)
    seen: Counter[str] = Counter()
    listed = []
    for problem in problems:
        seen[problem.key] += 1
        if seen[problem.key] <= MOST_LISTED:
            listed.append(problem)
        if seen[problem.key] == MOST_LISTED < counts[problem.key]:
            values: dict[str, object] = {"shown": MOST_LISTED, "count": counts[problem.key]}
            listed.append(Problem("and_more", "", values, level="mend" if problem.refuses else "note"))
    return listed


def _finished(reading: Reading, problems: list[Problem]) -> pd.DataFrame | None:
    """The table as it is handed over; None where something stops its being read."""
    if any(problem.level == "stop" or problem.key in _WITHOUT_KEYS for problem in problems):
        return None
    keys = list(KEYS)
    kept = reading.table.dropna(subset=keys)
    if len(kept):
        kept = kept.dropna(axis="columns", how="all").astype({"year": "int64"})
    return kept.sort_values(keys, kind="stable", ignore_index=True)
