"""Two criteria of travel time: what is shown of a facility is the evidence that its state rests on."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from groundfloor.problems import Lang
from spots.explaining import explain, explanation_json
from spots.judging.designation import judge
from spots.report.facility_pages import _sentence
from spots.telling.dossier import dossier_of
from spots.telling.facility_columns import facility_columns, facility_rows
from spots.telling.route_columns import decisive_routes
from spots.types import CriterionInfo, RunResult, State, Truth, Verdict
from tests.helpers.fabricated import fabricated_result
from tests.helpers.judging import LIMIT, SECONDARY, chain, facility, facts, policy, third

NEAR_MS, FAR_MS = LIMIT // 3, 2 * LIMIT


def judged(rule: dict[str, Any]) -> tuple[Verdict, ...]:
    """Return verdicts of three hospitals on a row: b is near to a by one list, c far by the other."""
    own = {k: v for k, v in asdict(third()).items() if k != "mark"}
    fourth = {**own, "mark": "④", "list": "kokuji"}
    rules = policy({"rule": rule, "criterion": {"4": fourth}, "travel": {"also_try": []}})
    everyone = [facility(key, SECONDARY) for key in "abc"]
    known = facts(
        everyone,
        rules,
        network=chain(NEAR_MS, FAR_MS),
        doors={"a": (0, 0.0), "b": (0, 1.0), "c": (1, 1.0)},
        lists={"rotation": ["a", "b"], "kokuji": ["a", "c"]},
    )
    return judge(rules, known)


@pytest.mark.parametrize(
    ("rule", "state", "number", "nearest"),
    [
        ({"any": [3, 4]}, State.DESIGNATED, 4, "c"),
        ({"all": [3, 4]}, State.NOT_MET, 3, "b"),
        ({"any": [{"all": [3, 4]}]}, State.NOT_MET, 3, "b"),
        ({"any": [3]}, State.NOT_MET, 3, "b"),
    ],
)
def test_the_evidence_is_that_of_the_criterion_that_decides(rule, state, number, nearest):
    (found, *_) = judged(rule)
    assert found.state is state
    assert found.measured is not None
    assert found.measured.number == number
    assert found.travel is found.measured.travel
    assert found.travel.nearest_id == nearest


def test_what_is_open_is_shown_where_it_is_open():
    (found, *_) = judged({"any": [3, 4]})
    outcomes = tuple(
        replace(o, truth=Truth.UNDETERMINED if o.number == 4 else o.truth) for o in found.outcomes
    )
    undetermined = replace(found, state=State.UNDETERMINED, outcomes=outcomes)
    assert undetermined.measured is not None
    assert undetermined.measured.number == 4


@pytest.mark.parametrize(
    ("ms", "join", "factors", "states"),
    [
        # Faster: the state turns where the last of any, the first of all, is no longer met.
        (6 * NEAR_MS, "any", [2.0, 3.0], [State.DESIGNATED, State.NOT_MET]),
        (6 * NEAR_MS, "all", [2.0, 3.0], [State.NOT_MET, State.NOT_MET]),
        # Slower: where the first of any, the last of all, is met.
        (NEAR_MS, "any", [0.5, 0.333], [State.DESIGNATED, State.DESIGNATED]),
        (NEAR_MS, "all", [0.5, 0.333], [State.NOT_MET, State.DESIGNATED]),
    ],
)
def test_a_speed_turns_every_criterion_that_it_turns(
    ms: int, join: str, factors: list[float], states: list[State]
):
    own = {k: v for k, v in asdict(third()).items() if k != "mark"}
    sooner = {**own, "mark": "④", "threshold_min": own["threshold_min"] * 2 / 3}
    first, second = (own, sooner) if ms > LIMIT else (sooner, own)
    criteria = {"3": {**first, "mark": "③"}, "4": {**second, "mark": "④"}}
    rules = policy({"rule": {join: [3, 4]}, "criterion": criteria, "travel": {"also_try": []}})
    both = [facility(key, SECONDARY) for key in "ab"]
    known = facts(both, rules, network=chain(ms), doors={"a": (0, 0.0), "b": (0, 1.0)})
    (found, _) = judge(rules, known)
    turning = [o.travel.turning for o in found.outcomes if o.travel]
    assert [t.factor for t in turning] == pytest.approx(factors, abs=1e-3)
    assert [t.state for t in turning] == states


@pytest.fixture
def result() -> RunResult:
    run = fabricated_result()
    (third_info,) = [c for c in run.settings.criteria if c.travel]
    more = CriterionInfo(4, "④", third_info.title, travel=True)
    settings = replace(run.settings, criteria=(*run.settings.criteria, more))
    return replace(run, settings=settings, verdicts=judged({"any": [3, 4]}), spots=())


def test_table_route_explanation_and_page_show_the_same(result: RunResult):
    columns = {c.name: c for c in facility_columns(result)}
    (row, *_) = facility_rows(result)
    shown = [columns[n].value(row, Lang.JA) for n in ("nearest_name", "travel_ms", "margin_ms")]
    assert shown == ["c病院", NEAR_MS + FAR_MS, NEAR_MS + FAR_MS - LIMIT]
    (route, *_) = decisive_routes(result)
    assert (route.to_id, route.route.travel_ms) == ("c", NEAR_MS + FAR_MS)
    page = explanation_json(explain(result, "a"))
    assert [n["id"] for n in page["nearest"]] == ["c"]
    assert page["turning"] == page["outcomes"][-1]["turning"]
    told = _sentence(dossier_of(row.verdict, result), Lang.JA)
    assert "c病院" in told
    assert "b病院" not in told
