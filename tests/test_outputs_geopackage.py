"""spots.gpkg as GDAL and QGIS read it."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import pyogrio
import pytest
from fabricated import HOSTILE_NAMES, fabricated_result
from shapely.geometry import MultiPolygon

from problems import Lang
from spots.outputs.geopackage import write_geopackage

LAYERS = [
    "spots",
    "spots_dissolved",
    "circles",
    "facilities",
    "routes",
    "municipalities",
    "medical_areas",
]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "spots.gpkg"
    write_geopackage(fabricated_result(), Lang.JA, path)
    return path


def read(path, layer):
    return pyogrio.read_dataframe(path, layer=layer)


def test_layers_in_jgd2011(package):
    assert list(pyogrio.list_layers(package)[:, 0]) == [*LAYERS, "layer_styles"]
    for layer in LAYERS:
        assert read(package, layer).crs.to_epsg() == 6668


def test_facilities_once_in_order_with_japanese_and_types_intact(package):
    result = fabricated_result()
    table = read(package, "facilities")
    assert list(table["facility_id"]) == [v.facility.id for v in result.verdicts]
    assert list(table["name"]) == [v.facility.name for v in result.verdicts]
    by_id = table.set_index("facility_id")
    assert by_id.loc["kuma"].geometry is None
    assert by_id.loc["oguni", "travel_ms"] == 1_798_200
    assert by_id.loc["oguni", "travel_min"] == 29.97
    assert by_id.loc["soyo", "criteria"] == "1;3"
    assert by_id.loc["soyo", "municipality_code"] == "43447"


def test_shapes_are_exact(package):
    result = fabricated_result()
    spots = read(package, "spots")
    assert all(
        a.equals_exact(s.geometry, 0.0) for a, s in zip(spots.geometry, result.spots, strict=True)
    )
    assert list(spots["main_criterion"]) == [1, 1, 2, 2, 3]
    municipalities = read(package, "municipalities").set_index("code")
    assert municipalities.loc["43100", "excluded"]
    assert municipalities.loc["43447", "name"] == "山都町"
    assert read(package, "medical_areas").set_index("code").loc["4302", "area_class"] == "shortage"


def test_leading_zeros_and_hostile_names_are_plain_text(tmp_path):
    path = tmp_path / "hostile.gpkg"
    write_geopackage(fabricated_result(hostile=True), Lang.JA, path)
    table = read(path, "facilities")
    assert list(table["municipality_code"])[-1] == "01202"
    assert table["name"][2] == HOSTILE_NAMES[2]
    assert table["name"][4] == HOSTILE_NAMES[4]


def test_two_writings_are_the_same_bytes_and_leave_gdal_as_it_was(tmp_path):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2011-03-11T00:00:00.000Z"})
    try:
        write_geopackage(fabricated_result(), Lang.JA, tmp_path / "a.gpkg")
        kept = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    write_geopackage(fabricated_result(), Lang.JA, tmp_path / "b.gpkg")
    assert kept == "2011-03-11T00:00:00.000Z"
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        times = {t for (t,) in database.execute("SELECT last_change FROM gpkg_contents")}
    assert times == {"2000-01-01T00:00:00.000Z"}


def styles(path):
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT f_table_name, styleQML FROM layer_styles WHERE f_table_catalog = '' "
            "AND f_table_schema = '' AND f_geometry_column = 'geom' AND useAsDefault = 1"
        ).fetchall()
    return {name: ET.fromstring(qml) for name, qml in rows}  # noqa: S314 - our own file


def test_every_layer_has_a_default_style_whose_attributes_exist(package):
    found = styles(package)
    assert sorted(found) == sorted(LAYERS)
    for layer, root in found.items():
        fields = set(pyogrio.read_info(package, layer=layer)["fields"])
        renderer = root.find("renderer-v2")
        symbols = {s.get("name") for s in renderer.find("symbols")}
        used = {c.get("symbol") for c in renderer.iter("category")} or {"0"}
        assert used == symbols
        if renderer.get("attr"):
            attribute = re.search(r'^\w+$|(?<=")\w+(?=")', renderer.get("attr"))
            assert attribute.group() in fields
        for text in root.iter("text-style"):
            assert set(re.findall(r'"(\w+)"', text.get("fieldName"))) <= fields
        assert [a.get("field") for a in root.iter("alias")] == list(
            pyogrio.read_info(package, layer=layer)["fields"]
        )


def test_styles_cover_every_criterion_and_state(package):
    found = styles(package)
    assert [c.get("label") for c in found["spots"].iter("category")][:1] == ["① へき地医療拠点病院"]
    values = {c.get("value") for c in found["facilities"].iter("category")}
    assert values == set(read(package, "facilities")["state"])


def test_a_hostile_title_stays_inside_its_attribute(tmp_path):
    result = fabricated_result()
    first = result.settings.criteria[0]
    title = replace(first.title, ja='"/><x>\x01]]>')
    criteria = (replace(first, title=title), *result.settings.criteria[1:])
    hostile = replace(result, settings=replace(result.settings, criteria=criteria))
    path = tmp_path / "hostile.gpkg"
    write_geopackage(hostile, Lang.JA, path)
    root = styles(path)["spots"]
    assert root.find(".//x") is None
    assert next(root.iter("category")).get("label") == '① "/><x> ]]>'


def test_a_run_without_spots_still_has_every_layer(tmp_path):
    path = tmp_path / "empty.gpkg"
    empty = replace(fabricated_result(), spots=(), dissolved=MultiPolygon(), dissolved_km2=0.0)
    write_geopackage(empty, Lang.EN, path)
    assert list(pyogrio.list_layers(path)[:, 0]) == [*LAYERS, "layer_styles"]
    assert len(read(path, "spots")) == 0


def _clean_environment() -> dict[str, str]:
    """Leave out the data folders that pyogrio's wheel and the venv set for this process only."""
    mine = {"GDAL_DATA", "PROJ_LIB", "PROJ_DATA", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
    return {k: v for k, v in os.environ.items() if k not in mine}


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not installed")
def test_another_gdal_reads_it_without_complaint(package):
    done = subprocess.run(
        ["ogrinfo", "-ro", "-so", "-al", str(package)],
        capture_output=True,
        text=True,
        check=True,
        env=_clean_environment(),
    )
    assert "ERROR" not in done.stdout + done.stderr
    assert "Warning" not in done.stderr
    assert "JGD2011" in done.stdout


QGIS = """
import sys
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    renderer = layer.renderer()
    print(
        name, layer.isValid(), layer.crs().authid(), layer.featureCount(), renderer.type(),
        layer.labelsEnabled(), sep=",",
    )
del layer, renderer  # QGIS crashes when they outlive it
app.exitQgis()
"""


def qgis_python() -> str | None:
    """Return the system's Python if it has QGIS (Debian's python3-qgis); a venv has none."""
    found = shutil.which("python3", path="/usr/bin")
    probe = [found or "", "-c", "import qgis.core"]
    works = found and subprocess.run(probe, capture_output=True, check=False).returncode == 0
    return found if works else None


def test_qgis_opens_every_layer_styled(package):
    python = qgis_python()
    if python is None:
        assert "CI" not in os.environ, "CI must have QGIS (python3-qgis)"
        pytest.skip("QGIS is not installed")
    names = [n for n, kind in pyogrio.list_layers(package) if kind is not None]
    shown = subprocess.run(
        [python, "-c", QGIS, str(package), *names],
        capture_output=True,
        text=True,
        check=True,
        env=_clean_environment() | {"QT_QPA_PLATFORM": "offscreen"},
    ).stdout
    rows = {r[0]: r[1:] for r in (line.split(",") for line in shown.splitlines()) if len(r) == 6}
    assert sorted(rows) == sorted(names)
    assert all(valid == "True" and crs == "EPSG:6668" for valid, crs, *_ in rows.values())
    assert rows["spots"][3:] == ["categorizedSymbol", "True"]
    assert rows["facilities"][3:] == ["categorizedSymbol", "True"]
    assert rows["circles"][3:] == ["singleSymbol", "False"]
