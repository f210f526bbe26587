"""From a raw cell to a value: one rule for each kind of column, and never a silent guess."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from qualityedu.columns import Column, Kind
from qualityedu.intake.sheet import FormulaFault

__all__ = ["Fault", "plain", "read_cell", "written"]

# Around a value these are forgiven; a zero-width space comes from copying out of a web page.
_SURROUNDING = " \t\r\n\u3000\u00a0\u2002\u2003\u2009\u202f\u200b\u200c\u200d\u2060\ufeff"
# Only what an input method produces. A wider folding would turn ① into 1.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－−＋％", "0123456789.,--+%")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([, \u00a0\u2009\u202f\u3000])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?")
_SEPARATORS = re.compile(r"[, \u00a0\u2009\u202f\u3000]")
# A program writes 1e-05 and means it; a spreadsheet writes 2.13E+09 where it no longer shows all digits.
_BY_PROGRAM = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?e[+-][0-9]{2,3}")
_ROUNDED_CODE = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_FORMULA_ERROR = re.compile(r"#(?:DIV/0!|REF!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!)|#{3,}")
_YEAR = re.compile(r"([0-9]{4})(?: ?[-—–―~～至/]{1,2} ?([0-9]{4}|[0-9]{2}))? ?(?:学年度|学年|年度|年)?")
# A spreadsheet keeps 15 digits of a number; a longer code has lost its end.
_LONGEST_NUMERIC_CODE = 10**15


@dataclass(frozen=True)
class Fault:
    """Why a cell could not be read: the key of the sentence and what it quotes besides the heading."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


def read_cell(raw: object, column: Column, factor: float = 1) -> object:
    """The value of a cell, None for a blank one, or a Fault. Numbers are float and come multiplied by `factor`."""
    if isinstance(raw, FormulaFault):
        return Fault("formula_error", {"seen": raw.seen}) if raw.seen else Fault("formula_never_worked_out")
    text = written(raw)
    if not text:
        return None
    if _FORMULA_ERROR.fullmatch(text):
        return Fault("formula_error", {"seen": text})
    return _RULES[column.kind](text, raw, column, factor)


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


def _text(text: str, raw: object, column: Column, factor: float) -> object:
    return text


def _code(text: str, raw: object, column: Column, factor: float) -> object:
    numeric = isinstance(raw, (int, float)) and not isinstance(raw, bool)
    cut_off = isinstance(raw, float) and abs(raw) >= _LONGEST_NUMERIC_CODE
    rewritten = isinstance(raw, (bool, date)) or (numeric and not text.isdigit()) or _ROUNDED_CODE.fullmatch(text)
    if cut_off or rewritten:
        return Fault("not_a_code", {"seen": text})
    return text.translate(_FULL_WIDTH)


def _choice(text: str, raw: object, column: Column, factor: float) -> object:
    choices = column.choices or {}
    wanted = text.casefold()
    for value, words in choices.items():
        if wanted == value or wanted in (word.casefold() for word in words):
            return value
    return Fault("not_a_choice", {"seen": _short(text)})


def _year(text: str, raw: object, column: Column, factor: float) -> object:
    match = _YEAR.fullmatch(text.translate(_FULL_WIDTH))
    if match is None or isinstance(raw, (bool, date)):
        return Fault("not_a_year", {"seen": _short(text)})
    first, second = int(match[1]), match[2]
    follows = second is None or int(second) == (first + 1) % 10 ** len(second)
    if not follows or not (column.minimum or 0) <= first <= (column.maximum or 9999):
        return Fault("not_a_year", {"seen": text})
    return float(first)


def _number(text: str, raw: object, column: Column, factor: float) -> object:
    value = None if isinstance(raw, (bool, date)) else _decimal(text, column.kind)
    if value is None:
        return Fault("not_a_number", {"seen": _short(text)})
    if factor != 1:
        value *= Decimal(repr(factor))
    number = float(value)
    if not math.isfinite(number):
        return Fault("not_a_number", {"seen": _short(text)})
    if column.kind == "count" and value != value.to_integral_value():
        return Fault("not_whole", {"seen": text})
    if column.minimum is not None and number < column.minimum:
        return Fault("below_minimum", {"seen": plain(number), "minimum": plain(column.minimum)})
    if column.maximum is not None and number > column.maximum:
        return Fault("above_maximum", {"seen": plain(number), "maximum": plain(column.maximum)})
    return number


def _decimal(text: str, kind: Kind) -> Decimal | None:
    text = text.translate(_FULL_WIDTH)
    if kind == "percent":
        text = text.removesuffix("%").rstrip()
    if _PLAIN.fullmatch(text) or (kind != "count" and _BY_PROGRAM.fullmatch(text)):
        return Decimal(text)
    return Decimal(_SEPARATORS.sub("", text)) if _GROUPED.fullmatch(text) else None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


_RULES: dict[Kind, Callable[[str, object, Column, float], object]] = {
    "code": _code,
    "text": _text,
    "choice": _choice,
    "year": _year,
    "count": _number,
    "amount": _number,
    "percent": _number,
    "number": _number,
}
