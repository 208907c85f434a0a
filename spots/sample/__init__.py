"""The embedded sample prefecture: package data, so that it works from an installed wheel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path


@contextmanager
def sample_run_file() -> Iterator[Path]:
    """Give the path of the sample's run file for as long as the context lasts.

    Yields
    ------
    Path
        ``kumamoto/run.toml`` with its data beside it.
    """
    with resources.as_file(resources.files("spots") / "sample" / "kumamoto") as folder:
        yield folder / "run.toml"
