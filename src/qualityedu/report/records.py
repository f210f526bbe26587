"""What is written beside the reports of a batch for those who were not there: a crate, and a package of numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from qualityedu.report.crate import Entry, crate, folder_id
from qualityedu.report.data_package import numbers_package
from qualityedu.report.record import read_record
from qualityedu.report.supervise import Made

__all__ = ["write_records"]


_CRATE = "ro-crate-metadata.json"


def write_records(into: Path, made: Sequence[Made], *, lang: str) -> list[Path]:
    """Write `ro-crate-metadata.json`, `datapackage.json` and `numbers.csv` beside the reports of a batch.

    Only reports that are there are described, by what their records say. Where every report was kept and the crate
    names them all, nothing is written. Each file is written aside and renamed, so that none is ever half a file.
    Gives back where they are.
    """
    entries = [entry for each in made if (entry := _entry(into, each)) is not None]
    names = ("numbers.csv", "datapackage.json", _CRATE)
    if all(each.status == "kept" for each in made) and _names_all(into / _CRATE, entries):
        return [into / name for name in names]
    digests = {each.folder.as_posix(): _digest(into / each.folder) for each in entries}
    package = numbers_package(entries, digests, lang=lang)
    texts = {"numbers.csv": package["numbers.csv"], "datapackage.json": _json(package["datapackage.json"])}
    beside = [into / name for name in (*texts, "index.html") if name in texts or (into / name).is_file()]
    texts[_CRATE] = _json(crate(entries, files=beside, lang=lang))
    for name, text in texts.items():
        aside = into / f".{name}.new"
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(into / name)
    return [into / name for name in names]


def _names_all(path: Path, entries: Sequence[Entry]) -> bool:
    try:
        graph = json.loads(path.read_text(encoding="utf-8"))["@graph"]
        (made,) = [thing for thing in graph if thing["@type"] == "CreateAction"]
        return [each["@id"] for each in made["result"]] == [folder_id(entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _digest(folder: Path) -> str:
    return (folder / "numbers.txt").read_text(encoding="utf-8")


def _entry(into: Path, made: Made) -> Entry | None:
    record = read_record(made.folder) if made.folder is not None else None
    if made.folder is None or record is None or not (made.folder / "numbers.txt").is_file():
        return None
    folder = PurePosixPath(made.folder.relative_to(into).as_posix())
    return Entry(folder, made.job.title, record, made.job.dataset.licence)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
