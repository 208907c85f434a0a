"""The popup's words: nothing rounded into another verdict, nothing left out."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from groundfloor.problems import Lang, Text
from spots.map.around import NOWHERE, pack_grid
from spots.map.card import card_of, entry_of
from spots.map.shapes import label_point, outlines_and_tolerance, pack_line, pack_polygons
from spots.telling.dossier import dossier_of
from spots.types import Accuracy, OtherHospital, State, Truth, TurningSpeed
from spots.types.results import TimeGrid
from tests.helpers.fabricated import fabricated_result


def card(key, lang=Lang.JA, change=None):
    result = fabricated_result()
    verdict = next(v for v in result.verdicts if v.facility.id == key)
    verdict = change(verdict) if change else verdict
    return card_of(dossier_of(verdict, result), lang)


def rows(card):
    return {row.label: row.value for section in card.sections for row in section.rows}


def test_designated_facility_answers_why():
    soyo = card("soyo")
    assert (soyo.title, soyo.state, soyo.badge) == (
        "そよう病院",
        "designated",
        "設定（案）",
    )
    assert soyo.chips == ("① へき地医療拠点病院", "③ 他の二次救急病院まで30分以上")
    assert soyo.lead == "要件を満たし、医師少数区域の外にあります"
    found = rows(soyo)
    assert found["最も近い他の二次救急病院"] == "矢部広域病院"
    assert found["所要時間"] == "31分06秒"
    assert (found["基準"], found["基準との差"]) == ("30分", "+1分06秒")
    assert found["経路の長さ"] == "19.8 km"
    assert found["主な道路"] == "国道218号 → 県道39号"
    assert found["道路種別"] == "主要地方道等 15.0 km、一般県道等 4.8 km"
    assert found["県外の病院も対象に含める"] == "米の山病院 28分20秒、該当→非該当"
    assert found["判定が変わらないもの"] == "逆方向(相手の病院から)"
    assert found["二次医療圏"] == "熊本・上益城（医師多数区域、医師偏在指標 344.3）"
    assert found["市町村"] == "山都町"
    assert found["所在地"] == "山都町滝上476-2"
    assert found["設定期間"] == "令和6年4月1日～令和12年3月31日"


def test_ledger_names_what_was_cut():
    found = rows(card("shimotake"))
    assert found["切り取り：医師少数区域"].startswith("−")
    assert found["備考"] == "要確認"
    before, after = (found[key].removesuffix(" km²") for key in ("切り取り前の面積", "面積"))
    assert float(after) < float(before) == pytest.approx(50.27, abs=0.05)


def test_cuts_that_took_nothing_are_not_listed():
    found = rows(card("soyo"))
    assert found["面積"].endswith("（切り取りなし）")
    assert not [label for label in found if label.startswith("切り取り")]


def test_just_below_the_threshold_is_never_shown_as_thirty_minutes():
    found = rows(card("oguni"))
    assert found["所要時間"] == "29分58秒"
    assert found["基準との差"].startswith("−0分02秒")
    assert found["有料道路を使わない"] == "到達不能、非該当→該当"


def test_exactly_thirty_minutes():
    found = rows(card("yabe"))
    assert found["所要時間"] == "30分00秒"
    assert found["基準との差"].startswith("+0分00秒")


def test_unreachable_is_said_and_has_no_minutes():
    found = rows(card("kamiamakusa"))
    assert found["最も近い他の二次救急病院"].startswith("到達不能")
    assert "所要時間" not in found


def test_undetermined_says_what_is_missing():
    kuma = card("kuma")
    assert kuma.state == "undetermined"
    assert rows(kuma)["位置"] == "座標がありません"


def test_destination_is_not_called_excluded():
    assert card("komenoyama").state == "destination"
    assert card("komenoyama").badge == "到達先のみ"


def test_town_accuracy_and_conflicts_are_shown():
    def change(verdict):
        position = replace(verdict.facility.position, accuracy=Accuracy.TOWN)
        place = replace(verdict.place, problem=Text("住所と位置が合いません", "mismatch"))
        return replace(verdict, facility=replace(verdict.facility, position=position), place=place)

    found = rows(card("soyo", change=change))
    assert found["位置"].endswith("（町丁目の代表点）")
    assert found["所在地の確認"] == "住所と位置が合いません"


def test_english_card():
    soyo = card("soyo", Lang.EN)
    assert soyo.badge == "designated"
    assert rows(soyo)["Travel time"] == "31 min 06 s"
    assert rows(soyo)["Margin"] == "+1 min 06 s"


def test_packing_keeps_holes_and_drops_what_rounding_swallows():
    ring = Polygon(box(130, 32, 131, 33).exterior, [box(130.4, 32.4, 130.6, 32.6).exterior])
    dust = box(130, 31, 130.000001, 31.000001)
    shape = pack_polygons(MultiPolygon([ring, dust]))
    assert [len(polygon) for polygon in shape] == [2]
    assert sum(shape[0][0][::2]) + 0 == shape[0][0][0] + sum(shape[0][0][2::2])


def test_line_packing_is_reversible_and_folds_repeated_points():
    line = LineString([(130, 32), (130, 32), (130.5, 32.25)])
    assert pack_line(line) == (13_000_000, 3_200_000, 50_000, 25_000)


def test_label_lies_in_the_largest_part():
    lon, lat = label_point(MultiPolygon([box(0, 0, 1, 1), box(10, 10, 14, 14)]))
    assert (lon, lat) == (pytest.approx(12, abs=0.1), pytest.approx(12, abs=0.1))


def travel_changed(**changes):
    """Return a change of the facility's evidence of travel time."""

    def change(verdict):
        outcomes = tuple(
            replace(o, travel=o.travel and replace(o.travel, **changes)) for o in verdict.outcomes
        )
        return replace(verdict, outcomes=outcomes)

    return change


def ways(card):
    return [way for section in card.sections for way in section.ways]


def others():
    travel = next(v for v in fabricated_result().verdicts if v.facility.id == "soyo").travel
    far = replace(travel.route, length_m=42_000.0, ferries=("鬼池口之津フェリー",))
    return (
        OtherHospital("yabe", "矢部広域病院", travel.travel_ms, travel.route),
        OtherHospital("oguni", "小国公立病院", 3_599_999, far),
    )


def test_the_next_hospitals_are_offered_with_their_ways():
    found = ways(card("soyo", change=travel_changed(others=others())))
    assert [(w.name, w.detail, w.decisive) for w in found] == [
        ("矢部広域病院", "31分06秒、19.8 km", True),
        ("小国公立病院", "59分59秒、42.0 km、フェリー利用", False),
    ]
    assert found[0].route == ()  # the map draws it already
    assert len(found[1].route) == 1
    assert found[1].label == "そよう病院 → 小国公立病院 59分59秒"


def test_a_run_of_before_says_that_nothing_more_is_recorded():
    soyo = card("soyo")
    assert [w.name for w in ways(soyo)] == ["矢部広域病院"]
    assert rows(soyo)["2番目以降"].startswith("この結果には記録されていません")
    assert rows(soyo)["速度が変わると"].startswith("この結果には記録されていません")
    assert rows(soyo)["状態が変わる前提"].startswith("この結果には記録されていません")
    assert "区域内の人口" not in rows(soyo)


def test_the_turning_speed_surely_turns_and_says_what_becomes_of_the_state():
    speed = TurningSpeed(1.03673, True, State.DESIGNATED, Truth.NOT_MET)
    found = rows(card("soyo", change=travel_changed(turning=speed, others=others())))
    assert found["速度が変わると"] == (
        "全道路の速度が1.037倍を超えると判定が変わります（③ 該当→非該当、状態は設定（案）のまま）"
    )
    for factor, truth, expected in (
        (0.99999, Truth.MET, "0.999倍を下回る"),
        (
            1.0,
            Truth.MET,
            "1.000倍を下回る",
        ),  # more than 30 minutes, and exactly 30: slower turns it
        (1.0, Truth.NOT_MET, "1.000倍を超える"),
        (1.0, None, "1.000倍を超える"),  # an older run
        (1.0 + 1e-10, Truth.NOT_MET, "1.001倍を超える"),
    ):
        speed = TurningSpeed(factor, True, State.DESIGNATED, truth)
        found = rows(card("soyo", change=travel_changed(turning=speed, others=others())))
        assert expected in found["速度が変わると"]
    none = rows(card("kamiamakusa"))["速度が変わると"]
    assert none == "到達できる他の病院がないため、速度では変わりません"


def test_assumptions_say_what_becomes_of_the_state():
    def known(state):
        def change(verdict):
            variants = tuple(
                replace(v, state=state if v.changes else verdict.state)
                for v in verdict.travel.variants
            )
            return travel_changed(variants=variants)(verdict)

        return rows(card("soyo", change=change))

    turned = known(State.NOT_MET)
    assert turned["状態が変わる前提"] == "県外の病院も対象に含める"
    assert turned["県外の病院も対象に含める"] == (
        "米の山病院 28分20秒、該当→非該当（状態 設定（案）→非該当）"
    )
    held = known(State.DESIGNATED)
    assert held["状態が変わる前提"].startswith("なし")
    assert held["県外の病院も対象に含める"].endswith("（状態は設定（案）のまま）")


def test_people_inside_are_told_when_they_were_counted():
    result = fabricated_result()
    verdict = next(v for v in result.verdicts if v.facility.id == "soyo")
    spot = replace(next(s for s in result.spots if s.facility_id == "soyo"), population=1234.6)
    found = card_of(dossier_of(verdict, replace(result, spots=(spot,))), Lang.JA)
    assert rows(found)["区域内の人口"] == "約1,235人（区画の面積で按分）"
    by_land = replace(result, spots=(spot,), population_ground=result.municipalities[:0])
    card = card_of(dossier_of(verdict, by_land), Lang.JA)
    assert rows(card)["区域内の人口"] == "約1,235人（区画の陸地の面積で按分）"


def test_list_entries_never_turn_unreachable_into_a_number():
    entries = {v.facility.id: entry_of(v, Lang.JA) for v in fabricated_result().verdicts}
    cut_off, oguni, clinic = (entries[key] for key in ("kamiamakusa", "oguni", "imuta"))
    assert (cut_off.minutes, cut_off.travel_ms, cut_off.margin_ms) == ("到達不能", None, None)
    assert (oguni.minutes, oguni.margin, oguni.travel_ms) == ("29分58秒", "−0分02秒", 1_798_200)
    assert (clinic.minutes, clinic.margin) == ("", "")


def test_the_grid_is_cut_off_to_tenths_and_knows_where_nothing_leads():
    times = (1_799_999, -1, 0, 10**9)
    grid = TimeGrid(130.0, 33.0, 0.1, 0.1, 2, 2, ("a", "b"), (1, -1, 0, 0), times, 500.0)
    packed = pack_grid(grid)
    tenths, nearest = (
        np.frombuffer(base64.b64decode(text), "<u2").tolist()
        for text in (packed.tenths, packed.nearest)
    )
    assert tenths == [299, NOWHERE, 0, NOWHERE - 1]
    assert nearest == [1, NOWHERE, 0, 0]
    assert pack_grid(None) is None


def test_outlines_tell_by_how_much_they_were_thinned():
    frame = fabricated_result().municipalities
    assert outlines_and_tolerance(frame, plane_epsg=6670)[1] == 0
    assert outlines_and_tolerance(frame, plane_epsg=6670, max_points=1)[1] == 400
