"""The parts of a study that hold pictures: estimates, the two aims contrasted, specification curves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations

import numpy as np

from qualityedu.errors import RequestError
from qualityedu.figures.coefficients import coefficient_plot
from qualityedu.figures.contrast import contrast_plot
from qualityedu.figures.curve import curve_plot
from qualityedu.figures.exhibit import Exhibit, Section
from qualityedu.findings import Overview
from qualityedu.models import Curve, RegionalModel, Spec, specification_curve
from qualityedu.tables import (
    DeclaredContrast,
    Fragment,
    contrasts_headline,
    model_label,
    paragraph,
    regression_table,
    section,
)
from qualityedu.text import say

__all__ = ["contrasts_section", "curves_section", "estimates_section"]


def estimates_section(models: Sequence[RegionalModel], lang: str) -> Section:
    """All models side by side as a table, and their inputs as a picture."""
    head = section("estimates", lang)
    if not models:
        return Section((head, paragraph(say("models.none", lang))))
    fits = [model.fit for model in models]
    inputs = list(dict.fromkeys(term for model in models for term in model.points))
    return Section((head, regression_table(fits, lang).html(), coefficient_plot(fits, lang, terms=inputs)))


def contrasts_section(pairs: Sequence[DeclaredContrast], lang: str) -> Section:
    """Each pair of a quality and an exam outcome against the same inputs; a pair that cannot be is said why."""
    pieces: list[Fragment | Exhibit] = [section("contrasts", lang), contrasts_headline(pairs, lang)]
    for pair in pairs:
        if pair.found is not None:
            pieces.append(contrast_plot(pair.found, lang))
        elif pair.refused is not None:
            words = {"pair": pair.title(lang), "reason": pair.refused.sentence(lang)}
            pieces.append(paragraph(say("contrast.refused", lang, **words)))
    return Section(tuple(pieces))


def curves_section(models: Sequence[RegionalModel], seen: Overview, lang: str, *, seed: int) -> Section:
    """A small specification curve for each input: its outcomes, with every choice of the models' other terms held.

    Randomness comes from `seed` alone.
    """
    pieces: list[Fragment | Exhibit] = [section("curves", lang)]
    specs = [model.fit.spec for model in models if model.fit.spec is not None]
    asked = dict.fromkeys((spec.stage, term) for spec in specs for term in spec.inputs)
    for stage, lever in asked:
        alike = [spec for spec in specs if spec.stage == stage and lever in spec.inputs]
        try:
            curve = _curve(alike, stage, lever, seen, seed)
        except RequestError as refused:
            words = {"lever": model_label(lever, lang), "reason": refused.sentence(lang)}
            pieces.append(paragraph(say("curve.refused", lang, **words)))
            continue
        drawn = curve_plot(curve, lang)
        pieces.append(drawn or paragraph(say("curve.none", lang, lever=model_label(lever, lang))))
    if not asked:
        pieces.append(paragraph(say("robustness.no_model", lang)))
    return Section(tuple(pieces))


def _curve(specs: Sequence[Spec], stage: str | None, lever: str, seen: Overview, seed: int) -> Curve:
    frame = seen.values[seen.values["stage"] == stage] if stage else seen.values
    others = dict.fromkeys(name for spec in specs for name in (*spec.inputs, *spec.controls) if name != lever)
    sets = chain.from_iterable(combinations(others, size) for size in range(len(others) + 1))
    return specification_curve(
        frame,
        outcomes=list(dict.fromkeys(spec.outcome for spec in specs)),
        levers=[lever],
        controls=list(sets),
        cluster=specs[0].cluster,
        generator=np.random.default_rng(seed),
        draws=199,
    )
