"""每周学习时间 / Total weekly learning time."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "每周学习时间", "en": "Total weekly learning time"},
    unit={"zh": "小时/周", "en": "hours per week"},
    why={
        "zh": "课堂、作业和补习加在一起，才是学生真正的学业负担。",
        "en": "Lessons, homework and tutoring together are the load that pupils really carry.",
    },
    caveat={
        "zh": "三部分都要计入，缺一不可比。2018年中国四省市学生自报每周课堂学习31.8小时。由问卷得来，按在校生数加权；逐校公布会变成攀比，因此只按区域公布。",
        "en": "All three must be in it or nothing can be compared. Pupils of four Chinese regions reported 31.8 hours a week in class in 2018. It comes from a survey and is weighted by pupils; by school it would turn into a contest, so it is shown by region only.",
    },
    misreading={
        "zh": "时间长不等于学得多；过短也未必是减负成功，可能是缺课。没有越多越好或越少越好。",
        "en": "Long hours are not much learning; and very short ones may be absence rather than relief. Neither more nor less is better as such.",
    },
    dimension="process",
    leaning="exam",
    better="band",
    stages=("primary", "junior"),
    levels=("pupil", "school", "county"),
    value=Mean(weight="pupils"),
    release="region",
    counterpart="PISA 2015 and 2018 learning time",
    confidence="high",
    decimals=1,
    sources=("S35",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  weekly_learning_hours
           300                     57
           700                     50
        """,
        region=52.1,  # (300 * 57 + 700 * 50) / 1000, not the mean of 57 and 50
        by_school=(57.0, 50.0),
    ),
)
