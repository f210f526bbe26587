"""生活满意度 / Life satisfaction."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "生活满意度", "en": "Life satisfaction"},
    unit={"zh": "分（0–10）", "en": "points (0–10)"},
    why={
        "zh": "学生对自己生活的总体评价；成绩好而不快乐，不能算教育的成功。",
        "en": "How pupils rate their life as a whole; good results with unhappy children are no success.",
    },
    caveat={
        "zh": "自我报告，受文化影响，跨国比较须谨慎。公开可核的各经济体数据为2015年。",
        "en": "Self-reported and coloured by culture, so compare countries with care. The figures per economy that could be checked are those of 2015.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior", "secondary"),
    value=Mean(),
    release="school",
    decimals=2,
    sources=("OECD-PISA", "S35"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        school  life_satisfaction
        A                    6.0
        B                    7.0
        C                    8.0
        """,
        region=7.0,
        by_school=(6.0, 7.0, 8.0),
    ),
)
