"""Printed numbers read back: those of a reviewer's digest by quantity, those of a report's text by place.

The digests are written by `digest`, `fit_digest`, `contrast_digest`, `associations_digest` and `unevenness_digest` of
`qualityedu.tables`: words, then numbers in fixed width. A line that is none of theirs is read as words and numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from nbformat import NotebookNode

__all__ = ["Number", "read_digest", "read_shown"]

_WORD, _COUNT, _NUMBER = r"\S+", r"\d+|—", r"-?\d+\.\d+|—|-?inf"

# What stands in a line after its label, left to right: the name of each field and the kind of quantity it is.
_FIELDS = {
    "value": "value", "standard": "standard", "status": "word", "rows": "count", "clusters": "count", "units": "count",
    "r": "correlation", "estimate": "estimate", "standard_error": "standard_error", "difference": "estimate",
    "ratio": "statistic", "index": "index", "error": "standard_error", "within": "index", "between": "index",
    "overlap": "index", "refused": "word",
}  # fmt: skip


def _line(label: str, **fields: str) -> re.Pattern[str]:
    parts = [rf"\s+(?P<{name}>{shape})" for name, shape in fields.items()]
    return re.compile(rf"(?P<label>{label}){''.join(parts)}\s*")


_LINES = (
    _line(r".*\S\s\d{4}\s.*\S", value=_NUMBER, standard=_NUMBER, status=r"[a-z_]+"),
    re.compile(rf"(?P<label>.*\S) rows (?P<rows>{_COUNT}) clusters (?P<clusters>{_COUNT})\s*"),
    re.compile(r"(?P<label>.*\S) refused (?P<refused>\S*)\s*"),
    _line(
        r".*\S",
        units=_COUNT, index=_NUMBER, error=_NUMBER, within=_NUMBER, between=_NUMBER, overlap=_NUMBER,
    ),
    _line(r".*[^\d\s.—-]\S*", difference=_NUMBER, standard_error=_NUMBER, ratio=_NUMBER),
    _line(r".*[^\d\s.—-]\S*", estimate=_NUMBER, standard_error=_NUMBER),
    _line(r".*[^\d\s.—-]\S*", units=_COUNT, r=_NUMBER),
)  # fmt: skip

# A number as people write it: separators of thousands in threes, a decimal point, perhaps a sign before it.
_WRITTEN = re.compile(r"(?<![\w.,])[-−+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|[-−+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Number:
    """One printed number or word. `quantity` says which it is, `kind` how far it may be off, `text` is as printed."""

    quantity: str
    kind: str
    text: str

    @property
    def value(self) -> Decimal | None:
        """The number, or None for a word, a dash or an infinity."""
        plain = self.text.replace(",", "").replace("−", "-").replace("+", "")
        return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?([eE]-?\d+)?", plain) else None

    @property
    def decimals(self) -> int:
        """How many decimals are printed."""
        exponent = self.value.as_tuple().exponent if self.value is not None else 0
        return max(0, -int(exponent))


def read_digest(text: str) -> list[Number]:
    """Every number and every verdict of a digest, each named by the words of its line and by what it is.

    Where two lines have the same words (two models of one outcome), the later ones carry a running number.
    """
    return list(_told_apart(number for line in text.splitlines() for number in _of_line(line)))


def read_shown(notebook: NotebookNode) -> list[Number]:
    """Every number and every sentence that an executed notebook shows in words, by cell and line.

    Pictures are not read: their numbers stand in the text that goes with them. The digest is left out, for
    `read_digest` reads it.
    """
    return [
        number
        for position, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and "reviewer" not in cell.metadata.get("tags", [])
        for place, line in enumerate(_shown_lines(cell), start=1)
        for number in _of_shown(f"{position}:{place}", line)
    ]


def _of_line(line: str) -> Iterator[Number]:
    for pattern in _LINES:
        if match := pattern.fullmatch(line):
            label = " ".join(match["label"].split())
            for name, text in match.groupdict().items():
                if name != "label":
                    yield Number(f"{label} {name}", _FIELDS[name], text)
            return
    yield from _of_shown("", line)


def _shown_lines(cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        yield from ("".join(text) if isinstance(text, list) else text).splitlines()


def _of_shown(place: str, line: str) -> Iterator[Number]:
    words = " ".join(_WRITTEN.sub("…", line).split())
    if not words:
        return
    named = f"{place} {words}".strip()
    yield Number(named, "word", words)
    for count, match in enumerate(_WRITTEN.finditer(line), start=1):
        yield Number(f"{named} ({count})", "shown" if "." in match[0] else "count", match[0])


def _told_apart(numbers: Iterable[Number]) -> Iterator[Number]:
    seen: Counter[str] = Counter()
    for number in numbers:
        seen[number.quantity] += 1
        again = seen[number.quantity]
        yield number if again == 1 else replace(number, quantity=f"{number.quantity} [{again}]")
