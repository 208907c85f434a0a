"""A QGIS project inside the GeoPackage: layers in drawing order, named, those of detail off.

Apart from `spots.outputs.geopackage`, for a project is a file format of its own.
"""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from pyproj import CRS

from groundfloor.problems import Lang, clean
from spots.outputs.layer_table import EPSG, GeometryKind, LayerTable
from spots.types import RunResult

#: Name of the project, as QGIS lists it under the file.
PROJECT = "spots"
#: Name of the GeoPackage: where the project finds its layers, wherever the folder is moved.
FILE = "spots.gpkg"
#: From above to below.
_ORDER = (
    *("scenario_facilities", "scenario_circles"),
    *("facilities", "unit_points", "routes", "nearest_routes", "closures", "spots"),
    *("spots_dissolved", "results_dissolved", "units", "indicators"),
    *("circles", "municipalities", "main_roads", "catchments", "catchments_dissolved"),
    *("population", "medical_areas"),
)
#: What is there to be looked at when it is wanted.
_OFF = frozenset(
    {
        *("nearest_routes", "spots_dissolved", "catchments", "catchments_dissolved"),
        *("population", "indicators"),
    }
)
#: Air around the prefecture, as a part of its longer side.
_AIR = 0.03
_GEOMETRY = {
    GeometryKind.POINT: "Point",
    GeometryKind.LINE: "Line",
    GeometryKind.LINES: "Line",
    GeometryKind.AREA: "Polygon",
}
_SEA = (232, 241, 247)
_VERSION = "3.22.0"
# QGIS passes over layers whose ids are shorter than the ones it makes itself.
_ID_TAIL = "_00000000_0000_0000_0000_000000000000"
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
# The table that QGIS makes for projects in a GeoPackage.
_TABLE = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"


def write_project(
    database: sqlite3.Connection,
    result: RunResult,
    tables: Sequence[LayerTable],
    styles: Mapping[str, str],
    lang: Lang,
    file: str = FILE,
) -> None:
    """Add a project to an open GeoPackage.

    Parameters
    ----------
    database : sqlite3.Connection
        The GeoPackage; the caller commits.
    result : RunResult
        The run.
    tables : sequence of LayerTable
        Its layers.
    styles : mapping of str to str
        The QML of each layer.
    lang : Lang
        Language of the names of layers.
    file : str
        Name of the GeoPackage.
    """
    page = _project(result, tables, styles, lang, file)
    database.execute(_TABLE)
    database.execute(
        "INSERT INTO qgis_projects VALUES (?, ?, ?)",
        (PROJECT, "{}", _packed(page).hex().encode("ascii")),
    )


def _packed(page: str) -> bytes:
    """Return a project as QGIS zips it, without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(f"{PROJECT}.qgs", _ZIP_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, page.encode("utf-8"))
    return out.getvalue()


def _project(
    result: RunResult,
    tables: Sequence[LayerTable],
    styles: Mapping[str, str],
    lang: Lang,
    file: str,
) -> str:
    title = clean(result.settings.title.render(lang))
    root = ET.Element("qgis", {"version": _VERSION, "projectname": title})
    ET.SubElement(root, "title").text = title
    _crs(ET.SubElement(root, "projectCrs"), result.plane_epsg)
    properties = ET.SubElement(root, "properties")
    system = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", {"type": "int"}).text = "1"
    screen = ET.SubElement(properties, "Gui")
    for part, value in zip(("Red", "Green", "Blue"), _SEA, strict=True):
        ET.SubElement(screen, f"CanvasColor{part}Part", {"type": "int"}).text = str(value)
    tree = ET.SubElement(root, "layer-tree-group")
    _canvas(root, result)
    layers = ET.SubElement(root, "projectlayers")
    order = ET.SubElement(root, "layerorder")
    by_name = {table.name: table for table in tables}
    for name in _ORDER:
        table = by_name.get(name)
        if table is None:
            continue
        source, label = f"./{file}|layername={name}", clean(table.title.render(lang))
        seen = "Qt::Unchecked" if name in _OFF else "Qt::Checked"
        head = {"id": f"{name}{_ID_TAIL}", "name": label, "source": source, "providerKey": "ogr"}
        ET.SubElement(tree, "layer-tree-layer", {**head, "checked": seen, "expanded": "0"})
        ET.SubElement(order, "layer", {"id": f"{name}{_ID_TAIL}"})
        layers.append(_layer(table, label, source, styles[name]))
    return ET.tostring(root, encoding="unicode")


def _layer(table: LayerTable, label: str, source: str, qml: str) -> ET.Element:
    """Return a layer of the project: where it is, and its style."""
    style = ET.fromstring(qml)  # noqa: S314 - written by us a moment ago
    layer = ET.Element("maplayer", {**style.attrib, "type": "vector"})
    layer.set("geometry", _GEOMETRY[table.geometry])
    ET.SubElement(layer, "id").text = f"{table.name}{_ID_TAIL}"
    ET.SubElement(layer, "datasource").text = source
    ET.SubElement(layer, "layername").text = label
    _crs(ET.SubElement(layer, "srs"), EPSG)
    ET.SubElement(layer, "provider", {"encoding": "UTF-8"}).text = "ogr"
    layer.extend(list(style))
    return layer


def _crs(parent: ET.Element, epsg: int) -> None:
    system = ET.SubElement(parent, "spatialrefsys")
    # QGIS believes the code only beside the definition.
    ET.SubElement(system, "wkt").text = CRS.from_epsg(epsg).to_wkt()
    ET.SubElement(system, "srid").text = str(epsg)
    ET.SubElement(system, "authid").text = f"EPSG:{epsg}"


def _canvas(root: ET.Element, result: RunResult) -> None:
    """Have the project open on the prefecture."""
    outlines = result.areas if len(result.areas) else result.municipalities
    canvas = ET.SubElement(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    ET.SubElement(canvas, "units").text = "meters"
    extent = ET.SubElement(canvas, "extent")
    west, south, east, north = outlines.to_crs(result.plane_epsg).total_bounds
    air = _AIR * max(east - west, north - south)
    bounds = (west - air, south - air, east + air, north + air)
    corners = {
        name: f"{value:.0f}"
        for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True)
    }
    for name, value in corners.items():
        ET.SubElement(extent, name).text = value
    _crs(ET.SubElement(canvas, "destinationsrs"), result.plane_epsg)
    view = ET.SubElement(root, "ProjectViewSettings", {"UseProjectScales": "0"})
    _crs(ET.SubElement(view, "DefaultViewExtent", corners), result.plane_epsg)
