"""From a table of units to findings, and from findings to a verdict."""

from qualityedu.findings.appraisal import Appraisal, Overview, Verdict, appraise, overview
from qualityedu.findings.attainment import attainment, school_verdicts
from qualityedu.findings.judge import judge
from qualityedu.findings.measure import in_scope, measure, school_values
from qualityedu.findings.orientation import associations, orientation

__all__ = [
    "Appraisal",
    "Overview",
    "Verdict",
    "appraise",
    "associations",
    "attainment",
    "in_scope",
    "judge",
    "measure",
    "orientation",
    "overview",
    "school_values",
    "school_verdicts",
]
