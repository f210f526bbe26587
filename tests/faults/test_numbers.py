"""F18, F19: numbers that are not there to be had."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from qualityedu.figures import models_section
from qualityedu.inequality import spread
from qualityedu.models import fit


class TestF18:
    """The coefficient of variation is the standard deviation over the mean: 0 where all are equal, else undefined."""

    def test_all_equal_is_none_at_all(self) -> None:
        assert spread(pd.Series([4.0, 4.0, 4.0]), pd.Series([100.0, 200.0, 300.0])) == 0

    def test_a_mean_of_zero_is_undefined_and_never_zero(self) -> None:
        assert math.isnan(spread(pd.Series([0.0, 0.0, 0.0]), pd.Series([100.0, 200.0, 300.0])))

    def test_all_missing_is_undefined(self) -> None:
        assert math.isnan(spread(pd.Series([math.nan] * 3), pd.Series([100.0, 200.0, 300.0])))


class TestF19:
    def test_a_singular_design_is_refused_in_words(self) -> None:
        table = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 6], "a": [1.0, 2, 3, 4, 5, 6]})
        table["b"] = 2 * table["a"]
        try:
            fitted = fit("y ~ a + b", table)
        except Exception as refused:
            assert type(refused).__module__.startswith("qualityedu."), repr(refused)
        else:
            assert fitted.table["estimate"].notna().sum() < 3

    def test_the_section_of_the_models_says_that_there_is_none(self) -> None:
        for lang, word in (("zh", "模型"), ("en", "model")):
            section = models_section([], lang, "999901")
            assert word in str(getattr(section, "text", "") or section._repr_html_()).lower()

    def test_a_perfect_fit_is_fitted_or_refused_in_words(self) -> None:
        table = pd.DataFrame({"y": [3.0, 5, 7, 9, 11, 13], "a": [1.0, 2, 3, 4, 5, 6]})
        try:
            fitted = fit("y ~ a", table)
        except Exception as refused:
            assert type(refused).__module__.startswith("qualityedu."), repr(refused)
        else:
            estimates = fitted.table.set_index("term")["estimate"]
            assert estimates["a"] == pytest.approx(2.0)
