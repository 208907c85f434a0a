"""Values kept by what they depend on: found once, a few of each kind, in threads and processes."""

from __future__ import annotations

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from groundfloor.kept import Kept


def test_what_was_found_is_not_asked_for_again_and_what_depends_on_another_is():
    kept, asked = Kept(), []

    def found(n: int) -> str:
        return kept.get("n", n, lambda: asked.append(n) or f"{n}")

    assert [found(1), found(2), found(1)] == ["1", "2", "1"]
    assert asked == [1, 2]
    assert kept.get("other kind", 1, lambda: 5) == 5


def test_none_is_a_value_too_and_what_failed_is_tried_again():
    kept = Kept()
    assert kept.get("k", 0, lambda: None) is None
    assert kept.get("k", 0, lambda: 7) is None
    with pytest.raises(ZeroDivisionError):
        kept.get("k", 1, lambda: 1 // 0)
    assert kept.get("k", 1, lambda: 3) == 3


def test_the_one_asked_for_longest_ago_goes_first():
    kept, asked = Kept(most=2), []

    def found(n: int) -> None:
        kept.get("n", n, lambda: asked.append(n))

    for n in (1, 2, 1, 3, 1, 2):
        found(n)
    assert asked == [1, 2, 3, 2]


def test_threads_that_ask_for_the_same_find_it_once_and_one_kind_may_need_another():
    kept, asked, together = Kept(), [], threading.Barrier(4)

    def inner() -> int:
        asked.append("inner")
        return 2

    def outer() -> int:
        asked.append("outer")
        return 1 + kept.get("inner", (), inner)

    def ask(_: int) -> int:
        together.wait()
        return kept.get("outer", (), outer)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [3] * 4
    assert asked == ["outer", "inner"]


def test_it_pickles_with_what_it_holds_and_can_be_had_without_a_kind():
    kept = Kept()
    kept.get("a", 1, lambda: "x")
    kept.get("b", 1, lambda: "y")
    sent = pickle.loads(pickle.dumps(kept))  # noqa: S301 (our own)
    assert sent.get("a", 1, lambda: "again") == "x"
    less = kept.without("b")
    assert (less.get("a", 1, lambda: "again"), less.get("b", 1, lambda: "new")) == ("x", "new")
    assert kept.get("b", 1, lambda: "again") == "y"
