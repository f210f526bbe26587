"""生均体育运动场馆面积 / Sports area per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Net, Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均体育运动场馆面积", "en": "Sports area per pupil"},
    unit={"zh": "平方米/生", "en": "square metres per pupil"},
    why={
        "zh": "运动场馆是每天体育活动的前提；在校际之间，它往往是差异最大的一项。",
        "en": "Sports ground and halls are the condition for daily activity; between schools it is often the most uneven item of all.",
    },
    caveat={
        "zh": "室外运动场地与室内体育用房之和。中心城区学校按地方口径可计入步行十分钟内改建或租用的场馆。",
        "en": "Outdoor ground plus indoor sports rooms. Under local forms, dense inner-city schools may add converted or leased halls within ten minutes on foot.",
    },
    misreading={
        "zh": "面积达标不等于学生活动得起来：场地可能不开放或与他校共用；乡村小规模学校数值高是因为学生少。",
        "en": "Area is not activity: a ground may be closed or shared with another school, and small rural schools have much of it per pupil because they have few pupils.",
    },
    dimension="facilities",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio(Net(("sports_ground_area", "indoor_sports_area")), "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    sources=("HQB2017", "DOC4", "S02", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  sports_ground_area  indoor_sports_area
           500                3900                 100
          1500                9000                   0
        """,
        region=6.5,  # 13000 square metres for 2000 pupils
        by_school=(8.0, 6.0),
    ),
)
