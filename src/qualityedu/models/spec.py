"""Models declared in indicator ids, so that a coefficient's label is the indicator's title."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.formula import read_formula
from qualityedu.models.sample import take_sample

__all__ = ["SPECS", "Spec", "enough_rows", "specs_for"]


@dataclass(frozen=True)
class Spec:
    """A model asked for.

    `name` is its id. `outcome` is an indicator id; `inputs` (investment, teacher quality, class size) and
    `controls` are indicator ids or names of `columns.py`, in logarithms where written `log(name)`. `cluster` is
    the column by which standard errors are clustered, None for HC1. `stage` keeps the rows of one stage, None
    all of them.
    """

    name: str
    outcome: str
    inputs: tuple[str, ...]
    controls: tuple[str, ...] = ()
    cluster: str | None = "region"
    stage: str | None = None

    @property
    def formula(self) -> str:
        """The formula that `fit` is given."""
        return f"{self.outcome} ~ {' + '.join((*self.inputs, *self.controls))}"

    def columns(self) -> tuple[str, ...]:
        """Every column that the table of units must have."""
        formula = self.formula
        names = (each.removeprefix("log(").removesuffix(")") for each in (self.outcome, *self.inputs, *self.controls))
        keys = (self.cluster, "stage" if self.stage else None)
        return (*read_formula(formula, tuple(names)).columns, *filter(None, keys))


_ECONOMY_INPUTS = ("spending_per_student_gdp_share", "pupil_teacher_ratio")
_WEALTH = ("log(gdp_per_head)",)
_SCHOOL_INPUTS = ("budget_expenditure_per_pupil", "high_qualified_teachers_per_100", "mean_class_size")

_DECLARED = (
    # Richer economies spend more and score higher for many reasons, so their wealth is held fixed. Few economies
    # report both inputs, so each is also looked at by itself, over all that report it.
    Spec("inputs_and_mathematics", "pisa_mathematics", _ECONOMY_INPUTS, _WEALTH),
    Spec("spending_and_mathematics", "pisa_mathematics", _ECONOMY_INPUTS[:1], _WEALTH),
    Spec("teachers_and_mathematics", "pisa_mathematics", _ECONOMY_INPUTS[1:], _WEALTH),
    Spec("inputs_and_creative_thinking", "creative_thinking", _ECONOMY_INPUTS, _WEALTH),
    Spec("spending_and_creative_thinking", "creative_thinking", _ECONOMY_INPUTS[:1], _WEALTH),
    Spec("teachers_and_creative_thinking", "creative_thinking", _ECONOMY_INPUTS[1:], _WEALTH),
    # Life satisfaction was asked in 2015, for which the table has no wealth to hold fixed.
    Spec("spending_and_life_satisfaction", "life_satisfaction", _ECONOMY_INPUTS[:1]),
    # One stage for all three: class sizes, spending and exams of primary and junior schools are not of one kind,
    # and an exam outcome and a quality outcome can be set side by side only over the same schools.
    Spec("inputs_and_pass_rate", "pass_rate", _SCHOOL_INPUTS, stage="junior"),
    Spec("inputs_and_fitness", "fitness_good_excellent_rate", _SCHOOL_INPUTS, stage="junior"),
    Spec("inputs_and_retention", "junior_three_year_retention", _SCHOOL_INPUTS, stage="junior"),
    Spec(
        "inputs_and_mean_score", "mean_score", ("pupil_teacher_ratio", "budget_expenditure_per_pupil"), stage="primary"
    ),
)

SPECS: dict[str, Spec] = {declared.name: declared for declared in _DECLARED}


def enough_rows(terms: int) -> int:
    """The complete rows without which a declared model is not offered: ten a term, intercept aside, at least 30.

    Ten rows a term is the lower end of the usual rule (Harrell 2015, Regression Modeling Strategies, 2nd ed.,
    section 4.4: between a tenth and a twentieth of the rows); 30 is the floor for a region's own schools.
    """
    return max(30, 10 * terms)


def specs_for(data: pd.DataFrame) -> list[Spec]:
    """The declared models that a table of units can bear, in the order of `SPECS`.

    `data` has one row per unit, stage and year. A model is offered where the table has all its columns, at least
    `enough_rows` complete rows of its stage, and `fit` would not refuse it (a constant outcome, collinear
    inputs, fewer than two clusters).
    """
    return [spec for spec in SPECS.values() if set(spec.columns()) <= set(data.columns) and _borne(spec, data)]


def _borne(spec: Spec, data: pd.DataFrame) -> bool:
    try:
        sample = take_sample(spec.formula, data, cluster=spec.cluster, stage=spec.stage)
    except RequestError:
        return False
    return len(sample.outcome) >= enough_rows(sample.terms.shape[1] - 1)
