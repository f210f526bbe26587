"""How a value, a standard and a status are printed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from markupsafe import Markup

from qualityedu.datasets import Dataset
from qualityedu.findings.judge import decimals_of
from qualityedu.indicators import catalogue
from qualityedu.text import half_up, number, say

__all__ = ["indicator_label", "printed", "stage_label", "status_cell", "title_of", "title_with_unit", "unit_of"]

_MARKS = {"met": "✓", "unmet": "✗"}
_MOST_DECIMALS = 8


def title_of(indicator: str, lang: str) -> str:
    """The title of an indicator."""
    return catalogue()[indicator].title[lang]


def unit_of(indicator: str, dataset: Dataset, lang: str) -> str:
    """The unit of an indicator, money in the currency of the data set."""
    return catalogue()[indicator].unit_in(lang, dataset.currency)


def title_with_unit(indicator: str, dataset: Dataset, lang: str) -> str:
    """Title and unit in one, for an axis."""
    return say("report.title_and_unit", lang, title=title_of(indicator, lang), unit=unit_of(indicator, dataset, lang))


def stage_label(stage: str, lang: str) -> str:
    """The name of a stage."""
    return say(f"stage.{stage}", lang)


def indicator_label(indicator: str, stage: str, lang: str) -> str:
    """Title and stage in one, for a row or an axis."""
    return say("report.indicator_and_stage", lang, title=title_of(indicator, lang), stage=stage_label(stage, lang))


def printed(row: Any, lang: str) -> str:
    """A value as printed, with as many decimals as it takes to stand on its own side of the standard.

    `row` is a finding, or what a school reaches on an item: `indicator`, `value`, `status`, `standard`, `rounding`,
    and `subject` where it is not of a school.
    """
    if row.status == "withheld":
        return say("status.withheld", lang)
    decimals = decimals_of(row.indicator, getattr(row, "subject", "school"))
    while row.rounding and decimals < _MOST_DECIMALS and _other_side(row, decimals):
        decimals += 1
    return number(row.value, lang, decimals)


def status_cell(status: str, lang: str) -> Markup:
    """The status in words behind a mark, so that colour is never alone."""
    mark = _MARKS.get(status, "")
    return Markup('<span class="status {}">{}</span>').format(status, f"{mark} {say(f'status.{status}', lang)}".strip())


def _other_side(row: Any, decimals: int) -> bool:
    value, standard = Decimal(repr(float(row.value))), Decimal(repr(float(row.standard)))
    return half_up(row.value, decimals).compare(standard) != value.compare(standard)
