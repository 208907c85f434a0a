"""The reason of each spot: by hand, from its list, else from the criterion, in every output."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Problem, UsageError
from spots.comparing import Aspect, Cause, compare
from spots.explaining import explain, explanation_json, explanation_text
from spots.outputs import load_result
from spots.outputs.annex_sheets import annex
from spots.outputs.folder import write_folder
from spots.outputs.geojson import spots_geojson
from spots.outputs.layers import layer_tables
from spots.telling.dossier import dossier_of
from spots.telling.facility_columns import facility_columns
from spots.types import ReasonBasis, RunResult, Spot, State
from tests.helpers.run_results import run
from tests.helpers.small_job import BASE, CLINICS, HEADER, HOSPITALS, RUN, write_job

REASON, SERVICE = "無医地区の巡回診療を行うため", "無医地区の巡回診療"
MORE = ",設定理由,サービス,地域医療対策協議会,保険者協議会,計画の頁,申請\n"
SAID = f",{REASON},{SERVICE},令和7年2月3日,2025-03-04,45,○\n"
#: そよう病院 (①, ③) with everything, 井無田診療所 (②) with nothing.
LISTED = HEADER.replace("\n", MORE) + BASE.removeprefix(HEADER).replace("\n", SAID)
SERVED = """
[policy.override.criterion.2]
service = { ja = "通院の支援", en = "help with visits" }
"""
BY_HAND = """
[[policy.override.unit_reason]]
unit = "{unit}"
reason = {{ ja = "手書きの理由", en = "by hand" }}
councils = [2027-01-20]
page = "12"
"""


def ran(folder: Path, more: str = "", **lists: str | bytes) -> RunResult:
    files: Mapping[str, str | bytes] = {f"{name}.csv": text for name, text in lists.items()}
    return run(write_job(folder, {"run.toml": RUN + more, **files}))


def spot(result: RunResult, facility: str) -> Spot:
    return next(s for s in result.spots if s.facility_id == facility)


def only(result: RunResult, code: str) -> Problem:
    (found,) = [p for p in result.problems if p.code == code]
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return ran(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return ran(tmp_path_factory.mktemp("listed"), base=LISTED.encode("cp932"))


def test_without_a_word_the_criterion_gives_the_reason(plain: RunResult):
    found = {v.facility.id: v for v in plain.verdicts}
    assert plain.spots
    for each in plain.spots:
        assert each.reason == found[each.facility_id].state_reason
        assert each.reason_basis is ReasonBasis.POLICY
        assert (each.service, each.councils, each.page, each.on_application) == (
            None,
            (),
            "",
            False,
        )
    assert not {"unit-without-service", "unit-reason-idle"} & {p.code for p in plain.problems}
    assert "spot_reason" not in {c.name for c in facility_columns(plain)}


def test_the_list_gives_the_reason_and_the_finding_stays(plain: RunResult, listed: RunResult):
    soyo = spot(listed, "B1")
    assert (soyo.reason.ja, soyo.reason_basis) == (REASON, ReasonBasis.LIST)
    assert soyo.service is not None
    assert soyo.service.ja == SERVICE
    assert (soyo.councils, soyo.page) == ((date(2025, 2, 3), date(2025, 3, 4)), "45")
    assert soyo.on_application
    before, after = ({v.facility.id: v for v in r.verdicts}["B1"] for r in (plain, listed))
    assert replace(after, facility=before.facility) == before
    assert [s.geometry for s in listed.spots] == [s.geometry for s in plain.spots]


@pytest.mark.slow
def test_every_output_says_it(listed: RunResult, tmp_path: Path):
    soyo = {v.facility.id: v for v in listed.verdicts}["B1"]
    features = {f["id"]: f["properties"] for f in json.loads(spots_geojson(listed))["features"]}
    assert features["B1"]["reason"] == REASON
    assert list(features["B1"])[-4:] == ["service", "councils", "page", "on_application"]
    assert features["B1"]["councils"] == ["2025-02-03", "2025-03-04"]
    assert features["C1"]["service"] is None
    sheet = annex(listed, Lang.JA)
    row = next(cells for cells in sheet.rows if "そよう病院" in cells)
    assert f"{REASON}\n確保する医療：{SERVICE}" in row
    assert "令和7年2月3日\n令和7年3月4日" in row
    for said in ("計画の頁：45", "市町村の申請による"):
        assert said in str(row[-1])
    (layer,) = [t for t in layer_tables(listed, Lang.JA) if t.name == "spots"]
    assert [f.name for f in layer.fields][-4:] == ["service", "councils", "page", "on_application"]
    told = explanation_text(explain(listed, "B1"), Lang.JA)
    for said in (REASON, SERVICE, "base.csv（2行目）", "45", soyo.state_reason.ja):
        assert said in told
    page = explanation_json(explain(listed, "B1"), Lang.JA)["spot"]
    assert (page["reason_basis"], page["page"]) == ("list", "45")
    write_folder(listed, tmp_path / "out")
    text = (tmp_path / "out" / "facilities.csv").read_text(encoding="utf-8-sig")
    rows = {r["facility_id"]: r for r in csv.DictReader(io.StringIO(text))}
    assert (rows["B1"]["spot_reason"], rows["B1"]["service"]) == (REASON, SERVICE)
    assert rows["B1"]["state_reason"] == soyo.state_reason.ja
    assert load_result(tmp_path / "out").spots[0] == listed.spots[0]


def test_some_spots_without_a_service_are_told_once(listed: RunResult):
    told = only(listed, "unit-without-service")
    assert "井無田診療所" in told.message.ja
    assert "そよう病院" not in told.message.ja


def test_a_criterion_gives_its_service_to_all(tmp_path: Path):
    result = ran(tmp_path, SERVED)
    clinic = spot(result, "C1")
    assert clinic.service is not None
    assert clinic.service.en == "help with visits"
    assert clinic.reason_basis is ReasonBasis.POLICY
    assert any(label.ja == "②で確保する医療" for label, _ in result.settings.lines)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["B1", "そよう病院", "facility:B1"])
def test_by_hand_comes_before_the_list(tmp_path: Path, unit: str):
    result = ran(tmp_path, BY_HAND.format(unit=unit), base=LISTED)
    soyo = spot(result, "B1")
    assert (soyo.reason.en, soyo.reason_basis) == ("by hand", ReasonBasis.HAND)
    assert (soyo.councils, soyo.page) == ((date(2027, 1, 20),), "12")
    assert soyo.service is not None
    assert soyo.service.ja == SERVICE  # which it does not say
    verdict = next(v for v in result.verdicts if v.facility.id == "B1")
    told = dossier_of(verdict, result).fact("entry")
    assert told is not None
    assert REASON in told.words.ja
    assert "unit-reason-idle" not in {p.code for p in result.problems}


def test_a_reason_that_names_nobody_is_an_error_with_its_line(tmp_path: Path):
    with pytest.raises(UsageError) as caught:
        ran(tmp_path, BY_HAND.format(unit="そよう医院"))
    (problem,) = caught.value.problems
    line = (RUN + BY_HAND).split("\n").index('unit = "{unit}"') + 1
    assert (problem.code, problem.file, problem.row) == ("unknown-unit", "run.toml", line)
    assert "そよう病院" in problem.remedy.ja


def test_a_reason_of_another_result_is_an_error(tmp_path: Path):
    with pytest.raises(UsageError) as caught:
        ran(tmp_path, BY_HAND.format(unit="B1") + 'result = "support"\n')
    assert [p.code for p in caught.value.problems] == ["unknown-selection"]
    assert "rule" in caught.value.problems[0].remedy.ja


def test_a_reason_of_no_spot_is_told(tmp_path: Path):
    result = ran(tmp_path, BY_HAND.format(unit="C2"))  # 熊本市 is out
    told = only(result, "unit-reason-idle")
    assert (told.file, told.value) == ("run.toml", "C2")
    assert "対象外" in told.message.ja


def test_what_a_list_says_of_no_spot_is_in_its_dossier(tmp_path: Path):
    clinics = HEADER.replace("\n", MORE) + CLINICS.removeprefix(HEADER).replace("\n", SAID)
    result = ran(tmp_path, clinics=clinics)
    verdict = next(v for v in result.verdicts if v.facility.id == "C2")
    assert verdict.state is State.EXCLUDED
    told = dossier_of(verdict, result).fact("entry")
    assert told is not None
    for said in (REASON, SERVICE, "45", "clinics.csv"):
        assert said in told.words.ja


def test_a_comparison_names_what_the_plan_says_otherwise(
    plain: RunResult, listed: RunResult, tmp_path: Path
):
    (change,) = compare(plain, listed).facilities
    plan = (Aspect.SPOT_REASON, Aspect.SERVICE, Aspect.COUNCILS, Aspect.PAGE)
    assert change.aspects == (*plan, Aspect.ON_APPLICATION)
    assert REASON in change.summary.ja
    assert "「記載なし」から「45」" in change.summary.ja
    assert change.causes == (Cause.LISTS,)
    by_hand = ran(tmp_path, BY_HAND.format(unit="B1"), base=LISTED)
    (other,) = compare(listed, by_hand).facilities
    assert other.aspects == (Aspect.SPOT_REASON, Aspect.COUNCILS, Aspect.PAGE)
    assert other.causes == (Cause.POLICY,)


def test_two_lists_that_differ_are_told(tmp_path: Path):
    other = HEADER.replace("\n", ",設定理由\n") + HOSPITALS.removeprefix(HEADER).replace(
        "\n", ",別の理由\n"
    )
    result = ran(tmp_path, base=LISTED, hospitals=other)
    assert spot(result, "B1").reason.ja == REASON
    assert only(result, "merged-reasons-differ").file == "hospitals.csv"


AS_UNITS = """
[[policy.override.result]]
id = "both"
kind = "spot"
title = { ja = "スポット", en = "spots" }
select = { any = ["rule"] }
[[policy.override.result]]
id = "support"
kind = "support_area"
title = { ja = "支援区域", en = "support areas" }
select = { any = ["both"] }
"""


@pytest.mark.parametrize("result", ["both", "support"])
def test_circles_taken_up_by_results_keep_what_is_said(tmp_path: Path, result: str):
    found = ran(tmp_path, SERVED + AS_UNITS, base=LISTED)
    units = {v.unit.code: v for v in found.units if v.result == result}
    soyo, clinic = units["B1"], units["C1"]
    assert soyo.reason.ja == REASON
    assert soyo.service is not None
    assert (soyo.service.ja, soyo.page, soyo.on_application) == (SERVICE, "45", True)
    assert soyo.councils == spot(found, "B1").councils
    assert clinic.service is not None
    assert clinic.service.ja == "通院の支援"
    told = only(found, "unit-without-service")  # of the result, and not of the circles again
    assert told.value == "both"
    assert "そよう病院" not in told.message.ja


@pytest.mark.parametrize("only_of", ["", 'result = "rule"\n', 'result = "both"\n'])
def test_a_reason_by_hand_is_of_one_result_or_of_all(tmp_path: Path, only_of: str):
    found = ran(tmp_path, BY_HAND.format(unit="B1") + only_of + AS_UNITS, base=LISTED)
    units = {v.result: v for v in found.units if v.unit.code == "B1"}
    assert units["both"].reason.en == units["support"].reason.en == "by hand"
    by_hand = spot(found, "B1").reason_basis is ReasonBasis.HAND
    assert by_hand is ("both" not in only_of)
    assert "unit-reason-idle" not in {p.code for p in found.problems}
