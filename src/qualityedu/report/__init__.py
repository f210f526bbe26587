"""Parameters in, a folder out: what was asked for, how it was made, and the record of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualityedu.report.again import rerun
    from qualityedu.report.batch import Batch, Job, Made, make_all, make_batch
    from qualityedu.report.codebook import write_codebook
    from qualityedu.report.index import write_index
    from qualityedu.report.jobs import jobs_of
    from qualityedu.report.make import make_report
    from qualityedu.report.plan import Task
    from qualityedu.report.records import write_records
    from qualityedu.report.request import Request, check_request, notebooks, parameters_of
    from qualityedu.report.reviewing import review
    from qualityedu.report.rules import lint
    from qualityedu.report.supervise import make_some
    from qualityedu.report.verification import verify

# Where each name lives. Loaded on first use: Papermill imports this package to know the engine in it, and the warm
# parent must make its shell before anything here imports pandas.
_HOMES = {
    "Batch": "batch",
    "Job": "batch",
    "Made": "batch",
    "Request": "request",
    "Task": "plan",
    "check_request": "request",
    "jobs_of": "jobs",
    "lint": "rules",
    "make_all": "batch",
    "make_batch": "batch",
    "make_report": "make",
    "make_some": "supervise",
    "notebooks": "request",
    "parameters_of": "request",
    "rerun": "again",
    "review": "reviewing",
    "verify": "verification",
    "write_codebook": "codebook",
    "write_index": "index",
    "write_records": "records",
}

__all__ = [
    "Batch",
    "Job",
    "Made",
    "Request",
    "Task",
    "check_request",
    "jobs_of",
    "lint",
    "make_all",
    "make_batch",
    "make_report",
    "make_some",
    "notebooks",
    "parameters_of",
    "rerun",
    "review",
    "verify",
    "write_codebook",
    "write_index",
    "write_records",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
