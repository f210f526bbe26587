"""作业时间达标率 / Pupils within the homework limit."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "作业时间达标率", "en": "Pupils within the homework limit"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "书面作业过多会挤掉睡眠、运动和阅读；控制作业总量是减负的第一条。",
        "en": "Too much written homework takes the place of sleep, sport and reading; limiting it is the first step of lightening the load.",
    },
    caveat={
        "zh": "一、二年级不留书面作业，三至六年级每天不超过60分钟，初中不超过90分钟，都是对每名学生的限额，国家没有规定达标比例。由问卷得来，样本小，单校数值既不稳定，也可能指向个别班级，因此只按区域公布。",
        "en": "No written homework in grades 1 and 2, at most 60 minutes a day in grades 3 to 6 and 90 in junior schools: limits for each pupil; no share is fixed nationally. It comes from a survey. A school's sample is small: its figure would be unsteady and could point to a class, so it is shown by region only.",
    },
    misreading={
        "zh": "达标率高可能是学生不敢如实填写，也可能是负担转到了校外；应与睡眠达标率同看。",
        "en": "A high rate may be pupils who dare not say, or a load that moved outside school; read it with sleep.",
    },
    dimension="process",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("pupil", "school", "county"),
    value=Ratio("homework_within_limit", "homework_surveyed", per=100),
    release="region",
    counterpart="PISA homework hours",
    confidence="high",
    decimals=1,
    sources=("DR2021", "S21"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        homework_surveyed  homework_within_limit
                      200                    150
                      600                    540
        """,
        region=86.25,  # 690 of 800, not the mean of 75 and 90
        by_school=(75.0, 90.0),
    ),
)
