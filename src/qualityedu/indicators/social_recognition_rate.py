"""社会认可度 / Social recognition rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "社会认可度", "en": "Social recognition rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "家长、学生、教师和社会是否认可，是优质均衡认定的最后一关。",
        "en": "Whether parents, pupils, teachers and the public approve is the last gate of recognition.",
    },
    caveat={
        "zh": "按问卷满意人数计，全县须达到85%。有设计文件要求样本不少于常住人口的千分之一、家长占一半以上。单校样本小，因此只按区域公布。",
        "en": "Respondents who are satisfied; the county is to reach 85 %. One design document asks for a sample of at least one per thousand residents, half of them parents. A school's sample is small, so it is shown by region only.",
    },
    misreading={
        "zh": "满意度受提问方式和组织方式影响很大；由学校发动家长填写的结果不可信。样本的误差须一并看。",
        "en": "Satisfaction depends on how and by whom people are asked; an answer that a school collected from its own parents is worth little. Look at the sampling error too.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("satisfied_respondents", "respondents", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "DOC3", "S02", "S43"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        respondents  satisfied_respondents
                500                    410
               1500                   1305
        """,
        region=85.75,  # 1715 of 2000, not the mean of 82 and 87
        by_school=(82.0, 87.0),
    ),
)
