"""Rows of lists as a frame and back: nothing that a verdict may hang on is lost."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from groundfloor.problems import ProblemWarning, Text
from spots.facilities import FacilityListError, RawFacility
from spots.facilities.coordinates import POSITION_PROBLEMS
from spots.library.facility_frames import facility_frame
from spots.library.facility_rows import given_lists
from spots.types import Accuracy, FacilityType, Layer, ListedEntry, Position, Role, SourceRow

BASE, CLINIC, EMERGENCY = FacilityType
LAYER = Layer(
    "輪番", "r.csv", frozenset({EMERGENCY}), Role.CANDIDATE, "県", date(2024, 4, 1), "rotation"
)
BARE = Layer("隣県", "n.csv", frozenset(), Role.DESTINATION, "", None)


def row(number: int, layer: Layer = LAYER, **more: object) -> RawFacility:
    source = layer.source or layer.name
    lon = 130.70000000000002 + number * 0.0123456789
    given: dict[str, object] = {
        "layer": layer,
        "row": SourceRow(layer.name, layer.file, number),
        "given_id": f"h-{number}",
        "name": f"第{number}病院",
        "types": layer.types,
        "position": Position(lon, 32.8, Accuracy.POINT, source),
    }
    return RawFacility(**(given | more))  # type: ignore[arg-type]


def full(number: int) -> RawFacility:
    """Return a row that says all that a row can say."""
    return row(
        number,
        types=frozenset(FacilityType),
        address="熊本県熊本市中央区本町1-1",
        prefecture_code="43",
        municipality="熊本市",
        municipality_code="43101",
        site="A",
        remark="要確認",
        kind="病院",
        status="休止",
        entry=ListedEntry(
            name=f"第{number}病院",
            municipality="熊本市",
            code=f"h-{number}",
            reason="無医地区の巡回診療",
            service="巡回診療",
            councils=(date(2023, 11, 5), date(2024, 2, 1)),
            page="45",
            on_application=False,
            file="r.csv",
            row=number,
        ),
    )


def framed(rows: list[RawFacility]) -> gpd.GeoDataFrame:
    points = [(r.position.lon, r.position.lat) if r.position else (None, None) for r in rows]
    lon, lat = zip(*points, strict=True)
    geometry = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=6668)
    geometry[[r.position is None for r in rows]] = None
    return facility_frame(rows, geometry)


ROWS = [
    full(2),
    row(3, municipality="山都町", given_id=None),
    row(4, position=None, position_problem=POSITION_PROBLEMS["zero-coordinates"]),
    row(5, position=None, position_problem=Text("海の上です", "海の上です")),
    row(6, position=Position(131.1, 32.6, Accuracy.TOWN, "県")),
    row(2, BARE, types=frozenset({BASE, EMERGENCY})),
    row(3, BARE),
]


def test_rows_come_back_whole():
    given = given_lists(framed(ROWS))
    assert given.rows == tuple(ROWS)
    assert given.lists == ("rotation", "")
    assert [spec.layer for spec in given.layers] == [
        Layer(x.name, x.file, x.types, x.role, x.source, x.as_of) for x in (LAYER, BARE)
    ]
    assert [spec.types_in_rows for spec in given.layers] == [False, True]
    assert [given.labels[r.row] for r in ROWS] == list(range(7))


def test_rows_of_one_name_and_place_are_kept_apart():
    frame = framed([row(2), row(3)])
    other = framed([row(2, Layer("輪番", "r.csv", frozenset(), Role.CANDIDATE, "", None))])
    given = given_lists([frame, other, frame.iloc[:1]])
    assert [spec.name for spec in given.layers] == ["輪番", "輪番 (2)", "輪番 (3)"]
    assert len({r.row for r in given.rows}) == len(given.rows)
    assert [given.labels[r.row] for r in given.rows] == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("name", None, "name-missing"),
        ("type", "診療所", "unknown-type"),
        ("type", "remote_clinic", "type-contradicts-flags"),
        ("secondary_emergency", False, "type-contradicts-flags"),
    ],
)
def test_what_a_caller_changed_is_looked_at(column: str, value: object, code: str):
    frame = framed([row(2), row(3)])
    frame[column] = frame[column].astype(object)
    frame.loc[1, column] = value
    with pytest.raises(FacilityListError) as caught:
        given_lists(frame)
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.column) == (
        code,
        2,
        column if column == "name" else "type",
    )


def test_columns_that_are_gone_are_not_said():
    frame = framed([full(2)])
    with pytest.warns(ProblemWarning, match="list-without-types"):
        (raw,) = given_lists(gpd.GeoDataFrame(frame[["name", "geometry"]])).rows
    assert (raw.name, raw.types, raw.entry, raw.layer.role) == (
        "第2病院",
        frozenset(),
        None,
        Role.CANDIDATE,
    )
    assert pd.isna(framed([row(2)])["remark"][0])
