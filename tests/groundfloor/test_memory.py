"""Answers that are kept: asked once, the same for every thread, the last few, and never pickled."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from groundfloor.memory import Memory


class Scribe:
    """A function that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, number: int) -> list[int]:
        self.asked.append(number)
        return [number]


def test_a_question_is_answered_once_and_its_equal_gets_the_same_answer():
    memory, scribe = Memory(), Scribe()
    first = memory.of(scribe, 1, most=2)
    assert memory.of(scribe, 1, most=2) is first
    assert memory.of(scribe, True, most=2) is first
    assert scribe.asked == [1]


def test_the_last_that_were_asked_for_are_kept():
    memory, scribe = Memory(), Scribe()
    for number in (1, 2, 1, 3, 1, 2):  # 2 has gone when 3 comes: 1 was asked for again
        memory.of(scribe, number, most=2)
    assert scribe.asked == [1, 2, 3, 2]


def test_functions_have_each_their_own_answers_and_room():
    memory, one, other = Memory(), Scribe(), Scribe()
    for number in range(5):
        memory.of(other, number, most=1)
    kept = memory.of(one, 4, most=1)
    memory.of(other, 5, most=1)
    assert memory.of(one, 4, most=1) is kept
    assert (one.asked, other.asked) == ([4], [0, 1, 2, 3, 4, 5])


def test_another_memory_can_begin_with_the_answers_of_one_function():
    memory, one, other = Memory(), Scribe(), Scribe()
    kept = memory.of(one, 4, most=2)
    memory.of(other, 4, most=2)
    begun = memory.only(one)
    assert begun.of(one, 4, most=2) is kept
    begun.of(other, 4, most=2)
    begun.of(one, 5, most=2)
    memory.of(one, 5, most=2)
    assert (one.asked, other.asked) == ([4, 5, 5], [4, 4])


def test_what_fails_is_asked_again():
    memory, tries = Memory(), []

    def second_time(number: int) -> int:
        tries.append(number)
        if len(tries) == 1:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match="7"):
        memory.of(second_time, 7, most=1)
    assert memory.of(second_time, 7, most=1) == 7


def test_threads_that_ask_at_once_get_the_same_answer():
    memory, together = Memory(), Barrier(4)

    def slowly(number: int) -> list[int]:
        together.wait(timeout=20)  # all four are inside: none waits for another
        return [number]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: memory.of(slowly, 3, most=8), range(4)))
    assert answers == [[3]] * 4
    assert len({id(answer) for answer in answers}) == 1


def pickled(memory: Memory) -> Memory:
    again: Memory = pickle.loads(pickle.dumps(memory))  # noqa: S301 - our own
    return again


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_copies_and_pickles_begin_anew(again):
    memory, scribe = Memory(), Scribe()
    memory.of(scribe, 1, most=2)
    again(memory).of(scribe, 1, most=2)
    assert scribe.asked == [1, 1]
