"""Text that is garbled already: Ñ§Ð£, 锟斤拷, ???, 瀛︽牎."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, text, workbook


def western(folder: Path) -> Path:
    path = folder / "western.csv"
    path.write_text(text().encode("gbk").decode("latin-1"), encoding="utf-8")
    return path


def replaced(folder: Path) -> Path:
    names = [(*row[:3], "锟斤拷锟斤拷小", *row[4:]) for row in SCHOOLS]
    return workbook(folder / "replaced.xlsx", 表=[HEADINGS, *names])


def question_marks(folder: Path) -> Path:
    path = folder / "question_marks.csv"
    path.write_bytes(text().encode("ascii", errors="replace"))
    return path


def misread(folder: Path) -> Path:
    path = folder / "misread.csv"
    path.write_text(text().encode().decode("gb18030", errors="replace").replace("\ufffd", "?"), encoding="utf-8")
    return path
