"""The words that `fit` understands."""

from __future__ import annotations

from typing import Literal, TypeVar, get_args

from qualityedu.errors import RequestError

__all__ = ["Errors", "Estimator", "chosen_errors", "chosen_estimator"]

Estimator = Literal["ols", "wls"]
Errors = Literal["classical", "HC0", "HC1", "HC2", "HC3", "cluster"]

Word = TypeVar("Word", bound=str)


def chosen_estimator(asked: str, weights: str | None) -> Estimator:
    """The estimator of that name. Raises RequestError for an unknown one, or one that weights do not fit."""
    estimator: Estimator = _one_of(asked, get_args(Estimator), "model_unknown_estimator")
    if estimator == "wls" and weights is None:
        raise RequestError("model_needs_weights")
    if estimator == "ols" and weights is not None:
        raise RequestError("model_weights_unused", column=weights)
    return estimator


def chosen_errors(asked: str, cluster: str | None) -> Errors:
    """The errors of that name; a cluster column makes them clustered.

    Raises RequestError for an unknown name, for `cluster` without a column, and for a column beside errors
    that cannot be clustered. `HC1`, the default of `fit`, beside a column is read as clustered.
    """
    errors: Errors = _one_of(asked, get_args(Errors), "model_unknown_errors")
    if cluster is None:
        if errors == "cluster":
            raise RequestError("model_needs_cluster")
        return errors
    if errors not in ("HC1", "cluster"):
        raise RequestError("model_errors_with_cluster", errors=errors, column=cluster)
    return "cluster"


def _one_of(asked: str, words: tuple[Word, ...], refusal: str) -> Word:
    for word in words:
        if word == asked:
            return word
    raise RequestError(refusal, asked=asked, allowed=", ".join(words))
