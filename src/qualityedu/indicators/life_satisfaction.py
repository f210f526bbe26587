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
    misreading={
        "zh": "学生的回答受提问时间、语言和表达习惯影响，相差零点几分不能说明哪里的孩子更幸福；更不能据此评价教师。",
        "en": "Answers depend on when, in which language and in which manner of speaking children are asked; a few tenths say nothing about where they are happier, and nothing at all about teachers.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior", "secondary"),
    levels=("pupil", "school", "county", "economy"),
    value=Mean(),
    release="school",
    counterpart="PISA 2015 and 2018 life satisfaction",
    confidence="high",
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
