"""大班额比例 / Large-class share."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "大班额比例", "en": "Large-class share"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "56人及以上的班，教师难以顾及每一名学生；消除大班额是多年的专项任务。",
        "en": "In a class of 56 or more a teacher cannot attend to each child; doing away with such classes has been a national task for years.",
    },
    caveat={
        "zh": "“大班额”指56人及以上，其中包含66人及以上的超大班额。2020年底的国家目标是控制在5%以内。",
        "en": "Large means 56 pupils or more, and the very large ones (66 or more) are inside it. The national target for the end of 2020 was 5 % at most.",
    },
    misreading={
        "zh": "大班额归零不等于班额合规：46至55人的小学班仍然超标。",
        "en": "No large classes does not mean that all are within the limit: a primary class of 46 to 55 is still over it.",
    },
    dimension="class_size",
    leaning="neutral",
    better="lower",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("large_classes", "classes", per=100),
    release="school",
    counterpart="",
    confidence="high",
    sources=("CLASS2018", "S28", "S29"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        classes  large_classes
             20              1
             60              1
        """,
        region=2.5,  # 2 of 80 classes, not the mean of 5 and 1.67
        by_school=(5.0, 1.6666667),
    ),
)
