"""Names on the printed maps: a designated spot always has its own, and words are not torn."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from shapely import LineString, box

from groundfloor.problems import Lang
from spots.report.document import document_of
from spots.report.label_placing import Led, Room, Wanted
from spots.report.name_lines import name_lines
from spots.report.report_data import Sheet
from spots.types import ReportChoice, ReportSection, RunResult, State
from tests.helpers.report_cases import crowded_result

MAPS = ReportChoice(sections=(ReportSection.MAPS,))


def sheets_of(result: RunResult) -> tuple[Sheet, ...]:
    return document_of(result, Lang.JA, MAPS).sheets


def on_map(sheet: Sheet) -> set[str]:
    return {label.text.replace("\n", "") for label in sheet.chart.labels}


def covering(sheet: Sheet) -> list[tuple[str, str]]:
    boxes = [(b.x, b.y, b.x + b.width, b.y + b.height, b.text) for b in sheet.chart.labels]
    return [
        (a[4], b[4])
        for a, b in itertools.combinations(boxes, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def test_every_spot_of_the_sample_is_named_on_a4_and_a3(sample_result: RunResult):
    sheets = sheets_of(sample_result)
    assert [s.paper for s in sheets] == ["a4", "a3"]
    for sheet in sheets:
        assert len(sheet.index) == 21
        assert {spot.value for spot in sheet.index} <= on_map(sheet)
        assert sheet.unnamed == ()
        assert covering(sheet) == []


def test_spots_on_top_of_each_other_are_named_at_lines():
    """Twenty of them lie within a few hundred metres: there is no room beside any."""
    sheets = sheets_of(crowded_result(20, names=("へき地診療所",)))
    for sheet in sheets:
        assert {spot.value for spot in sheet.index} <= on_map(sheet)
        assert covering(sheet) == []
        assert sheet.chart.svg.count('stroke-width="45"') >= 5  # the white edges of lines


def test_a_spot_comes_before_a_hospital_across_the_border(sample_result: RunResult):
    """Where all want one place, the hospital of another prefecture goes without."""
    spot = sample_result.spots[0]
    at = next(v for v in sample_result.verdicts if v.facility.id == spot.facility_id)
    near = tuple(
        replace(v, facility=replace(v.facility, position=at.facility.position, name=f"隣県{k}病院"))
        if v.facility.role == "destination"
        else v
        for k, v in enumerate(sample_result.verdicts)
    )
    sheet = sheets_of(replace(sample_result, verdicts=near))[0]
    assert {each.value for each in sheet.index} <= on_map(sheet)
    assert covering(sheet) == []


def test_who_is_undetermined_is_named_too(sample_result: RunResult):
    hidden = [v for v in sample_result.verdicts if v.state is State.NOT_MET][:6]
    left_open = tuple(
        replace(v, state=State.UNDETERMINED) if v in hidden else v for v in sample_result.verdicts
    )
    for sheet in sheets_of(replace(sample_result, verdicts=left_open)):
        assert {v.facility.name for v in hidden} <= on_map(sheet)


def test_a_name_without_room_stands_in_the_list_beside_the_map():
    room = Room(20, 10, taken=[(0, 0, 20, 10)])
    assert room.led(Wanted("診療所", 10, 5, gap=2)) is None


def test_lines_to_names_keep_off_names_and_off_each_other():
    places = [(30 + 4.5 * k, 50 + 1.5 * (k % 2)) for k in range(12)]
    room = Room(100, 100, taken=[(x - 2.1, y - 2.1, x + 2.1, y + 2.1) for x, y in places])
    found: list[Led] = []
    for k, (x, y) in enumerate(places):
        led = room.led(Wanted(f"診療所{k}", x, y, gap=2.4))
        assert led is not None
        found.append(led)
    lines = [LineString([each.line[:2], each.line[2:]]) for each in found if each.line]
    assert len(lines) >= 4
    names = [box(*each).buffer(-0.1) for each in room.named]
    assert len(names) == 12
    for line in lines:
        assert not any(line.intersects(name) for name in names)
    assert not any(a.crosses(b) for a, b in itertools.combinations(lines, 2))


@pytest.mark.slow
def test_a_ring_of_names_is_left_at_a_line_that_runs_under_one():
    room = Room(100, 100)
    found = [room.led(Wanted(f"診療所{k}", 50, 50, gap=2.4)) for k in range(40)]
    assert None not in found


@pytest.mark.parametrize(
    ("name", "torn"),
    [
        ("医療法人タピック 沖縄リハビリテーションセンター病院", "リハビリテーション"),
        ("天草郡市医師会立天草地域医療センター", "センター"),
        ("公益社団法人 北部地区医師会 北部地区医師会病院", "医師会"),
        ("独立行政法人国立病院機構熊本再春医療センター", "病院"),
        ("医療法人社団正裕会井上レディースクリニック", "クリニック"),
    ],
)
def test_no_line_ends_within_a_word(name, torn):
    lines = name_lines(name, 11)
    assert all(len(line) <= 11 for line in lines)
    assert name.count(torn) == sum(line.count(torn) for line in lines)
