"""What the first run after an installation costs: the kernels that are compiled for it.

    python benchmarks/cold_start.py [--against CHECKOUT] [--repeats 3]

Whole processes of `spots demo` and of `spots network build` on a tiny synthetic extract, each with
an empty folder for numba's cache and then once more with what the first has left there; the
difference is compiling. With --against another checkout is measured in turn with this one.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import synthetic
from measuring import ROOT, Run, alternate, cpu_of, parser, report, run_child, table

NODES = 30_000
QUICK = 3_000


def candidates(
    folder: Path, roots: dict[str, Path], *, quick: bool
) -> dict[str, Callable[[], Run]]:
    """Return what is measured: of each checkout and command the first run, then the second."""
    extract = folder / "tiny.osm.pbf"
    synthetic.write(synthetic.make(QUICK if quick else NODES, hospitals=5), extract)
    commands: dict[str, list[str | Path]] = {
        "spots network build": ["network", "build", extract, "--force", "--out", "b.spotsnet"],
        "spots demo": ["demo", "--force", "--out", "demo"],
    }
    found: dict[str, Callable[[], Run]] = {}
    for what, words in list(commands.items())[: 1 if quick else None]:
        for name, root in roots.items():
            cache = folder / f"numba {name}"
            known = {
                "NUMBA_CACHE_DIR": str(cache),
                "SPOTS_CACHE_DIR": str(folder / f"spots {name}"),
                "PYTHONPATH": str(root),
            }

            run = partial(_run, words, folder, cache, known)
            found[f"{what}, {name}, first"] = partial(run, first=True)
            found[f"{what}, {name}, second"] = partial(run, first=False)
    return found


def _run(
    words: list[str | Path], folder: Path, cache: Path, known: dict[str, str], *, first: bool
) -> Run:
    if first:
        shutil.rmtree(cache, ignore_errors=True)
    return run_child([sys.executable, "-m", "cli", *words], cwd=folder, env=known)


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("--against", type=Path, help="another checkout, measured in turn")
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    roots = {"this": ROOT}
    if given.against is not None:
        roots["other"] = given.against.resolve()
    with tempfile.TemporaryDirectory() as folder:
        chosen = candidates(Path(folder), roots, quick=given.quick)
        runs = alternate(chosen, 1 if given.quick else given.repeats)
    seconds = {name: cpu_of(own) for name, own in runs.items()}
    rows: list[list[object]] = []
    for first in [name for name in seconds if name.endswith(", first")]:
        what = first.removesuffix(", first")
        second = seconds[f"{what}, second"]
        rows.append([what, seconds[first], second, seconds[first] - second])
    head = ["what", "first, CPU s", "second, CPU s", "compiling, CPU s"]
    report("Cold start", table(head, rows), {"cpu_s": seconds}, given.json)


if __name__ == "__main__":
    main()
