"""The same work on all cores, results in the order of what was given.

Searches and geometry leave Python's lock alone, so threads share the memory of the roads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def on_all_cores(work: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
    """Return what `work` makes of each, as ``list(map(work, given))`` does.

    Examples
    --------
    >>> on_all_cores(abs, [-2, 1])
    [2, 1]
    """
    workers = min(len(given), os.cpu_count() or 1)
    if workers <= 1:
        return [work(each) for each in given]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, given))
