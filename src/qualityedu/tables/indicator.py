"""One indicator in full, as text for a terminal."""

from __future__ import annotations

from qualityedu.datasets import YUAN
from qualityedu.findings import measure
from qualityedu.indicators import Indicator, sources
from qualityedu.tables.legal import decreed_line, legal_history
from qualityedu.tables.values import stage_label
from qualityedu.text import number, say

__all__ = ["indicator_page"]


def indicator_page(each: Indicator, lang: str) -> str:
    """Title, facts, why, calculation, what to mind, every standard with its dates, worked example and sources."""
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
                ("misreading", each.misreading[lang]),
                ("doubt", each.doubt.get(lang, "")),
                ("counterpart", each.counterpart),
                ("standards", _standards(each, lang)),
                ("example", _example(each, lang)),
                ("sources", "\n".join(_source(name) for name in each.sources)),
            )
            if text
        ),
        say("cli.show.reviewed", lang, day=each.reviewed),
    ]
    return "\n\n".join(parts)


def _part(key: str, text: str, lang: str) -> str:
    return "\n".join([say(f"cli.show.{key}", lang), *(f"  {line}" for line in text.splitlines())])


def _standards(each: Indicator, lang: str) -> str:
    history = legal_history(each)
    return "\n".join(decreed_line(one, lang) for one in history) or say("cli.show.no_standards", lang)


def _example(each: Indicator, lang: str) -> str:
    frame = each.example.frame()
    table = frame.assign(region="1", stage=each.stages[0], year=2023)
    table["school"] = table["school"] if "school" in frame.columns else [str(row) for row in range(len(frame))]
    found = measure(table, [each.id])
    value = found.loc[found["subject"] == "region", "value"].iloc[0]
    result = say("cli.show.result", lang, value=number(value, lang, each.decimals + 2))
    return f"{frame.to_string(index=False, na_rep='—')}\n{result}"


def _source(name: str) -> str:
    known = sources().get(name, {})
    return f"{name}: {known.get('title', name)} ({known.get('where', '')})"
