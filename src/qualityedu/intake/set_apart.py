"""The sheets of a workbook that are not a table of units: what a county says of itself, our own lists and hints."""

from __future__ import annotations

from dataclasses import dataclass

from qualityedu.intake.answer.explanations import is_issue_list
from qualityedu.intake.county_items import is_county_sheet, is_survey_sheet
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.template import META_SHEET
from qualityedu.intake.template.sheets import HINTS, LANGUAGE_CHOICES, sheet_name

__all__ = ["Apart", "set_apart"]


@dataclass(frozen=True)
class Apart:
    """The sheets that may hold units, those of the county, and those with a list of problems."""

    tables: list[Sheet]
    county: list[Sheet]
    lists: list[Sheet]


def set_apart(sheets: list[Sheet]) -> Apart:
    """Sort the sheets. Instructions, dictionary, code lists and example are dropped where our template made them."""
    ours = {META_SHEET} if any(sheet.name == META_SHEET for sheet in sheets) else set()
    if ours:
        ours |= {sheet_name(hint, lang) for hint in HINTS for lang in LANGUAGE_CHOICES}
    kept = [sheet for sheet in sheets if sheet.name not in ours]
    lists = [sheet for sheet in kept if is_issue_list(sheet)]
    county = [sheet for sheet in kept if not sheet.hidden and (is_county_sheet(sheet) or is_survey_sheet(sheet))]
    apart = {id(sheet) for sheet in (*lists, *county)}
    tables = [sheet for sheet in kept if id(sheet) not in apart]
    # A workbook of nothing else is refused in the words for a table that is not there.
    return Apart(tables or kept, county, lists)
