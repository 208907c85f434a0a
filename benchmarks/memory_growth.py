"""Does a batch need more memory with every job? Resident memory after each of many jobs.

The embedded sample is run again and again in one process, through the whole output folder. What a
first job leaves (compiled kernels, imported libraries) is there for all, so the last is compared
with the first:

    python benchmarks/memory_growth.py --jobs 200
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs import write_folder
from spots.sample import sample_run_file


def resident_mb() -> float:
    """Return the resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Run the jobs and print memory at powers of two, and the ratio of last to first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="three jobs, to see that it starts")
    asked = parser.parse_args()
    jobs = 3 if asked.quick else asked.jobs
    seen: list[float] = []
    with sample_run_file() as path, tempfile.TemporaryDirectory() as out:
        job = read_run_file(path)
        for number in range(1, jobs + 1):
            write_folder(execute(job), Path(out) / "out", force=True)
            seen.append(resident_mb())
            if number & (number - 1) == 0 or number == jobs:
                print(f"{number:4d} jobs  {seen[-1]:7.0f} MB", flush=True)
    print(f"last / first = {seen[-1] / seen[0]:.2f}")


if __name__ == "__main__":
    main()
