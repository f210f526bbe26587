"""Notes, signatures and the name of whoever filled it in, below the table."""

from __future__ import annotations

from pathlib import Path

from intake_building import HEADINGS, SCHOOLS, workbook


def below(folder: Path) -> Path:
    notes = [("注：本表不含教学点。",), ("填表人：某某", "", "", "审核人：某某", "", "", "2023年9月")]
    return workbook(folder / "below.xlsx", 表=[HEADINGS, *SCHOOLS, (), *notes])
