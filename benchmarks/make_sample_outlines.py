"""Derive the sample's municipal outlines, and its neighbours', from full-resolution ones.

    python benchmarks/make_sample_outlines.py SOURCE.gpkg --out OUT.geojson [--keep LIST.csv ...]
    python benchmarks/make_sample_outlines.py N03_40 ... --around OWN.geojson --out OUT.geojson

SOURCE holds columns ``code`` and ``name``. LISTs are facility lists with columns 緯度 and 経度 (and
市町村コード, which is checked): an island with a facility on it survives. Neighbours are coarser,
for they are only looked at; OWN stays as it is, and they are fitted to its border.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries import read_municipalities
from boundaries.codes import PREFECTURES, designated_city, split_county, split_prefecture
from boundaries.generalising import generalise

SOURCE = "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"
PLANE_EPSG = 6670  # Kumamoto lies in zone II
MAX_BYTES = {False: 300_000, True: 150_000}  # of the own outlines, of the neighbours'
GAP_DEGREES = 0.006  # how far two sources draw one border apart, at most
FAR_DEGREES = 1.2  # islands farther off than that are on no map of Kumamoto
SLIVER_DEGREES2 = 1e-4  # about 1 km²: what the fitting leaves on coasts
DECIMALS = 4  # of a degree: neighbours are right to 10 m where they meet the own outlines


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


# --- neighbours


def areas_of(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def fitted(outlines: np.ndarray, fixed: shapely.Geometry) -> np.ndarray:
    """Return outlines that end where `fixed` begins: laps go to it, gaps to who lies along them."""
    apart = [areas_of(shapely.difference(each, fixed)) for each in outlines]
    whole = shapely.union_all([*apart, fixed])
    closed = whole.buffer(GAP_DEGREES / 2).buffer(-GAP_DEGREES / 2)
    gaps = shapely.get_parts(shapely.difference(closed, whole))
    for gap in gaps:
        touching = [n for n, each in enumerate(apart) if shapely.intersects(each, gap)]
        if touching and shapely.intersects(gap, fixed):
            along = [shapely.length(shapely.intersection(apart[n], gap)) for n in touching]
            best = touching[int(np.argmax(along))]
            apart[best] = areas_of(shapely.union(apart[best], gap))
    return np.array(apart, dtype=object)


def neighbours(
    sources: list[Path], around: Path, *, tolerance_m: float, island_km2: float
) -> gpd.GeoDataFrame:
    fixed = gpd.read_file(around).to_crs(6668).union_all()
    frames = []
    for source in sources:
        frame, _ = read_municipalities(source, merge_wards=True)
        simple = generalise(
            frame, plane_epsg=PLANE_EPSG, tolerance_m=tolerance_m, min_island_km2=island_km2
        )
        outlines = fitted(simple.geometry.to_numpy(), fixed)
        frames.append(simple.set_geometry(gpd.GeoSeries(outlines, simple.index, crs=6668)))
        fixed = shapely.union_all([fixed, *outlines])
    whole = pd.concat(frames).sort_index()
    own, least = gpd.read_file(around).to_crs(6668).union_all().simplify(0.01), SLIVER_DEGREES2
    rounded = [
        shapely.transform(
            shapely.MultiPolygon(
                [
                    part
                    for part in shapely.get_parts(outline)
                    if part.area > least and shapely.dwithin(part, own, FAR_DEGREES)
                ]
            ),
            lambda xy: np.round(xy, DECIMALS),
        )
        for outline in shapely.set_precision(whole.geometry.to_numpy(), 10.0**-DECIMALS)
    ]
    found = whole.reset_index().set_geometry(gpd.GeoSeries(rounded, crs=6668))
    return found[~found.is_empty].reset_index(drop=True)


# --- the file


def written(frame: gpd.GeoDataFrame, out: Path, limit: int) -> None:
    features = [
        feature(code, name, geometry)
        for code, name, geometry in zip(frame["code"], frame["name"], frame.geometry, strict=True)
    ]
    head = {"type": "FeatureCollection", "source": SOURCE, "attribution": SOURCE}
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    text = f'{opening},"features":[\n{lines}\n]}}\n'
    assert len(text.encode()) <= limit, f"{len(text.encode()):,} bytes: coarser, please"
    out.write_text(text, encoding="utf-8", newline="\n")
    print(f"{out}: {len(text.encode()):,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, nargs="*", default=[])
    parser.add_argument("--around", type=Path, help="own outlines, to which neighbours are fitted")
    parser.add_argument("--tolerance", type=float, default=80.0, help="metres")
    parser.add_argument("--island", type=float, default=0.1, help="km² below which islands go")
    options = parser.parse_args()
    if options.around is not None:
        simple = neighbours(
            options.source,
            options.around,
            tolerance_m=options.tolerance,
            island_km2=options.island,
        )
    else:
        (source,) = options.source
        frame = gpd.read_file(source).sort_values("code", ignore_index=True)
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
    written(simple, options.out, MAX_BYTES[options.around is not None])


if __name__ == "__main__":
    main()
