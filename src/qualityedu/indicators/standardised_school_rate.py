"""标准化学校比例 / Share of schools meeting the standard."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "标准化学校比例", "en": "Share of schools meeting the standard"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "办好每一所学校，先看有多少所达到省定办学标准。",
        "en": "To run every school well, first see how many reach the province's standard.",
    },
    caveat={
        "zh": "以各省办学标准为准，省际不可比。逐校填“是1否0”；县区汇总表可直接填比例，并给出学校数作为权重。",
        "en": "Each province has its own standard, so provinces cannot be compared. A table of schools gives yes (1) or no (0); a table of counties may state the rate, with the number of schools as its weight.",
    },
    misreading={
        "zh": "认定一次往往沿用多年，条件可能早已变化；达标率100%不等于校际均衡。",
        "en": "Once recognised, a school often stays so for years whatever becomes of it; and all schools up to standard does not make them alike.",
    },
    dimension="facilities",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Mean(weight="schools", of="standardised_school", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("DOC3", "DOC4"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        standardised_school
                          1
                          1
                          0
                          1
        """,
        region=75.0,  # 3 of 4 schools
        by_school=(100.0, 100.0, 0.0, 100.0),
    ),
)
