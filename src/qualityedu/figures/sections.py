"""The parts of a report that hold pictures, each with its heading; empty where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Sequence

from qualityedu.figures.exhibit import Exhibit, Section
from qualityedu.figures.orientation import profile
from qualityedu.figures.relation import relations
from qualityedu.figures.residuals import residuals_by_region
from qualityedu.figures.schools import bars_of_weakest
from qualityedu.figures.spreads import spreads
from qualityedu.models import RegionalModel
from qualityedu.release import Release
from qualityedu.tables import Fragment, paragraph, section, standing_sentence, standings
from qualityedu.text import say

__all__ = ["models_section", "profile_section", "schools_section", "spreads_section"]


def schools_section(released: Release, lang: str) -> Section:
    """The schools against the standard, on the item that most of them miss, stage by stage."""
    return _section("schools", bars_of_weakest(released, lang), lang)


def spreads_section(released: Release, lang: str) -> Section:
    """The difference coefficients against their limits."""
    drawn = spreads(released, lang)
    return _section("spreads", [drawn] if drawn else [], lang)


def profile_section(released: Release, lang: str) -> Section:
    """The two aims of schooling side by side."""
    drawn = profile(released, lang)
    return _section("profile", [drawn] if drawn else [], lang)


def models_section(models: Sequence[RegionalModel], lang: str, region: str | None = None) -> Section:
    """The models over all regions; with a region, where it stands on each in words, else where all of them do."""
    head = section("models" if region is not None else "models_all", lang)
    if not models:
        return Section((head, paragraph(say("models.none", lang))))
    pieces: list[Fragment | Exhibit] = [head]
    for model in models:
        if region is not None:
            pieces.append(paragraph(standing_sentence(model, region, lang)))
        pieces.append(relations(model, lang, region))
        if region is None:
            pieces.append(residuals_by_region(model, lang) or standings(model, lang))
    return Section(tuple(pieces))


def _section(key: str, drawn: list[Exhibit], lang: str) -> Section:
    return Section((section(key, lang), *drawn)) if drawn else Section(())
