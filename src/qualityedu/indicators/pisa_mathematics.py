"""PISA数学成绩 / PISA mathematics."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "PISA数学成绩", "en": "PISA mathematics"},
    unit={"zh": "分", "en": "points"},
    why={
        "zh": "十五岁学生的数学素养；在经济体之间，它是考试类结果中口径最统一的一项。",
        "en": "What fifteen-year-olds can do in mathematics; among economies, the most uniform of the exam-type results.",
    },
    caveat={
        "zh": "量表分，附抽样标准误；小于几分的差别不能当作差别。区域值为各经济体的简单平均，不按人口加权。测评能用分数表达的素养，不等于升学考试。",
        "en": "A scale score with a sampling error; a few points' difference is no difference. A region's value is the plain mean over economies, not weighted by population. It measures literacy by test, not an entrance examination.",
    },
    misreading={
        "zh": "名次相邻的经济体往往并无可靠差别；高分也不能归因于某一种教育取向，经济体之间的关系更不能套用到学生身上。",
        "en": "Neighbours in the ranking often do not differ reliably; a high score cannot be put down to one aim of schooling, and a relation between economies does not carry over to pupils.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("secondary",),
    levels=("economy",),
    value=Mean(),
    release="economy",
    counterpart="PISA mathematics; SDG 4.1.1 (c) in part",
    confidence="high",
    decimals=0,
    sources=("OECD-PISA",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        school  pisa_mathematics
        SGP     575
        JPN     536
        """,
        region=555.5,  # the plain mean of Singapore and Japan as published for 2022
        by_school=(575.0, 536.0),
    ),
)
