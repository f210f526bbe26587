"""Seventy-two ways in which a table goes wrong: each is sent, and what comes back is what its folder says."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_input_rows import COUNT, NAMES, PAGE, Case, cases, page, present, read

from conftest import ROOT


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_what_is_found(case: Case, tmp_path: Path) -> None:
    assert case.findings(tmp_path) == case.said.get("finding", [])


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_what_is_read(case: Case, tmp_path: Path) -> None:
    intake = case.intake(tmp_path, "zh")
    assert intake.rows_read == intake.rows_used + sum(intake.left_out.values())
    if "left_out" in case.said:
        assert intake.left_out == case.said["left_out"]
    if (reads := case.said.get("reads")) is None:
        return
    if not reads:
        assert intake.table.empty
    for name, values in reads.items():
        found = intake.table[name] if name in intake.table else intake.table.assign(missing=None)["missing"]
        assert found.astype(object).where(found.notna(), "").tolist() == values, name


@pytest.mark.parametrize("row", present())
def test_a_row_says_what_is_sent_and_what_is_done(row: str) -> None:
    said = read(row)
    assert set(said) <= {"sends", "done", "also_tested", "case"}
    assert said["case"], "a row without a fixture shows nothing"
    for words in (said["sends"], said["done"]):
        assert set(words) == {"zh", "en"} and all(words.values())
    for each in said["case"]:
        assert ("file" in each) != ("build" in each)
        # A fixture of which nothing is expected is no test.
        assert each.get("finding") or each.get("reads") or each.get("left_out")
    if "also_tested" in said:
        assert (ROOT / said["also_tested"]).exists()


def test_every_row_has_a_folder() -> None:
    assert present() == NAMES
    assert len(present()) == COUNT


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
