"""From a raw cell to a value: one rule for each kind of column, and never a silent guess."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from qualityedu.columns import UNITS, Column, Kind
from qualityedu.errors import Level
from qualityedu.intake.numbers import Number, read_number
from qualityedu.intake.sheet import FormulaFault
from qualityedu.intake.vocabulary import folded
from qualityedu.intake.years import year_of

__all__ = ["Fault", "Missing", "Taken", "missing_marks", "plain", "read_cell", "value_of", "written"]

# Around a value these are forgiven; a zero-width space comes from copying out of a web page.
_SURROUNDING = " \t\r\n\u3000\u00a0\u2002\u2003\u2009\u202f\u200b\u200c\u200d\u2060\ufeff"
# Only what an input method produces.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－−＋％", "0123456789.,--+%")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
# A program writes 1e-05 and means it; a spreadsheet writes 2.13E+09 where it no longer shows all digits.
_BY_PROGRAM = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?e[+-][0-9]{2,3}")
_ROUNDED_CODE = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_FORMULA_ERROR = re.compile(r"#(?:DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|#{3,}")
# A spreadsheet keeps 15 digits of a number; a longer code has lost its end.
_LONGEST_NUMERIC_CODE = 10**15
_ZEROED_CODE = re.compile(r"[1-9][0-9]{14}0+")

_REASONS = {
    "words": "number_in_words",
    "symbol": "number_symbol",
    "about": "number_about",
    "unit": "cell_unit",
    "other": "not_a_number",
}


@dataclass(frozen=True)
class Fault:
    """Why a cell could not be read: the key of the sentence and what it quotes besides the heading."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """A value that was taken for something else than stood there: `seen`, and by which ways it was read.

    With `ask` as its level the reading is to be confirmed.
    """

    value: object
    seen: str
    ways: tuple[str, ...]
    level: Level = "repaired"


@dataclass(frozen=True)
class Missing:
    """A mark that says there is no figure: x, not collected, or z, not applicable."""

    seen: str
    means: Literal["x", "z"]


def read_cell(
    raw: object, column: Column, factor: float = 1, units: Mapping[str, float] | None = None
) -> object | Fault | Taken | Missing:
    """The value of a cell, None for a blank one, or what is to be said of it.

    A Fault where it cannot be read, Taken where it was read as something else than it says, Missing for a mark such
    as 暂无. Numbers are float and come multiplied by `factor`, that of the heading; a unit in the cell itself takes
    the heading's place. `units` are those that a cell may bear; without them, those of the column's group in UNITS.
    """
    if isinstance(raw, FormulaFault):
        return Fault("formula_error", {"seen": raw.seen}) if raw.seen else Fault("formula_never_worked_out")
    text = written(raw)
    if not text:
        return None
    if _FORMULA_ERROR.fullmatch(text):
        return Fault("formula_error", {"seen": text})
    if column.kind in _MARKED and (means := missing_marks().get(folded(text))):
        return Missing(text, means)
    if column.kind in _MARKED:
        return _number(text, raw, column, factor, UNITS.get(column.unit, {}) if units is None else units)
    return _RULES[column.kind](text, raw, column)


def value_of(cell: object) -> object:
    """What a cell that was read is worth in the table: None for a fault or a mark."""
    if isinstance(cell, Taken):
        return cell.value
    return None if isinstance(cell, (Fault, Missing)) else cell


@lru_cache
def missing_marks() -> dict[str, Literal["x", "z"]]:
    """What stands for a missing figure in a number column, folded, and which kind of missing it means.

    From `missing_marks.csv`, the one place where a mark is added. A blank is x as well; 0 is never a mark.
    """
    text = files("qualityedu.intake").joinpath("missing_marks.csv").read_text(encoding="utf-8")
    marks: dict[str, Literal["x", "z"]] = {}
    for row in csv.DictReader(text.splitlines()):
        marks[folded(row["mark"])] = "z" if row["means"] == "z" else "x"
    return marks


def written(raw: object) -> str:
    """A cell as a person would write it, without what surrounds it: 330106.0 is 330106, an empty cell is ''."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw.strip(_SURROUNDING)
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float):
        return plain(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(" ").removesuffix(" 00:00:00")
    return raw.isoformat() if isinstance(raw, date) else str(raw).strip(_SURROUNDING)


def plain(value: float) -> str:
    """A number in plain digits: no exponent, no superfluous zero."""
    if not math.isfinite(value):
        return "" if math.isnan(value) else str(value)
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def _text(text: str, raw: object, column: Column) -> object:
    return text


def _code(text: str, raw: object, column: Column) -> object:
    numeric = isinstance(raw, (int, float)) and not isinstance(raw, bool)
    cut_off = isinstance(raw, float) and abs(raw) >= _LONGEST_NUMERIC_CODE
    if not numeric and re.fullmatch(r"[0-9]+\.0+", text):
        return Taken(text.partition(".")[0], text, ("code_decimal",))
    rewritten = isinstance(raw, (bool, date)) or (numeric and not text.isdigit()) or _ROUNDED_CODE.fullmatch(text)
    if cut_off or rewritten:
        return Fault("not_a_code", {"seen": text})
    narrow = text.translate(_FULL_WIDTH)
    if _ZEROED_CODE.fullmatch(narrow):
        return Fault("code_zeroed", {"seen": text})
    return narrow if narrow == text else Taken(narrow, text, ("full_width",))


def _choice(text: str, raw: object, column: Column) -> object:
    choices = column.choices or {}
    wanted = text.casefold()
    for value, words in choices.items():
        if wanted == value or wanted in (word.casefold() for word in words):
            return value
    return Fault("not_a_choice", {"seen": _short(text)})


def _year(text: str, raw: object, column: Column) -> object:
    found = None if isinstance(raw, bool) else year_of(text.translate(_FULL_WIDTH))
    if found is None or not (column.minimum or 0) <= found.year <= (column.maximum or 9999):
        return Fault("not_a_year", {"seen": _short(text)})
    return Taken(float(found.year), text, (found.form,)) if found.form else float(found.year)


def _number(text: str, raw: object, column: Column, factor: float, units: Mapping[str, float]) -> object:
    if isinstance(raw, (bool, date)):
        return Fault("not_a_number", {"seen": _short(text)})
    found = _parsed(text, column, units)
    if not isinstance(found, Number):
        return found
    value = found.value
    if (scale := factor if found.factor is None else found.factor) != 1:
        value *= Decimal(repr(scale))
    fault = _fault(value, text, column)
    if fault is not None:
        return fault
    ways = found.ways
    if found.unsure:
        ways = (*ways, found.unsure)
    elif found.unit and not (column.kind == "percent" and found.factor == 1):
        ways = (*ways, "unit" if found.factor == 1 else "converted")
    if not ways:
        return float(value)
    return Taken(float(value), text, ways, "ask" if found.unsure else "repaired")


def _parsed(text: str, column: Column, units: Mapping[str, float]) -> Number | Fault:
    if _PLAIN.fullmatch(text) or (column.kind != "count" and _BY_PROGRAM.fullmatch(text)):
        return Number(Decimal(text))
    found = read_number(text, units, _all_units())
    if isinstance(found, Number):
        return found
    values: dict[str, object] = {"seen": _short(text)}
    if found.reason == "unit" and not units:
        return Fault("not_a_number", values)
    if found.reason == "words":
        values["suggestion"] = found.suggestion
    elif found.reason == "unit":
        values["accepted"] = next(iter(units))
    return Fault(_REASONS[found.reason], values)


def _fault(value: Decimal, text: str, column: Column) -> Fault | None:
    number = float(value)
    if not math.isfinite(number):
        return Fault("not_a_number", {"seen": _short(text)})
    if column.kind == "count" and value != value.to_integral_value():
        return Fault("not_whole", {"seen": text})
    if column.minimum is not None and number < column.minimum:
        return Fault("below_minimum", {"seen": plain(number), "minimum": plain(column.minimum)})
    if column.maximum is not None and number > column.maximum:
        return Fault("above_maximum", {"seen": plain(number), "maximum": plain(column.maximum)})
    return None


@lru_cache
def _all_units() -> frozenset[str]:
    return frozenset(folded(unit) for group in UNITS.values() for unit in group)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


# Kinds in which a mark such as / stands for a missing figure; in a text it is what somebody wrote.
_MARKED = ("count", "amount", "percent", "number")
_RULES: dict[Kind, Callable[[str, object, Column], object]] = {
    "code": _code,
    "text": _text,
    "choice": _choice,
    "year": _year,
}
