"""Fitted models as tables: the coefficients, and where the regions stand."""

from __future__ import annotations

from markupsafe import Markup

from qualityedu.columns import COLUMNS
from qualityedu.indicators import catalogue
from qualityedu.models import RegionalModel
from qualityedu.tables.fragment import Fragment, html_table, joined
from qualityedu.tables.values import title_of
from qualityedu.text import number, say, significant

__all__ = ["coefficients", "model_label", "standing_sentence", "standings"]


def coefficients(model: RegionalModel, lang: str) -> Fragment:
    """The coefficients of a model with their errors and intervals, and the notes that belong under them."""
    rows = [
        [
            model_label(row.term, lang),
            significant(row.estimate, lang),
            significant(row.standard_error, lang),
            _interval(significant(row.lower, lang), significant(row.upper, lang), lang),
            number(row.p_value, lang, 3) if row.p_value >= 0.0005 else "<0.001",
        ]
        for row in model.fit.table.itertuples()
    ]
    headings = [say(f"column.{name}", lang) for name in ("term", "estimate", "standard_error", "interval", "p_value")]
    caption = say("models.caption", lang, outcome=title_of(model.fit.outcome, lang), rows=model.fit.rows)
    table = html_table(caption, headings, rows, numeric=(1, 2, 3, 4))
    r2 = say("models.r2", lang, r2=number(model.fit.statistics["r2"], lang, 3))
    notes = [r2, *model.fit.notes(lang, lambda name: model_label(name, lang))]
    html = Markup('<p class="note">{}</p>').format(" ".join(notes))
    return joined(table, Fragment(str(html), "\n".join(notes)))


def standings(model: RegionalModel, lang: str) -> Fragment:
    """Where the regions stand on a model, in the order of their codes: a residual is no measure of merit."""
    decimals = catalogue()[model.fit.outcome].decimals + 1
    rows = [
        [
            str(row.region_name),
            str(row.units),
            number(row.outcome, lang, decimals),
            number(row.expected, lang, decimals),
            number(row.residual, lang, decimals),
            _interval(number(row.lower, lang, decimals), number(row.upper, lang, decimals), lang),
        ]
        for row in model.standings.itertuples()
    ]
    names = ("region", "units", "outcome", "expected", "residual", "interval")
    headings = [say(f"column.{name}", lang) for name in names]
    caption = say("models.standings.caption", lang, outcome=title_of(model.fit.outcome, lang))
    return html_table(caption, headings, rows, numeric=(1, 2, 3, 4, 5))


def standing_sentence(model: RegionalModel, region: str, lang: str) -> str:
    """Where one region stands, in words: above, below, or not to be told apart from what its inputs go with."""
    row = model.standings.set_index("region").loc[region]
    title = title_of(model.fit.outcome, lang)
    if row["lower"] != row["lower"]:
        return say("models.standing.few", lang, outcome=title, units=int(row["units"]))
    side = "above" if row["lower"] > 0 else "below" if row["upper"] < 0 else "alike"
    decimals = catalogue()[model.fit.outcome].decimals + 1
    return say(
        f"models.standing.{side}",
        lang,
        outcome=title,
        value=number(row["outcome"], lang, decimals),
        expected=number(row["expected"], lang, decimals),
        difference=number(abs(row["residual"]), lang, decimals),
        lower=number(row["lower"], lang, decimals),
        upper=number(row["upper"], lang, decimals),
        units=int(row["units"]),
    )


def _interval(lower: str, upper: str, lang: str) -> str:
    return "—" if lower == "—" else say("report.interval", lang, lower=lower, upper=upper)


def model_label(term: str, lang: str) -> str:
    """The words for a term: an indicator's title, a column's heading, a logarithm of either."""
    if term == "Intercept":
        return say("term.intercept", lang)
    if term.startswith("log(") and term.endswith(")"):
        return say("term.log", lang, name=model_label(term[4:-1], lang))
    if term in catalogue():
        return title_of(term, lang)
    return COLUMNS[term].heading(lang) if term in COLUMNS else term
