"""The sampling variance of an estimate: by replicate weights, or by linearisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.models.survey import Survey

__all__ = ["Drawn", "drawn", "linearised", "replicated"]


@dataclass(frozen=True, eq=False)
class Drawn:
    """A design worked out on a table of n rows.

    `weights` (n) are the full weights and `replicates` (n × R) the others, R being 0 without any. `stratum` and
    `cluster` number first-stage strata and units from 0; `population` (n) is the number of units in the row's
    stratum, infinite where unknown.
    """

    survey: Survey
    weights: np.ndarray
    replicates: np.ndarray
    stratum: np.ndarray
    cluster: np.ndarray
    population: np.ndarray

    def degrees(self, inside: np.ndarray) -> float:
        """Degrees of freedom for the rows `inside`: clusters less strata, or rank of the weights less one."""
        if self.survey.df is not None:
            return float(self.survey.df)
        if self.replicates.size:
            # The tolerance is the one that R's survey uses.
            inner = self.replicates[inside]
            lengths = np.sqrt(np.maximum(np.linalg.eigvalsh(inner.T @ inner), 0))
            return float((lengths > 1e-5 * lengths[-1]).sum() - 1)
        return float(len(np.unique(self.cluster[inside])) - len(np.unique(self.stratum[inside])))


def drawn(survey: Survey, frame: pd.DataFrame) -> Drawn:
    """The design on the rows of `frame`, which all have a weight, a stratum and a cluster."""
    rows = len(frame)
    stratum = pd.factorize(frame[survey.strata])[0] if survey.strata else np.zeros(rows, dtype=int)
    keys = frame[survey.clusters] if survey.clusters else pd.Series(np.arange(rows), index=frame.index)
    # A code may come back in another stratum, where it is another cluster.
    cluster = pd.MultiIndex.from_arrays([stratum, keys]).factorize()[0]
    population = frame[survey.fpc].to_numpy(dtype=float) if survey.fpc else np.full(rows, np.inf)
    weights = frame[survey.weights].to_numpy(dtype=float) if survey.weights else np.ones(rows)
    columns = list(survey.replicates.columns) if survey.replicates else []
    return Drawn(survey, weights, frame[columns].to_numpy(dtype=float), stratum, cluster, population)


def replicated(survey: Survey, full: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """Σ cᵣ (θᵣ − θ)² for each of p figures; `full` has p, `replicates` R × p."""
    assert survey.replicates is not None
    return survey.replicates.factors() @ (replicates - full) ** 2


def linearised(design: Drawn, scores: np.ndarray) -> np.ndarray:
    """The variance of the total of `scores` (n × p), which are 0 in rows outside the group looked at.

    Σ_h (1 − n_h/N_h) n_h/(n_h − 1) Σ_i (z_hi − z̄_h)², over the n_h clusters of stratum h, z_hi being the total of
    cluster i (Binder 1983; Lumley 2010, Complex Surveys, chapter 2): later stages add nothing of their own.

    Raises RequestError for a stratum with one cluster where the design says `refuse`, and where a
    stratum has more clusters in the sample than `fpc` says there are.
    """
    totals = pd.DataFrame(scores).groupby(design.cluster).sum().to_numpy()
    first = pd.Series(np.arange(len(design.cluster))).groupby(design.cluster).first().to_numpy()
    stratum, population = design.stratum[first], design.population[first]
    overall = totals.mean(axis=0)
    variance = np.zeros(scores.shape[1])
    for number in np.unique(stratum):
        inside = totals[stratum == number]
        count, available = len(inside), float(population[stratum == number][0])
        if count > available:
            raise RequestError("survey_fpc", column=design.survey.fpc, count=count, available=available)
        if count == available:
            continue
        if count > 1:
            centred = inside - inside.mean(axis=0)
            variance += (1 - count / available) * count / (count - 1) * (centred**2).sum(axis=0)
        elif design.survey.lonely == "refuse":
            raise RequestError("survey_lonely", column=design.survey.strata)
        elif design.survey.lonely == "overall":
            variance += (1 - count / available) * ((inside - overall) ** 2).sum(axis=0)
    return variance
