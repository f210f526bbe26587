"""What should not be in a de-identified table: names, identity numbers, telephone numbers, numbers of pupils."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.errors import Problem
from qualityedu.intake.personal_data import detect
from qualityedu.intake.sheet import Sheet

__all__ = ["person_marks"]

# Beyond what stops a workbook: headings that a table of pupils may have and a table of schools has not.
_HEADINGS = {
    "name", "fullname", "phone", "telephone", "mobile", "email", "address", "idcard", "candidatenumber", "examnumber",
    "studentnumber", "pupilnumber", "电话", "联系电话", "电话号码", "家庭住址", "住址", "邮箱", "微信",
    "准考证号", "考号", "考生号", "学籍号", "学生编号", "学生代码", "证件号", "证件号码",
}  # fmt: skip
# A national pupil number is G or L before an identity number; told from it, it is one.
_PUPIL_NUMBER = re.compile(r"[A-Za-z](?=[0-9]{17}[0-9Xx]$)")
_LONG_NUMBER = re.compile(r"[A-Za-z]?[0-9]{8,}")
_LEAST = 50
_GROUPS = 50


def person_marks(path: Path, headings: Sequence[str], used: Collection[str], *, rows: int = 200) -> list[Problem]:
    """Columns of a file that are not of a de-identified table, told from headings and from a sample of values.

    The sample is the first `rows` of each row group (of fifty, where there are more), and of a text file those at its
    beginning, middle and end. `used` are headings of keys, scores, groups and weights, which number no persons. No
    value that was found is in what is said.
    """
    named = [heading for heading in headings if _folded(heading) in _HEADINGS or _by_heading(heading)]
    if named:
        return [Problem("pupils_heading", path.name, {"heading": heading}) for heading in named]
    samples = _from_csv(path, rows) if path.suffix.lower() == ".csv" else _from_parquet(path, rows)
    for group, held in samples:
        if found := _in_sample(path, headings, used, held, group):
            return found
    return []


def _folded(heading: str) -> str:
    return "".join(heading.casefold().replace("_", " ").split())


def _by_heading(heading: str) -> bool:
    return any(each.kind == "person_heading" for each in detect(Sheet("", [[heading]], "zh")))


def _in_sample(
    path: Path, headings: Sequence[str], used: Collection[str], held: list[list[object]], group: int
) -> list[Problem]:
    # Codes of regions and schools may begin as a mobile number does; that is known of them and of no other column.
    shown = ["代码" if heading in used else heading for heading in headings]
    rows = [[_bare(value) for value in row] for row in held]
    found = detect(Sheet(path.name, [shown, *rows], "zh", grid=False))
    problems = [
        Problem(f"pupils_{each.kind}", path.name, {"group": group, "heading": headings[each.position]})
        for each in found
    ]
    numbered = [
        heading
        for place, heading in enumerate(headings)
        if heading not in used and _numbers_persons([row[place] for row in held])
    ]
    problems += [Problem("pupils_numbered", path.name, {"group": group, "heading": heading}) for heading in numbered]
    return problems


def _bare(value: object) -> object:
    return _PUPIL_NUMBER.sub("", value.strip()) if isinstance(value, str) else value


def _numbers_persons(values: list[object]) -> bool:
    """Whether a column holds long numbers of one length, each another: what a row is called by somewhere else."""
    texts = [str(value).strip() for value in values if isinstance(value, (str, int)) and not isinstance(value, bool)]
    if len(texts) < _LEAST or len(texts) < len(values) or len(set(texts)) < len(texts):
        return False
    return len({len(text) for text in texts}) == 1 and all(_LONG_NUMBER.fullmatch(text) for text in texts)


def _from_parquet(path: Path, rows: int) -> Iterator[tuple[int, list[list[object]]]]:
    with pq.ParquetFile(path, buffer_size=1 << 16, pre_buffer=False) as opened:
        step = max(1, opened.num_row_groups // _GROUPS)
        for group in range(0, opened.num_row_groups, step):
            try:
                batch = next(opened.iter_batches(batch_size=rows, row_groups=[group]), None)
            except (pa.ArrowException, OSError):
                continue  # what cannot be read is named where it is read
            if batch is not None:
                columns = [column.to_pylist() for column in batch.columns]
                yield group + 1, [list(row) for row in zip(*columns, strict=True)]


def _from_csv(path: Path, rows: int) -> Iterator[tuple[int, list[list[object]]]]:
    size = path.stat().st_size
    for group, start in enumerate((0, size // 2, max(0, size - 100 * rows)), start=1):
        with path.open("rb") as file:
            file.seek(start)
            file.readline()  # the headings, or what is left of a line
            lines = [file.readline().decode("utf-8", errors="replace") for _ in range(rows)]
        yield group, [list(row) for row in csv.reader(line for line in lines if line.strip())]
