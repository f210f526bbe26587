"""交流轮岗教师比例 / Teacher rotation rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "交流轮岗教师比例", "en": "Teacher rotation rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "教师在校际间流动，优质师资才不会固定在少数学校。",
        "en": "Where teachers move between schools, the good ones do not stay fixed in a few.",
    },
    caveat={
        "zh": "分母是符合交流条件的教师，不是全体教师；“条件”由各县规定，跨县比较须谨慎。全县不低于10%。",
        "en": "The base is teachers who meet the conditions for rotation, not all teachers; each county sets the conditions, so compare with care. The county is to reach 10 %.",
    },
    misreading={
        "zh": "比例高不等于均衡：从薄弱校流向强校，或只转关系不到岗，也计入其中。",
        "en": "A high rate is not balance: moves from weak schools to strong ones, or on paper only, count as well.",
    },
    dimension="teacher_quality",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("rotated_teachers", "rotation_eligible_teachers", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04", "DOC3"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        rotation_eligible_teachers  rotated_teachers
                                40                 6
                               160                12
        """,
        region=9.0,  # 18 of 200, not the mean of 15 and 7.5
        by_school=(15.0, 7.5),
    ),
)
