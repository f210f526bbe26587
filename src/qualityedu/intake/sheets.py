"""Which sheets of a workbook hold the table."""

from __future__ import annotations

from dataclasses import dataclass

from qualityedu.errors import Problem
from qualityedu.intake.headings import Layout, layout_of
from qualityedu.intake.reading import required
from qualityedu.intake.sheet import Sheet, Unreadable
from qualityedu.intake.vocabulary import Vocabulary, folded

__all__ = ["Choice", "choose_sheets"]

_EXPLANATIONS = (
    "填报说明",
    "填表说明",
    "说明",
    "字典",
    "数据字典",
    "指标解释",
    "instructions",
    "notes",
    "dictionary",
    "readme",
)


@dataclass(frozen=True)
class Choice:
    """The sheets to be read, where their headings are, and a note for each one that is not."""

    sheets: list[Sheet]
    layouts: list[Layout]
    skipped: list[Problem]


def choose_sheets(sheets: list[Sheet], vocabulary: Vocabulary) -> Choice:
    """The sheets that have every required column; where none has, the one that names most columns.

    Raises Unreadable where no sheet has a heading row.
    """
    laid_out: list[tuple[Sheet, Layout]] = []
    skipped = []
    for sheet in sheets:
        layout = None if sheet.hidden or folded(sheet.name) in _EXPLANATIONS else layout_of(sheet, vocabulary)
        if layout is None:
            key = "sheet_hidden" if sheet.hidden else "sheet_skipped"
            skipped.append(Problem(key, "", {"sheet": sheet.name}, level="note"))
        else:
            laid_out.append((sheet, layout))
    if not laid_out:
        raise Unreadable("no_heading_row" if any(sheet.rows for sheet in sheets) else "no_rows", _first_name(sheets))
    needed = {column.name for column in required(vocabulary.dataset)}
    complete = [pair for pair in laid_out if needed <= set(pair[1].columns)]
    taken = complete or [max(laid_out, key=lambda pair: len(pair[1].columns))]
    skipped += [
        Problem("sheet_incomplete", "", {"sheet": sheet.name}, level="note")
        for sheet, layout in laid_out
        if all(sheet is not kept for kept, _ in taken)
    ]
    return Choice([sheet for sheet, _ in taken], [layout for _, layout in taken], skipped)


def _first_name(sheets: list[Sheet]) -> str:
    return sheets[0].name if sheets else ""
