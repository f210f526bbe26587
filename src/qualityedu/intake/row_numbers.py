"""Rows as a person counts them, listed in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from qualityedu.intake.sheet import Sheet

__all__ = ["listed_rows"]

_NAMED = 8


def listed_rows(sheet: Sheet, rows: Sequence[int]) -> str:
    """Some rows in words: 第 5、7—9 行; no more than eight runs of them are named."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    named = [_run(sheet, first, last) for first, last in runs[:_NAMED]]
    more = len(runs) > _NAMED
    if sheet.lang == "zh":
        return f"第 {'、'.join(named)}{'……' if more else ''} 行"
    word = "row" if len(rows) == 1 else "rows"
    return f"{word} {', '.join(named)}{' …' if more else ''}"


def _run(sheet: Sheet, first: int, last: int) -> str:
    numbers = [row + sheet.first for row in (first, last)]
    return str(numbers[0]) if first == last else f"{numbers[0]}–{numbers[1]}"
