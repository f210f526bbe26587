"""Every printed figure beside ours, written to docs/reproduced.md: what `make reproduce` runs.

python tests/reproduce.py

The figures, their tolerances and the way in which they are asked of `fit` are those of tests/test_cases.py; this only
keeps what that compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import printed_cases
import test_cases

PAGE = Path(__file__).parents[1] / "docs" / "reproduced.md"
HEAD = """\
# Printed figures and ours

Made by `make reproduce`; not written by hand. Every figure of the cases is asked of `qualityedu.fit` and held against
what was printed (within its printed digits) and, where the case gives it, against the exact value (relative tolerance
1e-6 unless the case says otherwise). *known miss* marks a printed figure that the data do not give, whoever works it
out: there ours is held against the exact value instead.
"""


@dataclass(frozen=True)
class Row:
    """One number of one figure."""

    case: str
    figure: str
    what: str
    printed: float | None
    tolerance: float | None
    exact: float | None
    ours: float | None
    known_miss: bool
    passed: bool


def rows_of(case: str, figure: dict[str, Any]) -> list[Row]:
    """Everything that is compared for a figure; a figure that cannot be worked out is one row that does not pass."""
    missed = _misses(figure)
    blank = Row(case, str(figure["id"]), "", None, None, None, None, False, False)
    with _listening() as heard:
        try:
            complaints = test_cases.compare(case, figure)
        except Exception as error:  # whatever goes wrong is a figure that is not reproduced
            return [replace(blank, what=f"{type(error).__name__}: {error}".splitlines()[0])]
    rows = [
        replace(
            blank, what=what, printed=missed.get(what, printed), tolerance=tolerance, exact=exact, ours=ours,
            known_miss=what in missed, passed=not lines,
        )
        for what, ours, printed, tolerance, exact, lines in heard
        if exact is not None or printed is not None or what in missed
    ]  # fmt: skip
    if "n" in figure:
        said = [line for line in complaints if line.startswith("n:")]
        ours = float(said[0].rsplit(" ", 1)[1]) if said else float(figure["n"])
        rows.insert(0, replace(blank, what="n", exact=float(figure["n"]), ours=ours, passed=not said))
    return rows


@contextmanager
def _listening() -> Iterator[list[tuple[Any, ...]]]:
    """Keep what `test_cases.differences` is asked while a figure is compared."""
    heard: list[tuple[Any, ...]] = []
    plain = test_cases.differences

    def differences(name: str, got: float, printed: Any, tolerance: Any, exact: Any, relative: float) -> list[str]:
        lines = plain(name, got, printed, tolerance, exact, relative)
        heard.append((name, float(got), printed, tolerance, exact, lines))
        return lines

    test_cases.differences = differences
    try:
        yield heard
    finally:
        test_cases.differences = plain


def _misses(figure: dict[str, Any]) -> dict[str, Any]:
    """The printed numbers that a case marks as not to be had, by what they are compared as."""
    found = {stat["stat"]: stat.get("value") for stat in figure.get("stats", []) if stat.get("known_miss")}
    for term in figure.get("terms", []):
        marked = term.get("known_miss") or []
        names = test_cases.OF_A_TERM if marked is True else marked
        found |= {f"{term['term']} {name}": term[name] for name in names if name in term}
    return found


def page_of(rows: list[Row]) -> str:
    """The page: counts by case, then every number."""
    cases = list(dict.fromkeys(row.case for row in rows))
    counts = [[case, *_counts([row for row in rows if row.case == case])] for case in cases]
    summary = _table(
        ["case", "figures", "numbers", "printed", "exact", "known misses", "pass"],
        [*counts, ["**all**", *_counts(rows)]],
    )
    parts = [HEAD, summary]
    for case in cases:
        figures = printed_cases.expected(case)["figures"]
        sources = [[str(figure["id"]), " ".join(str(figure.get("where", "—")).split())] for figure in figures]
        cells = [_cells(row) for row in rows if row.case == case]
        parts.append(f"## {case}\n\n" + _table(["figure", "where it stands"], sources))
        parts.append(_table(["figure", "what", "printed", "exact", "ours", "pass"], cells))
    return "\n".join(parts)


def _counts(rows: list[Row]) -> list[str]:
    figures = len({(row.case, row.figure) for row in rows})
    printed = sum(row.printed is not None and not row.known_miss for row in rows)
    exact, misses = sum(row.exact is not None for row in rows), sum(row.known_miss for row in rows)
    return [str(count) for count in (figures, len(rows), printed, exact, misses, sum(row.passed for row in rows))]


def _cells(row: Row) -> list[str]:
    printed = "" if row.printed is None else f"{row.printed}"
    printed += f" ± {row.tolerance:g}" if row.tolerance and row.printed is not None and not row.known_miss else ""
    printed += " (known miss)" if row.known_miss else ""
    exact, ours = ("" if value is None else f"{value:.7g}" for value in (row.exact, row.ours))
    return [row.figure, row.what, printed, exact, ours, "yes" if row.passed else "**no**"]


def _table(headings: list[str], rows: list[list[str]]) -> str:
    lines = [_line(row) for row in (headings, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(headings), *lines[1:], ""])


def _line(cells: list[str]) -> str:
    """Stars of a formula are no emphasis; those around a whole cell are."""
    plain = [cell if cell.startswith("**") else cell.replace("*", r"\*").replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(plain)} |"


def main() -> int:
    """Write the page; 1 where a number is not reproduced, 2 where there are no cases."""
    names = printed_cases.named_cases()
    if not names:
        sys.stderr.write(f"There are no cases in {printed_cases.FOLDER}. Name their folder in QUALITYEDU_CASES.\n")
        return 2
    rows = [
        row for case in names for figure in printed_cases.expected(case)["figures"] for row in rows_of(case, figure)
    ]
    PAGE.write_text(page_of(rows), encoding="utf-8", newline="\n")
    passed = sum(row.passed for row in rows)
    sys.stdout.write(f"docs/{PAGE.name}: {passed} of {len(rows)} numbers reproduced\n")
    return 0 if passed == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
