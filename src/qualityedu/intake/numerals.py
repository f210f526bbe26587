"""Chinese numerals: what number they are, for a suggestion. They are never read as data."""

from __future__ import annotations

import re

__all__ = ["chinese_number"]

_DIGITS = dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖两", (1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BELOW_TEN_THOUSAND = re.compile(
    r"(?:(?P<k>[一二两三四五六七八九])千)?(?P<z1>零)?(?:(?P<h>[一二两三四五六七八九])百)?(?P<z2>零)?"
    r"(?:(?P<t>[一二三四五六七八九])?(?P<ten>十))?(?P<z3>零)?(?P<o>[一二两三四五六七八九])?"
)
_PLAIN = str.maketrans("〇壹贰叁肆伍陆柒捌玖拾佰仟萬億两", "零一二三四五六七八九十百千万亿二")
_LONGEST = 20


def chinese_number(text: str) -> int | None:
    """The number that a text of Chinese numerals is, 一百二十 or 一二〇; None for anything else.

    A short form such as 一千二 counts in the next unit: 1200.
    """
    if not text or len(text) > _LONGEST:
        return None
    if len(text) > 1 and all(letter in _DIGITS for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    plain = text.translate(_PLAIN)
    total = 0
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        head, found, plain = plain.partition(unit) if unit in plain else ("", "", plain)
        if found:
            part = _below(head)
            if part is None or part == 0:
                return None
            total += part * size
            if len(plain) == 1 and plain in _DIGITS and plain != "零":  # 一万二 is 12000
                return total + _DIGITS[plain] * size // 10
    if not plain:
        return total or None
    rest = _below(plain)
    return None if rest is None else total + rest


def _below(text: str) -> int | None:
    if text == "零":
        return 0
    match = _BELOW_TEN_THOUSAND.fullmatch(text)
    if not text or match is None:
        return None
    thousands, hundreds = _DIGITS.get(match["k"] or "零", 0), _DIGITS.get(match["h"] or "零", 0)
    tens = _DIGITS[match["t"]] if match["t"] else (1 if match["ten"] else 0)
    ones = _DIGITS.get(match["o"] or "零", 0)
    if ones and not tens and not match["z1"] and not match["z2"] and not match["z3"]:
        ones *= 100 if thousands and not hundreds else 10 if hundreds else 1
    return thousands * 1000 + hundreds * 100 + tens * 10 + ones
