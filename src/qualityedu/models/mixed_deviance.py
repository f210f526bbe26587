"""The deviance of a multilevel model, worked out from sums by group, with everything but variances profiled out.

For y = Xb + Zu + e with u ~ N(0, σ²ΛΛ') and W = [X, y], all that is needed is W'V⁻¹W and log|V| for given Λ
(Bates, Mächler, Bolker and Walker 2015, "Fitting linear mixed-effects models using lme4", Journal of Statistical
Software 67(1)). With random intercepts both follow from the rows and column sums of each lowest group; a group's
rows themselves are not needed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import minimize

from qualityedu.models.sandwich import sums_by

__all__ = ["Crossed", "Nested", "Pieces", "Profile", "Slopes", "lowest", "observed"]

_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


class Pieces(Protocol):
    """A structure of groups. `theta` is Λ's free elements; diagonal ones are not negative."""

    def pieces(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """log|V| and W'V⁻¹W, both with σ² = 1."""
        ...

    def start(self) -> np.ndarray:
        """Where to begin."""
        ...

    def free(self) -> np.ndarray:
        """Which elements may be negative."""
        ...


@dataclass(frozen=True, eq=False)
class Nested:
    """Random intercepts of one level, or of two with each lowest group in one `parent`.

    `counts` are rows by lowest group, `sums` the column sums of W by lowest group, `cross` is W'W.
    """

    counts: np.ndarray
    sums: np.ndarray
    cross: np.ndarray
    parent: np.ndarray | None = None

    @classmethod
    def of(cls, columns: np.ndarray, lowest: np.ndarray, parent: np.ndarray | None) -> Nested:
        """From rows, which are looked at once."""
        counts = np.bincount(lowest).astype("float64")
        home = None
        if parent is not None:
            home = np.zeros(len(counts), dtype=parent.dtype)
            home[lowest] = parent
        return cls(counts, sums_by(lowest, columns), columns.T @ columns, home)

    def pieces(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        lower, whole = theta[-1] ** 2, 1 + self.counts * theta[-1] ** 2
        left = self.cross - (self.sums * (lower / whole)[:, None]).T @ self.sums
        logs = float(np.log(whole).sum())
        if self.parent is not None:
            upper = theta[0] ** 2
            weights = np.bincount(self.parent, self.counts / whole)
            sums = sums_by(self.parent, self.sums / whole[:, None])
            outer = 1 + weights * upper
            left = left - (sums * (upper / outer)[:, None]).T @ sums
            logs += float(np.log(outer).sum())
        return logs, left

    def start(self) -> np.ndarray:
        return np.full(1 if self.parent is None else 2, 0.3)

    def free(self) -> np.ndarray:
        return np.zeros(len(self.start()), dtype=bool)


@dataclass(frozen=True, eq=False)
class Slopes:
    """Random intercepts and slopes of one level: Z'Z and Z'W by group. `theta` is the lower triangle of Λ by rows."""

    squares: np.ndarray
    products: np.ndarray
    cross: np.ndarray

    @classmethod
    def of(cls, columns: np.ndarray, random: np.ndarray, groups: np.ndarray) -> Slopes:
        """From rows, which are looked at once."""
        width = random.shape[1]

        def by_group(right: np.ndarray) -> np.ndarray:
            stacked = [sums_by(groups, random[:, [place]] * right) for place in range(width)]
            return np.stack(stacked, axis=1)

        return cls(by_group(random), by_group(columns), columns.T @ columns)

    def triangle(self, theta: np.ndarray) -> np.ndarray:
        """Λ, so that ΛΛ' is the covariance of a group's coefficients over σ²."""
        width = self.squares.shape[1]
        lower = np.zeros((width, width))
        lower[np.tril_indices(width)] = theta
        return lower

    def pieces(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        lower = self.triangle(theta)
        inner = np.eye(len(lower)) + lower.T @ self.squares @ lower
        turned = lower.T @ self.products
        solved = np.linalg.solve(inner, turned)
        left = self.cross - np.einsum("gqi,gqj->ij", turned, solved)
        return float(np.linalg.slogdet(inner)[1].sum()), left

    def start(self) -> np.ndarray:
        return 0.3 * np.eye(self.squares.shape[1])[np.tril_indices(self.squares.shape[1])]

    def free(self) -> np.ndarray:
        rows, columns = np.tril_indices(self.squares.shape[1])
        return rows != columns


@dataclass(frozen=True, eq=False)
class Crossed:
    """Random intercepts of several sets of groups that cross; `sets` says which set each level is of."""

    squares: np.ndarray
    products: np.ndarray
    cross: np.ndarray
    sets: np.ndarray

    @classmethod
    def of(cls, columns: np.ndarray, groups: tuple[np.ndarray, ...]) -> Crossed:
        """From rows, which are looked at once."""
        from scipy.sparse import coo_array, hstack

        rows = np.arange(len(columns))
        parts = [coo_array((np.ones(len(codes)), (rows, codes))).tocsr() for codes in groups]
        z = hstack(parts).tocsr()
        sets = np.repeat(np.arange(len(groups)), [part.shape[1] for part in parts])
        return cls((z.T @ z).toarray(), z.T @ columns, columns.T @ columns, sets)

    def pieces(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        scale = theta[self.sets]
        inner = self.squares * np.outer(scale, scale)
        inner[np.diag_indices_from(inner)] += 1
        root = np.linalg.cholesky(inner)
        solved = np.linalg.solve(root, scale[:, None] * self.products)
        return 2 * float(np.log(np.diag(root)).sum()), self.cross - solved.T @ solved

    def start(self) -> np.ndarray:
        return np.full(int(self.sets.max()) + 1, 0.3)

    def free(self) -> np.ndarray:
        return np.zeros(len(self.start()), dtype=bool)


@dataclass(frozen=True, eq=False)
class Profile:
    """The estimates at a `theta`: −2 log-likelihood (restricted where `reml`), coefficients, their covariance, σ²."""

    theta: np.ndarray
    deviance: float
    estimates: np.ndarray
    covariance: np.ndarray
    variance: float


def lowest(structure: Pieces, rows: int, *, reml: bool) -> Profile | None:
    """The profile of lowest deviance over several beginnings, None where going on would still lower it."""
    free = structure.free()
    bounds = [(None, None) if each else (0, None) for each in free]

    def deviance(theta: np.ndarray) -> float:
        return profile(structure, np.asarray(theta), rows, reml=reml).deviance

    found = []
    for size in (1.0, 0.1, 4.0):
        begun = minimize(deviance, structure.start() * size, method="L-BFGS-B", bounds=bounds)
        found.append(begun.x)
    best = min(found, key=deviance)
    for _ in range(3):
        held = minimize(
            deviance,
            best,
            method="Nelder-Mead",
            bounds=bounds,
            options={"xatol": 1e-8, "fatol": 1e-9, "maxiter": 400 * len(best), "initial_simplex": _simplex(best, free)},
        )
        settled = deviance(best) - held.fun < 1e-6
        best = held.x if held.fun < deviance(best) else best
        if settled:
            return profile(structure, best, rows, reml=reml)
    return None


def profile(structure: Pieces, theta: np.ndarray, rows: int, *, reml: bool) -> Profile:
    """Coefficients, their covariance and the deviance at given relative variances."""
    logs, left = structure.pieces(theta)
    terms, right, total = left[:-1, :-1], left[:-1, -1], left[-1, -1]
    root = np.linalg.cholesky(terms)
    half = np.linalg.solve(root, right)
    degrees = rows - len(terms) if reml else rows
    squares = float(total - half @ half)
    variance = squares / degrees
    deviance = degrees * (1 + np.log(2 * np.pi * variance)) + logs
    if reml:
        deviance += 2 * float(np.log(np.diag(root)).sum())
    inverse = np.linalg.inv(root)
    return Profile(theta, float(deviance), inverse.T @ half, variance * inverse.T @ inverse, variance)


def observed(structure: Pieces, found: Profile, rows: int, *, reml: bool) -> np.ndarray:
    """The covariance of the coefficients by the observed information of coefficients and variances together.

    Where groups are of unlike size the two are not quite unrelated in a sample, which (X'V⁻¹X)⁻¹ leaves out. This is
    what statsmodels' MixedLM prints; lme4, SAS and HLM print the other, larger or smaller by parts in a thousand.
    """
    residual = np.append(-found.estimates, 1.0)
    degrees = rows - len(found.estimates) if reml else rows
    step = 1e-3 * np.maximum(np.abs(found.theta), 1e-2)

    def at(theta: np.ndarray) -> tuple[float, np.ndarray]:
        logs, left = structure.pieces(theta)
        if reml:
            logs += float(np.linalg.slogdet(left[:-1, :-1])[1])
        return -0.5 * (degrees * np.log(residual @ left @ residual) + logs), (left @ residual)[:-1]

    moves = np.diag(step)
    count = len(step)
    middle, _ = at(found.theta)
    curvature, cross = np.empty((count, count)), np.empty((len(found.estimates), count))
    for row in range(count):
        (above, up), (below, down) = at(found.theta + moves[row]), at(found.theta - moves[row])
        curvature[row, row] = (above - 2 * middle + below) / step[row] ** 2
        cross[:, row] = (up - down) / (2 * step[row]) / found.variance
        for column in range(row):
            corners = [at(found.theta + a * moves[row] + b * moves[column])[0] for a, b in _CORNERS]
            mixed = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * step[row] * step[column])
            curvature[row, column] = curvature[column, row] = mixed
    inside = (found.theta > 1e-4) | structure.free()
    if not inside.any() or np.linalg.eigvalsh(curvature[np.ix_(inside, inside)])[-1] >= 0:
        return found.covariance
    cross, curvature = cross[:, inside], curvature[np.ix_(inside, inside)]
    information = np.linalg.inv(found.covariance) + cross @ np.linalg.solve(curvature, cross.T)
    return np.linalg.inv(information)


def _simplex(centre: np.ndarray, free: np.ndarray) -> np.ndarray:
    step = 0.02 * np.maximum(np.abs(centre), 0.05)
    return np.vstack([centre, centre + np.diag(step)])
