"""Why an order came to nothing: what is said of workers that were killed or had no memory left.

Stands apart: every runner says the same of the same loss.
"""

from __future__ import annotations

from groundfloor.problems import Problem, Text, error

_FEWER = Text(
    "--workers で並列数を減らすか、メモリの多いコンピューターで実行してください",
    "use fewer --workers, or a computer with more memory",
)


def out_of_memory(name: str) -> Problem:
    """Return the problem of an order for which there was not memory enough."""
    return error(
        "worker-out-of-memory",
        Text("メモリが足りません", "there is not memory enough"),
        _FEWER,
        value=name,
    )
