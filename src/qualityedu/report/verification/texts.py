"""The words in a file of a report, whatever its format."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Unread", "text_of"]

# Pictures and fonts written out in letters look like anything.
_PICTURE = re.compile(r"base64,[A-Za-z0-9+/=\s]+")


@dataclass(frozen=True)
class Unread:
    """A file whose words were not read: `key` names the problem, empty where nothing is to be said; `broken` or not."""

    key: str = ""
    broken: bool = False


def text_of(path: Path) -> str | Unread:
    """The words in a file: what a page shows and its markup, what an office file holds, what a notebook put out."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        return Unread()
    try:
        return _PICTURE.sub("base64,", reader(path))
    except ModuleNotFoundError:
        return Unread("verify_unread")
    except Exception:  # whatever a library says of a damaged file, here it means one thing
        return Unread("verify_broken", broken=True)


def _plain(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def _office(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        names = sorted(name for name in package.namelist() if name.endswith((".xml", ".rels")))
        return "\n".join(package.read(name).decode("utf-8") for name in names)


def _pdf(path: Path) -> str:
    from pypdf import PdfReader

    document = PdfReader(path)
    about = [str(value) for value in (document.metadata or {}).values()]
    return "\n".join([*about, *(page.extract_text() for page in document.pages)])


def _json(path: Path) -> str:
    return "\n".join(_words(json.loads(_plain(path))))


def _words(node: Any, name: str = "") -> Iterator[str]:
    match node:
        case dict():
            for key, value in node.items():
                yield from _words(value, str(key))
        case list() if all(isinstance(each, str) for each in node):
            yield "".join(node)
        case list():
            for value in node:
                yield from _words(value, name)
        case str() if not name.startswith("image/"):
            yield node


_READERS: dict[str, Callable[[Path], str]] = {
    **dict.fromkeys((".html", ".txt", ".md", ".csv", ".toml", ".yaml", ".yml"), _plain),
    **dict.fromkeys((".docx", ".xlsx"), _office),
    **dict.fromkeys((".json", ".ipynb"), _json),
    ".pdf": _pdf,
}
