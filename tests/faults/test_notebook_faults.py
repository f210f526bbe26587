"""F20–F22, F25, F26: notebooks, and what turns them into files."""

from __future__ import annotations

import socket
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from fault_world import World, make_world  # noqa: F401
from papermill.exceptions import PapermillExecutionError

from qualityedu.report.record import read_record


def _section(name: str, *, error: bool = False, may_fail: bool = True) -> Any:
    shown = nbformat.v4.new_output("display_data", {"text/html": f"<h2>{name}</h2>", "text/plain": name})
    raised = nbformat.v4.new_output("error", ename="ValueError", evalue="<b>no rows</b>", traceback=[])
    tags = ["raises-exception"] if may_fail else []
    return nbformat.v4.new_code_cell(
        name, execution_count=3, outputs=[raised if error else shown], metadata={"tags": tags}
    )


class TestF20:
    @pytest.fixture(params=[True, False])
    def may_fail(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
        from fault_world import executed

        def execute(asked: Any, output: Path, **_: Any) -> None:
            executed(asked, output, extra=[_section("broken", error=True, may_fail=request.param), _section("sound")])
            raise PapermillExecutionError(2, 3, "broken", "ValueError", "no rows", [])

        monkeypatch.setattr("qualityedu.report.execute.execute", execute)
        return bool(request.param)

    def test_a_section_that_raises_is_marked_and_the_others_stay(self, world: World, may_fail: bool) -> None:
        monkeypatched_after_world = world  # the fixture above replaces what the world put in place
        (made,) = monkeypatched_after_world.run(world.job("1")).made
        if not may_fail:
            assert made.status == "failed"
            assert [name[-7:] for name in world.folders()] == [".failed"]
            return
        assert made.status == "partial"
        assert made.folder is not None
        page = (made.folder / "share" / "report.html").read_text(encoding="utf-8")
        assert "This section could not be made" in page
        assert "no rows" not in page  # what a fault says may quote a cell
        assert "sound" in page
        record = read_record(made.folder)
        assert record is not None
        assert len(record["failed_sections"]) == 1

    def test_it_is_tried_again_the_next_time(self, world: World, may_fail: bool) -> None:
        world.run(world.job("1"))
        (again,) = world.run(world.job("1")).made
        assert again.status != "kept"
        if may_fail:
            assert [each.key for each in again.why] == ["sections"]


class TestF21:
    def test_warnings_are_in_the_log_and_not_in_the_report(self, world: World) -> None:
        def warns() -> list[Any]:
            warnings.simplefilter("always")
            warnings.warn("a number is near zero", stacklevel=1)
            printed = nbformat.v4.new_output("stream", name="stderr", text="UserWarning: a number is near zero\n")
            return [nbformat.v4.new_code_cell("3", execution_count=3, outputs=[printed], metadata={"tags": []})]

        world.faults["1"] = warns
        (made,) = world.run(world.job("1")).made
        assert made.status == "made"
        assert made.folder is not None
        assert "near zero" in (made.folder / "report.ipynb").read_text(encoding="utf-8")
        assert "near zero" not in (made.folder / "share" / "report.html").read_text(encoding="utf-8")
        assert "near zero" not in (made.folder / "numbers.txt").read_text(encoding="utf-8")


class TestF22:
    def test_what_a_font_lacks_is_refused_or_made_without_it_and_said(
        self, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """Without its fonts no PDF with boxes is written: that format says so, and the others are there."""
        monkeypatch.setattr("qualityedu.render.pdf.font_files", list, raising=False)
        monkeypatch.setattr("qualityedu.fonts.font_files", list)
        (made,) = world.run(world.job("示例区"), formats=("html", "pdf")).made
        assert made.folder is not None
        assert (made.folder / "share" / "report.html").is_file()
        record = read_record(made.folder)
        assert record is not None
        if record["formats"]["pdf"] == "made":
            from pypdf import PdfReader

            text = PdfReader(made.folder / "share" / "report.pdf").pages[0].extract_text()
            assert "示例区" in text
            assert "\ufffd" not in text
        else:
            assert made.status == "partial"


class TestF25:
    def test_without_a_network_the_files_are_the_same(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        first = world.run(world.job("1"), formats=("html", "docx", "xlsx")).made[0].folder
        assert first is not None
        before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
        original = socket.socket.connect

        def no_network(own: socket.socket, address: Any) -> None:
            if own.family in (socket.AF_INET, socket.AF_INET6):
                raise AssertionError(f"asked the network for {address}")
            original(own, address)

        monkeypatch.setattr(socket.socket, "connect", no_network)
        second = world.run(world.job("1"), formats=("html", "docx", "xlsx"), force=True).made[0].folder
        assert second == first
        assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
        page = (first / "share" / "report.html").read_text(encoding="utf-8")
        assert "http:" not in page
        assert "default-src 'none'" in page


class TestF26:
    def test_the_other_formats_are_made_and_the_status_is_partial(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: object) -> bytes:
            raise RuntimeError("typst fell over")

        with monkeypatch.context() as patched:
            patched.setattr("qualityedu.render.pdf.pdf_bytes", fails)
            batch = world.run(world.job("1"), formats=("html", "docx", "pdf"))
        (made,) = batch.made
        assert (made.status, batch.exit_code) == ("partial", 1)
        assert "typst fell over" in made.reason
        assert made.folder is not None
        assert sorted(path.name for path in (made.folder / "share").iterdir()) == ["report.docx", "report.html"]
        assert "typst fell over" in batch.index.read_text(encoding="utf-8")
        (again,) = world.run(world.job("1"), formats=("html", "docx", "pdf")).made
        assert again.status == "rendered", f"without running the notebook once more: {again.reason}"
        assert [each.key for each in again.why] == ["formats"]
        assert (made.folder / "share" / "report.pdf").is_file()
