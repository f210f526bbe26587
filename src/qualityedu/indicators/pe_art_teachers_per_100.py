"""每百名学生拥有体育、艺术专任教师数 / PE and art teachers per 100 pupils."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "每百名学生拥有体育、艺术专任教师数", "en": "PE and art teachers per 100 pupils"},
    unit={"zh": "人/百名学生", "en": "teachers per 100 pupils"},
    why={
        "zh": "体育、音乐、美术课能否开齐开足，首先看有没有专任教师；这也是全面发展与只重考试科目的分野之一。",
        "en": "PE, music and art can only be taught in full where there are teachers for them; one of the marks that tell all-round schooling from schooling for examined subjects.",
    },
    caveat={
        "zh": "只计专任教师，不计兼任。部分地方口径允许50至99人的乡村学校计入走教和兼职教师，跨地比较前应先核对。",
        "en": "Counts full-time teachers of these subjects only. Some local forms let rural schools of 50 to 99 pupils add visiting and part-time teachers; check before comparing places.",
    },
    misreading={
        "zh": "教师数够，不等于课上足了：体育、艺术教师可能被安排教其他学科；应与课程开齐开足率同看。",
        "en": "Enough teachers does not mean enough lessons, for they may be given other subjects to teach; read it with the curriculum completion rate.",
    },
    dimension="teacher_quality",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("pe_art_teachers", "pupils", per=100),
    release="school",
    counterpart="",
    confidence="high",
    sources=("HQB2017", "S02", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  pe_art_teachers
           500                6
          1500               12
        """,
        region=0.90,  # 18 teachers for 2000 pupils
        by_school=(1.2, 0.8),
    ),
)
