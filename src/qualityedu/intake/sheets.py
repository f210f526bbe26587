"""Which sheets of a workbook hold the table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qualityedu.errors import Problem, RequestError
from qualityedu.intake.heading_rows import layout_of
from qualityedu.intake.headings import Layout
from qualityedu.intake.reading import required
from qualityedu.intake.sheet import Sheet, Unreadable
from qualityedu.intake.vocabulary import Vocabulary, folded

__all__ = ["ALL_SHEETS", "Choice", "choose_sheets"]

ALL_SHEETS = "*"

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
_NAMED = 10


@dataclass(frozen=True)
class Choice:
    """The sheets to be read, where their headings are, and what is to be said of the others."""

    sheets: list[Sheet]
    layouts: list[Layout]
    skipped: list[Problem]


def choose_sheets(sheets: list[Sheet], vocabulary: Vocabulary) -> Choice:
    """The sheets that have every required column; where none has, the one that names most columns.

    A hidden sheet is read only if the data set names it. Raises Unreadable where no sheet has a heading row, and
    RequestError (unknown_sheet) where the one named is not there.
    """
    wanted = vocabulary.dataset.sheet
    if wanted and wanted != ALL_SHEETS:
        sheets = _named(sheets, wanted)
    laid_out: list[tuple[Sheet, Layout]] = []
    skipped = []
    for sheet in sheets:
        layout = layout_of(sheet, vocabulary) if wanted or folded(sheet.name) not in _EXPLANATIONS else None
        if layout is None or (sheet.hidden and sheet.name != wanted):
            skipped.append(_why_skipped(sheet, layout, vocabulary))
        else:
            laid_out.append((sheet, layout))
    if not laid_out:
        raise Unreadable("no_heading_row" if any(sheet.rows for sheet in sheets) else "no_rows", _first_name(sheets))
    complete = [pair for pair in laid_out if _is_complete(pair[1], vocabulary)]
    taken = complete or [max(laid_out, key=lambda pair: len(pair[1].columns))]
    skipped += [
        Problem("sheet_incomplete", "", {"sheet": sheet.name}, "note", sheet.name)
        for sheet, layout in laid_out
        if all(sheet is not kept for kept, _ in taken)
    ]
    if not wanted:
        skipped += _alike(taken, sheets[0].lang)
    return Choice([sheet for sheet, _ in taken], [layout for _, layout in taken], skipped)


def _named(sheets: list[Sheet], wanted: str) -> list[Sheet]:
    found = [sheet for sheet in sheets if sheet.name == wanted] or [
        sheet for sheet in sheets if folded(sheet.name) == folded(wanted)
    ]
    if not found:
        known = [sheet.name for sheet in sheets]
        raise RequestError("unknown_sheet", seen=wanted, known=_listed(known, sheets[0].lang))
    return found


def _why_skipped(sheet: Sheet, layout: Layout | None, vocabulary: Vocabulary) -> Problem:
    if sheet.buried:
        return Problem("sheet_buried", "", {"sheet": sheet.name}, "note", sheet.name)
    if sheet.hidden and layout is not None and _is_complete(layout, vocabulary):
        return Problem("sheet_hidden", "", {"sheet": sheet.name}, "ask", sheet.name)
    return Problem("sheet_skipped", "", {"sheet": sheet.name}, "note", sheet.name)


def _is_complete(layout: Layout, vocabulary: Vocabulary) -> bool:
    return {column.name for column in required(vocabulary.dataset)} <= set(layout.columns)


def _alike(taken: list[tuple[Sheet, Layout]], lang: str) -> list[Problem]:
    """A question where sheets have the same columns: which of them is meant cannot be seen."""
    same = Counter(frozenset(layout.columns) for _, layout in taken)
    alike = [sheet.name for sheet, layout in taken if same[frozenset(layout.columns)] > 1]
    if not alike:
        return []
    values: dict[str, object] = {"count": len(alike), "sheets": _listed(alike, lang)}
    return [Problem("sheets_alike", "", values, "ask", alike[0])]


def _listed(names: list[str], lang: str) -> str:
    separator, ellipsis = ("、", "……") if lang == "zh" else (", ", " …")
    return separator.join(names[:_NAMED]) + (ellipsis if len(names) > _NAMED else "")


def _first_name(sheets: list[Sheet]) -> str:
    return sheets[0].name if sheets else ""
