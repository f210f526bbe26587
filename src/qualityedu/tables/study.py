"""What a study says besides its estimates: the data, the design, what it does not say, and its plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from qualityedu.findings import Overview
from qualityedu.indicators import catalogue
from qualityedu.models import SPECS, RegionalModel, Spec, enough_rows
from qualityedu.models.plan import deviations, read_plan
from qualityedu.release import SMALLEST
from qualityedu.tables.fragment import Fragment, html_table, joined, paragraph
from qualityedu.tables.heading import section
from qualityedu.tables.models import model_label
from qualityedu.text import number, say

__all__ = ["data_section", "design_section", "limits_section", "plan_section", "question_section"]


def question_section(key: str, lang: str) -> Fragment:
    """What the study asks: `section.question.<key>` and its lead."""
    return section(f"question.{key}", lang)


def data_section(seen: Overview, lang: str) -> Fragment:
    """Every variable of the declared models that the table has: how many units have it, their mean and deviation.

    Nothing of a single unit is shown: no lowest, no highest, and nothing on fewer than three units.
    """
    wanted = dict.fromkeys(name for spec in SPECS.values() for name in spec.columns())
    names = [name for name in wanted if name in seen.values and pd.api.types.is_numeric_dtype(seen.values[name])]
    names = [name for name in names if seen.values[name].notna().any()]
    source = seen.dataset.source.get(lang, "")
    head = section("study_data", lang, units=len(seen.values), regions=seen.values["region"].nunique())
    if not names:
        return joined(head, paragraph(say("study.no_variables", lang)))
    rows = [_described(seen, name, lang) for name in names]
    headings = [say(f"column.{name}", lang) for name in ("variable", "known", "unknown", "mean", "deviation")]
    table = html_table(say("study.data.caption", lang), headings, rows, numeric=(1, 2, 3, 4))
    return joined(head, table, *([paragraph(say("study.source", lang, source=source))] if source else []))


def design_section(seen: Overview, models: Sequence[RegionalModel], lang: str) -> Fragment:
    """The declared models whose variables the table has: which are fitted, over how many rows, and which are not."""
    fitted = {model.fit.spec.name: model.fit for model in models if model.fit.spec is not None}
    held = set(seen.values.columns)
    near = [spec for spec in SPECS.values() if set(spec.columns()) <= held]
    head = section("study_design", lang, declared=len(SPECS), near=len(near), fitted=len(fitted))
    if not near:
        return joined(head, paragraph(say("models.none", lang)))
    rows = [
        [
            model_label(spec.outcome, lang),
            say("report.list_mark", lang).join(model_label(name, lang) for name in spec.inputs),
            say("report.list_mark", lang).join(model_label(name, lang) for name in spec.controls) or "—",
            say(f"stage.{spec.stage}", lang) if spec.stage else say("study.all_stages", lang),
            *_outcome_of(spec, seen, lang, fitted),
        ]
        for spec in near
    ]
    names = ("outcome", "inputs", "controls", "stage", "complete", "done")
    headings = [say(f"column.{name}", lang) for name in names]
    return joined(head, html_table(say("study.design.caption", lang), headings, rows, numeric=(4,)))


def limits_section(lang: str, *keys: str) -> Fragment:
    """What the study does not say: the sentences `limits.<key>`, one below the other."""
    head = section("limits", lang)
    sentences = [say(f"limits.{key}", lang) for key in keys]
    items = Markup("").join(Markup("<li>{}</li>").format(sentence) for sentence in sentences)
    return joined(head, Fragment(str(Markup("<ul>{}</ul>").format(items)), "\n".join(sentences)))


def plan_section(plan: str, models: Sequence[RegionalModel], lang: str) -> Fragment:
    """How the models depart from an analysis plan, the file at `plan`; nothing where none was given.

    Raises RequestError as `read_plan` does.
    """
    if not plan:
        return Fragment("", "")
    read = read_plan(Path(plan))
    head = section("plan", lang, title=read.title, decided=read.decided, specs=len(read.specs), sha256=read.sha256)
    found = deviations(read, [model.fit for model in models])
    if not found:
        return joined(head, paragraph(say("plan.none", lang)))
    rows = [[say(f"plan.kind.{each.kind}", lang), each.sentence(lang)] for each in found]
    headings = [say("column.departure", lang), say("column.what", lang)]
    return joined(head, html_table(say("plan.caption", lang, count=len(found)), headings, rows))


def _described(seen: Overview, name: str, lang: str) -> list[str]:
    values = seen.values[name].dropna()
    decimals = catalogue()[name].decimals + 1 if name in catalogue() else 1
    enough = len(values) >= SMALLEST
    figures = [number(figure, lang, decimals) if enough else "—" for figure in (values.mean(), values.std(ddof=1))]
    counts = [number(count, lang, 0) for count in (len(values), len(seen.values) - len(values))]
    return [model_label(name, lang), *counts, *figures]


def _outcome_of(spec: Spec, seen: Overview, lang: str, fitted: Collection[str]) -> tuple[str, str]:
    """How many complete rows a declared model has, and what was made of it."""
    rows = seen.values[seen.values["stage"] == spec.stage] if spec.stage else seen.values
    complete = int(rows[list(spec.columns())].notna().all(axis=1).sum())
    if spec.name in fitted:
        return number(complete, lang, 0), say("study.fitted", lang)
    fewest = enough_rows(len(spec.inputs) + len(spec.controls))
    key = "study.too_few" if complete < fewest else "study.not_borne"
    return number(complete, lang, 0), say(key, lang, fewest=fewest)
