"""Where is this: names, addresses, points, areas; and cutting by what regions know."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon, box

from boundaries import (
    CUT_NAMES,
    AreaAssignment,
    AreaClass,
    AreaIndex,
    AreaTable,
    ClassBasis,
    CrsError,
    CutStep,
    IndexEdition,
    IndexTable,
    build_regions,
    circles,
    cut,
    cut_steps,
    ellipsoidal_km2,
    geodesic_distance_m,
)
from groundfloor.problems import DataError, UsageError

EDITION = IndexEdition("2024-01", 179.3, 217.6)
# A strip of unit cells eastwards from 130°E 32°N, sea around it.
NAMES = {
    "43100": ("熊本市", ""),
    "43212": ("上天草市", ""),
    "43213": ("宇城市", ""),
    "43215": ("天草市", ""),
    "43423": ("南小国町", "阿蘇郡"),
    "43424": ("小国町", "阿蘇郡"),
    "43447": ("山都町", ""),
    "06401": ("小国町", "西置賜郡"),
    "13401": ("八丈町", ""),
    "29205": ("橿原市", ""),
    "29203": ("大和郡山市", ""),
    "28481": ("上郡町", "赤穂郡"),
}
AREAS = {"43100": "4312", "43213": "4302", "43447": "4312", "43423": "4306", "43424": "4306"}


def _cell(number):
    return box(130 + number * 0.1, 32, 130 + (number + 1) * 0.1, 32.1)


def _frame(names=NAMES, crs=6668):
    codes = list(names)
    return gpd.GeoDataFrame(
        {
            "name": [names[c][0] for c in codes],
            "county": [names[c][1] for c in codes],
            "prefecture_code": [c[:2] for c in codes],
            "prefecture": ["-"] * len(codes),
        },
        geometry=[shapely.MultiPolygon([_cell(n)]) for n in range(len(codes))],
        index=pd.Index(codes, name="code"),
        crs=crs,
    )


def _tables():
    areas = AreaTable(tuple(AreaAssignment(c, a, f"圏{a}") for c, a in sorted(AREAS.items())))
    indices = IndexTable(
        EDITION,
        (
            AreaIndex("4302", "圏4302", 164.7, AreaClass.SHORTAGE),
            AreaIndex("4312", "圏4312", 344.3, AreaClass.SURPLUS),
        ),
    )
    return areas, indices


@pytest.fixture(scope="module")
def regions():
    return build_regions(_frame(), *_tables(), prefecture_code="43")[0]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("熊本県上益城郡山都町滝上476-2", "43447"),
        ("上益城郡山都町滝上476-2", "43447"),
        ("山都町滝上476-2", "43447"),
        ("熊本県阿蘇郡小国町大字宮原1743", "43424"),
        ("阿蘇郡南小国町赤馬場", "43423"),
        ("南小国町赤馬場", "43423"),
        ("熊本県 阿蘇郡 小国町 宮原", "43424"),
        ("西置賜郡小国町あけぼの", "06401"),
        ("山形県小国町", "06401"),
        ("小国町宮原", None),  # in two prefectures
        ("福岡県小国町", None),
        ("山形県阿蘇郡小国町", None),  # the county belies the prefecture
        ("熊本県上天草市龍ヶ岳町高戸1419-19", "43212"),
        ("天草市御所浦町", "43215"),
        ("〒860-0001 熊本県熊本市西区河内町", "43100"),
        ("熊本市西区松尾町", "43100"),
        ("東京都八丈島八丈町三根", "13401"),
        ("大和郡山市矢田町", "29203"),
        ("兵庫県赤穂郡上郡町大持", "28481"),
        ("三角町波多775", None),
        ("西区河内町", None),
        ("", None),
    ],
)
def test_addresses(regions, address, code):
    assert regions.from_address(address) == code


def test_an_address_can_be_held_to_a_prefecture(regions):
    assert regions.from_address("小国町宮原", "43") == "43424"
    assert regions.from_address("熊本県小国町", "06") is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("上益城郡山都町", "43447"),
        ("熊本県山都町", "43447"),
        ("熊本市西区", "43100"),
        ("熊本市", "43100"),
        ("天草市", "43215"),
        ("南小国町", "43423"),
        ("阿蘇郡小国町", "43424"),
        ("小国町", None),
        ("山都", None),
        ("山都町滝上", None),
    ],
)
def test_names_are_matched_whole(regions, name, code):
    found = regions.find(name)
    assert (found.code if found else None) == code
    assert regions.find("小国町", "43").code == "43424"


def test_codes_of_wards_find_the_merged_city(regions):
    assert regions.municipality("43103").code == "43100"
    assert regions.municipality("43999") is None
    assert regions.area_of("43103").code == "4312"
    assert regions.area_of("43212") is None
    assert regions.prefecture == "熊本県"


def test_points(regions):
    assert regions.locate(130.05, 32.05) == "43100"
    assert regions.locate(130.1, 32.05) == "43100"  # on the boundary: the lower code
    assert regions.locate(129.0, 32.05) is None
    assert regions.locate(math.nan, 32.05) is None
    assert regions.nearest(130.05, 32.05) == ("43100", 0.0)


def test_distance_to_a_meridian_edge(regions):
    # West of the strip the nearest point is (almost) on the same parallel.
    expected = Geod(ellps="GRS80").inv(129.5, 32.05, 130.0, 32.05)[2]
    code, metres = regions.nearest(129.5, 32.05)
    assert code == "43100"
    assert metres == pytest.approx(expected, rel=1e-5)
    assert metres <= expected
    assert regions.distance_m("43103", 129.5, 32.05) == metres
    with pytest.raises(KeyError):
        regions.distance_m("99999", 130, 32)


@settings(max_examples=40, deadline=None)
@given(lon=st.floats(128.5, 132.5), lat=st.floats(31, 34))
def test_distance_is_the_least_over_the_outline(lon, lat):
    area = Polygon([(130, 32), (131, 32.2), (130.9, 33), (130.2, 32.7)])
    metres = geodesic_distance_m(area, lon, lat)
    if area.covers(Point(lon, lat)):
        assert metres == 0
        return
    x, y = shapely.get_coordinates(shapely.segmentize(area.exterior, 0.0005)).T
    dense = Geod(ellps="GRS80").inv(np.full_like(x, lon), np.full_like(y, lat), x, y)[2].min()
    # Samples stand up to 56 m apart; edges of 100 km bend a little in the measuring plane.
    assert metres <= dense * (1 + 1e-4) + 1e-6
    assert metres == pytest.approx(dense, rel=2e-3, abs=30)


def test_nothing_is_nearest_beyond_the_bound(regions):
    code, metres = regions.nearest(129.5, 32.05)
    assert regions.nearest(129.5, 32.05, within_m=metres) == (code, metres)
    assert regions.nearest(129.5, 32.05, within_m=metres - 1) == ("", math.inf)
    assert regions.nearest(139.7, 35.7, within_m=500) == ("", math.inf)
    assert regions.nearest(130.05, 32.05, within_m=0) == ("43100", 0.0)


def test_nearest_agrees_with_all_distances(regions):
    for lon, lat in [(131.9, 33.5), (130.34, 31.2), (129.2, 32.4)]:
        every = {c: regions.distance_m(c, lon, lat) for c in regions.municipalities.index}
        code, metres = regions.nearest(lon, lat)
        assert metres == min(every.values())
        assert every[code] == metres


def test_areas_and_classes(regions):
    assert list(regions.areas.index) == ["4302", "4306", "4312"]
    assert list(regions.areas["area_class"]) == ["shortage", "unknown", "surplus"]
    assert np.isnan(regions.areas["index"]["4306"])
    assert regions.area_of("43447").index == 344.3
    assert regions.areas.crs.to_epsg() == 6668
    mine = regions.municipalities["prefecture_code"] == "43"
    assert regions.prefecture_land().equals(regions.municipalities.geometry[mine].union_all())


def test_what_is_odd_is_said():
    areas, indices = _tables()
    lost = AreaAssignment("43999", "4302", "圏4302")
    areas = AreaTable((*areas.assignments, lost))
    _, problems = build_regions(_frame(), areas, indices, prefecture_code="43")
    found = sorted((p.code, p.value) for p in problems)
    assert found == [
        ("area-row-without-municipality", "43999"),
        ("area-without-index", "4306"),
        ("municipality-without-area", "43212"),
        ("municipality-without-area", "43215"),
    ]


def _joined(areas, indices, edition=EDITION, prefecture="05"):
    """Join a table of areas and one of indices, both given as rows, over one cell each."""
    codes = sorted({code for code, *_ in areas})
    frame = _frame({code: (f"町{code}", "") for code in codes})
    return build_regions(
        frame,
        AreaTable(tuple(AreaAssignment(*row) for row in sorted(areas))),
        IndexTable(edition, tuple(AreaIndex(*row) for row in indices)),
        prefecture_code=prefecture,
    )


def test_areas_of_two_editions_are_not_joined_by_their_codes():
    # 秋田: eight areas in A38-20, three in the indices of 2024-01; 0502 is another area in each.
    areas = [("05201", "0502", "北秋田"), ("05202", "0504", "秋田周辺"), ("05203", "0503", "県南")]
    kind, basis = AreaClass.SURPLUS, ClassBasis.CUT_OFF
    indices = [
        ("0501", "県北", 142.0, AreaClass.SHORTAGE, basis, 2),
        ("0502", "県央", 243.4, kind, basis, 3),
        ("0503", "県南医療圏", 159.6, AreaClass.SHORTAGE, basis, 4),
    ]
    regions, problems = _joined(areas, indices)
    assert [(a.code, a.index, a.area_class, a.basis) for a in regions.medical_areas] == [
        ("0502", None, AreaClass.UNKNOWN, ClassBasis.OTHER_AREA),
        ("0503", 159.6, AreaClass.SHORTAGE, ClassBasis.CUT_OFF),
        ("0504", None, AreaClass.UNKNOWN, ClassBasis.NO_INDEX),
    ]
    assert [(p.code, p.value, p.row) for p in problems] == [
        ("index-without-area", "0501", 2),
        ("area-name-disagrees", "0502", 3),
        ("area-without-index", "0504", None),
    ]
    # Without names nothing tells, where codes do not fit either, that 0502 is another area.
    unnamed = [(code, "", *rest) for code, _, *rest in indices]
    regions, problems = _joined(areas, unnamed)
    assert {a.area_class for a in regions.medical_areas} == {AreaClass.UNKNOWN}
    (told,) = [p for p in problems if p.code == "area-name-unconfirmed"]
    assert told.message.ja.endswith("。ほか1件（0503）")
    # A name that both have under two codes is told with both.
    _, problems = _joined([("05201", "0512", "県央")], indices[1:2])
    assert [p.code for p in problems] == ["index-without-area", "area-without-index"]
    assert (
        "「県央」のコードが、指標の表（0502）と市区町村と医療圏の対応表（0512）"
        in problems[0].message.ja
    )
    # Where every code fits, a table without names is as good as ever.
    regions, problems = _joined(areas[:1], unnamed[1:2])
    assert (regions.medical_areas[0].area_class, problems) == (kind, ())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("熊本・上益城", "熊本･上益城", True),
        ("熊本・上益城", "熊本上益城医療圏", True),
        ("阿蘇", "阿蘇二次保健医療圏", True),
        ("阿蘇", "阿蘇圏域", True),
        ("長生・夷隅", "夷隅・長生", False),
        ("尾張北部", "尾張中部", False),
        ("区域", "圏域", False),
    ],
)
def test_names_of_areas_are_compared_by_what_they_mean(one, other, same):
    _, problems = _joined([("05201", "0501", one)], [("0501", other, 200.0, AreaClass.NEITHER)])
    assert [p.code for p in problems] == ([] if same else ["area-name-disagrees"])


def test_an_index_at_a_cut_off_is_told_at_home_only():
    tied = ("両毛", 179.3, AreaClass.UNKNOWN, ClassBasis.SHORTAGE_TIE, 7)
    areas = [("05201", "0501", "両毛"), ("09201", "0906", "両毛")]
    regions, problems = _joined(areas, [("0501", *tied), ("0906", *tied)])
    assert [(p.code, p.value, p.row) for p in problems] == [
        ("index-at-shortage-cut-off", "0501", 7)
    ]
    assert regions.areas["class_basis"]["0501"] == "shortage_tie"


@pytest.mark.parametrize(
    ("north", "edition", "code", "area"),
    [
        (AreaClass.SURPLUS, "2024-01", ["area-of-another-edition"], "4702"),
        (AreaClass.SHORTAGE, "2024-01", ["area-of-another-edition"], None),
        (AreaClass.SHORTAGE, "2022-11", [], "4702"),
    ],
)
def test_okinawas_villages_that_a38_has_elsewhere_are_noticed(north, edition, code, area):
    areas = [("47311", "4702", "中部"), ("47209", "4701", "北部"), ("47211", "4702", "中部")]
    indices = [("4701", "北部", 247.3, north), ("4702", "中部", 257.3, AreaClass.SURPLUS)]
    regions, problems = _joined(areas, indices, IndexEdition(edition, 179.3, 217.6), "47")
    assert [p.code for p in problems if p.code != "municipality-without-area"] == code
    assert regions.municipality("47311").area_code == area
    right = [("47311", "4701", "北部"), *areas[1:]]
    assert _joined(right, indices, prefecture="47")[1] == ()


def _ward_table(*areas):
    return AreaTable(
        tuple(AreaAssignment(f"4310{n}", a, f"圏{a}") for n, a in enumerate(areas, start=1))
    )


def test_wards_hand_their_area_to_the_city_when_they_agree():
    frame = _frame({"43100": ("熊本市", "")})
    regions, problems = build_regions(
        frame, _ward_table("4312", "4312"), None, prefecture_code="43"
    )
    assert not problems
    assert regions.area_of("43100").area_class is AreaClass.UNKNOWN
    regions, problems = build_regions(
        frame, _ward_table("4312", "4302"), None, prefecture_code="43"
    )
    assert [p.code for p in problems] == ["wards-in-different-areas"]
    assert regions.area_of("43100") is None
    assert regions.areas.empty


def test_a_city_hands_its_area_to_its_wards():
    frame = _frame({"43101": ("熊本市中央区", ""), "43102": ("熊本市東区", "")})
    table = AreaTable((AreaAssignment("43100", "4312", "圏4312"),))
    regions, problems = build_regions(frame, table, None, prefecture_code="43")
    assert not problems
    assert regions.area_of("43102").code == "4312"
    assert regions.find("熊本市") is None
    assert regions.from_address("熊本市東区健軍") == "43102"


def test_frames_are_checked_and_not_changed():
    areas, indices = _tables()
    frame = _frame()
    before = frame.copy()
    build_regions(frame, areas, indices, prefecture_code="43")
    pd.testing.assert_frame_equal(frame, before)
    with pytest.raises(CrsError):
        build_regions(_frame(crs=3857), areas, indices, prefecture_code="43")
    with pytest.raises(UsageError):
        build_regions(frame, areas, indices, prefecture_code="48")
    with pytest.raises(DataError, match="no-municipality"):
        build_regions(frame, areas, indices, prefecture_code="01")
    twice = pd.concat([frame, frame.loc[["43212"]]])
    with pytest.raises(DataError, match="duplicate-municipality"):
        build_regions(twice, areas, indices, prefecture_code="43")


# --- cutting ------------------------------------------------------------------------------------


def _circle(lon, lat, radius=4000):
    return circles(gpd.GeoSeries([Point(lon, lat)], crs=6668), radius).iloc[0]


def test_each_cut_takes_what_its_name_says(regions):
    # 宇城市 (少数) is the cell 130.2-130.3; 上天草市 lies west of it, the sea south.
    circle = _circle(130.2, 32.0)
    whole = ellipsoidal_km2(circle)
    steps = cut_steps(regions, CUT_NAMES, prefecture="43", excluded_codes=["43100"])
    left, ledger = cut(circle, steps)
    assert [entry.step for entry in ledger] == list(CUT_NAMES)
    land, prefecture, excluded, shortage = ledger
    assert land.removed_km2 == pytest.approx(whole / 2, rel=1e-3)
    assert (prefecture.removed_km2, excluded.removed_km2) == (0, 0)
    assert shortage.removed_km2 == pytest.approx(whole / 4, rel=1e-3)
    assert left.geom_type == "MultiPolygon"
    assert ellipsoidal_km2(left) == pytest.approx(shortage.remaining_km2)


def test_excluding_a_city_by_the_code_of_the_city_or_nothing(regions):
    circle = _circle(130.1, 32.05)  # on the border of 熊本市
    steps = cut_steps(
        regions, ["excluded_municipalities"], prefecture="43", excluded_codes=["43100"]
    )
    assert cut(circle, steps)[1][0].removed_km2 == pytest.approx(25.13, abs=0.05)
    none = cut_steps(regions, ["excluded_municipalities"], prefecture="43")
    assert cut(circle, none)[1][0].removed_km2 == 0
    wards = _frame({"43101": ("熊本市中央区", ""), "43212": ("上天草市", "")})
    split, _ = build_regions(wards, AreaTable(()), None, prefecture_code="43")
    by_city = cut_steps(
        split, ["excluded_municipalities"], prefecture="43", excluded_codes=["43100"]
    )
    assert cut(circle, by_city)[1][0].removed_km2 == pytest.approx(25.13, abs=0.05)


def test_prefecture_land_ends_where_the_neighbour_begins(regions):
    circle = _circle(130.7, 32.05)  # between 43447 and 06401
    steps = cut_steps(regions, ["land", "prefecture"], prefecture="43")
    _, (land, prefecture) = cut(circle, steps)
    assert land.removed_km2 == 0
    assert prefecture.removed_km2 == pytest.approx(prefecture.remaining_km2, rel=1e-2)


def test_around_only_saves_work(regions):
    circle = _circle(130.2, 32.0)
    options = {"prefecture": "43", "excluded_codes": ["43100"]}
    near = cut(circle, cut_steps(regions, CUT_NAMES, around=circle, **options))
    assert near[1] == cut(circle, cut_steps(regions, CUT_NAMES, **options))[1]


def test_unknown_cuts_and_codes_come_together(regions):
    with pytest.raises(UsageError) as caught:
        cut_steps(
            regions,
            ["coast", "excluded_municipalities"],
            prefecture="43",
            excluded_codes=["99999", "43101"],
        )
    assert {p.value for p in caught.value.problems} == {"coast", "99999", "43101"}


def test_a_circle_in_the_sea_leaves_nothing(regions):
    left, (land,) = cut(_circle(128, 30), cut_steps(regions, ["land"], prefecture="43"))
    assert left.is_empty
    assert land.remaining_km2 == 0


def test_touching_leaves_no_lines():
    left, _ = cut(box(0, 0, 1, 1), [CutStep("land", keep=box(1, 0, 2, 1))])
    assert left.is_empty
    assert left.geom_type == "MultiPolygon"


def test_of_a_circle_round_an_island_the_island_is_left():
    circle, island, town = (
        box(131, 33, 132, 34),
        box(131.4, 33.4, 131.6, 33.6),
        box(130, 32, 133, 35),
    )
    left, (land, rest) = cut(circle, [CutStep("island", keep=island), CutStep("all", keep=town)])
    assert left.equals(island)
    assert land.remaining_km2 == ellipsoidal_km2(island)
    assert rest.removed_km2 == 0.0
    gone, _ = cut(circle, [CutStep("town", remove=town)])
    assert gone.is_empty
    holed, _ = cut(circle, [CutStep("island", remove=island)])
    assert holed.equals(circle.difference(island))


def test_a_corner_that_a_cut_puts_on_an_edge_makes_no_area_larger():
    """The geodesic along the southern edge runs inside it, and less so with a corner on it."""
    square, notch = box(131, 33, 132, 34), box(131.5, 32.9, 131.500001, 33.0000001)
    steps = [CutStep("notch", remove=notch), CutStep("half", keep=box(131, 33, 131.5, 34))]
    whole, left = ellipsoidal_km2(square), cut(square, steps[:1])[0]
    assert ellipsoidal_km2(left) == pytest.approx(whole, rel=1e-12)
    _, (first, second) = cut(square, steps)
    assert first.removed_km2 < whole * 1e-12
    assert second.removed_km2 == pytest.approx(whole / 2, rel=1e-12)


def test_a_step_is_one_thing():
    for step in (CutStep("x"), CutStep("x", keep=box(0, 0, 1, 1), remove=box(0, 0, 1, 1))):
        with pytest.raises(UsageError):
            cut(box(0, 0, 1, 1), [step])


def test_metres_are_refused():
    with pytest.raises(CrsError):
        cut(box(0, 0, 8000, 8000), [])
    with pytest.raises(CrsError):
        cut(box(0, 0, 1, 1), [CutStep("land", keep=box(0, 0, 8000, 8000))])


_boxes = st.builds(
    lambda x, y, w, h: box(x, y, x + w, y + h),
    st.floats(130.90, 131.05),
    st.floats(32.95, 33.04),
    st.floats(0.0005, 0.1),
    st.floats(0.0005, 0.1),
)
_steps = st.lists(
    st.one_of(
        _boxes.map(lambda area: CutStep("k", keep=area)),
        _boxes.map(lambda area: CutStep("r", remove=area)),
        st.just(CutStep("r", remove=LineString([(130.9, 33), (131.1, 33)]))),
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(steps=_steps)
def test_a_cut_never_grows_an_area_and_the_ledger_adds_up(steps):
    circle = _circle(131, 33)
    before = whole = ellipsoidal_km2(circle)
    left, ledger = cut(circle, steps)
    for entry in ledger:
        assert entry.removed_km2 >= 0
        assert entry.remaining_km2 <= before
        before = entry.remaining_km2
    assert whole - sum(e.removed_km2 for e in ledger) == pytest.approx(before, abs=1e-9)
    assert ellipsoidal_km2(left) == pytest.approx(before, abs=1e-9)
    assert left.is_valid
    assert left.difference(circle).area < 1e-12


def _rows(*rows):
    return AreaTable(tuple(AreaAssignment(c, a, f"圏{a}", name) for c, a, name in sorted(rows)))


def _assigned(cells, *rows, prefecture="22"):
    regions, problems = build_regions(_frame(cells), _rows(*rows), None, prefecture_code=prefecture)
    areas = {code: regions.municipality(code).area_code for code in cells}
    return areas, [(p.code, p.value) for p in problems]


def test_wards_numbered_anew_stay_in_the_area_of_the_former_ones():
    """浜松市: seven wards until 2023, three by other codes since 2024."""
    cells = {"22138": ("浜松市中央区", ""), "22139": ("浜松市浜名区", "")}
    former = [("22131", "2208", "浜松市中区"), ("22132", "2208", "浜松市東区")]
    areas, told = _assigned(cells, *former)
    assert areas == {"22138": "2208", "22139": "2208"}
    assert told == [("wards-of-another-edition", "22138"), ("wards-of-another-edition", "22139")]
    apart = [former[0], ("22132", "2207", "浜松市東区")]
    areas, told = _assigned(cells, *apart)
    assert areas == {"22138": None, "22139": None}
    assert told == [("municipality-without-area", "22138"), ("municipality-without-area", "22139")]
    # A ward of today that is missing was left out; nothing says that it is where the other is.
    areas, told = _assigned(cells, ("22138", "2208", ""))
    assert areas == {"22138": "2208", "22139": None}
    assert told == [("municipality-without-area", "22139")]


def test_an_old_code_is_understood_by_its_name():
    """那珂川町 became 那珂川市; a renumbered town of the same name is found, that is not."""
    cells = {"22216": ("富谷市", ""), "22217": ("新町", "")}
    areas, told = _assigned(cells, ("22216", "2201", "富谷市"), ("22423", "2202", "静岡県甲郡新町"))
    assert areas == {"22216": "2201", "22217": "2202"}
    assert told == [("municipality-code-of-another-edition", "22423")]
    areas, told = _assigned(cells, ("22423", "2202", "富谷町"), ("22217", "2202", "新町"))
    assert areas["22216"] is None
    assert told == [
        ("municipality-without-area", "22216"),
        ("area-row-without-municipality", "22423"),
    ]


def test_a_code_with_the_name_of_another_municipality_leaves_its_area_open():
    cells = {"22301": ("甲町", ""), "22302": ("乙町", "")}
    rows = [("22301", "2201", "乙町"), ("22302", "2202", "乙町")]
    areas, told = _assigned(cells, *rows)
    assert areas == {"22301": None, "22302": "2202"}
    assert told == [("area-row-of-two-municipalities", "22301")]
    areas, told = _assigned(cells, ("22301", "2202", "乙町"), rows[1])
    assert areas == {"22301": "2202", "22302": "2202"}
    assert told == [("area-row-of-two-municipalities", "22301")]
    # A new name of the same municipality is no other one.
    assert _assigned(cells, ("22301", "2201", "旧名町"), rows[1])[1] == []


def test_areas_that_the_indices_alone_have_are_kept():
    areas = [("05204", "0501", "大館・鹿角"), ("05201", "0504", "秋田周辺")]
    kind = AreaClass.NEITHER
    indices = [
        ("0501", "県北", 142.0, kind),
        ("0504", "秋田周辺医療圏", 243.4, kind),
        ("0599", "新設", 150.0, kind),
    ]
    regions, _ = _joined(areas, indices)
    assert [area.area_code for area in regions.unmapped] == ["0501", "0599"]
