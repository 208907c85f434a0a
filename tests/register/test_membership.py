"""Was this institution inside, on that day, and why? Days without a gap, each kind by itself."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.types import AreaClass, ClassBasis
from groundfloor.day_spans import DaySpan
from spots.locating import answers
from spots.register.membership import Membership, institution_rows, memberships
from spots.types import RunResult, Truth
from spots.types.designations import DesignationKind
from tests.helpers.institutions import IN_OGUNI, IN_SOYO, IN_UKI, institution
from tests.helpers.registers import register_of, small_run, titled, to_add, unit_run, years

AREA, SPOT = DesignationKind.SHORTAGE_AREA, DesignationKind.SPOT
SUPPORT, PROGRAMME = DesignationKind.SUPPORT_AREA, DesignationKind.PROGRAMME
ALL_DAYS = DaySpan(date(2020, 4, 1), date(2034, 4, 1))
MET, NOT_MET, OPEN = Truth.MET, Truth.NOT_MET, Truth.UNDETERMINED


@pytest.fixture(scope="module")
def three_plans(tmp_path_factory):
    """Two plans with a year between them, the second revised on its way."""
    path = tmp_path_factory.mktemp("plans") / "r.gpkg"
    return register_of(
        path,
        to_add("前期", years(2024, 2027), kinds=None),
        to_add("後期", years(2028, 2031), run=titled(small_run(), "後期"), kinds=None),
        to_add(
            "後期改訂",
            years(2029, 2031),
            run=without_soyo(titled(small_run(), "改訂")),
            supersedes=("後期",),
        ),
    )


def without_soyo(run: RunResult) -> RunResult:
    kept = tuple(spot for spot in run.spots if spot.facility_id != "soyo")
    return replace(run, spots=kept)


def of(register, row, kind: DesignationKind, days: DaySpan = ALL_DAYS) -> tuple[Membership, ...]:
    ((found,), _) = memberships(register, [row], days, kinds=[kind])
    return found.kinds[kind]


def told(found: tuple[Membership, ...]) -> list[tuple[int, Truth, int | None]]:
    return [(m.span.first.year, m.truth, m.edition) for m in found]


def test_a_spot_ends_with_its_plan_and_a_day_without_a_plan_has_no_answer(three_plans):
    found = of(three_plans, institution(IN_SOYO), SPOT)
    assert told(found) == [
        (2020, OPEN, None),
        (2024, MET, 2),
        (2027, OPEN, None),
        (2028, MET, 4),
        (2029, NOT_MET, 5),
        (2031, OPEN, None),
    ]
    assert found[1].span == years(2024, 2027)
    assert (found[1].plan, found[1].unit, found[1].name) == ("前期", "facility:soyo", "そよう病院")
    assert "そよう病院" in found[1].reason.ja
    assert "版が登録簿にありません" in found[2].reason.ja
    assert "no edition on record" in found[2].reason.en


def test_the_last_day_is_inside_and_the_next_is_not(three_plans):
    for day, truth in ((date(2027, 3, 31), MET), (date(2027, 4, 1), OPEN)):
        (found,) = of(three_plans, institution(IN_SOYO), SPOT, DaySpan.through(day, day))
        assert found.truth is truth


def test_a_shortage_area_is_told_with_its_class_and_edition(three_plans):
    found = of(three_plans, institution(IN_UKI), AREA)
    assert told(found) == [
        *((2020, OPEN, None), (2024, MET, 1), (2027, OPEN, None), (2028, MET, 3)),
        (2031, OPEN, None),
    ]
    assert found[1].unit == "medical_area:4302"
    assert "宇城" in found[1].reason.ja
    assert "164.7" in found[1].reason.ja
    assert "少数でも多数でもない" in of(three_plans, institution(IN_OGUNI), AREA)[1].reason.ja


def test_two_kinds_at_once_are_both_told(tmp_path):
    register = register_of(
        tmp_path / "r.gpkg", to_add("計画", years(2024, 2027), run=unit_run(), kinds=None)
    )
    ((found,), _) = memberships(register, [institution((130.5, 32.6))], years(2024, 2027))
    truths = {kind: [m.truth for m in those] for kind, those in found.kinds.items()}
    assert truths[AREA] == truths[SUPPORT] == [MET]
    assert truths[SPOT] == [NOT_MET]


def test_without_a_place_nothing_is_decided(three_plans):
    nowhere = institution(None, "どこかの診療所")
    for kind in (AREA, SPOT):
        found = of(three_plans, nowhere, kind, years(2024, 2027))
        assert [m.truth for m in found] == [OPEN]
        assert found[0].reason.ja
    # Its municipality tells of the area, and not of circles.
    listed = institution(None, "どこかの診療所", municipality_code="43213")
    assert of(three_plans, listed, AREA, years(2024, 2027))[0].truth is MET
    assert of(three_plans, listed, SPOT, years(2024, 2027))[0].truth is OPEN


def test_an_area_whose_class_is_open_leaves_it_open(tmp_path):
    run = small_run()
    areas = run.areas.copy()
    areas.loc["4306", ["area_class", "class_basis"]] = (
        AreaClass.UNKNOWN.value,
        ClassBasis.SHORTAGE_TIE.value,
    )
    tied = replace(run, areas=areas)
    register = register_of(
        tmp_path / "r.gpkg", to_add("計画", years(2024, 2027), run=tied, kinds=None)
    )
    (found,) = of(register, institution(IN_OGUNI), AREA, years(2024, 2027))
    assert found.truth is OPEN
    assert "阿蘇" in found.reason.ja


@pytest.mark.parametrize(
    "row",
    [
        institution((130.46, 33.03), "米の山病院の隣"),
        institution(None, "東京の病院", address="東京都千代田区1-1"),
        institution((139.75, 35.68), "東京の病院", prefecture_code="13"),
        institution((139.75, 35.68), "どこかの病院"),
    ],
)
def test_another_prefecture_is_outside_on_every_day(three_plans, row):
    ((found,), _) = memberships(three_plans, [row], ALL_DAYS)
    assert found.outside
    for those in found.kinds.values():
        assert [(m.span, m.truth) for m in those] == [(ALL_DAYS, NOT_MET)]
        assert "都道府県の外" in those[0].reason.ja


def test_a_point_at_sea_that_the_list_puts_ashore_leaves_the_area_open(three_plans):
    row = institution((129.5, 32.0), "海の上の病院", prefecture_code="43")
    (found,) = of(three_plans, row, AREA, years(2024, 2027))
    assert found.truth is OPEN
    assert found.doubtful


def test_a_unit_that_ends_before_its_plan_is_asked_again_there(tmp_path):
    run = small_run()
    early = tuple(
        replace(s, valid_to=date(2025, 9, 30)) if s.facility_id == "soyo" else s for s in run.spots
    )
    register = register_of(tmp_path / "r.gpkg", to_add("計画", None, run=replace(run, spots=early)))
    found = of(register, institution(IN_SOYO), SPOT, years(2024, 2030))
    assert [(m.span.last, m.truth) for m in found] == [
        (date(2025, 9, 30), MET),
        (date(2030, 3, 31), NOT_MET),
    ]


def test_a_kind_that_was_never_registered_is_open(three_plans):
    (found,) = of(three_plans, institution(IN_SOYO), SUPPORT)
    assert (found.span, found.truth, found.edition) == (ALL_DAYS, OPEN, None)


def test_an_empty_register_answers_nothing(tmp_path):
    register = register_of(tmp_path / "r.gpkg")
    ((found,), _) = memberships(register, [institution(IN_SOYO)], ALL_DAYS)
    assert {kind: [m.truth for m in those] for kind, those in found.kinds.items()} == {
        AREA: [OPEN],
        SPOT: [OPEN],
    }
    assert not found.outside


def test_a_doubt_about_the_edge_is_told_and_decides_nothing(three_plans):
    run = small_run()
    soyo = next(v.facility.position for v in run.verdicts if v.facility.id == "soyo")
    edge = (soyo.lon, soyo.lat + 3950 / 110_900)
    (found,) = of(three_plans, institution(edge), SPOT, years(2024, 2027))
    assert found.truth is MET
    assert found.doubtful
    assert "要確認" in found.reason.ja
    assert found.edge_m == pytest.approx(50, abs=15)


def test_a_unit_result_open_for_its_municipality_is_open(tmp_path):
    register = register_of(
        tmp_path / "r.gpkg", to_add("計画", years(2027, 2030), run=unit_run(), kinds=None)
    )
    (found,) = of(register, institution((130.7, 32.2)), SUPPORT, years(2027, 2030))
    assert found.truth is OPEN
    assert found.reason.ja


def test_a_list_is_read_with_the_headers_that_runs_know(three_plans, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("名称,緯度,経度\n甲,32.69,131.15\n", encoding="utf-8")
    rows, problems = institution_rows(three_plans, path)
    assert [row.name for row in rows] == ["甲"]
    ((found,), _) = memberships(three_plans, rows, years(2024, 2027), problems=problems)
    assert found.kinds[SPOT][0].truth is MET
    assert found.place.municipality == "山都町"


# --- what holds of every register

_POINTS = st.tuples(st.floats(130.3, 131.3), st.floats(32.15, 33.2))
_DAYS = st.integers(0, 16 * 366).map(lambda n: date(2019, 1, 1) + timedelta(days=n))


@settings(max_examples=40, deadline=None)
@given(points=st.lists(_POINTS, min_size=1, max_size=4))
def test_all_days_are_covered_once_and_neighbours_differ(three_plans, points):
    rows = [institution(at, number=n) for n, at in enumerate(points, 2)]
    found, _ = memberships(three_plans, rows, ALL_DAYS)
    for one in found:
        for those in one.kinds.values():
            assert those[0].span.first == ALL_DAYS.first
            assert those[-1].span.until == ALL_DAYS.until
            for a, b in itertools.pairwise(those):
                assert a.span.until == b.span.first
                assert replace(a, span=b.span) != b


@settings(max_examples=40, deadline=None)
@given(at=_POINTS, day=_DAYS)
def test_on_a_day_of_one_edition_it_is_what_locating_in_its_run_says(three_plans, at, day):
    row, run = institution(at), small_run()
    (found,) = of(three_plans, row, SPOT, DaySpan.through(day, day))
    in_force = [h for h in three_plans.in_force(day) if h.edition.kind is SPOT]
    if not in_force:
        assert found.truth is OPEN
        return
    run = three_plans.result(in_force[0].edition)
    run = replace(run, spots=tuple(replace(s, valid_from=None, valid_to=None) for s in run.spots))
    one = answers(run, [row]).rows[0]
    assert (found.truth is MET) is bool(one.inside)
    assert found.unit == (f"facility:{one.inside[0].facility_id}" if one.inside else "")


@settings(max_examples=25, deadline=None)
@given(at=_POINTS, first=st.integers(2024, 2029), length=st.integers(1, 6))
def test_a_later_plan_changes_no_earlier_day(tmp_path_factory, at, first, length):
    path = tmp_path_factory.mktemp("later") / "r.gpkg"
    register = register_of(path, to_add("前期", years(2024, 2027), kinds=None))
    row, before = institution(at), DaySpan(date(2020, 4, 1), date(first, 4, 1))
    held = of(register, row, SPOT, before)
    later = without_soyo(titled(small_run(), "後期"))
    register.add_run(
        to_add(
            "後期",
            years(first, first + length),
            run=later,
            supersedes=("前期",) if first < 2027 else (),
        )
    )
    assert of(register, row, SPOT, before) == held
