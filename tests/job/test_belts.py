"""Lists and outlines of the whole country: the prefecture's own part and the belt around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from groundfloor.problems import UsageError
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.types import Role, RunResult, State
from tests.helpers.small_country import HEADER, HOSPITALS, TEMPLATE, outlines, write_country


def run(template: Path, code: str, *more: str) -> RunResult:
    return execute(read_run_file(template, settings=[f"run.prefecture={code}", *more]))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_country(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def oita(template: Path) -> RunResult:
    return run(template, "44")


def roles(result: RunResult) -> dict[str, Role]:
    return {v.facility.id: v.facility.role for v in result.verdicts}


def test_own_rows_are_judged_and_neighbours_within_the_belt_reached(oita: RunResult) -> None:
    found = roles(oita)
    assert {i for i, role in found.items() if role is Role.CANDIDATE} == {"OC", "O1", "O2", "O3"}
    assert {i for i, role in found.items() if role is Role.DESTINATION} == {"F1", "F2", "M1", "M2"}


def test_every_row_of_a_list_is_judged_reached_or_left_out(oita: RunResult) -> None:
    hospitals = next(b for b in oita.belts if b.layer == "輪番病院")
    assert (hospitals.judged, hospitals.reached, hospitals.left_out) == (3, 4, 1)
    assert hospitals.rows == HOSPITALS.count("\n") - 1
    assert [cut.prefecture for cut in hospitals.cut_off] == ["13"]


def test_the_belt_is_what_the_top_speed_covers_in_threshold_and_margin(oita: RunResult) -> None:
    assert {(b.width_m, b.covers_ms) for b in oita.belts} == {(90_000.0, 45 * 60_000)}
    told = [value.ja for label, value in oita.settings.lines if label.ja == "隣の都道府県の帯"]
    assert told == ["都道府県の区域から90.0 kmまで（120 km/hで45分）（輪番病院）"]


def test_a_longer_threshold_asks_further(template: Path) -> None:
    further = run(template, "44", "policy.override.criterion.3.threshold_min=45")
    assert {b.width_m for b in further.belts} == {120_000.0}


def test_a_belt_of_its_own_width(template: Path) -> None:
    near = run(template, "44", "facilities.輪番病院.belt_km=70")
    assert set(roles(near)) == {"OC", "O1", "O2", "O3", "F2", "M1"}
    assert [p.code for p in near.problems].count("belt-too-narrow") == 0


def test_a_belt_narrower_than_the_time_asked_for_is_told(template: Path) -> None:
    narrow = run(template, "44", "facilities.輪番病院.belt_km=1")
    assert [p.value for p in narrow.problems if p.code == "belt-too-narrow"] == ["輪番病院"]


def test_hospitals_beyond_the_belt_leave_no_border_open(tmp_path: Path) -> None:
    """All of 福岡県's are far: it is listed all the same, and nobody stays undetermined for it."""
    far = HEADER + "F1,久留米中央病院,福岡県,40203,33.001,129.900,\n"
    own = "O1,日田西病院,大分県,44204,33.001,131.050,\nO2,佐伯南病院,大分県,44205,33.001,131.9,\n"
    beside = "".join(
        f"K{n},隣{n},{name},,33.001,132.4,\n" for n, name in enumerate(("宮崎県", "熊本県"))
    )
    template = write_country(tmp_path, {"hospitals.csv": far + own + beside})
    result = run(template, "44")
    assert "F1" not in roles(result)
    first = next(v for v in result.verdicts if v.facility.id == "O1")
    assert first.state is State.DESIGNATED
    without = write_country(tmp_path / "b", {"hospitals.csv": HEADER + own + beside})
    unlisted = next(v for v in run(without, "44").verdicts if v.facility.id == "O1")
    assert unlisted.state is State.UNDETERMINED  # nobody has said what 福岡県 has


def test_a_row_whose_point_alone_says_where_it_is(template: Path) -> None:
    assert roles(run(template, "45"))["M1"] is Role.CANDIDATE
    assert roles(run(template, "44"))["M1"] is Role.DESTINATION


def test_findings_of_rows_that_are_left_out_are_not_told(tmp_path: Path) -> None:
    odd = HOSPITALS + "T2,八丈病院,東京都,13401,,,\n"
    result = run(write_country(tmp_path, {"hospitals.csv": odd}), "44")
    assert [p.row for p in result.problems if p.code == "no-coordinates"] == [9]


def test_one_without_a_position_stays_where_its_prefecture_is_near(template: Path) -> None:
    assert roles(run(template, "45"))["O3"] is Role.DESTINATION


def test_outlines_around_are_those_of_near_prefectures_alone(oita: RunResult) -> None:
    assert set(oita.municipalities["prefecture_code"]) == {"40", "44", "45"}


def test_outlines_of_a_file_for_each_prefecture(template: Path, oita: RunResult) -> None:
    codes = {
        "35": (),
        "38": (),
        "40": ("40202", "40203"),
        "43": (),
        "44": ("44204", "44205"),
        "45": ("45203", "45206"),
    }
    for code, towns in codes.items():
        (template.parent / f"n03_{code}.geojson").write_text(
            outlines(towns or ("13381",)), encoding="utf-8"
        )
    apart = run(template, "44", 'municipalities.file="n03_{around}.geojson"')
    assert replace(oita, inputs=(), job={}, origin=None).verdicts == apart.verdicts
    assert list(apart.municipalities.index) == list(oita.municipalities.index)


def test_a_nearest_that_is_further_than_the_belt_covers_is_noted(template: Path) -> None:
    notes = [p for p in run(template, "40").problems if p.code == "nearest-beyond-belt"]
    assert len(notes) == 1
    assert "久留米中央病院" in notes[0].message.ja


def test_belt_of_a_list_that_is_not_told_apart_is_refused(template: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_run_file(
            template,
            settings=[
                "run.prefecture=44",
                "facilities[1].role=candidate",
                "facilities[1].belt_km=5",
            ],
        )
    assert [p.code for p in caught.value.problems] == ["belt-without-auto"]


# --- the template


@pytest.mark.parametrize("said", ["44", "大分県", "Oita"])
def test_a_prefecture_fills_every_string(template: Path, said: str) -> None:
    job = read_run_file(template, settings=[f"run.prefecture={said}"])
    assert (job.title.ja, job.output.name) == ("大分県 医師少数スポット（案）", "out-44")
    assert job.policy.policy.prefecture == "44"


def test_hokkaido_keeps_its_leading_zero(template: Path) -> None:
    job = read_run_file(template, settings=["run.prefecture=1"])
    assert job.policy.policy.prefecture == "01"


def test_a_template_without_a_prefecture_says_how_to_name_one(template: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_run_file(template)
    assert [(p.code, p.row) for p in caught.value.problems] == [("template-without-prefecture", 3)]


def test_the_policy_follows_the_prefecture_where_it_says_none(tmp_path: Path) -> None:
    silent = TEMPLATE.replace('prefecture = "{prefecture}"\n', "")
    job = read_run_file(
        write_country(tmp_path, {"template.toml": silent}), settings=["run.prefecture=44"]
    )
    assert job.policy.policy.prefecture == "44"


def test_two_prefectures_are_refused(tmp_path: Path) -> None:
    fixed = TEMPLATE.replace('prefecture = "{prefecture}"\n', 'prefecture = "40"\n')
    template = write_country(tmp_path, {"template.toml": fixed})
    with pytest.raises(UsageError) as caught:
        read_run_file(template, settings=["run.prefecture=44"])
    assert [p.code for p in caught.value.problems] == ["two-prefectures"]
