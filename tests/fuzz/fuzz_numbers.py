"""Any text in a number cell: a value that its own digits bear out, or something said of it; never an error.

By hand, with atheris (Python 3.11; not among the dependencies of the project):

    python tests/fuzz/fuzz_numbers.py tests/fuzz/corpus/numbers -max_total_time=300
"""

from __future__ import annotations

import math
import re
import sys
from decimal import Decimal

try:
    import atheris
except ImportError:
    atheris = None

if atheris is None or __name__ != "__main__":
    from qualityedu.columns import COLUMNS, UNITS
    from qualityedu.intake.cells import Fault, Missing, Taken, read_cell, written
else:
    with atheris.instrument_imports(include=["qualityedu.intake"]):
        from qualityedu.columns import COLUMNS, UNITS
        from qualityedu.intake.cells import Fault, Missing, Taken, read_cell, written

# A column of every kind that holds a number, with and without a unit of its own.
NAMES = (
    "pupils",
    "budget_expenditure",
    "teaching_auxiliary_area",
    "recorded_veto_events",
    "score_total",
    "gdp_per_head",
)
_WIDE = str.maketrans("０１２３４５６７８９．，＋－−％", "0123456789.,+--%")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+\Z")
# What may turn the digits of a cell into another size: a unit's factor, ten thousands, and the hundredth of a percent.
_FACTORS = {1.0, 0.01, 100.0, 1e3, 1e4, 1e8, *(factor for group in UNITS.values() for factor in group.values())}


def check(text: str) -> None:
    """Raise AssertionError where a number cell with this text is read as something that it does not say."""
    for name in NAMES:
        column = COLUMNS[name]
        found = read_cell(text, column)
        if found is None:
            assert not written(text), f"{text!r} is not blank"
            continue
        if isinstance(found, (Fault, Missing)):
            continue
        value = found.value if isinstance(found, Taken) else found
        assert isinstance(value, float), f"{text!r} gave {value!r}"
        assert math.isfinite(value), f"{text!r} gave {value!r}"
        assert column.minimum is None or value >= column.minimum, f"{text!r} gave {value!r}"
        assert column.kind != "count" or value == int(value), f"{text!r} gave {value!r}"
        assert _bears_out(written(text), value), f"{text!r} gave {value!r}"


def _bears_out(text: str, value: float) -> bool:
    """Whether the digits of a text, in their order and with their point, make the value, but for a known factor."""
    narrow = text.translate(_WIDE)
    exponent = _EXPONENT.search(narrow)
    if exponent:
        narrow, power = narrow[: exponent.start()], int(exponent[0][1:])
    else:
        power = 0
    if any(letter.isdigit() and letter not in "0123456789" for letter in narrow):
        return False
    # Digits of a unit (m2) stand behind the number.
    number = re.match(r"[(+-]?[0-9., \u00a0\u2009\u202f\u3000]*", narrow)
    digits = re.sub(r"[^0-9.]", "", number[0] if number else "")
    if not re.fullmatch(r"[0-9]*\.?[0-9]*", digits) or not re.search("[0-9]", digits):
        return False
    exact = Decimal(digits if digits != "." else "0").scaleb(power)
    return any(abs(value) == float(exact * Decimal(repr(factor))) for factor in _FACTORS)


def one_input(data: bytes) -> None:
    """One input of the fuzzer."""
    check(data.decode("utf-8", errors="ignore"))


if __name__ == "__main__":
    if atheris is None:
        sys.exit("atheris is not installed: uv pip install atheris, in an environment of its own")
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
