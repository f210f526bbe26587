"""不足100人学校公用经费核定人数 / Pupils funded in a small school."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Extreme

INDICATOR = Indicator(
    __name__,
    title={"zh": "不足100人学校公用经费核定人数", "en": "Pupils funded in a small school"},
    unit={"zh": "人", "en": "pupils"},
    why={
        "zh": "村小和教学点人少，按实有人数拨款难以运转；按100人核定才能保住最小的学校。",
        "en": "Village schools and teaching points cannot run on funds for their few pupils; funding them as if they had a hundred keeps the smallest alive.",
    },
    caveat={
        "zh": "只填不足100人的乡村小规模学校和教学点，其余学校留空。区域数值取各校中最小的一个：标准约束每一所学校。",
        "en": "Filled in only for village schools and teaching points with fewer than 100 pupils; others leave it blank. The region's value is the lowest of them, because the rule binds each school.",
    },
    misreading={
        "zh": "它是核定拨款用的人数，不是在校生数；100以上也不说明钱已拨到学校。",
        "en": "This is the number by which funds were set, not the number of pupils; and 100 on paper does not prove that the money reached the school.",
    },
    dimension="investment",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school",),
    value=Extreme("lowest", "funded_pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=0,
    sources=("HQB2017", "S04", "S02"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        funded_pupils
                  100
                  100
                   86
        """,
        region=86.0,  # one school of three was funded for fewer than 100; a mean of 95.3 would not name it
        by_school=(100.0, 100.0, 86.0),
    ),
)
