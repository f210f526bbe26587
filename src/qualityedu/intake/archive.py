"""A packed file, looked over before any reader opens it: how large it would grow, and what its parts declare."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from qualityedu.intake.limits import Limits
from qualityedu.intake.sheet import Unreadable

__all__ = ["DAMAGE", "opened_archive", "parsed"]

# What readers of packed files say of one that is not whole.
DAMAGE = (
    BadZipFile, ElementTree.ParseError, KeyError, EOFError, OSError, ValueError, IndexError, zlib.error,
    NotImplementedError, RuntimeError,
)  # fmt: skip

# A picture may be drawn in XML of its own, and no reader here opens it.
_PICTURES = "/media/"
# A spreadsheet program declares neither; in UTF-16 they would pass unseen as single bytes.
_DECLARED = tuple(
    word.encode(codec) for word in ("<!DOCTYPE", "<!ENTITY") for codec in ("utf-8", "utf-16-le", "utf-16-be")
)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ELSEWHERE = re.compile(rb"""TargetMode\s*=\s*["']External["']""")
# A link to click on fetches nothing, and one to another workbook is listed with the formulas that use it.
_HARMLESS = re.compile(rb"""/(?:hyperlink|externalLinkPath|externalLinkLongPath|xlExternalLinkPath/\w+)["']""")
_CHUNK = 1_000_000
_ENCRYPTED = 0x1


@contextmanager
def opened_archive(content: bytes, name: str, limits: Limits) -> Iterator[ZipFile]:
    """The archive. Raises Unreadable where it would grow too large, is locked, or reaches out of itself."""
    with ZipFile(io.BytesIO(content)) as archive:
        _refuse_bomb(archive, len(content), name, limits)
        if any(part.flag_bits & _ENCRYPTED for part in archive.infolist()):
            raise Unreadable("password", name)
        for part in archive.namelist():
            _look_over(archive, part, name)
        yield archive


def _refuse_bomb(archive: ZipFile, packed: int, name: str, limits: Limits) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked * 1_000_000:
        raise Unreadable("too_large_unpacked", name, size=unpacked // 1_000_000, limit=limits.unpacked)
    if unpacked > packed * limits.ratio:
        raise Unreadable("packed_too_tight", name, ratio=unpacked // packed, limit=limits.ratio)
    if len(parts) > limits.parts:
        raise Unreadable("too_many_parts", name, count=len(parts), limit=limits.parts)


def _look_over(archive: ZipFile, part: str, name: str) -> None:
    # The sizes in the directory are only a claim: a part that is longer than it says fails its check sum at the end.
    own, tail, links = _PICTURES not in part.lower(), b"", []
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            seen = tail + chunk
            if own and any(word in seen for word in _DECLARED):
                raise Unreadable("xml_entities", name, part=part)
            links += [seen] if part.lower().endswith(".rels") else []
            tail = chunk[-20:]
    if _reaches_out(b"".join(links)):
        raise Unreadable("external_content", name, part=part)


def _reaches_out(relationships: bytes) -> bool:
    found = _RELATIONSHIP.findall(relationships)
    return any(_ELSEWHERE.search(each) and not _HARMLESS.search(each) for each in found)


def parsed(content: bytes) -> ElementTree.Element:
    """The root of a part that was looked over. Raises ParseError."""
    return ElementTree.fromstring(content)
