"""The example of the template: six made-up schools that have nothing to mend, one county, and its survey."""

from __future__ import annotations

from qualityedu.columns import Column
from qualityedu.intake.template.sheets import Form
from qualityedu.intake.template.validation import choice_words

__all__ = ["example_rows"]

# No county has a code that begins with 9999.
_REGION, _REGION_NAME = "999901", {"zh": "示例县", "en": "Example County"}

_SCHOOLS = (
    ("2199990001", "第一小学", "First Primary School", "primary", "primary", "urban", 1080),
    ("2199990002", "第二小学", "Second Primary School", "primary", "primary", "town", 765),
    ("2199990003", "河口小学", "Riverside Primary School", "primary", "primary", "rural", 360),
    ("3199990004", "第一初级中学", "First Junior School", "junior", "junior", "urban", 1200),
    ("3199990005", "实验学校", "Experimental School", "primary", "nine_year", "town", 540),
    ("3199990005", "实验学校", "Experimental School", "junior", "nine_year", "town", 450),
)


def example_rows(form: Form, lang: str, year: int) -> list[list[object]]:
    """The rows of one form as an office would fill them in: texts, numbers, and blanks where nothing is known."""
    makers = {"schools": _schools, "county": _county, "survey": _survey}
    return [
        [_cell(column, values.get(column.name), lang) for column in form.columns]
        for values in makers[form.id](lang, year)
    ]


def _cell(column: Column, value: object, lang: str) -> object:
    if column.choices and value is not None:
        return dict(zip(column.choices, choice_words(column, lang), strict=True))[str(value)]
    return value


def _keys(lang: str, year: int) -> dict[str, object]:
    return {"region": _REGION, "region_name": _REGION_NAME["en" if lang == "en" else "zh"], "year": year}


def _schools(lang: str, year: int) -> list[dict[str, object]]:
    found = []
    for code, zh, en, stage, kind, area, pupils in _SCHOOLS:
        classes = pupils // 45
        teachers = round(pupils / (17 if stage == "primary" else 12.5))
        values: dict[str, object] = {
            **_keys(lang, year),
            "school": code, "school_name": en if lang == "en" else zh, "stage": stage, "school_kind": kind,
            "ownership": "public", "area": area, "pupils": pupils, "classes": classes, "teachers": teachers,
            "high_qualified_teachers": round(0.9 * teachers), "backbone_teachers": round(pupils * 0.012),
            "pe_art_teachers": round(pupils * 0.011), "certified_teachers": teachers,
            "teachers_trained_360h": teachers, "classes_over_limit": 0, "large_classes": 0, "super_large_classes": 0,
            "teaching_auxiliary_area": round(6.2 * pupils + 300), "indoor_sports_area": 300,
            "sports_ground_area": round(10.5 * pupils), "equipment_value": round(pupils * 0.26, 2),
            "multimedia_rooms": classes + 4, "computers": round(pupils * 0.18), "music_rooms": classes // 12 + 1,
            "art_rooms": classes // 12 + 1, "books": pupils * (25 if stage == "primary" else 35),
            "standardised_school": 1,
        }  # fmt: skip
        found.append(values)
    return found


def _county(lang: str, year: int) -> list[dict[str, object]]:
    return [
        {
            **_keys(lang, year), "residents": 412_000, "teacher_mean_pay": 98_600, "civil_servant_mean_pay": 97_900,
            "recorded_veto_events": 0, "HQB2017.guarantee_01": "yes", "HQB2017.guarantee_02": "yes",
            "HQB2017.quality_6": "no",
        }
    ]  # fmt: skip


def _survey(lang: str, year: int) -> list[dict[str, object]]:
    groups = {"pupils": (420, 396), "parents": (510, 471), "teachers": (160, 148), "deputies": (40, 36)}
    return [
        {**_keys(lang, year), "respondent_group": group, "respondents": asked, "satisfied_respondents": satisfied}
        for group, (asked, satisfied) in groups.items()
    ]
