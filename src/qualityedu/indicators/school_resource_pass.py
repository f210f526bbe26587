"""单校资源配置达标 / School passes the seven-item test."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "单校资源配置达标", "en": "School passes the seven-item test"},
    unit={"zh": "项（共七项）", "en": "items of seven"},
    why={
        "zh": "2017年的办法要求每所学校七项资源配置指标至少六项达标；这一项数各校达到几项。",
        "en": "The 2017 rule asks every school to reach at least six of its seven resource items; this counts how many each school reaches.",
    },
    caveat={
        "zh": "学校达标须有六项以上，其余一项不低于标准的85%。本项只数达标项数；是否合格由报告中的逐校判定给出，区域数值是校均项数。",
        "en": "A school passes with six items or more and the remaining one at 85 % of its standard or better. This counts items only; whether a school passes is judged school by school in the report, and the region's value is the mean number of items.",
    },
    misreading={
        "zh": "校均六项以上不等于每校都合格；七项的轻重也不相同，项数不是质量分。",
        "en": "A mean of six does not mean that every school passes; nor do the seven weigh alike, so this is no score of quality.",
    },
    dimension="equity",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Mean(of="resource_items_met"),
    release="school",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "“至少六项达标”已有来源印证；“其余一项不低于85%”凭一般了解记入，须核对正式文本。",
        "en": "Six of seven is confirmed by a source; the floor of 85 % for the rest rests on general knowledge and should be checked against the primary text.",
    },
    sources=("HQB2017", "S02", "GK"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        resource_items_met
                         7
                         6
                         4
        """,
        region=5.6666667,  # 17 items over 3 schools, of which 2 reach six
        by_school=(7.0, 6.0, 4.0),
    ),
)
