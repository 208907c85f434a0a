"""What a policy of ground costs: all 47 prefectures in one process, and cost against units.

    python benchmarks/ground_policies.py DATA          # with the outlines of the country
    python benchmarks/ground_policies.py --quick       # made-up districts alone

A policy with two results (by index, by class and kind of municipality) is run over each
prefecture; then districts on a grid, more and more of them, in one prefecture of four towns. CPU
seconds of this process; writing outputs is not part of it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.types import RunResult, State

POLICY = """
[policy]
name = "benchmark"
version = 1
prefecture = "{code}"
title = {{ ja = "計測", en = "benchmark" }}
source = {{ ja = "計測", en = "benchmark" }}
[[select]]
id = "low"
unit = "municipality"
where = {{ index = {{ below = "national_average" }} }}
[[select]]
id = "towns"
unit = "municipality"
where = {{ area_class = ["neither", "surplus"], municipality_kind = ["town", "village"] }}
[[result]]
id = "support"
kind = "support_area"
title = {{ ja = "支援区域", en = "support areas" }}
select = {{ any = ["low"] }}
[[result]]
id = "spot"
kind = "spot"
title = {{ ja = "スポット", en = "spots" }}
select = {{ minus = ["towns", "support"] }}
[validity]
valid_from = 2027-04-01
valid_to = 2030-03-31
"""
DISTRICTS = """
[policy]
name = "districts"
version = 1
prefecture = "43"
title = { ja = "計測", en = "benchmark" }
source = { ja = "計測", en = "benchmark" }
[[select]]
id = "districts"
unit = "district"
layer = "districts"
reason = { ja = "計測", en = "benchmark" }
[[select]]
id = "town"
unit = "municipality"
where = { name = "甲町" }
[[result]]
id = "spot"
kind = "candidate"
title = { ja = "地区", en = "districts" }
select = { minus = ["districts", "town"] }
[validity]
valid_from = 2027-04-01
valid_to = 2030-03-31
"""
_CORNER, _SIDE = (130.6, 32.5), 0.4  # degrees: each of four square towns


def country(data: Path, folder: Path) -> Iterator[tuple[str, float, RunResult]]:
    """Yield code, CPU seconds and result of each prefecture."""
    ground = data / "boundaries"
    index = data / "indicators" / "physician_index_2024-01_all_areas.csv"
    for number in range(1, 48):
        code = f"{number:02d}"
        (folder / f"p{code}.toml").write_text(POLICY.format(code=code), encoding="utf-8")
        job = folder / f"{code}.toml"
        job.write_text(
            f"[policy]\nfile = 'p{code}.toml'\n"
            f"[municipalities]\nfile = '{ground}/municipalities_{code}_simplified.geojson'\n"
            f"[medical_areas]\nfile = '{ground}/municipality_to_medical_area.csv'\n"
            f"[physician_index]\nfile = '{index}'\n"
            "edition = '2024-01'\nshortage_at_most = 179.3\nsurplus_at_least = 217.6\n"
            "national_average = 255.6\n",
            encoding="utf-8",
        )
        began = time.process_time()
        result = execute(read_run_file(job))
        yield code, time.process_time() - began, result


def districts(count: int, folder: Path) -> tuple[float, RunResult]:
    """Return CPU seconds and result of so many districts, a quarter of them in the town."""
    side = round(count**0.5)
    step = 2 * _SIDE / side
    cells = [(i * step, j * step) for i in range(side) for j in range(side)]
    places = (("甲町", 0, 0), ("乙町", 1, 0), ("丙町", 0, 1), ("丁町", 1, 1))
    towns = [
        _square(i * _SIDE, j * _SIDE, _SIDE, N03_001="熊本県", N03_004=name, N03_007=f"434{n + 21}")
        for n, (name, i, j) in enumerate(places)
    ]
    units = [_square(x, y, step * 0.9, 名称=f"地区{n}") for n, (x, y) in enumerate(cells)]
    for name, features in (("towns", towns), ("districts", units)):
        page = {"type": "FeatureCollection", "features": features}
        (folder / f"{name}.geojson").write_text(json.dumps(page), encoding="utf-8")
    (folder / "districts.toml").write_text(DISTRICTS, encoding="utf-8")
    job = folder / "run.toml"
    job.write_text(
        "[policy]\nfile = 'districts.toml'\n[municipalities]\nfile = 'towns.geojson'\n"
        "[[units]]\nname = 'districts'\nunit = 'district'\nfile = 'districts.geojson'\n",
        encoding="utf-8",
    )
    began = time.process_time()
    result = execute(read_run_file(job))
    return time.process_time() - began, result


def _square(x: float, y: float, size: float, **properties: str) -> dict[str, object]:
    west, south = _CORNER[0] + x, _CORNER[1] + y
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def main() -> None:
    """Print a line a prefecture, the median, and seconds against units."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="folder of outlines, areas and indices")
    parser.add_argument("--quick", action="store_true", help="few districts alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if asked.data is not None:
            taken = []
            for code, seconds, result in country(asked.data.resolve(), folder):
                found = sum(v.state is State.DESIGNATED for v in result.units)
                print(
                    f"{code}  {len(result.units):4d} units  {found:4d} designated  {seconds:.2f} s"
                )
                taken.append(seconds)
            print(f"all: {sum(taken):.1f} s, median {statistics.median(taken):.2f} s")
        for count in (100, 400) if asked.quick else (400, 1_600, 6_400, 25_600):
            seconds, result = districts(count, folder)
            units = len(result.units)
            print(f"{units:6d} districts  {seconds:6.2f} s  {1e3 * seconds / units:.2f} ms each")
            lost = [v for v in result.units if v.state not in {State.DESIGNATED, State.EXCLUDED}]
            if lost or units != count:
                raise SystemExit(f"{len(lost)} districts are in no state they can be in")


if __name__ == "__main__":
    main()
