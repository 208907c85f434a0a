"""How many workers a machine has room for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spots.runners import machine_size
from spots.runners.machine_size import WORKER_BYTES, fitting_workers, free_bytes, usable_cores


@pytest.mark.parametrize(
    ("cores", "free", "workers"),
    [
        (4, 100 * WORKER_BYTES, 4),
        (16, 3 * WORKER_BYTES + 1, 3),
        (4, WORKER_BYTES // 2, 1),
        (4, None, 4),
    ],
)
def test_by_cores_and_by_memory(
    monkeypatch: pytest.MonkeyPatch, cores: int, free: int | None, workers: int
) -> None:
    monkeypatch.setattr(machine_size, "usable_cores", lambda: cores)
    monkeypatch.setattr(machine_size, "free_bytes", lambda: free)
    assert fitting_workers() == workers


def test_this_machine_has_something() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    free = free_bytes()
    assert free is None or free > 0


def test_the_share_of_a_container_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {"cpu.max": "50000 100000", "memory.max": "3000", "memory.current": "1000"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    monkeypatch.setattr(machine_size, "_CONTROL_GROUP", tmp_path)
    assert usable_cores() == 1
    assert free_bytes() == 2000
    for name in ("cpu.max", "memory.max"):
        (tmp_path / name).write_text("max 100000" if name == "cpu.max" else "max", "ascii")
    assert usable_cores() >= 1
    assert (free_bytes() or 3000) > 2000
