"""特殊教育学校生均公用经费 / Public-use funds per pupil in special schools."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "特殊教育学校生均公用经费", "en": "Public-use funds per pupil in special schools"},
    unit={"zh": "{currency}/生", "en": "{currency} per pupil"},
    why={
        "zh": "残疾学生的教育成本远高于普通学生，经费是否到位决定特殊教育办不办得下去。",
        "en": "Teaching disabled pupils costs far more than teaching others; whether the money is there decides whether special education can be done at all.",
    },
    caveat={
        "zh": "只计特殊教育学校。6000元见于2016年的补助标准，个别地方采集表要求8000元；此后国家计划又有提高，引用前应核对现行数额。",
        "en": "Special schools only. 6,000 yuan is documented for the 2016 subsidy and one local form asks for 8,000; later national plans raise the figure, so check what is in force before citing it.",
    },
    misreading={
        "zh": "班小人少，生均数自然高；与普通学校的生均公用经费相比没有意义。",
        "en": "Small classes make the figure high by nature; setting it beside that of ordinary schools means nothing.",
    },
    dimension="investment",
    leaning="quality",
    better="higher",
    stages=("special",),
    levels=("school", "county"),
    value=Ratio("public_funds", "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=0,
    sources=("HQB2017", "S24", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  public_funds
            50        300000
           150       1050000
        """,
        region=6750.0,  # 1350000 yuan for 200 pupils, not the mean of 6000 and 7000
        by_school=(6000.0, 7000.0),
    ),
)
