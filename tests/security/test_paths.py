"""Names never become paths: whatever a table calls its regions, everything is written below the folder asked for."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualityedu.datasets import open_dataset
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.report.jobs import jobs_of
from qualityedu.report.plan import plan
from qualityedu.report.record import folder_name, slug
from qualityedu.report.request import Request

HOSTILE = [
    "..",
    "../../etc/passwd",
    "..\\..\\x",
    "/absolute",
    "C:\\Windows\\x",
    "CON",
    "nul.txt",
    "LPT1",
    "a/b",
    "长" * 200,
    "a" * 400,
    "abc\u202ecod.exe",
    "a\x00b",
    "a\nb",
    "name.",
    "name ",
    "~root",
    "$(touch x)",
    "`touch x`",
    "{region.__class__}",
    "http://example.org/x",
    "s3://bucket/x",
    "-rf",
    "*",
]
PLAIN = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff-]*")
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_code_makes_a_harmless_folder(name: str, tmp_path: Path) -> None:
    request = Request("region_report", {"data": "demo", "region": name, "year": 2023, "lang": "zh"})
    for made in (slug(name), folder_name(request, "0123456789")):
        assert PLAIN.fullmatch(made)
        assert made not in DEVICES
        assert len(made.encode()) < 250
        assert (tmp_path / made).resolve().parent == tmp_path.resolve()


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_two_names_make_two_folders_below(one: str, other: str) -> None:
    assert PLAIN.fullmatch(slug(one))
    assert slug(one).split(".")[0] not in DEVICES
    assert len(slug(one).encode()) <= 140
    if one != other:
        assert slug(one) != slug(other)


def _table(folder: Path, codes: list[str], names: list[str]) -> Path:
    rows = [
        {"区县代码": code, "区县名称": name, "学校标识码": f"S{place}{number}", "学校名称": name, "学段": "小学",
         "学年": "2023", "在校生数": 300 + number}
        for place, (code, name) in enumerate(zip(codes, names, strict=True)) for number in range(3)
    ]  # fmt: skip
    path = folder / "学校.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8")
    return path


def test_the_jobs_of_a_hostile_table_stay_below(tmp_path: Path) -> None:
    names = [name for name in HOSTILE if "\x00" not in name and "\n" not in name]
    path = _table(tmp_path, [f"9999{place:02d}" for place in range(len(names))], names)
    dataset = open_dataset(path)
    jobs = jobs_of(dataset, str(path), year=2023, lang="zh")
    assert len(jobs) >= len(names)
    for job in jobs:
        folder = folder_name(job.request, "0123456789")
        assert PLAIN.fullmatch(folder)
        assert not any(name in folder for name in names if len(name) > 3)


class TestDescriptions:
    """A description of a data set comes from others: it is data, and reads nothing but what lies beside it."""

    @pytest.mark.parametrize("where", ["../secret.csv", "../../secret.csv", "sub/../../secret.csv", "{absolute}"])
    def test_a_table_outside_its_folder(self, where: str, tmp_path: Path) -> None:
        (tmp_path / "inner" / "sub").mkdir(parents=True)
        _table(tmp_path, ["999901"], ["甲"]).rename(tmp_path / "secret.csv")
        name = where.format(absolute=(tmp_path / "secret.csv").as_posix())
        described = tmp_path / "inner" / "x.toml"
        described.write_text(f'[dataset]\ntitle = {{zh = "甲", en = "A"}}\ntable = "{name}"\n', encoding="utf-8")
        with pytest.raises(RequestError, match="secret") as refused:
            open_dataset(described)
        assert refused.value.key in ("table_outside", "no_such_file")

    @pytest.mark.skipif(os.name != "posix", reason="symbolic links need a right of their own on Windows")
    def test_a_link_that_leads_outside(self, tmp_path: Path) -> None:
        (tmp_path / "inner").mkdir()
        secret = _table(tmp_path, ["999901"], ["甲"])
        (tmp_path / "inner" / "t.csv").symlink_to(secret)
        described = tmp_path / "inner" / "x.toml"
        described.write_text('[dataset]\ntitle = {zh = "甲", en = "A"}\ntable = "t.csv"\n', encoding="utf-8")
        with pytest.raises(RequestError) as refused:
            open_dataset(described)
        assert refused.value.key == "table_outside"

    def test_a_table_in_a_folder_below_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        _table(tmp_path / "sub", ["999901"], ["甲"])
        described = tmp_path / "x.toml"
        described.write_text('[dataset]\ntitle = {zh = "甲", en = "A"}\ntable = "sub/学校.csv"\n', encoding="utf-8")
        assert open_dataset(described).table.name == "学校.csv"

    @pytest.mark.parametrize("text", ["__import__ = 'os'", "[dataset]\nid = '../x'", "[run]\ncommand = 'touch x'"])
    def test_nothing_but_declared_keys(self, text: str, tmp_path: Path) -> None:
        described = tmp_path / "x.toml"
        described.write_text(text, encoding="utf-8")
        with pytest.raises(DefinitionError):
            open_dataset(described)


class TestLinks:
    """A link in the output folder is no way out of it."""

    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> Path:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "out").mkdir()
        return tmp_path / "elsewhere"

    def test_of_the_data_set(self, tmp_path: Path, elsewhere: Path) -> None:
        (tmp_path / "out" / "demo").symlink_to(elsewhere, target_is_directory=True)
        jobs = jobs_of(open_dataset("demo"), "demo", year=2023, regions=["999908"], lang="zh")
        with pytest.raises(RequestError, match="demo"):
            plan(jobs, into=tmp_path / "out", formats=("html",))
        assert list(elsewhere.iterdir()) == []

    def test_of_the_report_itself(self, tmp_path: Path, elsewhere: Path) -> None:
        jobs = jobs_of(open_dataset("demo"), "demo", year=2023, regions=["999908"], lang="zh")
        (task,) = plan(jobs, into=tmp_path / "out", formats=("html",))
        task.folder.parent.mkdir(parents=True)
        task.folder.symlink_to(elsewhere, target_is_directory=True)
        with pytest.raises(RequestError, match=task.folder.name):
            plan(jobs, into=tmp_path / "out", formats=("html",))

    def test_to_the_output_folder_as_a_whole_is_what_was_asked_for(self, tmp_path: Path, elsewhere: Path) -> None:
        (tmp_path / "link").symlink_to(elsewhere, target_is_directory=True)
        jobs = jobs_of(open_dataset("demo"), "demo", year=2023, regions=["999908"], lang="zh")
        (task,) = plan(jobs, into=tmp_path / "link", formats=("html",))
        assert task.what == "execute"
