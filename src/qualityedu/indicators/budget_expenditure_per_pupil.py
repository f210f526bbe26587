"""生均一般公共预算教育经费 / General-budget education spending per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均一般公共预算教育经费", "en": "General-budget education spending per pupil"},
    unit={"zh": "{currency}/生", "en": "{currency} per pupil"},
    why={
        "zh": "财政对每名学生的投入；投入多少、投向哪里，是比较两种取向的起点。",
        "en": "What public budgets spend on each pupil: where any comparison of the two aims of schooling begins.",
    },
    caveat={
        "zh": "含人员与公用经费；是否含基建，各地口径不一；与“生均公用经费”不是一回事。各年为现价，跨年比较须考虑物价。其他国家和地区的数据按其本国货币和口径。",
        "en": "Staff and running costs together; whether building is in differs between places. It is not the same as public-use funds. Current prices, so mind inflation over years. Tables of other countries keep their own currency and concept.",
    },
    misreading={
        "zh": "数值高不一定是投入努力：学生少、教师年资高的地方生均也高；分校比较时，小规模学校天然偏高。",
        "en": "A high figure need not mean effort: places with few pupils or senior staff spend more per pupil too, and small schools always look costly.",
    },
    dimension="investment",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("budget_expenditure", "pupils"),
    release="school",
    counterpart="SDG 4.5.4; UIS XUNIT.PPPCONST.1.FSGOV.FFNTR (primary) and the matching code for lower secondary",
    confidence="high",
    decimals=0,
    sources=("S45", "S33"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  budget_expenditure
           500             9000000
          1500            21000000
        """,
        region=15000.0,  # 30 million for 2000 pupils
        by_school=(18000.0, 14000.0),
    ),
)
