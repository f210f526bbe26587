"""What stands in a report's files and should not: a machine's folders, personal data, code and warnings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from qualityedu.errors import Problem
from qualityedu.intake.personal_data import detect
from qualityedu.report.verification.texts import Unread, text_of

__all__ = ["machine_folders_in", "of_batch_files", "of_contents"]

_MOST_QUOTED = 3

# A folder of a Unix machine by its first name, one of Windows by its letter, one of a network, an address of a file.
# What goes before keeps web addresses, dates and fractions out; the parts of an office file are named like folders.
_FOLDERS = re.compile(
    r"(?<![\w.:/<~-])/(?:home|Users|root|tmp|var|private|mnt|media|opt|srv|etc|usr|work|workspace|builds|data)/[\w.-]+"
    r"|(?<![\w.:/<~-])/(?!word/|xl/|docProps/|_rels/|customXml/)[A-Za-z][\w.-]*(?:/[\w.-]+){3,}"
    r"|(?<![A-Za-z])[A-Za-z]:[\\/](?![\\/])[\w.~-]+"
    r"|(?<![\\\w])\\\\[\w.-]+\\[\w$.-]+"
    r"|file:///?[\w./%~-]+"
)

# What a reader of a report should not meet, by what it shows.
_CODE = re.compile(
    r"Traceback \(most recent call last\)|\b[A-Z]\w*Warning: |<ipython-input-|ipykernel_\d+|site-packages"
    r"|^\s*(?:In|Out) ?\[\d+\]:|\bimport qualityedu\b|\bqe\.(?:tables|figures)\.",
    re.MULTILINE,
)


def of_contents(report: Path, named: str, known: dict[Path | tuple[int, int], list[Problem]]) -> Iterator[Problem]:
    """What is wrong inside the files of a report. The table is read too: it goes where the folder goes.

    The reports of a batch hold links to one table, which is read once: what was found in it is kept in `known`.
    """
    for path in sorted(report.rglob("*")):
        if not path.is_file() or path.is_symlink() or not path.stat().st_size:
            continue
        seen, inside = path.stat(), path.relative_to(report).as_posix()
        key = (seen.st_dev, seen.st_ino) if seen.st_nlink > 1 and seen.st_ino else path
        if key not in known:
            known[key] = list(_of_file(path, inside))
        yield from (replace(problem, where=f"{named}/{inside}") for problem in known[key])


def of_batch_files(folder: Path) -> Iterator[Problem]:
    """What is wrong inside the files beside the reports of a batch: its index and its lists."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            problems = _of_file(path, f"share/{path.name}") if path.stat().st_size else [Problem("verify_empty")]
            yield from (replace(problem, where=path.name) for problem in problems)


def machine_folders_in(text: str) -> list[str]:
    """Each folder of a machine that is named in a text, once, in the order met."""
    return list(dict.fromkeys(match[0] for match in _FOLDERS.finditer(text)))


def _of_file(path: Path, inside: str) -> Iterator[Problem]:
    text = text_of(path)
    if isinstance(text, Unread):
        if text.key and inside != "record.json":  # of which it is said already
            yield Problem(text.key, level="mend" if text.broken else "note")
        return
    to_be_sent = PurePosixPath(inside).parts[0] == "share" or inside == "numbers.txt"
    if not inside.startswith("data/") and (folders := machine_folders_in(text)):
        yield Problem("verify_folder_named", values={"seen": _quoted(folders)})
    if to_be_sent and (code := list(dict.fromkeys(match[0].strip() for match in _CODE.finditer(text)))):
        yield Problem("verify_code", values={"seen": _quoted(code)})
    for kind, count in _personal_in(text).items():
        yield Problem(f"verify_{kind}", values={"count": count})


def _personal_in(text: str) -> Counter[str]:
    """How many numbers of persons a text holds, by kind; each piece between tags or line ends is looked at alone."""
    pieces = [each for each in re.split(r"[<>\r\n]+", text) if sum(map(str.isdigit, each)) >= 11]
    found: Counter[str] = Counter()
    for each in (each for piece in pieces for each in detect(piece)):
        found[each.kind] += each.count
    return found


def _quoted(seen: list[str]) -> str:
    more = " …" if len(seen) > _MOST_QUOTED else ""
    return " | ".join(seen[:_MOST_QUOTED]) + more
