"""From a table of units to findings, and from findings to a verdict."""

from qualityedu.findings.appraisal import AllRegions, Appraisal, Overview, Verdict, appraise, overview
from qualityedu.findings.attainment import attainment, school_verdicts
from qualityedu.findings.change import changes
from qualityedu.findings.composites import exam_composite
from qualityedu.findings.county import CountyVerdict, county_verdict
from qualityedu.findings.exam import exam_rates
from qualityedu.findings.judge import judge
from qualityedu.findings.ledger import ledger, thirds, year_on_year
from qualityedu.findings.measure import in_scope, measure, school_values
from qualityedu.findings.nation import Nation, open_nation
from qualityedu.findings.opening import open_overview
from qualityedu.findings.orientation import associations, group_orientation, orientation
from qualityedu.findings.recognition import Survey, survey
from qualityedu.findings.unevenness import unevenness, unevenness_parts

__all__ = [
    "AllRegions",
    "Appraisal",
    "CountyVerdict",
    "Nation",
    "Overview",
    "Survey",
    "Verdict",
    "appraise",
    "associations",
    "attainment",
    "changes",
    "county_verdict",
    "exam_composite",
    "exam_rates",
    "group_orientation",
    "in_scope",
    "judge",
    "ledger",
    "measure",
    "open_nation",
    "open_overview",
    "orientation",
    "overview",
    "school_values",
    "school_verdicts",
    "survey",
    "thirds",
    "unevenness",
    "unevenness_parts",
    "year_on_year",
]
