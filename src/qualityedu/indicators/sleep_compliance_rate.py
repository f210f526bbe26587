"""睡眠达标率 / Pupils with enough sleep."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "睡眠达标率", "en": "Pupils with enough sleep"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "睡眠不足最直接地反映学业负担。",
        "en": "Lack of sleep is the plainest sign of a heavy load.",
    },
    caveat={
        "zh": "小学生每天应睡10小时，初中生9小时，高中生8小时；就寝时间不晚于21:20、22:00、23:00，上课不早于8:20（小学）、8:00（中学）。由问卷得来，样本小，单校数值既不稳定，也可能指向个别班级，因此只按区域公布。",
        "en": "Ten hours a day in primary, nine in junior and eight in senior schools; bedtimes no later than 21:20, 22:00 and 23:00, lessons no earlier than 8:20 (primary) and 8:00 (secondary). It comes from a survey. A school's sample is small: its figure would be unsteady and could point to a class, so it is shown by region only.",
    },
    misreading={
        "zh": "自报的睡眠时间往往偏长；睡不够也不全是学校造成的，手机和校外补习同样有份。",
        "en": "People report more sleep than they get; and school is not the only cause of too little, for phones and tutoring have their part.",
    },
    dimension="process",
    leaning="quality",
    better="higher",
    stages=("primary", "junior", "senior"),
    levels=("pupil", "school", "county"),
    value=Ratio("sleep_enough", "sleep_surveyed", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("SLEEP2021", "S22"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        sleep_surveyed  sleep_enough
                   200            90
                   600           330
        """,
        region=52.5,  # 420 of 800, not the mean of 45 and 55
        by_school=(45.0, 55.0),
    ),
)
