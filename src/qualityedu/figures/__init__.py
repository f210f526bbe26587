"""Findings and fits as pictures, each with its caption, its numbers in words and its table."""

from qualityedu.figures.aims import aims_section
from qualityedu.figures.coefficients import coefficient_plot
from qualityedu.figures.contrast import contrast_plot
from qualityedu.figures.curve import curve_plot
from qualityedu.figures.exhibit import Exhibit, Section
from qualityedu.figures.nation import nation_section, province_strips, province_tiles, ranked_dots
from qualityedu.figures.orientation import profile
from qualityedu.figures.relation import relations
from qualityedu.figures.residuals import residuals_by_region
from qualityedu.figures.schools import bars, bars_of_weakest
from qualityedu.figures.sections import models_section, profile_section, schools_section, spreads_section
from qualityedu.figures.spreads import spreads
from qualityedu.figures.study import contrasts_section, curves_section, estimates_section
from qualityedu.figures.unevenness import uneven_section
from qualityedu.figures.verdict import verdict_board, verdict_section

__all__ = [
    "Exhibit",
    "Section",
    "aims_section",
    "bars",
    "bars_of_weakest",
    "coefficient_plot",
    "contrast_plot",
    "contrasts_section",
    "curve_plot",
    "curves_section",
    "estimates_section",
    "models_section",
    "nation_section",
    "profile",
    "profile_section",
    "province_strips",
    "province_tiles",
    "ranked_dots",
    "relations",
    "residuals_by_region",
    "schools_section",
    "spreads",
    "spreads_section",
    "uneven_section",
    "verdict_board",
    "verdict_section",
]
