"""Any sheet of texts: headings that are there and named as declared, or none; never an error.

By hand, with atheris (Python 3.11; not among the dependencies of the project):

    python tests/fuzz/fuzz_headings.py tests/fuzz/corpus/headings -max_total_time=300
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

if atheris is None or __name__ != "__main__":
    from qualityedu.columns import COLUMNS
    from qualityedu.datasets import Dataset
    from qualityedu.indicators import catalogue
    from qualityedu.intake.heading_rows import layout_of
    from qualityedu.intake.personal_data import detect
    from qualityedu.intake.sheet import Sheet
    from qualityedu.intake.vocabulary import vocabulary_of
else:
    with atheris.instrument_imports(include=["qualityedu.intake"]):
        from qualityedu.columns import COLUMNS
        from qualityedu.datasets import Dataset
        from qualityedu.indicators import catalogue
        from qualityedu.intake.heading_rows import layout_of
        from qualityedu.intake.personal_data import detect
        from qualityedu.intake.sheet import Sheet
        from qualityedu.intake.vocabulary import vocabulary_of

_VOCABULARY = vocabulary_of(Dataset("fuzz", Path("fuzz.csv"), {"zh": "表", "en": "table"}))


def check(text: str) -> None:
    """Raise AssertionError where headings are found that the sheet does not hold. Tabs and line ends part the cells."""
    rows = [line.split("\t") for line in text.split("\n")]
    sheet = Sheet("fuzz", rows, "en")
    for each in detect(sheet):
        assert 0 <= each.first <= each.last < len(rows), f"{text!r} gave {each}"
        assert each.count > 0, f"{text!r} gave {each}"
    layout = layout_of(sheet, _VOCABULARY)
    if layout is None:
        return
    assert 0 <= layout.row < len(rows), f"{text!r} gave row {layout.row}"
    assert len(layout.columns) >= 2, f"{text!r} gave {list(layout.columns)}"
    assert set(layout.columns) <= set(COLUMNS) | set(catalogue()), f"{text!r} gave {list(layout.columns)}"
    places = [heading.position for heading in layout.headings]
    assert len(places) == len(set(places)), f"{text!r} gave a place twice: {places}"
    width = max(map(len, rows))
    assert all(0 <= place < width for place in places), f"{text!r} gave {places}"
    for heading in layout.headings:
        assert heading.text.strip(), f"{text!r} gave a heading without words"


def one_input(data: bytes) -> None:
    """One input of the fuzzer."""
    check(data.decode("utf-8", errors="ignore"))


if __name__ == "__main__":
    if atheris is None:
        sys.exit("atheris is not installed: uv pip install atheris, in an environment of its own")
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
