"""How wide the columns of a table want to be, so that nothing is cut and no number is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

from qualityedu.render.document import Cell, Table

__all__ = ["Layout", "ems", "fitted"]

Array = NDArray[np.float64]

_UNBROKEN = re.compile(r"[!-~\u00a0-\u024f−–]+|.")
_NARROW, _FULL, _BOLD = 0.57, 1.0, 1.12
# Cells up to so many ems are kept on one line if there is room, at the least the shortest.
_SHORT = (10.0, 6.0, 0.0)
_LEAST, _LONGEST = 2.0, 13.0
# How finely room is given out, and how much the longest cell of a row counts above the others.
_STEPS, _SHARP = 24, 6


@dataclass(frozen=True)
class Layout:
    """The size of type in points, the width of each column in points, and whether the page lies on its side."""

    size: float
    widths: tuple[float, ...]
    landscape: bool


@lru_cache(10_000)
def ems(text: str) -> float:
    """The width of a line of text in ems: a Chinese character is one, a letter or digit a little over a half."""
    return sum(_FULL if east_asian_width(each) in "WFA" else _NARROW for each in text)


def fitted(
    table: Table,
    *,
    portrait: float,
    landscape: float,
    sizes: Sequence[float],
    tight: Sequence[float],
    padding: float,
) -> Layout:
    """Columns in which no word and no number is broken, on an upright page if it can be, in few lines and large type.

    `portrait` and `landscape` are the widths of the text in points, `sizes` the sizes of type, largest first, `tight`
    those for tables that are too wide for them, and `padding` what each column needs beside its text. Where even the
    smallest type is too wide for a page on its side, columns share it by what they need.
    """
    whole = _needs(table, lambda cell: ems(cell.text))
    least = [_needs(table, partial(_unbroken, short=short)).max(axis=0, initial=_LEAST) for short in _SHORT]
    beside = padding * table.width
    for wide, room, offered in (
        (False, portrait, sizes),
        (False, portrait, tight),
        (True, landscape, [*sizes, *tight]),
    ):
        found = [
            (_cost(whole * size, widths, size, sizes[0]), size, widths)
            for size in offered
            for need in least
            if need.sum() * size + beside <= room
            for widths in [_shared(whole * size, need * size, room - beside)]
        ]
        if found:
            _, size, widths = min(found, key=lambda each: each[0])
            return Layout(size, tuple((widths + padding).tolist()), wide)
    need = least[-1]
    return Layout([*sizes, *tight][-1], tuple((need * landscape / need.sum()).tolist()), True)


def _cost(needs: Array, widths: Array, size: float, largest: float) -> float:
    """Lines of the table, a little for each short cell that is broken, and a tenth for each point of smaller type."""
    lines = np.ceil(needs / widths - 0.01).clip(1)
    broken = ((lines > 1) & (needs < _SHORT[0] * size)).sum()
    return float(lines.max(axis=1).sum() + 0.3 * broken) * (1 + 0.1 * (largest - size))


def _needs(table: Table, width: Callable[[Cell], float]) -> Array:
    """What each cell needs, in ems, as rows by columns; a cell over several columns needs nothing of its own."""
    found = np.zeros((len(table.rows), table.width))
    for line, row in enumerate(table.rows):
        position = 0
        for cell in row:
            if cell.columns == 1 and position < table.width:
                found[line, position] = width(cell)
            position += cell.columns
    return found


def _unbroken(cell: Cell, short: float) -> float:
    wide = ems(cell.text)
    bold = _BOLD if cell.heads else 1.0
    if wide <= short or (cell.number and not cell.heads) or any("status" in run.role for run in cell.words):
        return wide * bold
    # A name without a space in it may be broken after all.
    return min(_LONGEST, bold * max((ems(piece) for piece in _UNBROKEN.findall(cell.text)), default=0.0))


def _shared(needs: Array, least: Array, room: float) -> Array:
    """Widths that together fill `room`, at least `least` each: points go where they shorten the table the most."""
    widths = least.copy()
    step = max(2.0, (room - float(widths.sum())) / _STEPS)
    while (left := room - float(widths.sum())) > 0.01:
        tried = _heights(needs, widths + min(step, left) * np.eye(len(widths)))
        best = int(np.argmin(tried))
        if tried[best] >= _heights(needs, widths[None])[0] - 1e-9:
            return widths + left * widths / widths.sum()
        widths[best] += min(step, left)
    return widths


def _heights(needs: Array, widths: Array) -> Array:
    """How tall the table would be with each of several rows of widths, in lines; the longest cell of a row counts."""
    lines = np.maximum(1.0, needs[None] / widths[:, None])
    tall: Array = ((lines**_SHARP).sum(axis=2) ** (1 / _SHARP)).sum(axis=1)
    return tall
