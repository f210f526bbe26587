"""一票否决事项数 / Veto events."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Total

INDICATOR = Indicator(
    __name__,
    title={"zh": "一票否决事项数", "en": "Veto events"},
    unit={"zh": "项", "en": "count"},
    why={
        "zh": "以考试方式招生、违规择校、设重点校重点班等，出现一项即不能通过评估。",
        "en": "Entry by examination, illegal choice of school, key schools or key classes: one such event and a county cannot be recognised.",
    },
    caveat={
        "zh": "各校记录之和；应为零。学校单独公布等于未经程序点名，因此只按区域公布。",
        "en": "The sum of what is recorded for the schools; it should be none. A figure by school would accuse without due procedure, so it is shown by region only.",
    },
    misreading={
        "zh": "零可能是没有发生，也可能是没有记录；它不是学校好坏的分数。",
        "en": "None may mean that nothing happened or that nothing was written down; it is no score of a school.",
    },
    dimension="equity",
    leaning="quality",
    better="lower",
    stages=("primary", "junior"),
    levels=("county",),
    value=Total("recorded_veto_events"),
    release="region",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "考试招生、违规择校、重点校重点班三类已有来源印证；教师长期缺编、重大事故和弄虚作假等其余各类凭一般了解记入，须核对正式文本。",
        "en": "Entry by examination, illegal choice and key schools or classes are confirmed by a source; long vacancies, major accidents and falsified data come from general knowledge and should be checked against the text.",
    },
    decimals=0,
    sources=("HQB2017", "S15", "GK"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        recorded_veto_events
                           0
                           1
                           2
        """,
        region=3.0,  # 0 + 1 + 2
        by_school=(0.0, 1.0, 2.0),
    ),
)
