"""How far a number may be from the one that was kept, by kind of quantity; `tolerances.toml` says why."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from qualityedu.errors import DefinitionError

__all__ = ["Tolerance", "tolerance_for", "tolerances", "tolerances_reviewed"]


@dataclass(frozen=True)
class Tolerance:
    """The most that two numbers of one kind may differ: `absolute` + `relative` × |kept|, or not at all."""

    kind: str
    why: str
    absolute: Decimal = Decimal(0)
    relative: Decimal = Decimal(0)
    exact: bool = False

    def allowed(self, kept: Decimal, decimals: int) -> Decimal:
        """The difference allowed to a number that is printed with so many decimals, in the number's own unit."""
        if self.exact:
            return Decimal(0)
        return self.absolute + self.relative * abs(kept) + Decimal(1).scaleb(-decimals)


@lru_cache
def tolerances() -> dict[str, Tolerance]:
    """Every kind of quantity and its tolerance. Raises DefinitionError where the file is wrong."""
    kinds = {kind: given for kind, given in _file().items() if kind != "reviewed"}
    return {kind: _tolerance(kind, dict(given)) for kind, given in kinds.items()}


def tolerance_for(kind: str) -> Tolerance:
    """The tolerance of one kind of quantity. Raises DefinitionError where the file does not have it."""
    if kind not in tolerances():
        raise DefinitionError(f"tolerances.toml: no such kind: {kind}.")
    return tolerances()[kind]


def tolerances_reviewed() -> date:
    """The day on which somebody last thought about them."""
    reviewed = _file()["reviewed"]
    if not isinstance(reviewed, date):
        raise DefinitionError("tolerances.toml: `reviewed` is the day on which it was last thought about.")
    return reviewed


@lru_cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files("qualityedu.report").joinpath("tolerances.toml").read_text(encoding="utf-8"))


def _tolerance(kind: str, given: dict[str, object]) -> Tolerance:
    why, exact = str(given.pop("why", "")), bool(given.pop("exact", False))
    numbers = {name: Decimal(str(given.pop(name))) for name in ("absolute", "relative") if name in given}
    if given or not why or exact == bool(numbers):
        raise DefinitionError(f"tolerances.toml: [{kind}] needs `why`, and either `exact` or how far it may be off.")
    return Tolerance(kind, why, exact=exact, **numbers)
