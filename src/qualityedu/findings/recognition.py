"""The survey of social recognition: how sure its share is, and whether enough people were asked."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

__all__ = ["Survey", "survey"]


@dataclass(frozen=True)
class Survey:
    """A share of respondents with its interval, in percent, and how many there had to be; nan where nobody knows."""

    share: float
    lower: float
    upper: float
    respondents: float
    needed: float


def survey(satisfied: float, respondents: float, *, residents: float | None = None, per_thousand: float = 1) -> Survey:
    """The share of satisfied respondents, its 95 % interval (Wilson's), and the sample that the residents call for.

    Wilson's interval holds for shares near 100 %, where the usual one passes it: 170 of 200 is 85 %, from 79.39 to
    89.29. `needed` is residents × per_thousand ÷ 1000, nan where the residents are not known. The interval is of chance
    in sampling alone; whom a survey missed it does not tell. Raises ValueError where more are satisfied than asked.
    """
    if not 0 <= satisfied <= respondents or respondents <= 0:
        raise ValueError(f"{satisfied:g} satisfied of {respondents:g} respondents")
    interval = stats.binomtest(round(satisfied), round(respondents)).proportion_ci(0.95, method="wilson")
    needed = float("nan") if residents is None else residents * per_thousand / 1000
    return Survey(100 * satisfied / respondents, 100 * interval.low, 100 * interval.high, respondents, needed)
