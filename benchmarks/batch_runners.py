"""A batch by each runner: seconds of clock and processor, and how the memory of a worker stays.

    python benchmarks/batch_runners.py [--jobs 8] [--runners serial,processes,dask] [--long 30]
                                       [--outputs table,gpkg]
    python benchmarks/batch_runners.py --quick

The embedded sample with another radius for each job. Clocks mean something on an idle machine
alone: the load is printed beside them. `--quick`: two jobs, a small one each, without memory.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import parser, report, table  # noqa: E402
from groundfloor.problems import Lang, Text  # noqa: E402
from spots.job.batch_outcomes import BatchItem  # noqa: E402
from spots.job.batch_run import run_batch  # noqa: E402
from spots.job.batch_work import JobBegin, JobOrder, job_of, order_of  # noqa: E402
from spots.runners import ProcessRunner, RunnerOptions, runner_called  # noqa: E402
from spots.sample import sample_run_file  # noqa: E402
from spots.types import OptionalOutput, OutputChoice  # noqa: E402
from tests.helpers.small_job import write_job  # noqa: E402

WORKERS = 2
CREATED = datetime(2024, 4, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Weighing:
    """Does jobs, and gives the memory of the worker after each in place of their outcome."""

    def __call__(self) -> Callable[[JobOrder, Callable[[Text], None]], tuple[float, float]]:
        """Return what does jobs and weighs its process."""
        work = JobBegin()()

        def weighed(order: JobOrder, told: Callable[[Text], None]) -> tuple[float, float]:
            outcome = work(order, told)
            assert not outcome.failed, outcome.problems
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            return pages * resource.getpagesize() / 1024**2, peak

        return weighed


def items(run_file: Path, jobs: int, outputs: OutputChoice | None = None) -> list[BatchItem]:
    base = BatchItem("job", run_file, outputs=outputs)
    radius = "policy.override.circle.radius_m={}"
    return [
        replace(base, name=f"job-{n}", settings=(radius.format(4000 + 10 * n),))
        for n in range(jobs)
    ]


def cpu_s() -> float:
    both = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def every_byte(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "summary.json"
    }


def compare(
    run_file: Path, jobs: int, runners: Sequence[str], outputs: OutputChoice | None, folder: Path
) -> list[dict[str, object]]:
    """Run the batch by each runner; the first is done once before, unmeasured."""
    jobs_ = items(run_file, jobs, outputs)
    options = {"lang": Lang.JA, "created": CREATED}
    run_batch(jobs_[:1], folder / "warm", **options)
    rows = []
    for name in runners:
        runner = runner_called(name, RunnerOptions(workers=WORKERS))
        clock, before = time.perf_counter(), cpu_s()
        found = run_batch(jobs_, folder / name, runner=runner, **options)
        assert not any(outcome.failed for outcome in found)
        rows.append(
            {
                "runner": name,
                "seconds": round(time.perf_counter() - clock, 1),
                "CPU s": round(cpu_s() - before, 1),
                "load": round(os.getloadavg()[0], 1),
                "same bytes": every_byte(folder / name) == every_byte(folder / runners[0]),
            }
        )
    return rows


def weigh(run_file: Path, jobs: int, folder: Path) -> list[dict[str, object]]:
    """Return the memory of one worker after the 1st, 2nd, 10th, … of many jobs."""
    from benchmarks.batch_runners import Weighing as Named  # noqa: PLC0415 - as workers import it

    orders = [
        order_of(
            item,
            job_of(item),
            folder / "long" / item.name,
            lang=Lang.JA,
            created=CREATED,
            force=False,
            digest="",
        )
        for item in items(run_file, jobs)
    ]
    found = ProcessRunner(1).run(orders, Named(), lambda _n, _t: None)
    weights = {each.number + 1: each.done for each in found if each.done}
    shown = sorted({1, 2, 5, *range(10, jobs, 10), jobs} & set(weights))
    return [
        {"after job": n, "MiB": round(weights[n][0]), "peak MiB": round(weights[n][1])}
        for n in shown
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--jobs", type=int, default=8)
    options.add_argument("--runners", default="serial,processes,dask")
    options.add_argument("--long", type=int, default=30)
    options.add_argument("--outputs", default="", help="those of a run alone; all by default")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made, sample_run_file() as sample:
        folder = Path(made)
        run_file = write_job(folder / "small") if given.quick else sample
        names = ("serial", "processes") if given.quick else given.runners.split(",")
        asked = [OptionalOutput(each) for each in given.outputs.split(",") if each]
        outputs = OutputChoice(only=tuple(asked)) if asked else None
        rows = compare(run_file, 2 if given.quick else given.jobs, names, outputs, folder)
        weights = [] if given.quick else weigh(run_file, given.long, folder)
    for title, each in (("A batch by each runner", rows), ("Memory of one worker", weights)):
        if each:
            text = table(list(each[0]), [list(row.values()) for row in each])
            report(title, text, {"rows": each}, given.json)


if __name__ == "__main__":
    main()
