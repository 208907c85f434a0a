"""What one run costs when a list changed and nothing else did, as multiples of an import line.

    python benchmarks/one_run.py                               # the embedded sample
    python benchmarks/one_run.py RUN.toml --old CHECKOUT       # and an older commit beside it
    python benchmarks/one_run.py --quick

The line is ``python -c "import pandas, geopandas, numba, folium"``: what no run can do without.
Whole processes, in turn, medians; each round leaves another row out of the list of 二次救急, so
that no answer is found whole. Before, the run file is run once as it is: what it keeps on disk is
there. *Nothing kept* is the same with `SPOTS_CACHE_DIR` set to a new folder each time, but for the
network. *Resident* is a process that holds a scenario: a list as a frame, to the map as a file.
An old checkout runs under the same interpreter, without the options that it does not know.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from measuring import (
    ROOT,
    Run,
    alternate,
    cpu_of,
    parser,
    peak_of,
    report,
    run_child,
    seconds_of,
    table,
)

LINE = "import pandas, geopandas, numba, folium"
_COMMAND = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from spots.commands import main; main()"
)
_UNDETERMINED = (0, 3)
_RESIDENT = 5  # changed lists of a resident process


@dataclass(frozen=True, slots=True)
class Job:
    """A run file, the list in it that changes, and where everything is written."""

    run_file: Path
    layer: str
    rows: Sequence[Sequence[str]]
    scratch: Path

    @classmethod
    def of(cls, run_file: Path, scratch: Path) -> Job:
        """Return the job of a run file: its last list of those that are judged for ③."""
        given = tomllib.loads(run_file.read_text("utf-8"))["facilities"]
        judged = [f for f in given if f["type"] == "③" and f.get("role") != "destination"]
        with (run_file.parent / judged[-1]["file"]).open(encoding="utf-8-sig", newline="") as file:
            return cls(run_file, judged[-1]["name"], list(csv.reader(file)), scratch)

    def without_row(self, number: int) -> Path:
        """Write the list without one of its rows, and return where."""
        at = 1 + number % (len(self.rows) - 1)
        path = self.scratch / f"list-{number}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([*self.rows[:at], *self.rows[at + 1 :]])
        return path


def spots(checkout: Path, job: Job, number: int, *options: str, cache: Path) -> Run:
    """Run the command of a checkout on a changed list, in a process of its own."""
    changed = f"{job.layer}={job.without_row(number)}"
    out = job.scratch / f"out-{number}"
    words = ["run", job.run_file, "--facilities", changed, "--out", out, *options]
    child = [sys.executable, "-c", f"{_COMMAND}", checkout, *words]
    return run_child(child, env={"SPOTS_CACHE_DIR": str(cache)}, fine=_UNDETERMINED)


def resident(checkout: Path, job: Job, *, cache: Path) -> Run:
    """Return the median of what a list costs to its map, inside a process that holds a scenario."""
    child = [sys.executable, __file__, "--child", checkout, job.run_file, job.scratch]
    run = run_child(child, env={"SPOTS_CACHE_DIR": str(cache)})
    return Run(run.said["seconds"], run.said["cpu_s"], run.peak_mib)


def hold_scenario(checkout: str, run_file: str, scratch: str) -> None:
    """Change the lists of a scenario, one row each time, and draw its map; print the medians."""
    sys.path.insert(0, checkout)
    import spots as ss  # noqa: PLC0415 - of the checkout

    scenario = ss.Scenario.from_run(run_file)
    lists = scenario.facilities
    cpu, wall = [], []
    for number in range(_RESIDENT + 1):
        changed = lists.drop(index=lists.index[number])
        busy, began = time.process_time(), time.perf_counter()
        result = scenario.changed(facilities=changed).judge(surroundings=True)
        result.map().save(Path(scratch) / "map.html")
        cpu.append(time.process_time() - busy)
        wall.append(time.perf_counter() - began)
    print(json.dumps({"cpu_s": median(cpu[1:]), "seconds": median(wall[1:])}))


def candidates(
    job: Job, checkouts: Mapping[str, Path], *, quick: bool
) -> dict[str, Callable[[], Run]]:
    """Return what is measured, by name; every run of the command has a list of its own."""
    numbers = count()
    found: dict[str, Callable[[], Run]] = {
        "import line": lambda: run_child([sys.executable, "-c", LINE])
    }
    for name, checkout in checkouts.items():
        cache = job.scratch / f"cache-{name}"

        def whole(*options: str, of: Path = checkout, kept: Path = cache) -> Run:
            return spots(of, job, next(numbers), *options, cache=kept)

        def afresh(of: Path = checkout) -> Run:
            number = next(numbers)
            return spots(of, job, number, cache=job.scratch / f"none-{number}")

        def held(of: Path = checkout, kept: Path = cache) -> Run:
            return resident(of, job, cache=kept)

        if name == "new":
            found["new: list change, without the PDF"] = lambda whole=whole: whole("--no-report")
        if not quick:
            found[f"{name}: list change, with the PDF"] = whole
            found[f"{name}: the same, nothing kept"] = afresh
            whole()  # what is kept of unchanged inputs is there from now on
        found[f"{name}: resident, list to map"] = held
    return found


def measured(
    job: Job, checkouts: Mapping[str, Path], repeats: int, out: Path | None, *, quick: bool
) -> None:
    """Print what each costs, and its multiple of the import line."""
    runs = alternate(candidates(job, checkouts, quick=quick), repeats)
    line = cpu_of(runs["import line"])
    figures = {
        name: (cpu_of(each), cpu_of(each) / line, seconds_of(each), peak_of(each))
        for name, each in runs.items()
    }
    head = ["what", "CPU s", "× import line", "s", "peak MiB"]
    rows = [[name, *each] for name, each in figures.items()]
    told = {name: each[1] for name, each in figures.items()}
    report(f"One run: {job.run_file.stem}", table(head, rows), told, out)


@contextmanager
def chosen_run(path: Path | None) -> Iterator[Path]:
    """Give the run file that was named, else the sample's."""
    if path is not None:
        yield path.resolve()
        return
    sys.path.insert(0, str(ROOT))
    from spots import sample_run_file  # noqa: PLC0415 - only for the sample

    with sample_run_file() as sample:
        yield sample


def main() -> None:
    """Measure the runs that are asked for."""
    asked = parser(__doc__)
    asked.add_argument("run_file", type=Path, nargs="?", help="a run file [default: the sample's]")
    asked.add_argument("--old", type=Path, help="checkout of an older commit")
    asked.add_argument("--repeats", type=int, default=5)
    given = asked.parse_args()
    checkouts = {"new": ROOT, **({"old": given.old.resolve()} if given.old else {})}
    with chosen_run(given.run_file) as run_file, tempfile.TemporaryDirectory() as scratch:
        job = Job.of(run_file, Path(scratch))
        repeats = 1 if given.quick else given.repeats
        measured(job, checkouts, repeats, given.json, quick=given.quick)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        hold_scenario(*sys.argv[2:5])
    else:
        main()
