"""An analysis plan: what was decided before looking, and how far what was fitted departs from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from qualityedu.errors import Problem, RequestError
from qualityedu.models.fit import Fit
from qualityedu.models.options import FEW_CLUSTERS, choose
from qualityedu.models.spec import Spec
from qualityedu.text import default_language, say

__all__ = ["Deviation", "Plan", "PlanError", "Planned", "deviations", "read_plan"]

_KEYS: dict[str, tuple[bool, type]] = {
    "title": (True, str), "decided": (True, date), "outcomes": (True, list), "samples": (False, dict),
    "specs": (True, dict),
}  # fmt: skip
_OF_SPEC: dict[str, tuple[bool, type]] = {
    "outcome": (True, str), "inputs": (True, list), "controls": (False, list), "cluster": (False, str),
    "stage": (False, str), "estimator": (False, str), "errors": (False, str), "sample": (False, str),
}  # fmt: skip
_KINDS = {
    str: "plan_kind_text", list: "plan_kind_list", dict: "plan_kind_names", date: "plan_kind_day",
}  # fmt: skip
# The sample of a spec that names none.
ALL = "all"


class PlanError(RequestError):
    """A plan cannot be read; `problems` holds every complaint, in the order of the file."""

    def __init__(self, problems: list[Problem], *, name: str) -> None:
        super().__init__("plan", count=len(problems), name=name)
        self.problems = problems

    def sentence(self, lang: str | None = None) -> str:
        """The head sentence, then one line for each complaint."""
        language = lang or default_language()
        return "\n".join([super().sentence(language), *(each.sentence(language) for each in self.problems)])


@dataclass(frozen=True)
class Planned:
    """One model that was decided on: its `Spec`, how it is to be estimated, and the name of its sample."""

    spec: Spec
    estimator: str = "ols"
    errors: str = "HC1"
    sample: str = ALL


@dataclass(frozen=True)
class Plan:
    """What was decided before. `samples` maps a name to a condition, empty for every row; `sha256` is of the file."""

    title: str
    decided: date
    outcomes: tuple[str, ...]
    samples: dict[str, str]
    specs: tuple[Planned, ...]
    sha256: str = field(repr=False)


@dataclass(frozen=True)
class Deviation:
    """One departure from a plan. `kind` is `unplanned`, `unfitted` or `otherwise`; `model` its name or formula."""

    kind: str
    model: str
    values: dict[str, object] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """The departure in words."""
        stage = self.values.get("stage")
        words = {**self.values, "stage": say(f"stage.{stage}", lang) if stage else say("study.all_stages", lang)}
        return say(f"plan.{self.kind}", lang, model=self.model, **words)


def read_plan(path: str | Path) -> Plan:
    """Read an analysis plan, a YAML file.

    Its keys are `title`, `decided` (a day such as 2026-03-01), `outcomes` (a list), `samples` (name: condition, an
    empty condition for every row; `all` is always there) and `specs` (name: `outcome`, `inputs`, and optionally
    `controls`, `cluster`, `stage`, `estimator`, `errors`, `sample`). Terms are written as in `Spec`. Nothing is
    guessed: an unknown or repeated key is refused as much as a missing one.

    Raises PlanError with all complaints at once, and RequestError where there is no such file.
    """
    place = Path(path)
    try:
        content = place.read_bytes()
    except OSError as error:
        raise RequestError("no_plan", path=path) from error
    complaints: list[Problem] = []
    given = _loaded(content, complaints)
    if given is not None:
        _check_keys(given, _KEYS, "", complaints)
    if complaints or given is None:
        raise PlanError(complaints, name=place.name)
    outcomes = tuple(_texts(given["outcomes"], "outcomes", complaints))
    samples = {ALL: "", **_samples(given.get("samples", {}), complaints)}
    specs = [
        planned
        for name, each in given["specs"].items()
        if (planned := _planned(str(name), each, outcomes, samples, complaints)) is not None
    ]
    for idle in sorted(set(outcomes) - _named(given["specs"])):
        complaints.append(Problem("plan_idle_outcome", "outcomes", {"outcome": idle}))
    if not given["specs"]:
        complaints.append(Problem("plan_empty", "specs"))
    if complaints:
        raise PlanError(complaints, name=place.name)
    return Plan(given["title"], given["decided"], outcomes, samples, tuple(specs), hashlib.sha256(content).hexdigest())


def deviations(plan: Plan, fits: Sequence[Fit] | Mapping[str, Sequence[Fit]]) -> list[Deviation]:
    """What was fitted but not planned, what was planned but not fitted, and what was fitted otherwise than planned.

    `fits` are those over all rows, or a mapping from the names of samples to those over each. Models are the same
    where outcome, terms (in any order), stage and sample are; `otherwise` are those with another estimator or other
    errors. Clustered errors that few clusters turned into the wild bootstrap are as planned. A fit by a bare
    formula has no stage. The order is that of the fits, then that of the plan.
    """
    given = fits if isinstance(fits, Mapping) else {ALL: fits}
    found, met = [], set()
    for sample, several in given.items():
        for each in several:
            alike = [planned for planned in plan.specs if _key(planned.spec, planned.sample) == _key_of(each, sample)]
            met |= {planned.spec.name for planned in alike}
            if not alike:
                found.append(Deviation("unplanned", each.formula, {"sample": sample, "stage": _stage_of(each)}))
            elif not any(_as_planned(planned, each) for planned in alike):
                words: dict[str, object] = {
                    "planned": f"{alike[0].estimator}, {_errors(alike[0])}",
                    "fitted": f"{each.estimator}, {each.errors}",
                }
                found.append(Deviation("otherwise", alike[0].spec.name, words))
    missing = [planned for planned in plan.specs if planned.spec.name not in met]
    return [
        *found,
        *(Deviation("unfitted", planned.spec.name, _words(planned)) for planned in missing),
    ]


class _Strict(yaml.SafeLoader):
    """Refuses a key that is given twice, of which YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, (name, (key, _)) in enumerate(zip(names, node.value, strict=True)):
            if name in names[:place]:
                raise yaml.constructor.ConstructorError(None, None, f"{name}: 2×", key.start_mark)
        return super().construct_mapping(node, deep)


def _loaded(content: bytes, complaints: list[Problem]) -> dict[str, Any] | None:
    try:
        given = yaml.load(content, Loader=_Strict)
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        values = {"said": getattr(error, "problem", None) or "", "line": mark.line + 1 if mark else 1}
        complaints.append(Problem("plan_yaml", "", values))
        return None
    if not isinstance(given, dict):
        complaints.append(Problem("plan_no_keys", "", {"keys": ", ".join(_KEYS)}))
        return None
    return given


def _check_keys(
    given: Mapping[Any, Any], known: Mapping[str, tuple[bool, type]], where: str, complaints: list[Problem]
) -> None:
    for name, value in given.items():
        if name not in known:
            complaints.append(Problem("plan_unknown_key", _at(where, name), {"known": ", ".join(known)}))
        elif type(value) is not known[name][1]:
            complaints.append(Problem(_KINDS[known[name][1]], _at(where, name), {"seen": repr(value)}))
    for name, (needed, _) in known.items():
        if needed and name not in given:
            complaints.append(Problem("plan_missing_key", _at(where, name)))


def _at(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)


def _texts(given: Any, where: str, complaints: list[Problem]) -> list[str]:
    odd = [each for each in given if not isinstance(each, str)]
    complaints += [Problem("plan_kind_text", where, {"seen": repr(each)}) for each in odd]
    return [each for each in given if isinstance(each, str)]


def _samples(given: Mapping[Any, Any], complaints: list[Problem]) -> dict[str, str]:
    samples = {}
    for name, condition in given.items():
        if condition is not None and not isinstance(condition, str):
            complaints.append(Problem("plan_kind_text", _at("samples", name), {"seen": repr(condition)}))
        elif name == ALL and condition:
            complaints.append(Problem("plan_all", _at("samples", name), {"seen": repr(condition)}))
        else:
            samples[str(name)] = condition or ""
    return samples


def _planned(
    name: str, given: Any, outcomes: Sequence[str], samples: Mapping[str, str], complaints: list[Problem]
) -> Planned | None:
    where, before = _at("specs", name), len(complaints)
    if not isinstance(given, dict):
        complaints.append(Problem("plan_kind_names", where, {"seen": repr(given)}))
        return None
    _check_keys(given, _OF_SPEC, where, complaints)
    if len(complaints) > before:
        return None
    inputs = _texts(given["inputs"], _at(where, "inputs"), complaints)
    controls = _texts(given.get("controls", []), _at(where, "controls"), complaints)
    spec = Spec(name, given["outcome"], tuple(inputs), tuple(controls), given.get("cluster"), given.get("stage"))
    planned = Planned(spec, given.get("estimator", "ols"), given.get("errors", "HC1"), given.get("sample", ALL))
    if spec.outcome not in outcomes:
        known = ", ".join(outcomes)
        complaints.append(Problem("plan_outcome", _at(where, "outcome"), {"seen": spec.outcome, "known": known}))
    if planned.sample not in samples:
        known = ", ".join(samples)
        complaints.append(Problem("plan_sample", _at(where, "sample"), {"seen": planned.sample, "known": known}))
    if not inputs:
        complaints.append(Problem("plan_no_inputs", _at(where, "inputs")))
    else:
        _check_words(planned, where, complaints)
    return planned


def _check_words(planned: Planned, where: str, complaints: list[Problem]) -> None:
    """The formula can be read, and estimator and errors are words of `fit`."""
    try:
        planned.spec.columns()
        choose(
            planned.estimator, method=None, errors=planned.errors, cluster=planned.spec.cluster, effects=(),
            groups=None, random="1", weights=None, small_sample=None, quantile=0.5, seed=1,
        )  # fmt: skip
    except RequestError as refused:
        complaints.append(_Refused("plan", where, {"refused": refused}))


class _Refused(Problem):
    """A refusal of `fit` as a complaint about a place."""

    def sentence(self, lang: str) -> str:
        """The refusal in words, after its place."""
        refused = self.values["refused"]
        assert isinstance(refused, RequestError)
        return f"{self.where}  {refused.sentence(lang)}"


def _named(specs: Mapping[Any, Any]) -> set[str]:
    return {str(each["outcome"]) for each in specs.values() if isinstance(each, dict) and "outcome" in each}


def _key(spec: Spec, sample: str) -> tuple[object, ...]:
    return (*_sides(spec.formula), spec.stage, sample)


def _key_of(fitted: Fit, sample: str) -> tuple[object, ...]:
    return (*_sides(fitted.formula), _stage_of(fitted), sample)


def _stage_of(fitted: Fit) -> str | None:
    return fitted.spec.stage if fitted.spec else None


def _words(planned: Planned) -> dict[str, object]:
    return {"formula": planned.spec.formula, "sample": planned.sample, "stage": planned.spec.stage}


def _sides(formula: str) -> tuple[str, frozenset[str]]:
    outcome, _, right = formula.partition("~")
    terms = {"".join(each.split()) for each in right.split("+")} - {"1"}
    return "".join(outcome.split()), frozenset(terms)


def _errors(planned: Planned) -> str:
    return "cluster" if planned.spec.cluster and planned.errors == "HC1" else planned.errors


def _as_planned(planned: Planned, fitted: Fit) -> bool:
    few = fitted.errors == "wild" and fitted.clusters is not None and fitted.clusters < FEW_CLUSTERS
    errors = "cluster" if few and _errors(planned) == "cluster" else fitted.errors
    return planned.estimator in (fitted.estimator, fitted.method) and _errors(planned) == errors
