"""What a table is about: which unit a row is, whose rules apply, what its headings mean.

A data set is described by one TOML file. Two come with the package, `world` (real) and `demo`
(synthetic). A researcher writes one beside a table of their own; an office's workbook with known
headings needs none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from qualityedu.columns import COLUMNS
from qualityedu.datasets.breaks import Break, break_complaints, read_break
from qualityedu.datasets.pack import PACK, read_pack
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.indicators import catalogue
from qualityedu.text import LANGUAGES

__all__ = ["INSIDE", "Break", "Dataset", "Unit", "open_dataset", "read_description", "shipped"]

Unit = Literal["school", "district", "economy"]

# The data sets that come with the package.
INSIDE = ("world", "demo")

YUAN = {"zh": "元", "en": "yuan"}


@dataclass(frozen=True)
class Dataset:
    """A table and what is needed to read it.

    `unit` is what one row stands for. `country` is the ISO 3166 code of the country whose regulations apply
    to its regions, empty for none. `currency` names the money in both languages. `lang` is the language in
    which its regions and units are named. `columns` gives, for names of `columns.py` or indicator ids, the
    heading that holds them where it is not a known one. `constants` are columns with one value for all rows. `breaks`
    are the years in which its series break. `sheet` is the sheet of a workbook or the table of a database to read, `*`
    for all sheets; where it is empty, whatever has the columns is read. `url` is the address of a database.
    """

    id: str
    table: Path
    title: dict[str, str]
    unit: Unit = "school"
    country: str = "CN"
    currency: dict[str, str] = field(default_factory=lambda: dict(YUAN))
    lang: str = "zh"
    synthetic: bool = False
    source: dict[str, str] = field(default_factory=dict)
    licence: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    sheet: str = ""
    url: str = field(default="", repr=False)

    @property
    def is_pack(self) -> bool:
        """Whether it is laid out region by region (see `pack.py`); `table` is then its `pack.json`."""
        return self.table.name == PACK

    @property
    def name(self) -> str:
        """What a person calls it: the name of its file, of a pack that of its folder."""
        return self.table.parent.name if self.is_pack else self.table.name


def shipped(*parts: str) -> Path:
    """A file or folder that comes with the package: from the wheel, or from the checkout it was installed from.

    Raises FileNotFoundError where neither holds it.
    """
    package = Path(str(files("qualityedu")))
    for root in (package, package.parents[1]):
        if (place := root.joinpath(*parts)).exists():
            return place
    raise FileNotFoundError("/".join(parts))


def open_dataset(source: str | Path) -> Dataset:
    """The data set of that name, description (.toml), table, pack (a folder) or address of a database.

    A sheet of a workbook or a table of a database is named after #, as in `学校.xlsx#小学`, `学校.xlsx#*` (all sheets)
    and `sqlite:///C:/data/schools.db#schools`.

    Raises RequestError where there is no such file, and DefinitionError where a description is wrong.
    """
    if str(source) in INSIDE:
        folder = shipped("data", str(source))
        return _described(Path(str(files(__name__).joinpath(f"{source}.toml"))), folder)
    if _is_address(str(source)):
        return _in_database(str(source))
    if (packed := _folder_of_pack(Path(source))) is not None:
        return _packed(packed)
    path, sheet = _file_and_sheet(source)
    if path.suffix == ".toml":
        described = _described(path, path.parent)
        return replace(described, sheet=sheet) if sheet else described
    return Dataset(id=path.stem, table=path, title=dict.fromkeys(LANGUAGES, path.stem), sheet=sheet)


def _folder_of_pack(path: Path) -> Path | None:
    folder = path.parent if path.name == PACK else path
    return folder if (folder / PACK).is_file() else None


def _packed(folder: Path) -> Dataset:
    pack = read_pack(folder)
    breaks = tuple(read_break(each) for each in pack.head.get("breaks", ()))
    return Dataset(pack.id, folder / PACK, **{**pack.head, "breaks": breaks})


def _is_address(source: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+._-]+://", source) is not None


def _in_database(source: str) -> Dataset:
    url, _, table = source.partition("#")
    return Dataset(id=table, table=Path(table), title=dict.fromkeys(LANGUAGES, table), sheet=table, url=url)


def _file_and_sheet(source: str | Path) -> tuple[Path, str]:
    path = Path(source)
    if path.is_file():
        return path, ""
    name, found, sheet = str(source).rpartition("#")
    if found and Path(name).is_file():
        return Path(name), sheet
    raise RequestError("no_such_file", path=str(source), inside=", ".join(INSIDE))


def read_description(path: Path) -> Dataset:
    """What a description (.toml) says of a table that is named apart, such as one over many files.

    `table` is the description itself: it need not name one. Raises RequestError where there is no such file, and
    DefinitionError with all that is wrong in it.
    """
    if not path.is_file():
        raise RequestError("no_such_file", path=str(path), inside=", ".join(INSIDE))
    return replace(_read(path, needed=("title",)), table=path)


def _read(path: Path, *, needed: Sequence[str]) -> Dataset:
    """As described; `table` is what stands there, beside no folder."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path.name}: {error}") from error
    head = dict(given.get("dataset", {}))
    columns, constants = dict(given.get("columns", {})), dict(given.get("constants", {}))
    complaints = _complaints(given, head, columns, constants, needed)
    if complaints:
        raise DefinitionError("\n".join(f"{path.name}: {complaint}" for complaint in complaints))
    where = str(head.pop("table", ""))
    breaks = tuple(read_break(each) for each in given.get("break", []))
    if _is_address(where):
        found = _in_database(where)
        return replace(found, id=path.stem, columns=columns, constants=constants, breaks=breaks, **head)
    return Dataset(path.stem, Path(where), columns=columns, constants=constants, breaks=breaks, **head)


def _described(path: Path, folder: Path) -> Dataset:
    found = _read(path, needed=("title", "table"))
    if found.url:
        return found
    where = found.table.as_posix()
    table = folder / where
    if not table.resolve().is_relative_to(folder.resolve()):
        raise RequestError("table_outside", name=path.name, seen=where)
    if not table.is_file():
        raise RequestError("no_such_file", path=str(table), inside=", ".join(INSIDE))
    return replace(found, table=table)


def _complaints(
    given: dict[str, Any],
    head: dict[str, object],
    columns: dict[str, str],
    constants: dict[str, object],
    needed: Sequence[str],
) -> list[str]:
    allowed = set(Dataset.__dataclass_fields__) - {"id", "columns", "constants", "breaks", "url"}
    names = set(COLUMNS) | set(catalogue())
    found = [f"no such table: [{name}]." for name in given if name not in ("dataset", "columns", "constants", "break")]
    found += [f"no such key in [dataset]: {name}." for name in head if name not in allowed]
    found += [f"[dataset] lacks `{name}`." for name in needed if name not in head]
    if head.get("unit", "school") not in get_args(Unit):
        found.append(f"`unit` is {head['unit']!r}; it is one of {', '.join(get_args(Unit))}.")
    for section, entries in (("columns", columns), ("constants", constants)):
        found += [
            f"[{section}] {name}: no such column or indicator. Columns are declared in columns.py."
            for name in entries
            if name not in names
        ]
    return found + break_complaints(given.get("break", []))
