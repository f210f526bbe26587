"""国家质量监测校际差异率（标准差读法） / Between-school rate in the national assessment (standard deviation)."""

import math
from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Dispersion, Product, Ratio

INDICATOR = Indicator(
    __name__,
    title={
        "zh": "国家质量监测校际差异率（标准差读法）",
        "en": "Between-school rate in the national assessment (standard deviation)",
    },
    unit={"zh": "比值", "en": "ratio"},
    why={
        "zh": "各校学业水平相差多大：差距小，才谈得上每所学校都教得好。",
        "en": "How far schools lie apart in what their pupils have learnt; only where the gap is small are all schools teaching well.",
    },
    caveat={
        "zh": "本文件取第一种读法：各校平均得分率（0至1）围绕全区得分率、按参测学生数加权的标准差。国家监测为抽样，不下发逐校成绩，地方多用统一测试估算；同一次测试内才可比。",
        "en": "This file takes the first reading: the standard deviation of the schools' mean score rates (0 to 1) around the region's, weighted by those tested. The national assessment is a sample and gives no results by school, so places estimate it from a common test; compare within one test only.",
    },
    misreading={
        "zh": "它量的是学校之间的差距，不是学生之间的差距；全区都低也会得到很小的数。",
        "en": "It measures the gap between schools, not between pupils; a region where all are low gets a small figure too.",
    },
    dimension="equity",
    leaning="quality",
    better="lower",
    stages=("primary", "junior"),
    levels=("county",),
    value=Dispersion((Ratio("score_total", Product(("candidates", "full_marks"))),), relative=False),
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
        candidates  full_marks  score_total
               100         100         6000
               300         100        24000
        """,
        region=0.08660254,  # rates 0.6 and 0.8 around 0.75: sqrt(0.25 * 0.15 ** 2 + 0.75 * 0.05 ** 2)
        by_school=(math.nan,) * 2,
    ),
)
