"""From bytes to text, and text that went through the wrong encoding before it came here."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from qualityedu.intake.sheet import Sheet, Unreadable

__all__ = ["decoded", "is_garbled", "refuse_garbled"]

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SHOWN_BYTES = 4

# The replacement character, and how it reads when its UTF-8 is taken for GBK; memory filled by a debugger.
_REPLACED = re.compile(r"\ufffd|锟斤|斤拷|烫烫烫|屯屯屯")
# Chinese of which each byte became a letter or sign of western Europe: Ñ§Ð£. No language has four in a row.
_WESTERN = re.compile(r"[\u0080-\u00ff]*[\u00c0-\u00ff][\u0080-\u00ff]*")
_SHORTEST_WESTERN = 4
_QUESTIONS = re.compile(r"[?？]*\?\?[?？]*")
_CHINESE = re.compile(r"[\u3400-\u9fff（）、，]{2,}")
_FEWEST_CELLS = 2


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """The text and its encoding: by its mark, else strict UTF-8, else GB 18030; never a guess beyond these."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding, name), encoding
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise _unclear(content, name)


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unclear(content, name, error.start) from None


def _unclear(content: bytes, name: str, at: int | None = None) -> Unreadable:
    if at is None:
        at = content.find(b"\x00")
    if at < 0:
        at = max(_first_fault(content, encoding) for encoding in ("utf-8", "gb18030"))
    line_start = content.rfind(b"\n", 0, at) + 1
    return Unreadable(
        "encoding",
        name,
        line=content.count(b"\n", 0, at) + 1,
        byte=at - line_start + 1,
        seen=content[at : at + _SHOWN_BYTES].hex(" ").upper(),
    )


def _first_fault(content: bytes, encoding: str) -> int:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return 0


def refuse_garbled(sheets: list[Sheet]) -> None:
    """Raises Unreadable where text is past recovery or was read in the wrong encoding; what it said is not guessed.

    One cell with the traces of a replacement character is enough; of the other signs there must be two.
    """
    for sheet in sheets:
        found = []
        for row, column, text in _garbled_cells(sheet):
            found.append((row, column, text))
            if _REPLACED.search(text) or len(found) >= _FEWEST_CELLS:
                row, column, text = found[0]
                raise Unreadable("garbled", sheet.where(row, column, text[:20]), seen=text[:20])


def _garbled_cells(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    known: dict[str, bool] = {}
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if not isinstance(cell, str) or (cell.isascii() and "??" not in cell):
                continue
            if cell not in known:
                known[cell] = is_garbled(cell)
            if known[cell]:
                yield row, column, cell


def is_garbled(text: str) -> bool:
    """Whether a text bears the marks of a wrong encoding. What it would have been is not made use of."""
    text = text.strip()
    if _REPLACED.search(text) or _QUESTIONS.fullmatch(text):
        return True
    if any(len(each) >= _SHORTEST_WESTERN for each in _WESTERN.findall(text)):
        return True
    return not text.isascii() and _is_misread(text)


def _is_misread(text: str) -> bool:
    """Whether it is UTF-8 that was read as GBK: turned back, it is Chinese."""
    try:
        back = text.encode("gb18030")
    except UnicodeEncodeError:
        return False
    # The last character may have lost a byte or two on the way.
    for end in (len(back), len(back) - 1, len(back) - 2):
        try:
            return _CHINESE.fullmatch(back[:end].decode("utf-8")) is not None
        except UnicodeDecodeError:
            continue
    return False
