"""What is asked on which sheet of the template, and by which headings."""

from __future__ import annotations

from dataclasses import dataclass

from qualityedu.columns import COLUMNS, CONTEXT, UNITS, Column
from qualityedu.intake.county_items import COUNTY_FIGURES, county_columns, survey_columns
from qualityedu.text import say

__all__ = [
    "FIRST_ROW",
    "HINTS",
    "LANGUAGE_CHOICES",
    "META_SHEET",
    "NOT_ASKED",
    "TEMPLATE_VERSION",
    "Form",
    "forms",
    "heading_of",
    "sheet_name",
    "unit_of",
]

# Chinese label, English label and machine code stand above the rows to fill.
FIRST_ROW = 3

LANGUAGE_CHOICES = ("zh", "en", "both")

# Raised when a heading or a code changes; a filled-in workbook says by which it was made.
TEMPLATE_VERSION = 1
META_SHEET = "_meta"

# The sheets that are read and not filled.
HINTS = ("instructions", "dictionary", "codes", "example")

# Declared columns that no school of a county fills in: those of districts, economies and published tables.
NOT_ASKED = (
    *CONTEXT, "schools", "respondents", "satisfied_respondents", "pisa_mathematics_error", "pisa_reading_error",
    "pisa_science_error", "creative_thinking_error", "spending_year", "pupil_teacher_year", "caution",
    *dict.fromkeys(name for name in COUNTY_FIGURES if name in COLUMNS),
)  # fmt: skip

# Totals of money that offices keep in ten thousands of yuan.
_IN_TEN_THOUSANDS = ("equipment_value", "budget_expenditure", "public_funds", "training_budget")


@dataclass(frozen=True)
class Form:
    """One sheet to fill: its id, its columns from left to right, and how many of them stay in sight."""

    id: str
    columns: tuple[Column, ...]
    kept_in_sight: int


def forms() -> tuple[Form, ...]:
    """The sheets to fill: the schools, the county, its survey."""
    # The name of a school is looked for first, so it stands beside its code and stays in sight.
    schools = tuple(column for column in COLUMNS.values() if column.name not in NOT_ASKED)
    return Form("schools", schools, 4), Form("county", county_columns(), 3), Form("survey", survey_columns(), 3)


def heading_of(column: Column, lang: str) -> str:
    """The heading with the unit in brackets, as it is read back."""
    label = column.heading(lang)
    if column.choices and set(column.choices) == {"yes", "no"}:
        return say("template.heading", lang, label=label, unit=say("template.yes_no", lang))
    unit = unit_of(column, lang)
    return say("template.heading", lang, label=label, unit=unit) if unit else label


def unit_of(column: Column, lang: str) -> str:
    """The unit that the template asks for; empty where there is none, or where the heading says it already."""
    if column.unit not in ("square_metres", "money", "percent", "volumes", "points", "lessons"):
        return ""
    if column.name in _IN_TEN_THOUSANDS:
        return "万元"
    spellings = [name for name, factor in UNITS[column.unit].items() if factor == 1]
    chinese = next((name for name in spellings if not name.isascii()), spellings[0])
    return chinese if lang == "zh" else next((name for name in reversed(spellings) if name.isascii()), chinese)


def sheet_name(sheet: str, lang: str) -> str:
    """The name of a sheet in the language of the template, which may be both."""
    if lang != "both":
        return say(f"template.sheet.{sheet}", lang)
    return f"{say(f'template.sheet.{sheet}', 'zh')} {say(f'template.sheet.{sheet}', 'en')}"
