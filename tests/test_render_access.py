"""WCAG 2.2 AA, as far as programs can see it: by parsing, always; by axe-core in a browser, where both are at hand."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from html_reading import Reading, complaints_of_tables, read_html
from shown_notebook import region_report

from conftest import Released
from qualityedu.models import RegionalModel
from qualityedu.render import render_html
from qualityedu.text import LANGUAGES

ROOT = Path(__file__).parents[1]
REGIONS = [("demo", "999901"), ("demo", "999904"), ("world", "039")]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


@pytest.fixture(scope="module", params=[(*region, lang) for region in REGIONS for lang in LANGUAGES], ids="-".join)
def page(request: pytest.FixtureRequest, released: Released, models: dict[str, list[RegionalModel]]) -> tuple[str, str]:
    """One report as HTML, and its language."""
    name, region, lang = request.param
    return render_html(region_report(released(name, region), models[name], region, lang), title="报告", lang=lang), lang


@pytest.fixture(scope="module")
def reading(page: tuple[str, str]) -> Reading:
    """The elements of the page."""
    return read_html(page[0])


class TestByParsing:
    def test_names_are_unique_and_point_somewhere(self, reading: Reading) -> None:
        names = [each.attributes["id"] for each in reading.elements if "id" in each.attributes]
        assert len(names) == len(set(names))
        for each in reading.elements:
            assert set(each.attributes.get("aria-labelledby", "").split()) <= set(names)
            if each.attributes.get("href", "").startswith("#"):
                assert each.attributes["href"][1:] in names

    def test_landmarks_hold_everything(self, reading: Reading) -> None:
        (body,) = reading.all("body")
        skip, *landmarks = [
            each for each in reading.elements if each.inside and reading.elements[each.inside[-1]] is body
        ]
        assert [each.tag for each in landmarks] == ["main", "footer"]
        assert skip.tag == "a" and skip.attributes["href"] == f"#{landmarks[0].attributes['id']}"
        assert reading.elements.index(skip) < min(map(reading.elements.index, reading.all("h1", "table", "nav")))
        (navigation,) = reading.all("nav")
        links = [each.text for each in reading.under(navigation, "a")]
        assert links == [each.text for each in reading.all("h2")]

    def test_tables_are_named_reached_by_keyboard_and_headed(self, reading: Reading) -> None:
        assert complaints_of_tables(reading) == []
        frames = [each for each in reading.all("div") if each.attributes.get("class") == "wide"]
        assert len(frames) == len(reading.all("table"))
        for frame in frames:
            assert frame.attributes["tabindex"] == "0" and frame.attributes["role"] == "group"
            assert len(reading.under(frame, "table")) == 1
            (caption,) = reading.under(frame, "caption")
            assert caption.attributes["id"] == frame.attributes["aria-labelledby"]

    def test_pictures_are_said_in_words_with_numbers(self, reading: Reading) -> None:
        for image in reading.all("img"):
            words = image.attributes["alt"]
            assert re.search(r"\d", words)
            assert "No description" not in words
            assert len(words) > 15

    def test_a_status_is_a_word_or_a_mark_and_not_a_colour_alone(self, reading: Reading) -> None:
        statuses = [each for each in reading.all("span") if "status" in each.attributes.get("class", "").split()]
        assert statuses
        assert all(each.text.strip() for each in statuses)
        for each in statuses:
            kind = each.attributes["class"].split()[1:]
            assert ("✗" in each.text) == (kind == ["unmet"])
            assert ("✓" in each.text) == (kind == ["met"])

    def test_colours_of_text_stand_out(self, page: tuple[str, str]) -> None:
        css = page[0].split("<style>")[1].split("</style>")[0]
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))
        assert {"ink", "soft", "blue", "red", "ground"} <= set(colours)
        for name in ("ink", "soft", "blue", "red"):
            for ground in ("#ffffff", colours["ground"]):
                assert contrast(colours[name], ground) >= 4.5, (name, ground)
        assert contrast("#5c3600", "#fff4e0") >= 4.5  # the warning about synthetic data
        assert contrast("#005a8c", colours["ground"]) >= 4.5  # links
        assert {"#5c3600", "#fff4e0", "#005a8c"} <= set(re.findall(r"#[0-9a-f]{6}\b", css))

    def test_focus_is_seen_and_small_screens_and_paper_are_thought_of(self, page: tuple[str, str]) -> None:
        assert re.search(r":focus-visible\s*{[^}]*outline", page[0])
        assert re.search(r"@media \(max-width", page[0])
        assert re.search(r"\.wide\s*{[^}]*overflow-x:\s*auto", page[0])
        assert re.search(r"@page\s*{[^}]*A4", page[0])
        assert "user-scalable" not in page[0] and "maximum-scale" not in page[0]


def contrast(one: str, two: str) -> float:
    """The contrast ratio of two colours: WCAG 2.2, definition of contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # the lightest grey that WCAG lets pass


def _axe() -> str:
    places = [os.environ.get("QUALITYEDU_AXE", ""), ROOT / "node_modules" / "axe-core" / "axe.min.js"]
    for place in places:
        if place and Path(place).is_file():
            return Path(place).read_text(encoding="utf-8")
    pytest.skip("axe-core is not at hand: run `npm install axe-core` or name axe.min.js in QUALITYEDU_AXE")


def _browser() -> str:
    found = os.environ.get("QUALITYEDU_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed; name one in QUALITYEDU_BROWSER")
    return found


ASK = """<script>
axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
                                                   "best-practice"]}}).then(found => {
  const seen = {passes: found.passes.length,
                violations: found.violations.map(each => [each.id, each.nodes.map(node => node.html)])};
  const answer = document.createElement("pre");
  answer.id = "answer";
  answer.textContent = JSON.stringify(seen);
  document.body.replaceChildren(answer);
});
</script>"""


def _asked(page: Path, browser: str, folder: Path) -> str:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
               "--allow-file-access-from-files", "--virtual-time-budget=60000", "--window-size=1280,900"]  # fmt: skip
    done = subprocess.run(
        [browser, *options, f"--user-data-dir={folder / 'browser'}", "--dump-dom", page.as_uri()],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=240,
    )  # fmt: skip
    return done.stdout


def _violations(text: str, tmp_path: Path) -> dict[str, object]:
    axe, browser = _axe(), _browser()
    # The page itself forbids scripts; the rule is taken out for the one that asks.
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    asked = tmp_path / "asked.html"
    asked.write_text(open_page.replace("</body>", f"<script>{axe}</script>{ASK}</body>"), encoding="utf-8")
    answer = re.search(r'<pre id="answer">(.*?)</pre>', _asked(asked, browser, tmp_path), flags=re.DOTALL)
    assert answer, "axe-core gave no answer"
    found: dict[str, object] = json.loads(html.unescape(answer[1]))
    return found


@pytest.mark.render
class TestInABrowser:
    def test_axe_finds_no_violation(self, page: tuple[str, str], tmp_path: Path) -> None:
        found = _violations(page[0], tmp_path)
        assert found["violations"] == []
        assert int(str(found["passes"])) > 30

    def test_axe_would_find_one(self, page: tuple[str, str], tmp_path: Path) -> None:
        spoilt = re.sub(r'(<img [^>]*?) alt="[^"]*"', r"\1", page[0], count=1).replace('<html lang="', '<html data-x="')
        found = _violations(spoilt, tmp_path)
        assert {name for name, _ in found["violations"]} >= {"image-alt", "html-has-lang"}  # type: ignore[attr-defined]

    def test_at_320_pixels_nothing_is_to_be_moved_sideways(self, page: tuple[str, str], tmp_path: Path) -> None:
        """WCAG 2.2, 1.4.10 Reflow: tables may be wider, but only within their own frames."""
        (tmp_path / "report.html").write_text(page[0], encoding="utf-8")
        frame = tmp_path / "frame.html"
        frame.write_text(
            '<body><iframe id="f" src="report.html" width="320" height="800"></iframe><script>onload = () => {'
            "const root = document.getElementById('f').contentDocument.documentElement; "
            "document.title = `${root.scrollWidth} of ${root.clientWidth}` }</script>",
            encoding="utf-8",
        )
        title = re.search(r"<title>(\d+) of (\d+)</title>", _asked(frame, _browser(), tmp_path))
        assert title
        assert int(title[1]) <= int(title[2]) <= 320
