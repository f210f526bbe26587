"""薄弱学校改造提升比例 / Weak schools improved."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "薄弱学校改造提升比例", "en": "Weak schools improved"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "均衡的关键在补短板：期初列为薄弱的学校，如今有多少已全部达标。",
        "en": "Balance is won at the weak end: of the schools listed as weak at the start, how many now meet every threshold.",
    },
    caveat={
        "zh": "薄弱学校名单须在期初确定，中途不得增减。按学校公布等于公开谁是薄弱学校，因此只按区域公布。部分地方方案以最弱的三分之一初中为对象，到2025年全部提升。",
        "en": "The list must be fixed at the start and not changed on the way. A figure by school would name the weak ones, so it is shown by region only. Some local plans take the weakest third of junior schools, all to be raised by 2025.",
    },
    misreading={
        "zh": "比例高可能是当初名单列得少；撤并掉的薄弱学校不能算作提升。",
        "en": "A high rate may come from a short list; and a weak school that was closed has not been improved.",
    },
    dimension="equity",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("improved_weak_schools", "weak_schools", per=100),
    release="region",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "“薄弱学校”没有全国统一的认定标准，数值取决于各地如何列名单；引用时须写明认定办法。",
        "en": "There is no national definition of a weak school, and the figure depends on how each place drew its list; state the rule when citing it.",
    },
    decimals=1,
    sources=("DOC0", "DOC3", "DOC4"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        weak_schools  improved_weak_schools
                   4                      4
                  12                      8
        """,
        region=75.0,  # 12 of 16, not the mean of 100 and 66.7
        by_school=(100.0, 66.6666667),
    ),
)
