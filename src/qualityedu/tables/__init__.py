"""Findings and fits as tables, and the digest that reviewers compare."""

from qualityedu.tables.brief import brief
from qualityedu.tables.codebook import codebook_pieces, framework_table
from qualityedu.tables.contrasts import (
    DeclaredContrast,
    contrast_digest,
    contrasts_headline,
    contrasts_without_regions,
    declared_contrasts,
)
from qualityedu.tables.county import county_sentence, county_verdict, item_title, ledger, missing_in_words
from qualityedu.tables.definitions import codebook_records, codebook_rows
from qualityedu.tables.digest import digest, fit_digest, fixed
from qualityedu.tables.disclosure import disclosure_note, disclosure_of_regions
from qualityedu.tables.explanations import explanations
from qualityedu.tables.export import export_findings, safe_csv, write_files
from qualityedu.tables.fragment import Fragment, html_table, joined, paragraph
from qualityedu.tables.groups import groups_section
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
from qualityedu.tables.nation import nation_changes, nation_digest, nation_heading, nation_headline, nation_method
from qualityedu.tables.nation_provinces import counties_furthest, nation_parts, nation_provinces
from qualityedu.tables.region import method, shortfalls, summary
from qualityedu.tables.regions import (
    associations_digest,
    associations_section,
    models_headline,
    orientation_headline,
    regions_heading,
    regions_table,
)
from qualityedu.tables.regression import RegressionTable, regression_table
from qualityedu.tables.robustness import regions_left_out, sensitivities
from qualityedu.tables.study import data_section, design_section, limits_section, plan_section, question_section
from qualityedu.tables.unevenness import (
    parts_by_year,
    parts_section,
    spreads_by_region,
    unevenness_digest,
    unevenness_headline,
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
from qualityedu.tables.years import alerts, change_in_words, years

__all__ = [
    "DeclaredContrast",
    "Fragment",
    "RegressionTable",
    "alerts",
    "associations_digest",
    "associations_section",
    "brief",
    "change_in_words",
    "codebook_pieces",
    "codebook_records",
    "codebook_rows",
    "coefficients",
    "contrast_digest",
    "contrasts_headline",
    "contrasts_without_regions",
    "counties_furthest",
    "county_sentence",
    "county_verdict",
    "data_section",
    "declared_contrasts",
    "design_section",
    "digest",
    "disclosure_note",
    "disclosure_of_regions",
    "explanations",
    "export_findings",
    "fit_digest",
    "fixed",
    "framework_table",
    "groups_section",
    "heading",
    "headline",
    "html_table",
    "indicator_label",
    "indicator_page",
    "item_title",
    "joined",
    "ledger",
    "limits_section",
    "method",
    "missing_in_words",
    "model_label",
    "models_headline",
    "nation_changes",
    "nation_digest",
    "nation_heading",
    "nation_headline",
    "nation_method",
    "nation_parts",
    "nation_provinces",
    "orientation_headline",
    "paragraph",
    "parts_by_year",
    "parts_section",
    "plan_section",
    "printed",
    "question_section",
    "regions_heading",
    "regions_left_out",
    "regions_table",
    "regression_table",
    "safe_csv",
    "section",
    "sensitivities",
    "sentence_and_cards",
    "shortfalls",
    "spreads_by_region",
    "stage_label",
    "standing_sentence",
    "standings",
    "status_cell",
    "summary",
    "title_of",
    "title_of_page",
    "title_with_unit",
    "unevenness_digest",
    "unevenness_headline",
    "unit_of",
    "verdict_sentence",
    "write_files",
    "year_label",
    "years",
]
