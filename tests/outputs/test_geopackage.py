"""spots.gpkg as GDAL and QGIS read it."""

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import pyogrio
import pytest
from PIL import Image
from shapely.geometry import MultiPolygon

from groundfloor.problems import Lang
from spots.outputs.geopackage import write_geopackage
from spots.outputs.layers import layer_tables
from spots.telling import colours
from spots.telling.columns import FieldKind
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result
from tests.helpers.layer_cases import ALWAYS, SOMETIMES, full_result
from tests.helpers.qgis import clean_environment, qgis, system_python
from tests.helpers.system import program

LAYERS = list(ALWAYS)
EVERY = [*ALWAYS, *SOMETIMES]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "spots.gpkg"
    write_geopackage(fabricated_result(), Lang.JA, path)
    return path


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "spots.gpkg"
    write_geopackage(full_result(), Lang.JA, path)
    return path


def rows(path, statement):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


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


@pytest.mark.slow
def test_leading_zeros_and_hostile_names_are_plain_text(tmp_path):
    path = tmp_path / "hostile.gpkg"
    write_geopackage(fabricated_result(hostile=True), Lang.JA, path)
    table = read(path, "facilities")
    assert list(table["municipality_code"])[-1] == "01202"
    assert table["name"][2] == HOSTILE_NAMES[2]
    assert table["name"][4] == HOSTILE_NAMES[4]


@pytest.mark.slow
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


@pytest.mark.slow
def test_every_layer_has_a_default_style_whose_attributes_exist(full):
    found = styles(full)
    assert sorted(found) == sorted(EVERY)
    for layer, root in found.items():
        fields = set(pyogrio.read_info(full, layer=layer)["fields"])
        renderer = root.find("renderer-v2")
        symbols = {s.get("name") for s in renderer.find("symbols")}
        items = [*renderer.iter("category"), *renderer.iter("range")]
        used = {c.get("symbol") for c in items} or {"0"}
        assert used == symbols
        if renderer.get("attr"):
            used = renderer.get("attr")
            assert set(re.findall(r'"(\w+)"', used) or [used]) <= fields
        for text in root.iter("text-style"):
            assert set(re.findall(r'"(\w+)"', text.get("fieldName"))) <= fields
        assert [a.get("field") for a in root.iter("alias")] == list(
            pyogrio.read_info(full, layer=layer)["fields"]
        )


def test_styles_cover_every_criterion_and_state(package):
    found = styles(package)
    assert [c.get("label") for c in found["spots"].iter("category")][:1] == ["① へき地医療拠点病院"]
    values = {c.get("value") for c in found["facilities"].iter("category")}
    assert values == set(read(package, "facilities")["state"]) | {"destination"}


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


def test_another_gdal_reads_it_without_complaint(package):
    done = subprocess.run(
        [program("ogrinfo", package="gdal-bin"), "-ro", "-so", "-al", str(package)],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    assert "ERROR" not in done.stdout + done.stderr
    assert "Warning" not in done.stderr
    assert "JGD2011" in done.stdout


VALIDATOR = (
    "import sys; from osgeo_utils.samples import validate_gpkg as v; sys.exit(v.main(sys.argv))"
)


@pytest.mark.slow
def test_the_file_keeps_to_the_standard(full):
    done = system_python("-c", VALIDATOR, full)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_validator_can_fail(full, tmp_path):
    broken = shutil.copy(full, tmp_path / "broken.gpkg")
    with closing(sqlite3.connect(broken)) as database, database:
        database.execute("UPDATE gpkg_metadata_reference SET reference_scope = 'elsewhere'")
    assert system_python("-c", VALIDATOR, broken).returncode != 0


@pytest.mark.slow
def test_aliases_and_coded_values_are_in_the_file_in_both_languages(full, tmp_path):
    names = dict(
        rows(
            full,
            "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'spots' "
            "ORDER BY rowid",
        )
    )
    assert names["area_km2"] == "面積（km²）"
    assert list(names) == list(pyogrio.read_info(full, layer="spots")["fields"])
    values = dict(
        rows(
            full,
            "SELECT value, description FROM gpkg_data_column_constraints "
            "WHERE constraint_name = 'facilities_state'",
        )
    )
    assert values["moot"] == "設定不要（少数区域内）"
    english = tmp_path / "en.gpkg"
    write_geopackage(full_result(), Lang.EN, english)
    statement = "SELECT name FROM gpkg_data_columns WHERE column_name = 'area_km2'"
    assert set(rows(english, statement)) == {("area (km²)",)}
    told = rows(english, "SELECT identifier, description FROM gpkg_contents")
    told += rows(english, "SELECT name, description FROM gpkg_data_columns")
    assert [t for pair in told for t in pair if re.search("[぀-鿿]", t or "")] == []


def test_titles_and_metadata_name_the_run_its_sources_and_hashes(full):
    titles = dict(rows(full, "SELECT table_name, identifier FROM gpkg_contents"))
    assert titles["spots"] == "医師少数スポット（案）"
    pages = rows(
        full,
        "SELECT r.reference_scope, r.table_name, m.metadata FROM gpkg_metadata m "
        "JOIN gpkg_metadata_reference r ON r.md_file_id = m.id",
    )
    assert [(scope, name) for scope, name, _ in pages] == [
        ("geopackage", None),
        *(("table", name) for name in EVERY),
    ]
    for _, name, page in pages:
        text = "\n".join(ET.fromstring(page).itertext())  # noqa: S314 - our own file
        assert "「国土数値情報(行政区域データ)」(国土交通省)を加工して作成" in text
        assert "a" * 64 in text  # SHA-256 of the list
        if name is None:
            assert "熊本県 医師少数スポット(見本)" in text
            assert "EPSG:6668" in text


def test_layers_only_some_runs_have(full):
    assert [n for n, kind in pyogrio.list_layers(full) if kind is not None] == EVERY
    ways = read(full, "nearest_routes")
    assert list(ways["rank"])[:2] == [1, 2]
    assert list(ways["other_name"])[:2] == ["矢部広域病院", "遠い病院"]
    assert list(read(full, "main_roads")["road_class"]) == ["trunk", "primary"]
    assert list(read(full, "catchments")["limit_min"]) == [30.0, 30.0]
    people = read(full, "population")
    assert list(people["population"])[:2] == [12.5, 0.0]
    assert people["population"].isna().tolist() == [False, False, True]
    assert list(read(full, "spots")["population"]) == [123.5] * 5


def test_every_field_is_described_once_in_two_languages():
    for table in layer_tables(full_result(), Lang.JA):
        names = [f.name for f in table.fields]
        assert len(set(names)) == len(names)
        for lang in Lang:
            labels = [f.heading.render(lang) for f in table.fields]
            assert len(set(labels)) == len(labels), table.name
            assert all(labels)
        for field, column in zip(table.fields, zip(*table.rows, strict=True), strict=True):
            if field.codes and field.stored is FieldKind.TEXT:
                assert {c for c in column if c is not None} <= {c.value for c in field.codes}


LOOK = """
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    fields = layer.fields()
    print(
        name, layer.isValid(), layer.crs().authid(), layer.crs().description(),
        layer.renderer().type(), layer.labelsEnabled(), layer.metadata().title(),
        ";".join(fields.at(k).alias() for k in range(1, fields.count())), sep="\t",
    )
    at = fields.indexOf("state")
    if at > 0:
        print("map", *[list(p)[0] for p in fields.at(at).editorWidgetSetup().config()["map"]], sep="\t")
"""


@pytest.mark.slow
def test_qgis_opens_every_layer_styled_labelled_and_named(full):
    lines = [line.split("\t") for line in qgis(LOOK, full, *EVERY).splitlines()]
    seen = {line[0]: line[1:] for line in lines}
    assert set(EVERY) <= set(seen)
    tables = {t.name: t for t in layer_tables(full_result(), Lang.JA)}
    labelled = {
        *("spots", "facilities", "routes", "closures", "municipalities", "medical_areas"),
    }
    for name in EVERY:
        valid, code, crs, _, labels, title, aliases = seen[name]
        assert (valid, code, crs) == ("True", "EPSG:6668", "JGD2011")
        assert title == tables[name].title.ja
        assert aliases.split(";") == [f.heading.ja for f in tables[name].fields]
        assert (labels == "True") == (name in labelled)
    assert {n: v[3] for n, v in seen.items() if n in EVERY and v[3] != "singleSymbol"} == {
        "spots": "categorizedSymbol",
        "facilities": "categorizedSymbol",
        "nearest_routes": "categorizedSymbol",
        "municipalities": "categorizedSymbol",
        "medical_areas": "categorizedSymbol",
        "main_roads": "categorizedSymbol",
        "population": "graduatedSymbol",
    }
    assert "設定（案）" in seen["map"]


DRAW = """
names = sys.argv[3:]
layers = [QgsVectorLayer(f"{sys.argv[1]}|layername={n}", n, "ogr") for n in names]
settings = QgsMapSettings()
settings.setLayers(layers)
settings.setOutputSize(QSize(900, 640))
settings.setBackgroundColor(QColor("#ffffff"))
settings.setDestinationCrs(layers[0].crs())
settings.setExtent(QgsRectangle(130.3, 32.2, 131.3, 33.0))
settings.setFlag(QgsMapSettings.Antialiasing, False)
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
assert not job.errors()
job.renderedImage().save(sys.argv[2])
"""


def painted(path):
    image = Image.open(path).convert("RGB")
    return {f"#{r:02x}{g:02x}{b:02x}": n for n, (r, g, b) in image.getcolors(1 << 20)}


@pytest.mark.slow
def test_qgis_draws_each_criterion_in_its_colour_over_tinted_areas(full, tmp_path):
    qgis(DRAW, full, tmp_path / "map.png", "facilities", "spots", "municipalities", "medical_areas")
    found = painted(tmp_path / "map.png")
    for colour in colours.CRITERIA[:3]:
        assert found.get(colour.lower(), 0) > 100
    for state in ("#111111", "#e69f00"):  # designated, moot
        assert found.get(state, 0) > 10
    assert found.get("#fbe6b8", 0) > 1000  # 少数区域
    assert found.get("#efe4ee", 0) > 1000  # 多数区域
    qgis(DRAW, full, tmp_path / "again.png", "main_roads")
    assert found != painted(tmp_path / "again.png")  # the picture is not always the same


@pytest.mark.slow
def test_qgis_writes_names_on_the_map(full, tmp_path):
    qgis(DRAW, full, tmp_path / "with.png", "spots")
    bare = shutil.copy(full, tmp_path / "bare.gpkg")
    with closing(sqlite3.connect(bare)) as database, database:
        database.execute(
            "UPDATE layer_styles SET styleQML = "
            "replace(styleQML, 'labelsEnabled=\"1\"', 'labelsEnabled=\"0\"')"
        )
    qgis(DRAW, bare, tmp_path / "without.png", "spots")
    black = painted(tmp_path / "with.png").get("#111111", 0)
    assert black > painted(tmp_path / "without.png").get("#111111", 0) + 200


PROJECT = """
storage = QgsApplication.projectStorageRegistry().projectStorageFromType("geopackage")
print(*storage.listProjects(f"geopackage:{sys.argv[1]}"), sep="\\t")
project = QgsProject.instance()
assert project.read(f"geopackage:{sys.argv[1]}?projectName=spots"), project.error()
view = QgsRectangle(project.viewSettings().defaultViewExtent())
print(project.title(), project.crs().authid(), round(view.width()),
      project.backgroundColor().name(), sep="\\t")
for node in project.layerTreeRoot().findLayers():
    layer = node.layer()
    print(node.name(), node.isVisible(), layer.isValid(), layer.renderer().type(), sep="\\t")
"""


@pytest.mark.slow
def test_the_file_holds_a_project_with_every_layer(full):
    lines = [line.split("\t") for line in qgis(PROJECT, full).splitlines()]
    assert lines[:2] == [
        ["spots"],
        ["熊本県 医師少数スポット(見本)", "EPSG:6670", lines[1][2], "#e8f1f7"],
    ]
    assert 50_000 < int(lines[1][2]) < 200_000  # metres: the prefecture is in view
    tables = {t.title.ja: t for t in layer_tables(full_result(), Lang.JA)}
    assert {name for name, *_ in lines[2:]} == set(tables)
    assert all(valid == "True" for _, _, valid, _ in lines[2:])
    assert lines[2][0] == "医療機関と判定"
    off = {tables[name].name for name, visible, *_ in lines[2:] if visible == "False"}
    quiet = {"nearest_routes", "spots_dissolved", "population"}
    assert off == quiet | {"catchments", "catchments_dissolved"}


TIMES = """
layer = QgsVectorLayer(f"{sys.argv[1]}|layername=routes", "routes", "ogr")
text = QgsExpression(layer.labeling().settings().fieldName)
context = QgsExpressionContext()
for feature in layer.getFeatures():
    context.setFeature(feature)
    context.setFields(layer.fields())
    print(feature["facility_id"], text.evaluate(context), sep="\\t")
"""


@pytest.mark.slow
def test_minutes_on_the_map_are_cut_off_never_rounded(full):
    shown = dict(line.split("\t") for line in qgis(TIMES, full).splitlines())
    assert shown == {"soyo": "31.1分", "yabe": "30分", "oguni": "29.9分", "misumi": "40分"}
