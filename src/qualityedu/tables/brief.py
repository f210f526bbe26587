"""A region in brief: what a reader with two minutes takes away, each sentence with the way to its section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from qualityedu.findings import orientation
from qualityedu.indicators import catalogue
from qualityedu.models import RegionalModel
from qualityedu.release import Release
from qualityedu.tables.county import missing_in_words
from qualityedu.tables.fragment import Fragment
from qualityedu.tables.values import indicator_label
from qualityedu.text import number, say

__all__ = ["brief"]

# The two leanings are called apart where the shares of their indicators above the mean differ by as much.
APART = 0.25


def brief(released: Release, models: Sequence[RegionalModel], lang: str) -> Fragment:
    """Up to six sentences, each leading to the section that says it in full; what is not known is left out.

    What falls short, how uneven the schools are, what cannot be judged, which way the region leans, where it stands on
    the models (those that `regional_models` gives), what changed since the year before.
    """
    said = [
        *_short(released, lang),
        *_spreads(released, lang),
        *_unknown(released, lang),
        *_leaning(released, lang),
        *_models(models, released.region, lang),
        *_changes(released, lang),
    ]
    if not said:
        return Fragment("", "")
    title = say("section.brief", lang)
    items = Markup("\n").join(
        Markup('<li>{} <a href="#{}">{}</a></li>').format(sentence, key, say(f"section.{key}", lang))
        for key, sentence in said
    )
    html = Markup('<h2 id="brief">{}</h2>\n<ul class="brief">\n{}\n</ul>').format(title, items)
    return Fragment(str(html), "\n".join([title, *(sentence for _, sentence in said)]))


def _short(released: Release, lang: str) -> Iterator[tuple[str, str]]:
    """The item of the rule that most schools miss, and what all of them lack of it."""
    gaps = released.ledger
    if released.verdict.rule is None or gaps.empty or not released.verdict.schools_unmet:
        return
    gaps = gaps[(gaps["status"] == "unmet") & gaps["indicator"].isin(released.verdict.rule.indicators)]
    if gaps.empty:
        return
    counts = gaps.groupby(["indicator", "stage"], sort=False).size()
    indicator, stage = counts.idxmax()
    of_item = gaps[(gaps["indicator"] == indicator) & (gaps["stage"] == stage)]
    missing = of_item["missing"]
    words = {
        "schools": released.verdict.schools_unmet,
        "item": indicator_label(str(indicator), str(stage), lang),
        "count": int(counts.max()),
    }
    if missing.isna().any():
        yield "shortfalls", say("brief.short", lang, **words)
    else:
        amount = missing_in_words(float(missing.sum()), str(of_item["thing"].iloc[0]), lang)
        yield "shortfalls", say("brief.short_of", lang, **words, missing=amount)


def _spreads(released: Release, lang: str) -> Iterator[tuple[str, str]]:
    """How many difference coefficients pass their limits, and the one that does so by most."""
    verdict = released.verdict
    if verdict.rule is None or not verdict.spreads_met + verdict.spreads_unmet:
        return
    held = released.now[(released.now["subject"] == "spread") & released.now["indicator"].isin(verdict.rule.indicators)]
    over = held[(held["status"] == "unmet") & held["value"].notna()]
    if over.empty:
        known = verdict.spreads_met + verdict.spreads_unmet
        key = "brief.spreads_within" if not verdict.spreads_unmet else "brief.spreads_withheld"
        yield "spreads", say(key, lang, count=known, unmet=verdict.spreads_unmet)
        return
    worst = over.loc[(over["value"] / over["standard"]).idxmax()]
    decimals = 2
    while decimals < 6 and number(worst["value"], lang, decimals) == number(worst["standard"], lang, decimals):
        decimals += 1
    yield (
        "spreads",
        say(
            "brief.spreads_over",
            lang,
            count=verdict.spreads_unmet,
            item=indicator_label(str(worst["indicator"]), str(worst["stage"]), lang),
            value=number(worst["value"], lang, decimals),
            limit=number(worst["standard"], lang, 2),
        ),
    )


def _unknown(released: Release, lang: str) -> Iterator[tuple[str, str]]:
    """How many lines of the county's verdict nothing is known of."""
    lines = released.county.lines
    count = int((lines["status"] == "cannot_judge").sum()) if released.county.regulation is not None else 0
    if count:
        yield "county", say("brief.unknown", lang, count=count, lines=len(lines))


def _leaning(released: Release, lang: str) -> Iterator[tuple[str, str]]:
    profile = orientation(released.peers, released.region)
    scored = profile[profile["score"].notna()]
    of = {leaning: scored.loc[scored["leaning"] == leaning, "score"] for leaning in ("quality", "exam")}
    if any(scores.empty for scores in of.values()):
        return
    above = {leaning: int((scores > 0).sum()) for leaning, scores in of.items()}
    apart = above["exam"] / len(of["exam"]) - above["quality"] / len(of["quality"])
    side = "alike" if abs(apart) < APART else "exam" if apart > 0 else "quality"
    yield (
        "profile",
        say(
            f"brief.leaning_{side}",
            lang,
            quality=above["quality"],
            of_quality=len(of["quality"]),
            exam=above["exam"],
            of_exam=len(of["exam"]),
            apart=number(100 * APART, lang, 0),
        ),
    )


def _models(models: Sequence[RegionalModel], region: str, lang: str) -> Iterator[tuple[str, str]]:
    rows = [model.standings.set_index("region").loc[region] for model in models]
    known = [row for row in rows if row["lower"] == row["lower"]]
    if known:
        above, below = sum(row["lower"] > 0 for row in known), sum(row["upper"] < 0 for row in known)
        alike = len(known) - above - below
        yield "models", say("brief.models", lang, models=len(known), above=above, below=below, alike=alike)


def _changes(released: Release, lang: str) -> Iterator[tuple[str, str]]:
    found = released.changes
    last = found[found["movement"].isin(["rose", "fell", "steady"])] if len(found) else found
    if last.empty:
        return
    moved = last[last["movement"] != "steady"]
    turns = [_turn(row.indicator, row.subject, row.movement) for row in moved.itertuples()]
    words = {"before": int(last["before"].max()), "count": len(last), "moved": len(moved)}
    words |= {turn: turns.count(turn) for turn in ("better", "worse")}
    alerts = int((last["alert"] != "").sum())
    yield "years", say("brief.changes_alert" if alerts else "brief.changes", lang, **words, alerts=alerts)


def _turn(indicator: str, subject: str, movement: str) -> str:
    """For the better, for the worse, or neither: an indicator of which neither more nor less is better."""
    better = "lower" if subject == "spread" else catalogue()[indicator].better
    if better not in ("higher", "lower"):
        return "neither"
    return "better" if (movement == "rose") == (better == "higher") else "worse"
