"""每百名学生拥有计算机台数 / Computers per 100 pupils."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "每百名学生拥有计算机台数", "en": "Computers per 100 pupils"},
    unit={"zh": "台/百名学生", "en": "computers per 100 pupils"},
    why={
        "zh": "2012年基本均衡评估八项指标的第四项，反映信息技术教学的条件。",
        "en": "The fourth of the eight items of the 2012 appraisal: the means for teaching with computers.",
    },
    caveat={
        "zh": "只计教学用计算机。2017年的办法改用网络多媒体教室数。",
        "en": "Computers for teaching only. The 2017 rule turned to networked multimedia rooms instead.",
    },
    misreading={
        "zh": "台数多不等于能用：老旧、停用的机器往往仍在账上。",
        "en": "Many computers need not be many that work: old machines tend to stay on the books.",
    },
    dimension="facilities",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("computers", "pupils", per=100),
    release="school",
    counterpart="related to SDG 4.a.1 (c)",
    confidence="high",
    sources=("BAL2012", "S14", "S07"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  computers
           500         60
          1500        120
        """,
        region=9.0,  # 180 computers for 2000 pupils, not the mean of 12 and 8
        by_school=(12.0, 8.0),
    ),
)
