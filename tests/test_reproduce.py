"""What `make reproduce` writes: every number, and none passed that is not."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import printed_cases
import pytest
import test_cases
from reproduce import page_of, rows_of
from sample_report import DATA, KEPT, LANG, REGION, SAMPLE

from conftest import Released
from qualityedu.tables import digest
from qualityedu.tables.heading import verdict_sentence

# The slope of these four points is 4.5 / 8.75 = 18/35, by hand.
MADE = pd.DataFrame({"y": [1.0, 2, 4, 3], "x": [1.0, 2, 3, 5]})
TERM = {"term": "x", "est": 0.51, "est_tol": 0.0051, "est_exact": 18 / 35}
FIGURE: dict[str, Any] = {"id": "a", "estimator": "ols", "formula": "y ~ x", "n": 4, "terms": [TERM]}


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed_cases, "expected", lambda case: {"roles": {}, "figures": [FIGURE | {"where": "p. 3"}]})
    monkeypatch.setattr(printed_cases, "table", lambda case: MADE)


def test_every_number_is_a_row() -> None:
    rows = rows_of("made", FIGURE)
    assert [(row.what, row.passed) for row in rows] == [("n", True), ("x est", True)]
    assert (rows[1].printed, rows[1].exact, rows[1].ours) == (0.51, 18 / 35, pytest.approx(18 / 35))
    page = page_of(rows)
    assert "| made | 1 | 2 | 1 | 2 | 0 | 2 |" in page
    assert "| a | p. 3 |" in page
    assert "| a | x est | 0.51 ± 0.0051 | 0.5142857 | 0.5142857 | yes |" in page


def test_a_wrong_number_does_not_pass() -> None:
    rows = rows_of("made", FIGURE | {"n": 5, "terms": [TERM | {"est": 0.6}]})
    assert [(row.what, row.ours, row.passed) for row in rows] == [
        ("n", 4, False), ("x est", pytest.approx(18 / 35), False),
    ]  # fmt: skip
    assert page_of(rows).count("**no**") == 2


def test_a_known_miss_is_held_against_the_exact_value() -> None:
    rows = rows_of("made", FIGURE | {"terms": [TERM | {"est": 0.6, "known_miss": ["est"]}]})
    assert [(row.known_miss, row.printed, row.passed) for row in rows] == [(False, None, True), (True, 0.6, True)]
    assert "0.6 (known miss)" in page_of(rows)
    rows = rows_of("made", FIGURE | {"terms": [TERM | {"est_exact": 0.6, "known_miss": ["est"]}]})
    assert not rows[1].passed


def test_a_figure_that_cannot_be_worked_out_does_not_pass() -> None:
    (row,) = rows_of("made", FIGURE | {"estimator": "tobit"})
    assert not row.passed
    assert "tobit" in row.what


def test_the_harness_is_left_as_it_was() -> None:
    before = test_cases.differences
    rows_of("made", FIGURE)
    assert test_cases.differences is before


def test_the_sample_report_has_the_numbers_of_the_code(released: Released) -> None:
    release = released(DATA, REGION)
    kept = (SAMPLE / "numbers.txt").read_text(encoding="utf-8")
    assert digest(release.now).strip() in kept, "make reproduce writes reports/sample/ anew"
    page = (SAMPLE / "report.html").read_text(encoding="utf-8")
    assert release.region_name in page
    assert escape(verdict_sentence(release, LANG), quote=False) in page
    assert sorted(path.name for path in SAMPLE.iterdir()) == sorted(KEPT)
