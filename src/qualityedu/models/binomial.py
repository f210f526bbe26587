"""Counts and shares: pass rates by binomial regression, estimated by statsmodels."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.estimate import Estimate, Remark, coefficient_table
from qualityedu.models.options import FEW_CLUSTERS, Options
from qualityedu.models.sample import Sample
from qualityedu.models.sandwich import sums_by
from qualityedu.models.suitability import refuse_collinear
from qualityedu.models.wald import wald

__all__ = ["binomial"]

# Pearson's chi-square is about as large as its degrees of freedom where counts scatter as the binomial says.
_SCATTERED = 2.0


def binomial(sample: Sample, options: Options) -> Estimate:
    """Logit (or probit) of counts `passed + failed ~ …`, or of a share from 0 to 1, `weights` being the cases.

    A share without weights is the fractional model of Papke and Wooldridge 1996, whose errors should not be
    classical. A set of `effects` adds the means over it of every term that varies within it, named `mean(…)`
    (Papke and Wooldridge 2008, "Panel data methods for fractional response variables", Journal of Econometrics
    145). Tests are by the normal distribution. `statistics`: `deviance`, `pearson_chi2`, `dispersion`
    (Pearson over degrees of freedom), `log_likelihood`, `pseudo_r2` (McFadden), and `average_change_<term>`, the
    mean over rows of the change in the expected share that goes with one more of the term.
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    passed, failed = _counts(sample)
    terms = _with_means(sample)
    refuse_collinear(terms)
    link = sm.families.links.Probit() if options.method == "probit" else sm.families.links.Logit()
    model = sm.GLM(np.column_stack([passed, failed]), terms, family=sm.families.Binomial(link=link))
    kind: dict[str, Any] = {"cov_type": "nonrobust" if options.errors == "classical" else options.errors}
    if options.errors == "cluster":
        kind["cov_kwds"] = {"groups": sample.clusters[0]}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        result = model.fit(**kind, tol=1e-12, maxiter=200)
    if any(issubclass(each.category, PerfectSeparationWarning) for each in heard) or not _sound(result):
        raise RequestError("model_separated", outcome=str(sample.outcome.name))
    if not result.converged:
        raise RequestError("model_not_converged", estimator="binomial")
    covariance = np.asarray(result.cov_params())
    table = coefficient_table(terms.columns, result.params, covariance, np.inf)
    slopes = [str(name) for name in terms.columns if name != "Intercept"]
    joint = wald(result.params, covariance, np.inf, slopes, np.asarray(result.normalized_cov_params))
    dispersion = float(result.pearson_chi2 / result.df_resid)
    steps = link.inverse_deriv(np.asarray(terms) @ np.asarray(result.params))
    share = float(np.average(steps, weights=passed + failed))
    statistics = {
        "deviance": float(result.deviance),
        "pearson_chi2": float(result.pearson_chi2),
        "dispersion": dispersion,
        "log_likelihood": float(result.llf),
        "pseudo_r2": 1 - float(result.llf / result.llnull),
        "df_residual": float(result.df_resid),
        "f": joint.f if joint else float("nan"),
        "f_p_value": joint.p_value if joint else float("nan"),
        **{f"average_change_{name}": share * float(result.params[name]) for name in slopes},
    }
    groups = sample.cluster_count
    values: dict[str, object] = {"rows": len(terms), "terms": terms.shape[1], "clusters": groups}
    remarks = []
    if groups is not None and groups < FEW_CLUSTERS:
        remarks.append(Remark("few_clusters", {"clusters": groups, "enough": FEW_CLUSTERS}))
    if options.errors == "classical" and dispersion > _SCATTERED and sample.second is not None:
        remarks.append(Remark("overdispersed", {"dispersion": round(dispersion, 1)}))
    if options.errors == "classical" and sample.second is None and sample.totals is None:
        remarks.append(Remark("share_classical"))
    return Estimate(
        table=table,
        covariance=pd.DataFrame(covariance, index=table["term"], columns=table["term"]),
        degrees=np.inf,
        errors=options.errors,
        errors_said=Remark(f"errors_{options.errors.lower()}_normal", values),
        statistics=statistics,
        warnings=tuple(remarks),
        result=result,
        scale=np.asarray(result.normalized_cov_params),
    )


def _sound(result: Any) -> bool:
    """No fitted share so near 0 or 1, with a coefficient so uncertain, that the outcome is foretold exactly."""
    errors = np.asarray(result.bse)
    fitted = np.asarray(result.fittedvalues)
    return bool(np.isfinite(errors).all() and (np.minimum(fitted, 1 - fitted) > 1e-10).any())


def _counts(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """The two counts, or shares as counts of `weights` cases (one each where there are none)."""
    first = sample.outcome.to_numpy()
    if sample.second is not None:
        if sample.totals is not None:
            raise RequestError("model_weights_not_offered", column="weights", estimator="binomial")
        second = sample.second.to_numpy()
        if (first < 0).any() or (second < 0).any() or (first + second == 0).any():
            raise RequestError("model_negative_count", outcome=f"{sample.outcome.name}, {sample.second.name}")
        return first, second
    if (first < 0).any() or (first > 1).any():
        out = int(((first < 0) | (first > 1)).sum())
        raise RequestError("model_share_out_of_bounds", outcome=sample.outcome.name, rows=out, highest=first.max())
    cases = np.ones(len(first)) if sample.totals is None else sample.totals
    return first * cases, (1 - first) * cases


def _with_means(sample: Sample) -> pd.DataFrame:
    terms = sample.terms
    if not sample.effects:
        return terms
    unit = sample.effects[0]
    values = terms.to_numpy()
    means = (sums_by(unit, values) / np.bincount(unit)[:, None])[unit]
    moves = np.abs(values - means).max(axis=0) > 1e-9 * np.abs(values).max(axis=0)
    added = pd.DataFrame(means, index=terms.index, columns=[f"mean({name})" for name in terms.columns])
    kept = added.loc[:, moves]
    # In a balanced panel the means of year dummies are constants.
    kept = kept.loc[:, np.ptp(kept.to_numpy(), axis=0) > 1e-12]
    return pd.concat([terms, kept], axis=1)
