"""The form of a school's identification code: ten digits, two of them the province.

A code of another form is a question, never a reason to stop: many offices keep local codes. Only a code that has
certainly lost a part is to be mended.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from qualityedu.intake.cells import written
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.places import is_imaginary

SINCE = "0.2.0"
STAGE = "cells"

_LENGTH = 10
_LIKE_DIGITS = str.maketrans("OoＯｏlIｌ", "0000111")
# Eighteen digits and capitals without I, O, S, V and Z: the unified social credit code (GB 32100-2015).
_SOCIAL_CREDIT = re.compile(r"[0-9A-HJ-NP-RT-UWXY]{2}[0-9]{6}[0-9A-HJ-NP-RT-UWXY]{10}")


def complaints(reading: Reading) -> list[Complaint]:
    """One for each row whose code is not of the form that the others have."""
    if not reading.of_schools or reading.dataset.country != "CN" or "school" not in reading.table:
        return []
    codes = reading.table["school"].dropna()
    regular = codes.str.fullmatch(rf"[0-9]{{{_LENGTH}}}").astype(bool)
    known = set(codes[regular])
    found = [_irregular(reading, index, code, known, regular.mean() >= 0.5) for index, code in codes[~regular].items()]
    provinces = _other_province(reading, codes[regular])
    return [each for each in [*found, *provinces] if each]


def _irregular(reading: Reading, index: int, code: str, known: set[str], mostly_regular: bool) -> Complaint | None:
    sheet, _ = reading.place(index)
    values: dict[str, Any] = {"heading": reading.title(sheet, "school"), "seen": code}
    plain = code.translate(_LIKE_DIGITS)
    if plain != code and re.fullmatch(rf"[0-9]{{{_LENGTH}}}", plain):
        return reading.complain("code_letters", index, "school", level="ask", suggestion=plain, **values)
    padded = code.zfill(_LENGTH)
    if (
        code.isdigit()
        and len(code) < _LENGTH
        and (padded in known or _lost_zeros(reading, index, code, mostly_regular))
    ):
        return reading.complain("code_zeros_lost", index, "school", suggestion=padded, **values)
    if _SOCIAL_CREDIT.fullmatch(code):
        return _ask(reading, "code_social_credit", index, known, values)
    if code.isdigit() and (len(code) in (9, 11) or (mostly_regular and len(code) != _LENGTH)):
        return _ask(reading, "code_length", index, known, {**values, "length": len(code)})
    return None


def _lost_zeros(reading: Reading, index: int, code: str, mostly_regular: bool) -> bool:
    """Whether a spreadsheet took the code for a number: the cell is one, and with its zeros it names the province."""
    number, row = reading.place(index)
    heading = reading.heading(number, "school")
    raw = reading.sheets[number].cell(row, heading.position) if heading else None
    region = reading.table["region"].iloc[index] if "region" in reading.table else None
    numeric = isinstance(raw, (int, float)) and written(raw) == code
    return mostly_regular and numeric and isinstance(region, str) and code.zfill(_LENGTH)[2:4] == region[:2]


def _ask(reading: Reading, key: str, index: int, known: set[str], values: dict[str, Any]) -> Complaint:
    """The question, with the regular code that a school of the same name has elsewhere in the table."""
    other = _code_of_same_name(reading, index, known)
    if other:
        return reading.complain(f"{key}_named", index, "school", level="ask", suggestion=other, **values)
    return reading.complain(key, index, "school", level="ask", **values)


def _code_of_same_name(reading: Reading, index: int, known: set[str]) -> str:
    if "school_name" not in reading.table or "region" not in reading.table:
        return ""
    here = reading.table.loc[index]
    same = (reading.table["school_name"] == here["school_name"]) & (reading.table["region"] == here["region"])
    others = [code for code in reading.table["school"][same].dropna().unique() if code in known]
    return others[0] if len(others) == 1 else ""


def _other_province(reading: Reading, codes: pd.Series) -> list[Complaint]:
    if "region" not in reading.table:
        return []
    regions = reading.table["region"].loc[codes.index]
    wrong = regions.str.fullmatch(r"[1-6][0-9]{5}").fillna(False) & (codes.str[2:4] != regions.str[:2])
    found = []
    for index in codes.index[wrong.astype(bool)]:
        code = codes.at[index]
        if is_imaginary(code):
            continue
        values: dict[str, Any] = {
            "heading": reading.title(reading.place(index)[0], "school"),
            "seen": code,
            "region": regions.at[index],
        }
        found.append(reading.complain("code_province", index, "school", level="ask", **values))
    return found
