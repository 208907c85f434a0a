"""Child of startup.py: a command with a stop-watch on where its time goes.

The time of whatever runs is booked under the innermost of: imports, loading compiled kernels,
reading, solving, writing. What remains is Python's own start and everything in between.
"""

from __future__ import annotations

import builtins
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

STARTED = time.perf_counter()
PARTS = {
    "reading": (
        ("spots.job.run_file", "read_run_file"),
        ("spots.job.inputs", "read_regions"),
        ("spots.job.inputs", "read_facilities"),
        ("spots.job.job_roads", "load_cached"),
    ),
    "solving": (
        ("spots.job.job_facts", "tied_roads"),
        ("spots.job.execution", "judge"),
        ("spots.job.execution", "draw_ground"),
    ),
    "writing": (("spots.outputs", "write_folder"),),
}


class Watch:
    """Books time under the innermost running part."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.stack = ["other"]
        self.since = STARTED

    def switch(self) -> None:
        """Book the time since the last switch."""
        now = time.perf_counter()
        self.spent[self.stack[-1]] += now - self.since  # type: ignore[assignment]
        self.since = now

    def wrap(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return `work` with its time booked under `name`."""

        @wraps(work)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if self.stack[-1] == name:
                return work(*args, **kwargs)
            self.switch()
            self.stack.append(name)
            try:
                return work(*args, **kwargs)
            finally:
                self.switch()
                self.stack.pop()

        return watched


def main() -> None:
    """Run ``spots`` with the given arguments; print the parts as the last line."""
    watch = Watch()
    builtins.__import__ = watch.wrap("imports", builtins.__import__)
    get_module = watch.wrap("imports", import_module)
    for part, places in PARTS.items():
        for module, name in places:
            home = get_module(module)
            setattr(home, name, watch.wrap(part, getattr(home, name)))
    caching = get_module("numba.core.caching")
    caching.Cache.load_overload = watch.wrap("loading kernels", caching.Cache.load_overload)
    cli = get_module("cli")
    try:
        cli.main(sys.argv[1:])
    except SystemExit as end:
        if end.code not in (0, 3, None):  # 3: some facility is undetermined
            raise
    watch.switch()
    print(json.dumps(dict(watch.spent)))


if __name__ == "__main__":
    main()
