"""The note on what is withheld: the rule, the threshold, and how many figures."""

from __future__ import annotations

from qualityedu.findings import Overview
from qualityedu.indicators import catalogue
from qualityedu.release import DEFAULT, SMALLEST, SMALLEST_SPREAD, Policy, Release, may_show_unit, units_withheld
from qualityedu.release.rounding import FEW, TO
from qualityedu.release.units import is_share
from qualityedu.tables.fragment import Fragment, joined, paragraph
from qualityedu.text import say

__all__ = ["disclosure_note", "disclosure_notes", "disclosure_of_regions", "notes_on"]


def disclosure_notes(released: Release, lang: str) -> list[str]:
    """The rule of a region's report, how many figures it withheld, why below five, and what is all or nothing."""
    notes = notes_on(released.policy, released.withheld, released.withheld_units, lang, spread=_spread(released))
    now = released.now[released.now["subject"] == "region"]
    alike = [row for row in now.itertuples() if is_share(catalogue()[row.indicator]) and row.value in (0, 100)]
    return [*notes, say("disclosure.bounds", lang, count=len(alike))] if alike else notes


def disclosure_note(released: Release, lang: str) -> Fragment:
    """The same as paragraphs."""
    return joined(*map(paragraph, disclosure_notes(released, lang)))


def disclosure_of_regions(seen: Overview, safe: Overview, lang: str, policy: Policy = DEFAULT) -> Fragment:
    """The note of a report on all regions of a table: `seen` is the overview, `safe` what may be shown of it."""
    figures = int(((safe.findings["status"] == "withheld") & (safe.findings["year"] == safe.year)).sum())
    hidden = units_withheld(seen, policy)
    shown = [name for name in hidden.columns if may_show_unit(catalogue()[name], seen.dataset.unit)]
    notes = notes_on(policy, figures, int(hidden[shown].to_numpy().sum()), lang, spread=_spread(seen))
    return joined(*map(paragraph, notes))


def _spread(about: Release | Overview) -> int:
    return SMALLEST_SPREAD if about.dataset.unit == "school" else SMALLEST


def notes_on(policy: Policy, figures: int, units: int, lang: str, *, spread: int) -> list[str]:
    """The rule, how many figures of regions and of units were withheld, and what is special about the policy."""
    notes = [
        say("disclosure.rule", lang, threshold=policy.threshold, smallest=SMALLEST, spread=spread),
        say("disclosure.counted", lang, figures=figures, units=units),
    ]
    if policy.override.strip():
        notes.append(say("disclosure.override", lang, reason=policy.override.strip()))
    if policy.rounded:
        notes.append(say("disclosure.rounded", lang, few=FEW, to=TO))
    return notes
