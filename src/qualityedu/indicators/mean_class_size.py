"""平均班额 / Mean class size."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "平均班额", "en": "Mean class size"},
    unit={"zh": "人/班", "en": "pupils per class"},
    why={
        "zh": "班额影响教师能否关注到每一名学生。",
        "en": "Class size bears on whether a teacher can attend to every pupil.",
    },
    caveat={
        "zh": "规定（小学45人、初中50人）约束每一个班；平均数低于限额不能说明没有超额班，应同时看超标准班额班级比例。",
        "en": "The rule (45 in primary, 50 in junior schools) binds every class; a mean below the limit proves nothing, so read it beside the share of classes over the limit.",
    },
    misreading={
        "zh": "平均班额合规，不等于每个班都合规：大班与小班会相互抵消；班额小也可能只是生源流失。",
        "en": "A mean within the limit does not put every class within it, because large and small ones cancel out; and small classes may only mean that pupils have left.",
    },
    dimension="class_size",
    leaning="neutral",
    better="band",
    stages=("primary", "junior", "senior"),
    levels=("school", "county"),
    value=Ratio("pupils", "classes"),
    release="school",
    counterpart="UIS average class size",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "DOC4", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  classes
           400       10
          1600       34
        """,
        region=45.454545,  # 2000 pupils in 44 classes
        by_school=(40.0, 47.058824),
    ),
)
