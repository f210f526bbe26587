"""Figures: what is drawn, that it can be read by everybody, and that a second drawing is the same."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from html_reading import complaints_of_tables, read_html
from matplotlib.collections import PathCollection
from matplotlib.text import Text

from conftest import MakeSchools, Released
from qualityedu import figures
from qualityedu.datasets import open_dataset
from qualityedu.figures import Exhibit, Section
from qualityedu.figures.exhibit import COLOURS, canvas
from qualityedu.findings import Overview, appraise, orientation, overview
from qualityedu.models import RegionalModel
from qualityedu.release import Release, releasable, releasable_overview
from qualityedu.tables import Fragment
from qualityedu.text import LANGUAGES

COUNTIES = [("demo", f"99990{n}") for n in range(1, 9)]
SUBREGIONS = [("world", region) for region in ("005", "021", "030", "039", "145", "151")]

# What programs write into alt when nobody has.
DEFAULTS = re.compile(r"no description|image of|figure object|<Figure|untitled|alt text", re.IGNORECASE)


def _of_region(released: Release, lang: str) -> dict[str, Section]:
    return {
        "schools": figures.schools_section(released, lang),
        "spreads": figures.spreads_section(released, lang),
        "profile": figures.profile_section(released, lang),
    }


def _exhibits(*sections: Section) -> list[Exhibit]:
    return [piece for section in sections for piece in section.pieces if isinstance(piece, Exhibit)]


def _svg(exhibit: Exhibit) -> str:
    (image,) = read_html(exhibit._repr_html_()).all("img")
    return base64.b64decode(image.attributes["src"].removeprefix("data:image/svg+xml;base64,")).decode()


def _words(exhibit: Exhibit) -> list[str]:
    return [text.get_text() for text in exhibit.figure.findobj(Text) if text.get_text()]


def _check(exhibits: list[Exhibit]) -> None:
    for exhibit in exhibits:
        html = exhibit._repr_html_()
        reading = read_html(html)
        (image,) = reading.all("img")
        alt = image.attributes["alt"]
        assert alt == exhibit.alt
        assert len(alt) >= 20
        assert re.search(r"\d", alt)
        assert not DEFAULTS.search(alt)
        assert not re.search(r"[{}]|\bnan\b|\bNone\b(?! is)", alt + exhibit.caption)
        (caption,) = reading.all("figcaption")
        assert caption.text == exhibit.caption != alt
        assert [each.tag for each in reading.all("figure", "table")] == ["figure", "table"]
        assert complaints_of_tables(reading) == []
        assert len(reading.all("tr")) >= 2
        assert exhibit.alt in repr(exhibit)
        assert exhibit.table.text in repr(exhibit)


class TestEverySection:
    """A character that the fonts lack is a warning of matplotlib, and warnings are errors here."""

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize(("name", "region"), [*COUNTIES, *SUBREGIONS])
    def test_of_a_region(self, name: str, region: str, lang: str, released: Released) -> None:
        sections = _of_region(released(name, region), lang)
        if name == "demo":
            assert all(_exhibits(section) for section in sections.values())
        else:
            assert not _exhibits(sections["schools"], sections["spreads"])
        _check(_exhibits(*sections.values()))

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("name", ["demo", "world"])
    def test_of_all_regions(
        self, name: str, lang: str, overviews: dict[str, Overview], models: dict[str, list[RegionalModel]]
    ) -> None:
        sections = [
            figures.aims_section(releasable_overview(overviews[name]), lang),
            figures.models_section(models[name], lang),
            figures.models_section(models[name], lang, {"demo": "999903", "world": "039"}[name]),
        ]
        assert len(_exhibits(*sections)) == 1 + 3 * len(models[name]) > 4
        _check(_exhibits(*sections))

    def test_a_character_that_the_fonts_lack_is_named_and_no_box(self) -> None:
        with canvas(2, 1) as (figure, (axes,)):
            axes.set_title("𓀀")
        Exhibit(figure, "", "", Fragment("", ""))._repr_html_()  # a missing glyph would warn, and warnings are errors
        assert axes.get_title() == "〔U+13000〕"

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_words_say_what_this_region_shows_and_not_another(self, lang: str, released: Released) -> None:
        of_one, of_other = (
            {exhibit.alt for exhibit in _exhibits(*_of_region(released("demo", county), lang).values())}
            for county in ("999901", "999902")
        )
        assert len(of_one) == len(of_other) == 4
        assert not of_one & of_other


class TestBars:
    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize(("name", "region"), COUNTIES)
    def test_a_bar_for_each_school_and_a_line_at_the_standard(
        self, name: str, region: str, lang: str, released: Released
    ) -> None:
        release = released(name, region)
        item = "backbone_teachers_per_100"
        for stage in ("primary", "junior"):
            rows = release.reached[(release.reached["indicator"] == item) & (release.reached["stage"] == stage)]
            (axes,) = figures.bars(release, item, stage, lang).figure.axes
            (bars,) = axes.containers
            assert sorted(bar.get_width() for bar in bars) == pytest.approx(sorted(rows["value"].dropna()))
            lines = [line for line in axes.lines if len(set(line.get_xdata())) == 1]
            assert [line.get_xdata()[0] for line in lines] == [rows["standard"].iloc[0]]

    def test_what_falls_short_has_a_pattern_and_a_cross_besides_its_colour(self, released: Released) -> None:
        release = released("demo", "999901")
        exhibit = figures.bars(release, "sports_area_per_pupil", "primary", "zh")
        (axes,) = exhibit.figure.axes
        standard = float(axes.lines[-1].get_xdata()[0])
        short = [bar.get_width() < standard for bar in axes.containers[0]]
        assert 0 < sum(short) < len(short)
        assert [bool(bar.get_hatch()) for bar in axes.containers[0]] == short
        crossed = [words for words in _words(exhibit) if not words[0].isalnum() and re.search(r"\d", words)]
        assert len(crossed) == sum(short)

    def test_the_item_shown_is_the_one_most_schools_miss(self, released: Released) -> None:
        release = released("demo", "999905")
        unmet = release.reached[release.reached["status"] == "unmet"]
        for stage, exhibit in zip(
            ("primary", "junior"), _exhibits(figures.schools_section(release, "zh")), strict=True
        ):
            counts = unmet.loc[unmet["stage"] == stage, "indicator"].value_counts()
            shown = figures.bars(release, str(counts.idxmax()), stage, "zh") if len(counts) else exhibit
            assert exhibit.caption == shown.caption

    def test_too_many_bars_are_cut_to_the_lowest_and_the_table_keeps_all(self, make_schools: MakeSchools) -> None:
        rows = [{"pupils": 400, "backbone_teachers": number} for number in range(50)]
        release = releasable(appraise(overview(make_schools(rows), open_dataset("demo"), year=2022), "330106"))
        exhibit = figures.bars(release, "backbone_teachers_per_100", "primary", "en")
        widths = [bar.get_width() for bar in exhibit.figure.axes[0].containers[0]]
        assert len(widths) < 50
        assert max(widths) == pytest.approx((len(widths) - 1) / 4)
        assert re.search(r"\b50\b", exhibit.caption)
        assert len(read_html(exhibit.table.html).all("tr")) == 51


class TestSpreads:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_mark_for_each_item_and_a_line_at_each_limit(self, lang: str, released: Released) -> None:
        release = released("demo", "999904")
        (exhibit,) = _exhibits(figures.spreads_section(release, lang))
        primary, junior = exhibit.figure.axes
        assert [axes.lines[-1].get_xdata()[0] for axes in (primary, junior)] == [0.50, 0.45]
        own = release.now[(release.now["subject"] == "spread") & release.now["standard"].notna()]
        for axes, stage in ((primary, "primary"), (junior, "junior")):
            drawn = [
                float(marks.get_offsets()[0][0])
                for marks in axes.findobj(PathCollection)
                if len(marks.get_offsets()) == 1 and marks.get_sizes()[0] > 20
            ]
            assert sorted(drawn) == pytest.approx(sorted(own.loc[own["stage"] == stage, "value"]))
        assert len(read_html(exhibit.table.html).all("tr")) == 15

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_what_is_over_the_limit_has_another_mark_and_enough_decimals(self, lang: str, released: Released) -> None:
        (exhibit,) = _exhibits(figures.spreads_section(released("demo", "999904"), lang))
        large = [marks for marks in exhibit.figure.axes[0].findobj(PathCollection) if marks.get_sizes()[0] > 20]
        over = [marks for marks in large if marks.get_offsets()[0][0] > 0.5]
        assert len(over) == 1
        shapes = {len(marks.get_paths()[0].vertices) for marks in large if marks is not over[0]}
        assert len(over[0].get_paths()[0].vertices) not in shapes
        (said,) = [words for words in _words(exhibit) if "0.502" in words]
        assert not said[0].isalnum()
        assert "0.502" in exhibit.alt, "0.50 against a limit of 0.50 would not be over it"


class TestProfile:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_two_families_with_two_marks_and_no_sum(self, lang: str, released: Released) -> None:
        release = released("demo", "999902")
        scored = orientation(release.peers, release.region).dropna(subset=["score"])
        (exhibit,) = _exhibits(figures.profile_section(release, lang))
        (axes,) = exhibit.figure.axes
        large = [marks for marks in axes.collections if isinstance(marks, PathCollection) and len(marks.get_offsets())]
        drawn: dict[int, list[float]] = {}
        for marks in (marks for marks in large if marks.get_sizes()[0] > 40):
            drawn.setdefault(len(marks.get_paths()[0].vertices), []).append(float(marks.get_offsets()[0][0]))
        expected = [sorted(group["score"]) for _, group in scored.groupby("leaning")]
        assert len(drawn) == 2
        for family in expected:
            assert any(sorted(values) == pytest.approx(family) for values in drawn.values())

    def test_nothing_where_there_is_nothing_to_compare_with(self, make_schools: MakeSchools) -> None:
        table = make_schools([{"pupils": 400, "fitness_tested": 300, "fitness_good_excellent": 100}] * 3)
        release = releasable(appraise(overview(table, open_dataset("demo"), year=2022), "330106"))
        assert figures.profile(release, "zh") is None
        assert figures.profile_section(release, "zh")._repr_html_() == ""


class TestRelations:
    def test_the_line_has_the_fitted_slope_and_goes_through_the_means(
        self, models: dict[str, list[RegionalModel]]
    ) -> None:
        for model in (*models["demo"], *models["world"]):
            exhibit = figures.relations(model, "en")
            slopes = model.fit.table.set_index("term")["estimate"]
            assert len(exhibit.figure.axes) == len(model.points)
            for axes, (term, points) in zip(exhibit.figure.axes, model.points.items(), strict=True):
                (line,) = [line for line in axes.lines if len(line.get_xdata()) > 2]
                x, y = np.asarray(line.get_xdata(), dtype=float), np.asarray(line.get_ydata(), dtype=float)
                assert np.polyfit(x, y, 1)[0] == pytest.approx(slopes[term], rel=1e-6)
                design = model.fit.result.model
                middle = np.asarray(design.exog)[:, design.exog_names.index(term)].mean()
                assert np.interp(middle, x, y) == pytest.approx(np.mean(design.endog))
                assert sum(len(marks.get_offsets()) for marks in axes.findobj(PathCollection)) >= len(points)

    def test_the_region_is_marked_by_shape_as_well(self, models: dict[str, list[RegionalModel]]) -> None:
        (model,) = [each for each in models["world"] if each.fit.outcome == "creative_thinking"][:1]
        for axes, points in zip(figures.relations(model, "en", "039").figure.axes, model.points.values(), strict=True):
            own = points[points["region"] == "039"]
            marked = [
                marks
                for marks in axes.findobj(PathCollection)
                if sorted(marks.get_offsets()[:, 0]) == pytest.approx(sorted(own["x"]))
            ]
            (others,) = [m for m in axes.findobj(PathCollection) if len(m.get_offsets()) == len(points) - len(own)]
            assert len(marked) == 1
            assert len(marked[0].get_paths()[0].vertices) != len(others.get_paths()[0].vertices)


def _linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB under D65."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    xyz = np.array(to_xyz) @ linear / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _chroma(colour: str) -> float:
    return float(np.hypot(*_lab(_linear(colour))[1:]))


# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SIGHT = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


class TestColours:
    def _difference(self, one: str, other: str, sight: str) -> float:
        matrix = np.array(SIGHT[sight])
        seen = [_lab(np.clip(matrix @ _linear(colour), 0, 1)) for colour in (one, other)]
        return float(np.linalg.norm(seen[0] - seen[1]))

    @pytest.mark.parametrize("sight", list(SIGHT))
    def test_every_pair_is_told_apart(self, sight: str) -> None:
        close = [pair for pair in combinations(COLOURS.values(), 2) if self._difference(*pair, sight) <= 20]
        assert close == []

    def test_red_and_green_of_old_charts_would_be_refused(self) -> None:
        assert self._difference("#8C6D00", "#6B7A00", "deuteranopia") < 20
        assert self._difference("#8C6D00", "#6B7A00", "all cones") > 20

    def test_at_most_four(self) -> None:
        assert len([colour for colour in COLOURS.values() if _chroma(colour) > 10]) <= 4

    @pytest.mark.parametrize("colour", COLOURS.values())
    def test_stands_out_on_white(self, colour: str) -> None:
        luminance = float(_linear(colour) @ np.array([0.2126, 0.7152, 0.0722]))
        assert 1.05 / (luminance + 0.05) >= 3

    def test_pictures_use_no_others(
        self, released: Released, overviews: dict[str, Overview], models: dict[str, list[RegionalModel]]
    ) -> None:
        sections = [
            *_of_region(released("demo", "999901"), "zh").values(),
            figures.aims_section(releasable_overview(overviews["demo"]), "zh"),
            figures.models_section(models["demo"][:1], "zh", "999901"),
        ]
        used = {
            colour.upper()
            for exhibit in _exhibits(*sections)
            for colour in re.findall(r"#[0-9a-fA-F]{6}\b", _svg(exhibit))
        }
        chromatic = {colour for colour in used if _chroma(colour) > 12}
        assert chromatic == {colour.upper() for colour in COLOURS.values()}


class TestDrawing:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_twice_is_the_same_to_the_byte(
        self, lang: str, released: Released, models: dict[str, list[RegionalModel]]
    ) -> None:
        def drawn() -> Iterator[str]:
            yield from (section._repr_html_() for section in _of_region(released("demo", "999906"), lang).values())
            yield figures.models_section(models["world"][:1], lang, "039")._repr_html_()

        assert list(drawn()) == list(drawn())

    def test_the_same_picture_shown_twice_is_the_same(self, released: Released) -> None:
        (exhibit,) = _exhibits(figures.spreads_section(released("demo", "999906"), "zh"))
        assert exhibit._repr_html_() == exhibit._repr_html_()

    def test_a_picture_holds_no_day_and_no_words_as_text(self, released: Released) -> None:
        """Letters as outlines look the same where the font is not installed."""
        for exhibit in _exhibits(*_of_region(released("demo", "999901"), "zh").values()):
            svg = _svg(exhibit)
            assert "<text" not in svg
            assert "<dc:date>" not in svg
            assert "<dc:creator>" not in svg

    def test_nothing_is_left_with_pyplot_and_settings_are_as_before(self, released: Released) -> None:
        before = dict(plt.rcParams)
        for section in _of_region(released("demo", "999901"), "zh").values():
            section._repr_html_()
        assert plt.get_fignums() == []
        assert dict(plt.rcParams) == before


class TestEmpty:
    def test_a_section_without_pieces_is_no_html(self) -> None:
        assert Section(())._repr_html_() == ""
        assert repr(Section(())) == ""

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_no_standard_no_section(self, lang: str, released: Released) -> None:
        release = released("world", "039")
        assert figures.schools_section(release, lang)._repr_html_() == ""
        assert figures.spreads_section(release, lang)._repr_html_() == ""

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_no_model_is_said(self, lang: str) -> None:
        section = figures.models_section([], lang)
        assert not _exhibits(section)
        assert read_html(section._repr_html_()).all("h2", "p")

    def test_no_region_to_compare(self, make_schools: MakeSchools) -> None:
        table = make_schools([{"pupils": 400, "teachers": 20}] * 3)
        seen = overview(table, open_dataset("demo"), year=2022)
        assert figures.aims_section(releasable_overview(seen), "zh")._repr_html_() == ""

    def test_a_stage_whose_schools_all_lack_an_item(self, make_schools: MakeSchools) -> None:
        table = make_schools([{"pupils": 400, "backbone_teachers": None, "equipment_value": 9e5}] * 4)
        release = releasable(appraise(overview(table, open_dataset("demo"), year=2022), "330106"))
        assert pd.isna(release.reached.set_index("indicator").loc["backbone_teachers_per_100", "value"]).all()
        _check(_exhibits(*_of_region(release, "zh").values()))
