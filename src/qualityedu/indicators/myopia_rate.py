"""近视率 / Myopia rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "近视率", "en": "Myopia rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "近视是学业负担和户外活动不足留下的痕迹。",
        "en": "Short sight is the trace of a heavy load and too little time outdoors.",
    },
    caveat={
        "zh": "以接受检查的学生为分母。国家要求每年下降0.5个百分点；2024年全国为50.3%。视力属健康信息，单校人数少，因此只按区域公布。",
        "en": "The base is pupils examined. The national aim was a fall of 0.5 points a year; the nation stood at 50.3 % in 2024. Sight is a matter of health and a school's numbers are small, so it is shown by region only.",
    },
    misreading={
        "zh": "近视随年龄上升，年级构成不同的学校和地区不能直接相比；也不能归因于某一年的工作。",
        "en": "It rises with age, so schools and places with other grades cannot be compared; nor is it the fruit of one year's work.",
    },
    dimension="outcome",
    leaning="quality",
    better="lower",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("myopic_pupils", "vision_examined", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S27", "DOC4"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        vision_examined  myopic_pupils
                    400            240
                   1600            780
        """,
        region=51.0,  # 1020 of 2000, not the mean of 60 and 48.75
        by_school=(60.0, 48.75),
    ),
)
