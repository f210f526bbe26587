"""What holds for any table: scale, order, likeness, and the range of the difference coefficient."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MakeSchools
from qualityedu.findings import measure, school_values
from qualityedu.inequality import spread

BACKBONE = "backbone_teachers_per_100"
# Noise of binary numbers: of the coefficient itself the square root magnifies it where schools are nearly alike.
VALUE_NOISE, SPREAD_NOISE = 1e-12, 1e-7

School = tuple[int, int]
SCHOOL = st.tuples(st.integers(1, 3000), st.integers(0, 300))
SCHOOLS = st.lists(SCHOOL, min_size=2, max_size=12).filter(lambda rows: any(teachers for _, teachers in rows))
few = settings(deadline=None, max_examples=20, database=None)


def _found(make_schools: MakeSchools, rows: list[School]) -> tuple[float, float]:
    """Value and difference coefficient of a county of these schools."""
    table = make_schools([{"pupils": pupils, "backbone_teachers": teachers} for pupils, teachers in rows])
    return _value_and_spread(measure(table, [BACKBONE]))


def _value_and_spread(findings: pd.DataFrame) -> tuple[float, float]:
    values = findings.set_index("subject")["value"]
    return float(values["region"]), float(values["spread"])


def _same(ours: tuple[float, float], theirs: tuple[float, float]) -> None:
    assert ours[0] == pytest.approx(theirs[0], rel=VALUE_NOISE)
    assert ours[1] == pytest.approx(theirs[1], rel=VALUE_NOISE * 1e3, abs=SPREAD_NOISE)


@few
@given(rows=SCHOOLS, factor=st.integers(2, 50))
def test_scaling_every_count_changes_nothing(make_schools: MakeSchools, rows: list[School], factor: int) -> None:
    scaled = [(pupils * factor, teachers * factor) for pupils, teachers in rows]
    _same(_found(make_schools, scaled), _found(make_schools, rows))


@few
@given(rows=SCHOOLS, factor=st.integers(2, 50))
def test_scaling_the_resource_scales_the_value_alone(
    make_schools: MakeSchools, rows: list[School], factor: int
) -> None:
    value, between = _found(make_schools, rows)
    _same(_found(make_schools, [(pupils, teachers * factor) for pupils, teachers in rows]), (value * factor, between))


@few
@given(rows=SCHOOLS, data=st.data())
def test_order_changes_nothing(make_schools: MakeSchools, rows: list[School], data: st.DataObject) -> None:
    _same(_found(make_schools, data.draw(st.permutations(rows))), _found(make_schools, rows))


@few
@given(
    school=st.tuples(st.integers(1, 3000), st.integers(1, 300)),
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=9),
)
def test_identical_schools_have_no_spread(make_schools: MakeSchools, school: School, sizes: list[int]) -> None:
    value, between = _found(make_schools, [(school[0] * size, school[1] * size) for size in sizes])
    assert between == 0
    assert value == pytest.approx(100 * school[1] / school[0], rel=VALUE_NOISE)


@few
@given(rows=SCHOOLS)
def test_merging_two_identical_schools_changes_nothing(make_schools: MakeSchools, rows: list[School]) -> None:
    pupils, teachers = rows[0]
    _same(_found(make_schools, [*rows, rows[0]]), _found(make_schools, [(2 * pupils, 2 * teachers), *rows[1:]]))


@few
@given(rows=SCHOOLS)
def test_the_value_lies_between_those_of_the_schools(make_schools: MakeSchools, rows: list[School]) -> None:
    table = make_schools([{"pupils": pupils, "backbone_teachers": teachers} for pupils, teachers in rows])
    values = school_values(table, [BACKBONE])[BACKBONE]
    value, _ = _found(make_schools, rows)
    assert values.min() * (1 - VALUE_NOISE) <= value <= values.max() * (1 + VALUE_NOISE)


@few
@given(rows=SCHOOLS)
def test_a_school_without_data_changes_nothing_but_the_count(make_schools: MakeSchools, rows: list[School]) -> None:
    table = make_schools([{"pupils": p, "backbone_teachers": t} for p, t in [*rows, (500, 0)]])
    table.loc[len(rows), "backbone_teachers"] = np.nan
    findings = measure(table, [BACKBONE])
    assert set(findings["left_out"]) == {1}
    _same(_value_and_spread(findings), _found(make_schools, rows))


@few
@given(rows=st.lists(SCHOOL, min_size=2, max_size=8), split=st.integers(1, 7))
def test_counties_add_up_to_their_city(make_schools: MakeSchools, rows: list[School], split: int) -> None:
    table = make_schools([{"pupils": p, "backbone_teachers": t} for p, t in rows])
    table["region"] = ["A" if place < split else "B" for place in range(len(rows))]
    counties = measure(table, [BACKBONE]).query("subject == 'region'").set_index("region")["value"]
    pupils = table.groupby("region")["pupils"].sum()
    city = measure(table.assign(region="city"), [BACKBONE]).query("subject == 'region'")["value"].item()
    assert city == pytest.approx(float(np.average(counties[pupils.index], weights=pupils)), rel=VALUE_NOISE, abs=1e-15)


@settings(deadline=None, max_examples=60, database=None)
@given(rows=st.lists(st.tuples(st.just(0.0) | st.floats(1e-6, 1e4), st.floats(1, 1e5)), min_size=2, max_size=30))
def test_the_range_of_the_spread(rows: list[tuple[float, float]]) -> None:
    values, weights = (np.array(side) for side in zip(*rows, strict=True))
    between = spread(values, weights)
    if values.sum() == 0:
        assert math.isnan(between)
        return
    # All of the resource in the smallest school is the most uneven there is.
    assert 0 <= between <= math.sqrt(weights.sum() / weights.min() - 1) * (1 + 1e-9)
    mean = np.average(values, weights=weights)
    by_definition = math.sqrt(np.average((values - mean) ** 2, weights=weights)) / mean
    assert between == pytest.approx(by_definition, rel=1e-9, abs=SPREAD_NOISE)


def test_the_most_uneven_county_reaches_the_bound() -> None:
    # One school of 50 has everything, 950 pupils elsewhere nothing: √(1000 / 50 − 1).
    assert spread([3.0, 0.0], [50, 950]) == pytest.approx(math.sqrt(19), rel=1e-12)


def test_the_fixture_refuses_what_no_table_holds(make_schools: MakeSchools) -> None:
    with pytest.raises(ValueError, match="not declared"):
        make_schools("pupils colour\n1 2")
    with pytest.raises(ValueError, match="one row per unit"):
        make_schools("school pupils\nA 1\nA 2")
    table = make_schools("region school pupils\n001234 007 5")
    assert (table["region"].item(), table["school"].item()) == ("001234", "007")
    assert pd.api.types.is_float_dtype(table["pupils"])
