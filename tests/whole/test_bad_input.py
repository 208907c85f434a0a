"""Input as it must not be, through the real command line.

Every case ends in a message with place and remedy in both languages, or in a row marked
undetermined; never in a traceback, a lost row or a half-written folder.
"""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pyogrio
import pytest

from tests.helpers.cli_runs import CONTRACT, foreign_words, leftovers, spots
from tests.helpers.folders import FIELD_DATA
from tests.helpers.small_job import (
    AREAS,
    CLINICS,
    HEADER,
    HOSPITALS,
    INDEX,
    LINKS,
    NODES,
    RUN,
    SQUARES,
    files,
    outlines,
    write_job,
)

CENTRE = FIELD_DATA / "roads" / "kumamoto_chuo_drive_20230105.osm.pbf"
Changed = Mapping[str, str | bytes | None]


def instead(name: str) -> str:
    """Return the run file with another clinic list."""
    return RUN.replace('"clinics.csv"', f'"{name}"')


def row(number: int, name: str, lat: str, lon: str, *, code: str = "43447") -> str:
    return f"X{number},{name},{code},熊本県上益城郡山都町井無田{number},{lat},{lon},\n"


def zipped(names: Mapping[str, str]) -> bytes:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as packed:
        for name, text in names.items():
            packed.writestr(name, text)
    return page.getvalue()


def zipped_on_windows(name: str, text: str) -> bytes:
    """Return a zip whose member name is CP932 bytes without the UTF-8 flag."""
    raw = name.encode("cp932")
    placeholder = "x" * len(raw)
    return zipped({placeholder: text}).replace(placeholder.encode(), raw)


@dataclass(frozen=True)
class Case:
    """What is spoilt, and what must be said: code, and the parts that say where."""

    changed: Changed
    code: str
    where: tuple[str, ...] = ()
    exit_code: int = 1
    english: tuple[str, ...] = field(default=())  # data words the tool itself knows


REFUSED = {
    # facility lists
    "wrong encoding": Case(
        {"clinics.csv": b"\xff" + CLINICS.encode("cp932")}, "wrong-encoding", ("1行目",)
    ),
    "two encodings": Case(
        {"clinics.csv": CLINICS.encode() + row(3, "別", "32.7", "131.1").encode("cp932")},
        "wrong-encoding",
        ("4行目",),
    ),
    "empty file": Case({"clinics.csv": b""}, "empty-file", ("clinics.csv",)),
    "only a byte order mark": Case({"clinics.csv": b"\xef\xbb\xbf"}, "empty-file"),
    "only a header": Case({"clinics.csv": HEADER}, "no-rows", ("clinics.csv",)),
    "missing column": Case(
        {"clinics.csv": CLINICS.replace("医療機関名", "なにか")},
        "column-missing",
        ("1行目",),
        english=("医療機関名",),
    ),
    "a column twice": Case(
        {"clinics.csv": CLINICS.replace("備考", "緯度")}, "column-twice", ("1行目", "緯度")
    ),
    "duplicate ids": Case(
        {"clinics.csv": CLINICS.replace("C2,", "C1,")}, "duplicate-id", ("3行目", "井無田診療所")
    ),
    "an id of another list": Case(
        {"clinics.csv": CLINICS.replace("C2,", "H1,")}, "duplicate-id", ("hospitals.csv", "3行目")
    ),
    "unknown type in a row": Case(
        {"clinics.csv": CLINICS.replace("備考", "種別").replace("要確認", "④")},
        "unknown-type",
        ("2行目", "3行目", "種別", "④"),
        english=("へき地医療拠点病院", "へき地診療所", "二次救急病院"),
    ),
    "NUL bytes": Case(
        {"clinics.csv": CLINICS.encode().replace("芳野".encode(), b"\0\0")}, "not-text"
    ),
    "no name": Case(
        {"clinics.csv": CLINICS.replace("芳野診療所", "")}, "name-missing", ("3行目", "医療機関名")
    ),
    "a quotation mark never closed": Case(
        {"clinics.csv": CLINICS.replace("芳野診療所", '"芳野診療所')}, "csv-quoting", ("3行目",)
    ),
    "a field without end": Case(
        {"clinics.csv": CLINICS.replace("芳野診療所", "長" * 200_000)}, "csv-quoting", ("3行目",)
    ),
    "a workbook of no bytes": Case(
        {"run.toml": instead("c.xlsx"), "c.xlsx": b""}, "empty-file", ("c.xlsx",)
    ),
    "a text named xlsx": Case(
        {"run.toml": instead("c.xlsx"), "c.xlsx": CLINICS}, "xlsx-damaged", ("c.xlsx",)
    ),
    "a run file that points to itself": Case(
        {"run.toml": instead("run.toml")}, "format-unknown", ("run.toml",)
    ),
    "a list that is not there": Case(
        {"clinics.csv": None}, "file-missing", ("run.toml", "12行目", "clinics.csv")
    ),
    "a folder for a list": Case({"run.toml": instead(".")}, "file-missing", ("12行目", "フォルダ")),
    # zips
    "a zip that climbs out": Case(
        {"run.toml": instead("c.zip"), "c.zip": zipped({"../clinics.csv": CLINICS})},
        "zip-unsafe-name",
        ("c.zip", "../clinics.csv"),
    ),
    "a zip with an absolute name": Case(
        {"run.toml": instead("c.zip"), "c.zip": zipped({"/etc/clinics.csv": CLINICS})},
        "zip-unsafe-name",
    ),
    "a damaged zip": Case(
        {"run.toml": instead("c.zip"), "c.zip": zipped({"a.csv": CLINICS})[:200]}, "zip-damaged"
    ),
    "a zip of two lists": Case(
        {"run.toml": instead("c.zip"), "c.zip": zipped({"a.csv": CLINICS, "b.csv": CLINICS})},
        "zip-with-several-lists",
        ("a.csv", "b.csv"),
    ),
    # settings
    "unknown type": Case(
        {"run.toml": RUN.replace('"②"', '"④"')}, "unknown-type", ("13行目", "④"), exit_code=2
    ),
    "misspelt policy key": Case(
        {"run.toml": RUN + "[policy.override.circle]\nradious_m = 4000\n"},
        "unknown-key",
        ("33行目", "radious_m", "radius_m"),
        exit_code=2,
    ),
    "misspelt run key": Case(
        {"run.toml": RUN.replace("shortage_at_most", "shortage_atmost")},
        "unknown-key",
        ("26行目",),
        exit_code=2,
    ),
    "a number as text": Case(
        {"run.toml": RUN + '[policy.override.circle]\nradius_m = "4000"\n'},
        "wrong-type",
        ("33行目", "radius_m"),
        exit_code=2,
    ),
    "TOML that is none": Case(
        {"run.toml": RUN + "[run\n"}, "toml-syntax", ("32行目",), exit_code=2
    ),
    "TOML in CP932": Case(
        {"run.toml": RUN.encode("cp932")}, "toml-encoding", ("7行目",), exit_code=2
    ),
    "an unknown preset": Case(
        {"run.toml": RUN.replace('"kumamoto"', '"kumamotto"')},
        "unknown-preset",
        ("5行目",),
        exit_code=2,
    ),
    "a date that is none": Case(
        {"run.toml": RUN.replace('type = "②"', 'type = "②"\nas_of = "R6.13.1"')},
        "date-not-understood",
        ("14行目", "R6.13.1"),
        exit_code=2,
    ),
    "no list of that name": Case(
        {"run.toml": RUN.replace('list = "rotation"', 'list = "rotatoin"')},
        "list-missing",
        ("rotation",),
        exit_code=2,
    ),
    "no network": Case(
        {"run.toml": RUN.split("[network]", maxsplit=1)[0]}, "network-missing", exit_code=2
    ),
    "cut-offs that cross": Case(
        {"run.toml": RUN.replace("217.6", "100.0")}, "cut-offs-cross", ("26行目",), exit_code=2
    ),
    # boundaries, areas, indices
    "one code for two municipalities": Case(
        {"municipalities.geojson": outlines().replace('"40202"', '"43447"')},
        "code-with-two-names",
        ("municipalities.geojson", "大牟田市", "山都町"),
    ),
    "a municipality in two areas": Case(
        {"areas.csv": AREAS + "43447,山都町,4306,阿蘇\n"},
        "municipality-in-two-areas",
        ("areas.csv", "6行目"),
    ),
    "an area table without areas": Case(
        {"areas.csv": AREAS.replace("area_code", "x")},
        "column-missing",
        ("areas.csv",),
        english=(
            "二次医療圏コード",
            "2次医療圏コード",
            "医療圏コード",
            "構想区域コード",
            "圏域コード",
        ),
    ),
    "an index twice": Case(
        {"index.csv": INDEX + "4306,阿蘇,190.0\n"}, "duplicate-area", ("index.csv", "5行目")
    ),
    "half a GeoJSON": Case(
        {"municipalities.geojson": outlines()[:300]},
        "vector-unreadable",
        ("municipalities.geojson",),
    ),
    "boundaries of another prefecture": Case(
        {"municipalities.geojson": outlines().replace('"43', '"44')},
        "no-municipality",
        ("municipalities.geojson", "熊本県"),
    ),
    "boundaries in metres": Case(
        {"municipalities.geojson": outlines().replace("130.", "13000.").replace("131.", "13100.")},
        "crs-impossible",
        ("municipalities.geojson",),
    ),
    # roads
    "missing nodes": Case({"nodes.csv": None}, "file-missing", ("30行目", "nodes.csv")),
    "a link to nowhere": Case(
        {"links.csv": LINKS.replace("yabe,oguni", "yabe,nowhere")},
        "link-node-unknown",
        ("links.csv", "5行目", "nowhere"),
    ),
    "a road of no length": Case({"links.csv": LINKS.replace("50.0", "-50")}, "link-length"),
    "an unknown road class": Case(
        {"links.csv": LINKS.replace("primary", "県の道")}, "road-class-unknown", ("5行目",)
    ),
    "a node without a place": Case(
        {"nodes.csv": NODES.replace("33.12", "NaN")}, "not-a-number", ("nodes.csv", "6行目")
    ),
    "no links": Case({"links.csv": LINKS.splitlines()[0] + "\n"}, "network-empty"),
    "a table read as OSM": Case(
        {"run.toml": RUN.replace('kind = "links"', 'kind = "osm"')},
        "osm-unreadable",
        ("links.csv",),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_place_and_remedy_in_both_languages(tmp_path: Path, name: str) -> None:
    case = REFUSED[name]
    run = write_job(tmp_path, case.changed)
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}

    japanese = spots("run", run)
    assert (japanese.exit_code, japanese.stdout) == (case.exit_code, "")
    errors = [line for line in japanese.stderr.splitlines() if f"[{case.code}]" in line]
    assert errors
    assert all(line.startswith("エラー: ") and " → " in line for line in errors)
    for part in case.where:
        assert any(part in line for line in errors), part
    assert str(tmp_path) not in japanese.stderr

    english = spots("run", run, "--lang", "en")
    assert english.exit_code == case.exit_code
    assert f"[{case.code}]" in english.stderr
    given = [c for c in case.changed.values() if isinstance(c, str)]
    assert foreign_words(english.stderr, [*files().values(), *given, *case.english]) == []

    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before  # nothing half-written


@dataclass(frozen=True)
class Doubt:
    """A list that is used though something is wrong: the code said, and who is undetermined."""

    clinics: str | bytes
    code: str
    where: tuple[str, ...]
    undetermined: tuple[str, ...]
    rows: int = 2


C1_AT = "32.7310,131.0994"
DOUBTFUL = {
    "text in a latitude": Doubt(
        CLINICS.replace("32.7310", "不明"), "coordinate-not-a-number",
        ("clinics.csv: 2行目", "緯度", "不明"), ("C1",),
    ),
    "NaN and infinity": Doubt(
        CLINICS.replace(C1_AT, "NaN,inf"), "coordinate-not-a-number", ("clinics.csv: 2行目",), ("C1",)
    ),
    "swapped": Doubt(
        CLINICS.replace(C1_AT, "131.0994,32.7310"), "swapped-coordinates", ("clinics.csv: 2行目", "緯度"), ()
    ),
    "zero": Doubt(CLINICS.replace(C1_AT, "0.0,0.0"), "zero-coordinates", ("clinics.csv: 2行目",), ("C1",)),
    "in the sea": Doubt(
        CLINICS.replace(C1_AT, "32.2134,130.0123"), "point-nowhere", ("clinics.csv: 2行目", "山都町"), ("C1",)
    ),
    "far from its address": Doubt(
        CLINICS.replace(C1_AT, "33.1234,131.1012"), "point-and-address-disagree",
        ("clinics.csv: 2行目", "小国町"), ("C1",),
    ),
    "two at one point": Doubt(
        CLINICS + row(3, "別の診療所", "32.7310", "131.0994"), "one-point",
        ("clinics.csv: 4行目", "井無田診療所"), (), rows=3,
    ),
    "a code without its zero": Doubt(
        CLINICS + row(3, "函館診療所", "41.7688", "140.7288", code="1202").replace(
            "熊本県上益城郡山都町", "北海道函館市"
        ),
        "municipality-code-zero", ("clinics.csv: 4行目", "1202", "01202"), (), rows=3,  # excluded
    ),
    "on two lists at two places": Doubt(
        CLINICS + "H3,小国公立病院,43424,熊本県阿蘇郡小国町宮原1743,33.1300,131.1010,\n",
        "merged-positions-differ", ("hospitals.csv", "5行目", "「小国公立病院」（clinics.csv:4）"), (),
    ),
    "no place at all": Doubt(
        HEADER + "C1,井無田診療所,,,,,\nC2,芳野診療所,43100,熊本市,32.8000,130.8000,\n",
        "no-coordinates", ("clinics.csv: 2行目",), ("C1",),
    ),
}  # fmt: skip


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "facilities.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize("name", DOUBTFUL)
def test_doubtful_rows_are_named_and_never_lost(tmp_path: Path, name: str) -> None:
    doubt = DOUBTFUL[name]
    run = write_job(tmp_path, {"clinics.csv": doubt.clinics})
    done = spots("run", run)
    assert done.exit_code == (3 if doubt.undetermined else 0)
    line = next(x for x in done.stderr.splitlines() if f"[{doubt.code}]" in x)
    assert line.startswith("警告: ")
    assert " → " in line
    for part in doubt.where:
        assert part in line
    rows = table(tmp_path / "out")
    assert len(rows) == 1 + doubt.rows + 3  # base, clinics, and hospitals without the base
    lost = tuple(r["facility_id"] for r in rows if r["state"] == "undetermined")
    assert lost == doubt.undetermined
    assert all(r["state_reason"] for r in rows)
    assert {p.name for p in (tmp_path / "out").iterdir()} == CONTRACT
    assert leftovers(tmp_path) == []
    lists = (tmp_path / "clinics.csv", tmp_path / "hospitals.csv")
    english = spots("check", *lists, "--run", run, "--lang", "en")
    assert f"[{doubt.code}]" in english.stdout
    assert foreign_words(english.stdout, [*files().values(), str(doubt.clinics)]) == []


@pytest.mark.slow
def test_a_facility_in_another_prefecture_is_out_and_says_so(tmp_path: Path) -> None:
    beyond = "X3,大牟田診療所,40202,福岡県大牟田市1,33.0512,130.4512,\n"
    spots("run", write_job(tmp_path, {"clinics.csv": CLINICS + beyond}))
    (found,) = [r for r in table(tmp_path / "out") if r["facility_id"] == "X3"]
    assert found["state"] == "excluded"
    assert SQUARES["40202"][1] in found["state_reason"]


@pytest.mark.slow
def test_a_network_that_does_not_cover_a_facility(tmp_path: Path) -> None:
    far = HOSPITALS.replace("33.1210", "33.1900")  # 8 km from the last road
    done = spots("run", write_job(tmp_path, {"hospitals.csv": far}))
    assert done.exit_code == 3
    assert "hospitals.csv: 5行目" in done.stderr
    (found,) = [r for r in table(tmp_path / "out") if r["facility_id"] == "H3"]
    assert found["state"] == "undetermined"
    assert float(found["snap_m"]) > 1000
    assert (found["travel_min"], found["reachable"]) == ("", "")


@pytest.mark.slow
def test_a_municipality_without_an_area_is_undetermined(tmp_path: Path) -> None:
    changed = {"areas.csv": AREAS.replace("43447,山都町,4312,熊本・上益城\n", "")}
    done = spots("run", write_job(tmp_path, changed))
    assert done.exit_code == 3
    assert "areas.csv: 値「43447」" in done.stderr
    states = {r["facility_id"]: r["state"] for r in table(tmp_path / "out")}
    assert (states["B1"], states["C1"]) == ("undetermined", "undetermined")


@pytest.mark.slow
def test_an_area_without_an_index_is_undetermined(tmp_path: Path) -> None:
    changed = {"index.csv": INDEX.replace("4306,阿蘇,184.2\n", "")}
    done = spots("run", write_job(tmp_path, changed))
    assert done.exit_code == 3
    assert "index.csv: 値「4306」" in done.stderr


def book(rows: list[list[str]]) -> bytes:
    workbook, page = openpyxl.Workbook(), io.BytesIO()
    for cells in rows:
        workbook.active.append(cells)
    workbook.save(page)
    return page.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"clinics.csv": CLINICS.encode("cp932")},
        {"clinics.csv": CLINICS.encode("utf-16")},
        {"clinics.csv": ("\ufeff" + CLINICS).replace("\n", "\r\n")},
        {"clinics.csv": CLINICS.replace("\n", "\r")},
        {"clinics.csv": CLINICS.replace(",", "\t")},
        {"clinics.csv": CLINICS + ",,,,,,\n\n\n"},
        {"clinics.csv": "令和6年4月1日現在,,,,,,\n\n" + CLINICS},
        {"run.toml": "\ufeff" + RUN.replace("\n", "\r\n")},
        {"run.toml": instead("c.zip"), "c.zip": zipped_on_windows("へき地診療所表.csv", CLINICS)},
        {"run.toml": instead("c.xlsx"), "c.xlsx": book([x.split(",") for x in CLINICS.split()])},
    ],
    ids=["cp932", "utf-16", "bom", "cr", "tabs", "blank", "title", "toml", "zip-cp932", "xlsx"],
)
def test_what_only_looks_strange_gives_the_same_verdicts(
    tmp_path: Path, small_folder: Path, changed: Changed
) -> None:
    done = spots("run", write_job(tmp_path, changed))
    assert done.exit_code == 0, done.stderr
    assert verdicts(tmp_path / "out") == verdicts(small_folder)


def verdicts(folder: Path) -> list[dict[str, str]]:
    """Return the table without file names and row numbers, which differ of course."""
    rows = table(folder)
    assert "sources" in rows[0]
    return [{k: v for k, v in r.items() if k != "sources"} for r in rows]


HOSTILE = ("</script><script>alert(1)</script>", "${7*7}診療所", '=HYPERLINK("http://x","y")')


@pytest.mark.slow
def test_hostile_names_stay_names_everywhere(tmp_path: Path, small_folder: Path) -> None:
    lines = [
        row(n, '"' + name.replace('"', '""') + '"', f"32.7{n}10", "131.0994")
        for n, name in enumerate(HOSTILE, start=1)
    ]
    run = write_job(tmp_path, {"clinics.csv": HEADER + "".join(lines)})
    assert spots("run", run).exit_code == 0
    out = tmp_path / "out"
    features = json.loads((out / "facilities.geojson").read_text("utf-8"))["features"]
    assert {f["properties"]["name"] for f in features} >= set(HOSTILE)
    layer = pyogrio.read_dataframe(out / "spots.gpkg", layer="facilities", read_geometry=False)
    assert set(layer["name"]) >= set(HOSTILE)
    cells = {r["facility_id"]: r["name"] for r in table(out)}
    assert cells["X3"].startswith("'=")  # a spreadsheet shows it and does not run it
    sheet = openpyxl.load_workbook(out / "table.xlsx")
    formulas = [c for w in sheet for line in w.iter_rows() for c in line if c.data_type == "f"]
    assert formulas == []
    page = (out / "map.html").read_text("utf-8")
    assert HOSTILE[0] not in page
    assert page.count("</script>") == (small_folder / "map.html").read_text("utf-8").count(
        "</script>"
    )


# --- where the output goes ------------------------------------------------------------------------


@pytest.mark.slow
def test_an_output_that_cannot_be_made(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    for out in (run / "out", tmp_path / "base.csv" / "deep" / "out", tmp_path / ("名" * 300)):
        done = spots("run", run, "--out", out)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "output-not-writable" in done.stderr
    assert set(files()) == {p.name for p in tmp_path.iterdir()}


def test_the_output_folder_cannot_be_the_run_file(tmp_path: Path) -> None:
    run = write_job(tmp_path, {"run.toml": RUN.replace('"out"', '"run.toml"')})
    before = run.read_bytes()
    for force in ((), ("--force",)):
        assert spots("run", run, *force).exit_code == 2
    assert run.read_bytes() == before


@pytest.mark.parametrize("name", sorted(files()))
def test_an_input_that_another_program_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """On Windows a table that is open in Excel cannot be read."""
    run = write_job(tmp_path)
    whole = io.open

    def locked(file: object, *args: object, **more: object) -> object:
        if str(file).endswith(name):
            raise PermissionError(13, "Permission denied", str(file))
        return whole(file, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(io, "open", locked)
    monkeypatch.setattr("builtins.open", locked)
    done = spots("run", run)
    assert (done.exit_code, done.stdout) == (1, "")
    assert name in done.stderr
    assert "開けません" in done.stderr
    assert str(tmp_path) not in done.stderr
    assert set(files()) == {p.name for p in tmp_path.iterdir()}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_permissions(tmp_path: Path) -> None:
    run = write_job(tmp_path)
    (tmp_path / "clinics.csv").chmod(0)
    assert spots("run", run).exit_code == 1
    (tmp_path / "clinics.csv").chmod(0o644)
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    done = spots("run", run, "--out", shut / "out")
    assert done.exit_code == 1
    assert "output-not-writable" in done.stderr


@pytest.mark.skipif(not CENTRE.exists(), reason="the shared OSM extract is missing")
def test_a_truncated_pbf_in_a_job(tmp_path: Path) -> None:
    roads = 'file = "roads.osm.pbf"\nkind = "osm"\n'
    changed = {
        "run.toml": RUN.split("[network]", maxsplit=1)[0] + "[network]\n" + roads,
        "roads.osm.pbf": CENTRE.read_bytes()[:100_000],
    }
    done = spots("run", write_job(tmp_path, changed))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "roads.osm.pbf" in done.stderr
    assert "osm-unreadable" in done.stderr
    assert not (tmp_path / "out").exists()
