"""One school stands in the table twice, under an old and a new name or code."""

from __future__ import annotations

import re

import pandas as pd

from qualityedu.intake.peers import peer_groups, stock_columns
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.vocabulary import folded

SINCE = "0.2.0"
STAGE = "keys"

# So many equal figures above nothing are not chance.
_FEWEST_EQUAL = 4
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


def complaints(reading: Reading) -> list[Complaint]:
    """One for each row that has another code but the figures, or the name, of an earlier row of its group."""
    groups = peer_groups(reading)
    if groups.empty or "school" not in reading.table:
        return []
    rows = reading.table.loc[groups.index]
    figures = rows[stock_columns(reading)]
    telling = figures.gt(0).sum(axis=1) >= _FEWEST_EQUAL
    found = _repeats(reading, pd.DataFrame(figures.assign(group=groups)[telling]), "school_twice_figures")
    if "school_name" in rows:
        names = rows[["school_name"]].assign(group=groups).dropna()
        names["school_name"] = names["school_name"].map(_core)
        found += _repeats(reading, names, "school_twice_name")
    return found


def _repeats(reading: Reading, marks: pd.DataFrame, key: str) -> list[Complaint]:
    again = marks[marks.duplicated(keep=False)]
    codes = reading.table["school"]
    first: dict[tuple[object, ...], int] = {}
    found = []
    for index, *mark in again.fillna(-1).itertuples():
        earlier = first.setdefault(tuple(mark), index)
        if earlier == index or codes.at[index] == codes.at[earlier]:
            continue
        values = {
            "seen": codes.at[index],
            "name": _name(reading.table, index),
            "other_name": _name(reading.table, earlier),
            "other": reading.where(earlier, "school"),
        }
        found.append(reading.complain(key, index, "school", level="ask", **values))
    return found


def _name(rows: pd.DataFrame, index: int) -> str:
    name = rows["school_name"].at[index] if "school_name" in rows else None
    return str(name) if isinstance(name, str) else str(rows["school"].at[index])


def _core(name: str) -> str:
    """A name without brackets such as （原第三小学）, spaces and the words that all names have."""
    return folded(_BRACKETS.sub("", name)) or folded(name)
