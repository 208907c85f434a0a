"""What changed between two runs, and why it may have."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
import shapely.affinity
from shapely.geometry import MultiPolygon, box, shape

from boundaries.types import AreaClass, IndexEdition
from groundfloor.problems import Lang, Text, UsageError
from spots.comparing import (
    Aspect,
    Cause,
    Certainty,
    ChangeKind,
    MatchedBy,
    compare,
    comparison_geojson,
    comparison_json,
    comparison_table,
)
from spots.comparing.comparison import folder_names
from spots.comparing.comparison_text import kind_text
from spots.comparing.differences import given_lines
from spots.types import (
    FacilityType,
    InputRecord,
    Layer,
    OtherHospital,
    Position,
    RunResult,
    State,
    Truth,
    Variant,
    Verdict,
)
from tests.helpers.fabricated import area_km2, circle, fabricated_result

OLD = fabricated_result()


def changed(facility_id: str, edit, result: RunResult = OLD) -> RunResult:
    """Return the run with one verdict edited."""
    verdicts = tuple(edit(v) if v.facility.id == facility_id else v for v in result.verdicts)
    return replace(result, verdicts=verdicts)


def with_facility(facility_id: str, result: RunResult = OLD, **fields) -> RunResult:
    new = changed(facility_id, lambda v: replace(v, facility=replace(v.facility, **fields)), result)
    new_id = fields.get("id", facility_id)
    spots = tuple(
        replace(s, facility_id=new_id) if s.facility_id == facility_id else s for s in new.spots
    )
    return replace(new, spots=spots)


def without(facility_id: str, result: RunResult = OLD) -> RunResult:
    return replace(
        result, verdicts=tuple(v for v in result.verdicts if v.facility.id != facility_id)
    )


def timed(travel_ms: int, nearest: str | None = None):
    def edit(verdict: Verdict) -> Verdict:
        travel = replace(verdict.travel, travel_ms=travel_ms)
        if nearest is not None:
            travel = replace(travel, nearest_name=nearest)
        outcomes = tuple(replace(o, travel=o.travel and travel) for o in verdict.outcomes)
        return replace(verdict, outcomes=outcomes)

    return edit


def only(result) -> object:
    assert len(result.facilities) == 1
    return result.facilities[0]


def test_a_run_and_itself_are_the_same():
    found = compare(OLD, fabricated_result())
    assert found.same
    assert (found.facilities, found.inputs, found.settings, found.policy) == ((), (), (), ())
    assert (found.gained_km2, found.lost_km2, found.causes) == (0.0, 0.0, ())
    assert not found.network_changed
    assert found.notes == ()


def test_runs_of_two_prefectures_are_refused():
    other = replace(OLD, settings=replace(OLD.settings, prefecture_code="44", prefecture="大分県"))
    with pytest.raises(UsageError) as caught:
        compare(OLD, other)
    assert [p.code for p in caught.value.problems] == ["different-prefectures"]
    assert "大分県" in caught.value.render(Lang.JA)


def test_entered_and_left_mirror_each_other():
    left, entered = only(compare(OLD, without("kuma"))), only(compare(without("kuma"), OLD))
    assert (left.kind, entered.kind) == (ChangeKind.LEFT, ChangeKind.ENTERED)
    assert left.new is None
    assert entered.old is None
    assert left.old == entered.new
    assert left.matched_by is MatchedBy.NONE


def test_order_is_that_of_the_new_run_then_those_that_left():
    new = without("soyo", with_facility("oguni", name="小国の病院"))
    new = with_facility("kamiamakusa", new, name="上天草の病院")
    found = compare(OLD, new)
    assert [c.shown.facility.id for c in found.facilities] == ["kamiamakusa", "oguni", "soyo"]


def test_state_criteria_and_reason():
    def edit(verdict: Verdict) -> Verdict:
        return replace(verdict, state=State.NOT_MET, criteria=(), state_reason=Text("非", "no"))

    change = only(compare(OLD, changed("imuta", edit)))
    assert change.kind is ChangeKind.CHANGED
    assert set(change.aspects) == {Aspect.STATE, Aspect.CRITERIA, Aspect.REASON}


@pytest.mark.parametrize(("by", "reported"), [(5_999, False), (6_000, True), (-6_000, True)])
def test_minutes_from_six_seconds(by, reported):
    travel_ms = next(v for v in OLD.verdicts if v.facility.id == "soyo").travel.travel_ms
    found = compare(OLD, changed("soyo", timed(travel_ms + by)))
    assert [c.aspects for c in found.facilities] == ([(Aspect.MINUTES,)] if reported else [])
    assert not compare(
        OLD, changed("soyo", timed(travel_ms + by)), minutes_from_ms=6_001
    ).facilities


def test_unreachable_is_not_a_number_of_minutes():
    def cut_off(verdict: Verdict) -> Verdict:
        gone = replace(verdict.travel, travel_ms=None, nearest_name=None, reachable=False)
        return replace(
            verdict, outcomes=tuple(replace(o, travel=o.travel and gone) for o in verdict.outcomes)
        )

    found = compare(OLD, changed("soyo", cut_off))
    assert only(found).aspects == (Aspect.MINUTES, Aspect.NEAREST)
    assert "到達不能" in comparison_table(found)


def test_other_aspects():
    for fields, aspect in (
        ({"name": "そよう新病院"}, Aspect.NAME),
        ({"types": frozenset({FacilityType.BASE_HOSPITAL})}, Aspect.TYPES),
        ({"position": None}, Aspect.POSITION),
        ({"municipality_code": "43203"}, Aspect.MUNICIPALITY),
    ):
        assert only(compare(OLD, with_facility("soyo", **fields))).aspects == (aspect,)


def test_a_new_class_of_the_area():
    def edit(verdict: Verdict) -> Verdict:
        return replace(verdict, place=replace(verdict.place, area_class=AreaClass.SHORTAGE))

    new = changed("oguni", edit)
    edition = IndexEdition("2027-01", 180.0, 218.0)
    found = compare(OLD, replace(new, edition=edition))
    assert found.causes == (Cause.INDEX,)
    assert only(found).aspects == (Aspect.AREA_CLASS,)
    assert only(found).causes == (Cause.INDEX,)


def test_another_id_is_matched_by_name_and_municipality_and_noted():
    found = compare(OLD, with_facility("soyo", id="H001"))
    assert found.facilities == ()
    assert [(p.code, p.value) for p in found.notes] == [("matched-by-name", "そよう病院")]


def test_the_corporation_in_front_of_a_name_does_not_part_a_facility():
    found = compare(OLD, with_facility("soyo", id="H001", name="医療法人　そよう病院"))
    change = only(found)
    assert (change.matched_by, change.aspects) == (MatchedBy.NAME, (Aspect.NAME,))


def test_row_numbers_for_ids_do_not_mix_facilities_up():
    """A list without ids of its own, and a new first row: every id moves on by one."""

    def numbered(result: RunResult, start: int) -> RunResult:
        verdicts = tuple(
            replace(v, facility=replace(v.facility, id=str(k)))
            for k, v in enumerate(result.verdicts, start)
        )
        return replace(result, verdicts=verdicts, spots=())

    found = compare(numbered(OLD, 1), numbered(OLD, 2))
    assert found.facilities == ()
    assert len(found.notes) == len(OLD.verdicts)


def test_the_same_id_for_quite_another_facility_is_left_and_entered():
    new = with_facility("soyo", name="別府病院", municipality_code="43203")
    kinds = [c.kind for c in compare(OLD, new).facilities]
    assert kinds == [ChangeKind.ENTERED, ChangeKind.LEFT]


def swapped_twins(**fields) -> tuple[RunResult, RunResult]:
    """Return two runs with two facilities of one name and city, under other ids in the second."""
    twins = with_facility("yabe", name="そよう病院", municipality_code="43447", **fields)
    twins = with_facility("soyo", twins, **fields)
    return twins, with_facility("yabe", with_facility("soyo", twins, id="a"), id="b")


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({"municipality_code": "43100"}, MatchedBy.NAME),  # wards are named by one list alone
        ({"municipality_code": None, "name": "医療法人　そよう病院"}, MatchedBy.POSITION),
        ({"municipality_code": None, "name": "山都町そよう病院"}, MatchedBy.POSITION),
    ],
    ids=["ward", "no municipality", "longer name"],
)
def test_one_hospital_is_matched_by_city_or_place(fields, by):
    old = with_facility("soyo", municipality_code="43101")
    found = compare(old, with_facility("soyo", id="H001", **fields))
    assert [c.kind for c in found.facilities] in ([], [ChangeKind.CHANGED])
    assert {c.matched_by for c in found.facilities} <= {by}
    (told,) = found.notes
    assert told.code == "matched-by-name"
    assert ("位置" in told.message.ja) is (by is MatchedBy.POSITION)


def test_a_ward_that_only_one_list_names_is_no_other_municipality():
    old = with_facility("soyo", municipality_code="43101")
    assert compare(old, with_facility("soyo", municipality_code="43100")).facilities == ()


@pytest.mark.parametrize("back", [False, True])
def test_a_merged_hospital_is_matched_by_its_other_name(back):
    """The old run has 公立病院; in the new one it was merged into そよう病院, some way off."""
    old = with_facility("soyo", name="公立病院", id="1")
    new = with_facility("soyo", other_names=("公立病院",), position=Position(131.2, 32.7))
    found = compare(*((new, old) if back else (old, new)))
    assert [c.kind for c in found.facilities] == [ChangeKind.CHANGED]
    assert only(found).matched_by is MatchedBy.NAME


def test_twins_are_told_apart_by_where_they_are():
    found = compare(*swapped_twins())
    assert found.facilities == ()
    assert all("位置" in note.message.ja for note in found.notes)


def test_what_may_be_one_facility_has_no_proven_cause():
    old, new = swapped_twins(position=None)
    listed = record("facilities", "輪番", "a.csv", "1"), record("facilities", "輪番", "a.csv", "2")
    found = compare(replace(old, inputs=listed[:1]), replace(new, inputs=listed[1:]))
    assert [[w.certainty for w in c.why] for c in found.facilities] == [[Certainty.LIKELY]] * 4
    assert "かもしれません" in found.facilities[0].why[0].text.ja


def test_two_facilities_of_one_name_are_not_guessed():
    twins, swapped = swapped_twins(position=None)
    kinds = [c.kind for c in compare(twins, swapped).facilities]
    assert sorted(kinds) == [ChangeKind.ENTERED] * 2 + [ChangeKind.LEFT] * 2


def test_ground_gained_and_lost():
    left, right = circle(131.15, 32.68), circle(131.16, 32.68)
    old = replace(OLD, dissolved=MultiPolygon([left]), dissolved_km2=area_km2(left))
    new = replace(OLD, dissolved=MultiPolygon([right]), dissolved_km2=area_km2(right))
    found, back = compare(old, new), compare(new, old)
    assert found.gained_km2 == pytest.approx(area_km2(right.difference(left)), abs=1e-6)
    assert found.new_km2 == pytest.approx(
        found.old_km2 + found.gained_km2 - found.lost_km2, abs=1e-6
    )
    assert found.gained.intersection(left).area == pytest.approx(0, abs=1e-12)
    assert found.lost.equals(back.gained)
    assert not found.same
    whole = compare(replace(OLD, dissolved=MultiPolygon()), OLD)
    assert whole.gained_km2 == pytest.approx(OLD.dissolved_km2, abs=1e-6)
    assert whole.lost.is_empty


def test_rounding_of_an_overlay_is_no_ground():
    moved = shapely.transform(OLD.dissolved, lambda xy: xy + 1e-13)
    found = compare(OLD, replace(OLD, dissolved=moved))
    assert found.gained.is_empty
    assert found.same


def test_geojson_has_what_there_is():
    page = json.loads(comparison_geojson(compare(replace(OLD, dissolved=MultiPolygon()), OLD)))
    assert [f["properties"]["change"] for f in page["features"]] == ["gained"]
    assert area_km2(shape(page["features"][0]["geometry"])) == pytest.approx(
        OLD.dissolved_km2, rel=1e-6
    )
    assert json.loads(comparison_geojson(compare(OLD, OLD)))["features"] == []


def test_the_area_of_a_spot_counts_too():
    spots = tuple(
        replace(s, area_km2=s.area_km2 - 1) if s.facility_id == "soyo" else s for s in OLD.spots
    )
    change = only(compare(OLD, replace(OLD, spots=spots)))
    assert change.aspects == (Aspect.SPOT_AREA,)
    assert change.old_km2 - change.new_km2 == pytest.approx(1)


def record(role: str, name: str, file: str, sha: str) -> InputRecord:
    return InputRecord(role, name, file, sha * 64, "出典", "")


def test_inputs_are_paired_by_label_file_or_role():
    old = (
        record("facilities", "輪番", "a.csv", "1"),
        record("facilities", "拠点", "b.csv", "2"),
        record("facilities", "旧", "c.csv", "3"),
        record("network", "everyday", "links.csv", "4"),
        record("network", "everyday", "nodes.csv", "5"),
        record("index", "2022-11", "i.csv", "6"),
        record("municipalities", "municipalities", "m.geojson", "7"),
    )
    new = (
        record("facilities", "拠点", "b2.csv", "2"),  # another name, the same content
        record("facilities", "輪番", "a.csv", "8"),
        record("network", "everyday", "nodes.csv", "5"),
        record("network", "everyday", "links.csv", "9"),
        record("index", "2024-01", "j.csv", "0"),
        record("municipalities", "municipalities", "m.geojson", "7"),
        record("towns", "towns", "t.csv", "a"),
    )
    found = compare(replace(OLD, inputs=old), replace(OLD, inputs=new))
    pairs = [(c.role, c.old and c.old.file, c.new and c.new.file) for c in found.inputs]
    assert pairs == [
        ("facilities", "a.csv", "a.csv"),
        ("facilities", "c.csv", None),
        ("network", "links.csv", "links.csv"),
        ("index", "i.csv", "j.csv"),
        ("towns", None, "t.csv"),
    ]
    assert found.causes == (Cause.LISTS, Cause.POSITIONS, Cause.INDEX, Cause.NETWORK)


def test_a_setting_in_other_words_is_the_same_setting():
    label, value = OLD.settings.lines[0]
    reworded = (label, Text(value.ja, f"{value.en}, as a later version says it"))
    settings = replace(OLD.settings, lines=(reworded, *OLD.settings.lines[1:]))
    assert compare(OLD, replace(OLD, settings=settings)).settings == ()


def test_settings_and_policy_that_differ():
    settings = replace(
        OLD.settings,
        radius_m=3000,
        lines=(*OLD.settings.lines[1:], (Text("フェリー", "Ferries"), Text("使う", "yes"))),
    )
    job = {"policy": {"preset": "kumamoto", "circle": {"radius_m": 3000, "cut": ["land"]}}}
    old_job = {"policy": {"preset": "kumamoto", "circle": {"radius_m": 4000, "cut": ["land"]}}}
    found = compare(replace(OLD, job=old_job), replace(OLD, settings=settings, job=job))
    assert [(c.key, c.old, c.new) for c in found.policy] == [("circle.radius_m", "4000", "3000")]
    by_label = {c.label.en: (c.old and c.old.en, c.new and c.new.en) for c in found.settings}
    assert by_label["Radius"] == ("4 km", "3 km")
    assert by_label["Ferries"] == (None, "yes")
    assert by_label["radius"] == ("4 km", None)
    assert found.causes == (Cause.POLICY,)


def test_another_network():
    soyo = next(v for v in OLD.verdicts if v.facility.id == "soyo")
    new = changed("soyo", timed(soyo.travel.travel_ms + 60_000))
    found = compare(OLD, replace(new, network=replace(OLD.network, sha256="1" * 64)))
    assert found.network_changed
    assert only(found).causes == (Cause.NETWORK,)
    assert compare(OLD, replace(OLD, network=None)).network_changed
    assert not compare(replace(OLD, network=None), replace(OLD, network=None)).network_changed


def test_nothing_that_explains_a_change_is_said_to_be_unknown():
    found = compare(OLD, changed("yabe", timed(2_000_000)))
    assert only(found).causes == (Cause.UNKNOWN,)
    assert "不明" in comparison_table(found)


def test_a_change_from_a_new_list():
    soyo = next(v for v in OLD.verdicts if v.facility.id == "soyo")
    new = changed("soyo", timed(soyo.travel.travel_ms - 600_000, "新しい病院"))
    lists = (replace(OLD.inputs[0], sha256="c" * 64),)
    assert only(compare(OLD, replace(new, inputs=lists))).causes == (Cause.LISTS,)


def test_table_and_json_in_both_languages():
    new = without("kuma", changed("soyo", timed(1_000_000, "別")))
    hostile = with_facility("oguni", new, name="\x1b[2J悪")
    found = compare(OLD, hostile)
    for lang in Lang:
        table = comparison_table(found, lang)
        assert "\x1b" not in table
        assert "球磨病院" in table
    page = comparison_json(found)
    assert json.loads(json.dumps(page, allow_nan=False)) == page
    by_name = {(f["new"] or f["old"])["name"]: f for f in page["facilities"]}
    assert by_name["球磨病院"]["change"] == "left"
    assert by_name["球磨病院"]["new"] is None
    assert by_name["そよう病院"]["old"]["travel_ms"] == 1_866_123
    assert by_name["そよう病院"]["new"]["travel_ms"] == 1_000_000
    assert "31分06秒" in comparison_table(found)
    assert comparison_table(found) == comparison_table(compare(fabricated_result(), hostile))


def causes(result) -> list[tuple[Cause, Certainty]]:
    return [(w.cause, w.certainty) for w in only(result).why]


def listed(result: RunResult) -> RunResult:
    """Return the run with another facility list."""
    return replace(result, inputs=(replace(OLD.inputs[0], sha256="c" * 64),))


def other_roads(result: RunResult) -> RunResult:
    return replace(result, network=replace(OLD.network, sha256="1" * 64))


def going_to(goal: str, travel_ms: int, *others: tuple[str, int], result: RunResult = OLD):
    """Return そよう病院 with another nearest hospital, and those that come after it."""

    def edit(verdict: Verdict) -> Verdict:
        route = verdict.travel.route
        names = {v.facility.id: v.facility.name for v in result.verdicts}
        travel = replace(
            verdict.travel,
            nearest_id=goal,
            nearest_name=names.get(goal, goal),
            travel_ms=travel_ms,
            others=tuple(
                OtherHospital(i, names.get(i, i), ms, route)
                for i, ms in ((goal, travel_ms), *others)
            ),
        )
        outcomes = tuple(replace(o, travel=o.travel and travel) for o in verdict.outcomes)
        return replace(verdict, outcomes=outcomes)

    return edit


SOYO_MS = 1_866_123


def entered_hospital() -> RunResult:
    """Return the run with 新病院, 20 minutes from そよう病院."""
    new = next(v for v in OLD.verdicts if v.facility.id == "oguni")
    new = replace(new, facility=replace(new.facility, id="new", name="新病院"))
    run = replace(OLD, verdicts=(*OLD.verdicts, new))
    return listed(changed("soyo", going_to("new", 1_200_000, ("yabe", SOYO_MS), result=run), run))


def test_a_hospital_that_entered_is_named_and_proven():
    soyo = changed_of(compare(OLD, entered_hospital()), "soyo")
    assert [(w.cause, w.certainty) for w in soyo.why] == [(Cause.LISTS, Certainty.PROVEN)]
    assert "「新病院」は新しい一覧に加わった施設です" in soyo.why[0].text.ja
    assert "「矢部広域病院」（31分06秒）から「新病院」（20分00秒）に変わり" in soyo.summary.ja
    assert "new" in [c.shown.facility.id for c in compare(OLD, entered_hospital()).facilities]


def changed_of(found, facility_id: str):
    return next(c for c in found.facilities if c.shown.facility.id == facility_id)


def test_the_same_time_to_the_old_goal_acquits_the_roads():
    """Lists and roads changed; the old goal is as far as it was, so the roads did not do it."""
    new = other_roads(entered_hospital())
    soyo = changed_of(compare(changed("soyo", going_to("yabe", SOYO_MS)), new), "soyo")
    assert [(w.cause, w.certainty) for w in soyo.why] == [(Cause.LISTS, Certainty.PROVEN)]
    assert "31分06秒" in soyo.why[0].text.ja
    assert "道路や移動の設定によるものではありません" in soyo.why[0].text.ja


def test_without_that_evidence_list_and_roads_are_both_likely():
    new = changed("soyo", going_to("new", 1_200_000), entered_hospital())
    soyo = changed_of(compare(OLD, other_roads(listed(new))), "soyo")
    assert {(w.cause, w.certainty) for w in soyo.why} == {
        (Cause.LISTS, Certainty.LIKELY),
        (Cause.NETWORK, Certainty.LIKELY),
    }
    assert not soyo.proven


def test_the_same_goal_at_another_time_is_the_roads_also_beside_a_new_list():
    """Neither end moved: which hospitals are listed does not change the drive between them."""
    new = listed(other_roads(changed("soyo", going_to("yabe", SOYO_MS + 60_000))))
    assert causes(compare(changed("soyo", going_to("yabe", SOYO_MS)), new)) == [
        (Cause.NETWORK, Certainty.PROVEN)
    ]


def with_policy(result: RunResult, **travel) -> RunResult:
    return replace(result, job={"policy": {"travel": {"tolls": True, **travel}}})


def test_a_setting_that_the_old_run_tried_is_proven_against_new_roads():
    variant = Variant(
        "tolls",
        Text("有料道路なし", "no tolls"),
        "yabe",
        "矢部広域病院",
        2_000_000,
        Truth.MET,
        False,
    )

    def tried(verdict: Verdict) -> Verdict:
        return replace(
            verdict,
            outcomes=tuple(
                replace(o, travel=o.travel and replace(o.travel, variants=(variant,)))
                for o in verdict.outcomes
            ),
        )

    before = changed("soyo", tried, changed("soyo", going_to("yabe", SOYO_MS)))
    old = with_policy(before)
    new = with_policy(other_roads(changed("soyo", going_to("yabe", 2_000_000))), tolls=False)
    why = only(compare(old, new)).why
    assert [(w.cause, w.certainty) for w in why] == [(Cause.POLICY, Certainty.PROVEN)]
    assert "有料道路なし" in why[0].text.ja
    guess = with_policy(other_roads(changed("soyo", going_to("yabe", 2_000_001))), tolls=False)
    assert {w.certainty for w in only(compare(old, guess)).why} == {Certainty.LIKELY}


def test_a_threshold_at_the_same_time_is_policy():
    def strict(verdict: Verdict) -> Verdict:
        travel = replace(verdict.travel, threshold_ms=1_920_000, margin_ms=-53_877)
        outcomes = tuple(
            replace(o, travel=travel, truth=Truth.NOT_MET) if o.travel else o
            for o in verdict.outcomes
        )
        return replace(verdict, outcomes=outcomes, criteria=(1,))

    old = replace(OLD, job={"policy": {"criterion": {"3": {"threshold_min": 30}}}})
    new = replace(
        changed("soyo", strict), job={"policy": {"criterion": {"3": {"threshold_min": 32}}}}
    )
    change = only(compare(old, listed(other_roads(new))))
    assert [(w.cause, w.certainty) for w in change.why] == [(Cause.POLICY, Certainty.PROVEN)]
    assert "30分から32分に変わりました。所要時間は同じです" in change.why[0].text.ja
    assert "③を満たさなくなり" in change.summary.ja


def test_a_criterion_that_became_undetermined_is_not_said_to_be_refuted():
    def opened(verdict: Verdict) -> Verdict:
        outcomes = tuple(
            replace(o, truth=Truth.UNDETERMINED) if o.travel else o for o in verdict.outcomes
        )
        return replace(verdict, outcomes=outcomes, criteria=(1,))

    summary = only(compare(OLD, changed("soyo", opened))).summary
    assert "③が判定不能となり" in summary.ja
    assert "満たさなく" not in summary.ja
    assert "③ is undetermined now" in summary.en


@pytest.mark.parametrize(
    ("travel_ms", "threshold_min", "expected"),
    [
        (1_860_000, 32, [(Cause.NETWORK, "proven"), (Cause.POLICY, "proven")]),
        (1_500_000, 29, [(Cause.NETWORK, "proven")]),  # the time alone does it
        (1_500_000, 32, [(Cause.NETWORK, "proven"), (Cause.POLICY, "likely")]),  # either would
    ],
)
def test_a_threshold_beside_another_time(travel_ms, threshold_min, expected):
    def edit(verdict: Verdict) -> Verdict:
        travel = replace(verdict.travel, travel_ms=travel_ms, threshold_ms=threshold_min * 60_000)
        outcomes = tuple(
            replace(o, travel=travel, truth=Truth.NOT_MET) if o.travel else o
            for o in verdict.outcomes
        )
        return replace(verdict, outcomes=outcomes, criteria=(1,))

    old = replace(OLD, job={"policy": {"criterion": {"3": {"threshold_min": 30}}}})
    job = {"policy": {"criterion": {"3": {"threshold_min": threshold_min}}}}
    new = other_roads(replace(changed("soyo", edit), job=job))
    assert [(c, str(s)) for c, s in causes(compare(old, new))] == expected


def test_another_version_of_the_tool_is_never_left_out():
    new = other_roads(changed("soyo", timed(SOYO_MS + 60_000)))
    found = compare(OLD, new, tools=("0.1.0", "0.2.0"))
    assert found.causes == (Cause.NETWORK, Cause.SOFTWARE)
    assert causes(found) == [
        (Cause.NETWORK, Certainty.LIKELY),
        (Cause.SOFTWARE, Certainty.LIKELY),
    ]


def test_people_on_ground_gained_and_lost():
    west, east = box(131.0, 32.6, 131.1, 32.7), box(131.1, 32.6, 131.2, 32.7)
    cells = gpd.GeoDataFrame(
        {"population": [100.0, 50.0]}, geometry=[west, east], index=["w", "e"], crs="EPSG:6668"
    )
    old = replace(OLD, dissolved=MultiPolygon([west]), dissolved_population=100.0)
    new = replace(OLD, dissolved=MultiPolygon([east]), dissolved_population=50.0, population=cells)
    found = compare(old, new)
    assert (found.gained_people, found.lost_people) == pytest.approx((50, 100))
    assert "増えた区域 約50人、減った区域 約100人" in comparison_table(found)
    assert comparison_json(found)["population"]["lost"] == pytest.approx(100)
    assert compare(OLD, OLD).gained_people is None
    # An older folder spread people over the sea: figures of two kinds are not compared in silence.
    by_land = replace(new, population_ground=cells[["geometry"]][:0])
    assert [p.code for p in compare(new, by_land).notes] == ["population-counted-otherwise"]
    assert compare(by_land, by_land).notes == compare(old, by_land).notes == ()
    assert "人口" not in comparison_table(compare(OLD, without("kuma")))


def test_what_could_be_one_facility_is_named():
    twins, swapped = swapped_twins(position=None)
    notes = compare(twins, swapped).notes
    assert [p.code for p in notes] == ["ambiguous-match"] * 2
    assert "soyo, yabe" in notes[0].message.ja
    reused = compare(OLD, with_facility("soyo", name="別府病院", municipality_code="43203"))
    assert [p.code for p in reused.notes] == ["id-of-another"]
    assert "そよう病院" in comparison_table(reused)


def off_the_roads(verdict: Verdict) -> Verdict:
    """Return a hospital that counts, but whose coordinates lie far from any road."""
    outcomes = tuple(
        replace(o, travel=None, truth=Truth.UNDETERMINED) if o.number == 3 else o
        for o in verdict.outcomes
    )
    return replace(verdict, outcomes=outcomes, state=State.UNDETERMINED)


def test_a_hospital_that_was_off_the_roads_is_no_change_of_the_lists():
    """Lists changed too, but it counted before: new roads reach it."""
    old = changed("yabe", off_the_roads)
    change = only(compare(old, listed(other_roads(OLD))))
    assert [(w.cause, w.certainty) for w in change.why] == [(Cause.NETWORK, Certainty.PROVEN)]
    assert "所要時間が計算できるようになり" in change.summary.ja
    back = only(compare(other_roads(OLD), listed(old)))
    assert "所要時間が計算できなくなり" in back.summary.ja
    assert back.causes == (Cause.NETWORK,)


def test_a_goal_that_new_roads_reach_is_no_change_of_the_lists():
    old = changed("yabe", off_the_roads, changed("soyo", going_to("oguni", 3_000_000)))
    new = listed(other_roads(changed("soyo", going_to("yabe", SOYO_MS))))
    soyo = changed_of(compare(old, new), "soyo")
    assert soyo.causes == (Cause.NETWORK,)


def test_an_index_is_no_cause_for_a_spot_that_no_area_cuts():
    def smaller(facility_id: str) -> RunResult:
        spots = tuple(
            replace(s, area_km2=s.area_km2 - 0.5) if s.facility_id == facility_id else s
            for s in OLD.spots
        )
        inputs = (
            replace(OLD.inputs[0], role="municipalities", sha256="b" * 64),
            replace(OLD.inputs[0], role="index", sha256="c" * 64),
        )
        return replace(OLD, spots=spots, inputs=inputs)

    old = replace(OLD, inputs=tuple(replace(i, sha256="0" * 64) for i in smaller("soyo").inputs))
    assert causes(compare(old, smaller("soyo"))) == [(Cause.BOUNDARIES, Certainty.PROVEN)]
    assert {c for c, _ in causes(compare(old, smaller("shimotake")))} == {
        Cause.BOUNDARIES,
        Cause.INDEX,
    }


# --- ground decides


def moved_spot(result: RunResult, facility_id: str, east: float) -> RunResult:
    """Return the run with one spot so many degrees further east, as large as before."""
    spots = tuple(
        replace(
            s,
            geometry=MultiPolygon([shapely.affinity.translate(p, east) for p in s.geometry.geoms]),
        )
        if s.facility_id == facility_id
        else s
        for s in result.spots
    )
    return replace(result, spots=spots)


def test_a_spot_that_moved_has_changed_though_it_is_as_large():
    found = compare(OLD, moved_spot(OLD, "soyo", 0.0117))  # 1.1 km
    change = only(found)
    assert change.aspects == (Aspect.SPOT_GROUND,)
    assert change.turned
    assert change.summary.ja.startswith("スポットの区域が動き（増 ")
    assert "判定またはスポットが変わった施設 1" in comparison_table(found)
    assert compare(OLD, moved_spot(OLD, "soyo", 0.0)).same
    assert compare(OLD, moved_spot(OLD, "soyo", 1e-12)).same  # a rounding moves nothing


def test_one_title_of_two_runs_is_told_apart_by_their_names():
    found = compare(OLD, OLD, names=("R7", "R8"))
    assert (found.old_title.ja, found.new_title.ja) == (
        f"{OLD.settings.title.ja}（R7）",
        f"{OLD.settings.title.ja}（R8）",
    )
    other = replace(OLD, settings=replace(OLD.settings, title=Text("別", "other")))
    assert compare(OLD, other, names=("R7", "R8")).new_title.ja == "別"


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("a/R7", "a/R8", ("R7", "R8")),
        ("R7/out", "R8/out", ("R7/out", "R8/out")),
        ("x/R7/a/out", "x/R8/a/out", ("R7/a/out", "R8/a/out")),
    ],
)
def test_folders_are_named_as_far_up_as_they_differ(tmp_path, old, new, names):
    assert folder_names(tmp_path / old, tmp_path / new) == names


def test_a_new_designation_is_called_that():
    def out(verdict: Verdict) -> Verdict:
        return replace(verdict, state=State.NOT_MET, criteria=())

    spots = tuple(s for s in OLD.spots if s.facility_id != "soyo")
    undesignated = replace(changed("soyo", out), spots=spots)
    new, gone = compare(undesignated, OLD), compare(OLD, undesignated)
    assert [kind_text(only(c)).ja for c in (new, gone)] == ["新たに設定", "設定から外れる"]
    assert "新たに設定" in comparison_table(new)
    assert " 変更 " not in comparison_table(new)
    assert only(new).kind is ChangeKind.CHANGED  # machines read one word for it


def test_a_sentence_true_of_many_is_said_once():
    def other(verdict: Verdict) -> Verdict:
        return replace(verdict, state_reason=Text("新しい文", "new words"))

    new = replace(OLD, verdicts=tuple(map(other, OLD.verdicts)))
    told = comparison_table(compare(OLD, new))
    assert len(OLD.verdicts) > 3
    assert told.count("状態の理由の文が変わりました。") == 1
    assert all(v.facility.name in told for v in OLD.verdicts)

    def gone(verdict: Verdict) -> Verdict:
        return replace(verdict, state=State.EXCLUDED, state_reason=Text("除く", "out"))

    met = [v for v in OLD.verdicts if v.state is State.DESIGNATED]
    new = replace(OLD, verdicts=tuple(gone(v) if v in met else v for v in OLD.verdicts))
    told = comparison_table(compare(OLD, new))
    assert len(met) > 1
    assert told.count("状態が「設定（案）」から「対象外」に変わりました。") == 1


CLINIC = frozenset({FacilityType.REMOTE_CLINIC})
LISTS = (
    Layer("拠点病院", "a.csv", frozenset({FacilityType.BASE_HOSPITAL}), "candidate", "", None),
    Layer("へき地診療所", "b.csv", CLINIC, "candidate", "", None),
)


def with_lists(result: RunResult, clinics: bool) -> RunResult:
    """Return a run of two lists, or without the one of clinics and who is on it."""
    verdicts = []
    for verdict in result.verdicts:
        facility = verdict.facility
        of_clinics = facility.types == CLINIC
        row = replace(facility.rows[0], layer=LISTS[of_clinics].name)
        if clinics or not of_clinics:
            verdicts.append(replace(verdict, facility=replace(facility, rows=(row,))))
    criteria = tuple(replace(c, given=clinics or c.number != 2) for c in result.settings.criteria)
    return replace(
        result,
        verdicts=tuple(verdicts),
        layers=LISTS if clinics else LISTS[:1],
        settings=replace(result.settings, criteria=criteria),
    )


@pytest.mark.parametrize("entered", [False, True])
def test_a_list_that_was_not_given_is_no_facility_that_left(entered):
    runs = with_lists(OLD, clinics=True), with_lists(OLD, clinics=False)
    found = compare(*(reversed(runs) if entered else runs))
    assert {c.shown.facility.types for c in found.facilities} == {CLINIC}
    for change in found.facilities:
        assert change.list_not_given == Text("②の一覧", "the list of ②")
        assert "②の一覧がなく、比べられません" in change.summary.ja
        assert "なくなった" not in change.summary.ja
        assert "未提供です" in change.why[0].text.ja
        assert kind_text(change).ja == "一覧未提供"
    (missing,) = found.not_given
    assert (missing.in_old, missing.count) == (entered, len(found.facilities))
    side = "旧の" if entered else "新しい"
    assert f"②の一覧が{side}実行では未提供です（比べられない施設 3）" in comparison_table(found)
    assert "判定またはスポットが変わった施設 0" in comparison_table(found)


def test_a_clinic_that_left_a_list_still_left():
    whole = with_lists(OLD, clinics=True)
    change = only(compare(whole, without("imuta", whole)))
    assert change.list_not_given is None
    assert "なくなった施設で" in change.summary.ja


def test_a_list_not_given_changes_nobodys_reason():
    old = with_lists(OLD, clinics=False)
    told = " (② not judged: no list is given)"
    new = replace(
        old,
        verdicts=tuple(
            replace(
                v,
                state_reason=Text(
                    f"{v.state_reason.ja}（②は一覧未提供のため判定していません）",
                    f"{v.state_reason.en}{told}",
                ),
            )
            if v.state is State.NOT_MET
            else v
            for v in old.verdicts
        ),
    )
    settings = with_lists(OLD, clinics=True).settings
    assert compare(replace(old, settings=settings), new).facilities == ()


def test_lists_of_two_kinds_are_no_change_of_one():
    old = replace(
        OLD, layers=LISTS[1:], inputs=(record("facilities", "へき地診療所", "b.csv", "1"),)
    )
    new = replace(OLD, layers=LISTS[:1], inputs=(record("facilities", "拠点病院", "a.csv", "2"),))
    pairs = [(c.old and c.old.name, c.new and c.new.name) for c in compare(old, new).inputs]
    assert pairs == [(None, "拠点病院"), ("へき地診療所", None)]


def test_a_hospital_that_only_a_missing_list_leaves_open_does_not_count():
    """It left the list of ③; that ② has no list says nothing of its travel time."""

    def off_list(verdict: Verdict) -> Verdict:
        outcomes = tuple(
            replace(o, travel=None, truth=Truth.UNDETERMINED, given=False)
            if o.number == 2
            else replace(o, travel=None, truth=Truth.NOT_MET)
            for o in verdict.outcomes
        )
        return replace(verdict, outcomes=outcomes)

    change = changed_of(compare(OLD, changed("oguni", off_list)), "oguni")
    assert "二次救急病院に数えられなくなり" in change.summary.ja
    assert "計算できなく" not in change.summary.ja


def test_an_input_without_a_name_of_its_own_is_called_by_what_it_is():
    closed = record("closures", "closures", "冬期通行止.geojson", "1")
    found = compare(OLD, replace(OLD, inputs=(*OLD.inputs, closed)))
    (line,) = (row for _, rows in given_lines(found, Lang.JA) for row in rows)
    assert line == ("通行止め", "-", "冬期通行止.geojson（11111111）")


@pytest.mark.parametrize(
    ("lang", "days"),
    [
        (Lang.JA, ("令和9年3月31日", "令和12年3月31日")),
        (Lang.EN, ("2027-03-31", "2030-03-31")),
    ],
)
def test_days_of_the_policy_are_written_as_all_other_days(lang, days):
    """The period stood there by its era, and beside it as 2027-03-31."""

    def until(year: int) -> RunResult:
        validity = {"valid_to": f"{year}-03-31", "reviews": [f"{year - 1}-04-01"]}
        return replace(OLD, job={"policy": {"validity": validity}})

    lines = [
        line for _, rows in given_lines(compare(until(2027), until(2030)), lang) for line in rows
    ]
    assert ("validity.valid_to", *days) in lines
    assert any("20" not in "".join(line[1:]) for line in lines) is (lang is Lang.JA)
