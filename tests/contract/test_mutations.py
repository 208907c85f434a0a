"""A short run of `benchmarks/mutations.py`: damage never ends in a traceback, a hang or a flood."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.contract.victims import VICTIMS

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SEEDS = range(12)


@pytest.fixture(scope="module")
def mutations():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield import_module("mutations")
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def worker(mutations):
    made = mutations.Worker()
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("reader", VICTIMS)
def test_a_damaged_file_ends_in_a_value_or_in_one_of_our_errors(mutations, worker, reader):
    ended = [worker.read(reader, seed) for seed in SEEDS]
    assert list(mutations.grouped(e for e in ended if not e.fine)) == []


@pytest.mark.slow
def test_the_same_seed_is_the_same_damage():
    for victim in VICTIMS.values():
        assert victim.damaged(7) == victim.damaged(7)


def test_what_is_not_our_error_is_found(mutations, monkeypatch):
    def fail(_: Path) -> None:
        raise KeyError("x")

    victim = VICTIMS["trips"]
    monkeypatch.setitem(VICTIMS, "trips", type(victim)(victim.name, victim.draw, fail))
    ending = mutations.read_damaged("trips", 0, None)
    assert (ending.kind, ending.fine) == ("KeyError", False)
