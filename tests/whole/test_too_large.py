"""Input that would cost minutes or gigabytes: refused by name before it does, or answered."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely.geometry import Point

from groundfloor import sheet_cells
from groundfloor.toml import parse_toml
from spots.comparing.comparison_files import RECORD
from spots.export.layer_files import LISTING
from spots.facilities import headers, merge, read_layers, sites
from spots.job.batch_run import SUMMARY_JSON
from spots.types import FacilityType
from tests.helpers.cli_runs import leftovers, spots
from tests.helpers.facility_lists import spec, write
from tests.helpers.small_job import HEADER, INDEX, RUN, outlines, write_job

LAUGHS = '<!DOCTYPE l [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {"abcdefghij"[n]} "{("&" + "abcdefghij"[n - 1] + ";") * 10}">' for n in range(1, 10)
)
ONE = "X1,滝上病院,43447,熊本県上益城郡山都町滝上1,32.7310,131.0994,\n"
DEEP = "[" * 100_000 + "]" * 100_000


def refused(code: str, *args: object) -> None:
    """Expect one plain refusal, which stands on stderr in both languages."""
    for lang in ("ja", "en"):
        done = spots(*args, "--lang", lang)
        assert done.exit_code in {1, 2}
        assert f"[{code}]" in done.stderr


def checked(code: str, path: Path) -> None:
    done = spots("check", path)
    assert done.exit_code == 1
    assert f"[{code}]" in done.stdout


def crowd(count: int) -> str:
    rows = (
        f"X{n},第{n}病院,43447,熊本県上益城郡山都町滝上1,32.7310,131.0994,\n" for n in range(count)
    )
    return HEADER + "".join(rows)


@pytest.mark.slow
def test_a_list_of_thousands_to_be_judged_is_refused_before_roads_and_circles(tmp_path: Path):
    run = write_job(tmp_path, {"hospitals.csv": crowd(2_001), "links.csv": ""})
    refused("too-many-judged", "run", run)
    assert not (tmp_path / "out").exists()
    assert leftovers(tmp_path) == []


@pytest.mark.slow
def test_thousands_that_only_count_as_others_are_no_reason_to_refuse(tmp_path: Path):
    run = RUN.replace('type = "③"\n', 'type = "③"\nrole = "destination"\n')
    done = spots("run", write_job(tmp_path, {"hospitals.csv": crowd(2_001), "run.toml": run}))
    assert done.exit_code in {0, 3}, done.stderr


@pytest.mark.parametrize("label", ["", "A{n}"], ids=["no site", "sites"])
def test_a_crowd_at_one_point_is_not_looked_at_pair_by_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str
):
    count, looked = 400, []
    distance = sites.distance_m
    monkeypatch.setattr(sites, "distance_m", lambda a, b: looked.append(a) or distance(a, b))
    told_apart = "spots.types.facilities.Facility.told_apart"
    monkeypatch.setattr(told_apart, lambda _a, _b: looked.append(_a) or False)
    rows = "".join(
        f"{n},第{n}病院,43447,熊本県上益城郡山都町滝上1,32.7,131.1,{label.format(n=n)}\n"
        for n in range(count)
    )
    page = "id,医療機関名,市町村コード,所在地,緯度,経度,敷地\n" + rows
    types = frozenset({FacilityType.SECONDARY_EMERGENCY})
    raws, _ = read_layers([spec(write(tmp_path, page), types=types)], {})
    facilities, _ = merge(raws)
    assert len({f.site for f in facilities}) == (count if label else 1)
    assert len(looked) <= 30 * count


def as_csv(path: Path) -> Path:
    path.with_suffix(".csv").write_text(HEADER + ONE * 9, encoding="utf-8")
    return path.with_suffix(".csv")


def as_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    for line in (HEADER + ONE * 9).splitlines():
        book.active.append(line.split(","))
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def as_layer(path: Path) -> Path:
    frame = gpd.GeoDataFrame({"name": ["病院"] * 9}, geometry=[Point(131, 32)] * 9, crs=6668)
    frame.to_file(path.with_suffix(".geojson"))
    return path.with_suffix(".geojson")


@pytest.mark.parametrize("form", [as_csv, as_workbook, as_layer])
def test_a_list_longer_than_all_of_japan_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Callable[[Path], Path]
):
    monkeypatch.setattr(headers, "_MOST_ROWS", 5)
    checked("too-many-rows", form(tmp_path / "list"))


def test_of_a_million_errors_some_are_shown_and_the_rest_counted(tmp_path: Path):
    done = spots("run", write_job(tmp_path, {"index.csv": INDEX + "9999,x,many\n" * 300}))
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) < 300
    assert "ほか" in done.stderr


@pytest.mark.parametrize("name", ["index.csv", "areas.csv", "links.csv", "nodes.csv"])
def test_every_table_has_a_bound_that_fits_what_it_is(tmp_path: Path, name: str):
    run = write_job(tmp_path)
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("\n" * 500_001)
    refused("too-many-rows", "run", run)


@pytest.mark.parametrize("key", [".".join(["a"] * 20_000), "[" + ".".join(['"a"'] * 20_000) + "]"])
def test_a_key_of_endless_parts_is_refused(tmp_path: Path, key: str):
    (tmp_path / "run.toml").write_text(f"# a file\n{key} = 1\n")
    refused("toml-syntax", "run", tmp_path / "run.toml")
    assert ": 2" in spots("run", tmp_path / "run.toml").stderr


def test_dots_in_values_and_remarks_are_no_key():
    dots = ".".join(["a"] * 100)
    assert parse_toml(f'# {dots}\na = "{dots}"\n', "x").data == {"a": dots}


def test_settings_of_megabytes_are_refused(tmp_path: Path):
    (tmp_path / "run.toml").write_text("a = 1\n" * 1_000_000)
    refused("toml-too-large", "run", tmp_path / "run.toml")


def test_an_outline_whose_points_lost_their_order_is_refused(tmp_path: Path):
    page = json.loads(outlines())
    ring = [
        [131 + n * 7_919 % 1_009 / 5_000, 32.6 + n * 104_729 % 997 / 3_000] for n in range(3_000)
    ]
    page["features"][4]["geometry"]["coordinates"] = [[*ring, ring[0]]]
    refused(
        "geometry-tangled", "run", write_job(tmp_path, {"municipalities.geojson": json.dumps(page)})
    )


def workbook(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Write a workbook whose parts are changed."""
    whole = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["医療機関名", "緯度", "経度"])
    book.active.append(["滝上病院", 32.7, 131.1])
    book.active["XFD1048576"] = "x"
    book.save(whole)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(name, change(name, given.read(name)))
    return path


def test_a_cell_in_the_last_row_and_column_is_answered(tmp_path: Path):
    book = workbook(tmp_path / "far.xlsx", lambda _, part: part)
    assert book.stat().st_size < 8_000
    done = spots("check", book, "--lang", "en")
    assert "1048576" in done.stdout


def test_entities_in_a_workbook_are_refused(tmp_path: Path):
    def laughing(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        return LAUGHS.encode() + b"]>" + part.replace(b"<v>32.7<", b"<v>&j;<")

    book = workbook(tmp_path / "laughs.xlsx", laughing)
    checked("xlsx-damaged", book)


def test_texts_that_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheet_cells, "MOST_CHARACTERS", 10)
    checked("xlsx-too-large", workbook(tmp_path / "t.xlsx", lambda _, p: p))


def test_a_zip_that_fills_the_disk_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", HEADER + " " * 80_000_000)
    checked("zip-too-large", tmp_path / "bomb.zip")


@pytest.mark.slow
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("start", [b"<osm>", b"{"])
def test_a_packed_map_that_never_ends_is_refused(
    tmp_path: Path, pack: Callable[[bytes], bytes], start: bytes
):
    (tmp_path / "a.osm").write_bytes(pack(start + b" " * 80_000_000))
    refused("osm-unreadable", "network", "info", tmp_path / "a.osm")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.osm", f"{LAUGHS}]><osm><node id='1' lat='1' lon='1'><tag k='a' v='&j;'/></node></osm>"),
        ("a.graphml", f"{LAUGHS}]><graphml><graph><node id='&j;'/></graph></graphml>"),
        ("a.osm", '{"elements": ' + DEEP + "}"),
        ("a.json", DEEP),
    ],
)
def test_roads_that_unfold_without_end_are_refused(tmp_path: Path, name: str, text: str):
    (tmp_path / name).write_text(text)
    done = spots("network", "info", tmp_path / name)
    assert (done.exit_code, done.stdout) == (1, "")


@pytest.mark.parametrize(
    "command",
    [
        ("explain", "{}"),
        ("map", "{}"),
        ("report", "{}"),
        ("locate", "{}", "{}/run.json"),
        ("export", "{}", "--format", "geojson", "--out", "{}", "--force"),
        ("diff", "{}", "{}", "--out", "{}", "--force"),
        ("batch", "{}/run.toml", "--out", "{}", "--force"),
        ("run", "{}/run.toml", "--out", "{}", "--force"),
    ],
    ids=lambda c: c[0],
)
def test_files_of_our_own_that_nest_without_end_are_refused(
    tmp_path: Path, command: tuple[str, ...]
):
    write_job(tmp_path)
    for name in ("run.json", "evidence.json", RECORD, SUMMARY_JSON, LISTING):
        (tmp_path / name).write_text(DEEP)
    done = spots(*(part.format(tmp_path) for part in command))
    assert done.exit_code in {1, 2}
    assert "[" in done.stderr


def test_a_layer_that_nests_without_end_is_refused(tmp_path: Path):
    text = '{"type": "FeatureCollection", "features": ' + DEEP + "}"
    done = spots("run", write_job(tmp_path, {"municipalities.geojson": text}))
    assert done.exit_code == 1
    assert "municipalities.geojson" in done.stderr
