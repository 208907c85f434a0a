"""All prefectures in one command: spots batch --prefectures over real lists and outlines.

    python benchmarks/country.py DATA [--only 43,46] [--per-km2 1] [--keep FOLDER]
    python benchmarks/country.py --quick

DATA holds outlines of all prefectures, the table of areas, the indices and the hospitals with their
flags (not part of the project). Roads are made (`country_roads.py`). Three scenarios each: as it
is, 25 minutes, 5 km. One prefecture alone, all of them one after the other, and all of them in two
processes; then what 47 x 1,000 scenarios would take, from these figures. `--quick`: the two
smallest prefectures of a made-up country, which are squares.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.country_roads import places, roads_around, spread, write_roads  # noqa: E402
from benchmarks.measuring import (  # noqa: E402
    Run,
    parser,
    python_child,
    report,
    run_child,
    table,
)
from boundaries.codes import PREFECTURES  # noqa: E402
from spots.commands.batch import command  # noqa: E402
from tests.helpers.small_country import LINKS, NODES, write_country  # noqa: E402

CLINICS = 8  # that play へき地診療所 in each prefecture
SCENARIOS = """\
[[scenario]]
name = "25min"
threshold_min = 25
[[scenario]]
name = "5km"
radius_m = 5000
"""
TEMPLATE = """\
[run]
title = "{{prefecture_name}} 医師少数スポット（案）"
not_given = [1]
[policy]
preset = "kumamoto"
[policy.override]
exclude_municipality = []
[policy.override.policy]
prefecture = "{{prefecture}}"
title = "{{prefecture_name}}の設定基準（試算）"
source = "試算"
[[facilities]]
name = "へき地診療所"
file = "clinics.csv"
type = "②"
role = "auto"
[[facilities]]
name = "二次救急病院"
file = "hospitals.csv"
type = "③"
role = "auto"
list = "rotation"
[municipalities]
file = "{data}/boundaries/municipalities_{{around}}_simplified.geojson"
prefectures = "around"
[medical_areas]
file = "{data}/boundaries/municipality_to_medical_area.csv"
[physician_index]
file = "{data}/indicators/physician_index_2024-01_all_areas.csv"
edition = "2024-01"
shortage_at_most = 179.3
surplus_at_least = 217.6
[network]
file = "links_{{prefecture}}.csv"
nodes = "nodes_{{prefecture}}.csv"
kind = "links"
"""


def main() -> None:
    """Prepare, run, and say what it took."""
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        child(sys.argv[2:])
        return
    options = parser(__doc__)
    options.add_argument("data", type=Path, nargs="?", help="folder with boundaries, ...")
    options.add_argument("--only", default="", help="prefecture codes, separated by commas")
    options.add_argument("--per-km2", type=float, default=1.0, help="road nodes")
    options.add_argument("--keep", type=Path, help="work here, and leave it")
    options.add_argument("--runners", default="serial,processes")
    given = options.parse_args()
    codes = given.only.split(",") if given.only else sorted(PREFECTURES)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if given.quick or given.data is None:
            codes = quick(folder)
        elif not (folder / "template.toml").exists():
            prepare(given.data.resolve(), codes, folder, given.per_km2)
        alone = _sizes(codes, folder)[: 1 if given.quick else 2]
        measure(folder, codes, alone, given.runners.split(","), given.json)


def measure(
    folder: Path,
    codes: Sequence[str],
    singly: Sequence[str],
    runners: Sequence[str],
    out: Path | None,
) -> None:
    """Run one prefecture, then all of them by each runner, and print the figures."""
    os.environ["SPOTS_CACHE_DIR"] = str(folder / "cache")
    alone = {code: one(folder, [code], "serial", f"alone-{code}") for code in singly}
    runs = {runner: one(folder, codes, runner, runner) for runner in runners}
    jobs = 3 * len(codes)
    largest = max(run.peak_mib for run in alone.values())
    lines = [
        [f"{c} alone, 3 scenarios", 3, r.seconds, r.cpu_s, r.peak_mib] for c, r in alone.items()
    ]
    for name, run in runs.items():
        lines.append([f"all, {name}", jobs, run.seconds, run.cpu_s, run.said["worker_mib"]])
    heads = ["run", "jobs", "s", "CPU s", "peak MiB of a worker"]
    report("Country", table(heads, lines), {str(row[0]): row[1:] for row in lines}, out)
    said = {name: run.said for name, run in runs.items()}
    print(json.dumps(said, ensure_ascii=False, indent=1))
    first = runs[runners[0]]
    print(f"a worker of all against the largest alone: {first.said['worker_mib'] / largest:.2f}")
    for name in runners[1:]:
        print(f"{name} against {runners[0]}: {first.seconds / runs[name].seconds:.2f} x")
        print(f"same bytes: {same(folder / runners[0], folder / name)}")


def _sizes(codes: Sequence[str], folder: Path) -> list[str]:
    """Return the prefectures with the most and the fewest roads."""
    by_size = sorted(codes, key=lambda code: (folder / f"links_{code}.csv").stat().st_size)
    return list(dict.fromkeys([by_size[0], by_size[-1]]))


def one(folder: Path, codes: Sequence[str], runner: str, name: str) -> Run:
    """Run a batch over prefectures in a process of its own."""
    return run_child(python_child("country.py", "--child", folder, ",".join(codes), runner, name))


def child(words: Sequence[str]) -> None:
    """Run a batch over prefectures, and say how much memory was used after each job."""
    folder, codes, runner, name = Path(words[0]), words[1], words[2], words[3]
    more = ["--runner", runner, *(() if runner == "serial" else ("--workers", "2"))]
    options = ["--prefectures", codes, "--scenarios", str(folder / "scenarios.toml"), "--no-report"]
    began = time.perf_counter()
    done = CliRunner().invoke(
        command, [str(folder / "template.toml"), *options, *more, "--out", str(folder / name)]
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    page = json.loads((folder / name / "summary.json").read_text("utf-8"))
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told = {
        "worker_mib": mine if runner == "serial" else workers,
        "self_mib": mine,
        "s": time.perf_counter() - began,
        **page["counts"],
        "exit": done.exit_code,
    }
    print(json.dumps(told))


def same(one: Path, other: Path) -> bool:
    """Return whether two batches wrote the same but for times."""
    files = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
    told = {"run.json", "summary.json", "summary.csv"}  # times, and what was done before
    return all(p.name in told or (one / p).read_bytes() == (other / p).read_bytes() for p in files)


# --- what is run


def prepare(data: Path, codes: Sequence[str], folder: Path, per_km2: float) -> None:
    """Write template, scenarios, national lists, and the roads of each prefecture."""
    flags = data / "facilities" / "bed_function_report_R7_flags.csv"
    with flags.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    hospitals = [r for r in rows if r["niji"]]
    others = [r for r in rows if not r["niji"] and r["longitude"]]
    clinics = []
    for code in sorted(PREFECTURES):
        own = [r for r in others if r["pref"] == code]
        clinics += own[:: max(1, len(own) // CLINICS)]
    write_list(folder / "hospitals.csv", hospitals)
    write_list(folder / "clinics.csv", clinics)
    (folder / "template.toml").write_text(TEMPLATE.format(data=data), "utf-8")
    (folder / "scenarios.toml").write_text(SCENARIOS, "utf-8")
    towns = {
        code: gpd.read_file(data / "boundaries" / f"municipalities_{code}_simplified.geojson")
        for code in sorted(PREFECTURES)
    }
    country = pd.concat(towns.values())
    nodes = spread(country, per_km2, places([*hospitals, *clinics]))
    tree = shapely.STRtree(country.geometry.to_numpy())
    for code in codes:
        land = shapely.union_all(shapely.make_valid(towns[code].geometry.to_numpy()))
        write_roads(*roads_around(land, nodes, tree), folder, code)


def write_list(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write a national list."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["施設ID", "医療機関名", "都道府県", "市町村", "経度", "緯度"])
        for r in rows:
            name = PREFECTURES[r["pref"].zfill(2)]
            place = (r["longitude"], r["latitude"])
            writer.writerow([r["record_id"], r["name"], name, r["municipality"], *place])


def quick(folder: Path) -> list[str]:
    """Write the made-up country of the tests, with two of its prefectures to run."""
    write_country(folder)
    template = (folder / "template.toml").read_text("utf-8")
    for code in ("44", "45"):
        (folder / f"links_{code}.csv").write_text(LINKS, "utf-8")
        (folder / f"nodes_{code}.csv").write_text(NODES, "utf-8")
    template = template.replace('"links.csv"', '"links_{prefecture}.csv"')
    template = template.replace('"nodes.csv"', '"nodes_{prefecture}.csv"')
    (folder / "template.toml").write_text(template, "utf-8")
    (folder / "scenarios.toml").write_text(SCENARIOS, "utf-8")
    return ["44", "45"]


if __name__ == "__main__":
    main()
