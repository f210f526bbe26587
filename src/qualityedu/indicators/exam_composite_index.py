"""综合指数（优秀率、及格率、得分率等权） / Examination composite index (equal weights)."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Product, Ratio, WeightedSum

INDICATOR = Indicator(
    __name__,
    title={"zh": "综合指数（优秀率、及格率、得分率等权）", "en": "Examination composite index (equal weights)"},
    unit={"zh": "分", "en": "points"},
    why={
        "zh": "许多地方把平均分、优秀率、及格率合成一个数来考核学校；列出它，是为了看清它是怎样来的。",
        "en": "Many places fold mean, excellent rate and pass rate into one number to judge schools by; it stands here so that one can see how it is made.",
    },
    caveat={
        "zh": "100×w×优秀率＋100×w×及格率＋w×得分率，本文件取三者等权（各三分之一）。地方至少有四种算法，权重、分数线、名册各不相同，不同算法之间不可比。只计参加考试的学生。不得用于学校排名。",
        "en": "100 × w × excellent rate + 100 × w × pass rate + w × score rate, here with equal weights of one third. There are at least four local formulas with other weights, lines and rosters, and figures of different formulas cannot be compared. It counts those who sat. Never a ranking of schools.",
    },
    misreading={
        "zh": "一个数把三件事搅在一起：同样的指数可以来自很不同的学校；权重怎么定，名次就怎么变。",
        "en": "One number stirs three things together: very different schools get the same index, and the order changes with the weights.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=WeightedSum(
        (
            (1 / 3, Ratio("excellent_candidates", "candidates", per=100)),
            (1 / 3, Ratio("passed_candidates", "candidates", per=100)),
            (1 / 3, Ratio("score_total", Product(("candidates", "full_marks")), per=100)),
        )
    ),
    release="region",
    counterpart="",
    confidence="low",
    doubt={
        "zh": "来源给出公式的形式，没有给出权重；等权是本目录的假定，不代表任何地方的办法。使用前须换成当地的权重。",
        "en": "The source gives the form of the formula and no weights; equal ones are an assumption of this catalogue and no place's rule. Put the local weights in their stead before use.",
    },
    decimals=1,
    sources=("S36", "S37", "S38"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  full_marks  score_total  passed_candidates  excellent_candidates
                50         100         3500                 36                    10
               150         100        12000                135                    60
        """,
        region=66.0,  # (35 + 85.5 + 77.5) / 3, not the mean of 54 and 70
        by_school=(54.0, 70.0),
    ),
)
