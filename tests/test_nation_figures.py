"""Very many regions at once: every dot is there, nothing is named, and the tiles lie where the provinces do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qualityedu.datasets import Dataset
from qualityedu.figures import nation_section, province_strips, province_tiles, ranked_dots
from qualityedu.figures.nation import MANY
from qualityedu.findings import Overview
from qualityedu.places.provinces import provinces
from qualityedu.text import LANGUAGES

ITEM = ("sports_area_per_pupil", "junior", "spread")


def _nation(counties: int = 92, codes: tuple[str, ...] | None = None) -> Overview:
    """Every province with as many counties, values from a seed, judged against 0.45."""
    random = np.random.default_rng(4)
    chosen = codes or tuple(code for code in provinces() if code < "70")
    regions = [f"{code}{n // 12 + 1:02d}{n % 12 + 1:02d}" for code in chosen for n in range(counties)]
    values = random.normal(0.42, 0.09, len(regions)).clip(0.05, 1)
    findings = pd.DataFrame({
        "region": regions, "region_name": [f"县{region}" for region in regions], "year": 2023, "indicator": ITEM[0],
        "stage": ITEM[1], "subject": ITEM[2], "value": values, "status": np.where(values <= 0.45, "met", "unmet"),
    })  # fmt: skip
    return Overview(
        Dataset("nation", Path("x"), dict.fromkeys(LANGUAGES, "x")), 2023, findings, pd.DataFrame(), pd.DataFrame()
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_region_is_a_dot_and_none_is_named(lang: str) -> None:
    seen = _nation()
    shown = ranked_dots(seen, *ITEM, lang)
    dots = sum(len(each.get_offsets()) for each in shown.figure.axes[0].collections)
    assert dots == len(seen.findings) == 31 * 92
    said = repr(nation_section(seen, lang))
    assert "县" not in said.replace("县域", "")
    assert f"{(seen.findings['status'] == 'met').sum()}" in shown.caption


def test_the_limit_is_the_one_decreed() -> None:
    """教督〔2017〕6号: between junior schools at most 0.45."""
    axes = ranked_dots(_nation(), *ITEM, "zh").figure.axes[0]
    assert [line.get_ydata()[0] for line in axes.lines] == [0.45]
    assert any("0.45" in text.get_text() for text in axes.texts)


def test_a_strip_for_each_province_with_its_regions() -> None:
    seen = _nation(counties=5)
    shown = province_strips(seen, *ITEM, "zh")
    assert shown is not None
    names = [label.get_text() for label in shown.figure.axes[0].get_yticklabels()]
    assert sorted(names) == sorted(each.zh for code, each in provinces().items() if code < "70")
    of_beijing = seen.findings[seen.findings["region"].str.startswith("11")]
    line = next(row for row in shown.table.text.splitlines() if row.startswith("北京\t"))
    assert line.split("\t")[1:3] == ["5", f"{of_beijing['value'].min():.3f}"]


def test_a_tile_says_the_share_that_meets_the_limit() -> None:
    seen = _nation(counties=10, codes=("11", "44"))
    shown = province_tiles(seen, *ITEM, "en")
    assert shown is not None
    said = [text.get_text() for text in shown.figure.axes[0].texts]
    met = seen.findings["status"].eq("met").groupby(seen.findings["region"].str[:2]).mean() * 100
    assert said[said.index("Beijing") + 1] == f"{met['11']:.0f}"
    assert said[said.index("Guangdong") + 1] == f"{met['44']:.0f}"
    assert said[said.index("Hebei") + 1] == "—"


def test_no_two_provinces_share_a_tile() -> None:
    assert len(provinces()) == 34
    assert len({(each.column, each.row) for each in provinces().values()}) == 34


def test_few_regions_and_codes_of_elsewhere_have_no_map() -> None:
    assert repr(nation_section(_nation(counties=MANY - 1, codes=("11",)), "zh")) == ""
    elsewhere = _nation(counties=MANY, codes=("99",))
    assert province_tiles(elsewhere, *ITEM, "zh") is None
    assert province_strips(elsewhere, *ITEM, "zh") is None
    assert "百分位" in repr(nation_section(elsewhere, "zh"))


def test_two_runs_draw_the_same() -> None:
    assert nation_section(_nation(4), "zh")._repr_html_() == nation_section(_nation(4), "zh")._repr_html_()
