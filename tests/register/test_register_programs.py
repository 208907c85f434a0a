"""Other programs open a register: GDAL and QGIS see layer, tables and days, and change nothing."""

from __future__ import annotations

import shutil
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from spots.register import Register
from spots.register.register_checking import examine
from tests.helpers.qgis import qgis
from tests.helpers.registers import register_of, small_run, to_add, unit_run, years


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("登録簿") / "計画.gpkg"
    register_of(
        place,
        to_add("前期", years(2024, 2027), kinds=None),
        to_add("後期", years(2027, None), run=unit_run(), kinds=None),
    )
    return place


def test_gdal_reads_the_designations_and_tables(path):
    before = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layers = {str(name): kind for name, kind in pyogrio.list_layers(path)}
        units = pyogrio.read_dataframe(path, layer="designations")
        editions = pyogrio.read_dataframe(path, layer="editions")
        areas = pyogrio.read_dataframe(path, layer="area_classes")
    assert layers["designations"] == "MultiPolygon"
    assert {*layers} == {"designations", "editions", "area_classes", "history"}
    assert units.crs.to_epsg() == 6668
    register = Register.open(path)
    held = [(u, e) for e in register.editions for u in register.designations(e)]
    assert [*units["unit"]] == [u.unit for u, _ in held]
    for shape, (unit, _) in zip(units.geometry, held, strict=True):
        assert (shape is None) is unit.geometry.is_empty
        assert shape is None or shape.equals(unit.geometry)
    assert [*editions["plan"]] == [e.plan for e in register.editions]
    assert pd.Timestamp(editions["valid_to"][0]) == pd.Timestamp("2027-03-31")
    assert editions["valid_to"].isna().iloc[-1]
    assert len(areas) == len(small_run().areas) * 2
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


_INDEX = """
from osgeo import ogr
made = ogr.Open(sys.argv[1], 1)
made.ExecuteSQL("SELECT CreateSpatialIndex('designations', 'geom')")
made = None
"""
_FOUND = """
layer = QgsVectorLayer(f"{sys.argv[1]}|layername=designations", "d", "ogr")
print(layer.hasSpatialIndex() == QgsFeatureSource.SpatialIndexPresent, end=" ")
print(sum(1 for _ in layer.getFeatures(layer.extent())))
"""


def test_a_spatial_index_is_kept_up(path, tmp_path):
    """Somebody lets QGIS make one: then SQLite asks for functions that only GDAL brings."""
    place = Path(shutil.copy(path, tmp_path / "index.gpkg"))
    qgis(_INDEX, place)
    register = Register.open(place)
    register.add_run(to_add("次期", years(2040, 2043), supersedes=("後期",), kinds=None))
    drawn = [
        u for e in register.editions for u in register.designations(e) if not u.geometry.is_empty
    ]
    assert qgis(_FOUND, place).split() == ["True", str(len(drawn))]
    assert examine(place).problems == ()


def test_columns_have_the_names_that_people_have_for_them(path):
    """As the standard has them (gpkg_schema); newer versions of GDAL and QGIS show them."""
    with closing(sqlite3.connect(path)) as database:
        named = dict(
            database.execute(
                "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'designations'"
            )
        )
        columns = {row[1] for row in database.execute("PRAGMA table_info(designations)")}
    assert named["valid_to"] == "設定期間の終了 valid to"
    assert named["reason_en"] == "設定理由（英語） reason (English)"
    assert columns - named.keys() == {"fid", "geom", "entry"}


_LOOK = """
path = sys.argv[1]
for name in ("designations", "editions", "area_classes", "history"):
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    print(name, layer.isValid(), layer.featureCount(), layer.crs().authid())
layer = QgsVectorLayer(f"{path}|layername=designations", "d", "ogr")
layer.startEditing()
feature = next(layer.getFeatures())
layer.changeAttributeValue(feature.id(), layer.fields().indexOf("name"), "改名")
layer.deleteFeature(feature.id())
print("committed", layer.commitChanges())
"""


def test_qgis_shows_it_and_cannot_edit_it(path):
    register = Register.open(path)
    told = qgis(_LOOK, path).splitlines()
    units = sum(len(register.designations(e)) for e in register.editions)
    assert told[0] == f"designations True {units} EPSG:6668"
    assert told[1] == f"editions True {len(register.editions)} "
    assert told[-1] == "committed False"
    again = Register.open(path)
    assert again.history == register.history
    assert [p.name for p in path.parent.iterdir()] == [path.name]
