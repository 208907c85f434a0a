"""Derive the sample's municipal outlines from full-resolution ones.

    python benchmarks/make_sample_outlines.py SOURCE.gpkg --out OUT.geojson [--keep LIST.csv ...]

SOURCE holds columns ``code`` and ``name``. LISTs are facility lists with columns 緯度 and 経度 (and
市町村コード, which is checked): an island with a facility on it survives.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import geopandas as gpd
import shapely

from boundaries.codes import PREFECTURES, designated_city, split_county, split_prefecture
from boundaries.generalising import generalise

SOURCE = "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"
PLANE_EPSG = 6670  # Kumamoto lies in zone II
MAX_BYTES = 300_000


def positions(paths: list[Path]) -> tuple[gpd.GeoSeries, list[str]]:
    rows = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows += [r for r in csv.DictReader(handle) if r["緯度"]]
    xy = gpd.points_from_xy([float(r["経度"]) for r in rows], [float(r["緯度"]) for r in rows])
    return gpd.GeoSeries(xy, crs=6668), [r["市町村コード"] for r in rows]


def feature(code: str, full_name: str, geometry: shapely.MultiPolygon) -> dict[str, object]:
    _, name = split_county(split_prefecture(full_name)[1])
    shape = shapely.orient_polygons(shapely.normalize(geometry))
    return {
        "type": "Feature",
        "id": code,
        "properties": {"code": code, "name": name, "prefecture": PREFECTURES[code[:2]]},
        "geometry": json.loads(shapely.to_geojson(shape)),
    }


def report(frame: gpd.GeoDataFrame, points: gpd.GeoSeries, codes: list[str]) -> None:
    plane = frame.to_crs(PLANE_EPSG)
    owners = dict(zip(plane["code"], plane.geometry, strict=True))
    for point, code in zip(points.to_crs(PLANE_EPSG), codes, strict=True):
        outline = owners.get(code)
        if outline is not None and (away := outline.distance(point)) > 0:
            print(f"{code}: a facility lies {away:.0f} m outside its municipality")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, nargs="*", default=[])
    parser.add_argument("--tolerance", type=float, default=80.0, help="metres")
    parser.add_argument("--island", type=float, default=0.1, help="km² below which islands go")
    options = parser.parse_args()
    frame = gpd.read_file(options.source).sort_values("code", ignore_index=True)
    points, codes = positions(options.keep)
    simple = generalise(
        frame,
        plane_epsg=PLANE_EPSG,
        tolerance_m=options.tolerance,
        min_island_km2=options.island,
        keep_points=points,
    )
    report(simple, points, codes)
    wards = sum(designated_city(code) is not None for code in simple["code"])
    print(f"{len(simple)} rows ({wards} wards), {simple.count_coordinates().sum():,} vertices")
    document = {
        "type": "FeatureCollection",
        "source": SOURCE,
        "attribution": SOURCE,
        "features": [
            feature(code, name, geometry)
            for code, name, geometry in zip(
                simple["code"], simple["name"], simple.geometry, strict=True
            )
        ],
    }
    head = {k: v for k, v in document.items() if k != "features"}
    lines = ",\n".join(
        json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in document["features"]
    )
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    text = f'{opening},"features":[\n{lines}\n]}}\n'
    assert len(text.encode()) <= MAX_BYTES, f"{len(text.encode()):,} bytes: coarser, please"
    options.out.write_text(text, encoding="utf-8", newline="\n")
    print(f"{options.out}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
