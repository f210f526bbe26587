"""学校归属感 / Sense of belonging at school."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "学校归属感", "en": "Sense of belonging at school"},
    unit={"zh": "指数（OECD平均为0）", "en": "index, OECD mean 0"},
    why={
        "zh": "学生觉得自己属于学校，才愿意学、愿意来。",
        "en": "Children who feel that they belong are willing to come and to learn.",
    },
    caveat={
        "zh": "由一组问题合成的指数，经合组织平均为0、标准差为1；0不是“没有”，因此没有校际差异系数。由问卷得来，样本小，单校数值既不稳定，也可能指向个别班级，因此只按区域公布。",
        "en": "An index made of several questions, with 0 the OECD mean and 1 its standard deviation; nought is not nothing, so there is no difference coefficient. It comes from a survey. A school's sample is small: its figure would be unsteady and could point to a class, so it is shown by region only.",
    },
    misreading={
        "zh": "负值不等于学生没有归属感，只是低于经合组织平均；国家之间的差别混有回答习惯。",
        "en": "A negative value is not absence of belonging but less than the OECD mean; and differences between countries hold habits of answering.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("pupil", "school", "county"),
    value=Mean(weight="pupils", zero=False),
    release="region",
    counterpart="PISA BELONG index",
    confidence="high",
    sources=("S35",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  school_belonging
           400              -0.3
          1600               0.1
        """,
        region=0.02,  # (400 * -0.3 + 1600 * 0.1) / 2000, not the mean of -0.3 and 0.1
        by_school=(-0.3, 0.1),
    ),
)
