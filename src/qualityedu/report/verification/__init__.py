"""What is wrong with reports that lie on a disk: everything at once, each in words, nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from qualityedu.errors import Problem, RequestError
from qualityedu.report.hashes import Hashes
from qualityedu.report.verification.batch import of_batch
from qualityedu.report.verification.contents import of_batch_files, of_contents
from qualityedu.report.verification.listed import of_listed, record_of

__all__ = ["reports_in", "verify"]


def verify(*folders: Path) -> list[Problem]:
    """Everything wrong with reports, each given by its own folder or by that of a batch.

    Held against `record.json`: files that changed, are missing, are not listed or hold nothing, a record that was
    edited. Looked for in the files: folders of a machine, personal data, code and warnings. Over a batch: two
    reports of one request, leftovers of interrupted work, an index that links to what is not there.

    A problem at level `note` is worth knowing and no fault. Raises RequestError for a folder that holds no report.
    """
    hashes, known = Hashes(), dict[Path | tuple[int, int], list[Problem]]()
    return [problem for folder in folders for problem in _of_folder(Path(folder), hashes, known)]


def reports_in(folder: Path) -> list[Path]:
    """The report folders in a folder, itself included: those with a `record.json`, or with the name of a failed one.

    Raises RequestError where there is none.
    """
    found = [folder] if (folder / "record.json").is_file() else sorted(_below(folder))
    if not found:
        raise RequestError("verify_no_report", path=folder)
    return found


def _below(folder: Path) -> Iterator[Path]:
    for depth in ("*", "*/*"):
        yield from (path.parent for path in folder.glob(f"{depth}/record.json") if not path.parent.name.startswith("."))


def _of_folder(folder: Path, hashes: Hashes, known: dict[Path | tuple[int, int], list[Problem]]) -> Iterable[Problem]:
    reports = reports_in(folder)
    if reports != [folder]:
        yield from of_batch(folder, reports)
        yield from of_batch_files(folder)
    for report in reports:
        named = report.name if report == folder else report.relative_to(folder).as_posix()
        record, problems = record_of(report, named)
        yield from problems
        if record is not None:
            yield from of_listed(report, named, record, hashes)
        yield from of_contents(report, named, known)
