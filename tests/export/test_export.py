"""Layers as Shapefile, FlatGeobuf and GeoJSON: nothing lost, nothing lost in silence."""

import csv
import io
import json
import subprocess
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import shapely

from groundfloor.problems import ForeignFolderError, Lang, OutputError, OutputExistsError
from spots.export import Format, RunRecord, export_folder
from spots.export import layer_files as folder
from spots.export.shapefile import LIMIT, MOST_BYTES, fitted, short_name, short_names
from spots.outputs import ConservationError, layers
from spots.outputs.layers import layer_tables
from spots.telling.columns import FieldKind
from tests.helpers.fabricated import fabricated_result
from tests.helpers.layer_cases import ALWAYS, HARD, SOMETIMES, full_result, hard_result
from tests.helpers.qgis import clean_environment, qgis
from tests.helpers.system import program

EVERY = [*ALWAYS, *SOMETIMES]
RUN = RunRecord(
    "0123456789abcdef", "0123456789abcdef" * 4, "2024-04-01T09:00:00+00:00", Lang.JA, "1"
)
SUFFIXES = {
    Format.SHAPEFILE: {"shp", "shx", "dbf", "prj", "cpg", "qml"},
    Format.FLATGEOBUF: {"fgb", "qml"},
    Format.GEOJSON: {"geojson", "qml"},
}


def export(out, kind, result=None, lang=Lang.JA, **more):
    return export_folder(result or full_result(), RUN, out, kind, lang=lang, **more)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    return {kind: (folder / kind.value, export(folder / kind.value, kind)) for kind in Format}


@pytest.fixture(scope="module")
def tables():
    return {t.name: t for t in layer_tables(full_result(), Lang.JA)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(SUFFIXES))
def test_a_file_for_every_layer_and_what_explains_them(made, kind):
    out, done = made[kind]
    expected = {f"{name}.{suffix}" for name in EVERY for suffix in SUFFIXES[kind]}
    expected |= {"fields.csv", "README.txt", "export.json"}
    assert {p.name for p in out.iterdir()} == expected == {f.name for f in done.files}
    listing = json.loads((out / "export.json").read_text("utf-8"))
    assert {f["name"] for f in listing["files"]} == expected - {"export.json"}
    assert [entry["name"] for entry in listing["layers"]] == EVERY
    assert [p.name for p in out.parent.iterdir() if p.name.startswith(".")] == []


def same(found, cell, kind):
    if cell is None or (cell == "" and not isinstance(found, str)):  # DBF knows no empty text
        return found is None or found != found  # noqa: PLR0124 - NaN and NaT
    if kind is FieldKind.DATE:
        return np.datetime64(found, "D") == np.datetime64(cell)
    if kind is FieldKind.TEXT:
        return found.replace("km2", "km²") == cell  # CP932 has no ²
    return found == cell


@pytest.mark.parametrize("kind", [Format.SHAPEFILE, Format.FLATGEOBUF])
def test_rows_values_and_shapes_survive(made, tables, kind):
    out, done = made[kind]
    suffix = "shp" if kind is Format.SHAPEFILE else "fgb"
    assert done.problems == ()
    for name, table in tables.items():
        read = pyogrio.read_dataframe(out / f"{name}.{suffix}")
        assert read.crs.to_epsg() == 6668
        assert len(read) == len(table.rows)
        if kind is Format.FLATGEOBUF and table.complete:  # its index has an order of its own
            shapes = shapely.to_wkb(shapely.normalize(np.array(table.shapes)))
            order = {bytes(w): k for k, w in reversed(list(enumerate(shapes)))}
            found = shapely.to_wkb(shapely.normalize(read.geometry.to_numpy()))
            if len(order) < len(shapes):
                continue  # two of one shape cannot be told apart
            table_rows = [table.rows[order[bytes(w)]] for w in found]
        else:
            table_rows = table.rows
            for found, shape in zip(read.geometry, table.shapes, strict=True):
                assert (found is None) == (shape is None)
                assert shape is None or shapely.equals(found, shape)
        for position, field in enumerate(table.fields):
            column = read.iloc[:, position]
            for found, row in zip(column, table_rows, strict=True):
                assert same(found, row[position], field.stored), (name, field.name)


def test_short_names_are_within_ten_bytes_unique_and_explained(made, tables):
    out, _ = made[Format.SHAPEFILE]
    page = (out / "fields.csv").read_bytes()
    assert page.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(page.decode("utf-8-sig"), newline="")))
    explained = {(r["layer"], r["field"]): r for r in rows}
    for name, table in tables.items():
        fields = list(pyogrio.read_info(out / f"{name}.shp")["fields"])
        assert all(len(f.encode("cp932")) <= LIMIT for f in fields)
        assert len({f.lower() for f in fields}) == len(fields)
        for short, field in zip(fields, table.fields, strict=True):
            row = explained.pop((name, short))
            assert row["full_name"] == field.name
            assert (row["alias_ja"], row["alias_en"]) == (field.heading.ja, field.heading.en)
    assert explained == {}


def test_a_short_name_never_depends_on_what_else_there_is():
    names = {f.name for t in layer_tables(full_result(), Lang.JA) for f in t.fields}
    assumed = ("neighbours", "direction", "tolls", "ferries", "closures", "list", "snap")
    ends = ("nearest_id", "nearest_name", "min", "reachable", "verdict", "differs")
    names |= {f"{a}_{e}" for a in (*assumed, "snap_others") for e in ends}
    names |= {"a_name_of_many_words", "a_name_of_many_words_more", "項目", "項目の名前"}
    assert all(len(short_name(n).encode()) <= LIMIT for n in names)
    assert short_name("a_name_of_many_words") != short_name("a_name_of_many_words_more")
    assert short_name("項目") != short_name("項目の名前")


def test_names_that_collide_are_a_defect_that_is_named():
    table = layer_tables(full_result(), Lang.JA)[0]
    doubled = type(table)(
        table.name, table.title, table.note, table.geometry, (table.fields[0],) * 2, (), ()
    )
    assert len(short_names(doubled)) == 1  # the same field twice is one name
    other = replace(table.fields[0], name="fac_id")
    with pytest.raises(ValueError, match="collide"):
        short_names(replace(doubled, fields=(table.fields[0], other)))


def test_cp932_with_its_cpg_and_language_byte(made):
    out, _ = made[Format.SHAPEFILE]
    assert (out / "facilities.cpg").read_text() == "CP932"
    table = (out / "facilities.dbf").read_bytes()
    assert table[29] == 0x13  # Japanese Windows
    assert "上天草総合病院".encode("cp932") in table
    assert "上天草総合病院".encode() not in table
    projection = (out / "facilities.prj").read_text()
    assert projection.startswith('GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011"')


def test_yes_and_no_are_numbers_and_days_are_days(made):
    out, _ = made[Format.SHAPEFILE]
    municipalities = pyogrio.read_dataframe(out / "municipalities.shp").set_index("code")
    assert (municipalities.loc["43100", "excluded"], municipalities.loc["43447", "excluded"]) == (
        1,
        0,
    )
    info = pyogrio.read_info(out / "spots.shp")
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert kinds["valid_from"] == "datetime64[D]"
    facilities = pyogrio.read_dataframe(out / "facilities.shp").set_index("fac_id")
    assert facilities.loc["oguni", "travel_ms"] == 1_798_200
    assert np.isnan(facilities.loc["kuma", "travel_ms"])  # empty, not zero
    assert facilities.loc["kuma"].geometry is None


def test_what_cp932_lacks_and_what_is_too_long_is_said(tmp_path):
    done = export(tmp_path / "out", Format.SHAPEFILE, hard_result())
    read = pyogrio.read_dataframe(tmp_path / "out" / "spots.shp")
    assert read["name"][0] == "〓田～〓病院"
    reason = read["reason"][0]
    assert reason == "山" * 126 + "〓"
    assert len(reason.encode("cp932")) == MOST_BYTES
    said = {(p.code, p.file, p.column): p for p in done.problems}
    lost = said["shapefile-characters", "spots.dbf", "name"]
    assert "「𠮷é」" in lost.message.ja
    assert "1 行目" in lost.message.ja
    assert ("shapefile-cut", "spots.dbf", "reason") in said
    assert ("shapefile-characters", "spots.dbf", "reason") in said
    listing = json.loads((tmp_path / "out" / "export.json").read_text("utf-8"))
    assert {p["code"] for p in listing["problems"]} == {"shapefile-characters", "shapefile-cut"}
    assert "𠮷" in (tmp_path / "out" / "README.txt").read_text("utf-8-sig")


@pytest.mark.parametrize("kind", [Format.FLATGEOBUF, Format.GEOPACKAGE, Format.GEOJSON])
def test_other_formats_keep_every_character(tmp_path, kind):
    done = export(tmp_path / "out", kind, hard_result())
    assert done.problems == ()
    file = {Format.FLATGEOBUF: "spots.fgb", Format.GEOPACKAGE: "spots.gpkg"}.get(
        kind, "spots.geojson"
    )
    names = pyogrio.read_dataframe(tmp_path / "out" / file, layer="spots")["name"]
    assert HARD in set(names)


@pytest.mark.parametrize(
    ("text", "shown", "lacking", "cut"),
    [
        ("か\u3099わ", "がわ", "", False),  # composed
        ("〜−‖", "～－∥", "", False),
        ("\x80\uf8f0", "〓〓", "\x80\uf8f0", False),
        ("髙﨑①㈱～", "髙﨑①㈱～", "", False),
        ("あ" * 127, "あ" * 127, "", False),
        ("あ" * 127 + "a", "あ" * 127, "", True),
        ("a" * 253 + "あ", "a" * 253, "", True),
        ("", "", "", False),
    ],
)
def test_fitting(text, shown, lacking, cut):
    found = fitted(text)
    assert (found.text, found.lacking, found.cut) == (shown, lacking, cut)


@pytest.mark.parametrize("kind", list(Format))
def test_the_same_run_gives_the_same_bytes(made, tmp_path, kind):
    export(tmp_path / "again", kind)
    first = {p.name: p.read_bytes() for p in made[kind][0].iterdir()}
    assert first == {p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()}


@pytest.mark.parametrize("kind", list(SUFFIXES))
def test_an_empty_layer_is_a_file_too(tmp_path, kind):
    export(tmp_path / "out", kind, replace(fabricated_result(), spots=()))
    suffix = {Format.SHAPEFILE: "shp", Format.FLATGEOBUF: "fgb"}.get(kind, "geojson")
    assert len(pyogrio.read_dataframe(tmp_path / "out" / f"spots.{suffix}")) == 0


@pytest.mark.parametrize("hostile", list(Format))
def test_hostile_names_stay_text(tmp_path, hostile):
    export(tmp_path / "out", hostile, fabricated_result(hostile=True))
    page = (tmp_path / "out" / "fields.csv").read_text("utf-8-sig")
    assert not any(
        cell[:1] in {"=", "+", "@"} for row in csv.reader(io.StringIO(page)) for cell in row
    )


def test_nothing_is_replaced_but_an_earlier_export(tmp_path):
    out = tmp_path / "out"
    export(out, Format.GEOJSON)
    with pytest.raises(OutputExistsError):
        export(out, Format.GEOJSON)
    export(out, Format.GEOJSON, lang=Lang.EN, force=True)
    assert "Layers" in (out / "README.txt").read_text("utf-8-sig")
    (out / "mine.txt").write_text("mine")
    with pytest.raises(ForeignFolderError):
        export(out, Format.GEOJSON, force=True)
    assert (out / "mine.txt").read_text() == "mine"


def test_a_writer_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("spots.export.layer_files.fields_csv", full)
    with pytest.raises(OutputError, match="no space left"):
        export(tmp_path / "out", Format.FLATGEOBUF)
    assert list(tmp_path.iterdir()) == []


def test_the_gdal_of_others_reads_all_of_it(made):
    for kind, suffix in ((Format.SHAPEFILE, "shp"), (Format.FLATGEOBUF, "fgb")):
        done = subprocess.run(
            [
                program("ogrinfo", package="gdal-bin"),
                "-ro",
                "-al",
                "-geom=NO",
                str(made[kind][0] / f"facilities.{suffix}"),
            ],
            capture_output=True,
            text=True,
            check=False,
            env=clean_environment(),
        )
        assert done.returncode == 0, done.stderr
        assert "上天草総合病院" in done.stdout
        assert done.stderr == ""
        assert "Feature Count: 10" in done.stdout


LOOK = """
for path in sys.argv[1:]:
    layer = QgsVectorLayer(path, "x", "ogr")
    fields = layer.fields()
    print(
        layer.isValid(), layer.crs().authid(), layer.renderer().type(), layer.labelsEnabled(),
        fields.at(fields.indexOf("name")).alias(), next(layer.getFeatures())["name"],
        layer.featureCount(), sep="\\t",
    )
"""


@pytest.mark.slow
def test_qgis_takes_style_aliases_and_jgd2011(made):
    shapes, buffers = made[Format.SHAPEFILE][0], made[Format.FLATGEOBUF][0]
    found = qgis(LOOK, shapes / "facilities.shp", shapes / "spots.shp", buffers / "facilities.fgb")
    lines = [line.split("\t") for line in found.splitlines()]
    common = ["True", "EPSG:6668", "categorizedSymbol", "True", "医療機関名", "そよう病院"]
    assert lines == [[*common, "10"], [*common, "5"], [*common, "10"]]


@pytest.mark.parametrize("kind", [Format.SHAPEFILE, Format.FLATGEOBUF, Format.GEOJSON])
def test_a_layer_that_loses_a_row_is_no_export(tmp_path, monkeypatch, kind):
    def without_last(table, *rest, **more):
        short = replace(table, rows=table.rows[:-1], shapes=table.shapes[:-1])
        return written(short, *rest, **more)

    name = {
        Format.SHAPEFILE: "write_shapefile",
        Format.FLATGEOBUF: "write_layer",
        Format.GEOJSON: "layer_geojson",
    }[kind]
    written = getattr(folder, name)
    monkeypatch.setattr(folder, name, without_last)
    with pytest.raises(ConservationError, match="facilities-not-conserved"):
        export(tmp_path / "out", kind)
    assert list(tmp_path.iterdir()) == []


def test_layers_hold_every_facility_once(monkeypatch):
    def doubled(result, lang):
        return facilities(replace(result, verdicts=(*result.verdicts, result.verdicts[0])), lang)

    facilities = layers.facilities_layer
    monkeypatch.setattr(layers, "_LAYERS", {"facilities": doubled})
    with pytest.raises(ConservationError):
        layer_tables(fabricated_result(), Lang.JA)
