"""初中三年巩固率 / Three-year retention, junior school."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Net, Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "初中三年巩固率", "en": "Three-year retention, junior school"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "留得住，才谈得上质量；学生流失会使各项以分数计的结果虚高。",
        "en": "Quality presumes that pupils stay; drop-out flatters every measure that is based on scores.",
    },
    caveat={
        "zh": "按采集表口径扣除正常转学和死亡；未扣除时，人口流入地区会超过100%。",
        "en": "Nets out transfers and deaths as the collection form does; without that it passes 100 % where families move in.",
    },
    misreading={
        "zh": "达到95%不等于没有失学：转出后未再入学的学生会被当作正常转学；超过100%通常是数据问题，而不是成绩。",
        "en": "Reaching 95 % does not mean nobody was lost, since a pupil who moves out and enrols nowhere counts as a transfer; and a value above 100 % is usually a fault of the data, not a success.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("junior",),
    levels=("school", "county"),
    value=Ratio(
        Net(("graduates", "transferred_out"), minus=("transferred_in",)),
        Net(("cohort_at_entry",), minus=("cohort_deaths",)),
        per=100,
    ),
    release="school",
    counterpart="UIS survival rate (to the last grade of lower secondary)",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04", "S02"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        cohort_at_entry  cohort_deaths  graduates  transferred_in  transferred_out
                    200              0        192               6                4
                    301              1        298              10                9
        """,
        region=97.4,  # (192 - 6 + 4 + 298 - 10 + 9) / (200 + 300)
        by_school=(95.0, 99.0),
    ),
)
