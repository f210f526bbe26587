"""Every definition and every standard as plain records, for a spreadsheet or another program."""

from __future__ import annotations

from typing import Any

from qualityedu.datasets import YUAN
from qualityedu.findings.composites import ExamComposite, exam_composites
from qualityedu.frameworks import Framework, frameworks
from qualityedu.indicators import Indicator, catalogue, sources
from qualityedu.standards import Regulation, Threshold
from qualityedu.tables.codebook import by_date
from qualityedu.tables.legal import decreed_line, legal_history
from qualityedu.text import LANGUAGES

__all__ = ["codebook_records", "codebook_rows"]


def codebook_records() -> dict[str, list[dict[str, Any]]]:
    """Everything that is declared, as plain values.

    Lists of `indicators`, `regulations`, `standards`, `frameworks` and `composites`. Texts are by language, dates
    ISO 8601, an absent value is None.
    """
    return {
        "indicators": [_indicator_record(each) for each in catalogue().values()],
        "regulations": [_regulation_record(each) for each in by_date()],
        "standards": [
            {
                **_standard_record(one.threshold),
                "until": one.until and one.until.isoformat(),
                "replaced_by": one.replaced_by or None,
            }
            for each in catalogue().values()
            for one in legal_history(each)
        ],
        "frameworks": [_framework_record(each) for each in frameworks().values()],
        "composites": [_composite_record(each) for each in exam_composites().values()],
    }


def codebook_rows() -> list[dict[str, str]]:
    """One row for each indicator with its texts in both languages and its standards in words, for a spreadsheet."""
    return [_row(each) for each in catalogue().values()]


def _row(each: Indicator) -> dict[str, str]:
    record = _indicator_record(each)
    row: dict[str, str] = {}
    for key, value in record.items():
        if key in _TEXTS:
            row |= {f"{key}_{lang}": (value or {}).get(lang, "") for lang in LANGUAGES}
        elif key != "sources":
            row[key] = ", ".join(value) if isinstance(value, list) else str("" if value is None else value)
    history = legal_history(each)
    row |= {f"standards_{lang}": "\n".join(decreed_line(one, lang) for one in history) for lang in LANGUAGES}
    return {**row, "sources": "\n".join(f"{one['id']}: {one.get('title', '')}" for one in record["sources"])}


_TEXTS = ("title", "unit", "why", "how", "caveat", "misreading", "doubt")


def _indicator_record(each: Indicator) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "unit": {lang: each.unit_in(lang, YUAN) for lang in LANGUAGES},
        "dimension": each.dimension,
        "leaning": each.leaning,
        "better": each.better,
        "stages": list(each.stages),
        "levels": list(each.levels),
        "release": each.release,
        "why": each.why,
        "how": {lang: each.describe(lang) for lang in LANGUAGES},
        "columns": list(each.value.columns()),
        "caveat": each.caveat,
        "misreading": each.misreading,
        "confidence": each.confidence,
        "doubt": each.doubt or None,
        "counterpart": each.counterpart or None,
        "decimals": each.decimals,
        "sources": [{"id": name, **sources().get(name, {})} for name in each.sources],
        "reviewed": each.reviewed.isoformat(),
    }


def _regulation_record(each: Regulation) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "number": each.number or None,
        "issuer": each.issuer or None,
        "effective": each.effective.isoformat(),
        "superseded": each.superseded.isoformat() if each.superseded else None,
        "seen": each.seen.isoformat(),
        "place": each.place or None,
        "by_name_only": each.by_name,
        "url": each.url or None,
        "read_in": list(each.read_in),
    }


def _standard_record(one: Threshold) -> dict[str, Any]:
    return {
        "indicator": one.indicator,
        "stage": one.stage,
        "subject": one.subject,
        "rule": one.rule,
        "value": one.value,
        "upper": one.upper,
        "regulation": one.regulation.id,
        "clause": one.clause,
        "quote": one.quote or None,
        "effective": one.regulation.effective.isoformat(),
        "due": one.due.isoformat() if one.due else None,
        "kinds": list(one.kinds),
        "places": list(one.places),
        "pupils_below": one.pupils_below,
    }


def _framework_record(each: Framework) -> dict[str, Any]:
    dimensions = [
        {"id": one.id, "level": one.level or None, "title": one.title,
         "keys": [{"title": key.title, "indicators": list(key.indicators)} for key in one.keys]}
        for one in each.dimensions
    ]  # fmt: skip
    return {"id": each.id, "title": each.title, "number": each.number or None, "issued": each.issued.isoformat(),
            "note": each.note, "sources": list(each.sources), "dimensions": dimensions}  # fmt: skip


def _composite_record(each: ExamComposite) -> dict[str, Any]:
    return {"id": each.id, "title": each.title, "leaning": each.leaning, "kind": each.kind, "parts": list(each.parts),
            "points": each.points, "lines": each.lines, "roster": each.roster or None, "note": each.note,
            "sources": list(each.sources)}  # fmt: skip
