"""How investment, teacher quality and class size go with outcomes: one way in, `fit`, and one noun, `Fit`.

One file is one family of estimators. Everything here is association; nothing here identifies an effect.
"""

from __future__ import annotations

from qualityedu.models.estimate import Remark
from qualityedu.models.fit import Fit, fit, joint_test
from qualityedu.models.regional import RegionalModel, regional_models, relation
from qualityedu.models.spec import SPECS, Spec, enough_rows, specs_for
from qualityedu.models.standing import standing
from qualityedu.models.wald import JointTest

__all__ = [
    "SPECS",
    "Fit",
    "JointTest",
    "RegionalModel",
    "Remark",
    "Spec",
    "enough_rows",
    "fit",
    "joint_test",
    "regional_models",
    "relation",
    "specs_for",
    "standing",
]
