"""超大班额比例 / Very-large-class share."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "超大班额比例", "en": "Very-large-class share"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "66人及以上的班既影响学习，也是安全隐患，治理中最先清零。",
        "en": "A class of 66 or more harms learning and is a danger besides; these were to go first.",
    },
    caveat={
        "zh": "2018年底的国家目标是控制在2%以内；全国当年为0.5%。",
        "en": "The national target for the end of 2018 was 2 % at most; the nation stood at 0.5 % that year.",
    },
    misreading={
        "zh": "基数小，增减一两个班比例就有变化，不宜逐年解读；应与大班额比例同看。",
        "en": "The numbers are small, and one class more or less moves the share; do not read each year's change, and look at large classes as well.",
    },
    dimension="class_size",
    leaning="neutral",
    better="lower",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("super_large_classes", "classes", per=100),
    release="school",
    counterpart="",
    confidence="high",
    sources=("CLASS2018", "S28"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        classes  super_large_classes
             20                    1
             80                    0
        """,
        region=1.0,  # 1 of 100 classes, not the mean of 5 and 0
        by_school=(5.0, 0.0),
    ),
)
