"""Quality-oriented and exam-oriented schooling in numbers that can be checked."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualityedu import figures, tables
    from qualityedu.datasets import Dataset, open_dataset
    from qualityedu.errors import QualityEduError, Refusal
    from qualityedu.findings import (
        appraise,
        associations,
        attainment,
        county_verdict,
        judge,
        ledger,
        measure,
        open_nation,
        open_overview,
        orientation,
        overview,
        school_values,
    )
    from qualityedu.indicators import Indicator, catalogue
    from qualityedu.inequality import spread
    from qualityedu.intake import check, read_schools, split_by_stage
    from qualityedu.models import (
        SPECS,
        Fit,
        Spec,
        Survey,
        contrast,
        fit,
        read_plan,
        regional_models,
        specification_curve,
        standing,
    )
    from qualityedu.release import Policy, releasable, releasable_nation, releasable_overview, releasable_unevenness
    from qualityedu.report import Request, make_report
    from qualityedu.standards import school_year_end, threshold_for

# Where each public name lives. Loaded on first use, so that a command that draws nothing does not wait for
# matplotlib and statsmodels.
_HOMES = {
    "Dataset": "datasets",
    "Fit": "models",
    "Indicator": "indicators",
    "Policy": "release",
    "QualityEduError": "errors",
    "Refusal": "errors",
    "Request": "report",
    "SPECS": "models",
    "Spec": "models",
    "Survey": "models",
    "appraise": "findings",
    "associations": "findings",
    "attainment": "findings",
    "catalogue": "indicators",
    "check": "intake",
    "contrast": "models",
    "county_verdict": "findings",
    "figures": "",
    "fit": "models",
    "judge": "findings",
    "ledger": "findings",
    "make_report": "report",
    "measure": "findings",
    "open_dataset": "datasets",
    "open_nation": "findings",
    "open_overview": "findings",
    "orientation": "findings",
    "overview": "findings",
    "read_plan": "models",
    "read_schools": "intake",
    "regional_models": "models",
    "releasable": "release",
    "releasable_nation": "release",
    "releasable_overview": "release",
    "releasable_unevenness": "release",
    "school_values": "findings",
    "school_year_end": "standards",
    "specification_curve": "models",
    "split_by_stage": "intake",
    "spread": "inequality",
    "standing": "models",
    "tables": "",
    "threshold_for": "standards",
}

__all__ = [
    "SPECS",
    "Dataset",
    "Fit",
    "Indicator",
    "Policy",
    "QualityEduError",
    "Refusal",
    "Request",
    "Spec",
    "Survey",
    "appraise",
    "associations",
    "attainment",
    "catalogue",
    "check",
    "contrast",
    "county_verdict",
    "figures",
    "fit",
    "judge",
    "ledger",
    "make_report",
    "measure",
    "open_dataset",
    "open_nation",
    "open_overview",
    "orientation",
    "overview",
    "read_plan",
    "read_schools",
    "regional_models",
    "releasable",
    "releasable_nation",
    "releasable_overview",
    "releasable_unevenness",
    "school_values",
    "school_year_end",
    "specification_curve",
    "split_by_stage",
    "spread",
    "standing",
    "tables",
    "threshold_for",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'qualityedu' has no attribute {name!r}")
    home = _HOMES[name]
    return getattr(import_module(f"qualityedu.{home}"), name) if home else import_module(f"qualityedu.{name}")


def __dir__() -> list[str]:
    return __all__
