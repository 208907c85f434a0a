"""The table of scenarios by itself: what it counts, groups and says of a facility's turning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groundfloor.problems import Text
from spots.types import State
from spots.types.scenario_table import (
    NO_MS,
    NOBODY,
    NOT_LISTED,
    NamedScenario,
    ScenarioFigures,
    ScenarioSetting,
    ScenarioTable,
    TurningPoint,
)
from tests.helpers.judging import facility

DESIGNATED, NOT_MET = 0, 3


def minutes(number: float) -> ScenarioSetting:
    return ScenarioSetting("threshold_min", Text(f"{number}分", f"{number} min"), number=number)


def tolls() -> ScenarioSetting:
    return ScenarioSetting("tolls", Text("使わない", "not used"))


SCENARIOS = (
    NamedScenario("base"),
    NamedScenario("20", (minutes(20),)),
    NamedScenario("40", (minutes(40),)),
    NamedScenario("45", (minutes(45),)),
    NamedScenario("no tolls", (tolls(),)),
    NamedScenario("both", (minutes(40), tolls())),
)
FIGURES = ScenarioFigures((1, 0, 0, 1, 0), 1, 50.0, 50.0)


def table() -> ScenarioTable:
    """Return four facilities in six scenarios: turned by minutes, by both, never, and not listed."""
    states = np.array(
        [
            [0, 0, 3, 3, 0, 3],
            [0, 0, 0, 0, 0, 3],
            [3, 3, 3, 3, 3, 3],
            [0, 0, 0, 0, -1, 0],
        ],
        np.int8,
    )
    shape = states.shape
    return ScenarioTable(
        scenarios=SCENARIOS,
        facilities=tuple(facility(f"F{n}") for n in range(4)),
        criteria=(1, 3),
        states=states,
        met=np.where(states == DESIGNATED, 2, 0).astype(np.uint16),
        travel_ms=np.full(shape, NO_MS, np.int32),
        nearest=np.full(shape, NOBODY, np.int32),
        margin_ms=np.full(shape, NO_MS, np.int32),
        figures=(FIGURES,) * 6,
        base_numbers={"threshold_min": 30.0},
    )


def test_a_cell_tells_state_and_criteria():
    found = table()
    assert (found.state(0, 0), found.state(0, 2)) == (State.DESIGNATED, State.NOT_MET)
    assert (found.state(3, 4), found.states[3, 4]) == (None, NOT_LISTED)
    assert (found.met_by(0, 0), found.met_by(0, 2)) == ((3,), ())


def test_robustness_counts_the_scenarios_that_designate():
    assert table().robustness().tolist() == [3, 5, 0, 5]


def test_scenarios_of_equal_results_stand_together():
    assert table().groups() == ((0, 1), (2, 3), (4,), (5,))
    other = replace(FIGURES, dissolved_km2=50.1)
    apart = replace(table(), figures=(FIGURES, other, *table().figures[2:]))
    assert apart.groups()[:2] == ((0,), (1,))


def test_units_of_another_name_are_another_result():
    """Institutions themselves have no ground: neither their number nor their area tells them."""
    told = [replace(FIGURES, units_designated=frozenset({("a", name)})) for name in "xxyxxx"]
    same, both = replace(table(), figures=tuple(told)), table()
    assert both.groups()[1] == (2, 3)
    assert same.groups()[1:3] == ((2,), (3,))


def test_the_nearest_value_of_an_axis_alone_turns_a_facility():
    assert table().turning(0) == (
        TurningPoint("threshold_min", 40.0, State.NOT_MET, exact=False, scenario=2),
    )


def test_where_no_axis_alone_turns_it_the_fewest_settings_do():
    assert table().turning(1) == (
        TurningPoint(
            "threshold_min + tolls", None, State.NOT_MET, exact=False, scenario=5, settings=2
        ),
    )
    assert table().turning(2) == ()


def test_a_facility_that_lists_lack_turns_to_nothing():
    assert table().turning(3) == (TurningPoint("tolls", None, None, exact=False, scenario=4),)


def test_its_own_minutes_come_before_the_scenarios():
    own = TurningPoint("threshold_min", 31.5, State.NOT_MET, exact=True, scenario=None)
    found = replace(table(), exact_turns=((own,), (), (), ()))
    assert found.turning(0) == (own,)
    assert found.turning(3) == table().turning(3)


def test_some_scenarios_are_a_table_too():
    some = table().restricted([0, 5])
    assert [each.name for each in some.scenarios] == ["base", "both"]
    assert some.robustness().tolist() == [1, 1, 0, 2]


def test_nobody_writes_to_it_and_shapes_must_fit():
    with pytest.raises(ValueError, match="read-only"):
        table().states[0, 0] = NOT_MET
    with pytest.raises(ValueError, match="figures"):
        replace(table(), figures=())
    with pytest.raises(ValueError, match="table"):
        replace(table(), facilities=())
