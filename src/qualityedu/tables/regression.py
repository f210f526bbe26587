"""Fitted models side by side: on a page, in Markdown, in LaTeX and in Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from pathlib import Path

from markupsafe import Markup

from qualityedu.models import Fit
from qualityedu.tables.fragment import Cell, Fragment, html_table, joined
from qualityedu.tables.models import model_label
from qualityedu.tables.regression_files import latex_table, markdown_table, write_word
from qualityedu.text import number, say, significant

__all__ = ["RegressionTable", "regression_table"]

_LEVELS = (0.001, 0.01, 0.05)


@dataclass(frozen=True)
class RegressionTable:
    """Models side by side, every cell as it is printed.

    `headings` has the heading of the terms and one for each model. `body` has two rows a term (three with
    intervals), of which only the first is labelled; `foot` what belongs to a model as a whole; `notes` are whole
    sentences. Every form holds the same cells.
    """

    caption: str
    headings: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    lang: str

    def html(self) -> Fragment:
        """The table for a page, its notes under it."""
        notes = Markup('<p class="note">{}</p>').format(" ".join(self.notes))
        return joined(self._table(), Fragment(str(notes), "\n".join(self.notes)))

    def markdown(self) -> str:
        """The table as a pipe table, with the notes as a paragraph."""
        return markdown_table(self.caption, self.headings, self.body + self.foot, self.notes)

    def latex(self) -> str:
        """A `table` environment for the package `booktabs`, with everything escaped; Chinese needs `ctex` as well."""
        return latex_table(self.caption, self.headings, self.body, self.foot, self.notes)

    def word(self, path: str | Path) -> Path:
        """Write a .docx whose table can be edited, and give back where it is.

        Raises RequestError where the file cannot be written.
        """
        return write_word(
            Path(path), self.caption, self.headings, self.body, self.foot, self.notes, say("word.font", self.lang)
        )

    def _repr_html_(self) -> str:
        return self.html().html

    def __repr__(self) -> str:
        return self.html().text

    def _table(self) -> Fragment:
        """What stands below an estimate is in its cell, so that a reader by ear hears which term it belongs to."""
        starts = [place for place, row in enumerate(self.body) if row[0]]
        ends = [*starts[1:], len(self.body)]
        terms: list[list[Cell]] = [
            [self.body[start][0], *map(_stacked, zip(*[row[1:] for row in self.body[start:end]], strict=True))]
            for start, end in zip(starts, ends, strict=True)
        ]
        rows: list[Sequence[Cell]] = [*terms, *self.foot]
        return html_table(self.caption, self.headings, rows, numeric=range(1, len(self.headings)))


def regression_table(
    fits: Sequence[Fit],
    lang: str,
    names: Sequence[str] | None = None,
    *,
    interval: bool = False,
    stars: bool = False,
    digits: int = 2,
) -> RegressionTable:
    """One column a model: estimates with standard errors in brackets below, and with `interval` the 95 % interval.

    A row's decimals are those at which its smallest standard error shows `digits` significant digits, the same in every
    column. Terms come in the order in which the models bring them, the intercept last. `names` head the columns;
    without them, the outcomes do. `stars` marks p below 0.05, 0.01 and 0.001; the table has none unless asked.

    Raises ValueError where there is no model, or another number of names than of models.
    """
    if not fits or (names is not None and len(names) != len(fits)):
        raise ValueError("there must be a model, and a name for each or none")
    titles = list(names) if names is not None else [model_label(each.outcome, lang) for each in fits]
    headings = [say("regression.model", lang, number=place, name=title) for place, title in enumerate(titles, 1)]
    body = [row for term in _terms(fits) for row in _of_term(fits, term, lang, interval, stars, digits)]
    brackets = [say("regression.notes.interval" if interval else "regression.notes.brackets", lang)]
    marks = [say("regression.notes.stars", lang)] if stars else []
    return RegressionTable(
        caption=say("regression.caption", lang, models=len(fits)),
        headings=(say("column.term", lang), *headings),
        body=tuple(body),
        foot=tuple(_foot(fits, lang)),
        notes=(*brackets, *marks, *_notes(fits, lang), say("regression.notes.association", lang)),
        lang=lang,
    )


def _terms(fits: Sequence[Fit]) -> list[str]:
    terms = dict.fromkeys(str(term) for each in fits for term in each.table["term"])
    return sorted(terms, key=lambda term: term == "Intercept")


def _of_term(
    fits: Sequence[Fit], term: str, lang: str, interval: bool, stars: bool, digits: int
) -> list[tuple[str, ...]]:
    found = [each.table.set_index("term").loc[term] if term in set(each.table["term"]) else None for each in fits]
    rows = [row for row in found if row is not None]
    decimals = _decimals([(float(row["estimate"]), float(row["standard_error"])) for row in rows], digits)

    def shown(value: float) -> str:
        return number(value, lang, decimals) if decimals is not None else significant(value, lang, 4)

    estimates, errors, intervals = [], [], []
    for row in found:
        marked = "*" * sum(row["p_value"] < level for level in _LEVELS) if stars and row is not None else ""
        estimates.append("" if row is None else shown(row["estimate"]) + marked)
        errors.append("" if row is None else f"({shown(row['standard_error'])})")
        if row is not None:
            ends = [shown(row[end]) if abs(row[end]) != float("inf") else "∞" for end in ("lower", "upper")]
            if row["lower"] == float("-inf"):
                ends[0] = "-∞"
            intervals.append(f"[{ends[0]}, {ends[1]}]")
        else:
            intervals.append("")
    table = [(model_label(term, lang), *estimates), ("", *errors)]
    return [*table, ("", *intervals)] if interval else table


def _decimals(rows: list[tuple[float, float]], digits: int) -> int | None:
    """Decimals at which the smallest error shows `digits` significant digits; None where no error says anything."""
    # What a perfect fit leaves as an error is rounding.
    known = [error for estimate, error in rows if isfinite(error) and error > 1e-9 * abs(estimate)]
    return max(0, digits - 1 - floor(log10(min(known)))) if known else None


def _foot(fits: Sequence[Fit], lang: str) -> list[tuple[str, ...]]:
    rows = {
        "rows": [number(each.rows, lang, 0) for each in fits],
        "dropped": [number(int(each.dropped["rows"].sum()), lang, 0) for each in fits],
        "clusters": ["—" if each.clusters is None else number(each.clusters, lang, 0) for each in fits],
        "r2": [_statistic(each, "r2", lang) for each in fits],
        "estimator": [say(f"regression.estimator.{each.method or each.estimator}", lang) for each in fits],
        "errors": [say(f"regression.errors.{each.errors}", lang) for each in fits],
    }
    return [(say(f"regression.foot.{name}", lang), *cells) for name, cells in rows.items()]


def _statistic(fitted: Fit, name: str, lang: str) -> str:
    return number(fitted.statistics.get(name), lang, 3)


def _notes(fits: Sequence[Fit], lang: str) -> list[str]:
    """What each model has to say of its rows, errors and warnings; what several say alike is said once."""
    heard: dict[str, list[int]] = {}
    for place, each in enumerate(fits, 1):
        for note in dict.fromkeys(each.notes(lang, lambda name: model_label(name, lang))):
            heard.setdefault(note, []).append(place)
    mark = say("regression.notes.mark", lang)
    return [
        note
        if len(places) == len(fits)
        else say("regression.notes.of", lang, models=mark.join(f"({place})" for place in places), note=note)
        for note, places in heard.items()
    ]


def _stacked(cells: Sequence[str]) -> Markup:
    return Markup(" <br>").join(cell for cell in cells if cell)
