"""What is written beside a batch: a crate that its own library reads, a package of numbers held against a schema."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from rocrate.rocrate import ROCrate

from conftest import ROOT
from qualityedu.datasets import open_dataset
from qualityedu.findings import Overview
from qualityedu.report import Job, Made, Request, write_records
from qualityedu.tables import export_findings
from qualityedu.text import LANGUAGES

SCHEMA = json.loads((ROOT / "tests" / "reference" / "datapackage.schema.json").read_text(encoding="utf-8"))
DIGEST = """\
999902 2023 backbone_teachers_per_100 primary spread   -0.2344   0.5000 met
999902 2023 x junior region — — withheld
"""


def _made(into: Path, region: str, status: str = "made", data: str = "demo") -> Made:
    parameters = {"data": data, "region": region, "year": 2023, "lang": "zh"}
    job = Job(Request("region_report", dict(parameters)), open_dataset(data), title=f"区 {region}", name="x", units=30)
    folder = into / data / f"{region}-2023-zh-0123456789"
    (folder / "share").mkdir(parents=True, exist_ok=True)
    (folder / "share" / "report.html").write_text("<p>1</p>", encoding="utf-8")
    (folder / "numbers.txt").write_text(DIGEST.replace("999902", region), encoding="utf-8")
    record = {
        "request": {"notebook": "region_report", "parameters": parameters},
        "data": {"name": "学校 2023.xlsx", "sha256": hashlib.sha256(data.encode()).hexdigest()},
        "id": "0123456789",
        "outputs": {"share/report.html": "a" * 64, "numbers.txt": "b" * 64},
    }
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")
    return Made(job, status, folder)  # type: ignore[arg-type]


@pytest.fixture
def made(tmp_path: Path) -> list[Made]:
    (tmp_path / "index.html").write_text("<p>x</p>", encoding="utf-8")
    failed = _made(tmp_path, "999904")
    return [
        _made(tmp_path, "999902"),
        _made(tmp_path, "澄湾区", data="world"),
        Made(failed.job, "failed", None, reason="x"),
    ]


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


class TestCrate:
    def test_its_own_library_reads_it(self, made: list[Made], tmp_path: Path) -> None:
        write_records(tmp_path, made, lang="en")
        crate = ROCrate(tmp_path)
        (action,) = crate.get_by_type("CreateAction")
        assert crate.metadata.version == "1.2"
        assert [each["name"] for each in action["result"]] == ["区 999902", "区 澄湾区"]
        assert action["instrument"]["name"] == "qualityedu"
        assert crate.root_dataset["mentions"] == action
        assert crate.root_dataset["license"]
        files = {each.id for each in crate.get_by_type("File")}
        assert {"index.html", "numbers.csv", "datapackage.json"} <= files
        # The library gives data entities their names unquoted or quoted; on disk each of them is there.
        for each in crate.data_entities:
            assert (tmp_path / unquote(each.id)).exists(), each.id

    def test_inputs_are_hashes_only(self, made: list[Made], tmp_path: Path) -> None:
        write_records(tmp_path, made, lang="en")
        graph = _json(tmp_path / "ro-crate-metadata.json")["@graph"]
        (action,) = [each for each in graph if each["@type"] == "CreateAction"]
        inputs = [each for each in graph if {"@id": each["@id"]} in action["object"]]
        assert sorted(each["identifier"] for each in inputs) == sorted(
            f"sha256:{hashlib.sha256(name.encode()).hexdigest()}" for name in ("demo", "world")
        )
        assert all(each["@type"] == "CreativeWork" and each["@id"].startswith("#") for each in inputs)
        assert not any("data/" in each["@id"] for each in graph)

    def test_everything_named_is_described_once(self, made: list[Made], tmp_path: Path) -> None:
        write_records(tmp_path, made, lang="en")
        graph = _json(tmp_path / "ro-crate-metadata.json")["@graph"]
        ids = [each["@id"] for each in graph]
        assert len(ids) == len(set(ids))
        named = {
            each["@id"] for thing in graph for value in thing.values() if isinstance(value, list) for each in value
        }
        assert named <= set(ids)

    def test_the_same_twice_whatever_the_hour(
        self, made: list[Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
        one = [path.read_bytes() for path in write_records(tmp_path, made, lang="zh")]
        monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
        assert [path.read_bytes() for path in write_records(tmp_path, made, lang="zh")] == one
        (root,) = [
            each for each in _json(tmp_path / "ro-crate-metadata.json")["@graph"] if each["@id"] == "./"
        ]  # fmt: skip
        assert root["datePublished"] == "2024-08-31", "the end of the school year that began in 2023"
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        write_records(tmp_path, made, lang="zh")
        assert '"datePublished": "2023-11-14"' in (tmp_path / "ro-crate-metadata.json").read_text(encoding="utf-8")

    def test_where_nothing_was_made_nothing_is_written(self, made: list[Made], tmp_path: Path) -> None:
        write_records(tmp_path, made, lang="zh")
        (tmp_path / "numbers.csv").write_text("as it was", encoding="utf-8")
        kept = [Made(each.job, "kept", each.folder) for each in made if each.folder]
        write_records(tmp_path, kept, lang="zh")
        assert (tmp_path / "numbers.csv").read_text(encoding="utf-8") == "as it was"
        write_records(tmp_path, kept[:1], lang="zh")
        assert (tmp_path / "numbers.csv").read_text(encoding="utf-8") != "as it was", "another batch"


class TestPackage:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_it_keeps_the_standard(self, made: list[Made], tmp_path: Path, lang: str) -> None:
        write_records(tmp_path, made, lang=lang)
        jsonschema.validate(_json(tmp_path / "datapackage.json"), SCHEMA)

    def test_the_table_is_as_described(self, made: list[Made], tmp_path: Path) -> None:
        write_records(tmp_path, made, lang="en")
        (resource,) = _json(tmp_path / "datapackage.json")["resources"]
        text = (tmp_path / resource["path"]).read_bytes().decode(resource["encoding"]).removeprefix("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        fields = {each["name"]: each["type"] for each in resource["schema"]["fields"]}
        assert list(rows[0]) == list(fields)
        keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys) == 12
        numbers = [row for row in rows if row["value"]]
        assert [(row["kind"], Decimal(row["value"])) for row in numbers[:2]] == [
            ("value", Decimal("-0.2344")),
            ("standard", Decimal("0.5000")),
        ]
        assert [row["word"] for row in rows if not row["value"]] == ["met", "—", "—", "withheld"] * 2

    @pytest.mark.parametrize("name", ["demo", "world"])
    def test_that_of_the_findings_keeps_it_too(self, overviews: dict[str, Overview], tmp_path: Path, name: str) -> None:
        export_findings(overviews[name], tmp_path, lang="en")
        jsonschema.validate(_json(tmp_path / "datapackage.json"), SCHEMA)

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("resources",), []),
            (("name",), "Two Words"),
            (("resources", 0, "path"), "/tmp/numbers.csv"),
            (("resources", 0, "path"), "../numbers.csv"),
            (("resources", 0, "schema", "fields", 0, "type"), "float"),
            (("licenses",), [{"title": "free"}]),
        ],
    )
    def test_the_schema_can_be_broken(
        self, made: list[Made], tmp_path: Path, path: tuple[str | int, ...], value: object
    ) -> None:
        write_records(tmp_path, made, lang="en")
        broken: Any = deepcopy(_json(tmp_path / "datapackage.json"))
        place = broken
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)
