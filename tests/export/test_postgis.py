"""Layers in a real PostgreSQL with PostGIS: whole, side by side, or not at all."""

from __future__ import annotations

import itertools
import socket
from dataclasses import replace

import psycopg
import pyogrio
import pytest
import shapely
from psycopg import sql

from groundfloor.problems import Lang, UsageError
from spots.export import DatabaseError, ForeignTableError, RunRecord
from spots.export.postgis import check_target, load_layers, target_of
from spots.export.postgis import tables as loading
from spots.outputs.geopackage import write_geopackage
from spots.outputs.layers import layer_tables
from tests.helpers.cli_runs import spots, spots_json
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result
from tests.helpers.layer_cases import HARD, full_result, hard_result
from tests.helpers.postgres import running
from tests.helpers.qgis import qgis
from tests.helpers.unit_cases import ground_result

pytestmark = pytest.mark.slow  # a database server

RUN = RunRecord("aaaa000011112222", "aaaa" * 16, "2024-04-01T09:00:00+00:00", Lang.JA, "0.1")
OTHER = replace(RUN, run_id="bbbb000011112222", evidence_sha256="bbbb" * 16)
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server():
    with running() as found:
        with found.admin() as connection:
            for user in ("guarded", "barred", "plain", "reader"):
                connection.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'se:cret@'")
        yield found


@pytest.fixture(scope="module")
def shared(server):
    server.create("shared")
    return "shared"


@pytest.fixture
def database(server, shared):
    """The name of a database with PostGIS and nothing else in it."""
    yield shared
    with server.admin(shared) as connection:
        left = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_|^public$'"
        ).fetchall()
        for (name,) in left:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture
def own(server):
    """The name of a database for a test that spoils it."""
    name = f"db{next(NUMBERS)}"
    server.create(name)
    return name


@pytest.fixture(scope="module")
def filled(server):
    """A database with the full run; tests only read it."""
    url = server.create("filled")
    loaded = load_layers(full_result(), RUN, target_of(url))
    return url, loaded


def asked(url, statement, *args):
    with psycopg.connect(url) as connection:
        return connection.execute(statement, args).fetchall()


def tables(url, schema="spots"):
    statement = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"
    return {name for (name,) in asked(url, statement, schema)}


def refused(kind, url, *, result=None, run=RUN, schema="spots"):
    with pytest.raises(kind) as caught:
        load_layers(result or full_result(), run, target_of(url, schema))
    assert "se:cret@" not in str(caught.value)
    assert "se%3Acret%40" not in str(caught.value)
    (problem, *_) = caught.value.problems
    assert problem.message.ja
    assert problem.remedy.en
    return problem


def test_every_layer_row_by_row_as_in_the_geopackage(filled, tmp_path):
    url, loaded = filled
    made = layer_tables(full_result(), Lang.JA)
    assert loaded.rows == tuple((t.name, len(t.rows)) for t in made)
    assert (loaded.run_id, loaded.schema, loaded.replaced) == (RUN.run_id, "spots", False)
    write_geopackage(full_result(), Lang.JA, tmp_path / "spots.gpkg")
    for table in made:
        columns = sql.SQL(", ").join(sql.Identifier(f.name) for f in table.fields)
        statement = sql.SQL("SELECT {}, ST_AsEWKB(geom) FROM {} ORDER BY fid").format(
            columns, sql.Identifier("spots", table.name)
        )
        found = asked(url, statement)
        assert [row[:-1] for row in found] == list(table.rows)
        packed = pyogrio.read_dataframe(tmp_path / "spots.gpkg", layer=table.name).geometry
        for (*_, wkb), shape in zip(found, packed, strict=True):
            assert (wkb is None) == (shape is None)
            if wkb is not None:
                ours = shapely.from_wkb(bytes(wkb))
                assert shapely.get_srid(ours) == 6668
                assert ours.equals_exact(shape, 0.0)


def test_units_of_ground_are_loaded_too(server, database):
    url, result = server.url(database), ground_result()
    loaded = load_layers(result, RUN, target_of(url))
    assert loaded.rows == tuple((t.name, len(t.rows)) for t in layer_tables(result, Lang.JA))
    keys = asked(url, "SELECT result || '/' || unit_id FROM spots.units ORDER BY fid")
    assert [key for (key,) in keys] == [v.key for v in result.units]


def test_shapes_are_typed_indexed_and_in_jgd2011(filled):
    url, _ = filled
    found = asked(url, "SELECT f_table_name, type, srid FROM geometry_columns")
    assert {(n, kind.upper(), srid) for n, kind, srid in found} == {
        (t.name, t.geometry.value.upper(), 6668) for t in layer_tables(full_result(), Lang.JA)
    }
    indexed = asked(
        url, "SELECT tablename FROM pg_indexes WHERE schemaname = 'spots' AND indexdef ~ 'gist'"
    )
    assert {name for (name,) in indexed} == tables(url) - {"runs"}
    assert all(ok for (ok,) in asked(url, "SELECT ST_IsValid(geom) FROM spots.spots"))


def test_columns_carry_their_aliases(filled):
    url, _ = filled
    statement = (
        "SELECT a.attname, col_description(a.attrelid, a.attnum) FROM pg_attribute a "
        "WHERE a.attrelid = 'spots.spots'::regclass AND a.attnum > 0 AND a.attname <> 'geom'"
    )
    comments = dict(asked(url, statement))
    assert comments["area_km2"] == "面積（km²）: 切り取り後の面積（楕円体上）; km²"
    assert all(comments.values())
    (title,) = asked(url, "SELECT obj_description('spots.spots'::regclass)")
    assert title[0].startswith("医師少数スポット（案）")


def test_a_run_is_told_apart_and_dated_by_its_manifest(filled):
    url, _ = filled
    statement = (
        "SELECT run_id, title, prefecture_code, policy, lang, radius_m, threshold_ms, "
        "valid_from::text, created AT TIME ZONE 'UTC', evidence_sha256, layers_version "
        "FROM spots.runs"
    )
    (row,) = asked(url, statement)
    assert row[:8] == (
        *(RUN.run_id, "熊本県 医師少数スポット(見本)", "43", "熊本県の基準", "ja"),
        *(4000, 1_800_000, "2024-04-01"),
    )
    assert row[8].isoformat() == "2024-04-01T09:00:00"
    assert row[9:] == (RUN.evidence_sha256, 1)


def everything(url):
    return {
        name: asked(
            url, sql.SQL("SELECT * FROM {} ORDER BY 1, 2").format(sql.Identifier("spots", name))
        )
        for name in sorted(tables(url))
    }


def test_the_same_run_again_takes_the_place_of_itself(server, database):
    target = target_of(server.url(database))
    load_layers(full_result(), RUN, target)
    first = everything(server.url(database))
    assert load_layers(full_result(), RUN, target).replaced
    assert everything(server.url(database)) == first


def test_runs_stand_side_by_side_and_grow_columns(server, database):
    url = server.url(database)
    target = target_of(url)
    plain = fabricated_result()
    load_layers(plain, RUN, target)  # without population, catchments, ...
    load_layers(full_result(), OTHER, target)
    counts = dict(asked(url, "SELECT run_id, count(*) FROM spots.facilities GROUP BY 1"))
    assert counts == {RUN.run_id: 10, OTHER.run_id: 10}
    # A layer that a later version of the same run no longer has is gone with it.
    load_layers(plain, OTHER, target)
    assert asked(url, "SELECT count(*) FROM spots.catchments") == [(0,)]
    # A run whose facilities have a column more.
    asked_columns = (
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'facilities'"
    )
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE spots.facilities DROP COLUMN remark")
    load_layers(plain, OTHER, target)
    assert ("remark",) in asked(url, asked_columns)
    assert asked(url, "SELECT count(*) FROM spots.facilities WHERE remark IS NULL") == [(10,)]
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM spots.runs WHERE run_id = %s", (RUN.run_id,))
    assert asked(url, "SELECT DISTINCT run_id FROM spots.spots") == [(OTHER.run_id,)]


def test_what_wants_to_be_sql_is_text(server, database):
    url = server.url(database)
    schema = 'a"; DROP SCHEMA public; --'
    hostile = fabricated_result(hostile=True)
    hostile = replace(
        hostile,
        municipalities=hostile.municipalities.rename(
            columns={"prefecture": 'x"); DROP TABLE "runs'}
        ),
    )
    load_layers(hostile, RUN, target_of(url, schema))
    statement = sql.SQL("SELECT name FROM {} ORDER BY fid").format(
        sql.Identifier(schema, "facilities")
    )
    assert [n for (n,) in asked(url, statement)][: len(HOSTILE_NAMES)] == list(HOSTILE_NAMES)
    assert "runs" in tables(url, schema)


def test_every_character_is_kept_and_nul_is_no_end(server, database):
    url = server.url(database)
    hard = hard_result()
    first, *rest = hard.spots
    load_layers(
        replace(hard, spots=(replace(first, name=f"{HARD}\0x\\N\t"), *rest)), RUN, target_of(url)
    )
    ((name,), *_) = asked(url, "SELECT name FROM spots.spots ORDER BY fid")
    assert name == f"{HARD}\ufffdx\\N\t"


@pytest.mark.parametrize("moment", ["rows", "shapes", "killed"])
def test_a_fault_in_the_middle_leaves_no_row_and_no_table(server, database, monkeypatch, moment):
    url = server.url(database)
    load_layers(full_result(), OTHER, target_of(url))
    before = everything(url)
    whole = loading._copy

    def faulty(connection, target, plan, rows):
        if plan.name != "routes":
            whole(connection, target, plan, rows)
        elif moment == "rows":
            whole(connection, target, plan, [row[:-2] for row in rows])
        elif moment == "shapes":
            whole(connection, target, plan, [(*row[:-1], "00FF") for row in rows])
        else:
            pid = connection.info.backend_pid
            with server.admin() as admin:
                admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
            whole(connection, target, plan, rows)

    monkeypatch.setattr(loading, "_copy", faulty)
    problem = refused(DatabaseError, url)
    assert problem.code == ("database-lost" if moment == "killed" else "database-failed")
    assert "何も書き込んでいません" in problem.message.ja
    assert everything(url) == before
    refused(DatabaseError, url, schema="fresh")
    assert tables(url, "fresh") == set()


def test_a_server_that_is_down():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgresql://me:se%3Acret%40@127.0.0.1:{port}/x"
    problem = refused(DatabaseError, url)
    assert problem.code == "database-unreachable"
    assert problem.file == f"postgresql://me@127.0.0.1:{port}/x"


@pytest.mark.parametrize(
    ("user", "password", "base"),
    [
        ("guarded", "wrong", "filled"),
        ("guarded", "", "filled"),
        ("barred", "se%3Acret%40", "filled"),
        ("nobody_we_know", "", "filled"),
        ("owner", "", "no_such_database"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_a_server_that_refuses(server, user, password, base, monkeypatch):
    monkeypatch.delenv("PGPASSWORD", raising=False)
    problem = refused(DatabaseError, server.url(base, user, password))
    assert problem.code == "database-refused"
    with pytest.raises(DatabaseError):
        check_target(target_of(server.url(base, user, password)))


def test_a_password_is_used_and_never_shown(server, own):
    with server.admin(own) as connection:
        connection.execute(f"GRANT CREATE ON DATABASE {own} TO guarded")
    target = target_of(server.url(own, "guarded", "se%3Acret%40"))
    loaded = load_layers(full_result(), RUN, target)
    assert loaded.database == f"postgresql://guarded@127.0.0.1:{server.port}/{own}"
    assert "cret" not in repr(target) + repr(loaded)


def test_no_right_to_write(server, own):
    assert refused(DatabaseError, server.url(own, "plain")).code == "database-permission"
    with server.admin(own) as connection:
        connection.execute("CREATE SCHEMA spots")
        connection.execute("GRANT USAGE ON SCHEMA spots TO plain")
    assert refused(DatabaseError, server.url(own, "plain")).code == "database-permission"
    with server.admin(own) as connection:
        connection.execute("GRANT CREATE ON SCHEMA spots TO plain")
    load_layers(full_result(), RUN, target_of(server.url(own, "plain")))
    assert refused(DatabaseError, server.url(own, "reader")).code == "database-permission"
    with server.admin(own) as connection:
        connection.execute(f"ALTER DATABASE {own} SET default_transaction_read_only = on")
    assert refused(DatabaseError, server.url(own, "plain")).code == "database-permission"


def test_postgis_is_switched_on_where_that_is_allowed(server):
    name = f"db{next(NUMBERS)}"
    url = server.create(name, postgis=False)
    problem = refused(DatabaseError, server.url(name, "plain"))
    assert problem.code == "postgis-not-enabled"
    assert "CREATE EXTENSION postgis" in problem.remedy.ja
    load_layers(full_result(), RUN, target_of(url))
    assert "spots" in tables(url)


def test_postgis_in_a_schema_of_its_own(server):
    name = f"db{next(NUMBERS)}"
    url = server.create(name, postgis=False)
    with server.admin(name) as connection:
        connection.execute("CREATE SCHEMA gis")
        connection.execute("CREATE EXTENSION postgis SCHEMA gis")
    assert not load_layers(full_result(), RUN, target_of(url)).replaced
    assert load_layers(full_result(), RUN, target_of(url)).replaced


def test_a_database_that_does_not_know_jgd2011(server, own):
    with server.admin(own) as connection:
        connection.execute("DELETE FROM spatial_ref_sys WHERE srid = 6668")
    assert refused(DatabaseError, server.url(own)).code == "postgis-srid"


def test_a_database_of_another_encoding(server):
    name = f"db{next(NUMBERS)}"
    server.create(name, encoding="EUC_JP")
    problem = refused(DatabaseError, server.url(name), result=hard_result())
    assert problem.code == "database-encoding"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE spots.runs (id integer)",
        "CREATE TABLE spots.facilities (name text)",
        "CREATE TABLE spots.spots (run_id text, fid integer, name integer, geom text)",
        "CREATE VIEW spots.routes AS SELECT 1 AS x",
    ],
)
def test_tables_of_others_are_left_alone(server, database, statement):
    url = server.url(database)
    with server.admin(database) as connection:
        connection.execute("CREATE SCHEMA spots")
        connection.execute(statement)
    before = tables(url)
    problem = refused(ForeignTableError, url)
    assert problem.code == "postgis-table-differs"
    assert "--schema" in problem.remedy.ja
    assert tables(url) == before


def test_tables_of_a_newer_version_are_left_alone(server, database):
    url = server.url(database)
    load_layers(full_result(), RUN, target_of(url))
    with server.admin(database) as connection:
        connection.execute("UPDATE spots.runs SET layers_version = 99")
    assert refused(ForeignTableError, url, run=OTHER).code == "postgis-newer-tables"


@pytest.mark.parametrize(
    ("url", "schema"),
    [
        ("mysql://h/d", "spots"),
        ("host=h dbname=d", "spots"),
        ("postgresql://h/d?nonsense=1", "spots"),
        ("postgresql://u:a@b@h/d", "spots"),
        ("postgresql://u:a/b@h/d", "spots"),
        ("postgresql://u:1/b@h/d", "spots"),
        ("postgresql://h/d", ""),
        ("postgresql://h/d", "pg_mine"),
        ("postgresql://h/d", "あ" * 22),
    ],
)
def test_addresses_that_are_none(url, schema):
    with pytest.raises(UsageError) as caught:
        target_of(url, schema)
    for piece in ("a@b", "a/b", "nonsense"):
        assert piece not in str(caught.value)


def test_without_the_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setattr("spots.export.postgis.util.find_spec", lambda _name: None)
    with pytest.raises(DatabaseError, match=r"pip install 'shortage-spots\[postgis\]'"):
        target_of("postgresql://h/d")


LOOK = """
layer = QgsVectorLayer(sys.argv[1], "x", "postgres")
print(layer.isValid(), layer.featureCount(), layer.crs().authid(), layer.fields().count(), sep="\\t")
for feature in sorted(layer.getFeatures(), key=lambda f: f["fid"]):
    print(feature["name"], feature.geometry().asWkt(6), sep="\\t")
"""


@pytest.mark.usefixtures("filled")
def test_qgis_reads_the_tables(server):
    source = (
        f"host=127.0.0.1 port={server.port} dbname=filled user=owner sslmode=disable "
        'key=\'run_id,fid\' srid=6668 type=MultiPolygon table="spots"."spots" (geom)'
    )
    first, *rows = [line.split("\t") for line in qgis(LOOK, source).splitlines()]
    table = layer_tables(full_result(), Lang.JA)[0]
    assert first == ["True", "5", "EPSG:6668", str(len(table.fields) + 2)]
    for (name, wkt), row, shape in zip(rows, table.rows, table.shapes, strict=True):
        assert name == row[1]
        assert shapely.equals_exact(shapely.from_wkt(wkt), shape, 1e-6)


def test_export_and_run_write_to_a_database(server, database, small_folder, tmp_path):
    url = server.url(database)
    page = spots_json("export", small_folder, "--to", url, "--schema", "layers")
    assert page["database"]["schema"] == "layers"
    assert page["database"]["rows"]["facilities"] > 0
    run_file = next(small_folder.parent.glob("*.toml"))
    done = spots("run", run_file, "--out", tmp_path / "out", "--to", url, "--schema", "layers")
    assert done.exit_code in {0, 3}, done.stderr
    assert "置き換えました" in done.stdout
    assert asked(url, "SELECT count(*) FROM layers.runs") == [(1,)]


def test_a_run_does_not_begin_where_the_database_is_down(small_folder, tmp_path):
    run_file = next(small_folder.parent.glob("*.toml"))
    down = "postgresql://me:hidden@127.0.0.1:9/x"
    done = spots("run", run_file, "--out", tmp_path / "out", "--to", down)
    assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "database-unreachable" in done.stderr
    assert "hidden" not in done.stderr


def test_a_folder_stands_where_the_database_fails(server, database, small_folder, tmp_path):
    run_file = next(small_folder.parent.glob("*.toml"))
    url = server.url(database, "plain")
    done = spots("run", run_file, "--out", tmp_path / "out", "--to", url)
    assert done.exit_code == 1
    assert "database-permission" in done.stderr
    assert "書き出し済みです" in done.stderr
    assert (tmp_path / "out" / "run.json").exists()
