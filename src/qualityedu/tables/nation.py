"""A nation in words: the heading, the verdict on its counties, what changed, how it was made, and the digest."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from qualityedu.columns import STAGES
from qualityedu.datasets import Dataset
from qualityedu.findings.nation import NATION
from qualityedu.release import SMALLEST, SMALLEST_SPREAD, NationRelease
from qualityedu.tables.digest import digest, fixed
from qualityedu.tables.disclosure import notes_on
from qualityedu.tables.fragment import Fragment, html_table, joined, paragraph
from qualityedu.tables.heading import section, sentence_and_cards, title_of_page, year_label
from qualityedu.tables.nation_provinces import by_province
from qualityedu.tables.values import stage_label
from qualityedu.text import number, say

__all__ = ["nation_changes", "nation_digest", "nation_heading", "nation_headline", "nation_method"]

_KEYS = ["region", "stage"]

# The whole beside provinces in a digest, as wide as their codes.
_WHOLE = "00"


def nation_heading(report: NationRelease, lang: str) -> Fragment:
    """The title, the data set and year, and the warning where data are synthetic."""
    under = say(
        "regions.under_title",
        lang,
        data=report.dataset.title[lang],
        year=year_label(report.dataset, report.year, lang),
        regions=f"{report.findings['region'].nunique():,}",
        units=f"{report.units:,}",
        unit=say(f"unit.{report.dataset.unit}", lang),
    )
    return title_of_page(say("title.nation", lang), under, report.dataset, lang)


def nation_headline(report: NationRelease, lang: str) -> Fragment:
    """How many counties keep the limits and how many schools meet the rule, of those that can be judged."""
    counties = _of_counties(report.spreads[report.spreads["year"] == report.year])
    if report.rule is None or counties.empty:
        return sentence_and_cards(say("nation.no_standard", lang), [], lang)
    tally = counties.value_counts()
    met, unmet, unknown = (int(tally.get(name, 0)) for name in ("met", "unmet", "cannot_judge"))
    counted = {"counties": len(counties), "met": met, "unmet": unmet, "judged": met + unmet, "unknown": unknown}
    cards = [
        (say("nation.card.counties", lang), f"{met:,} / {met + unmet:,}", say("nation.card.counties.note", lang)),
        (say("nation.card.unknown", lang), f"{unknown:,} / {len(counties):,}", say("nation.card.unknown.note", lang)),
    ]
    whole, decree = _whole(report.schools, report.year), report.rule.regulation.number
    if not len(whole):
        words = {name: f"{count:,}" for name, count in counted.items()}
        return sentence_and_cards(say("nation.headline.counties", lang, number=decree, **words), cards, lang)
    schools = {name: int(whole[name].sum()) for name in ("met", "unmet", "cannot_judge")}
    judged = schools["met"] + schools["unmet"]
    counted |= {"schools_met": schools["met"], "schools_judged": judged, "schools_unknown": schools["cannot_judge"]}
    words = {name: f"{count:,}" for name, count in counted.items()}
    value = f"{schools['met']:,} / {judged:,}"
    card = (say("nation.card.schools", lang), value, say("nation.card.schools.note", lang))
    return sentence_and_cards(say("nation.headline", lang, number=decree, **words), [cards[0], card, cards[1]], lang)


def nation_changes(report: NationRelease, lang: str) -> Fragment:
    """What changed since the year before, stage by stage; empty where there is no year before or no rule."""
    before, now = (report.spreads[report.spreads["year"] == year] for year in (report.year - 1, report.year))
    both = now.merge(before, on=_KEYS, suffixes=("", "_before")) if len(before) else pd.DataFrame()
    if both.empty:
        return Fragment("", "")
    judged = both[(both["status"] != "cannot_judge") & (both["status_before"] != "cannot_judge")]
    rows = [_changed(judged[judged["stage"] == stage], stage, report, lang) for stage in _stages(both)]
    names = ("stage", "judged_twice", "met_before", "met_now", "newly_met", "newly_over", "schools_before",
             "schools_now")  # fmt: skip
    headings = [say(f"nation.column.{name}", lang) for name in names]
    caption = say("nation.changes.caption", lang, before=report.year - 1, year=report.year)
    pieces = [section("nation_changes", lang), html_table(caption, headings, rows, numeric=range(1, len(names)))]
    pieces += [
        paragraph(say("nation.changes.break", lang, reason=each.reason[lang]))
        for each in report.dataset.breaks
        if each.year == report.year
    ]
    return joined(*pieces)


def nation_method(report: NationRelease, lang: str) -> Fragment:
    """How the numbers were made, what may be read from them and what not, and what is withheld."""
    spread = SMALLEST_SPREAD if report.dataset.unit == "school" else SMALLEST
    notes = [
        say("nation.method.sums", lang),
        say("method.spread", lang),
        *([say("nation.method.verdict", lang)] if report.rule else []),
        say("nation.method.theil", lang),
        say("method.unrounded", lang),
        *notes_on(report.policy, report.withheld, 0, lang, spread=spread),
        *([] if report.by_school else [say("nation.method.sums_only", lang)]),
        *([say("nation.method.rounded", lang)] if report.policy.rounded and not report.by_school else []),
        say("method.source", lang, source=_source(report.dataset, lang), licence=report.dataset.licence or "—"),
    ]
    items = Markup("\n").join(Markup("<li>{}</li>").format(note) for note in notes)
    return joined(section("method", lang), Fragment(str(Markup("<ul>{}</ul>").format(items)), "\n".join(notes)))


def nation_digest(report: NationRelease) -> str:
    """For the reviewer: every finding of the whole, the counts by province, and the parts; no line for a county."""
    whole = report.whole.assign(standard=float("nan"), status=report.whole["status"].replace("", "no_standard"))
    parts = [
        f"{row.indicator} {row.stage} theil_t {row.counties} "
        + " ".join(fixed(value, 9) for value in (row.total, row.error, row.between, row.within, 0.0))
        for row in report.parts.itertuples()
    ]
    levels = [each.assign(region=each["region"].replace(NATION, _WHOLE)) for each in (whole, _shares(report))]
    return "\n".join(each for each in (*map(digest, levels), *parts) if each)


def _shares(report: NationRelease) -> pd.DataFrame:
    """The counts by province in the form of findings."""
    held = by_province(report)
    rows = [
        (row.code, report.year, name, row.stage, subject, value)
        for row in held.itertuples()
        for name, subject, value in (
            ("counties", "met", row.met / row.judged if row.judged else float("nan")),
            ("schools", "met", row.schools_met / row.schools_judged if row.schools_judged else float("nan")),
            ("highest_coefficient", "median", row.median),
        )
    ]
    table = pd.DataFrame(rows, columns=["region", "year", "indicator", "stage", "subject", "value"])
    return table.assign(standard=float("nan"), status="no_standard")


def _of_counties(spreads: pd.DataFrame) -> pd.Series:
    """Whether each county keeps the limits in all stages: `unmet` as soon as one is, `met` only if all are."""
    held = spreads.groupby("region")["status"].agg(set)
    return held.map(lambda each: "unmet" if "unmet" in each else "met" if each == {"met"} else "cannot_judge")


def _whole(schools: pd.DataFrame, year: int) -> pd.DataFrame:
    return schools[(schools["code"] == NATION) & (schools["year"] == year)]


def _stages(table: pd.DataFrame) -> list[str]:
    return [stage for stage in STAGES if stage in set(table["stage"])]


def _changed(judged: pd.DataFrame, stage: str, report: NationRelease, lang: str) -> list[str]:
    then, now = judged["status_before"] == "met", judged["status"] == "met"
    return [
        stage_label(stage, lang),
        f"{len(judged):,}",
        _percent(then.sum(), len(judged), lang),
        _percent(now.sum(), len(judged), lang),
        str(int((now & ~then).sum())),
        str(int((then & ~now).sum())),
        *(_schools(_whole(report.schools, year), stage, lang) for year in (report.year - 1, report.year)),
    ]


def _schools(whole: pd.DataFrame, stage: str, lang: str) -> str:
    own = whole[whole["stage"] == stage]
    return _percent(own["met"].sum(), (own["met"] + own["unmet"]).sum(), lang)


def _percent(part: float, whole: float, lang: str) -> str:
    return say("nation.share", lang, share=number(100 * part / whole, lang, 1)) if whole > 0 else "—"


def _source(dataset: Dataset, lang: str) -> str:
    return dataset.source.get(lang, dataset.title[lang])
