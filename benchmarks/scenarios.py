"""What a thousand scenarios of one job cost, and ten thousand lists and thresholds, against runs.

    python benchmarks/scenarios.py                 # the embedded sample
    python benchmarks/scenarios.py DATA            # and the real job of real_kumamoto.py
    python benchmarks/scenarios.py RUN.toml        # or any run file with a list of ③
    python benchmarks/scenarios.py --quick

First the axes of a planner crossed: thresholds, radii, lists of the run, ferries, neighbours,
direction, tolls. Then random parts of the list that counts, as new files, each with many
thresholds. Processor seconds, reading included. Some columns of both are held against real runs
with those options, which must find the same states, minutes and square kilometres, or this ends
in an error.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import parser, report, table  # noqa: E402 - after the path is set
from benchmarks.real_kumamoto import (  # noqa: E402
    LISTS,
    prepare_lists,
    prepare_network,
    run_file,
)
from groundfloor.problems import Text  # noqa: E402
from spots import sample_run_file  # noqa: E402
from spots.job.execution import execute  # noqa: E402
from spots.job.run_file import Job, read_run_file  # noqa: E402
from spots.scenarios.scenario_jobs import job_of_scenario  # noqa: E402
from spots.scenarios.scenario_solving import scenario_table  # noqa: E402
from spots.types import RunResult  # noqa: E402
from spots.types.scenario_table import (  # noqa: E402
    NamedScenario,
    ScenarioSetting,
    ScenarioTable,
)

_OVER = "policy.override."
_KMH = 40.0  # as real_kumamoto.py assumes where it is not told
_KEPT_SHARE = 0.8  # of the rows of a list that a random part has
_SEED = 14


@dataclass(frozen=True, slots=True)
class Size:
    """How many of everything are measured."""

    thresholds: int
    radii: int
    lists: int
    variants: int
    runs: int


QUICK, WHOLE = Size(3, 2, 3, 5, 1), Size(6, 4, 100, 100, 4)


def setting(axis: str, key: str, value: object) -> ScenarioSetting:
    """Return a setting of the run file."""
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return ScenarioSetting(axis, Text(said, said), (f"{key}={said}",))


def crossed(job: Job, size: Size) -> tuple[NamedScenario, ...]:
    """Return the axes of a planner, crossed."""
    three = f"{_OVER}criterion.3."
    travel = f"{_OVER}travel."
    counts = job.policy.criterion["3"].asks_for
    lists = sorted({name for name in job.lists if name} | ({counts} if counts else set()))
    axes = [
        [
            setting("threshold_min", f"{three}threshold_min", 20 + 4 * n)
            for n in range(size.thresholds)
        ],
        [
            setting("radius_m", f"{_OVER}circle.radius_m", 3000 + 1000 * n)
            for n in range(size.radii)
        ],
        [setting("list", f"{three}list", name) for name in lists],
        *(
            [setting(name, f"{travel}{name}", value) for value in (True, False)]
            for name in ("ferries", "neighbours", "tolls")
        ),
        [
            setting("direction", f"{travel}direction", way)
            for way in ("from_candidate", "to_candidate")
        ],
    ]
    return tuple(NamedScenario(f"{n}", chosen) for n, chosen in enumerate(product(*axes)))


def parts_of_lists(job: Job, size: Size, folder: Path) -> tuple[NamedScenario, ...]:
    """Return random parts of the list that counts, each with many thresholds."""
    counts = job.policy.criterion["3"].asks_for
    layer = next(s for s, name in zip(job.layers, job.lists, strict=True) if name == counts)
    head, *rows = layer.path.read_bytes().splitlines(keepends=True)
    dice = random.Random(_SEED)  # noqa: S311 - no secret
    lists = []
    for n in range(size.lists):
        path = folder / f"part{n}{layer.path.suffix}"
        path.write_bytes(head + b"".join(r for r in rows if dice.random() < _KEPT_SHARE))
        given = (f"{layer.name}={path}",)
        lists.append(ScenarioSetting("lists", Text(path.stem, path.stem), lists=given))
    step = 55 / size.variants
    minutes = [
        setting("threshold_min", f"{_OVER}criterion.3.threshold_min", round(5 + step * n, 1))
        for n in range(size.variants)
    ]
    return tuple(NamedScenario(f"{n}", chosen) for n, chosen in enumerate(product(lists, minutes)))


@dataclass(frozen=True, slots=True)
class Measured:
    """A table, and what it and whole runs took of the processor."""

    scenarios: int
    cpu_s: float
    different: int
    run_cpu_s: Sequence[float]


def measured(job: Job, scenarios: Sequence[NamedScenario], runs: int) -> Measured:
    """Solve scenarios, and hold some of them against real runs."""
    began = time.process_time()
    found = scenario_table(job, scenarios)
    cpu_s = time.process_time() - began
    dice, taken = random.Random(_SEED), []  # noqa: S311 - no secret
    for column in dice.sample(range(1, len(found.scenarios)), runs):
        began = time.process_time()
        result = execute(job_of_scenario(job, found.scenarios[column]), around=False)
        taken.append(time.process_time() - began)
        if differs(found, column, result):
            raise SystemExit(f"{found.scenarios[column]}: a whole run finds something else")
    return Measured(len(scenarios), cpu_s, len(found.groups()), taken)


def differs(found: ScenarioTable, column: int, result: RunResult) -> bool:
    """Whether a run finds another state, time or area than a column."""
    rows = {facility.id: n for n, facility in enumerate(found.facilities)}
    if found.figures[column].dissolved_km2 != result.dissolved_km2:
        return True
    for verdict in result.verdicts:
        row = rows[verdict.facility.id]
        ms = verdict.travel.travel_ms if verdict.travel else None
        if found.state(row, column) is not verdict.state:
            return True
        if ms is not None and found.travel_ms[row, column] != ms:
            return True
    return False


def told(name: str, path: Path, size: Size, out: Path | None) -> None:
    """Measure a job, and print its figures."""
    job = read_run_file(path)
    with tempfile.TemporaryDirectory() as folder:
        both = {
            "axes crossed": measured(job, crossed(job, size), size.runs),
            "lists × thresholds": measured(job, parts_of_lists(job, size, Path(folder)), size.runs),
        }
    head = ["what", "scenarios", "results", "CPU s", "ms each", "runs would take, CPU s", "×"]
    lines = list(_lines(both))
    figures = {f"{key}_cpu_s": each.cpu_s for key, each in both.items()}
    report(name, table(head, lines), figures, out)


def _lines(both: dict[str, Measured]) -> Iterator[tuple[object, ...]]:
    for key, each in both.items():
        whole = median(each.run_cpu_s) * each.scenarios
        per = 1e3 * each.cpu_s / each.scenarios
        yield key, each.scenarios, each.different, each.cpu_s, per, whole, whole / each.cpu_s


def main() -> None:
    """Print a table for each job."""
    asked = parser(__doc__)
    asked.add_argument("data", type=Path, nargs="?", help="a run file, or a folder of data")
    given = asked.parse_args()
    size = QUICK if given.quick else WHOLE
    if given.data is not None and given.data.suffix == ".toml":
        told(given.data.name, given.data, size, given.json)
        return
    with sample_run_file() as path:
        told("sample", path, size, given.json)
    if given.data is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        data, out = given.data.resolve(), Path(scratch)
        prepare_lists(data / "facilities", out)
        prepare_network(data / "roads" / "kumamoto_probe_links_2026.parquet", out, _KMH)
        path = run_file("rotation", LISTS["rotation"], data, out, _KMH)
        told("real Kumamoto", path, size, given.json)


if __name__ == "__main__":
    main()
