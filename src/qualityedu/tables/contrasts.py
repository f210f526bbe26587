"""Whether an input goes differently with a quality outcome than with an exam outcome, for all declared models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.findings import Overview
from qualityedu.indicators import catalogue
from qualityedu.models import Contrast, Spec, contrast, enough_rows, specs_for
from qualityedu.tables.digest import fixed
from qualityedu.tables.fragment import Fragment, html_table, joined, paragraph
from qualityedu.tables.heading import section
from qualityedu.tables.models import model_label
from qualityedu.tables.values import title_of
from qualityedu.text import say, significant

__all__ = [
    "DeclaredContrast",
    "contrast_digest",
    "contrasts_headline",
    "contrasts_without_regions",
    "declared_contrasts",
]


@dataclass(frozen=True, eq=False)
class DeclaredContrast:
    """Two declared models with the same inputs, set side by side; `refused` says why where that cannot be done."""

    quality: Spec
    exam: Spec
    found: Contrast | None = field(default=None, repr=False)
    refused: RequestError | None = None

    def title(self, lang: str) -> str:
        """The two outcomes in words."""
        quality, exam = title_of(self.quality.outcome, lang), title_of(self.exam.outcome, lang)
        return say("contrast.title", lang, quality=quality, exam=exam)


def declared_contrasts(seen: Overview) -> list[DeclaredContrast]:
    """Every pair of declared models, one of a quality and one of an exam outcome, alike in all else.

    Only models that the table can bear are paired, in the order in which they are declared. A pair with fewer common
    units than one model needs is refused as well.
    """
    offered = specs_for(seen.values)
    pairs = [
        (quality, exam)
        for quality in offered
        for exam in offered
        if _leaning(quality) == "quality" and _leaning(exam) == "exam" and _alike(quality) == _alike(exam)
    ]
    return [_tried(quality, exam, seen.values) for quality, exam in pairs]


def contrast_digest(pairs: Sequence[DeclaredContrast]) -> str:
    """One line per input of each contrast: outcomes, input, difference, its error and their ratio."""
    lines = []
    for pair in pairs:
        names = f"{pair.quality.outcome} {pair.exam.outcome}"
        if pair.found is None:
            lines.append(f"{names} refused {pair.refused.key if pair.refused else ''}")
            continue
        lines += [
            f"{names} {row.lever} {fixed(row.difference, 0)} {fixed(row.standard_error, 0)} "
            f"{fixed(row.difference / row.standard_error, 0)}"
            for row in pair.found.table.itertuples()
        ]
        lines.append(f"{names} rows {pair.found.rows} clusters {pair.found.clusters or '—'}")
    return "\n".join(lines)


def contrasts_headline(pairs: Sequence[DeclaredContrast], lang: str) -> Fragment:
    """How many differences can be told from chance, in one sentence."""
    found = [pair.found.table for pair in pairs if pair.found is not None]
    if not found:
        return paragraph(say("contrast.none", lang))
    rows = pd.concat(found)
    apart = int((rows["p_holm"] < 0.05).sum())
    return paragraph(say("contrast.headline", lang, pairs=len(found), differences=len(rows), apart=apart))


def contrasts_without_regions(pairs: Sequence[DeclaredContrast], seen: Overview, lang: str) -> Fragment:
    """Each difference again with one region left out in turn, from the lowest to the highest."""
    head = section("contrast_regions", lang)
    if not any(pair.found is not None for pair in pairs):
        return joined(head, paragraph(say("contrast.none", lang)))
    rows = [row for pair in pairs if pair.found is not None for row in _without_regions(pair, seen, lang)]
    if not rows:
        return joined(head, paragraph(say("robustness.few_regions", lang)))
    names = ("contrast", "lever", "with_all", "lowest_without", "highest_without", "turned", "left_out_regions")
    headings = [say(f"column.{name}", lang) for name in names]
    return joined(head, html_table(say("contrast.regions.caption", lang), headings, rows, numeric=(2, 5, 6)))


def _leaning(spec: Spec) -> str:
    return catalogue()[spec.outcome].leaning


def _alike(spec: Spec) -> tuple[object, ...]:
    return spec.inputs, spec.controls, spec.stage, spec.cluster


def _tried(quality: Spec, exam: Spec, values: pd.DataFrame) -> DeclaredContrast:
    try:
        found = contrast(quality, exam, values)
        fewest = enough_rows(len(quality.inputs) + len(quality.controls))
        if found.rows < fewest:
            raise RequestError("contrast_few_rows", rows=found.rows, fewest=fewest)
    except RequestError as refused:
        return DeclaredContrast(quality, exam, refused=refused)
    return DeclaredContrast(quality, exam, found)


def _without_regions(pair: DeclaredContrast, seen: Overview, lang: str) -> list[list[str]]:
    names = seen.findings.drop_duplicates("region").set_index("region")["region_name"]
    values = seen.values
    parts, silent = [], 0
    for region in sorted(values["region"].dropna().unique()):
        try:
            without = contrast(pair.quality, pair.exam, values[values["region"] != region])
        except RequestError:
            silent += 1
            continue
        parts.append(without.table.assign(left_out=names.get(region, region)))
    assert pair.found is not None
    if not parts:
        return []
    table = pd.concat(parts, ignore_index=True)
    return [_row(pair, row, table[table["lever"] == row.lever], silent, lang) for row in pair.found.table.itertuples()]


def _row(pair: DeclaredContrast, whole: Any, rows: pd.DataFrame, silent: int, lang: str) -> list[str]:
    low, high = rows.loc[rows["difference"].idxmin()], rows.loc[rows["difference"].idxmax()]
    ends = [
        say("robustness.without", lang, estimate=significant(each["difference"], lang), region=each["left_out"])
        for each in (low, high)
    ]
    turned = int(((rows["lower"] > 0) | (rows["upper"] < 0)).ne(whole.lower > 0 or whole.upper < 0).sum())
    counted = say("robustness.of", lang, count=len(rows), all=len(rows) + silent)
    label = model_label(whole.lever, lang)
    return [pair.title(lang), label, significant(whole.difference, lang), *ends, str(turned), counted]
