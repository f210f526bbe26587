"""每天校园体育活动时间 / Daily physical activity at school."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "每天校园体育活动时间", "en": "Daily physical activity at school"},
    unit={"zh": "分钟/天", "en": "minutes per day"},
    why={
        "zh": "每天动起来，是学生体质和视力的根本。",
        "en": "Moving every day is what fitness and eyesight rest on.",
    },
    caveat={
        "zh": "2007年起每天1小时，2025年起推行2小时（120分钟），含体育课、大课间和课外活动。按在校生数加权。",
        "en": "An hour a day from 2007, two hours (120 minutes) rolled out from 2025, PE lessons, breaks and activities included. Weighted by pupils.",
    },
    misreading={
        "zh": "安排的时间不是活动的时间；站队、讲解和轮候都算在内。",
        "en": "Time set aside is not time spent moving: lining up, listening and waiting are in it.",
    },
    dimension="process",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("pupil", "school", "county"),
    value=Mean(weight="pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=0,
    sources=("PE2007", "PE2025", "S27"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  daily_activity_minutes
           400                     120
          1600                      90
        """,
        region=96.0,  # (400 * 120 + 1600 * 90) / 2000, not the mean of 120 and 90
        by_school=(120.0, 90.0),
    ),
)
