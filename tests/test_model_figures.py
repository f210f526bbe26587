"""Pictures of models and the parts of a study: what is drawn is what was estimated, and what cannot be is said."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from html_reading import complaints_of_tables, read_html
from matplotlib.lines import Line2D

from qualityedu import figures, tables
from qualityedu.datasets import open_dataset
from qualityedu.figures import Exhibit, Section
from qualityedu.figures.exhibit import COLOURS
from qualityedu.findings import Overview, overview
from qualityedu.intake import read_schools
from qualityedu.models import (
    SPECS,
    Contrast,
    Curve,
    RegionalModel,
    contrast,
    fit,
    leave_one_out,
    regional_models,
    sensitivity,
    specification_curve,
)
from qualityedu.tables import Fragment
from qualityedu.text import LANGUAGES, say, significant

NAMES = ("demo", "world")


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    """A lever that goes with one outcome by 1 and with the other by −1, by construction."""
    generator = np.random.default_rng(11)
    frame = pd.DataFrame({"lever": generator.normal(size=120), "other": generator.normal(size=120)})
    frame["good"] = frame["lever"] + 0.1 * generator.normal(size=120)
    frame["exam"] = -frame["lever"] + 0.1 * generator.normal(size=120)
    frame["region"] = [f"r{place % 24:02d}" for place in range(120)]
    return frame


@pytest.fixture(scope="module")
def apart(made: pd.DataFrame) -> Contrast:
    return contrast("good ~ lever + other", "exam ~ lever + other", made, cluster="region")


@pytest.fixture(scope="module")
def curve(made: pd.DataFrame) -> Curve:
    return specification_curve(
        made, outcomes=["good", "exam"], levers=["lever"], controls=[(), ("other",), ("lever",)],
        samples={"all": None, "upper": "other > 0"}, generator=np.random.default_rng(1), draws=49,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pairs(overviews: dict[str, Overview]) -> dict[str, list[tables.DeclaredContrast]]:
    return {name: tables.declared_contrasts(seen) for name, seen in overviews.items()}


def _marks(exhibit: Exhibit, panel: int, marker: str = "o") -> list[Line2D]:
    return [line for line in exhibit.figure.axes[panel].lines if line.get_marker() == marker]


def _at(line: Line2D) -> tuple[float, float]:
    return float(np.asarray(line.get_xdata())[0]), float(np.asarray(line.get_ydata())[0])


def _full(line: Line2D) -> bool:
    return line.get_markerfacecolor() != "white"


def _check(exhibit: Exhibit) -> None:
    reading = read_html(exhibit._repr_html_())
    (image,) = reading.all("img")
    assert image.attributes["alt"] == exhibit.alt
    assert re.search(r"\d", exhibit.alt)
    assert len(exhibit.alt) >= 20
    assert not re.search(r"[{}]|\bnan\b|\binf\b", exhibit.alt + exhibit.caption + exhibit.table.text)
    assert complaints_of_tables(reading) == []
    assert exhibit.caption != exhibit.alt


def _exhibits(section: Section) -> list[Exhibit]:
    return [piece for piece in section.pieces if isinstance(piece, Exhibit)]


class TestEverySectionOfAStudy:
    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("name", NAMES)
    def test_pictures_and_tables(
        self,
        name: str,
        lang: str,
        overviews: dict[str, Overview],
        models: dict[str, list[RegionalModel]],
        pairs: dict[str, list[tables.DeclaredContrast]],
    ) -> None:
        seen, fitted = overviews[name], models[name]
        drawn = [
            *_exhibits(figures.estimates_section(fitted, lang)),
            *_exhibits(figures.contrasts_section(pairs[name], lang)),
            *_exhibits(figures.curves_section(fitted[:1], seen, lang, seed=1)),
            *filter(None, (figures.residuals_by_region(model, lang) for model in fitted)),
        ]
        assert len(drawn) >= 3 + len(fitted)
        for exhibit in drawn:
            _check(exhibit)
        pieces = [
            tables.question_section("inputs_and_outcomes", lang),
            tables.question_section("quality_and_exam", lang),
            tables.data_section(seen, lang),
            tables.design_section(seen, fitted, lang),
            tables.limits_section(lang, "association", "units", "missing", "clusters", "many", "measured", "merit"),
            tables.sensitivities(fitted[:1], seen, lang),
        ]
        for piece in pieces:
            reading = read_html(piece.html)
            assert reading.crossed == []
            assert len(reading.all("h2")) == 1
            assert complaints_of_tables(reading) == []
            assert "nan" not in piece.text

    def test_no_other_colours(self, apart: Contrast, curve: Curve, models: dict[str, list[RegionalModel]]) -> None:
        drawn = [
            figures.contrast_plot(apart, "zh"),
            figures.curve_plot(curve, "zh"),
            figures.coefficient_plot([model.fit for model in models["demo"]], "zh"),
            figures.residuals_by_region(models["world"][0], "zh"),
        ]
        used = set()
        for exhibit in drawn:
            assert exhibit is not None
            (image,) = read_html(exhibit._repr_html_()).all("img")
            svg = base64.b64decode(image.attributes["src"].partition(",")[2]).decode()
            used |= {colour.upper() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", svg)}
        strong = {each for each in used if np.ptp([int(each[place : place + 2], 16) for place in (1, 3, 5)]) > 40}
        assert strong == {colour.upper() for colour in COLOURS.values()}

    def test_the_same_seed_the_same_page(
        self, overviews: dict[str, Overview], models: dict[str, list[RegionalModel]]
    ) -> None:
        one, again, other = (
            figures.curves_section(models["world"][:1], overviews["world"], "en", seed=seed)._repr_html_()
            for seed in (5, 5, 6)
        )
        assert one == again
        assert one != other


class TestCoefficients:
    def test_marks_are_the_estimates(self, made: pd.DataFrame) -> None:
        fits = [fit("good ~ lever", made), fit("good ~ lever + other", made), fit("exam ~ other", made)]
        exhibit = figures.coefficient_plot(fits, "en")
        assert len(exhibit.figure.axes) == 2
        for panel, term in enumerate(("lever", "other")):
            drawn = {-round(y): (x, _full(line)) for line in _marks(exhibit, panel) for x, y in [_at(line)]}
            for place, each in enumerate(fits):
                rows = each.table.set_index("term")
                assert (place in drawn) == (term in rows.index)
                if term in rows.index:
                    assert drawn[place][0] == pytest.approx(rows.loc[term, "estimate"])
                    assert drawn[place][1] == (rows.loc[term, "lower"] > 0 or rows.loc[term, "upper"] < 0)

    def test_an_open_interval_ends_in_an_arrow(self, made: pd.DataFrame) -> None:
        few = made.assign(region=[f"r{place % 4}" for place in range(len(made))])
        exhibit = figures.coefficient_plot([fit("exam ~ other", few, cluster="region")], "en")
        assert {line.get_marker() for line in exhibit.figure.axes[0].lines} >= {"<", ">"}
        assert "—" in exhibit.table.text
        _check(exhibit)

    def test_more_than_four_terms_are_in_the_table(self, made: pd.DataFrame) -> None:
        wide = made.assign(**{f"x{place}": np.sin(made.index * (place + 1)) for place in range(5)})
        exhibit = figures.coefficient_plot([fit("good ~ x0 + x1 + x2 + x3 + x4", wide)], "en")
        assert len(exhibit.figure.axes) == 4
        assert "x4" in exhibit.table.text

    def test_no_such_term(self, made: pd.DataFrame) -> None:
        with pytest.raises(ValueError, match="no model has"):
            figures.coefficient_plot([fit("good ~ lever", made)], "en", terms=["other"])


class TestContrast:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_three_marks_for_a_lever(self, lang: str, apart: Contrast) -> None:
        exhibit = figures.contrast_plot(apart, lang)
        rows = apart.table.set_index("lever")
        for panel, lever in enumerate(apart.table["lever"]):
            for marker, column in (("o", "quality"), ("s", "exam"), ("D", "difference")):
                (mark,) = _marks(exhibit, panel, marker)
                assert _at(mark)[0] == pytest.approx(rows.loc[lever, column])
        _check(exhibit)

    def test_a_difference_that_is_there_is_full_and_said(self, apart: Contrast) -> None:
        exhibit = figures.contrast_plot(apart, "en")
        difference = apart.table.set_index("lever").loc["lever", "difference"]
        assert 1.5 < difference < 3, "one outcome goes with the lever by 1, the other by −1, both of deviation about 1"
        assert _full(_marks(exhibit, 0, "D")[0])
        assert not _full(_marks(exhibit, 1, "D")[0])
        assert significant(difference, "en") in exhibit.alt
        assert "30" not in exhibit.caption.split("units")[0].replace("120", "")

    def test_the_smallest_that_could_be_found_is_in_the_table(self, apart: Contrast) -> None:
        text = figures.contrast_plot(apart, "en").table.text
        for row in apart.table.itertuples():
            assert significant(row.detectable, "en") in text

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_pair_that_cannot_be_is_said_why(self, lang: str, overviews: dict[str, Overview]) -> None:
        seen = overviews["world"]
        hidden = seen.values["creative_thinking"].mask(seen.values["pisa_mathematics"].notna())
        found = tables.declared_contrasts(replace(seen, values=seen.values.assign(creative_thinking=hidden)))
        assert found == []
        text = repr(figures.contrasts_section(found, lang))
        assert say("contrast.none", lang) in text
        (pair,) = tables.declared_contrasts(seen)
        refused = _few_common(seen)
        text = repr(figures.contrasts_section(refused, lang))
        assert pair.title(lang) in text
        assert say("refusal.contrast_few_rows", lang, rows=20, fewest=30) in text

    def test_the_digest(self, pairs: dict[str, list[tables.DeclaredContrast]]) -> None:
        for name in NAMES:
            lines = tables.contrast_digest(pairs[name]).splitlines()
            found = [pair.found for pair in pairs[name] if pair.found is not None]
            assert len(lines) == sum(len(each.table) + 1 for each in found) > 1
            numbers = [line.split()[-3:] for line in lines if " rows " not in line]
            rows = [row for each in found for row in each.table.itertuples()]
            for (difference, error, ratio), row in zip(numbers, rows, strict=True):
                assert float(difference) == pytest.approx(row.difference, abs=5.1e-5)
                assert float(error) == pytest.approx(row.standard_error, abs=5.1e-5)
                assert float(ratio) == pytest.approx(row.difference / row.standard_error, abs=5.1e-5)

    def test_pairs_are_alike_but_for_the_outcome(self, pairs: dict[str, list[tables.DeclaredContrast]]) -> None:
        names = {name: [(each.quality.outcome, each.exam.outcome) for each in pairs[name]] for name in NAMES}
        assert names == {
            "demo": [("fitness_good_excellent_rate", "pass_rate"), ("junior_three_year_retention", "pass_rate")],
            "world": [("creative_thinking", "pisa_mathematics")],
        }
        for each in (*pairs["demo"], *pairs["world"]):
            assert each.quality.inputs == each.exam.inputs
            assert each.quality.controls == each.exam.controls

    def test_without_regions(
        self, overviews: dict[str, Overview], pairs: dict[str, list[tables.DeclaredContrast]]
    ) -> None:
        seen, (pair,) = overviews["world"], pairs["world"]
        piece = tables.contrasts_without_regions([pair], seen, "en")
        reading = read_html(piece.html)
        assert complaints_of_tables(reading) == []
        values = seen.values
        found = [
            contrast(pair.quality, pair.exam, values[values["region"] != region]).table["difference"][0]
            for region in sorted(values["region"].unique())
        ]
        assert f"{significant(min(found), 'en')} (without" in piece.text
        assert f"{significant(max(found), 'en')} (without" in piece.text
        assert f"{len(found)} / {len(found)}" in piece.text


def _few_common(seen: Overview) -> list[tables.DeclaredContrast]:
    """Both models have rows enough, but only 20 in common."""
    values = seen.values
    both = values.dropna(subset=["pisa_mathematics", "creative_thinking", "spending_per_student_gdp_share"]).head(20)
    more = pd.concat([both] * 3, ignore_index=True)
    more["school"] = more.index.astype(str)
    generator = np.random.default_rng(2)
    for name in ("pisa_mathematics", "creative_thinking", "spending_per_student_gdp_share", "gdp_per_head"):
        more[name] = more[name] * generator.uniform(0.9, 1.1, len(more))
    more["region"] = [f"r{place % 7}" for place in range(len(more))]
    more.loc[20:39, "creative_thinking"] = np.nan
    more.loc[40:59, "pisa_mathematics"] = np.nan
    return tables.declared_contrasts(replace(seen, values=more))


class TestCurve:
    def test_sorted_estimates_and_their_choices(self, curve: Curve) -> None:
        exhibit = figures.curve_plot(curve, "en")
        assert exhibit is not None
        fitted = curve.table[curve.table["reason"] == ""].sort_values("estimate", ignore_index=True)
        heights = [_at(line) for line in _marks(exhibit, 0)]
        assert [y for _, y in sorted(heights)] == pytest.approx(list(fitted["estimate"]))
        above, below = exhibit.figure.axes
        labels = [label.get_text() for label in below.get_yticklabels()]
        assert labels == [
            "outcome: good",
            "outcome: exam",
            "sample: all",
            "sample: upper",
            "held: other",
            "held: lever",
        ]
        dots = {
            -round(float(marks.get_offsets()[0][1])): sorted(round(float(x)) for x in marks.get_offsets()[:, 0])
            for marks in below.collections
            if len(marks.get_offsets())
        }
        assert dots[0] == list(fitted.index[fitted["outcome"] == "good"])
        assert dots[3] == list(fitted.index[fitted["sample"] == "upper"])
        assert dots[4] == [place for place, held in fitted["controls"].items() if held == ("other",)]
        assert 5 not in dots, "a lever cannot be held fixed against itself"
        assert above.get_xlim() == below.get_xlim()

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_none_is_dropped(self, lang: str, curve: Curve) -> None:
        exhibit = figures.curve_plot(curve, lang)
        assert exhibit is not None
        assert len(read_html(exhibit.table.html).all("tr")) == 1 + 12
        assert len(curve.failures) == 4
        assert all(each.sentence(lang) in exhibit.table.text for each in curve.failures.values())
        assert all(note in exhibit.table.text for note in curve.notes(lang))
        _check(exhibit)

    def test_nothing_where_all_were_refused(self, made: pd.DataFrame) -> None:
        refused = specification_curve(made, outcomes=["good"], levers=["lever"], controls=[("lever",)])
        assert figures.curve_plot(refused, "en") is None


class TestResiduals:
    def test_in_the_order_of_codes_and_never_of_size(self, models: dict[str, list[RegionalModel]]) -> None:
        for model in (*models["demo"], *models["world"]):
            exhibit = figures.residuals_by_region(model, "en")
            assert exhibit is not None
            shown = model.standings[model.standings["residual"].notna()]
            marks = sorted((_at(line) for line in _marks(exhibit, 0)), key=lambda place: -place[1])
            assert [x for x, _ in marks] == pytest.approx(list(shown["residual"]))
            assert list(shown["region"]) == sorted(shown["region"])
            assert "no map" in exhibit.caption

    def test_nothing_where_nothing_may_be_shown(self, models: dict[str, list[RegionalModel]]) -> None:
        model = models["demo"][0]
        hidden = replace(model, standings=model.standings.assign(residual=np.nan))
        assert figures.residuals_by_region(hidden, "en") is None
        assert isinstance(figures.models_section([hidden], "en").pieces[-1], Fragment)


class TestRobustness:
    def test_regions_left_out_are_those_of_the_models_room(
        self, overviews: dict[str, Overview], models: dict[str, list[RegionalModel]]
    ) -> None:
        model, seen = models["world"][0], overviews["world"]
        assert model.fit.spec is not None
        table = leave_one_out(model.fit.spec, seen.values)
        found = table[table["term"] == "spending_per_student_gdp_share"]
        text = tables.regions_left_out([model], seen, "en").text
        for end in (found["estimate"].min(), found["estimate"].max()):
            assert f"{significant(end, 'en')} (without" in text
        crosses = (found["lower"] > 0) | (found["upper"] < 0)
        assert text.splitlines()[-1].split("\t")[-2:] == [str(int(crosses.sum())), f"{len(found)} / {len(found)}"]

    def test_sensitivity_names_the_strongest_observed_term(
        self, overviews: dict[str, Overview], models: dict[str, list[RegionalModel]]
    ) -> None:
        spec = SPECS["inputs_and_pass_rate"]
        values = overviews["demo"].values
        others = ["high_qualified_teachers_per_100", "mean_class_size"]
        found = sensitivity(
            spec.formula, values[values["stage"] == "junior"], spec.inputs[0], benchmarks=others, strengths=(1.0,)
        )
        cells = tables.sensitivities(models["demo"][:1], overviews["demo"], "en").text.splitlines()[-3].split("\t")
        change = (found.benchmarks["estimate"] - found.estimate).abs()
        assert cells[-1] == significant(found.benchmarks.loc[change.idxmax(), "estimate"], "en")
        assert cells[3] == f"{100 * found.robustness_value:.1f}"

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_without_a_model_each_part_says_so(self, lang: str, overviews: dict[str, Overview]) -> None:
        seen = overviews["world"]
        for piece in (
            tables.regions_left_out([], seen, lang),
            tables.sensitivities([], seen, lang),
            figures.curves_section([], seen, lang, seed=1),
        ):
            assert say("robustness.no_model", lang) in repr(piece)
        assert say("models.none", lang) in repr(figures.estimates_section([], lang))
        assert say("contrast.none", lang) in repr(tables.contrasts_without_regions([], seen, lang))


SMALL = """\
[dataset]
title.zh = "十二个学区"
title.en = "Twelve districts"
table    = "small.csv"
unit     = "district"
country  = "US"
lang     = "en"
source.en = "made for this test"
source.zh = "为本测试编造"

[columns]
region = "county"
region_name = "county"
school = "district"
school_name = "district"
pupils = "students"
teachers = "teachers"
budget_expenditure_per_pupil = "spending"
mean_score = "score"

[constants]
stage = "primary"
year = 2020
"""


def _districts(folder: Path, rows: int, regions: int) -> Overview:
    generator = np.random.default_rng(4)
    pupils = generator.integers(200, 900, rows)
    table = pd.DataFrame(
        {
            "district": [f"d{place}" for place in range(rows)],
            "county": [f"c{place % regions}" for place in range(rows)],
            "students": pupils,
            "teachers": (pupils / generator.uniform(15, 25, rows)).round(1),
            "spending": generator.uniform(4000, 7000, rows).round(),
            "score": generator.uniform(60, 90, rows).round(1),
        }
    )
    table.to_csv(folder / "small.csv", index=False)
    (folder / "small.toml").write_text(SMALL, encoding="utf-8")
    dataset = open_dataset(folder / "small.toml")
    return overview(read_schools(dataset), dataset, year=2020)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("rows", "regions", "fitted"), [(12, 4, 0), (40, 1, 0), (40, 2, 1), (60, 5, 1)])
def test_a_small_table_is_told_what_cannot_be_done(
    rows: int, regions: int, fitted: int, lang: str, tmp_path: Path
) -> None:
    seen = _districts(tmp_path, rows, regions)
    models = regional_models(seen)
    assert len(models) == fitted
    pairs = tables.declared_contrasts(seen)
    pieces = [
        tables.data_section(seen, lang),
        tables.design_section(seen, models, lang),
        tables.models_headline(models, lang),
        figures.estimates_section(models, lang),
        figures.models_section(models, lang),
        figures.contrasts_section(pairs, lang),
        tables.contrasts_without_regions(pairs, seen, lang),
        tables.regions_left_out(models, seen, lang),
        tables.sensitivities(models, seen, lang),
        figures.curves_section(models, seen, lang, seed=1),
    ]
    text = "\n".join(piece._repr_html_() and repr(piece) for piece in pieces)
    assert say("contrast.none", lang) in text
    assert (say("robustness.no_model", lang) in text) == (fitted == 0)
    assert (say("robustness.few_regions", lang) in text) == (fitted == 1 and regions == 2)
    assert (say("study.too_few", lang, fewest=30) in text) == (rows == 12)
    assert tables.contrast_digest(pairs) == ""


def test_nothing_of_a_single_unit_is_in_the_description_of_the_data(overviews: dict[str, Overview]) -> None:
    """No lowest and no highest: of an exam result either would be one school's."""
    seen = overviews["demo"]
    cells = {
        line.split("\t")[0]: line.split("\t")[1:]
        for line in tables.data_section(seen, "en").text.splitlines()
        if line.count("\t") == 4
    }
    values = seen.values["pass_rate"].dropna()
    assert cells["Pass rate"] == [
        str(len(values)),
        str(len(seen.values) - len(values)),
        f"{values.mean():.2f}",
        f"{values.std():.2f}",
    ]
