"""What a table of many files is about: said in a description (.toml), by options, or taken for granted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from qualityedu.datasets import Dataset, read_description
from qualityedu.text import LANGUAGES

__all__ = ["dataset_of"]

country = click.option(
    "--country",
    default=None,
    help="适用哪国的规定，默认 CN / whose regulations apply (default: CN); none: ''.",
)
description = click.option(
    "--description",
    type=click.Path(path_type=Path),
    default=None,
    help="说明文件 .toml：表头、常量、国别等 / a description (.toml): headings, constants, country and so on.",
)


def dataset_of(table: Path, name: str, *, description: Path | None, country: str | None, title: str = "") -> Dataset:
    """The data set of that name: as described, and as the options say where they say otherwise.

    Raises RequestError where there is no such description, and DefinitionError where it is wrong.
    """
    plain = Dataset(name, table, dict.fromkeys(LANGUAGES, title or name))
    if description is not None:
        described = read_description(description)
        plain = replace(described, id=name, table=table, title=plain.title if title else described.title)
    return plain if country is None else replace(plain, country=country)
