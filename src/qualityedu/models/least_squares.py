"""Ordinary and weighted least squares, estimated by statsmodels."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.estimate import Estimate, Remark
from qualityedu.models.options import Errors
from qualityedu.models.sample import Sample
from qualityedu.models.wald import JointTest, wald

__all__ = ["FEW_CLUSTERS", "least_squares"]

# Clustered errors lean on the number of clusters being large. Cameron and Miller 2015, "A Practitioner's Guide to
# Cluster-Robust Inference", Journal of Human Resources 50(2), section VI: "few" begins somewhere between fewer
# than 20 and fewer than 50; this is the lower end.
FEW_CLUSTERS = 20


def least_squares(sample: Sample, *, errors: Errors) -> Estimate:
    """Least squares on `sample`, weighted where it has weights, with n rows, k terms and G clusters.

    `errors`: `classical` (s²(X'X)⁻¹); `HC0`, White 1980; `HC1`, HC0 times n/(n−k); `HC2` and `HC3`, by the
    leverage of each row (MacKinnon and White 1985); `cluster`, the clustered sandwich times
    G/(G−1) × (n−1)/(n−k). Intervals and tests use the t and F distributions with n−k degrees of freedom, with
    G−1 where errors are clustered. HC1 and cluster are thus what Stata's `regress, vce(robust)` and
    `vce(cluster)` print; HC2 and HC3 are its `vce(hc2)` and `vce(hc3)`.

    `statistics`: `r2` (about 0 instead of the mean where there is no intercept), `r2_adjusted`, `ser` (root of
    the squared residuals over n−k, weighted where weights are), `f` and `f_p_value` (all terms but the intercept,
    with the same errors), `df_residual` (n−k), `df_inference` (of the t distribution), `log_likelihood`. `f` is
    missing where there is no such term and where the terms cannot be tested together.

    Raises RequestError `model_full_leverage` for HC2 or HC3 where one row alone decides a term.
    """
    # Statsmodels takes two seconds to load, which a command that fits nothing should not wait for.
    from statsmodels.regression.linear_model import OLS, WLS

    if errors in ("HC2", "HC3") and (alone := _alone(sample)):
        raise RequestError("model_full_leverage", errors=errors, rows=alone)
    if sample.weights is None:
        model = OLS(sample.outcome, sample.terms)
    else:
        model = WLS(sample.outcome, sample.terms, weights=sample.weights)
    with np.errstate(divide="ignore", invalid="ignore"):  # a perfect fit has errors of 0 and t of infinity
        # By QR, which unlike the pseudo-inverse keeps its digits where columns are of very unlike size.
        result = model.fit(method="qr", use_t=True, **_covariance(sample, errors))
        test = None if _perfect(result) else wald(result, _slopes(sample))
        return Estimate(
            table=_table(result),
            errors_said=_errors_said(sample, errors),
            statistics=_statistics(result, test),
            warnings=_warnings(result, sample, errors, test),
            result=result,
        )


def _covariance(sample: Sample, errors: Errors) -> dict[str, Any]:
    assert errors in get_args(Errors)
    if errors == "classical":
        return {"cov_type": "nonrobust"}
    if errors == "cluster":
        return {"cov_type": "cluster", "cov_kwds": {"groups": sample.clusters, "df_correction": True}}
    return {"cov_type": errors}


def _table(result: Any) -> pd.DataFrame:
    interval = result.conf_int(alpha=0.05)
    return pd.DataFrame(
        {
            "term": result.params.index.astype(str),
            "estimate": result.params.to_numpy(),
            "standard_error": result.bse.to_numpy(),
            "lower": interval[0].to_numpy(),
            "upper": interval[1].to_numpy(),
            "p_value": result.pvalues.to_numpy(),
        }
    )


def _errors_said(sample: Sample, errors: Errors) -> Remark:
    rows, terms = sample.terms.shape
    degrees = (sample.cluster_count or 0) - 1 if errors == "cluster" else rows - terms
    values: dict[str, object] = {"rows": rows, "terms": terms, "degrees": degrees}
    if errors == "cluster":
        values["clusters"] = sample.cluster_count
    return Remark(f"errors_{errors.lower()}", values)


def _slopes(sample: Sample) -> list[int]:
    return [place for place, name in enumerate(sample.terms.columns) if name != "Intercept"]


def _statistics(result: Any, test: JointTest | None) -> dict[str, float]:
    return {
        "r2": float(result.rsquared),
        "r2_adjusted": float(result.rsquared_adj),
        "ser": float(np.sqrt(result.scale)),
        "f": test.f if test else float("nan"),
        "f_p_value": test.p_value if test else float("nan"),
        "df_residual": float(result.df_resid),
        "df_inference": float(getattr(result, "df_resid_inference", result.df_resid)),
        "log_likelihood": float(result.llf),
    }


def _perfect(result: Any) -> bool:
    return bool(result.rsquared > 1 - 1e-12)


def _warnings(result: Any, sample: Sample, errors: Errors, test: JointTest | None) -> tuple[Remark, ...]:
    remarks = []
    slopes, clusters = len(_slopes(sample)), sample.cluster_count
    if clusters is not None and clusters < FEW_CLUSTERS:
        remarks.append(Remark("few_clusters", {"clusters": clusters, "enough": FEW_CLUSTERS}))
    if errors != "classical" and (alone := _alone(sample)):
        remarks.append(Remark("full_leverage", {"rows": alone}))
    if _perfect(result):
        remarks.append(Remark("perfect_fit"))
    elif slopes and test is None:
        remarks.append(Remark("no_joint_test", {"terms": slopes}))
    return tuple(remarks)


def _alone(sample: Sample) -> int:
    """How many rows decide a coefficient by themselves: their leverage is 1, their residual 0 by construction."""
    scale = np.ones(len(sample.terms)) if sample.weights is None else np.sqrt(sample.weights)
    basis = np.linalg.qr(sample.terms.to_numpy() * scale[:, None])[0]
    return int(((basis**2).sum(axis=1) > 1 - 1e-10).sum())
