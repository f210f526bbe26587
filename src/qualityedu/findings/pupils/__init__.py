"""Tables with a row for each pupil, of which no row is ever held here: sums by school, and what follows from them.

The route of research. What an office reports goes through workbooks of schools, in which a row of a person is refused.
"""

from qualityedu.findings.pupils.asked import Asked, Lines
from qualityedu.findings.pupils.figures import region_figures, school_table
from qualityedu.findings.pupils.merging import combine_pupils, pooled
from qualityedu.findings.pupils.stored import read_pupil_sums, write_pupil_sums
from qualityedu.findings.pupils.sums import PupilSums, add_up_pupils

__all__ = [
    "Asked",
    "Lines",
    "PupilSums",
    "add_up_pupils",
    "combine_pupils",
    "pooled",
    "read_pupil_sums",
    "region_figures",
    "school_table",
    "write_pupil_sums",
]
