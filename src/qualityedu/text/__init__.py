"""Every sentence that the package speaks, and the one way in: `say`."""

from __future__ import annotations

import os
import string
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

__all__ = [
    "LANGUAGES",
    "blanks",
    "catalogue",
    "default_language",
    "half_up",
    "locale_of",
    "number",
    "say",
    "significant",
    "speak",
]

LANGUAGES = ("zh", "en")
_LOCALES = {"zh": "zh_CN", "en": "en_GB"}


_SPOKEN: ContextVar[str | None] = ContextVar("language", default=None)


def speak(lang: str | None) -> None:
    """From here on messages are in `lang`; None goes back to the language of the session."""
    _SPOKEN.set(lang)


def default_language() -> str:
    """The language of messages when none is asked for: that of `speak`, else of QUALITYEDU_LANG, else Chinese."""
    if spoken := _SPOKEN.get():
        return spoken
    wanted = os.environ.get("QUALITYEDU_LANG", "zh")[:2].lower()
    return wanted if wanted in LANGUAGES else "zh"


def locale_of(lang: str) -> str:
    """The Babel locale by which numbers and dates of a language are written."""
    return _LOCALES[lang]


@lru_cache
def _locale(lang: str) -> Locale:
    # Looked up for every number, a locale's name costs more than the number.
    return Locale.parse(_LOCALES[lang])


@lru_cache
def catalogue(lang: str) -> dict[str, str]:
    """All sentences of one language, by key."""
    with files("qualityedu.text").joinpath(f"{lang}.po").open("rb") as file:
        messages = read_po(file, locale=_LOCALES[lang])
    return {str(message.id): str(message.string) for message in messages if message.id}


def blanks(sentence: str) -> set[str]:
    """The names of the blanks of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def say(key: str, lang: str, **values: object) -> str:
    """The sentence `key` in `lang` with its blanks filled.

    Raises KeyError where the catalogue has no such sentence or a blank stays unfilled: a key is never shown.
    """
    sentence = catalogue(lang).get(key)
    if not sentence:
        raise KeyError(f"text/{lang}.po has no sentence for {key!r}")
    return sentence.format(**values)


def number(value: float | None, lang: str, decimals: int = 2) -> str:
    """A number as the language writes it, rounded half up for display only; a dash where there is none."""
    if value is None or value != value:
        return "—"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # Adding zero takes the minus sign from nothing.
    return format_decimal(float(half_up(value, decimals)) + 0.0, format=pattern, locale=_locale(lang))


def half_up(value: float, decimals: int) -> Decimal:
    """A number as it is printed with so many decimals: halves go away from zero, on its shortest decimal form."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def significant(value: float, lang: str, digits: int = 3) -> str:
    """A number with so many significant digits, for coefficients whose size varies; a dash where there is none."""
    from math import floor, log10

    if value != value or value in (float("inf"), float("-inf")):
        return "—"
    size = floor(log10(abs(value))) if value else 0
    return number(value, lang, max(0, digits - 1 - size))
