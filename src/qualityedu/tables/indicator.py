"""One indicator in full, as text for a terminal."""

from __future__ import annotations

from qualityedu.datasets import YUAN
from qualityedu.findings import measure
from qualityedu.findings.judge import decimals_of
from qualityedu.indicators import Indicator, sources
from qualityedu.standards import thresholds
from qualityedu.tables.values import stage_label
from qualityedu.text import number, say

__all__ = ["indicator_page"]


def indicator_page(each: Indicator, lang: str) -> str:
    """Title, facts, why, calculation, caveat, standards with their dates, worked example and sources."""
    facts = say(
        "cli.show.facts",
        lang,
        stages=say("report.list_mark", lang).join(stage_label(stage, lang) for stage in each.stages),
        leaning=say(f"leaning.{each.leaning}", lang),
        unit=each.unit_in(lang, YUAN),
        release=say(f"release.{each.release}", lang),
    )
    parts = [
        f"{each.title[lang]}  [{each.id}]\n{facts}",
        *(
            _part(key, text, lang)
            for key, text in (
                ("why", each.why[lang]),
                ("how", each.describe(lang)),
                ("caveat", each.caveat[lang]),
                ("standards", "\n".join(_standards(each, lang)) or say("cli.show.no_standards", lang)),
                ("example", _example(each, lang)),
                ("sources", "\n".join(_source(name) for name in each.sources)),
            )
        ),
        say("cli.show.reviewed", lang, day=each.reviewed),
    ]
    return "\n\n".join(parts)


def _part(key: str, text: str, lang: str) -> str:
    return "\n".join([say(f"cli.show.{key}", lang), *(f"  {line}" for line in text.splitlines())])


def _standards(each: Indicator, lang: str) -> list[str]:
    decreed = [one for (name, _, _), several in thresholds().items() if name == each.id for one in several]
    return [
        say(
            "cli.show.standard",
            lang,
            number=one.regulation.number,
            clause=one.clause,
            stage=stage_label(one.stage, lang),
            subject=say(f"subject.{one.subject}", lang),
            rule=say(f"rule.{one.rule}", lang),
            value=number(one.value, lang, decimals_of(each.id, one.subject)),
            effective=one.regulation.effective,
        )
        for one in sorted(decreed, key=lambda one: (one.regulation.effective, one.subject, one.stage), reverse=True)
    ]


def _example(each: Indicator, lang: str) -> str:
    frame = each.example.frame()
    table = frame.assign(region="1", stage=each.stages[0], year=2023)
    table["school"] = table["school"] if "school" in frame.columns else [str(row) for row in range(len(frame))]
    found = measure(table, [each.id])
    value = found.loc[found["subject"] == "region", "value"].iloc[0]
    return (
        f"{frame.to_string(index=False)}\n{say('cli.show.result', lang, value=number(value, lang, each.decimals + 2))}"
    )


def _source(name: str) -> str:
    known = sources().get(name, {})
    return f"{name}: {known.get('title', name)} ({known.get('where', '')})"
