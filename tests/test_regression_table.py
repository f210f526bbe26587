"""Models side by side: the same numbers in every form, and those that textbooks print."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from html_reading import complaints_of_tables, read_html
from printed_cases import FOLDER, expected

from qualityedu.errors import RequestError
from qualityedu.models import Fit, RegionalModel, fit
from qualityedu.tables import RegressionTable, regression_table
from qualityedu.text import LANGUAGES

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    generator = np.random.default_rng(3)
    frame = pd.DataFrame({"x_1": generator.normal(size=60), "share%": 0.0, "region": np.arange(60) % 30})
    frame["z"] = generator.normal(size=60) * 1000
    frame["y"] = 2 - 0.5 * frame["x_1"] + frame["z"] / 500 + generator.normal(size=60)
    frame.loc[:3, "z"] = np.nan
    return frame


@pytest.fixture(scope="module")
def table(made: pd.DataFrame) -> RegressionTable:
    return regression_table([fit("y ~ x_1", made), fit("y ~ x_1 + z", made, cluster="region")], "en", interval=True)


def _cells_of_html(table: RegressionTable) -> list[str]:
    reading = read_html(table.html().html)
    return [each.text for row in reading.all("tr")[1:] for each in reading.under(row, "td")]


def _cells_of_markdown(table: RegressionTable) -> list[str]:
    lines = [line for line in table.markdown().splitlines() if line.startswith("|")][2:]
    return [cell.replace("\\", "") for line in lines for cell in line.strip("|").split("|")[1:]]


def _cells_of_latex(table: RegressionTable) -> list[str]:
    body = table.latex().split(r"\midrule", 1)[1].split(r"\bottomrule")[0].replace(r"\midrule", "")
    lines = [line.removesuffix(r"\\") for line in body.splitlines() if "&" in line]
    return [cell.replace("$-$", "-").replace("{[}", "[") for line in lines for cell in line.split("&")[1:]]


def _cells_of_word(table: RegressionTable, path: Path) -> list[str]:
    (written,) = Document(str(table.word(path))).tables
    return [cell.text for row in written.rows[1:] for cell in row.cells[1:]]


class TestFourForms:
    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("name", ["demo", "world"])
    def test_numbers_are_identical(
        self, name: str, lang: str, models: dict[str, list[RegionalModel]], tmp_path: Path
    ) -> None:
        table = regression_table([model.fit for model in models[name]], lang, interval=True)
        forms = [
            _cells_of_html(table), _cells_of_markdown(table), _cells_of_latex(table),
            _cells_of_word(table, tmp_path / "t.docx"),
        ]  # fmt: skip
        # In HTML what stands below an estimate is in its cell; the numbers are compared as they come in each column.
        found = [sorted(NUMBER.findall(" ".join(cells))) for cells in forms]
        assert len(found[0]) > 30
        assert found[0] == found[1] == found[2] == found[3]
        assert forms[1] == [f" {cell.strip()} " if cell.strip() else "  " for cell in forms[1]]
        assert [cell.strip() for cell in forms[1]] == [cell.strip() for cell in forms[3]]

    def test_every_cell_is_the_fit_rounded(self, made: pd.DataFrame) -> None:
        fitted = fit("y ~ x_1 + z", made)
        table = regression_table([fitted], "en")
        for place, row in enumerate([*list(fitted.table.itertuples())[1:], next(fitted.table.itertuples())]):
            estimate, error = table.body[2 * place][1], table.body[2 * place + 1][1]
            decimals = len(estimate.partition(".")[2])
            assert float(estimate.replace(",", "")) == pytest.approx(row.estimate, abs=0.51 * 10**-decimals)
            assert error.startswith("(")
            assert float(error.strip("()").replace(",", "")) == pytest.approx(
                row.standard_error, abs=0.51 * 10**-decimals
            )
            assert len(error.strip("()").replace(".", "").lstrip("0")) >= 2, "two significant digits of the error"

    def test_one_row_has_the_same_decimals_in_every_column(self, table: RegressionTable) -> None:
        for row in table.body:
            ends = {len(cell.strip("()[]").split(",")[0].partition(".")[2]) for cell in row[1:] if cell}
            assert len(ends) == 1

    def test_the_foot(self, table: RegressionTable) -> None:
        foot = {row[0]: row[1:] for row in table.foot}
        assert foot["Rows"] == ("60", "56")
        assert foot["Rows left out"] == ("0", "4")
        assert foot["Clusters"] == ("—", "30")
        assert foot["Estimator"] == ("least squares", "least squares")
        assert foot["Standard errors"] == ("robust (HC1)", "clustered")
        assert all(re.fullmatch(r"0\.\d{3}", cell) for cell in foot["R²"])

    def test_notes_say_errors_clusters_and_rows_left_out_each_once(self, table: RegressionTable) -> None:
        notes = " ".join(table.notes)
        assert "Model (2): " in notes
        assert "HC1" in notes
        assert "clustered in 30 groups" in notes
        assert "Left out for want of “z”: 4 row(s)." in notes
        assert len(set(table.notes)) == len(table.notes)

    def test_what_several_models_say_is_said_once(self, made: pd.DataFrame) -> None:
        fits = [fit("y ~ x_1", made), fit("y ~ region", made), fit("y ~ x_1 + z", made)]
        notes = regression_table(fits, "en").notes
        assert [note for note in notes if "n=60" in note] == [
            note for note in notes if note.startswith("Model (1), (2):")
        ][-1:]

    def test_html_is_sound(self, table: RegressionTable) -> None:
        assert complaints_of_tables(read_html(table.html().html)) == []
        assert table.html().html in table._repr_html_()
        assert repr(table) == table.html().text

    def test_no_stars_unless_asked(self, made: pd.DataFrame, table: RegressionTable) -> None:
        assert "*" not in table.html().text
        starred = regression_table([fit("y ~ x_1 + z", made)], "en", stars=True)
        found = dict(zip(["x_1", "", "z"], [row[1] for row in starred.body[:3]], strict=True))
        p_values = fit("y ~ x_1 + z", made).table.set_index("term")["p_value"]
        for term in ("x_1", "z"):
            assert found[term].count("*") == sum(p_values[term] < level for level in (0.05, 0.01, 0.001))
        assert found["z"].endswith("***")

    def test_an_open_interval_says_so(self, made: pd.DataFrame) -> None:
        few = made.assign(region=np.arange(60) % 4)
        fitted = fit("y ~ x_1", few, cluster="region")
        assert np.isinf(fitted.table[["lower", "upper"]].to_numpy()).any()
        assert "∞" in regression_table([fitted], "en", interval=True).html().text

    def test_a_perfect_fit_is_printed_all_the_same(self, made: pd.DataFrame) -> None:
        fitted = fit("twice ~ x_1", made.assign(twice=2 * made["x_1"] + 1), errors="classical")
        text = regression_table([fitted], "en").html().text
        assert "2.000" in text
        assert "nan" not in text

    def test_names_and_their_number(self, made: pd.DataFrame) -> None:
        fits = [fit("y ~ x_1", made)]
        assert regression_table(fits, "en", ["short"]).headings[1] == "(1) short"
        with pytest.raises(ValueError, match="a name for each"):
            regression_table(fits, "en", ["one", "two"])
        with pytest.raises(ValueError, match="must be a model"):
            regression_table([], "en")

    @pytest.mark.parametrize(
        ("options", "estimator"),
        [
            ({"estimator": "panel", "effects": "region"}, "fixed effects (within)"),
            ({"estimator": "multilevel", "groups": "region"}, "multilevel (REML)"),
            ({"estimator": "quantile"}, "quantile regression"),
        ],
    )
    def test_other_estimators(self, options: dict[str, str], estimator: str, made: pd.DataFrame) -> None:
        table = regression_table([fit("y ~ x_1", made, **options)], "en")  # type: ignore[arg-type]
        assert {row[0]: row[1] for row in table.foot}["Estimator"] == estimator


class TestEscapes:
    NASTY = ("<b>&x_{1}^2 ~ 50% #1 $5 \\n|*]", "甲")

    @pytest.fixture(scope="class")
    def table(self, made: pd.DataFrame) -> RegressionTable:
        return regression_table([fit("y ~ x_1", made), fit("y ~ z", made)], "zh", self.NASTY)

    def test_html(self, table: RegressionTable) -> None:
        assert "<b>" not in table.html().html
        assert any(self.NASTY[0] in each.text for each in read_html(table.html().html).all("th"))

    def test_markdown(self, table: RegressionTable) -> None:
        lines = [line for line in table.markdown().splitlines() if line.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {4}
        assert r"\<b\>" in lines[0]

    def test_latex(self, table: RegressionTable) -> None:
        text = table.latex()
        assert r"\textless{}b\textgreater{}\&x\_\{1\}\textasciicircum{}2 \textasciitilde{} 50\% \#1 \$5" in text
        assert r"\textbackslash{}n" in text
        bare = re.sub(r"\\[A-Za-z]+|\\[&%$#_{}\\]|\$-\$|\$\\times\$", "", text.split(r"\toprule")[1])
        assert not re.search(r"[#%$_^~<>]", bare)

    def test_word_is_an_editable_table_with_a_font_for_chinese(self, table: RegressionTable, tmp_path: Path) -> None:
        document = Document(str(table.word(tmp_path / "t.docx")))
        (written,) = document.tables
        assert self.NASTY[0] in written.rows[0].cells[1].text
        fonts = document.styles["Normal"].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "宋体"
        assert fonts.get(qn("w:ascii")) == "Times New Roman"
        assert document.core_properties.author == ""
        assert written.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None

    def test_a_place_that_cannot_be_written(self, table: RegressionTable, tmp_path: Path) -> None:
        with pytest.raises(RequestError):
            table.word(tmp_path / "none" / "t.docx")


@pytest.mark.skipif(not (FOLDER / "caschools").is_dir(), reason=f"no caschools in {FOLDER}; see QUALITYEDU_CASES")
class TestAsPrinted:
    """Stock and Watson 2015, equation 4.11 and Table 7.1, columns 1 to 3."""

    FIGURES = ("eq4_11", "eq7_5", "tab7_1_c3")

    @pytest.fixture(scope="class")
    def fits(self) -> list[Fit]:
        data = pd.read_csv(FOLDER / "caschools" / "data.csv")
        return [fit(f"testscr ~ {right}", data) for right in ("str", "str + english", "str + english + lunch")]

    def test_the_table_prints_what_the_book_prints(self, fits: list[Fit]) -> None:
        table = regression_table(fits, "en")
        labels = {"Intercept": "intercept"}
        figures = {figure["id"]: figure for figure in expected("caschools")["figures"]}
        checked = 0
        for column, name in enumerate(self.FIGURES, start=1):
            for term in figures[name]["terms"]:
                place = [row[0] for row in table.body].index(labels.get(term["term"], term["term"]))
                cells = (table.body[place][column], table.body[place + 1][column].strip("()"))
                for cell, key in zip(cells, ("est", "se"), strict=True):
                    # The book prints 700.2 for an intercept of 700.15; half a unit of our last digit is allowed.
                    ours = 0.5 * 10.0 ** -len(cell.partition(".")[2])
                    assert float(cell) == pytest.approx(term[key], abs=term[f"{key}_tol"] + ours)
                    assert float(cell) == pytest.approx(term[f"{key}_exact"], abs=1.001 * ours)
                    checked += 1
        assert checked == 18

    def test_digit_for_digit(self, fits: list[Fit]) -> None:
        body = regression_table(fits, "en").body
        assert body[0] == ("str", "-2.28", "-1.10", "-1.00")
        assert body[1] == ("", "(0.52)", "(0.43)", "(0.27)")
        assert body[2] == ("english", "", "-0.650", "-0.122")
        assert body[3] == ("", "", "(0.031)", "(0.033)")
        assert body[4] == ("lunch", "", "", "-0.547")
        assert body[5] == ("", "", "", "(0.024)")
        assert body[7] == ("", "(10.4)", "(8.7)", "(5.6)")
