"""教师培训经费占公用经费比例 / Teacher training share of public-use funds."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "教师培训经费占公用经费比例", "en": "Teacher training share of public-use funds"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "教师要成长，学校须拿出经费；规定每所学校不低于公用经费的5%。",
        "en": "Teachers grow where schools set money aside for it; the rule asks at least 5 % of public-use funds of every school.",
    },
    caveat={
        "zh": "标准管的是每所学校，全县的比例只作参考。分子是预算还是决算，各来源说法不一。",
        "en": "The rule binds every school, so the county's share is for orientation only. Sources differ on whether the numerator is budget or outturn.",
    },
    misreading={
        "zh": "比例达标不等于培训有用；公用经费少的学校容易达标，钱却不多。",
        "en": "A good share does not make good training; and where public-use funds are small the share is easily reached with little money.",
    },
    dimension="investment",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("training_budget", "public_funds", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04", "S02"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        public_funds  training_budget
              500000            30000
             1500000            67500
        """,
        region=4.875,  # 97500 of 2000000, not the mean of 6.0 and 4.5
        by_school=(6.0, 4.5),
    ),
)
