"""The words that `fit` understands, and which of them go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from qualityedu.errors import RequestError

__all__ = ["FEW_CLUSTERS", "METHODS", "OFFERED", "Errors", "Estimator", "Options", "SmallSample", "choose"]

Estimator = Literal["ols", "wls", "panel", "iv", "multilevel", "binomial", "quantile"]
Errors = Literal["classical", "HC0", "HC1", "HC2", "HC3", "cluster", "moulton", "wild", "driscoll_kraay"]
SmallSample = Literal["rows", "intercept", "clusters", "dummies"]

Word = TypeVar("Word", bound=str)

# Clustered errors lean on the number of clusters being large. Cameron and Miller 2015, "A Practitioner's Guide to
# Cluster-Robust Inference", Journal of Human Resources 50(2), section VI: "few" begins somewhere between fewer
# than 20 and fewer than 50; this is the lower end.
FEW_CLUSTERS = 20

# The first is what is done where none is named.
METHODS: dict[Estimator, tuple[str, ...]] = {
    "ols": ("",),
    "wls": ("",),
    "panel": ("within", "first_differences", "random_effects"),
    "iv": ("2sls", "liml"),
    "multilevel": ("reml", "ml"),
    "binomial": ("logit", "probit"),
    "quantile": ("",),
}
OFFERED: dict[Estimator, tuple[Errors, ...]] = {
    "ols": get_args(Errors),
    "wls": get_args(Errors),
    "panel": get_args(Errors),
    "iv": ("classical", "HC0", "HC1", "cluster"),
    "multilevel": ("classical",),
    "binomial": ("classical", "HC0", "HC1", "cluster"),
    "quantile": ("classical", "HC1", "cluster"),
}
_WEIGHED: tuple[Estimator, ...] = ("wls", "panel", "iv", "binomial")
_GROUPED: tuple[Errors, ...] = ("cluster", "moulton", "wild", "driscoll_kraay")
# A method may be named in place of its estimator.
_SHORT: dict[str, tuple[Estimator, str]] = {
    method: (estimator, method) for estimator, methods in METHODS.items() for method in methods if method
}


@dataclass(frozen=True)
class Options:
    """How a model is to be estimated, every word checked.

    `by_default` says that `errors` were not asked for by name, so that few clusters may make them `wild`.
    """

    estimator: Estimator
    method: str
    errors: Errors
    by_default: bool
    cluster: tuple[str, ...]
    effects: tuple[str, ...]
    groups: tuple[str, ...]
    random: str
    weights: str | None
    small_sample: SmallSample
    quantile: float
    seed: int


def choose(
    estimator: str,
    *,
    method: str | None,
    errors: str,
    cluster: str | Sequence[str] | None,
    effects: str | Sequence[str],
    groups: str | Sequence[str] | None,
    random: str,
    weights: str | None,
    small_sample: str | None,
    quantile: float,
    seed: int,
) -> Options:
    """The options in the words of `fit`. Raises RequestError for a word that is unknown or does not fit the rest."""
    name, way = _way(estimator, method)
    clusters, sets, levels = _several(cluster), _several(effects), _several(groups)
    _refuse_weights(name, way, weights)
    _refuse_columns(name, way, sets, levels)
    if not 0 < quantile < 1:
        raise RequestError("model_quantile", asked=quantile)
    spread = _spread(errors, name, clusters)
    counted: SmallSample = (
        _one_of(small_sample, get_args(SmallSample), "model_unknown_small_sample")
        if small_sample
        else ("rows" if name == "panel" else "clusters")
    )
    return Options(
        estimator=name,
        method=way,
        errors=spread,
        by_default=errors == "HC1",
        cluster=clusters,
        effects=sets,
        groups=levels,
        random=str(random),
        weights=weights,
        small_sample=counted,
        quantile=float(quantile),
        seed=seed,
    )


def _way(asked: str, method: str | None) -> tuple[Estimator, str]:
    if asked in _SHORT and method is None:
        return _SHORT[asked]
    estimator: Estimator = _one_of(asked, get_args(Estimator), "model_unknown_estimator")
    methods = METHODS[estimator]
    return estimator, methods[0] if method is None else _one_of(method, methods, "model_unknown_method")


def _spread(asked: str, estimator: Estimator, cluster: tuple[str, ...]) -> Errors:
    """`HC1`, the default of `fit`, is clustered beside a cluster column, and the model's own in a multilevel one."""
    errors: Errors = _one_of(asked, get_args(Errors), "model_unknown_errors")
    if errors == "HC1" and cluster:
        errors = "cluster"
    if errors == "HC1" and estimator == "multilevel":
        errors = "classical"
    offered = OFFERED[estimator]
    if errors not in offered:
        raise RequestError("model_errors_not_offered", asked=errors, estimator=estimator, allowed=", ".join(offered))
    if errors in _GROUPED and not cluster:
        raise RequestError("model_needs_cluster")
    if cluster and errors not in _GROUPED:
        raise RequestError("model_errors_with_cluster", errors=errors, column=", ".join(cluster))
    most = 2 if errors == "cluster" and estimator not in ("binomial", "quantile") else 1
    if len(cluster) > most:
        raise RequestError("model_too_many_clusters", errors=errors, columns=", ".join(cluster), most=most)
    return errors


def _refuse_weights(estimator: Estimator, method: str, weights: str | None) -> None:
    if estimator == "wls" and weights is None:
        raise RequestError("model_needs_weights")
    if estimator == "ols" and weights is not None:
        raise RequestError("model_weights_unused", column=weights)
    if weights is not None and (estimator not in _WEIGHED or method in ("first_differences", "random_effects")):
        raise RequestError("model_weights_not_offered", column=weights, estimator=method or estimator)


def _refuse_columns(estimator: Estimator, method: str, effects: tuple[str, ...], groups: tuple[str, ...]) -> None:
    if estimator == "panel" and not effects:
        raise RequestError("model_needs_unit", method=method)
    if method == "first_differences" and len(effects) != 2:
        raise RequestError("model_needs_time", method=method)
    if method == "random_effects" and len(effects) > 2:
        raise RequestError("model_needs_unit", method=method)
    if effects and estimator not in ("panel", "iv", "binomial"):
        raise RequestError("model_columns_unused", estimator=estimator, option="effects", columns=", ".join(effects))
    if estimator == "multilevel" and not groups:
        raise RequestError("model_needs_groups")
    if groups and estimator != "multilevel":
        raise RequestError("model_columns_unused", estimator=estimator, option="groups", columns=", ".join(groups))


def _several(names: str | Sequence[str] | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names or ())


def _one_of(asked: str, words: tuple[Word, ...], refusal: str) -> Word:
    for word in words:
        if word == asked:
            return word
    raise RequestError(refusal, asked=asked, allowed=", ".join(word for word in words if word))
