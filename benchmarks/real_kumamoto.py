"""Run the whole job on real, full-resolution data of Kumamoto, once for each list of 二次救急.

The data are not part of the project. Give the folder that holds them:

    python benchmarks/real_kumamoto.py DATA --out OUT [--kmh 40]

It prepares a road network from driven probe links (one assumed speed: the links carry no class),
writes a run file for each of the three lists (病院群輪番制, 救急告示, 病床機能報告の二次救急), runs
the three jobs and prints which facilities change between the lists and which are undetermined.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import networkx as nx
import shapely
from shapely.ops import substring

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.probe_lengths import PLANE, pieces, stitch  # noqa: E402 - after the path is set
from groundfloor.problems import Lang, Severity  # noqa: E402
from networks import from_graph, load_profile, save_network  # noqa: E402
from spots.job.execution import execute  # noqa: E402
from spots.job.run_file import read_run_file  # noqa: E402
from spots.outputs import write_folder  # noqa: E402
from spots.telling.units import duration, margin  # noqa: E402
from spots.types import RunResult, State  # noqa: E402

LISTS = {"rotation": "病院群輪番制", "kokuji": "救急告示", "flag": "病床機能報告"}
NEIGHBOURS = ("40", "41", "42", "44", "45", "46")
KUMAMOTO = "43"

PROFILE = """\
name = "probe-{kmh:g}"
version = "1"
title_ja = "プローブリンク一律 {kmh:g} km/h(仮定)"
title_en = "probe links, {kmh:g} km/h everywhere (assumed)"
maxspeed = "ignore"
unknown_class = "error"

[access]
kmh = 15
source = "assumption"

[ferry]
source = "none in this network"

[[class]]
name = "probe"
kmh = {kmh:g}
source = "assumption: one speed for every link, which carries no class"
"""

RUN = """\
[run]
title = {{ ja = "熊本県 医師少数スポット({label})", en = "Kumamoto spots ({name})" }}
caveats = [{{ ja = "道路は一律 {kmh:g} km/h の仮定です", en = "One assumed speed: {kmh:g} km/h" }}]

[policy]
preset = "kumamoto"
[policy.override.criterion.3]
list = "{name}"

[[facilities]]
name = "へき地医療拠点病院"
file = "{sample}/base_hospitals.csv"
type = "①"
[[facilities]]
name = "へき地診療所（要確認）"
file = "{sample}/remote_clinics.csv"
type = "②"
{layers}
[[facilities]]
name = "隣県の二次救急病院"
file = "neighbours.csv"
type = "③"
role = "destination"

[municipalities]
file = "{data}/boundaries/kumamoto_municipalities.gpkg"
source = "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"
[medical_areas]
file = "{data}/boundaries/municipality_to_medical_area.csv"
source = "「国土数値情報（医療圏データ）」（国土交通省）を加工して作成"
[physician_index]
file = "{data}/indicators/kyushu_okinawa_physician_index_2024-01.csv"
edition = "2024-01"
shortage_at_most = 179.3
surplus_at_least = 217.6
[network]
file = "probe.spotsnet"
profile = "probe.toml"
as_of = 2026-08-31
"""

LAYER = """
[[facilities]]
name = "{label}"
file = "{name}.csv"
type = "③"
list = "{name}"
"""


def main() -> None:
    """Prepare, run three times, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with boundaries, facilities, roads...")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--kmh", type=float, default=40.0, help="assumed speed on every link")
    given = parser.parse_args()
    data, out = given.data.resolve(), given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    prepare_lists(data / "facilities", out)
    prepare_network(data / "roads" / "kumamoto_probe_links_2026.parquet", out, given.kmh)
    results = {}
    for name, label in LISTS.items():
        started = time.perf_counter()
        results[name] = run(name, label, data, out, given.kmh)
        print(f"{label}: {time.perf_counter() - started:.1f} s, {count(results[name])}")
    compare(results)


def prepare_lists(source: Path, out: Path) -> None:
    """Write one CSV for each list, with whichever coordinates the publisher's table has."""
    roles = _read(source / "kumamoto_emergency_roles_20230901.csv")
    for name, column in (("rotation", "rotation"), ("kokuji", "kyukyu_kokuji")):
        rows = [r for r in roles if r[column] == "True"]
        _write(out / f"{name}.csv", (_row(r, r["lon"], r["lat"], r["address"]) for r in rows))
    flags = [r for r in _read(source / "bed_function_report_R7_flags.csv") if r["niji"]]
    for name, prefectures in (("flag", (KUMAMOTO,)), ("neighbours", NEIGHBOURS)):
        rows = [r for r in flags if r["pref"] in prefectures]
        _write(out / f"{name}.csv", (_flag_row(r) for r in rows))


def _flag_row(r: Mapping[str, str]) -> list[str]:
    lon = r["longitude"] or r["reference_longitude"]
    lat = r["latitude"] or r["reference_latitude"]
    return _row(r, lon, lat, r["reference_address"])


def _row(r: Mapping[str, str], lon: str, lat: str, address: str) -> list[str]:
    return [r["record_id"], r["name"], r["municipality"], address, lat, lon]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(path: Path, rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["施設ID", "医療機関名", "市町村", "所在地", "緯度", "経度"])
        writer.writerows(rows)


def prepare_network(source: Path, out: Path, kmh: float) -> None:
    """Build the network of the probe links' main component.

    The published links are not cut at junctions; `stitch` cuts a link where another ends on it.
    """
    profile = out / "probe.toml"
    profile.write_text(PROFILE.format(kmh=kmh), encoding="utf-8")
    links = gpd.read_parquet(source)
    links = links[links["component"] == 0].to_crs(PLANE)
    lines, lengths = links.geometry.to_numpy(), links["length_m"].to_numpy()
    cuts: dict[int, list[tuple[float, Hashable]]] = {}
    stitch(lines, shapely.STRtree(lines), cuts)
    graph = nx.MultiDiGraph(crs=PLANE)
    ids: dict[Hashable, int] = {}
    for i, (m0, a), (m1, b) in pieces(lines, cuts):
        line = substring(lines[i], m0, m1)
        metres = (m1 - m0) * float(lengths[i]) / lines[i].length
        if line.geom_type != "LineString" or metres <= 0:
            continue  # two stops at one place
        for key, at in ((a, 0), (b, -1)):
            x, y = line.coords[at]
            graph.add_node(ids.setdefault(key, len(ids)), x=x, y=y)
        shape = {"highway": "probe", "length": metres, "oneway": False}
        graph.add_edge(ids[a], ids[b], geometry=line, **shape)
        graph.add_edge(ids[b], ids[a], geometry=shapely.reverse(line), **shape)
    save_network(from_graph(graph, load_profile(profile)), out / "probe.spotsnet")


def run_file(name: str, label: str, data: Path, out: Path, kmh: float) -> Path:
    """Write the run file for one list; return its path."""
    layers = "".join(LAYER.format(name=n, label=text) for n, text in LISTS.items())
    path = out / f"{name}.toml"
    path.write_text(
        RUN.format(
            name=name,
            label=label,
            kmh=kmh,
            data=data.as_posix(),
            sample=(ROOT / "spots" / "sample" / "kumamoto").as_posix(),
            layers=layers,
        ),
        encoding="utf-8",
    )
    return path


def run(name: str, label: str, data: Path, out: Path, kmh: float) -> RunResult:
    """Run the job for one list and write its folder."""
    result = execute(read_run_file(run_file(name, label, data, out, kmh)))
    now = datetime.now(UTC).replace(microsecond=0)
    write_folder(result, out / name, lang=Lang.JA, force=True, created=now)
    for problem in result.problems:
        if problem.severity is Severity.ERROR:
            print(problem.render())
    return result


def count(result: RunResult) -> str:
    """Return how many facilities ended in each state."""
    return ", ".join(
        f"{state.value} {sum(v.state is state for v in result.verdicts)}" for state in State
    )


def compare(results: Mapping[str, RunResult]) -> None:
    """Print the facilities that change between the lists, and the undetermined ones."""
    tables = {n: {v.facility.id: v for v in r.verdicts} for n, r in results.items()}
    print("\nchange between the lists:")
    for identity, first in tables["rotation"].items():
        found = [tables[n][identity] for n in LISTS]
        if len({(v.state, v.criteria) for v in found}) > 1:
            cells = []
            for v in found:
                travel = v.travel
                minutes = ""
                if travel and travel.travel_ms is not None and travel.margin_ms is not None:
                    minutes = f" {duration(travel.travel_ms).en} ({margin(travel.margin_ms).en})"
                cells.append(f"{v.state.value} {list(v.criteria)}{minutes}")
            print(f"  {first.facility.name} ({first.place.municipality}): " + " | ".join(cells))
    print("\nundetermined:")
    for name, table in tables.items():
        for v in table.values():
            if v.state is State.UNDETERMINED:
                print(f"  [{name}] {v.facility.name}: {v.state_reason.ja}")


if __name__ == "__main__":
    main()
