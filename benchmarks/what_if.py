"""What one more what-if costs: a scenario that keeps what it knows, against whole runs.

    python benchmarks/what_if.py                 # the embedded sample
    python benchmarks/what_if.py DATA            # and the real job of real_kumamoto.py
    python benchmarks/what_if.py --quick

Every threshold of a grid with every radius, by `Scenario.judge`, one after the other in this
process; then the roads of other policies, each asked for the first time. Whole runs read, tie,
solve, judge and draw from the start, with what lies around for the map and without. Each whole run
is also held against the kept one: all of its evidence is the same, or this ends in an error.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from spots import Policy, Result, Scenario, sample_run_file  # noqa: E402
from spots.outputs.evidence import dump_evidence  # noqa: E402

THRESHOLDS, RADII = range(11, 51, 2), range(1_000, 11_000, 1_000)
#: What makes the roads be asked again.
DRIVES: tuple[dict[str, object], ...] = (
    {"tolls": False},
    {"ferries": True},
    {"direction": "to_candidate"},
    {"neighbours": False},
)
_KMH = 40.0  # as real_kumamoto.py assumes where it is not told


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of the processor, and of the clock."""

    cpu_s: float
    wall_s: float


def timed_judge(
    scenario: Scenario, policy: Policy, *, surroundings: bool = False
) -> tuple[Taken, Result]:
    """Judge under a policy and say how long that took."""
    busy, began = time.process_time(), time.perf_counter()
    result = scenario.judge(policy, surroundings=surroundings)
    return Taken(time.process_time() - busy, time.perf_counter() - began), result


def whole_run(path: Path, policy: Policy, *, surroundings: bool) -> tuple[Taken, Result]:
    """Read everything anew and judge under a policy."""
    busy, began = time.process_time(), time.perf_counter()
    result = Scenario.from_run(path).judge(policy, surroundings=surroundings)
    return Taken(time.process_time() - busy, time.perf_counter() - began), result


def evidence_of(result: Result) -> str:
    """Return all that was found, but for what lies around."""
    return dump_evidence(replace(result.evidence, surroundings=None))


def what_ifs(path: Path, thresholds: Sequence[int], radii: Sequence[int], wholes: int) -> Figures:
    """Measure one job."""
    scenario = Scenario.from_run(path)
    first, _ = timed_judge(scenario, scenario.policy)
    cells = [
        scenario.policy.changed(threshold_min=minutes, radius_m=metres)
        for minutes, metres in product(thresholds, radii)
    ]
    step = max(1, len(cells) // wholes)
    again = range(step // 2, len(cells), step)
    kept, held = [], {}
    for at, policy in enumerate(cells):
        taken, result = timed_judge(scenario, policy)
        kept.append(taken)
        if at in again:  # all of them would be gigabytes
            held[at] = result
    drives = [timed_judge(scenario, scenario.policy.changed(**each))[0] for each in DRIVES]
    bare, full = [], []
    for at, known in held.items():
        for runs, surroundings in ((bare, False), (full, True)):
            taken, result = whole_run(path, cells[at], surroundings=surroundings)
            if evidence_of(result) != evidence_of(known):
                raise SystemExit(f"{cells[at]}: a whole run finds something else")
            runs.append(taken)
    return Figures(first, kept, drives, bare, full)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one job took: the first judging, the grid, other drives, whole runs without and with."""

    first: Taken
    kept: Sequence[Taken]
    drives: Sequence[Taken]
    bare: Sequence[Taken]
    full: Sequence[Taken]

    def rows(self) -> Iterator[tuple[str, int, float, float, float]]:
        """Yield a row each: what, how many, median ms, CPU ms, CPU of a whole run to this."""
        whole = _cpu_ms(self.full)
        for name, taken in (
            ("threshold and radius, kept", self.kept),
            ("another drive, kept", self.drives),
            ("the first of a scenario", [self.first]),
            ("whole run without what lies around", self.bare),
            ("whole run", self.full),
        ):
            wall = 1e3 * median(t.wall_s for t in taken)
            yield name, len(taken), wall, _cpu_ms(taken), whole / _cpu_ms(taken)

    def told(self) -> dict[str, float]:
        """Return the figures that the issue asks about."""
        return {
            "kept_all_cpu_s": sum(t.cpu_s for t in self.kept),
            "kept_median_cpu_ms": _cpu_ms(self.kept),
            "drive_median_cpu_ms": _cpu_ms(self.drives),
            "whole_median_cpu_ms": _cpu_ms(self.full),
        }


def _cpu_ms(taken: Sequence[Taken]) -> float:
    return 1e3 * median(t.cpu_s for t in taken)


def main() -> None:
    """Print a table for each job."""
    asked = parser(__doc__)
    asked.add_argument("data", type=Path, nargs="?", help="folder as real_kumamoto.py takes it")
    given = asked.parse_args()
    thresholds, radii = (THRESHOLDS[9:11], RADII[3:5]) if given.quick else (THRESHOLDS, RADII)
    wholes = 1 if given.quick else 5
    with sample_run_file() as path:
        tell("sample", what_ifs(path, thresholds, radii, wholes), given.json)
    if given.data is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        data, out = given.data.resolve(), Path(scratch)
        prepare_lists(data / "facilities", out)
        prepare_network(data / "roads" / "kumamoto_probe_links_2026.parquet", out, _KMH)
        path = run_file("rotation", LISTS["rotation"], data, out, _KMH)
        tell("real Kumamoto", what_ifs(path, thresholds, radii, wholes), given.json)


def tell(job: str, found: Figures, out: Path | None) -> None:
    """Print the figures of a job, and the sum that a heat map takes."""
    head = ["what", "how many", "ms", "CPU ms", "a whole run is × this"]
    total = sum(t.cpu_s for t in found.kept)
    each = f"{len(found.kept)} what-ifs: {total:.2f} s of the processor"
    report(job, f"{table(head, list(found.rows()))}\n\n{each}", found.told(), out)


if __name__ == "__main__":
    main()
