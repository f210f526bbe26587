"""综合指数（四率和） / Examination composite index (four-rate sum)."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Product, Ratio, WeightedSum

INDICATOR = Indicator(
    __name__,
    title={"zh": "综合指数（四率和）", "en": "Examination composite index (four-rate sum)"},
    unit={"zh": "分", "en": "points"},
    why={
        "zh": "一种地方考核算法：平均分加四率之和；与等权指数并列，可见算法不同、名次不同。",
        "en": "One local formula: the mean plus a sum of four rates. Beside the index of equal weights it shows that another formula gives another order.",
    },
    caveat={
        "zh": "平均分＋100×（优秀率＋及格率＋得分率－低分率），优秀、及格、低分线为满分的80%、60%、40%，平均分按百分制折算。原办法只取总分前N名（N为班级定额），本文件按全部参加考试的学生计。不得用于学校排名。",
        "en": "Mean + 100 × (excellent + pass + score rate − low), with lines at 80, 60 and 40 % of full marks and the mean in per cent of full marks. The original takes only the first N by total score (N the quota of a class); here it is all who sat. Never a ranking of schools.",
    },
    misreading={
        "zh": "得分率与平均分重复计算，优秀学生在优秀、及格两率中各算一次；数值可达400，不是百分制。",
        "en": "Score rate and mean count the same thing twice, and an excellent pupil counts in two rates; it reaches 400 and is no percentage.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=WeightedSum(
        (
            (
                2,
                Ratio("score_total", Product(("candidates", "full_marks")), per=100),
            ),  # once as the mean in per cent, once as the score rate
            (1, Ratio("excellent_candidates", "candidates", per=100)),
            (1, Ratio("passed_candidates", "candidates", per=100)),
            (-1, Ratio("low_score_candidates", "candidates", per=100)),
        )
    ),
    release="region",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "公式只见于一种成绩统计软件；其名册规则（总分前N名）没有采用，因此数值会与该软件不同。",
        "en": "The formula was found in one score program only; its roster rule (the first N by total) is not followed, so figures differ from those of that program.",
    },
    decimals=1,
    sources=("S38",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  full_marks  score_total  passed_candidates  excellent_candidates  low_score_candidates
                50         100         3500                 36                    10                     5
               150         100        12000                135                    60                     3
        """,
        region=271.5,  # 77.5 + 35 + 85.5 + 77.5 - 4, not the mean of 222 and 288
        by_school=(222.0, 288.0),
    ),
)
