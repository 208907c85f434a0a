"""The set algebra of ground, on squares whose areas are counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from groundfloor.problems import Text
from spots.judging.selecting.algebra import (
    STRIP_M,
    Selected,
    UnitExtent,
    extent,
    subjects,
)
from spots.judging.selecting.selection_settings import Join
from spots.telling.wording import same
from spots.types import Position, Truth
from spots.types.ground_units import Unit, UnitKind

MET, NOT_MET, OPEN = Truth.MET, Truth.NOT_MET, Truth.UNDETERMINED
DEGREE_M = 111_320.0


def square(west: float, south: float, size: float = 1.0) -> MultiPolygon:
    """A square of so many tenths of a degree."""
    return MultiPolygon(
        [box(131 + west / 10, 32 + south / 10, 131 + (west + size) / 10, 32 + (south + size) / 10)]
    )


def town(code: str, west: float, south: float = 0.0) -> Unit:
    """A municipality that is a square."""
    return Unit(
        id=f"municipality:{code}",
        kind=UnitKind.MUNICIPALITY,
        name=code,
        code=code,
        municipality_codes=(code,),
        area_codes=(f"A{code[-1]}",),
        geometry=square(west, south),
    )


def district(name: str, ground: MultiPolygon, codes: tuple[str, ...] = ()) -> Unit:
    """A district of a layer."""
    return Unit(
        id=f"d:{name}",
        kind=UnitKind.DISTRICT,
        name=name,
        code=name,
        municipality_codes=codes,
        geometry=ground,
        layer="d",
    )


A, B, C = town("43001", 0), town("43002", 1), town("43003", 2)
AREA = replace(
    A,
    id="medical_area:4301",
    kind=UnitKind.MEDICAL_AREA,
    code="4301",
    municipality_codes=("43001", "43002"),
    geometry=MultiPolygon([box(131.0, 32.0, 131.2, 32.1)]),
)
PREFECTURE = replace(
    AREA,
    id="prefecture:43",
    kind=UnitKind.PREFECTURE,
    code="43",
    municipality_codes=("43001", "43002", "43003"),
    geometry=MultiPolygon([box(131.0, 32.0, 131.3, 32.1)]),
)


def chosen(name: str, *units: tuple[Unit, Truth]) -> Selected:
    """A selection with the truth of each unit."""
    return Selected(
        id=name,
        title=same(name),
        units={u.id: u for u, _ in units},
        truths={u.id: t for u, t in units},
        texts={u.id: Text(name, name) for u, _ in units},
    )


def of(join: dict, unit: Unit, *selections: Selected) -> UnitExtent:
    """What of a unit is in a join written as in a policy."""
    return extent(made(join), unit, {s.id: s for s in selections})


def made(join: dict) -> Join:
    """A join from its TOML form."""
    ((key, parts),) = join.items()
    return Join(**{key: tuple(made(p) if isinstance(p, dict) else p for p in parts)})


TOWNS = chosen("towns", (A, MET), (B, NOT_MET), (C, OPEN))


@pytest.mark.parametrize(
    ("join", "wanted"),
    [
        ({"any": ["towns"]}, (MET, NOT_MET, OPEN)),
        ({"all": ["towns"]}, (MET, NOT_MET, OPEN)),
        ({"none": ["towns"]}, (NOT_MET, MET, OPEN)),
        ({"minus": ["every", "towns"]}, (NOT_MET, MET, OPEN)),
        ({"intersect": ["every", "towns"]}, (MET, NOT_MET, OPEN)),
        ({"any": ["towns", "every"]}, (MET, MET, MET)),
        ({"all": ["every", {"none": ["towns"]}]}, (NOT_MET, MET, OPEN)),
    ],
)
def test_joins_follow_three_valued_logic(join: dict, wanted: tuple[Truth, ...]):
    every = chosen("every", (A, MET), (B, MET), (C, MET))
    found = tuple(of(join, unit, TOWNS, every).truth for unit in (A, B, C))
    assert found == wanted


def test_codes_of_municipalities_answer_before_geometry():
    """A town lies in its area, whatever the two outlines look like."""
    elsewhere = replace(AREA, geometry=square(50, 50))
    area = chosen("area", (elsewhere, MET))
    towns = chosen("towns", (A, MET), (C, MET))
    assert of({"all": ["towns", "area"]}, A, towns, area).truth is MET
    assert of({"all": ["towns", "area"]}, C, towns, area).truth is NOT_MET
    assert of({"minus": ["towns", "area"]}, A, towns, area).truth is NOT_MET


def test_a_prefecture_without_an_area_is_cut_at_it():
    whole, area = chosen("whole", (PREFECTURE, MET)), chosen("area", (AREA, MET))
    found = of({"minus": ["whole", "area"]}, PREFECTURE, whole, area)
    assert found.truth is MET
    assert found.sure.shape.equals_exact(C.geometry, 1e-9) or found.sure.shape.equals(C.geometry)


def test_a_whole_unit_is_not_in_for_a_part_of_it():
    """A district that is selected does not take in its whole town, but cuts it."""
    part = district("part", square(0, 0, 0.5), ("43001",))
    parts, towns = chosen("parts", (part, MET)), chosen("towns", (A, MET))
    assert of({"any": ["parts"]}, A, parts).truth is NOT_MET
    assert of({"all": ["towns", {"none": ["parts"]}]}, A, towns, parts).sure.whole
    cut = of({"minus": ["towns", "parts"]}, A, towns, parts)
    assert cut.truth is MET
    assert cut.sure.shape.area == pytest.approx(0.0075, abs=1e-9)


def test_a_district_lies_in_its_town_by_the_code_that_is_stated():
    part = district("part", square(80, 80), ("43001",))
    towns, parts = chosen("towns", (A, MET)), chosen("parts", (part, MET))
    assert of({"all": ["parts", "towns"]}, part, parts, towns).truth is MET
    assert of({"minus": ["parts", "towns"]}, part, parts, towns).truth is NOT_MET


def test_a_selection_takes_in_its_own_units_alone():
    """A district that is not selected is none because its town is."""
    part = district("part", square(0, 0, 0.5), ("43001",))
    towns, parts = chosen("towns", (A, MET)), chosen("parts", (part, NOT_MET))
    assert of({"any": ["towns", "parts"]}, part, towns, parts).truth is NOT_MET
    assert of({"any": ["towns", "parts"]}, A, towns, parts).truth is MET
    every = {"any": ["parts", {"all": ["towns", {"any": ["parts", "towns"]}]}]}
    assert of(every, A, towns, parts).truth is MET


def test_what_is_taken_out_perhaps_leaves_the_unit_open_and_not_smaller():
    part = district("part", square(0, 0, 0.5))
    parts, towns = chosen("parts", (part, OPEN)), chosen("towns", (A, MET))
    found = of({"minus": ["towns", "parts"]}, A, towns, parts)
    assert found.truth is OPEN
    assert found.maybe.whole


@pytest.mark.parametrize(("metres", "left"), [(STRIP_M / 2, False), (4 * STRIP_M, True)])
def test_strips_between_two_outlines_of_one_border_are_no_ground(metres: float, left: bool):
    wide = metres / (DEGREE_M * 0.848)  # a degree of longitude at 32 N
    other = MultiPolygon([box(131.0, 32.0, 131.1 - wide, 32.1)])
    towns = chosen("towns", (A, MET))
    parts = chosen("parts", (district("part", other), MET))
    found = of({"minus": ["towns", "parts"]}, A, towns, parts)
    assert (found.truth is MET) is left


def test_a_rock_that_no_cut_touches_stays():
    rock = MultiPolygon([box(131.5, 32.5, 131.5004, 32.5004)])
    both = replace(A, geometry=MultiPolygon([*A.geometry.geoms, *rock.geoms]))
    towns = chosen("towns", (both, MET))
    parts = chosen("parts", (district("part", square(0, 0, 0.5)), MET))
    found = of({"minus": ["towns", "parts"]}, both, towns, parts)
    assert len(found.sure.shape.geoms) == 2


def test_units_are_those_of_any_and_of_the_first_part_of_all():
    area, towns = chosen("area", (AREA, MET)), chosen("towns", (A, MET), (B, MET))
    known = {"area": area, "towns": towns}
    assert list(subjects(made({"any": ["area", "towns"]}), known)) == [AREA.id, A.id, B.id]
    assert list(subjects(made({"all": ["towns", "area"]}), known)) == [A.id, B.id]
    assert list(subjects(made({"minus": [{"any": ["area"]}, "towns"]}), known)) == [AREA.id]
    assert subjects(made({"none": ["towns"]}), known) == {}


def test_ground_that_a_result_has_cut_stays_cut_where_it_is_referred_to():
    half = square(0, 0, 0.5)
    result = replace(chosen("result", (A, MET)), ground={A.id: half})
    assert of({"any": ["result"]}, A, result).sure.shape.equals(half)
    # The town's code is no proof that all of it is in.
    part = district("part", square(0.6, 0.6, 0.3), ("43001",))
    assert of({"any": ["result"]}, part, result).truth is NOT_MET


def test_a_circle_ends_where_it_ends_and_not_with_its_municipality():
    circle = replace(A, id="facility:y", kind=UnitKind.FACILITY, radius_m=4_000)
    circle = replace(circle, geometry=square(0.5, 0), position=Position(131.1, 32.05))
    towns, circles = chosen("towns", (A, MET)), chosen("circles", (circle, MET))
    assert of({"all": ["circles", "towns"]}, circle, circles, towns).truth is NOT_MET
    plain = replace(circle, radius_m=None)
    assert of({"all": ["circles", "towns"]}, plain, circles, towns).truth is MET


def test_a_circle_on_the_coast_lies_where_its_land_does():
    circle = replace(A, id="facility:z", kind=UnitKind.FACILITY, radius_m=4_000)
    circle = replace(circle, geometry=square(0.5, 0), position=Position(131.1, 32.05))
    circles = chosen("circles", (circle, MET))
    ashore = replace(chosen("towns", (A, MET)), land=A.geometry)  # east of it is the sea
    inland = replace(chosen("towns", (A, MET)), land=PREFECTURE.geometry)
    for towns, in_all, in_minus in ((ashore, MET, NOT_MET), (inland, NOT_MET, MET)):
        assert of({"all": ["circles", "towns"]}, circle, circles, towns).truth is in_all
        assert of({"minus": ["circles", "towns"]}, circle, circles, towns).truth is in_minus


@pytest.mark.parametrize("place", [(0.25, 0.25), (0.5, 0.5)], ids=["hole", "corner"])
def test_what_is_cut_out_and_what_is_common_add_up(place: tuple[float, float]):
    part = district("part", square(*place, 0.5))
    parts, towns = chosen("parts", (part, MET)), chosen("towns", (A, MET))
    common = of({"intersect": ["towns", "parts"]}, A, towns, parts)
    rest = of({"minus": ["towns", "parts"]}, A, towns, parts)
    assert common.truth is rest.truth is MET
    assert common.sure.shape.area + rest.sure.shape.area == pytest.approx(A.geometry.area)


def test_an_institution_lies_in_a_circle_by_its_geodesic_distance():
    centre = Position(131.05, 32.05)
    circle = Unit(
        id="facility:x",
        kind=UnitKind.FACILITY,
        name="x",
        code="x",
        municipality_codes=("43009",),
        geometry=MultiPolygon([box(131.0, 32.0, 131.1, 32.1)]),
        position=centre,
        radius_m=4_000,
    )
    circles = chosen("circles", (circle, MET))

    def asked(lat: float) -> Truth:
        unit = replace(A, id=f"facility:{lat}", municipality_codes=("43008",), geometry=None)
        unit = replace(unit, kind=UnitKind.FACILITY, position=Position(131.05, lat))
        places = chosen("places", (unit, MET))
        return of({"all": ["places", "circles"]}, unit, places, circles).truth

    assert asked(32.08) is MET  # 3.3 km
    assert asked(32.09) is NOT_MET  # 4.4 km, inside the drawn box


truths = st.sampled_from([MET, NOT_MET, OPEN])
KLEENE = {MET: 1, OPEN: 0, NOT_MET: -1}


@given(st.tuples(truths, truths), st.sampled_from(["any", "all", "minus", "intersect"]))
def test_two_selections_of_the_same_units_join_as_in_logic(pair: tuple[Truth, Truth], key: str):
    left, right = (chosen(n, (A, t)) for n, t in zip("xy", pair, strict=True))
    found = of({key: ["x", "y"]}, A, left, right).truth
    x, y = (KLEENE[t] for t in pair)
    wanted = {"any": max(x, y), "all": min(x, y), "intersect": min(x, y), "minus": min(x, -y)}
    assert KLEENE[found] == wanted[key]
