"""The files that a newcomer has: hospitals, a graph, boundaries; made from the embedded sample.

Oita and its clinics are made up: squares on a grid.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
from shapely.geometry import LineString, box

import spots as ss
from tests.helpers import pbf_files

_TYPES = {"base_hospitals": "①", "remote_clinics": "②", "rotation_hospitals": "③"}
_PLANE = 6670  # JGD2011, plane rectangular zone II
_OITA = (
    *("大分市", "別府市", "中津市", "日田市", "佐伯市", "臼杵市"),
    *("津久見市", "竹田市", "豊後高田市", "杵築市", "宇佐市", "豊後大野市"),
    *("由布市", "国東市", "姫島村", "日出町", "九重町", "玖珠町"),
)
_OITA_AREAS = ("東部", "中部", "南部", "豊肥", "西部", "北部")


def lay_out(folder: Path) -> None:
    """Write all files of the first script to a folder."""
    with ss.sample_run_file() as run:
        for file in run.parent.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
    lists = {name: pd.read_csv(folder / f"{name}.csv", dtype=str) for name in _TYPES}
    _hospitals(folder, lists)
    _dirty(folder, lists["rotation_hospitals"])
    _graph(folder)
    _ground(folder)
    _oita(folder)
    _extract(folder)


def _points(rows: pd.DataFrame, names: dict[str, str]) -> gpd.GeoDataFrame:
    lon, lat = rows["経度"].astype(float), rows["緯度"].astype(float)
    frame = rows[list(names)].rename(columns=names)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(lon, lat), crs=6668)


def _hospitals(folder: Path, lists: dict[str, pd.DataFrame]) -> None:
    listed = pd.concat([rows.assign(区分=_TYPES[name]) for name, rows in lists.items()])
    listed.to_csv(folder / "facilities.csv", index=False, encoding="cp932", errors="replace")
    listed[:-5].to_csv(folder / "facilities_2023.csv", index=False)
    rotation = lists["rotation_hospitals"].assign(番号=lambda f: [f"H{n:02d}" for n in f.index])
    own = _points(rotation, {"番号": "hospital_id", "医療機関名": "hosp_name"})
    own.to_crs(_PLANE).to_file(folder / "hospitals.gpkg")
    sheet = rotation[["番号", "医療機関名", "緯度", "経度"]]
    with pd.ExcelWriter(folder / "lists.xlsx") as book:
        for name, rows in lists.items():
            rows.to_excel(book, sheet_name=name, index=False)
        sheet.rename(columns={"医療機関名": "病院名"}).to_excel(book, sheet_name="R6", index=False)


def _dirty(folder: Path, rotation: pd.DataFrame) -> None:
    """Write a list with what such lists have: words for types, a swap, a blank, degrees spelt."""
    named = {"医療機関名": "施設名", "所在地": "住所", "緯度": "緯度", "経度": "経度"}
    rows = rotation[list(named)].rename(columns=named)[:42]
    rows.insert(0, "施設番号", [f"E{n:02d}" for n in rows.index])
    rows["区分"] = ["３", "二次救急", "二次救急告示", *["③"] * 39]
    rows.loc[3, ["緯度", "経度"]] = ""
    rows.loc[4, "経度"] = "東経130度33分10秒"
    rows.loc[5, ["緯度", "経度"]] = rows.loc[5, ["経度", "緯度"]].to_list()
    rows.to_csv(folder / "kyukyu_list.csv", index=False, encoding="cp932", errors="replace")


def _graph(folder: Path) -> None:
    """Write the sample's roads as a graph of osmnx, without times."""
    roads = ss.Roads.read(folder / "roads_links.csv", nodes=folder / "roads_nodes.csv")
    graph = nx.convert_node_labels_to_integers(roads.to_graph(), first_label=1000)
    for number, (*_, edge) in enumerate(graph.edges(data=True)):
        edge["my_seconds"] = 1.1 * edge.pop("travel_time")
        del edge["speed_kph"]
        if number % 9 == 0:
            edge["maxspeed"] = "40"
    ox.save_graphml(graph, folder / "kuma_drive.graphml")


def _ground(folder: Path) -> None:
    outlines = gpd.read_file(folder / "municipalities.geojson").to_crs(6668)
    outlines[outlines["code"].str.startswith("4310")].to_file(folder / "my_polygons.gpkg")
    outlines.dissolve()[["geometry"]].to_file(folder / "pref.gpkg")
    shapes = {"lakes": box(130.73, 32.75, 130.76, 32.78)}
    shapes["landslides"] = LineString([(130.9, 32.9), (131.1, 32.95)]).buffer(0.02)
    for name, shape in shapes.items():
        frame = gpd.GeoDataFrame({"name": [name]}, geometry=[shape], crs=4326)
        frame.to_file(folder / f"{name}.gpkg")


def _oita(folder: Path) -> None:
    codes = [f"442{n:02d}" for n in range(1, 15)] + ["44322", "44341", "44461", "44462"]
    corners = [(130.9 + 0.2 * (n % 6), 32.8 + 0.2 * (n // 6)) for n in range(len(codes))]
    outlines = gpd.GeoDataFrame(
        {"N03_001": "大分県", "N03_004": _OITA, "N03_007": codes},
        geometry=[box(x, y, x + 0.2, y + 0.2) for x, y in corners],
        crs=6668,
    )
    outlines.to_file(folder / "N03-20240101_44.geojson")
    areas = [f"44{1 + n % 6:02d}" for n in range(len(codes))]
    named = {"muni_code": codes, "muni_name": _OITA, "area_code": areas}
    named["area_name"] = [_OITA_AREAS[n % 6] for n in range(len(codes))]
    pd.DataFrame(named).to_csv(folder / "iryoken_44.csv", index=False)
    classes = ["middle", "surplus", "shortage", "shortage", "middle", "middle"]
    index = {"area_code": areas[:6], "index": [200.1, 250.2, 170.3, 160.4, 190.5, 210.6]}
    pd.DataFrame({**index, "class": classes}).to_csv(folder / "henzai_44.csv", index=False)
    rng = np.random.default_rng(0)
    listed = {"id": [f"o{n}" for n in range(14)], "name": [f"大分の施設{n}" for n in range(14)]}
    listed["type"] = ["secondary_emergency", "remote_clinic"] * 7
    made = pd.DataFrame(
        {**listed, "lat": rng.uniform(32.85, 33.35, 14), "lon": rng.uniform(131.0, 132.0, 14)}
    )
    made.to_csv(folder / "oita_facilities.csv", index=False)


def _extract(folder: Path) -> None:
    """Write an extract of OpenStreetMap with a road in Oita and one in another place."""
    places = {1: (131.50, 33.20), 2: (131.55, 33.21), 3: (130.00, 34.00), 4: (130.05, 34.00)}
    nodes = [(n, round(x * 1e7), round(y * 1e7), {}) for n, (x, y) in places.items()]
    tags = {"highway": "primary"}
    ways = [(10, [1, 2], tags), (11, [3, 4], tags)]
    blocks = [pbf_files.dense_block(nodes), pbf_files.way_block(ways)]
    (folder / "kyushu-latest.osm.pbf").write_bytes(pbf_files.pbf(blocks))
