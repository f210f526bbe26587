"""国家质量监测校际差异率（方差占比读法） / Between-school rate in the national assessment (share of variance)."""

import math
from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import BetweenShare, Ratio

INDICATOR = Indicator(
    __name__,
    title={
        "zh": "国家质量监测校际差异率（方差占比读法）",
        "en": "Between-school rate in the national assessment (share of variance)",
    },
    unit={"zh": "比值", "en": "ratio"},
    why={
        "zh": "学生成绩的差异中有多少来自学校之间：占比越大，上哪所学校越要紧。",
        "en": "How much of the variance of pupils' results lies between schools: the larger, the more it matters which school a child attends.",
    },
    caveat={
        "zh": "本文件取第二种读法：校际方差占总方差的比例。总方差等于校际方差加校内方差，校内方差由各校成绩标准差（按总体计算）得出。同一次测试内才可比。",
        "en": "This file takes the second reading: the variance between schools as a share of all variance, which is that between plus that within; the latter comes from each school's standard deviation (population form). Compare within one test only.",
    },
    misreading={
        "zh": "占比大也可能是校内差异小；它不说明学校造成了差异，生源分层同样会使它升高。",
        "en": "The share is also large where pupils of one school are alike; and it does not say that schools make the difference, for sorting of intake raises it as well.",
    },
    dimension="equity",
    leaning="quality",
    better="lower",
    stages=("primary", "junior"),
    levels=("county",),
    value=BetweenShare(Ratio("score_total", "candidates"), "score_deviation"),
    release="region",
    counterpart="",
    confidence="low",
    doubt={
        "zh": "国家质量监测“校际差异率”的公式未见正式文本，现有两种读法：标准差读法与方差占比读法，数值可以相差数倍；限值0.15对应哪一种，尚不能确定。",
        "en": "The formula of the between-school rate in the national assessment was not found in an official text. There are two readings, a standard deviation and a share of variance, whose values may differ several times over; which of them the limit of 0.15 belongs to is not certain.",
    },
    decimals=3,
    sources=("HQB2017", "S04", "S20"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  score_total  score_deviation
               100         6000               10
               300        24000               10
        """,
        region=0.4285714,  # means 60 and 80 around 75: between 0.25 * 15 ** 2 + 0.75 * 5 ** 2 = 75, within 100; 75 / 175
        by_school=(math.nan,) * 2,
    ),
)
