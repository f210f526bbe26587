"""What has been decreed for an indicator over the years, superseded numbers too, as lines to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qualityedu.columns import COLUMNS, STAGES
from qualityedu.findings.judge import decimals_of
from qualityedu.indicators import Indicator
from qualityedu.standards import Threshold, thresholds
from qualityedu.tables.values import stage_label
from qualityedu.text import number, say

__all__ = ["Decreed", "decimals_in", "decreed_line", "legal_history", "notes_on", "value_in_words"]


@dataclass(frozen=True)
class Decreed:
    """One number decreed, and the first day on which another one of the same place took its place, if one did."""

    threshold: Threshold
    until: date | None
    replaced_by: str

    @property
    def since(self) -> date:
        """The first day on which it counts."""
        return self.threshold.due or self.threshold.regulation.effective


def legal_history(each: Indicator) -> list[Decreed]:
    """Every number ever decreed for an indicator, the oldest first; what holds for one place beside what holds for all.

    A number is replaced by the next one for the same stage, subject, place and kind of school, or by nothing where its
    regulation no longer holds.
    """
    several = [one for (name, _, _), found in thresholds().items() if name == each.id for one in found]
    history = [_decreed(one, several) for one in several]
    return sorted(history, key=_order)


def decreed_line(one: Decreed, lang: str) -> str:
    """One number in one line: what is asked of whom, by what, from when, and what to know about it."""
    threshold = one.threshold
    line = say(
        "cli.show.standard",
        lang,
        number=threshold.regulation.number or threshold.regulation.title[lang],
        clause=threshold.clause,
        stage=stage_label(threshold.stage, lang),
        subject=say(f"subject.{threshold.subject}", lang),
        rule=say(f"rule.{threshold.rule}", lang),
        value=value_in_words(threshold, lang),
        effective=threshold.regulation.effective,
    )
    return say("report.list_mark", lang).join([line, *notes_on(one, lang)])


def value_in_words(threshold: Threshold, lang: str) -> str:
    """The number, or both ends of a band, with as many decimals as were decreed."""
    fewest = decimals_of(threshold.indicator, threshold.subject)
    written = [one for one in (threshold.value, threshold.upper) if one is not None]
    shown = [number(one, lang, max(fewest, decimals_in(one))) for one in written]
    return shown[0] if len(shown) == 1 else say("report.interval", lang, lower=shown[0], upper=shown[1])


def notes_on(one: Decreed, lang: str) -> list[str]:
    """What limits a number: the place, the kind of school, the day by which, and what took its place."""
    threshold, regulation = one.threshold, one.threshold.regulation
    found = []
    if regulation.by_name:
        found.append(say("legal.by_name", lang))
    elif places := threshold.places or ((regulation.place,) if "-" in regulation.place else ()):
        found.append(say("legal.places", lang, places=", ".join(places)))
    if threshold.kinds:
        kinds = say("report.list_mark", lang).join(_kind(kind, lang) for kind in threshold.kinds)
        found.append(say("legal.kinds", lang, kinds=kinds))
    if threshold.pupils_below is not None:
        found.append(say("legal.pupils_below", lang, pupils=number(threshold.pupils_below, lang, 0)))
    if threshold.due:
        found.append(say("legal.due", lang, day=threshold.due))
    if one.replaced_by:
        found.append(say("legal.replaced", lang, day=one.until, number=one.replaced_by))
    elif one.until:
        found.append(say("legal.ended", lang, day=one.until))
    return found


def _order(one: Decreed) -> tuple[date, str, int, str, tuple[str, ...]]:
    threshold = one.threshold
    stage = STAGES.index(threshold.stage) if threshold.stage in STAGES else len(STAGES)
    return one.since, threshold.regulation.id, stage, threshold.subject, threshold.places


def _decreed(one: Threshold, several: list[Threshold]) -> Decreed:
    since = one.due or one.regulation.effective
    later = [
        ((other.due or other.regulation.effective), other)
        for other in several
        if _covers(other, one) and (other.due or other.regulation.effective) > since
    ]
    ended = one.regulation.superseded
    if later:
        day, other = min(later, key=lambda pair: pair[0])
        if ended is None or day <= ended:
            return Decreed(one, day, other.regulation.number or other.regulation.id)
    return Decreed(one, ended, "")


def _covers(other: Threshold, one: Threshold) -> bool:
    """Whether `other`, if later, takes the place of `one`: same thing, same issuer's territory, and no narrower."""
    return (
        (other.stage, other.subject, other.pupils_below) == (one.stage, one.subject, one.pupils_below)
        and _territory(other) == _territory(one)
        and other.places in ((), one.places)
        and other.kinds in ((), one.kinds)
    )


def _territory(one: Threshold) -> str:
    return one.regulation.id if one.regulation.by_name else one.regulation.place


def _kind(kind: str, lang: str) -> str:
    choices = COLUMNS["school_kind"].choices or {}
    words = choices.get(kind, (kind,))
    return words[0] if lang == "zh" else words[-1]


def decimals_in(value: float) -> int:
    """How many decimals a number is written with."""
    return len(repr(float(value)).rstrip("0").partition(".")[2])
