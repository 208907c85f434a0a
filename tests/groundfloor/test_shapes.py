"""Collections taken apart, areas mended, and all of it told by row."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from groundfloor.problems import DataError
from groundfloor.shapes import (
    ShapeKind,
    is_kind,
    mended_areas,
    of_wrong_kind,
    taken_apart,
    without_shape,
)

AREA, OTHER = box(0, 0, 1, 1), box(2, 0, 3, 1)
LINE, POINT = LineString([(0, 0), (1, 1)]), Point(5, 5)


def shapes(*given):
    made = np.empty(len(given), dtype=object)
    made[:] = given
    return made


@pytest.mark.parametrize(
    ("collection", "kind", "expected", "dropped"),
    [
        (GeometryCollection([AREA]), ShapeKind.AREA, AREA, False),
        (GeometryCollection([AREA, LINE]), ShapeKind.AREA, AREA, True),
        (GeometryCollection([AREA, OTHER]), ShapeKind.AREA, MultiPolygon([AREA, OTHER]), False),
        (GeometryCollection([MultiPolygon([AREA, OTHER]), POINT]), ShapeKind.AREA, MultiPolygon([AREA, OTHER]), True),
        (GeometryCollection([GeometryCollection([AREA]), GeometryCollection([LINE])]), ShapeKind.AREA, AREA, True),
        (GeometryCollection([AREA, Polygon()]), ShapeKind.AREA, AREA, False),
        (GeometryCollection([AREA, LINE]), ShapeKind.LINE, LINE, True),
        (GeometryCollection([POINT, LINE]), ShapeKind.POINT, POINT, True),
        (GeometryCollection([MultiPoint([(0, 0), (1, 1)])]), ShapeKind.POINT, MultiPoint([(0, 0), (1, 1)]), False),
        (GeometryCollection([LINE]), ShapeKind.AREA, GeometryCollection([LINE]), False),
    ],
)  # fmt: skip
def test_collections(collection, kind, expected, dropped):
    given = shapes(None, AREA, collection)
    apart = taken_apart(given, (kind,), "a.gpkg", first_row=8)
    assert apart.row.tolist() == [0, 1, 2]
    assert apart.geometry[0] is None
    assert apart.geometry[1].equals_exact(AREA)
    assert apart.geometry[2].equals(expected)
    assert apart.geometry[2].geom_type == expected.geom_type
    found = [(p.code, p.file, p.row) for p in apart.problems]
    assert found == ([("geometry-part-dropped", "a.gpkg", 10)] if dropped else [])
    assert given[2] is collection


def test_parts_that_overlap_become_one_valid_area():
    apart = taken_apart(
        shapes(GeometryCollection([AREA, box(0.5, 0, 1.5, 1)])), (ShapeKind.AREA,), "x"
    )
    assert apart.geometry[0].is_valid
    assert apart.geometry[0].area == pytest.approx(1.5)


def test_a_row_can_give_a_line_and_an_area():
    given = shapes(LINE, GeometryCollection([AREA, POINT, LINE]), POINT)
    apart = taken_apart(given, (ShapeKind.LINE, ShapeKind.AREA), "x")
    assert apart.row.tolist() == [0, 1, 1, 2]
    assert [g.geom_type for g in apart.geometry] == ["LineString", "LineString", "Polygon", "Point"]
    assert [(p.code, p.row) for p in apart.problems] == [("geometry-part-dropped", 2)]


def test_what_has_no_collection_is_not_even_copied():
    given = shapes(AREA, None)
    assert taken_apart(given, (ShapeKind.AREA,), "x").geometry is given


def test_areas_are_mended_and_named():
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    given = shapes(AREA, bow_tie, None, bow_tie)
    mended, (problem,) = mended_areas(given, np.array([3, 5, 7, 9]), "x")
    assert shapely.is_valid(mended[[0, 1, 3]]).all()
    assert mended[0] is AREA
    assert (problem.code, problem.row) == ("geometry-repaired", 5)
    assert "5, 9" in problem.message.ja
    assert mended_areas(given[[0, 2]], np.array([1, 2]), "x")[1] == ()


def test_an_outline_whose_points_lost_their_order_is_refused_before_it_is_mended():
    tangle = Polygon(np.random.default_rng(1).random((3_000, 2)))
    with pytest.raises(DataError) as caught:
        mended_areas(shapes(AREA, tangle), np.array([1, 2]), "x")
    assert [(p.code, p.file, p.row) for p in caught.value.problems] == [
        ("geometry-tangled", "x", 2)
    ]


def test_a_long_outline_with_a_slip_is_mended():
    turn = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    ring[[9_000, 9_001]] = ring[[9_001, 9_000]]
    mended, (problem,) = mended_areas(shapes(Polygon(ring)), np.array([1]), "x")
    assert problem.code == "geometry-repaired"
    assert mended[0].area == pytest.approx(np.pi, abs=1e-6)


def test_kinds_and_problems():
    given = shapes(POINT, LINE, AREA, MultiPolygon([AREA]), GeometryCollection([AREA]), None)
    assert is_kind(given, (ShapeKind.AREA,)).tolist() == [False, False, True, True, False, False]
    assert is_kind(given, (ShapeKind.POINT, ShapeKind.LINE)).tolist()[:3] == [True, True, False]
    wrong = of_wrong_kind([4, 2], "Point", (ShapeKind.LINE, ShapeKind.AREA), "x")
    assert (wrong.code, wrong.row, wrong.value) == ("geometry-kind", 2, "Point")
    assert "線か面" in wrong.message.ja
    many = without_shape(range(1, 100), "x")
    assert (many.code, many.row) == ("geometry-empty", 1)
    assert "20 …" in many.message.en
