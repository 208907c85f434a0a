"""What a run reads, in its plain form, and the public reader of each: one entry a role."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point, box

from boundaries import (
    AreaTable,
    IndexEdition,
    Regions,
    build_regions,
    read_ground_units,
    read_medical_areas,
    read_municipalities,
    read_physician_index,
    read_population,
)
from boundaries.listed_places import ListedRow
from groundfloor.problems import ProblemWarning
from networks.calibration.trips import read_trips
from networks.closures.closure_files import read_closures
from networks.links.link_table import read_link_table
from networks.n13.centre_lines import read_n13
from networks.network import RoadNetwork
from networks.speeds.profile_files import load_profile
from spots.facilities import LayerSpec, geocode, read_layer
from spots.job.entry_lists import read_entries
from spots.job.number_tables import read_numbers
from spots.job.run_file_shape import EntriesFile, NumbersFile
from spots.library.facility_lists import read_facilities
from spots.library.facility_rows import given_lists
from spots.locating import locate
from spots.types import Facility, Role, RunResult, SourceRow
from tests.contract.layers import Features
from tests.contract.tables import Sheet, plain
from tests.helpers.fabricated import fabricated_result

_EDITION = IndexEdition("2024-01", 179.3, 217.6)
_PLACES = ("32.685331", "131.150494"), ("33.121672", "131.065849"), ("32.691234", "131.051234")


@dataclass(frozen=True, slots=True)
class TableRole:
    """A table that a run reads."""

    name: str
    sheet: Sheet
    read: Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class LayerRole:
    """A layer that a run reads."""

    name: str
    features: Features
    read: Callable[[Path], object]


def _spec(path: Path) -> LayerSpec:
    return LayerSpec(path=path, shown=path.name, name="list")


def _facilities(path: Path) -> object:
    found, _ = read_layer(_spec(path), {})
    return [
        (f.given_id, f.name, f.address, f.municipality, f.remark, *_point(f.position))
        for f in found
    ]


def _framed(path: Path) -> object:
    """Read a list as the library does: the frame holds what the reader of lists finds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProblemWarning)
        frame = read_facilities(path)
    return [
        (f.given_id, f.name, f.address, f.municipality, f.remark, *_point(f.position))
        for f in given_lists(frame).rows
    ]


def _point(position: object) -> tuple[float, float]:
    return (float("nan"),) * 2 if position is None else (position.lon, position.lat)


def _facility(n: int, address: str) -> Facility:
    return Facility(str(n), f"施設{n}", frozenset(), Role.CANDIDATE, address, None, None, None, str(n), "", (_row(n),))  # fmt: skip


def _row(n: int) -> SourceRow:
    return SourceRow("list", "list.csv", n)


def _towns(path: Path) -> object:
    asked = ("熊本県山都町滝上476-2", "熊本県小国町宮原1743", "熊本県山都町北中島2806")
    found, _ = geocode([_facility(n, address) for n, address in enumerate(asked)], path)
    return [_point(f.position) for f in found]


def _areas(path: Path) -> object:
    table, _ = read_medical_areas(path)
    return sorted((a.municipality_code, a.area_code, a.area_name) for a in table.assignments)


def _index(path: Path) -> object:
    table, _ = read_physician_index(path, _EDITION)
    return [(i.area_code, i.area_name, float(i.value), i.area_class.value) for i in table.indices]


def _people(path: Path) -> object:
    cells, _ = read_population([path])
    return [
        (float(n), *(float(v) for v in shape.bounds))
        for n, shape in zip(cells["population"], cells.geometry, strict=True)
    ]


def _roads(network: RoadNetwork) -> object:
    edges, nodes = network.edges, network.nodes
    rows = zip(
        nodes.lon[edges.tail].tolist(),
        nodes.lat[edges.tail].tolist(),
        nodes.lon[edges.head].tolist(),
        nodes.lat[edges.head].tolist(),
        # Ten metres where degrees agree to a metre.
        (edges.length_m / 1e6).tolist(),
        (edges.forward_ms >= 0).tolist(),
        (edges.backward_ms >= 0).tolist(),
        edges.toll.tolist(),
        strict=True,
    )
    return [tuple(row) for row in rows]


@cache
def _everyday() -> object:
    return load_profile("everyday")


def _links(path: Path) -> object:
    nodes = path.parent / "nodes-of-the-links.csv"
    nodes.write_bytes(plain(NODES))
    return _roads(read_link_table(path, nodes, _everyday()))


def _nodes(path: Path) -> object:
    links = path.parent / "links-of-the-nodes.csv"
    links.write_bytes(plain(LINKS))
    return _roads(read_link_table(links, path, _everyday()))


def _trips(path: Path) -> object:
    return [
        (t.from_lon, t.from_lat, t.to_lon, t.to_lat, t.minutes, t.from_name, t.to_name, str(t.day), t.source)
        for t in read_trips(path).trips
    ]  # fmt: skip


@cache
def _run() -> RunResult:
    return fabricated_result()


def _located(path: Path) -> object:
    found, _ = locate(_run(), path)
    return [(o.name, o.standing.value, *_point(o.position)) for o in found.rows]


def _municipalities(path: Path) -> object:
    found, _ = read_municipalities(path, merge_wards=False)
    return list(zip(found.index, found["name"], _bounds(found.geometry), strict=True))


def _bounds(shapes: object) -> list[tuple[float, ...]]:
    return [(*map(float, s.bounds), float(s.area)) for s in shapes]


def _closures(path: Path) -> object:
    return [
        (c.name, c.reason, c.period, *map(float, c.geometry.bounds))
        for c in read_closures(path).rows
    ]


def _said(listed: ListedRow) -> tuple[object, ...]:
    days = tuple(map(str, listed.councils))
    return (
        *(listed.id, listed.name, listed.municipality, listed.municipality_code, listed.reason),
        *(listed.service, listed.page, days, listed.on_application),
    )


def _ground(path: Path) -> object:
    found, _ = read_ground_units(path, holders=lambda _: ())
    return [(u.id, *_said(u.listed), *_bounds([u.geometry])) for u in found]


def _listed_points(path: Path) -> object:
    found, _ = read_ground_units(path, holders=lambda _: (), points=True)
    return [(u.id, *_said(u.listed), *u.point) for u in found]


def _numbers(path: Path) -> object:
    asked, column = NumbersFile("doctors", path.name), "人口十万対医師数"
    table, _ = read_numbers(asked, path, path.name, _map(), wanted=[column])
    return sorted(table.columns[column].items())


def _entries(path: Path) -> object:
    found, _ = read_entries(EntriesFile("named", path.name), path, path.name, _map())
    return [
        (e.name, e.municipality, e.code, e.reason, e.page, tuple(map(str, e.councils)))
        for e in found.entries
    ]


@cache
def _map() -> Regions:
    towns = gpd.GeoDataFrame(
        {
            "name": ["御船町", "山都町", "小国町"],
            "county": "",
            "prefecture_code": "43",
            "prefecture": "熊本県",
        },
        index=pd.Index(["43441", "43447", "43424"], name="code"),
        geometry=[*_SQUARES, box(131.0, 33.0, 131.1, 33.1)],
        crs=6668,
    )
    return build_regions(towns, AreaTable(()), None, prefecture_code="43")[0]


def _n13(path: Path) -> object:
    return _roads(read_n13(path, _everyday()))


LIST = Sheet(
    ("施設コード", "医療機関名", "市区町村", "所在地", "緯度", "経度", "備考"),
    (
        ("4310001", "そよう病院", "山都町", "熊本県上益城郡山都町滝上476-2", *_PLACES[0], "要確認"),
        ("4310002", "矢部広域病院", "山都町", "熊本県上益城郡山都町北中島2806", *_PLACES[2], ""),
        ("4310003", "小国公立病院", "小国町", "熊本県阿蘇郡小国町宮原1743", *_PLACES[1], ""),
    ),
    needed="医療機関名",
    numbers=frozenset({"施設コード", "緯度", "経度"}),
    position=("緯度", "経度"),
)
NODES = Sheet(
    ("ノードid", "名称", "種類", "緯度", "経度"),
    (
        ("1", "そよう病院前", "交差点", *_PLACES[0]),
        ("2", "小国交差点", "交差点", *_PLACES[1]),
        ("3", "矢部交差点", "交差点", *_PLACES[2]),
    ),
    needed="ノードid",
    numbers=frozenset({"ノードid", "緯度", "経度"}),
    position=("緯度", "経度"),
)
LINKS = Sheet(
    ("起点", "終点", "延長km", "種別", "方向", "所要分", "路線名", "有料"),
    (
        ("1", "2", "62.5", "trunk", "双方向", "75", "国道二百十八号", "0"),
        ("1", "3", "11.25", "primary", "一方通行", "20", "県道高森線", "0"),
        ("3", "2", "58", "trunk", "双方向", "70", "国道二百十八号", "0"),
    ),
    needed="延長km",
    numbers=frozenset({"起点", "終点", "延長km", "所要分", "有料"}),
)

TABLE_ROLES = (
    TableRole("facility-list", LIST, _facilities),
    TableRole("facility-frame", LIST, _framed),
    TableRole("locate-list", LIST, _located),
    TableRole(
        "town-table",
        Sheet(
            ("都道府県名", "市区町村名", "大字町丁目名", "緯度", "経度"),
            (
                ("熊本県", "山都町", "滝上", *_PLACES[0]),
                ("熊本県", "山都町", "北中島", *_PLACES[2]),
                ("熊本県", "小国町", "宮原", *_PLACES[1]),
            ),
            needed="大字町丁目名",
            numbers=frozenset({"緯度", "経度"}),
            position=("緯度", "経度"),
        ),
        _towns,
    ),
    TableRole(
        "medical-areas",
        Sheet(
            ("市区町村コード", "市区町村名", "二次医療圏コード", "二次医療圏名"),
            (
                ("43441", "御船町", "4312", "熊本・上益城"),
                ("43447", "山都町", "4312", "熊本・上益城"),
                ("43424", "小国町", "4306", "阿蘇"),
            ),
            needed="市区町村コード",
            numbers=frozenset({"市区町村コード", "二次医療圏コード"}),
        ),
        _areas,
    ),
    TableRole(
        "physician-index",
        Sheet(
            ("二次医療圏コード", "二次医療圏名", "医師偏在指標", "区分"),
            (
                ("4312", "熊本・上益城", "344.3", "医師多数区域"),
                ("4308", "八代", "244.8", "医師多数区域"),
                ("4302", "宇城", "164.7", "医師少数区域"),
            ),
            needed="医師偏在指標",
            numbers=frozenset({"二次医療圏コード", "医師偏在指標"}),
        ),
        _index,
    ),
    TableRole(
        "population-mesh",
        Sheet(
            ("メッシュコード", "市区町村名", "人口"),
            (
                ("49301562", "山都町", "120"),
                ("49301563", "山都町", "8"),
                ("49301572", "小国町", "1043"),
            ),
            needed="メッシュコード",
            numbers=frozenset({"メッシュコード", "人口"}),
        ),
        _people,
    ),
    TableRole("road-links", LINKS, _links),
    TableRole("road-nodes", NODES, _nodes),
    TableRole(
        "trips",
        Sheet(
            ("出発経度", "出発緯度", "到着経度", "到着緯度", "所要分", "出発地", "到着地", "日付", "出典"),
            (
                ("131.150494", "32.685331", "131.065849", "33.121672", "75.5", "そよう病院", "小国公立病院", "2024-04-01", "救急搬送記録"),
                ("131.150494", "32.685331", "131.051234", "32.691234", "20", "そよう病院", "矢部広域病院", "2024-04-02", "救急搬送記録"),
                ("131.051234", "32.691234", "131.065849", "33.121672", "70", "矢部広域病院", "小国公立病院", "2024-04-03", "救急搬送記録"),
            ),
            needed="所要分",
            numbers=frozenset({"出発経度", "出発緯度", "到着経度", "到着緯度", "所要分"}),
            days=frozenset({"日付"}),
        ),
        _trips,
    ),
    TableRole(
        "listed-points",
        Sheet(
            ("辺地コード", "辺地名", "市区町村名", "設定理由", "協議会日", "緯度", "経度"),
            (
                ("4301", "滝上", "山都町", "無医地区の巡回診療", "2025-08-01", *_PLACES[0]),
                ("4302", "宮原", "小国町", "へき地診療所の医師", "2025-08-01", *_PLACES[1]),
                ("4303", "北中島", "山都町", "", "2025-09-02", *_PLACES[2]),
            ),
            needed="辺地名",
            numbers=frozenset({"辺地コード", "緯度", "経度"}),
            position=("緯度", "経度"),
            days=frozenset({"協議会日"}),
        ),
        _listed_points,
    ),
    TableRole(
        "numbers",
        Sheet(
            ("市区町村コード", "都道府県名", "人口十万対医師数"),
            (("43441", "熊本県", "120.5"), ("43447", "熊本県", "90"), ("43424", "熊本県", "1043")),
            needed="市区町村コード",
            numbers=frozenset({"市区町村コード", "人口十万対医師数"}),
        ),
        _numbers,
    ),
    TableRole(
        "entries",
        Sheet(
            ("地区コード", "地区名", "市区町村名", "設定理由", "協議会日", "計画の頁"),
            (
                ("4301", "滝上", "山都町", "無医地区の巡回診療", "2025-08-01", "45"),
                ("4302", "宮原", "小国町", "へき地診療所の医師", "2025-08-01", "46"),
                ("4303", "北中島", "山都町", "", "2025-09-02", "46"),
            ),
            needed="地区名",
            numbers=frozenset({"地区コード", "計画の頁"}),
            days=frozenset({"協議会日"}),
        ),
        _entries,
    ),
)  # fmt: skip

_SQUARES = (box(131.0, 32.6, 131.1, 32.8), box(131.1, 32.6, 131.3, 32.8))
_ROADS = (
    LineString([(131.05, 32.7), (131.10, 32.71)]),
    LineString([(131.10, 32.71), (131.15, 32.7)]),
)

POINTS = Features(
    ("医療機関名", "所在地"),
    (("そよう病院", "熊本県山都町滝上476-2"), ("小国公立病院", "熊本県小国町宮原1743")),
    (Point(131.150494, 32.685331), Point(131.065849, 33.121672)),
    ("name", "address"),
)

LAYER_ROLES = (
    LayerRole("facility-points", POINTS, _facilities),
    LayerRole("facility-points-frame", POINTS, _framed),
    LayerRole(
        "locate-points",
        Features(
            ("医療機関名称", "住所"),
            (("そよう病院", "熊本県山都町滝上476-2"), ("小国公立病院", "熊本県小国町宮原1743")),
            (Point(131.150494, 32.685331), Point(131.065849, 33.121672)),
            ("name", "address"),
        ),
        _located,
    ),
    LayerRole(
        "municipalities",
        Features(
            ("行政区域コード", "市区町村名"),
            (("43441", "御船町"), ("43447", "山都町")),
            _SQUARES,
            ("code", "name"),
        ),
        _municipalities,
    ),
    LayerRole(
        "medical-area-polygons",
        Features(
            ("A38b_001", "A38b_003", "A38b_004"),
            (("43441,43447", "4312", "熊本・上益城"), ("43424", "4306", "阿蘇")),
            _SQUARES,
            ("A38b_001", "A38b_003", "A38b_004"),
        ),
        _areas,
    ),
    LayerRole(
        "ground-units",
        Features(
            ("公民館地区名", "市区町村名", "設定理由"),
            (("滝上地区", "山都町", "無医地区"), ("宮原地区", "小国町", "へき地診療所")),
            _SQUARES,
            ("district", "city_name", "reason"),
        ),
        _ground,
    ),
    LayerRole(
        "listed-points-layer",
        Features(
            ("辺地名", "市区町村名", "設定理由"),
            (("滝上地区", "山都町", "無医地区"), ("宮原地区", "小国町", "へき地診療所")),
            (Point(131.150494, 32.685331), Point(131.065849, 33.121672)),
            ("point", "city_name", "reason"),
        ),
        _listed_points,
    ),
    LayerRole(
        "population-polygons",
        Features(
            ("地区の名称", "人口総数"),
            (("滝上地区", "120"), ("北中島地区", "1043")),
            _SQUARES,
            ("area", "population"),
        ),
        _people,
    ),
    LayerRole(
        "closures",
        Features(
            ("路線名", "規制理由", "規制開始日", "規制終了日"),
            (
                ("国道二百十八号", "土砂崩れ", "2024-04-01", "2024-05-31"),
                ("県道高森線", "積雪", "12-01", "03-31"),
            ),
            _ROADS,
            ("name", "reason", "from", "until"),
        ),
        _closures,
    ),
    LayerRole(
        "road-centre-lines",
        Features(
            ("N13_001", "N13_002", "N13_003", "N13_004", "N13_005", "N13_006", "N13_007", "N13_008"),
            (
                ("2024-04-01", "1", "3", "1", "0", "3", "1", "493015"),
                ("2024-04-01", "1", "4", "1", "0", "2", "1", "493015"),
            ),
            _ROADS,
            ("N13_001", "N13_002", "N13_003", "N13_004", "N13_005", "N13_006", "N13_007", "N13_008"),
        ),
        _n13,
    ),
)  # fmt: skip
