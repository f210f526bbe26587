"""The head of a report: what it is about, the verdict in one sentence, and the three numbers that matter."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from qualityedu.datasets import Dataset
from qualityedu.findings import Verdict, orientation
from qualityedu.indicators import catalogue
from qualityedu.release import Release
from qualityedu.tables.fragment import Fragment
from qualityedu.tables.values import printed, title_of, unit_of
from qualityedu.text import number, say

__all__ = [
    "heading",
    "headline",
    "section",
    "sentence_and_cards",
    "title_of_page",
    "verdict_sentence",
    "year_label",
]


def heading(released: Release, lang: str) -> Fragment:
    """What the report is about, and the warning where data are synthetic."""
    under = say(
        "report.under_title",
        lang,
        year=year_label(released.dataset, released.year, lang),
        units=len(released.values),
        unit=say(f"unit.{released.dataset.unit}", lang),
        data=released.dataset.title[lang],
    )
    return title_of_page(say("report.title", lang, region=released.region_name), under, released.dataset, lang)


def title_of_page(title: str, under: str, dataset: Dataset, lang: str) -> Fragment:
    """The first heading of a page, the line under it, and the warning where data are synthetic."""
    synthetic = say("report.synthetic", lang) if dataset.synthetic else ""
    warning = Markup('<p class="synthetic" role="note">{}</p>\n').format(synthetic) if synthetic else Markup("")
    html = Markup('<header>\n<h1>{}</h1>\n<p class="under">{}</p>\n{}</header>').format(title, under, warning)
    return Fragment(str(html), "\n".join(line for line in (title, under, synthetic) if line))


def headline(released: Release, lang: str) -> Fragment:
    """The verdict in one sentence, and the three numbers that matter."""
    return sentence_and_cards(
        verdict_sentence(released, lang), _cards(released, lang), lang, status=released.verdict.status
    )


def sentence_and_cards(sentence: str, cards: list[tuple[str, str, str]], lang: str, *, status: str = "") -> Fragment:
    """One sentence that stands out, and a few numbers, each with its name and a note."""
    boxes = Markup("").join(
        Markup("<div><dt>{}</dt><dd><strong>{}</strong> <span>{}</span></dd></div>").format(*card) for card in cards
    )
    html = Markup('<p class="verdict {}">{}</p>\n<dl class="cards">{}</dl>').format(status, sentence, boxes)
    lines = [sentence, *(say("report.card", lang, name=name, value=value) for name, value, _ in cards)]
    return Fragment(str(html), "\n".join(lines))


def section(key: str, lang: str, **values: object) -> Fragment:
    """A heading of the second order and the sentence under it: `section.<key>` and `section.<key>.lead`."""
    title, lead = say(f"section.{key}", lang), say(f"section.{key}.lead", lang, **values)
    html = Markup('<h2 id="{}">{}</h2>\n<p class="lead">{}</p>').format(key, title, lead)
    return Fragment(str(html), f"{title}\n{lead}")


def year_label(dataset: Dataset, year: int, lang: str) -> str:
    """A school year for a table of schools, a plain year for any other."""
    key = "report.school_year" if dataset.unit == "school" else "report.plain_year"
    return say(key, lang, year=year, next=year + 1)


def verdict_sentence(released: Release, lang: str) -> str:
    """The verdict on the allocation of resources in one sentence."""
    verdict = released.verdict
    if verdict.rule is None:
        return say("verdict.no_standard", lang)
    return say(
        f"verdict.{verdict.status}",
        lang,
        number=verdict.rule.regulation.number,
        schools=_schools(verdict),
        schools_unmet=verdict.schools_unmet,
        schools_unknown=verdict.schools_unknown,
        spreads=_spreads(verdict),
        spreads_unmet=verdict.spreads_unmet,
        spreads_unknown=verdict.spreads_unknown,
    )


def _schools(verdict: Verdict) -> int:
    return verdict.schools_met + verdict.schools_unmet + verdict.schools_unknown


def _spreads(verdict: Verdict) -> int:
    return verdict.spreads_met + verdict.spreads_unmet + verdict.spreads_unknown


def _cards(released: Release, lang: str) -> list[tuple[str, str, str]]:
    verdict = released.verdict
    if verdict.rule is None:
        return _value_cards(released, lang)
    schools = f"{verdict.schools_met} / {_schools(verdict)}"
    spreads = f"{verdict.spreads_met} / {_spreads(verdict)}"
    return [
        (say("card.schools", lang), schools, say("card.schools.note", lang)),
        (say("card.spreads", lang), spreads, say("card.spreads.note", lang)),
        _orientation_card(orientation(released.peers, released.region), lang),
    ]


def _value_cards(released: Release, lang: str) -> list[tuple[str, str, str]]:
    """Where there is no verdict: the first exam outcome, quality outcome and input that the region has."""
    values = released.peers[(released.peers["subject"] == "region") & released.peers["value"].notna()]
    own = values[values["region"] == released.region]
    cards = []
    for leaning in ("exam", "quality", "neutral"):
        its = own[own["indicator"].map(lambda name, leaning=leaning: catalogue()[name].leaning == leaning)]
        for row in its.head(1).itertuples():
            others = values[(values["indicator"] == row.indicator) & (values["stage"] == row.stage)]["value"]
            mean = number(others.mean(), lang, catalogue()[row.indicator].decimals)
            note = say("card.value.note", lang, unit=unit_of(row.indicator, released.dataset, lang), mean=mean)
            cards.append((title_of(row.indicator, lang), printed(row, lang), note))
    return cards


def _orientation_card(profile: pd.DataFrame, lang: str) -> tuple[str, str, str]:
    scored = profile[profile["score"].notna()]
    counts = {
        leaning: f"{int((scores > 0).sum())} / {len(scores)}" if len(scores) else "—"
        for leaning in ("quality", "exam")
        for scores in [scored.loc[scored["leaning"] == leaning, "score"]]
    }
    shown = say("card.both.value", lang, quality=counts["quality"], exam=counts["exam"])
    return say("card.both", lang), shown, say("card.both.note", lang)
