"""The seeds of the fuzzers and what they found, replayed; and Hypothesis over tables and cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fuzz_headings
import fuzz_numbers
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qualityedu.columns import COLUMNS
from qualityedu.errors import IntakeError
from qualityedu.intake import check, read_schools
from qualityedu.intake.cells import read_cell, value_of

CORPUS = Path(__file__).parent / "corpus"
CHECKS: dict[str, Callable[[str], None]] = {"numbers": fuzz_numbers.check, "headings": fuzz_headings.check}
FILES = [(kind, path) for kind in CHECKS for path in sorted((CORPUS / kind).iterdir())]


@pytest.mark.parametrize(("kind", "path"), FILES, ids=[f"{kind}-{path.name}" for kind, path in FILES])
def test_every_file_of_the_corpus(kind: str, path: Path) -> None:
    CHECKS[kind](path.read_bytes().decode("utf-8", errors="ignore"))


def test_the_corpus_is_there() -> None:
    assert min(sum(of == kind for of, _ in FILES) for kind in CHECKS) >= 10


@pytest.mark.parametrize("text", ["12x", "①", "1_000", "١٢٣", "1,23", "12-", "NaN", "inf", "0x1F", "一千二", "²"])
def test_a_check_that_could_not_fail_would_show_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Python itself or NFKC would take for a number is said to be none, and a parser that took it is caught."""
    assert value_of(read_cell(text, COLUMNS["pupils"])) is None
    monkeypatch.setattr(fuzz_numbers, "read_cell", lambda text, column: 77.0)
    with pytest.raises(AssertionError):
        fuzz_numbers.check(text)


ODD = st.sampled_from("0123456789０９.,，·-－−+()（）%％①½Ⅳ一百千万亿人元 \u3000\u200beE_xX=@'\"/<>&\t")


@given(st.one_of(st.text(max_size=12), st.text(ODD, max_size=12)))
@example("１，２３４")
@settings(max_examples=400, deadline=None)
def test_any_garbage_in_a_number_cell_gives_a_finding_or_what_it_says(text: str) -> None:
    fuzz_numbers.check(text)


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_sheet_has_headings_or_none(rows: list[list[str]]) -> None:
    fuzz_headings.check("\n".join("\t".join(each) for each in rows))


CELLS = st.one_of(
    st.none(), st.text(ODD, max_size=8), st.integers(-9, 2000), st.floats(allow_nan=True), st.booleans(), st.dates()
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_table_is_read_whole_or_refused(cells: list[tuple[object, object, object]]) -> None:
    """Every row is used or counted among those left out, and no number came from nowhere."""
    table = pd.DataFrame(
        {
            "区县代码": ["999901"] * len(cells),
            "学校标识码": [f"99990100{place:02d}" for place in range(len(cells))],
            "学段": ["小学"] * len(cells),
            "学年": ["2023"] * len(cells),
            "在校生数": pd.Series([each[0] for each in cells], dtype=object),
            "专任教师数": pd.Series([each[1] for each in cells], dtype=object),
            "一般公共预算教育经费": pd.Series([each[2] for each in cells], dtype=object),
        }
    )
    found = check(table, lang="zh")
    assert found.rows_read == found.rows_used + sum(found.left_out.values())
    if any(problem.refuses for problem in found.problems):
        with pytest.raises(IntakeError):
            read_schools(table, lang="zh")
    for name in ("pupils", "teachers", "budget_expenditure"):
        if name in found.table.columns:
            assert found.table[name].dropna().ge(0).all()
