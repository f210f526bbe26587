"""Parameters in, a folder out: what was asked for, how it was made, and the record of it."""

from qualityedu.report.batch import Job, Made, make_all
from qualityedu.report.codebook import write_codebook
from qualityedu.report.index import write_index
from qualityedu.report.make import make_report
from qualityedu.report.request import Request, check_request, notebooks, parameters_of

__all__ = [
    "Job",
    "Made",
    "Request",
    "check_request",
    "make_all",
    "make_report",
    "notebooks",
    "parameters_of",
    "write_codebook",
    "write_index",
]
