"""Multilevel models: random intercepts from sums by group, random slopes and crossed groups by statsmodels."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.absorb import nested_in
from qualityedu.models.estimate import Estimate, Remark, coefficient_table
from qualityedu.models.mixed_deviance import Crossed, Nested, Pieces, Profile, Slopes, lowest, observed
from qualityedu.models.options import Options
from qualityedu.models.sample import Sample
from qualityedu.models.wald import wald

__all__ = ["FromSums", "multilevel"]

# Beyond this many cells of the matrix of crossed groups statsmodels takes minutes.
_MOST_CELLS = 2_000_000
# Deviances that differ by less are the same optimum.
_SAME = 1e-3


@dataclass(frozen=True, eq=False)
class FromSums:
    """What a multilevel model estimated from sums by group hands on: the profile and the sums it came from.

    The library's own counterpart has `params`, `cov_params()` and `llf`; so has this.
    """

    params: pd.Series
    covariance: pd.DataFrame
    llf: float
    profile: Profile
    sums: Pieces

    def cov_params(self) -> pd.DataFrame:
        """The covariance of the coefficients."""
        return self.covariance


@dataclass(frozen=True, eq=False)
class _Scaled:
    """[X, y] centred and scaled, so that sums keep their digits, and the way back."""

    columns: np.ndarray
    back: np.ndarray
    middle: float
    spread: float


def multilevel(sample: Sample, options: Options) -> Estimate:
    """Coefficients that differ by group, by REML (or ML), with normal tests.

    Random intercepts of one set of groups, or of two with each lowest group within one outer, are worked out from
    sums by group (`FromSums`). Random slopes, and intercepts of groups that cross, go to statsmodels' MixedLM: its
    optimisers can stop at a wrong point, so that they begin at the lowest deviance found from the groups' cross-
    products and are compared with it and with one another; what the library gives is used only where its deviance
    is as low. Which it was is said. Raises RequestError `model_not_converged` rather than give a wrong optimum.

    Slopes (`random="ses"` stands for intercept and slope) are those of a single set of groups.
    `statistics`: `deviance` (−2 log-likelihood, restricted where REML), `log_likelihood`, `sigma2`, and with one
    set of groups `tau00`, `tau01`, `tau11` … in the order of the random terms; with several `variance_<group>`;
    `icc` and `icc_<group>` (shares of the variance; not with slopes), `groups_<group>`.
    """
    random = sample.random
    assert random is not None
    only_intercepts = list(random.columns) == ["Intercept"]
    _refuse_groups(sample, options)
    scaled = _scaled(sample)
    reml = options.method == "reml"
    if not only_intercepts and len(sample.groups) > 1:
        raise RequestError("model_slopes_one_group", groups=", ".join(options.groups))
    nested = only_intercepts and _nested(sample.groups)
    width = np.sqrt((random.to_numpy() ** 2).mean(axis=0))
    structure: Pieces
    if nested:
        structure = Nested.of(scaled.columns, sample.groups[-1], sample.groups[0] if len(sample.groups) > 1 else None)
    elif only_intercepts:
        structure = Crossed.of(scaled.columns, sample.groups)
    else:
        structure = Slopes.of(scaled.columns, random.to_numpy() / width, sample.groups[0])
    found = lowest(structure, len(sample.outcome), reml=reml)
    if found is None:
        raise RequestError("model_not_converged", estimator="multilevel")
    found = replace(found, covariance=observed(structure, found, len(sample.outcome), reml=reml))
    estimates, covariance = _back(found, scaled)
    variance = found.variance * scaled.spread**2
    deviance = found.deviance + _moved(scaled, sample, reml)
    if isinstance(structure, Slopes):
        lower = structure.triangle(found.theta)
        spreads = variance * (lower @ lower.T) / np.outer(width, width)
    else:
        spreads = variance * np.diag(found.theta**2)
    result, way = None, "sums"
    if not nested:
        result = _library(sample, spreads, estimates, variance, reml, deviance)
        way = "sums_checked" if result is None else "library"
    index = pd.Index([str(name) for name in sample.terms.columns], name="term")
    params = pd.Series(estimates, index=index)
    frame = pd.DataFrame(covariance, index=index, columns=index)
    slopes = [name for name in index if name != "Intercept"]
    joint = wald(params, covariance, np.inf, slopes, covariance)
    statistics = {
        "deviance": deviance,
        "log_likelihood": -deviance / 2,
        "sigma2": variance,
        **_variances(spreads, variance, sample, options),
        "f": joint.f if joint else float("nan"),
        "f_p_value": joint.p_value if joint else float("nan"),
    }
    return Estimate(
        table=coefficient_table(index, estimates, covariance, np.inf),
        covariance=frame,
        degrees=np.inf,
        errors="classical",
        errors_said=Remark(f"errors_multilevel_{way}_{options.method}"),
        statistics=statistics,
        warnings=_remarks(spreads, variance),
        result=result if result is not None else FromSums(params, frame, -deviance / 2, found, structure),
        scale=covariance,
    )


def _refuse_groups(sample: Sample, options: Options) -> None:
    rows = len(sample.outcome)
    for codes, name in zip(sample.groups, options.groups, strict=True):
        groups = int(codes.max()) + 1
        if groups < 2:
            raise RequestError("model_one_group", column=name, rows=rows)
        if groups == rows:
            raise RequestError("model_alone_in_groups", rows=rows)


def _nested(groups: tuple[np.ndarray, ...]) -> bool:
    return len(groups) == 1 or (len(groups) == 2 and nested_in(groups[1], groups[0]))


def _scaled(sample: Sample) -> _Scaled:
    x, y = sample.terms.to_numpy(), sample.outcome.to_numpy()
    back = np.eye(x.shape[1])
    middle = 0.0
    constant = [place for place, name in enumerate(sample.terms.columns) if name == "Intercept"]
    spread = float(y.std())
    sizes = np.sqrt((x**2).mean(axis=0))
    if constant:
        means = x.mean(axis=0)
        middle = float(y.mean())
        means[constant[0]] = 0.0
        sizes = np.sqrt(((x - means) ** 2).mean(axis=0))
        back[constant[0]] -= means
    back = back / sizes
    return _Scaled(np.column_stack([x @ back, (y - middle) / spread]), back, middle, spread)


def _back(found: Profile, scaled: _Scaled) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and covariance in the columns' own units; the intercept is the column that `back` shifts by."""
    estimates = scaled.spread * (scaled.back @ found.estimates)
    if scaled.middle:
        estimates = estimates + scaled.middle * _constant(scaled)
    return estimates, scaled.spread**2 * scaled.back @ found.covariance @ scaled.back.T


def _constant(scaled: _Scaled) -> np.ndarray:
    columns = scaled.columns[:, :-1]
    place = int(np.argmax((np.ptp(columns, axis=0) == 0) & (columns[0] != 0)))
    return np.eye(len(scaled.back))[place]


def _moved(scaled: _Scaled, sample: Sample, reml: bool) -> float:
    """What scaling did to the deviance."""
    rows, terms = sample.terms.shape
    if not reml:
        return 2 * rows * float(np.log(scaled.spread))
    return 2 * (rows - terms) * float(np.log(scaled.spread)) - 2 * float(np.linalg.slogdet(scaled.back)[1])


def _library(
    sample: Sample, spreads: np.ndarray, estimates: np.ndarray, variance: float, reml: bool, deviance: float
) -> Any:
    """The library's fit of lowest deviance, None where none comes down to what is already reached."""
    from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams, VCSpec

    crossed = len(sample.groups) > 1
    levels = sum(int(codes.max()) + 1 for codes in sample.groups)
    if crossed and len(sample.outcome) * levels > _MOST_CELLS:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if crossed:
            mats = [[(codes[:, None] == np.arange(codes.max() + 1)).astype("float64")] for codes in sample.groups]
            names = [str(place) for place in range(len(mats))]
            columns = [[[str(level) for level in range(mat[0].shape[1])]] for mat in mats]
            model = MixedLM(
                sample.outcome,
                sample.terms,
                groups=np.zeros(len(sample.outcome)),
                exog_vc=VCSpec(names=names, colnames=columns, mats=mats),
            )
            begin = MixedLMParams.from_components(
                fe_params=estimates, cov_re=np.empty((0, 0)), vcomp=np.maximum(np.diag(spreads) / variance, 1e-6)
            )
        else:
            assert sample.random is not None
            model = MixedLM(sample.outcome, sample.terms, groups=sample.groups[0], exog_re=sample.random)
            floor = 1e-8 * np.diag(np.maximum(np.diag(spreads), 1e-8 * variance))
            begin = MixedLMParams.from_components(fe_params=estimates, cov_re=(spreads + floor) / variance)
        tried = []
        for start, way in ((begin, "lbfgs"), (begin, "powell"), (None, "powell")):
            try:
                result = model.fit(reml=reml, start_params=start, method=way)
            except (np.linalg.LinAlgError, ValueError):
                continue
            tried.append(result)
            if -2 * result.llf < deviance + _SAME:
                break
    best = min(tried, key=lambda each: -2 * each.llf, default=None)
    return best if best is not None and -2 * best.llf < deviance + _SAME else None


def _variances(spreads: np.ndarray, variance: float, sample: Sample, options: Options) -> dict[str, float]:
    found = {
        f"groups_{name}": float(codes.max() + 1) for name, codes in zip(options.groups, sample.groups, strict=True)
    }
    diagonal = np.diag(spreads)
    if len(sample.groups) > 1:
        whole = float(diagonal.sum()) + variance
        for name, each in zip(options.groups, diagonal, strict=True):
            found |= {f"variance_{name}": float(each), f"icc_{name}": float(each) / whole}
        return found
    for row in range(len(spreads)):
        found |= {f"tau{column}{row}": float(spreads[row, column]) for column in range(row + 1)}
    if len(spreads) == 1:
        found["icc"] = float(diagonal[0]) / (float(diagonal[0]) + variance)
    return found


def _remarks(spreads: np.ndarray, variance: float) -> tuple[Remark, ...]:
    diagonal = np.diag(spreads)
    if (diagonal < 1e-7 * variance).any():
        return (Remark("no_group_variance"),)
    alike = spreads / np.sqrt(np.outer(diagonal, diagonal))
    if np.linalg.eigvalsh(alike)[0] < 1e-6:
        return (Remark("random_terms_collinear"),)
    return ()
