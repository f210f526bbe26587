"""Outcome and terms of a formula on rows that are all complete."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qualityedu.models.formula import evaluate, model_matrix, read_formula

__all__ = ["design_matrix"]


def design_matrix(formula: str, table: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The outcome (n) and the terms (n × k, named) of `formula` on `table`, whose rows `fit` has found complete."""
    parts = read_formula(formula, table.columns)
    values = pd.DataFrame({text: evaluate(text, table) for text in parts.expressions})
    text = [name for name in values.columns if isinstance(values[name].dtype, pd.CategoricalDtype)]
    values = values.assign(**{name: values[name].cat.remove_unused_categories() for name in text})
    return values[parts.outcome].to_numpy(dtype=float), model_matrix(parts, values)
