"""The reviewer's report: versions, then every number with what was expected, what came, and how far off it may be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qualityedu.errors import RequestError
from qualityedu.report.comparison import Compared
from qualityedu.report.environment import fingerprint
from qualityedu.report.reviewing import Reviewed
from qualityedu.report.tolerances import tolerances, tolerances_reviewed
from qualityedu.text import say

__all__ = ["review_record", "review_text", "write_review"]


def write_review(reviewed: Sequence[Reviewed], path: Path, *, lang: str) -> list[Path]:
    """Write the report as Markdown to `path` (ending in `.md`) and beside it for a program (`.json`); give back both.

    The same reviews give the same bytes on one machine: no clock and no path is in it. Raises RequestError where it
    cannot be written.
    """
    path, record = path.with_suffix(".md"), review_record(reviewed)
    texts = {
        path: review_text(reviewed, lang=lang),
        path.with_suffix(".json"): json.dumps(record, ensure_ascii=False, indent=2) + "\n",
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for place, text in texts.items():
            place.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RequestError("no_place", path=path) from error
    return list(texts)


def review_record(reviewed: Sequence[Reviewed]) -> dict[str, Any]:
    """The report for a program; the machine's fingerprint is the last entry and the only one that differs."""
    return {
        "qualityedu": version("qualityedu"),
        "tolerances": {
            "reviewed": tolerances_reviewed().isoformat(),
            **{
                kind: {"exact": True}
                if each.exact
                else {"absolute": str(each.absolute), "relative": str(each.relative)}
                for kind, each in tolerances().items()
            },
        },
        "notebooks": [
            {
                "notebook": each.notebook,
                "outcome": each.outcome,
                "reason": each.reason,
                "numbers": [_number(one) for one in each.compared],
            }
            for each in reviewed
        ],
        "environment": fingerprint(),
    }


def review_text(reviewed: Sequence[Reviewed], *, lang: str) -> str:
    """The report in Markdown."""
    parts = [f"# {say('review.title', lang)}", say("review.lead", lang, day=tolerances_reviewed().isoformat())]
    parts += [_section(each, lang) for each in reviewed]
    machine = fingerprint()
    rows = [[name, value] for name, value in machine.items() if not isinstance(value, dict)]
    rows += [[name, found] for name, found in machine["packages"].items()]
    parts += [
        f"## {say('review.machine', lang)}",
        say("review.machine.lead", lang),
        _table(("what", "seen"), rows, lang),
    ]
    return "\n\n".join(parts) + "\n"


def _section(reviewed: Reviewed, lang: str) -> str:
    parts = [f"## {reviewed.notebook}", reviewed.sentences(lang)[0]]
    if reviewed.compared:
        counts = Counter(each.classification for each in reviewed.compared)
        words = [[say(f"review.class.{name}", lang), count] for name, count in sorted(counts.items())]
        parts.append(_table(("classification", "count"), words, lang))
        rows = [
            [
                each.quantity,
                each.expected,
                each.actual,
                _tolerance(each),
                say(f"review.class.{each.classification}", lang),
            ]
            for each in sorted(reviewed.compared, key=lambda each: not each.differs)
        ]
        parts.append(_table(("quantity", "expected", "actual", "tolerance", "classification"), rows, lang))
    return "\n\n".join(parts)


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]], lang: str) -> str:
    head = [say(f"review.column.{name}", lang) for name in columns]
    lines = [head, ["---"] * len(head), *[[_cell(each) for each in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ") or "—"


def _tolerance(compared: Compared) -> str:
    return f"± {float(compared.allowed):.3g}" if compared.allowed else "="


def _number(compared: Compared) -> dict[str, str]:
    return {
        "quantity": compared.quantity,
        "kind": compared.kind,
        "expected": compared.expected,
        "actual": compared.actual,
        "tolerance": f"{float(compared.allowed):.6g}",
        "classification": compared.classification,
    }
