"""每学期考试次数 / Examinations per term."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Extreme

INDICATOR = Indicator(
    __name__,
    title={"zh": "每学期考试次数", "en": "Examinations per term"},
    unit={"zh": "次/学期", "en": "exams per term"},
    why={
        "zh": "考试越频繁，教学越围着考试转。",
        "en": "The more often pupils are examined, the more teaching turns on examinations.",
    },
    caveat={
        "zh": "取考试最多的年级；区域数值为各校中的最大值，因为限额约束每一所学校。一、二年级不考，三至六年级每学期1次，初中至多2次（期中、期末）。",
        "en": "Of the grade that is examined most often; the region's value is the highest of its schools, because the limit binds each. None in grades 1 and 2, one a term in grades 3 to 6, at most two (mid-term and end) in junior schools.",
    },
    misreading={
        "zh": "次数少不等于压力小：“练习”“检测”“抽测”往往不被当作考试填报。",
        "en": "Few examinations need not be little pressure: drills, checks and spot tests are often not reported as such.",
    },
    dimension="process",
    leaning="exam",
    better="lower",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Extreme("highest", "written_exams"),
    release="region",
    counterpart="",
    confidence="low",
    doubt={
        "zh": "各年级的次数凭一般了解记入，没有核对到文件原文；引用前须查对教育部2021年关于考试管理的通知。",
        "en": "The limits by grade are given from general knowledge and no copy of the document was found; check the ministry's notice of 2021 on school examinations before citing.",
    },
    decimals=0,
    sources=("EXAM2021", "GK", "DOC2"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        written_exams
                    1
                    2
                    4
        """,
        region=4.0,  # the highest of the three; a mean of 2.3 would hide it
        by_school=(1.0, 2.0, 4.0),
    ),
)
