"""Build a network from an OpenStreetMap extract: ours against osmnx, and OSRM where it is there.

    python benchmarks/roads_building.py EXTRACT.osm.pbf... [--osrm PYTHON] [--repeats 5] [--tiny]

Whole processes, start-up and imports included, in turn; medians of wall time and peak memory. osmnx
reads XML: cutting the roads out of the PBF file and writing them as XML is listed as a row of its
own, and the ratio is to osmnx's own process alone. ``--osrm`` names a Python that has
``osrm-bindings``: its extract and contract with OSRM's car profile are measured as two processes.

``--tiny`` is about extracts so small that starting takes longer than reading: the command
``spots network build``, with nothing kept but compiled kernels, beside both of OSRM's ways to a
graph that answers. Ours is one file that is ready for queries; what equals it is extract and
contract (CH), or extract, partition and customize (MLD). Without osmnx.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from engines_osrm import binaries, write_profile
from measuring import (
    ROOT,
    ChildFailedError,
    Run,
    alternate,
    cpu_of,
    parser,
    peak_of,
    python_child,
    report,
    run_child,
    seconds_of,
    table,
)

QUICK, TINY, MIDDLING = 5_000, 60_000, 300_000  # road nodes


def candidates(extract: Path, folder: Path, osrm: Path | None) -> dict[str, Callable[[], Run]]:
    """Return what is measured, by name."""
    xml = folder / "roads.osm"
    found: dict[str, Callable[[], Run]] = {
        "this project": lambda: run_child(python_child("building_ours.py", extract)),
        "this project, saved as a file": lambda: run_child(
            python_child("building_ours.py", extract, folder / "network.spotsnet")
        ),
        "PBF to XML, for osmnx": lambda: run_child(python_child("roads_xml.py", extract, xml)),
        "osmnx": lambda: run_child(python_child("building_osmnx.py", xml)),
    }
    if osrm is not None:
        tools = binaries(osrm)
        base = folder / "osrm.osrm"
        copy = folder / "osrm.osm.pbf"
        shutil.copyfile(extract, copy)
        own = write_profile(osrm, "everyday", folder / "our_speeds.lua")
        for words, profile in (("car.lua", tools.profiles / "car.lua"), ("our speeds", own)):
            found[f"OSRM extract, {words}"] = lambda profile=profile: run_child(
                [tools.extract, "-t", "2", "-p", profile, copy]
            )
            found[f"OSRM contract, {words}"] = lambda: run_child([tools.contract, "-t", "2", base])
    return found


def tiny_candidates(extract: Path, folder: Path, osrm: Path | None) -> dict[str, Callable[[], Run]]:
    """Return the whole ways from a small extract to a graph that answers, by name."""
    out = folder / "network.spotsnet"
    ours: list[str | Path] = [
        sys.executable,
        "-m",
        "cli",
        "network",
        "build",
        extract,
        "--out",
        out,
        "--force",
    ]
    warm = {"SPOTS_CACHE_DIR": "off", "PYTHONPATH": str(ROOT)}
    python = [sys.executable, "-c", "import numba"]
    found: dict[str, Callable[[], Run]] = {
        "this project": lambda: run_child(ours, env=warm),
        "of it Python and numba": lambda: run_child(python),
    }
    if osrm is None:
        return found
    tools = binaries(osrm)
    copy, base = folder / "osrm.osm.pbf", folder / "osrm.osrm"
    shutil.copyfile(extract, copy)
    first: list[str | Path] = [tools.extract, "-t", "2", "-p", tools.profiles / "car.lua", copy]
    ways: dict[str, list[Path]] = {
        "OSRM extract alone": [],
        "OSRM extract, partition, customize": [tools.partition, tools.customize],
        "OSRM extract, contract": [tools.contract],
    }
    for name, steps in ways.items():
        further: list[list[str | Path]] = [[step, "-t", "2", base] for step in steps]
        found[name] = partial(_one_after_other, [first, *further])
    return found


def _one_after_other(commands: Sequence[Sequence[str | Path]]) -> Run:
    """Return several processes as one run: seconds add up, the peak is the largest."""
    runs = [run_child(command) for command in commands]
    seconds, cpu_s = sum(run.seconds for run in runs), sum(run.cpu_s for run in runs)
    return Run(seconds, cpu_s, max(run.peak_mib for run in runs))


def measure_tiny(
    extract: Path, osrm: Path | None, repeats: int
) -> tuple[list[list[object]], object]:
    """Measure one small extract; return table rows and figures."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = tiny_candidates(extract, Path(folder), osrm)
        chosen["this project"]()  # once, as in `measure`
        runs = alternate(chosen, repeats)
    ours = runs["this project"]
    rows = [
        _row(extract, name, (seconds_of(own), cpu_of(own), peak_of(own)), ours)
        for name, own in runs.items()
    ]
    return rows, {name: [vars_of(run) for run in own] for name, own in runs.items()}


def measure(extract: Path, osrm: Path | None, repeats: int) -> tuple[list[list[object]], object]:
    """Measure one extract; return table rows and figures."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = candidates(extract, Path(folder), osrm)
        chosen["this project"]()  # once, so that compiled kernels are cached as for any user
        failed: dict[
            str, str
        ] = {}  # one that cannot read an extract must not cost the others' rows
        runs = alternate(chosen, repeats, failed)
    if "this project" in failed:
        raise ChildFailedError(failed["this project"])
    ours = runs["this project"]
    rows: list[list[object]] = []
    for name, own in runs.items():
        rows.append(_row(extract, name, (seconds_of(own), cpu_of(own), peak_of(own)), ours))
    for words in ("car.lua", "our speeds"):
        parts = [runs.get(f"OSRM {step}, {words}") for step in ("extract", "contract")]
        if parts[0] and parts[1]:
            both = [f(parts[0]) + f(parts[1]) for f in (seconds_of, cpu_of)]
            peak = max(peak_of(parts[0]), peak_of(parts[1]))
            rows.append(_row(extract, f"OSRM both, {words}", (both[0], both[1], peak), ours))
    stem = extract.name.split(".")[0]
    rows += [[stem, f"{name}: failed ({why})", *[""] * 6] for name, why in failed.items()]
    return rows, {name: [vars_of(run) for run in own] for name, own in runs.items()}


def _row(
    extract: Path, name: str, found: tuple[float, float, float], ours: Sequence[Run]
) -> list[object]:
    base = (seconds_of(ours), cpu_of(ours), peak_of(ours))
    ratios = [value / own for value, own in zip(found, base, strict=True)]
    figures = [found[0], ratios[0], found[1], ratios[1], float(round(found[2])), ratios[2]]
    return [extract.name.split(".")[0], name, *figures]


def vars_of(run: Run) -> dict[str, object]:
    """Return a run as plain values."""
    return {"seconds": run.seconds, "cpu_s": run.cpu_s, "peak_mib": run.peak_mib, **run.said}


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("extracts", type=Path, nargs="*", help="OSM PBF files")
    arguments.add_argument("--osrm", type=Path, help="a Python with osrm-bindings")
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--tiny", action="store_true", help="the command on small extracts")
    given = arguments.parse_args()
    repeats = 1 if given.quick else given.repeats
    with tempfile.TemporaryDirectory() as folder:
        extracts = list(given.extracts)
        if not extracts:
            import synthetic  # noqa: PLC0415 - a child's peak is never below its parent's

            extracts = [Path(folder) / "synthetic.osm.pbf"]
            size = TINY if given.tiny else MIDDLING
            synthetic.write(synthetic.make(QUICK if given.quick else size), extracts[0])
        looks = {"Building": measure, "Building from tiny extracts": measure_tiny}
        for title, look in looks.items():
            if given.quick or given.tiny == (look is measure_tiny):
                tell(title, {e.name: look(e, given.osrm, repeats) for e in extracts}, given.json)


def tell(
    title: str, found: Mapping[str, tuple[list[list[object]], object]], out: Path | None
) -> None:
    """Print what was measured of each extract."""
    head = ["extract", "what", "s", "× ours", "CPU s", "× ours", "peak MiB", "× ours"]
    rows = [row for own, _ in found.values() for row in own]
    report(title, table(head, rows), {name: figures for name, (_, figures) in found.items()}, out)


if __name__ == "__main__":
    main()
