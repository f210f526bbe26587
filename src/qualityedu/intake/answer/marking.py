"""A copy of the office's workbook in which the cells that were complained of are coloured and commented."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from qualityedu.errors import Level, Problem, RequestError
from qualityedu.intake.answer.issue_list import GROUPS, Issue, group_of, issues_of
from qualityedu.intake.answer.issue_sheet import write_issue_sheet
from qualityedu.intake.answer.opened import open_for_marking
from qualityedu.text import LANGUAGES, say

__all__ = ["COLOURS", "Marked", "mark_copy"]

COLOURS: dict[str, str] = {"mend": "FFC7CE", "ask": "FFEB9C", "explained": "E2EFDA", "repaired": "DDEBF7"}
_AUTHOR = "qualityedu"
# Points; a comment that is too small for its words is not read.
_COMMENT_WIDTH, _COMMENT_HEIGHT = 320, 140


@dataclass(frozen=True)
class Marked:
    """The copy, how many of its cells are coloured, and what it lacks: `macros`, `drawings`, `results` of formulas."""

    path: Path
    cells: int
    left_behind: tuple[str, ...] = ()


def mark_copy(source: Path, problems: Sequence[Problem], lang: str) -> Marked:
    """Write a copy of a file beside it, with the problems in colour, in comments and in a list, and say where it is.

    `problems` are those of `check`. The copy is an .xlsx whatever the file was; every value is the same, text stays
    text, numbers stay numbers, and formulas stay formulas where the file has them (.xlsx, .xlsm). Notes are listed and
    not coloured. The file itself is not touched, and no earlier copy, which may hold explanations, is overwritten:
    the next one gets a number.

    Raises RequestError where the file is not one that a copy can be made of, or the folder cannot be written to.
    """
    opened = open_for_marking(source, lang)
    _unmark(opened.book)
    cells = _mark(opened.book, problems, lang, opened.first_row)
    write_issue_sheet(opened.book, issues_of(problems, lang), lang, opened.first_row)
    path = _free_name(source, lang)
    try:
        # Beside the file, because only within one folder is a file renamed in one step.
        with tempfile.TemporaryDirectory(dir=source.parent, prefix=".qualityedu-") as folder:
            aside = Path(folder, path.name)
            opened.book.save(aside)
            aside.replace(path)
    except OSError as error:
        raise RequestError("no_place", path=source.parent) from error
    return Marked(path, cells, opened.left_behind)


def _free_name(source: Path, lang: str) -> Path:
    endings = [say("answer.copy", each) for each in LANGUAGES]
    stem = source.stem
    for ending in endings:
        stem = stem.partition(ending)[0] if ending in stem and not stem.startswith(ending) else stem
    first = source.with_name(f"{stem}{say('answer.copy', lang)}.xlsx")
    path, number = first, 2
    while path.exists():
        path, number = first.with_stem(f"{first.stem}-{number}"), number + 1
    return path


def _mark(book: Workbook, problems: Iterable[Problem], lang: str, first_row: int) -> int:
    by_cell: dict[tuple[str, int, int], list[Issue]] = defaultdict(list)
    coloured = [problem for problem in problems if problem.cell is not None and group_of(problem.level) != "note"]
    for problem, issue in zip(coloured, (issues_of([each], lang)[0] for each in coloured), strict=True):
        row, column = problem.cell or (0, 0)
        by_cell[problem.sheet, row + 1 - first_row, column + 1].append(issue)
    names = {sheet.title: sheet for sheet in book.worksheets}
    only = book.worksheets[0] if len(names) == 1 else None
    count = 0
    for (name, row, column), issues in by_cell.items():
        sheet = names.get(name, only)
        if sheet is not None and row >= 1:
            _mark_cell(_anchor(sheet, row, column), issues, lang)
            count += 1
    return count


def _anchor(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell itself, or the one that holds the value where cells are merged."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for merged in sheet.merged_cells.ranges:
            if cell.coordinate in merged:
                return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _mark_cell(cell: Cell, issues: list[Issue], lang: str) -> None:
    group = min((group_of(issue.level) for issue in issues), key=list(GROUPS).index)
    cell.fill = PatternFill("solid", start_color=COLOURS[group])
    lines = [f"{_mark_of(issue.level, lang)}{issue.said}{issue.remedy}" for issue in issues]
    before = [cell.comment.text] if cell.comment else []
    cell.comment = Comment("\n".join([*before, *lines]), _AUTHOR, height=_COMMENT_HEIGHT, width=_COMMENT_WIDTH)


def _mark_of(level: Level, lang: str) -> str:
    return say(f"answer.mark.{level}", lang)


def _unmark(book: Workbook) -> None:
    """Take away what an earlier marking put there, so that a cell that was mended is no longer coloured."""
    ours = tuple(_mark_of(level, lang) for lang in LANGUAGES for levels in GROUPS.values() for level in levels)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None:
                    _keep_their_comment(cell, ours)


def _keep_their_comment(cell: Cell, ours: tuple[str, ...]) -> None:
    lines = cell.comment.text.split("\n") if cell.comment else []
    theirs = [line for line in lines if not line.startswith(ours)]
    if len(theirs) == len(lines):
        return
    author = cell.comment.author if cell.comment else _AUTHOR
    cell.comment = Comment("\n".join(theirs), author) if any(line.strip() for line in theirs) else None
    if str(cell.fill.start_color.rgb)[-6:] in COLOURS.values():
        cell.fill = PatternFill()
