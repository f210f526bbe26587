"""Findings and fits as tables, and the digest that reviewers compare."""

from qualityedu.tables.digest import digest, fit_digest
from qualityedu.tables.fragment import Fragment, html_table, joined
from qualityedu.tables.heading import (
    heading,
    headline,
    section,
    sentence_and_cards,
    title_of_page,
    verdict_sentence,
    year_label,
)
from qualityedu.tables.indicator import indicator_page
from qualityedu.tables.models import coefficients, model_label, standing_sentence, standings
from qualityedu.tables.region import method, shortfalls, summary, years
from qualityedu.tables.regions import (
    associations_digest,
    associations_section,
    models_headline,
    orientation_headline,
    regions_heading,
    regions_table,
)
from qualityedu.tables.values import (
    indicator_label,
    printed,
    stage_label,
    status_cell,
    title_of,
    title_with_unit,
    unit_of,
)

__all__ = [
    "Fragment",
    "associations_digest",
    "associations_section",
    "coefficients",
    "digest",
    "fit_digest",
    "heading",
    "headline",
    "html_table",
    "indicator_label",
    "indicator_page",
    "joined",
    "method",
    "model_label",
    "models_headline",
    "orientation_headline",
    "printed",
    "regions_heading",
    "regions_table",
    "section",
    "sentence_and_cards",
    "shortfalls",
    "stage_label",
    "standing_sentence",
    "standings",
    "status_cell",
    "summary",
    "title_of",
    "title_of_page",
    "title_with_unit",
    "unit_of",
    "verdict_sentence",
    "year_label",
    "years",
]
