"""Terminal reports."""

import json
import re
import unicodedata
from dataclasses import replace

import pytest

from groundfloor.disk import WrittenFile
from groundfloor.problems import Lang, UsageError
from spots.explaining import explain, explanation_json, explanation_text
from spots.explaining.gathering import find_verdict
from spots.outputs import summary_json
from spots.outputs import summary_table as summary
from spots.types import Role, State
from tests.helpers.fabricated import fabricated_result


def column_of(line, word):
    """Terminal column at which `word` starts, counting wide characters twice."""
    before = line[: line.index(word)]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)


def test_summary_shows_every_facility_with_state_and_criteria():
    result = fabricated_result()
    lines = summary(result).split("\n")
    body = lines[1 : len(result.verdicts) + 1]
    for line, verdict in zip(body, result.verdicts, strict=True):
        assert line.startswith(verdict.facility.name)
    oguni = next(line for line in body if line.startswith("小国"))
    assert "29分58秒" in oguni
    assert "−0分02秒" in oguni
    assert "30分" not in oguni
    assert "到達不能" in next(line for line in body if line.startswith("上天草"))
    assert "全10施設" in lines[-1]
    assert "設定（案） 5" in lines[-1]


def test_summary_says_why_a_facility_is_undetermined():
    assert "判定不能: 球磨病院 [kuma]: 座標がありません" in summary(fabricated_result()).split("\n")


def test_columns_line_up_where_characters_are_wide():
    lines = summary(fabricated_result()).split("\n")
    starts = {
        column_of(lines[0], "状態"),
        column_of(lines[1], "設定（案）"),
        column_of(lines[6], "設定不要（少数区域内）"),
        column_of(lines[9], "判定不能"),
    }
    assert len(starts) == 1


def test_summary_for_machines():
    page = summary_json(fabricated_result(), [WrittenFile("a", 1, "0")], Lang.EN)
    assert len(page["facilities"]) == page["counts"]["facilities"] == 10
    assert page["files"] == [{"name": "a", "bytes": 1, "sha256": "0"}]
    json.dumps(page, allow_nan=False)


def test_hostile_names_do_not_break_lines_or_reach_the_terminal():
    result = fabricated_result(hostile=True)
    for text in (summary(result), explanation_text(explain(result, "005"))):
        assert "\r" not in text
        assert "\t" not in text
    assert len(summary(result).split("\n")) == 1 + 10 + 2 + 1


def test_explain_gives_criteria_minutes_route_margin_and_variants():
    squeezed = re.sub(" +", " ", explanation_text(explain(fabricated_result(), "そよう病院")))
    for wanted in (
        "状態: 設定",
        "該当要件: ①③",
        "矢部広域病院 31分06秒",
        "+1分06秒",
        "国道218号 → 県道39号",
        "主要地方道等 15.0 km",
        "19.8 km",
        "県外の病院も対象に含める 米の山病院 28分20秒 該当→非該当",
        "設定理由",
    ):
        assert wanted in squeezed
    english = explanation_text(explain(fabricated_result(), "soyo"), Lang.EN)
    assert "Criteria met: ①③" in english
    assert "31 min 06 s" in english


def test_explain_other_states():
    result = fabricated_result()
    assert "29分58秒" in explanation_text(explain(result, "oguni"))
    assert "−0分02秒" in explanation_text(explain(result, "oguni"))
    assert "道路で行ける他の病院がありません" in explanation_text(explain(result, "kamiamakusa"))
    assert "座標がありません" in explanation_text(explain(result, "kuma"))
    assert "切り取り：医師少数区域: −7.37 km²" in explanation_text(explain(result, "shimotake"))
    assert "町丁目の代表点" in explanation_text(explain(result, "imuta"))


def test_explain_for_machines():
    page = explanation_json(explain(fabricated_result(), "oguni"))
    json.dumps(page, allow_nan=False)
    assert (page["travel_ms"], page["travel_min"]) == (1_798_200, 29.97)
    assert page["route"]["road_names"] == ["国道218号", "県道39号"]
    assert page["spot"] is None
    assert [o["truth"] for o in page["outcomes"]] == ["not_met"] * 3
    assert explanation_json(explain(fabricated_result(), "shimotake"))["spot"]["radius_m"] == 4000


@pytest.mark.parametrize(
    "query",
    [
        *("soyo", " soyo ", "そよう病院", "そよう", " そよう 病院", "ソヨウ", "ｿﾖｳ病院", "ソヨー"),
        *("医療法人 そよう病院", "山都町 そよう", "山都　ソヨウ"),
    ],
)
def test_finding_by_id_name_and_part(query):
    assert find_verdict(fabricated_result(), query).facility.id == "soyo"


def renamed(*names):
    """The run with the first facilities' names replaced."""
    result = fabricated_result()
    verdicts = list(result.verdicts)
    for k, name in enumerate(names):
        facility = replace(verdicts[k].facility, name=name)
        verdicts[k] = replace(verdicts[k], facility=facility)
    return replace(result, verdicts=tuple(verdicts))


def test_written_forms_of_a_name_are_one():
    result = renamed("医療法人社団 霧ヶ丘会 髙田クリニック", "霧ケ丘センター")
    for query in ("高田クリニツク", "霧ケ丘"):
        with pytest.raises(UsageError):
            find_verdict(result, query)
    for query in ("高田クリニック", "髙田ｸﾘﾆｯｸ", "霧ケ丘会"):
        assert find_verdict(result, query).facility.id == "soyo"
    for query in ("霧ヶ丘センタ－", "キリケ丘センター"):
        found = [v.facility.id for v in result.verdicts if v.facility.name == "霧ケ丘センター"]
        if query.startswith("キリ"):  # kana and kanji are different words
            with pytest.raises(UsageError):
                find_verdict(result, query)
        else:
            assert [find_verdict(result, query).facility.id] == found


def test_equal_names_are_told_apart_by_municipality():
    result = renamed("中央病院", "中央病院")
    with pytest.raises(UsageError) as caught:
        find_verdict(result, "中央病院")
    text = caught.value.render(Lang.JA)
    assert "中央病院 [soyo] 山都町" in text
    assert "中央病院 [kamiamakusa] 上天草市" in text
    assert find_verdict(result, "上天草市 中央病院").facility.id == "kamiamakusa"
    for nothing in ("", "  ", "・"):
        with pytest.raises(UsageError, match="facility-unknown"):
            find_verdict(result, nothing)


def test_ambiguous_and_unknown_names_list_candidates():
    result = fabricated_result()
    assert find_verdict(result, "へき地").facility.id == "imuta"  # the only one
    with pytest.raises(UsageError) as several:
        find_verdict(result, "病院")
    with pytest.raises(UsageError) as unknown:
        find_verdict(result, "そよお病院")
    assert several.value.problems[0].code == "facility-ambiguous"
    assert "[yabe]" in several.value.render(Lang.JA)
    assert unknown.value.problems[0].code == "facility-unknown"
    assert "[soyo]" in unknown.value.render(Lang.JA)


def test_who_is_only_reached_is_counted_apart_among_the_excluded():
    result = fabricated_result()
    states = [(v.state, v.facility.role) for v in result.verdicts]
    excluded = [role for state, role in states if state is State.EXCLUDED]
    reached = excluded.count(Role.DESTINATION)
    assert reached
    assert f"対象外 {len(excluded)}（うち到達先のみ {reached}）" in summary(result)
    assert f"excluded {len(excluded)} ({reached} destination only)" in summary(result, Lang.EN)
