"""How investment, teacher quality and class size go with outcomes: one way in, `fit`, and one noun, `Fit`.

One file is one family of estimators. Everything here is association; nothing here identifies an effect.
"""

from __future__ import annotations

from qualityedu.models.contrast import Contrast, contrast
from qualityedu.models.curve import Curve, specification_curve
from qualityedu.models.estimate import Remark
from qualityedu.models.fit import Fit, fit, joint_test
from qualityedu.models.heterogeneity import Heterogeneity, heterogeneity
from qualityedu.models.influence import influence, leave_one_out
from qualityedu.models.nonlinearity import Nonlinearity, natural_spline, nonlinearity
from qualityedu.models.plan import Plan, deviations, read_plan
from qualityedu.models.regional import RegionalModel, regional_models, relation
from qualityedu.models.sensitivity import Sensitivity, adjusted, e_value, partial_r2, robustness_value, sensitivity
from qualityedu.models.spec import SPECS, Spec, enough_rows, specs_for
from qualityedu.models.standing import standing
from qualityedu.models.survey import Replicates, Survey, jackknife_replicates
from qualityedu.models.survey_estimates import (
    SurveyEstimate,
    survey_mean,
    survey_quantile,
    survey_regression,
    survey_share,
)
from qualityedu.models.wald import JointTest

__all__ = [
    "SPECS",
    "Contrast",
    "Curve",
    "Fit",
    "Heterogeneity",
    "JointTest",
    "Nonlinearity",
    "Plan",
    "RegionalModel",
    "Remark",
    "Replicates",
    "Sensitivity",
    "Spec",
    "Survey",
    "SurveyEstimate",
    "adjusted",
    "contrast",
    "deviations",
    "e_value",
    "enough_rows",
    "fit",
    "heterogeneity",
    "influence",
    "jackknife_replicates",
    "joint_test",
    "leave_one_out",
    "natural_spline",
    "nonlinearity",
    "partial_r2",
    "read_plan",
    "regional_models",
    "relation",
    "robustness_value",
    "sensitivity",
    "specification_curve",
    "specs_for",
    "standing",
    "survey_mean",
    "survey_quantile",
    "survey_regression",
    "survey_share",
]
