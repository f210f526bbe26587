"""What a county attests and counts as a whole: one row for each county and school year, on sheets of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from qualityedu.columns import COLUMNS, Column
from qualityedu.errors import Problem
from qualityedu.indicators import catalogue
from qualityedu.intake.cells import Fault, read_cell, value_of, written
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.vocabulary import folded, stated_column
from qualityedu.standards import regulations

__all__ = [
    "COUNTY_FIGURES",
    "CountyItems",
    "county_columns",
    "county_items",
    "is_county_sheet",
    "is_survey_sheet",
    "survey_columns",
]

# 教督〔2017〕6号, whose items an inspector has to attest.
_REGULATION = "HQB2017"
_YES = {"yes": ("是", "yes", "y", "√", "1"), "no": ("否", "no", "n", "×", "0")}

# Facts of a county that no school has, by the stage of which the regulation speaks.
COUNTY_FIGURES: dict[str, str] = {
    "teacher_mean_pay": "compulsory",
    "civil_servant_mean_pay": "compulsory",
    "quality_high_school_places": "junior",
    "quota_places": "junior",
    "migrant_children": "compulsory",
    "migrant_children_in_public_places": "compulsory",
    "disabled_children": "compulsory",
    "disabled_children_enrolled": "compulsory",
    "recorded_veto_events": "compulsory",
    "naeq_proficiency_level.primary": "primary",
    "naeq_proficiency_level.junior": "junior",
    "naeq_between_school_rate.primary": "primary",
    "naeq_between_school_rate.junior": "junior",
}
# A title and a few lines of instructions may stand above the headings.
_SEARCHED_ROWS = 15
_HINT = re.compile(r"\([^()]*\)$")
_SURVEY = ("respondents", "satisfied_respondents")
_GROUPS = {
    "pupils": ("学生", "pupils"),
    "parents": ("家长", "parents"),
    "teachers": ("教师", "teachers"),
    "heads": ("校长", "heads of schools"),
    "deputies": ("人大代表、政协委员", "deputies and advisers"),
    "others": ("其他群众", "others"),
}


@dataclass(frozen=True)
class CountyItems:
    """What one county says of itself in one school year.

    `attested` holds the items of 教督〔2017〕6号 that were answered, by id: an item that is not there is unknown, never
    no. `residents` is how many people live there; `plan` the id of a local document that applies only by name.
    `figures` are facts of the county (`COUNTY_FIGURES`), and how many were asked and satisfied in its survey, by the
    name of the column, with its stage after a point where the stages are apart.
    """

    region: str
    year: int
    attested: Mapping[str, bool] = field(default_factory=dict)
    residents: float | None = None
    plan: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


@lru_cache
def county_columns() -> tuple[Column, ...]:
    """The columns of the county sheet, from left to right."""
    plans = {each.id: (each.title["zh"], each.title["en"]) for each in regulations().values() if each.by_name}
    return (
        COLUMNS["region"],
        COLUMNS["region_name"],
        COLUMNS["year"],
        Column(
            "residents", "常住人口", "Residents", "count", "persons", minimum=1, aliases=("常住人口数", "年末常住人口")
        ),
        Column("plan", "适用的地方方案", "Local plan that applies", "choice", choices=plans),
        *(_figure_column(name) for name in COUNTY_FIGURES),
        *(
            Column(f"{_REGULATION}.{item.id}", item.attested["zh"], item.attested["en"], "choice", choices=_YES)
            for item in regulations()[_REGULATION].items
            if item.attested
        ),
    )


@lru_cache
def survey_columns() -> tuple[Column, ...]:
    """The columns of the survey sheet: sums for each group that was asked, never a person."""
    group = Column("respondent_group", "调查对象", "Group asked", "choice", required=True, choices=_GROUPS)
    asked = (replace(COLUMNS[name], at_most=None if name == "respondents" else "respondents") for name in _SURVEY)
    return COLUMNS["region"], COLUMNS["region_name"], COLUMNS["year"], group, *asked


def _figure_column(name: str) -> Column:
    base, _, stage = name.partition(".")
    column = COLUMNS[base] if base in COLUMNS else stated_column(catalogue()[base])
    if not stage:
        return column
    zh, en = {"primary": ("小学", "primary"), "junior": ("初中", "junior")}[stage]
    return replace(column, name=name, zh=f"{zh}{column.zh}", en=f"{column.en}, {en}")


def is_county_sheet(sheet: Sheet) -> bool:
    """Whether a sheet has a row of headings that names a region and two things that only a county says of itself."""
    return _heading_row(sheet, county_columns(), _of_county_alone(), least=2) is not None


def is_survey_sheet(sheet: Sheet) -> bool:
    """Whether a sheet has a row of headings that names a region and the group that was asked."""
    return _heading_row(sheet, survey_columns(), {"respondent_group"}, least=1) is not None


def _of_county_alone() -> set[str]:
    names = (column.name for column in county_columns())
    return {name for name in names if name in ("residents", "plan") or name.startswith(f"{_REGULATION}.")}


def _heading_row(
    sheet: Sheet, columns: Sequence[Column], own: set[str], *, least: int
) -> tuple[int, dict[str, int]] | None:
    """The heading row that names most columns, the last of several, and where each column is."""
    names = {_bare(word): column.name for column in columns for word in _words(column)}
    best: tuple[int, dict[str, int]] | None = None
    for row, cells in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for position, raw in enumerate(cells):
            if name := names.get(_bare(written(raw))):
                found.setdefault(name, position)
        if "region" in found and len(own & set(found)) >= least and (best is None or len(found) >= len(best[1])):
            best = row, found
    return best


def _words(column: Column) -> tuple[str, ...]:
    return column.name, column.zh, column.en, *column.aliases


def _bare(heading: str) -> str:
    """A heading without the unit or hint in brackets at its end."""
    return _HINT.sub("", folded(heading))


def county_items(sheets: Sequence[Sheet]) -> tuple[tuple[CountyItems, ...], list[Problem]]:
    """What counties say on their sheets and in their surveys, and what is to be mended there.

    `sheets` are those that `is_county_sheet` or `is_survey_sheet` finds. A cell that cannot be read is complained of
    and unknown.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, int], CountyItems] = {}
    for sheet in sheets:
        if is_county_sheet(sheet):
            for row, values in _rows(sheet, county_columns(), _of_county_alone(), problems):
                key = str(values["region"]), int(float(str(values["year"])))
                if key in found:
                    problems.append(_problem("county_twice", sheet, row, 0, region=key[0], year=key[1]))
                else:
                    found[key] = _items(key, values)
    for sheet in sheets:
        if not is_county_sheet(sheet):
            _add_survey(sheet, found, problems)
    return tuple(found[key] for key in sorted(found)), problems


def _items(key: tuple[str, int], values: Mapping[str, object]) -> CountyItems:
    mark = f"{_REGULATION}."
    residents = values.get("residents")
    return CountyItems(
        *key,
        attested={
            name.removeprefix(mark): value == "yes"
            for name, value in values.items()
            if name.startswith(mark) and value is not None
        },
        residents=None if residents is None else float(str(residents)),
        plan=str(values["plan"]) if values.get("plan") else None,
        figures={name: float(str(values[name])) for name in COUNTY_FIGURES if values.get(name) is not None},
    )


def _add_survey(sheet: Sheet, found: dict[tuple[str, int], CountyItems], problems: list[Problem]) -> None:
    for row, values in _rows(sheet, survey_columns(), {"respondent_group"}, problems):
        asked, satisfied = values.get("respondents"), values.get("satisfied_respondents")
        if asked is None or satisfied is None:
            continue
        sums = {"respondents": float(str(asked)), "satisfied_respondents": float(str(satisfied))}
        if sums["satisfied_respondents"] > sums["respondents"]:
            problems.append(_problem("survey_more_satisfied", sheet, row, 0, seen=satisfied, asked=asked))
            continue
        key = str(values["region"]), int(float(str(values["year"])))
        items = found.get(key, CountyItems(*key))
        added = {name: items.figures.get(name, 0.0) + value for name, value in sums.items()}
        found[key] = replace(items, figures={**items.figures, **added})


def _rows(
    sheet: Sheet, columns: Sequence[Column], own: set[str], problems: list[Problem]
) -> Iterator[tuple[int, dict[str, object]]]:
    """The rows that name a county and year, with their values; anything else is complained of or blank."""
    layout = _heading_row(sheet, columns, own, least=1)
    if layout is None:
        return
    heading_row, places = layout
    names = {_bare(word) for column in columns for word in _words(column)}
    for row in range(heading_row + 1, len(sheet.rows)):
        texts = [written(raw) for raw in sheet.rows[row]]
        if not any(texts) or sum(_bare(text) in names for text in texts) >= 3:
            continue
        values: dict[str, object] = {}
        for column in columns:
            if column.name in places:
                read = read_cell(sheet.cell(row, places[column.name]), column)
                if isinstance(read, Fault):
                    given: dict[str, object] = {"heading": column.heading(sheet.lang), **read.values}
                    if read.key == "not_a_choice":
                        given["choices"] = _choices(column, sheet.lang)
                    problems.append(_problem(read.key, sheet, row, places[column.name], **given))
                elif (value := value_of(read)) is not None:
                    values[column.name] = value
        lacking = [name for name in ("region", "year") if name not in values]
        if not lacking:
            yield row, values
            continue
        for name in lacking:
            if name not in places or not written(sheet.cell(row, places[name])):
                column = COLUMNS[name]
                problems.append(
                    _problem("required_blank", sheet, row, places.get(name, 0), heading=column.heading(sheet.lang))
                )


def _choices(column: Column, lang: str) -> str:
    words = [(each[0] if lang == "zh" else each[1]) for each in (column.choices or {}).values()]
    return "、".join(words) if lang == "zh" else ", ".join(words)


def _problem(key: str, sheet: Sheet, row: int, position: int, /, **values: object) -> Problem:
    return Problem(key, sheet.where(row, position), values, sheet=sheet.name, cell=(row + sheet.first, position))
