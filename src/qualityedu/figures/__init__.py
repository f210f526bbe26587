"""Findings and fits as pictures, each with its caption, its numbers in words and its table."""

from qualityedu.figures.aims import aims_section
from qualityedu.figures.exhibit import Exhibit, Section
from qualityedu.figures.orientation import profile
from qualityedu.figures.relation import relations
from qualityedu.figures.schools import bars, bars_of_weakest
from qualityedu.figures.sections import models_section, profile_section, schools_section, spreads_section
from qualityedu.figures.spreads import spreads

__all__ = [
    "Exhibit",
    "Section",
    "aims_section",
    "bars",
    "bars_of_weakest",
    "models_section",
    "profile",
    "profile_section",
    "relations",
    "schools_section",
    "spreads",
    "spreads_section",
]
