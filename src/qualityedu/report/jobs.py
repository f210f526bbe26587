"""Which reports there are to make of a table: one for each region, then those about all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qualityedu.datasets import INSIDE, Dataset
from qualityedu.datasets.pack import check_prepared, read_pack
from qualityedu.errors import IntakeError, Problem, RequestError
from qualityedu.release import DEFAULT, Policy
from qualityedu.report.contents import Contents, basis_of, contents_of
from qualityedu.report.plan import KEPT, Job, refuse_twice
from qualityedu.report.request import Parameter, Request, parameters_of
from qualityedu.report.snapshot import snapshot
from qualityedu.text import say

__all__ = ["jobs_of"]

_OF_ALL = ("between_regions", "quality_and_exam", "inputs_and_outcomes")
# Of a pack, what rests on the findings of its regions and not on every school.
_OF_PACK = ("nation",)
_ON_EVERY_SCHOOL = ("quality_and_exam", "inputs_and_outcomes")


def jobs_of(
    dataset: Dataset,
    source: str,
    *,
    year: int,
    regions: Sequence[str] = (),
    lang: str,
    notebook: str = "",
    into: Path | None = None,
    policy: Policy = DEFAULT,
) -> list[Job]:
    """The reports to make of a data set in one year: those of its regions by code, then those about all regions.

    `source` is what `dataset` was opened from; a table of a database is read once and kept in `into`. With `regions`,
    codes or exact names, only theirs. `notebook` is the path of another notebook to run instead of those of the
    package: for each region where it has a parameter `region`, else once. What the table holds is remembered in `into`.
    `policy` says what is withheld; where counts are rounded, the notebooks whose models rest on every school as it is
    are not made.

    Regions with cells to mend become jobs that say so and cannot be made; raises IntakeError where that is true of all,
    or where the cells cannot be put down to some of them. Raises RequestError for an unknown year or region, for one
    that is named twice, for a table without a region in that year, and for a pack without the values of that year.
    """
    if dataset.url:
        dataset = snapshot(dataset, (into or Path("reports")) / KEPT, lang=lang)
        source = str(dataset.table)
    contents = contents_of(dataset, lang=lang, kept=into / KEPT if into else None)
    _check_year(contents, year)
    if dataset.is_pack:
        check_prepared(read_pack(dataset.table.parent), year)
    names = {code: _name_of(contents, code, year) for code in sorted({*contents.regions, *contents.faulty})}
    there = {code: name for code, name in names.items() if code in contents.faulty or _units(contents, code, year)}
    chosen = _chosen(there, regions)
    declared = parameters_of(notebook) if notebook else {}
    given = source if source in INSIDE else str(Path(source).resolve())
    base: dict[str, Parameter] = {"data": given, "year": year, "lang": lang}
    if policy != DEFAULT:
        base |= {"threshold": policy.threshold, "rounded": policy.rounded, "override": policy.override}
    of_all = [notebook] if notebook else _notebooks_of_all(dataset, policy)
    jobs = []
    if not notebook or "region" in declared:
        jobs = [
            _of_region(dataset, contents, code, name, {**base, "region": code}, notebook, asked=bool(regions))
            for code, name in chosen.items()
        ]
    if not regions and not (notebook and "region" in declared):
        jobs += [_of_all(dataset, contents, name, base) for name in of_all]
    if not jobs:
        raise RequestError("no_regions")
    return jobs


def _notebooks_of_all(dataset: Dataset, policy: Policy) -> list[str]:
    if dataset.is_pack:
        return list(_OF_PACK)
    return [name for name in _OF_ALL if not (policy.rounded and name in _ON_EVERY_SCHOOL)]


def _of_region(
    dataset: Dataset,
    contents: Contents,
    code: str,
    name: str,
    parameters: dict[str, Parameter],
    notebook: str,
    *,
    asked: bool,
) -> Job:
    request = Request(notebook or "region_report", _declared(notebook or "region_report", parameters))
    title = say("report.title_page", request.lang, region=name)
    if code in contents.faulty:
        _, problems = contents.faulty[code]
        return Job(request, dataset, title, name, 0, asked, to_mend=_in_words(problems, dataset, request.lang))
    units = _units(contents, code, int(parameters["year"]))
    return Job(request, dataset, title, name, units, asked, basis_of(contents, code))


def _of_all(dataset: Dataset, contents: Contents, notebook: str, base: dict[str, Parameter]) -> Job:
    request = Request(notebook, _declared(notebook, {**base}))
    title = request.name if notebook.endswith(".ipynb") else say(f"title.{notebook}", request.lang)
    units = sum(_units(contents, code, int(base["year"])) for code in contents.regions)
    if contents.faulty and not contents.set_aside:
        problems = [problem for _, found in contents.faulty.values() for problem in found]
        return Job(request, dataset, title, title, units, to_mend=_in_words(problems, dataset, request.lang))
    return Job(request, dataset, title, title, units, basis=basis_of(contents, None))


def _declared(notebook: str, parameters: dict[str, Parameter]) -> dict[str, Parameter]:
    """Only what a notebook declares: of how much is withheld not every one speaks."""
    known = parameters_of(notebook)
    return {name: value for name, value in parameters.items() if name in known}


def _in_words(problems: list[Problem], dataset: Dataset, lang: str) -> str:
    return IntakeError(problems, name=dataset.name).sentence(lang)


def _check_year(contents: Contents, year: int) -> None:
    if contents.years and year not in contents.years:
        raise RequestError("unknown_year", year=year, known=", ".join(map(str, contents.years)))


def _units(contents: Contents, code: str, year: int) -> int:
    return contents.regions[code].units.get(str(year), 0) if code in contents.regions else 0


def _name_of(contents: Contents, code: str, year: int) -> str:
    if code in contents.faulty:
        return contents.faulty[code][0]
    return contents.regions[code].names.get(str(year), code)


def _chosen(names: dict[str, str], regions: Sequence[str]) -> dict[str, str]:
    if not regions:
        return names
    by_name = {name: code for code, name in names.items()}
    unknown = [region for region in regions if region not in names and region not in by_name]
    if unknown:
        known = ", ".join(f"{code} {name}" if code != name else code for code, name in list(names.items())[:12])
        raise RequestError("unknown_region", region=unknown[0], known=known)
    codes = [(region if region in names else by_name[region], region) for region in regions]
    refuse_twice(codes)
    return {code: names[code] for code, _ in codes}
