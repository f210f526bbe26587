"""音乐、美术专用教室达标 / Music and art room adequacy."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Least, Ratio, RoundedUp

INDICATOR = Indicator(
    __name__,
    title={"zh": "音乐、美术专用教室达标", "en": "Music and art room adequacy"},
    unit={"zh": "比值", "en": "ratio"},
    why={
        "zh": "有专用教室，音乐、美术课才上得像样；规定每12个班至少各有一间。",
        "en": "Music and art need rooms of their own; the rule asks for one of each for every twelve classes.",
    },
    caveat={
        "zh": "音乐、美术分开计数，取较少的一类；应有间数为班级数除以12并向上取整。只计面积达标的教室（音乐96平方米、美术90平方米以上；个别地方对老校和乡村小规模学校放宽）。规定约束每所学校，1为达标。",
        "en": "Music and art are counted apart and the smaller count decides; the need is classes over twelve, rounded up. Only rooms of the required size count (music 96, art 90 square metres; some places ask less of old buildings and small rural schools). The rule binds each school; 1 is enough.",
    },
    misreading={
        "zh": "区域数值达到1，可能是有的学校富余、有的学校没有；须逐校看。",
        "en": "A region at 1 may be some schools with rooms to spare and others with none; look school by school.",
    },
    dimension="facilities",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio(Least(("music_rooms", "art_rooms")), RoundedUp("classes", 12)),
    release="school",
    counterpart="",
    confidence="high",
    sources=("HQB2017", "S03", "S04", "S02"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        classes  music_rooms  art_rooms
             18            2          3
             30            2          2
        """,
        region=0.8,  # 2 + 2 rooms of the scarcer kind for a need of 2 + 3; not the mean of 1 and 0.67
        by_school=(1.0, 0.6666667),
    ),
)
