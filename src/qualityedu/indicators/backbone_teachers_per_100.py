"""每百名学生拥有县级以上骨干教师数 / Backbone teachers per 100 pupils."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "每百名学生拥有县级以上骨干教师数", "en": "Backbone teachers per 100 pupils"},
    unit={"zh": "人/百名学生", "en": "teachers per 100 pupils"},
    why={
        "zh": "骨干教师的分布反映优质师资是否惠及每所学校，而不只集中在少数学校。",
        "en": "Shows whether the strongest teachers reach every school or gather in a few.",
    },
    caveat={
        "zh": "“骨干教师”由县级以上教育行政部门认定，各地认定口径不同，跨县、跨省比较须谨慎。",
        "en": "Each county or higher authority names its own backbone teachers, so compare counties and provinces with care.",
    },
    misreading={
        "zh": "把各县认定的骨干教师数直接相比，比出来的多半是评选名额的松紧，而不是师资强弱；全县平均达标也不等于每校达标。",
        "en": "Counting titles across counties mostly compares how freely they are awarded, not how strong the teachers are; and a county that reaches the figure on average may have schools without a single one.",
    },
    dimension="teacher_quality",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("backbone_teachers", "pupils", per=100),
    release="school",
    counterpart="",
    confidence="high",
    sources=("HQB2017", "S01", "S02", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  backbone_teachers
           400                  6
          1600                 10
        """,
        region=0.80,  # 16 teachers for 2000 pupils, not the mean of 1.5 and 0.625
        by_school=(1.5, 0.625),
        spread=0.4375,  # sqrt(0.2 * 0.7 ** 2 + 0.8 * 0.175 ** 2) / 0.8
    ),
)
