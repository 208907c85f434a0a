"""What it takes to take away each hospital and road in turn, and to draw speeds, by CPU seconds.

    python benchmarks/robustness.py                    # the embedded sample
    python benchmarks/robustness.py RUN.toml           # a job of your own, its network cached
    python benchmarks/robustness.py --quick

Each is compared, in the same run, with judging the job as a whole once more (`Scenario.judge`, as
a run would for each of them, what lies around left out), and some of the outcomes are held against
judging everybody: a difference ends in an error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import parser, report, table  # noqa: E402 - after the path is set
from spots import sample_run_file  # noqa: E402
from spots.job.at_hand import AtHand  # noqa: E402
from spots.job.execution import execute  # noqa: E402
from spots.job.job_facts import JobFacts, put_together  # noqa: E402
from spots.job.job_roads import silent  # noqa: E402
from spots.job.run_file import Job, read_run_file  # noqa: E402
from spots.scenarios.hospitals_gone import hospitals_gone  # noqa: E402
from spots.scenarios.roads_cut import roads_cut  # noqa: E402
from spots.scenarios.speed_draws import SpeedDraws, gathered  # noqa: E402
from spots.types import Verdict  # noqa: E402
from spots.types.robustness import SpeedSpread  # noqa: E402

T = TypeVar("T")
_DRAWS, _FEW = 100, 10
_TIMES = 3  # a whole judgement is timed so often


@dataclass(frozen=True, slots=True)
class Measured:
    """What was taken away, how many of it, and CPU seconds for all of them."""

    what: str
    count: int
    cpu_s: float


def timed(ask: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU seconds of an answer, and the answer."""
    began = time.process_time()
    found = ask()
    return time.process_time() - began, found


def measure(job: Job, draws: int) -> tuple[float, list[Measured]]:
    """Return the CPU seconds of judging once more, and of everything that is taken away."""
    hand = AtHand()
    verdicts = execute(job, hand=hand, around=False).verdicts  # compiles and reads
    known = put_together(job, silent, hand)
    again = median(timed(lambda: whole(job, hand))[0] for _ in range(_TIMES))
    taken, hospitals = timed(lambda: hospitals_gone(job, known, verdicts, hand=hand))
    rows = [Measured("each hospital closed", len(hospitals.rows), taken)]
    taken, roads = timed(lambda: roads_cut(job, known, verdicts))
    cuts = sum(len(gone.road.cuts) for gone in roads.rows if gone.road)
    rows.append(Measured("each road cut", cuts, taken))
    rows.append(Measured("speeds drawn", draws, drawn(job, known, verdicts, draws)))
    return again, rows


def whole(job: Job, hand: AtHand) -> Sequence[Verdict]:
    """Judge everybody anew on what was read, as nothing that is asked of the roads were known."""
    lists = ("rows", "merged", "places", "ground", "facts", "tied", "records", "closed")
    fresh = AtHand(kept=hand.kept.without(*lists))
    return execute(job, hand=fresh, around=False).verdicts


def drawn(job: Job, known: JobFacts, verdicts: Sequence[Verdict], draws: int) -> float:
    """Return the CPU seconds of draws; the same backwards must come to the same."""
    asked = SpeedDraws.of(job, known, verdicts, SpeedSpread(draws=draws))
    numbers = range(1, draws + 1)
    taken, found = timed(lambda: [asked.standings(n) for n in numbers])
    few = [asked.standings(n) for n in reversed(numbers[:_FEW])][::-1]
    if gathered(asked, verdicts, few) != gathered(asked, verdicts, found[:_FEW]):
        raise AssertionError("draws depend on their order")
    return taken


def main() -> int:
    """Measure and print a table."""
    options = parser(__doc__)
    options.add_argument("run_file", type=Path, nargs="?", help="a job of your own")
    asked = options.parse_args()
    if asked.run_file is not None:
        again, rows = measure(read_run_file(asked.run_file), _DRAWS)
    else:
        with sample_run_file() as path:
            again, rows = measure(read_run_file(path), _FEW if asked.quick else _DRAWS)
    lines = [
        (
            r.what,
            f"{r.count:,}",
            f"{r.cpu_s:.1f}",
            f"{r.cpu_s / r.count * 1000:.0f}",
            f"{again * r.count / r.cpu_s:.1f}",
        )
        for r in rows
    ]
    head = ("what", "how many", "CPU s", "ms each", "judging once more is × this")
    figures = {r.what: [r.count, round(r.cpu_s, 2)] for r in rows}
    text = f"Judging the job once more: {again * 1000:.0f} ms.\n\n{table(head, lines)}"
    report("robustness", text, figures, asked.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
