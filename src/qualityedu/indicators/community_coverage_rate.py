"""集团化办学/教育共同体覆盖率 / Coverage of school groups and communities."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "集团化办学/教育共同体覆盖率", "en": "Coverage of school groups and communities"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "强校带弱校，是缩小差距的常用办法；先看有多少学校在其中。",
        "en": "Strong schools taking weak ones along is a common way to close gaps; first see how many schools are in it.",
    },
    caveat={
        "zh": "逐校填“是1否0”；县区汇总表可直接填比例，并给出学校数作为权重。没有国家标准，80%见于部分地方方案（济南2020年、某市初中2022年）。",
        "en": "A table of schools gives yes (1) or no (0); a table of counties may state the rate, with the number of schools as its weight. There is no national standard; 80 % stands in some local plans (Jinan by 2020, one city's junior schools by 2022).",
    },
    misreading={
        "zh": "覆盖了不等于带动了：挂牌而不共享教师和课程的，同样计入。",
        "en": "Covered is not helped: a group in name that shares neither teachers nor courses counts as well.",
    },
    dimension="equity",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Mean(weight="schools", of="in_school_community", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("DOC4",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        in_school_community
                          1
                          1
                          0
                          1
                          1
        """,
        region=80.0,  # 4 of 5 schools
        by_school=(100.0, 100.0, 0.0, 100.0, 100.0),
    ),
)
