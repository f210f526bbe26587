"""每周体育课时 / PE lessons per week."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "每周体育课时", "en": "PE lessons per week"},
    unit={"zh": "节/周", "en": "lessons per week"},
    why={
        "zh": "体育课是否开足，是全面发展与只重考试科目的分水岭之一。",
        "en": "Whether PE is taught in full tells all-round schooling from schooling for examined subjects.",
    },
    caveat={
        "zh": "2007年要求一、二年级每周4节，三至六年级和初中3节，高中2节；推行每天一节体育课的地方为5节。多个年级合并填报时按在校生数加权。",
        "en": "The 2007 opinion asks for four a week in grades 1 and 2, three in grades 3 to 6 and junior schools, two in senior schools; five where a lesson a day has been rolled out. Weighted by pupils where several grades or schools are put together.",
    },
    misreading={
        "zh": "课表上的节数不等于上的节数；考试前被占用的体育课看不出来。",
        "en": "Lessons on the timetable are not lessons given; those taken over before examinations do not show.",
    },
    dimension="process",
    leaning="quality",
    better="higher",
    stages=("primary", "junior", "senior"),
    levels=("class", "school", "county"),
    value=Mean(weight="pupils"),
    release="school",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "2007年的节数来自文件摘要，2025年起的要求来自报道，各地推行进度不一，引用前须核对。",
        "en": "The counts of 2007 come from an abstract of the document and those from 2025 from the press; the roll-out differs by place, so check before citing.",
    },
    decimals=1,
    sources=("PE2007", "PE2025", "S27"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  pe_lessons_per_week
           400                    4
          1600                    3
        """,
        region=3.2,  # (400 * 4 + 1600 * 3) / 2000, not the mean of 4 and 3
        by_school=(4.0, 3.0),
    ),
)
