"""What may be typed into a column of the template, and the words beside and after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualityedu.columns import Column
from qualityedu.intake.cells import plain
from qualityedu.intake.template.sheets import unit_of
from qualityedu.text import say

__all__ = ["LONGEST_MESSAGE", "choice_words", "list_name", "rule_in_words", "validation_of"]

# More than this a spreadsheet refuses, in a list, an input text and an error text; and in a title more than 32.
LONGEST_MESSAGE = 255
_LONGEST_TITLE = 32

_LARGEST = 1e12
_LONGEST_TEXT = 100
_LONGEST_CODE = 20


def validation_of(column: Column, lang: str) -> dict[str, Any]:
    """The validation of a column as xlsxwriter takes it, with input and error texts in the template's language."""
    words = _fitted([rule_in_words(column, each) for each in _languages(lang)])
    refusal = _fitted([say(f"template.error.{_kind(column)}", each, **_bounds(column)) for each in _languages(lang)])
    # Some counties have school codes of their own: a code of another length is doubted, not refused.
    style = "warning" if column.kind == "code" else "stop"
    return {
        **_criteria(column, lang),
        "input_title": _title(column, lang),
        "input_message": words,
        "error_title": _title(column, lang),
        "error_message": refusal,
        "error_type": style,
        "ignore_blank": True,
    }


def list_name(column: Column) -> str:
    """The name of the range that lists the words of a column."""
    return "list_yes_no" if column.choices and set(column.choices) == {"yes", "no"} else f"list_{column.name}"


def choice_words(column: Column, lang: str) -> list[str]:
    """The words that stand for the values of a column, one for each, in the language of the template."""
    choices: Mapping[str, tuple[str, ...]] = column.choices or {}
    if lang != "en":
        return [words[0] for words in choices.values()]
    return [next((word for word in words if word.isascii()), value) for value, words in choices.items()]


def rule_in_words(column: Column, lang: str) -> str:
    """What belongs into a column, in one or two sentences."""
    kind = _kind(column)
    unit = unit_of(column, lang)
    if kind in ("count", "amount") and unit:
        return say("template.input.measured", lang, unit=unit)
    if kind == "attested":
        return say("template.input.attested", lang, words=column.heading(lang))
    return say(f"template.input.{kind}", lang, **_bounds(column))


def _kind(column: Column) -> str:
    if column.kind == "choice":
        return "attested" if list_name(column) == "list_yes_no" else "choice"
    if column.kind == "code":
        return "region" if column.name == "region" else "school"
    if column.kind == "count" and column.maximum == 1:
        return "yes_or_no"
    return "bounded" if column.kind == "count" and column.maximum is not None else column.kind


def _bounds(column: Column) -> dict[str, object]:
    smallest = 0 if column.minimum is None else column.minimum
    return {"minimum": plain(float(smallest)), "maximum": plain(float(column.maximum or _LARGEST))}


def _criteria(column: Column, lang: str) -> dict[str, Any]:
    if column.kind == "choice":
        return {"validate": "list", "source": f"={list_name(column)}"}
    if column.kind == "code" and column.name == "region":
        return {"validate": "length", "criteria": "==", "value": 6}
    if column.kind in ("code", "text"):
        longest = _LONGEST_CODE if column.kind == "code" else _LONGEST_TEXT
        return {"validate": "length", "criteria": "between", "minimum": 1, "maximum": longest}
    whole = column.kind in ("count", "year")
    smallest = -_LARGEST if column.minimum is None else column.minimum
    largest = column.maximum if column.maximum is not None else _LARGEST
    if column.kind == "percent" and column.maximum is None:
        largest = 100
    number = int if whole else float
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": "between",
        "minimum": number(smallest),
        "maximum": number(largest),
    }


def _languages(lang: str) -> tuple[str, ...]:
    return ("zh", "en") if lang == "both" else (lang,)


def _title(column: Column, lang: str) -> str:
    label = column.heading("zh" if lang == "both" else lang)
    return label if len(label) <= _LONGEST_TITLE else f"{label[: _LONGEST_TITLE - 1]}…"


def _fitted(sentences: list[str]) -> str:
    """Several languages under each other; only the first where all do not fit."""
    whole = "\n".join(sentences)
    return whole if len(whole) <= LONGEST_MESSAGE else sentences[0]
