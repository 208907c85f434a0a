"""Damaged input: whatever a file holds, reading it ends in a value or in one of our errors.

    python benchmarks/mutations.py --count 5000 --data FOLDER      # every reader
    python benchmarks/mutations.py osm-pbf trips --count 500       # two of them
    python benchmarks/mutations.py --one trips 17 --keep FOLDER    # one again, with its files

What is damaged are the samples of ``tests/contract``, every role in every format, and real files
from FOLDER where there are any. A reader and a seed name the damage. One worker process reads; it
may take 20 s and 2 GB for each file and is replaced when it takes more or dies.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("groundfloor", "boundaries", "networks", "spots")
SECONDS = 20.0
BYTES = 2 * 1024**3
_WARM_SECONDS = 180.0  # compiling the loops of a fresh installation counts for nobody
_VALUE, _REFUSED = "value", "refused"


@dataclass(frozen=True, slots=True)
class Ending:
    """How reading a damaged file ended; `kind` is ``value``, ``refused``, or what must not be."""

    reader: str
    seed: int
    kind: str
    seconds: float = 0.0
    place: str = ""  # innermost line of ours, and the innermost at all
    message: str = ""

    @property
    def fine(self) -> bool:
        """Whether reading may end so."""
        return self.kind in {_VALUE, _REFUSED} and self.seconds <= SECONDS


def _victims() -> object:
    """Return the module of the readers, which stands among the tests."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from tests.contract import victims  # noqa: PLC0415 - heavy, and only workers read

    return victims


def read_damaged(reader: str, seed: int, data: Path | None, keep: Path | None = None) -> Ending:
    """Read the damaged files of a seed in this process."""
    from groundfloor.problems import SpotsError  # noqa: PLC0415

    module = _victims()
    victim = module.VICTIMS[reader]
    files = victim.damaged(seed, module.real_files(reader, data))
    with tempfile.TemporaryDirectory(prefix="spots-mutation-") as made:
        folder = keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        began = time.perf_counter()
        try:
            victim.read(folder / next(iter(files)))
        except SpotsError as fault:
            codes = sorted({p.code for p in fault.problems})
            return Ending(reader, seed, _REFUSED, _since(began), "", ", ".join(codes))
        except BaseException as fault:  # noqa: BLE001 - whatever it is, it is a finding
            if keep is not None:
                traceback.print_exc()
            return Ending(
                reader, seed, type(fault).__name__, _since(began), _place(fault), str(fault)[:200]
            )
        return Ending(reader, seed, _VALUE, _since(began))


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)


def _place(fault: BaseException) -> str:
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [f for f in frames if _room_of(f.filename)]
    inner = [f"{_room_of(f.filename)}:{f.lineno} {f.name}" for f in ours[-1:]]
    deepest = frames[-1]
    if not _room_of(deepest.filename):
        inner.append(f"{'/'.join(Path(deepest.filename).parts[-3:])}:{deepest.lineno}")
    return " <- ".join(inner)


def _room_of(file: str) -> str:
    path = Path(file)
    if not path.is_relative_to(ROOT):
        return ""
    inside = path.relative_to(ROOT)
    return inside.as_posix() if inside.parts[0] in ROOMS else ""


def _work(pipe: Connection, data: Path | None) -> None:
    """Read what the pipe asks for, with bounded memory and nothing on the terminal."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    module = _victims()
    warm: set[str] = set()
    while True:
        reader, seed = pipe.recv()
        if reader not in warm:
            _read_sound(module, reader)
            _bound_memory()
            warm.add(reader)
            pipe.send(None)
        pipe.send(read_damaged(reader, seed, data))


def _read_sound(module: object, reader: str) -> None:
    """Read a sound file, so that imports and compiled loops are no part of the first damage."""
    from random import Random  # noqa: PLC0415

    victim = module.VICTIMS[reader]
    with tempfile.TemporaryDirectory() as made, contextlib.suppress(Exception):
        files = victim.draw(Random(0))  # noqa: S311 - nothing secret
        for name, content in files.items():
            (Path(made) / name).write_bytes(content)
        victim.read(Path(made) / next(iter(files)))


def _bound_memory() -> None:
    """Allow 2 GB beyond what the process has mapped by now, libraries among it."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = pages * resource.getpagesize() + BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


class Worker:
    """A process that reads damaged files, replaced when it dies or hangs."""

    def __init__(self, data: Path | None = None) -> None:
        self.data = data
        self.warm: set[str] = set()
        self.process: multiprocessing.process.BaseProcess | None = None
        self.pipe: Connection | None = None

    def read(self, reader: str, seed: int) -> Ending:
        """Return how reading the damage of a seed ended."""
        if self.process is None:
            self._start()
        self.pipe.send((reader, seed))
        try:
            if reader not in self.warm:
                if not self.pipe.poll(_WARM_SECONDS):
                    return self._lost(reader, seed, "never ready")
                self.pipe.recv()
                self.warm.add(reader)
            if not self.pipe.poll(SECONDS + 5):
                return self._lost(reader, seed, f"over {SECONDS:.0f} s")
            return self.pipe.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            return self._lost(reader, seed, f"process died ({self.process.exitcode})")

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process, self.warm = None, set()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, self.data), daemon=True)
        self.process.start()
        theirs.close()

    def _lost(self, reader: str, seed: int, kind: str) -> Ending:
        self.close()
        return Ending(reader, seed, kind, SECONDS + 5)


def reader_names() -> list[str]:
    return list(_victims().VICTIMS)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("readers", nargs="*", help="names of readers; all by default")
    parser.add_argument("--count", type=int, default=5000, help="damaged files for each reader")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--data", type=Path, help="folder of real files to damage too")
    parser.add_argument("--quick", action="store_true", help="20 for each reader")
    parser.add_argument("--json", type=Path, help="write every finding here")
    parser.add_argument("--one", nargs=2, metavar=("READER", "SEED"), help="read one again, here")
    parser.add_argument("--keep", type=Path, help="folder for the files of --one")
    given = parser.parse_args()
    if given.one:
        keep = given.keep or Path(tempfile.mkdtemp(prefix="spots-mutation-"))
        print(
            read_damaged(given.one[0], int(given.one[1]), given.data, keep),
            f"files: {keep}",
            sep="\n",
        )
        return 0
    count = 20 if given.quick else given.count
    return _report(given.readers or reader_names(), range(given.first, given.first + count), given)


def _report(readers: list[str], seeds: range, given: argparse.Namespace) -> int:
    print("| reader | damaged | values | refused | findings | slowest s | minutes |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    found: list[Ending] = []
    worker = Worker(given.data)
    for reader in readers:
        began = time.perf_counter()
        ended = [worker.read(reader, seed) for seed in seeds]
        bad = [e for e in ended if not e.fine]
        print(_row(reader, ended, len(bad), (time.perf_counter() - began) / 60), flush=True)
        found += bad
        if given.json:
            given.json.write_text(
                json.dumps([asdict(e) for e in found], ensure_ascii=False, indent=1), "utf-8"
            )
    worker.close()
    for line in grouped(found):
        print(line)
    return 1 if found else 0


def _row(reader: str, ended: list[Ending], bad: int, minutes: float) -> str:
    kinds = Counter(e.kind for e in ended)
    slowest = max(e.seconds for e in ended)
    counts = (len(ended), kinds[_VALUE], kinds[_REFUSED], bad)
    return " | ".join(
        (f"| {reader}", *(f"{n:,}" for n in counts), f"{slowest:.2f}", f"{minutes:.1f} |")
    )


def grouped(found: Iterable[Ending]) -> Iterator[str]:
    """Yield a line for each kind of ending and raising place, the most frequent first."""
    groups: dict[tuple[str, str, str], list[Ending]] = {}
    for ending in found:
        groups.setdefault((ending.reader, ending.place, ending.kind), []).append(ending)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], -len(group[1])))
    for (reader, place, kind), same in ordered:
        seeds = ", ".join(str(e.seed) for e in same[:3])
        said = f"{same[0].message!r} (seeds {seeds})"
        yield f"{reader}: {kind} x{len(same)} at {place or '?'}: {said}"


if __name__ == "__main__":
    sys.exit(main())
