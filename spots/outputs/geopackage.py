"""``spots.gpkg``: every layer in JGD2011 (EPSG:6668) with QGIS styles, byte-identical."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries import ellipsoidal_km2
from problems import Lang
from spots.labels import removed
from spots.outputs.columns import Kind, Value, facility_columns, list_text, plain
from spots.outputs.geojson import iso
from spots.outputs.geometry import polygons
from spots.outputs.qgis_styles import LayerStyle, layer_styles
from spots.types import RunResult, Spot
from spots.units import shown_minutes

EPSG = 6668
# GDAL and QGIS write "now" into the file; outputs carry no time but the manifest's.
_FIXED_TIME = "2000-01-01T00:00:00.000Z"
_CURRENT_DATE = "OGR_CURRENT_DATE"

_DTYPES = {
    Kind.TEXT: "object",
    Kind.CODE: "object",
    Kind.LIST: "object",
    Kind.INTEGER: "Int64",
    Kind.NUMBER: "float64",
    Kind.BOOLEAN: "boolean",
}
_LAYER_STYLES_SQL = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME
)"""


def write_geopackage(result: RunResult, lang: Lang, path: Path) -> None:
    """Write ``spots.gpkg``.

    Lists are text joined by semicolons. ``spots.main_criterion`` is the first criterion met, for
    styling. Facilities without a position are rows without geometry.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of reasons, labels and legends.
    path : Path
        File to make; must not be there yet.
    """
    layers: tuple[tuple[str, str, gpd.GeoDataFrame], ...] = (
        ("spots", "MultiPolygon", _spots(result.spots, lang)),
        ("spots_dissolved", "MultiPolygon", _dissolved(result)),
        ("circles", "MultiPolygon", _circles(result.spots)),
        ("facilities", "Point", _facilities(result, lang)),
        ("routes", "LineString", _routes(result)),
        ("municipalities", "MultiPolygon", _boundaries(result.municipalities)),
        ("medical_areas", "MultiPolygon", _boundaries(result.areas)),
    )
    with _fixed_clock():
        for name, kind, frame in layers:
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                encoding="UTF-8",
                geometry_type=kind,
                promote_to_multi=kind == "MultiPolygon",
                dataset_options={"VERSION": "1.2"},  # what every QGIS 3 reads without a warning
                layer_options={"GEOMETRY_NAME": "geom", "FID": "fid"},
            )
    _write_styles(path, layer_styles(result.settings, lang))


@contextmanager
def _fixed_clock() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option(_CURRENT_DATE)
    pyogrio.set_gdal_config_options({_CURRENT_DATE: _FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_CURRENT_DATE: before})


def _write_styles(path: Path, styles: Sequence[LayerStyle]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_LAYER_STYLES_SQL)
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (_FIXED_TIME,),
        )
        # QGIS finds a default style by an empty catalogue and schema, not by NULL.
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
            [(s.layer, s.layer, s.qml, _FIXED_TIME) for s in styles],
        )


def _frame(
    columns: Sequence[tuple[str, str, Sequence[object]]], shapes: Sequence[BaseGeometry | None]
) -> gpd.GeoDataFrame:
    data = {name: pd.Series(list(values), dtype=kind) for name, kind, values in columns}
    geometry = gpd.GeoSeries(list(shapes), crs=EPSG)
    return gpd.GeoDataFrame(pd.DataFrame(data), geometry=geometry, crs=EPSG)


def _area(geometry: BaseGeometry) -> MultiPolygon | None:
    return MultiPolygon(polygons(geometry)) or None


def _spots(spots: Sequence[Spot], lang: Lang) -> gpd.GeoDataFrame:
    def texts(of: Callable[[Spot], str | None]) -> list[str | None]:
        return [of(s) for s in spots]

    columns: list[tuple[str, str, Sequence[object]]] = [
        ("facility_id", "object", texts(lambda s: s.facility_id)),
        ("name", "object", texts(lambda s: s.name)),
        ("criteria", "object", texts(lambda s: list_text(s.criteria))),
        ("municipality_code", "object", texts(lambda s: s.place.municipality_code)),
        ("municipality", "object", texts(lambda s: s.place.municipality)),
        ("medical_area_code", "object", texts(lambda s: s.place.area_code)),
        ("medical_area", "object", texts(lambda s: s.place.area)),
        ("radius_m", "int64", [s.radius_m for s in spots]),
        ("area_km2", "float64", [round(s.area_km2, 6) for s in spots]),
        ("reason", "object", texts(lambda s: s.reason.render(lang))),
        ("valid_from", "object", texts(lambda s: iso(s.valid_from))),
        ("valid_to", "object", texts(lambda s: iso(s.valid_to))),
        ("area_class", "object", texts(lambda s: s.place.area_class.value)),
        ("circle_km2", "float64", [round(s.circle_km2, 6) for s in spots]),
        ("ledger", "object", texts(lambda s: _ledger(s, lang))),
        ("main_criterion", "Int64", [min(s.criteria, default=None) for s in spots]),
    ]
    return _frame(columns, [_area(s.geometry) for s in spots])


def _ledger(spot: Spot, lang: Lang) -> str:
    return "; ".join(removed(entry, lang) for entry in spot.ledger)


def _dissolved(result: RunResult) -> gpd.GeoDataFrame:
    pieces = polygons(result.dissolved)
    columns: list[tuple[str, str, Sequence[object]]] = [
        ("piece", "int64", range(1, len(pieces) + 1)),
        ("area_km2", "float64", [round(ellipsoidal_km2(piece), 6) for piece in pieces]),
    ]
    return _frame(columns, pieces)


def _circles(spots: Sequence[Spot]) -> gpd.GeoDataFrame:
    columns: list[tuple[str, str, Sequence[object]]] = [
        ("facility_id", "object", [s.facility_id for s in spots]),
        ("name", "object", [s.name for s in spots]),
        ("radius_m", "int64", [s.radius_m for s in spots]),
        ("circle_km2", "float64", [round(s.circle_km2, 6) for s in spots]),
    ]
    return _frame(columns, [s.circle for s in spots])


def _facilities(result: RunResult, lang: Lang) -> gpd.GeoDataFrame:
    columns = [
        (c.name, _DTYPES[c.kind], [_cell(c.value(v, lang)) for v in result.verdicts])
        for c in facility_columns(result)
    ]
    places = [v.facility.position for v in result.verdicts]
    return _frame(columns, [None if p is None else Point(p.lon, p.lat) for p in places])


def _cell(value: Value) -> object:
    return list_text(value) if isinstance(value, tuple) else plain(value)


def _routes(result: RunResult) -> gpd.GeoDataFrame:
    found = [(v, t, t.route) for v in result.verdicts if (t := v.travel) is not None and t.route]
    columns: list[tuple[str, str, Sequence[object]]] = [
        ("facility_id", "object", [v.facility.id for v, _, _ in found]),
        ("name", "object", [v.facility.name for v, _, _ in found]),
        ("from_id", "object", [r.from_id for _, _, r in found]),
        ("to_id", "object", [r.to_id for _, _, r in found]),
        ("nearest_name", "object", [t.nearest_name for _, t, _ in found]),
        (
            "travel_min",
            "float64",
            [float(shown_minutes(r.travel_ms, t.threshold_ms)) for _, t, r in found],
        ),
        ("travel_ms", "int64", [r.travel_ms for _, _, r in found]),
        ("margin_ms", "Int64", [t.margin_ms for _, t, _ in found]),
        ("length_m", "float64", [round(r.length_m, 1) for _, _, r in found]),
        ("toll_m", "float64", [round(r.toll_m, 1) for _, _, r in found]),
        ("road_names", "object", [list_text(r.road_names) for _, _, r in found]),
        ("ferries", "object", [list_text(r.ferries) for _, _, r in found]),
    ]
    return _frame(columns, [r.geometry for _, _, r in found])


def _boundaries(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a boundary table with its code as a column and plain types."""
    attributes = pd.DataFrame(table.drop(columns=table.geometry.name)).reset_index()
    columns = [(str(name), *_typed(attributes[name])) for name in attributes.columns]
    return _frame(columns, [_area(shape) for shape in table.geometry])


def _typed(values: pd.Series) -> tuple[str, list[object]]:
    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind):
        return "boolean", list(values)
    if pd.api.types.is_numeric_dtype(kind):
        return ("int64" if pd.api.types.is_integer_dtype(kind) else "float64"), list(values)
    return "object", [None if pd.isna(v) else str(v) for v in values]
