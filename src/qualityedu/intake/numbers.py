"""What is written in a number cell: a white list of forms, read to the letter, and a reason for everything else.

Nothing is normalised first: that would turn ① into 1 and ² into 2. Full-width digits are what an input method makes
of the plain ones, so they are read; no other digit is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qualityedu.intake.numerals import chinese_number
from qualityedu.intake.vocabulary import folded

__all__ = ["NotNumber", "Number", "read_number"]

_WIDE = str.maketrans("０１２３４５６７８９．，＋％（）", "0123456789.,+%()")
_MINUS = str.maketrans("－−", "--")
# A space that groups digits, as Chinese, French and Russian spreadsheets write it.
_SPACES = " \u00a0\u2009\u202f\u3000"
_GROUPED = rf"[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?![0-9])"
_NUMBER = re.compile(rf"(?P<whole>{_GROUPED}|[0-9]+)?(?P<part>\.[0-9]+)?")
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_SEPARATORS = re.compile(rf"[,{_SPACES}]")
_MULTIPLES = {"千": 1_000, "万": 10_000, "亿": 100_000_000}
_ABOUT = re.compile(
    r"(?:约|大约|大概|近|将近|超|超过|不足|不到|至少|至多|最多|[>＞<＜≥≤≧≦~～≈])\s*[0-9].*"
    r"|[0-9].*?(?:左右|上下|以上|以下|以内|余|多|许|\+)[^0-9]{0,3}"
    r"|[0-9][0-9.,]*[^0-9]{0,3}\s*(?:[-–—~～至到]|\.\.)\s*[0-9][0-9.,]*[^0-9]{0,3}",
)
# Circled, superscript, Roman and fractional forms, and the digits of other scripts.
_FOREIGN_DIGITS = re.compile(r"[①-⓿❶-➓㈠-㈩㊀-㊉Ⅰ-ↈ¼-¾⅐-⅞²³¹⁰-₉]|[^\W0-9０-９a-zA-Z一-鿿]", re.UNICODE)
_ROMAN = re.compile(r"(?=.)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


@dataclass(frozen=True)
class Number:
    """A number that was read. `ways` names what was forgiven, `factor` turns it into the unit of its column.

    `factor` is None where the cell gives no unit of its own. `unsure` says why the reading is to be confirmed:
    `multiple` (2000万 with no unit) or `exponent` (1e5), empty where it is not.
    """

    value: Decimal
    ways: tuple[str, ...] = ()
    unit: str = ""
    factor: float | None = None
    unsure: str = ""


@dataclass(frozen=True)
class NotNumber:
    """Why a text is no number: `words`, `symbol`, `about`, `unit` (one of another kind of column) or `other`."""

    reason: str
    suggestion: str = ""


def read_number(text: str, units: Mapping[str, float], others: frozenset[str] = frozenset()) -> Number | NotNumber:
    """The number that a text without surrounding spaces is, or why it is none.

    `units` are the units that a cell of the column may bear, each with its factor; `others` those of other columns,
    folded, which get a complaint of their own.
    """
    narrow, ways = _narrowed(text)
    if _EXPONENT.fullmatch(narrow):
        return Number(Decimal(narrow), ways, unsure="exponent")
    negative, bare, more = _sign(narrow)
    match = _NUMBER.match(bare)
    if match is None or not match[0]:
        return _reason(text, narrow)
    digits, rest = match[0], bare[match.end() :].strip(_SPACES)
    value = Decimal(_SEPARATORS.sub("", digits)) * (-1 if negative else 1)
    ways = (*ways, *more, *(("grouped",) if _SEPARATORS.search(digits) else ()))
    if not rest:
        return Number(value, ways)
    known = {folded(unit): factor for unit, factor in units.items()}
    if (unit := folded(rest)) in known:
        return Number(value, ways, rest, known[unit])
    if rest in _MULTIPLES and any(unit.endswith("元") for unit in units):
        return Number(value, ways, rest, _MULTIPLES[rest], "multiple")
    return NotNumber("unit") if unit in others else _reason(text, narrow)


def _narrowed(text: str) -> tuple[str, tuple[str, ...]]:
    straight = text.translate(_MINUS)
    narrow = straight.translate(_WIDE)
    ways = []
    if straight != text and straight[:1] == "-":
        ways.append("minus")
    if any(each in "０１２３４５６７８９．，＋％" for each in text):
        ways.append("full_width")
    return narrow, tuple(ways)


def _sign(text: str) -> tuple[bool, str, tuple[str, ...]]:
    """Whether negative, what follows the sign, and how that was written: (5) is −5 in accounts."""
    if text.startswith("(") and text.endswith(")") and text[1:2].isdigit():
        return True, text[1:-1], ("minus",)
    if text[:1] in "+-" and text[:1]:
        return text[0] == "-", text[1:], ()
    return False, text, ()


def _reason(text: str, narrow: str) -> NotNumber:
    if (number := chinese_number(text)) is not None:
        return NotNumber("words", str(number))
    if _ABOUT.fullmatch(narrow) or _ABOUT.fullmatch(text):
        return NotNumber("about")
    if _ROMAN.fullmatch(text) or (_FOREIGN_DIGITS.search(text) and any(map(_is_digit_like, text))):
        return NotNumber("symbol")
    return NotNumber("other")


def _is_digit_like(letter: str) -> bool:
    return letter.isnumeric() and letter not in "0123456789０１２３４５６７８９" and not "一" <= letter <= "鿿"
