"""生均高于规定学历教师数 / Teachers above the required degree per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均高于规定学历教师数", "en": "Teachers above the required degree per pupil"},
    unit={"zh": "人/生", "en": "teachers per pupil"},
    why={
        "zh": "2012年基本均衡评估八项指标的第七项，按它计算校际差异系数。",
        "en": "The seventh of the eight items of the 2012 appraisal of basic balance, whose difference coefficient is taken of it.",
    },
    caveat={
        "zh": "与2017年“每百名学生拥有高于规定学历教师数”是同一个数，只差100倍；两者不要同时计分。",
        "en": "The same count as the 2017 item per 100 pupils, divided by a hundred; never score both.",
    },
    misreading={
        "zh": "数值很小，容易被看成“几乎没有”；0.04就是每百名学生4人。",
        "en": "The figure looks like next to nothing; 0.04 is four teachers for every hundred pupils.",
    },
    dimension="teacher_quality",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("high_qualified_teachers", "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=4,
    sources=("BAL2012", "S14", "S07"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  high_qualified_teachers
           400                       20
          1600                       60
        """,
        region=0.04,  # 80 teachers for 2000 pupils, not the mean of 0.05 and 0.0375
        by_school=(0.05, 0.0375),
    ),
)
