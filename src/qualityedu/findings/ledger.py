"""The ledger of schools (标准化学校台账): what each lacks of each standard, and how it changed within a year."""

from __future__ import annotations

from math import ceil

import pandas as pd

from qualityedu.columns import COLUMNS, STAGES
from qualityedu.indicators import catalogue
from qualityedu.measures import Net, Ratio
from qualityedu.standards import Rule

__all__ = ["ledger", "thirds", "year_on_year"]

# A change of the mean share of the standards smaller than this is called none.
_NOTICEABLE = 0.01


def ledger(reached: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """What each school lacks of each standard: one row per school, stage and item, the most lacking item first.

    `reached` is what `attainment` gives, `schools` the table it rests on. Adds to `reached`: `gap`, the distance to the
    standard in the indicator's unit; `missing`, the same as things (teachers, square metres, yuan, rooms), which is
    standard × denominator ÷ per − numerator, for things that are counted rounded up to whole ones, else exact; and
    `thing`, the column that holds them. Both are 0 where the standard is met. `gap` is missing where the value is;
    `missing` also where the table states the value without its parts. Within a school the items come by the share of
    the standard reached, the lowest first, unknown items last; schools come in the order of their codes. Standards
    that are a ceiling are not in it: nothing is missing there.
    """
    rows = reached[reached["rule"] == "at_least"].copy()
    keys = [name for name in ("region", "school", "stage", "year") if name in rows.columns]
    rows["gap"] = [_gap(*each) for each in zip(rows["value"], rows["standard"], rows["status"], strict=True)]
    held = schools.drop_duplicates(keys).set_index(keys)
    found = [_missing(row, held.loc[tuple(getattr(row, key) for key in keys)]) for row in rows.itertuples()]
    rows["missing"] = [amount for amount, _ in found]
    rows["thing"] = [thing for _, thing in found]
    rows["_stage"] = rows["stage"].map(STAGES.index)
    order = [*(key for key in ("region", "_stage", "school", "year") if key in rows.columns), "share"]
    return rows.sort_values(order, kind="stable", na_position="last", ignore_index=True).drop(columns="_stage")


def thirds(verdicts: pd.DataFrame, reached: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """The weak and the strong third of the schools of each stage: for the office's own planning, not for publication.

    `verdicts` is what `school_verdicts` gives. Columns: the keys, `items_met`, `mean_share` (over the items of
    the rule, what passes a standard counting as 1, so that plenty of one thing does not hide the lack of
    another) and `third`: `weak`, `middle` or `strong`. Schools are taken by the number of items met, then by the
    mean share. A third is n ÷ 3 rounded down and the remainder is in the middle; schools that are alike stay
    together, in the middle where the boundary would part them. A school with an item that is not known is in no
    third, nor is any of fewer than three.
    """
    items = reached[reached["indicator"].isin(rule.indicators)]
    keys = [name for name in ("region", "school", "stage", "year") if name in items.columns]
    shares = items.assign(share=items["share"].clip(upper=1)).groupby(keys)["share"].mean().rename("mean_share")
    table = verdicts[[*keys, "items_met", "items_missing"]].merge(shares, on=keys, how="left")
    table["mean_share"] = table["mean_share"].round(12)
    table["third"] = ""
    known = table[table["items_missing"] == 0]
    for _, group in known.groupby([key for key in keys if key != "school"]):
        table.loc[group.index, "third"] = _thirds_of(group)
    return table.drop(columns="items_missing")


def year_on_year(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """The thirds of one year beside those of the year before: adds `items_met_before`, `third_before` and `change`.

    `change` is `rose` where more items are met, or as many and the mean share rose by at least 0.01; `fell` the other
    way round; `same`; and empty where a school was not there the year before or an item is not known in one year.
    """
    keys = [name for name in ("region", "school", "stage") if name in now.columns]
    columns = ["items_met", "mean_share", "third"]
    past = before[[*keys, *columns]].rename(columns={name: f"{name}_before" for name in columns})
    table = now.merge(past, on=keys, how="left")
    return table.assign(change=[_change(row) for row in table.itertuples()])


def _change(row: object) -> str:
    items, before = row.items_met, row.items_met_before  # type: ignore[attr-defined]
    if before != before or not row.third or not row.third_before:  # type: ignore[attr-defined]
        return ""
    by_share = row.mean_share - row.mean_share_before  # type: ignore[attr-defined]
    if items != before:
        return "rose" if items > before else "fell"
    if abs(by_share) < _NOTICEABLE:
        return "same"
    return "rose" if by_share > 0 else "fell"


def _thirds_of(group: pd.DataFrame) -> pd.Series:
    size = len(group) // 3
    # The first and the last place of a school among its likes, counted from the lowest.
    place = group.groupby(["items_met", "mean_share"], sort=True).ngroup()
    first, last = place.rank(method="min"), place.rank(method="max")
    weak, strong = last <= size, first > len(group) - size
    return pd.Series("middle", index=group.index).mask(weak, "weak").mask(strong, "strong")


def _gap(value: float, standard: float, status: str) -> float:
    return 0.0 if status == "met" else abs(standard - value)


def _missing(row: object, held: pd.Series) -> tuple[float, str]:
    measure = catalogue()[row.indicator].value  # type: ignore[attr-defined]
    if not isinstance(measure, Ratio) or not isinstance(measure.numerator, str | Net):
        return float("nan"), ""
    numerator = _as_net(measure.numerator)
    thing = numerator.plus[0]
    if row.status == "met":  # type: ignore[attr-defined]
        return 0.0, thing
    denominator = measure.denominator
    needed = [*numerator.columns(), denominator] if isinstance(denominator, str) else []
    if not needed or any(name not in held.index or pd.isna(held[name]) for name in needed):
        return float("nan"), thing
    has = sum(float(held[name]) for name in numerator.plus) - sum(float(held[name]) for name in numerator.minus)
    lacking = row.standard * float(held[denominator]) / measure.per - has  # type: ignore[attr-defined]
    # The ninth decimal: what is left of 4.2 × 500 ÷ 100 − 21 in binary numbers is not a teacher.
    return (float(ceil(round(lacking, 9))) if COLUMNS[thing].kind == "count" else lacking), thing


def _as_net(side: str | Net) -> Net:
    return side if isinstance(side, Net) else Net((side,))
