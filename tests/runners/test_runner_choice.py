"""Which runner is meant, and what the simplest of them does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

import pytest

from groundfloor.problems import Text, UsageError
from spots.runners import GROUP, Ended, Runner, RunnerOptions, SerialRunner, runner_called

HERE = "tests.runners.test_runner_choice"


@dataclass(frozen=True, slots=True)
class Word:
    name: str


def begin() -> Callable[[Word, Callable[[Text], None]], int]:
    def work(word: Word, told: Callable[[Text], None]) -> int:
        told(Text("数える", "counting"))
        if word.name == "too long":
            raise MemoryError
        return len(word.name)

    return work


def test_serial_does_them_in_their_order_and_tells_of_each() -> None:
    told: list[tuple[int, str]] = []
    found = SerialRunner().run([Word("a"), Word("bc")], begin, lambda n, t: told.append((n, t.en)))
    assert list(found) == [Ended(0, 1), Ended(1, 2)]
    assert told == [(0, "counting"), (1, "counting")]


def test_no_memory_for_one_is_no_end_of_the_others() -> None:
    found = list(SerialRunner().run([Word("too long"), Word("a")], begin, lambda _n, _t: None))
    assert [e.done for e in found] == [None, 1]
    assert [p.code for p in found[0].problems] == ["worker-out-of-memory"]


def test_the_runner_of_another_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[RunnerOptions] = []

    def make(options: RunnerOptions) -> Runner:
        given.append(options)
        return SerialRunner()

    class Entry:
        name = "grid"

        @staticmethod
        def load() -> object:
            return make

    def entry_points(*, group: str) -> list[type[Entry]]:
        return [Entry] if group == GROUP else []

    monkeypatch.setattr(metadata, "entry_points", entry_points)
    options = RunnerOptions(3)
    assert isinstance(runner_called("grid", options), SerialRunner)
    assert given == [options]
    with pytest.raises(UsageError) as caught:
        runner_called("gird", options)
    assert [p.code for p in caught.value.problems] == ["unknown-runner"]
    assert "grid" in caught.value.problems[0].remedy.en


def test_a_runner_that_cannot_be_loaded_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = metadata.EntryPoint("grid", "no_such_module_at_all:make", GROUP)
    monkeypatch.setattr(metadata, "entry_points", lambda **_: [entry])
    with pytest.raises(UsageError) as caught:
        runner_called("grid", RunnerOptions())
    assert [p.code for p in caught.value.problems] == ["runner-not-loaded"]
