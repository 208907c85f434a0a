"""Vector files: one small layer in every format, encoding and system that staff have."""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely
from shapely.geometry import GeometryCollection, Point, mapping

from tests.contract.workbooks import zipped

FINE = 1e-6  # degrees
_METRES_2 = 2e-5  # degrees: what JGD2000, WGS84 and JGD2011 may differ by here


@dataclass(frozen=True, slots=True)
class Features:
    """A layer: field names, rows of text, geometries in EPSG:6668."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shapes: tuple[shapely.Geometry, ...]
    short: tuple[str, ...]  # the same fields under names that every DBF holds

    def frame(self, epsg: int = 6668) -> gpd.GeoDataFrame:
        made = gpd.GeoDataFrame(
            dict(zip(self.names, zip(*self.rows, strict=True), strict=True)),
            geometry=list(self.shapes),
            crs=6668,
        )
        return made if epsg == 6668 else made.to_crs(epsg)

    @property
    def long_names(self) -> bool:
        return self.names != self.short


@dataclass(frozen=True, slots=True)
class LayerForm:
    """A way to write a layer: files of one folder, the first of them the one to name."""

    name: str
    write: Callable[[Features], dict[str, bytes]]
    tolerance: float = FINE
    suits: Callable[[Features], bool] = field(default=lambda _: True)


def geojson(
    layer: Features, *, epsg: int | None = None, shapes: tuple[shapely.Geometry, ...] | None = None
) -> bytes:
    """GeoJSON; with a `crs` member where a system is named, as before RFC 7946."""
    frame = layer.frame(epsg or 6668)
    drawn = shapes or tuple(frame.geometry)
    data: dict[str, object] = {"type": "FeatureCollection", "name": "layer"}
    if epsg is not None:
        data["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}
    data["features"] = [
        {"type": "Feature", "properties": dict(zip(layer.names, row, strict=True)), "geometry": mapping(shape)}
        for row, shape in zip(layer.rows, drawn, strict=True)
    ]  # fmt: skip
    return json.dumps(data, ensure_ascii=False).encode()


def _collected(layer: Features) -> tuple[shapely.Geometry, ...]:
    """Each shape in a collection, areas and lines with a stray point beside them."""
    return tuple(
        GeometryCollection([shape] if shape.geom_type == "Point" else [shape, Point(131.0, 32.7)])
        for shape in layer.shapes
    )


def written(
    layer: Features, suffix: str, driver: str, epsg: int = 6668, assigned: int | None = None
) -> dict[str, bytes]:
    """The files that GDAL writes; `assigned` names a system that the coordinates are not in."""
    frame = layer.frame(epsg)
    if assigned is not None:
        frame = frame.set_crs(assigned, allow_override=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"layer{suffix}"
        # With an index FlatGeobuf sorts the rows by place.
        options = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}
        pyogrio.write_dataframe(frame, path, driver=driver, layer="layer", **options)
        return {p.name: p.read_bytes() for p in sorted(Path(folder).iterdir())}


def shapefile(
    layer: Features,
    encoding: str,
    *,
    cpg: str | None = None,
    long_names: bool = False,
    epsg: int = 6668,
    assigned: int | None = None,
) -> dict[str, bytes]:
    """A Shapefile whose DBF is written here, byte by byte, names cut at the tenth."""
    bare = Features(("n",), tuple((str(i),) for i in range(len(layer.rows))), layer.shapes, ("n",))
    files = written(bare, ".shp", "ESRI Shapefile", epsg, assigned)
    files.pop("layer.cpg", None)
    names = layer.names if long_names else layer.short
    files["layer.dbf"] = dbf(
        [name.encode(encoding)[:10] for name in names],
        [[cell.encode(encoding) for cell in row] for row in layer.rows],
    )
    if cpg is not None:
        files["layer.cpg"] = cpg.encode()
    return {name: files[name] for name in sorted(files, key=lambda n: not n.endswith(".shp"))}


def dbf(names: list[bytes], rows: list[list[bytes]], width: int = 60) -> bytes:
    """A dBASE III table of text fields."""
    size = 32 + 32 * len(names) + 1
    head = struct.pack("<BBBBIHH20x", 3, 124, 4, 1, len(rows), size, 1 + width * len(names))
    fields = b"".join(struct.pack("<11sc4xB15x", name, b"C", width) for name in names)
    body = b"".join(b" " + b"".join(cell.ljust(width) for cell in row) for row in rows)
    return head + fields + b"\r" + body + b"\x1a"


def _gpkg(layer: Features, **options: int) -> bytes:
    return written(layer, ".gpkg", "GPKG", **options)["layer.gpkg"]


def _two_layers(layer: Features) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        pyogrio.write_dataframe(layer.frame(), path, driver="GPKG", layer="layer")
        other = gpd.GeoDataFrame({"メモ": ["x"]}, geometry=[Point(131, 32)], crs=6668)
        pyogrio.write_dataframe(other, path, driver="GPKG", layer="zz_notes", append=True)
        return {"layer.gpkg": path.read_bytes()}


def _empty_beside(layer: Features) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        pyogrio.write_dataframe(layer.frame().iloc[:0], path, driver="GPKG", layer="a_template", geometry_type=layer.shapes[0].geom_type)  # fmt: skip
        pyogrio.write_dataframe(layer.frame(), path, driver="GPKG", layer="layer", append=True)
        return {"layer.gpkg": path.read_bytes()}


def _journal(layer: Features, *, beside: bool) -> dict[str, bytes]:
    """A GeoPackage in WAL mode; `beside`: with its last rows still in the journal file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(_gpkg(layer))
        base = sqlite3.connect(path, isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        if beside:
            base.execute("PRAGMA wal_autocheckpoint=0")
            base.execute("CREATE TABLE plugin_notes (note TEXT)")
            base.execute("INSERT INTO plugin_notes VALUES ('x')")
            files = {p.name: p.read_bytes() for p in sorted(Path(folder).iterdir())}
            base.close()
            return files
        base.close()
        return {"layer.gpkg": path.read_bytes()}


def _upper(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name.upper(): data for name, data in files.items()}


def _without(files: dict[str, bytes], *suffixes: str) -> dict[str, bytes]:
    return {n: d for n, d in files.items() if not n.endswith(suffixes)}


def _packed(files: dict[str, bytes], folder: str = "") -> dict[str, bytes]:
    return {"layer.zip": zipped({folder + name: data for name, data in files.items()})}


def _long(layer: Features) -> bool:
    return layer.long_names


def _json(data: bytes, name: str = "layer.geojson") -> dict[str, bytes]:
    return {name: data}


LAYER_FORMS = (
    LayerForm("geojson-bom", lambda f: _json(b"\xef\xbb\xbf" + geojson(f))),
    LayerForm("geojson-named-json", lambda f: _json(geojson(f), "layer.json")),
    LayerForm("geojson-upper-suffix", lambda f: _json(geojson(f), "layer.GEOJSON")),
    LayerForm("geojson-crs-6668", lambda f: _json(geojson(f, epsg=6668))),
    LayerForm("geojson-crs-4612", lambda f: _json(geojson(f, epsg=4612)), _METRES_2),
    LayerForm("geojson-crs-6670", lambda f: _json(geojson(f, epsg=6670))),
    LayerForm("geojson-collections", lambda f: _json(geojson(f, shapes=_collected(f)))),
    LayerForm("shp-utf8-cpg", lambda f: shapefile(f, "utf-8", cpg="UTF-8")),
    LayerForm("shp-utf8-no-cpg", lambda f: shapefile(f, "utf-8")),
    LayerForm("shp-cp932-cpg", lambda f: shapefile(f, "cp932", cpg="932")),
    LayerForm("shp-cp932-no-cpg", lambda f: shapefile(f, "cp932")),
    LayerForm("shp-utf8-cpg-says-932", lambda f: shapefile(f, "utf-8", cpg="932")),
    LayerForm("shp-utf8-cpg-says-sjis", lambda f: shapefile(f, "utf-8", cpg="SHIFT_JIS")),
    LayerForm("shp-cp932-cpg-says-utf8", lambda f: shapefile(f, "cp932", cpg="UTF-8")),
    LayerForm("shp-cpg-nonsense", lambda f: shapefile(f, "cp932", cpg="\0\0x")),
    LayerForm("shp-utf8-names-cut", lambda f: shapefile(f, "utf-8", cpg="UTF-8", long_names=True), suits=_long),
    LayerForm("shp-utf8-names-cut-no-cpg", lambda f: shapefile(f, "utf-8", long_names=True), suits=_long),
    LayerForm("shp-utf8-names-cut-cpg-says-932", lambda f: shapefile(f, "utf-8", cpg="932", long_names=True), suits=_long),
    LayerForm("shp-cp932-names-cut", lambda f: shapefile(f, "cp932", long_names=True), suits=_long),
    LayerForm("shp-upper-case", lambda f: _upper(shapefile(f, "cp932"))),
    LayerForm("shp-mixed-case", lambda f: {n.replace(".dbf", ".DBF").replace(".prj", ".PRJ"): d for n, d in shapefile(f, "utf-8").items()}),
    LayerForm("shp-6670", lambda f: shapefile(f, "utf-8", epsg=6670)),
    LayerForm("shp-4612", lambda f: shapefile(f, "utf-8", epsg=4612), _METRES_2),
    LayerForm("gpkg", lambda f: _json(_gpkg(f), "layer.gpkg")),
    LayerForm("gpkg-two-layers", _two_layers),
    LayerForm("gpkg-empty-layer-beside", _empty_beside),
    LayerForm("gpkg-wal", lambda f: _journal(f, beside=False)),
    LayerForm("gpkg-wal-beside", lambda f: _journal(f, beside=True)),
    *(
        LayerForm(f"gpkg-{epsg}", lambda f, e=epsg: _json(_gpkg(f, epsg=e), "layer.gpkg"), _METRES_2)
        for epsg in (6670, 4326, 3857, 4612)
    ),
    LayerForm("fgb", lambda f: written(f, ".fgb", "FlatGeobuf")),
    LayerForm("zip-geojson", lambda f: _packed(_json(geojson(f)))),
    LayerForm("zip-shp", lambda f: _packed(shapefile(f, "cp932"), "N03/")),
    LayerForm("zip-shp-upper-case", lambda f: _packed(_upper(shapefile(f, "cp932")))),
    LayerForm("zip-gpkg", lambda f: _packed(_json(_gpkg(f), "layer.gpkg"))),
    LayerForm("zip-fgb", lambda f: _packed(written(f, ".fgb", "FlatGeobuf"))),
    LayerForm("zip-of-twins", lambda f: _packed(shapefile(f, "cp932") | _json(geojson(f)))),
    LayerForm("zip-named-otherwise", lambda f: {"layer.dat": _packed(_json(geojson(f)))["layer.zip"]}),
)  # fmt: skip
"""Files that every role reads as it reads the plain GeoJSON."""


LAYER_FAULTS = (
    LayerForm("no-prj", lambda f: _without(shapefile(f, "utf-8"), ".prj")),
    LayerForm("no-dbf", lambda f: _without(shapefile(f, "utf-8"), ".dbf")),
    LayerForm("no-shx", lambda f: _without(shapefile(f, "utf-8"), ".shx")),
    LayerForm("bad-prj", lambda f: shapefile(f, "utf-8") | {"layer.prj": b"GEOGCS[nonsense"}),
    LayerForm("zip-no-prj", lambda f: _packed(_without(shapefile(f, "utf-8"), ".prj"))),
    LayerForm("zip-no-dbf", lambda f: _packed(_without(shapefile(f, "utf-8"), ".dbf"))),
    LayerForm("shp-empty", lambda f: shapefile(f, "utf-8") | {"layer.shp": b""}),
    LayerForm("dbf-with-fewer-records", lambda f: _fewer_records(shapefile(f, "utf-8"))),
    LayerForm("shp-cut-off", lambda f: _cut(shapefile(f, "utf-8"), "layer.shp")),
    LayerForm("dbf-cut-off", lambda f: _cut(shapefile(f, "utf-8"), "layer.dbf")),
    LayerForm("shp-wrong-crs", lambda f: shapefile(f, "utf-8", assigned=6670)),
    LayerForm("gpkg-wrong-crs", lambda f: _json(_gpkg(f, assigned=6670), "layer.gpkg")),
    LayerForm("gpkg-wrong-crs-3857", lambda f: _json(_gpkg(f, assigned=3857), "layer.gpkg")),
    LayerForm("gpkg-metres-as-degrees", lambda f: _json(_gpkg(f, epsg=6670, assigned=6668), "layer.gpkg")),
    LayerForm("geojson-wrong-crs", lambda f: _json(geojson(f, epsg=6670, shapes=f.shapes))),
    LayerForm("geojson-in-metres", lambda f: _json(geojson(f, shapes=tuple(f.frame(6670).geometry)))),
    LayerForm("geojson-empty", lambda _: _json(b"")),
    LayerForm("geojson-cut-off", lambda f: _json(geojson(f)[:-40])),
    LayerForm("geojson-cp932", lambda f: _json(geojson(f).decode().encode("cp932"))),
    LayerForm("json-of-another-kind", lambda _: _json(b'{"elements": []}')),
    LayerForm("gpkg-empty", lambda _: _json(b"", "layer.gpkg")),
    LayerForm("gpkg-cut-off", lambda f: _json(_gpkg(f)[:20_000], "layer.gpkg")),
    LayerForm("gpkg-nonsense", lambda _: _json(b"SQLite format 3\0" + bytes(2000), "layer.gpkg")),
    LayerForm("fgb-cut-off", lambda f: _cut(written(f, ".fgb", "FlatGeobuf"), "layer.fgb")),
    LayerForm("zip-of-none", lambda _: _packed({"readme.pdf": b"%PDF"})),
    LayerForm("zip-cut-off", lambda f: {"layer.zip": _packed(_json(geojson(f)))["layer.zip"][:-30]}),
)  # fmt: skip
"""Files with a fault: every role reads them as it reads the plain form, or refuses them alike."""


def _fewer_records(files: dict[str, bytes]) -> dict[str, bytes]:
    dbf_bytes = bytearray(files["layer.dbf"])
    dbf_bytes[4:8] = struct.pack("<I", 1)
    return files | {"layer.dbf": bytes(dbf_bytes)}


def _cut(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    return files | {name: files[name][: len(files[name]) * 2 // 3]}
