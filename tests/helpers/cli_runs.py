"""Calling the command line in tests: in this process, or as a user's shell would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli import main

CONTRACT = {
    *("spots.geojson", "spots_dissolved.geojson", "facilities.geojson", "facilities.csv"),
    *("routes.geojson", "spots.gpkg", "map.html", "table.xlsx", "run.json", "evidence.json"),
    "report.pdf",
}
_JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+")
# Names of places that the tool makes or knows itself: data, not sentences.
_PLACES = "熊本県 熊本市"


def spots(*args: object) -> Result:
    """Run ``spots`` in this process; anything but an orderly exit fails the test."""
    done = CliRunner().invoke(main, [str(a) for a in args])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise AssertionError(f"spots {args} crashed") from done.exception
    for inside in ("Traceback", "Text(ja=", "Problem("):
        assert inside not in done.stderr + done.stdout
    return done


def spots_json(*args: object, code: int = 0) -> Any:
    """Run ``spots ... --json`` and return what it printed, which must be JSON alone."""
    done = spots(*args, "--json")
    assert done.exit_code == code, done.stderr
    return json.loads(done.stdout)


def spots_process(
    *args: object,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    stdout: int = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """Run ``spots`` in a process of its own, with its output in pipes."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *(str(a) for a in args)],
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": encoding, **(environment or {})},
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding=encoding,
        check=False,
    )


def foreign_words(text: str, sources: Iterable[str]) -> list[str]:
    """Return the Japanese in `text` that none of the data in `sources` accounts for."""
    data = "\n".join([*sources, _PLACES])
    return [run for run in _JAPANESE.findall(text) if run not in data]


def leftovers(folder: Path) -> list[str]:
    """Return what a run left half-written in `folder`."""
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))
