"""Why an order came to nothing: what is said of workers that were killed or had no memory left.

Stands apart: every runner says the same of the same loss.
"""

from __future__ import annotations

import signal

from groundfloor.problems import Problem, Text, error

#: How often an order may cost a worker its life before it is given up: the first time may have
#: been another's doing, who took the memory.
TRIES = 2


def out_of_memory(name: str) -> Problem:
    """Return the problem of an order for which there was not memory enough."""
    return error(
        "worker-out-of-memory",
        Text("メモリが足りません", "there is not memory enough"),
        Text(
            "--workers で並列数を減らすか、メモリの多いコンピューターで実行してください",
            "use fewer --workers, or a computer with more memory",
        ),
        value=name,
    )


def worker_killed(name: str, how: str) -> Problem:
    """Return the problem of an order whose worker ended without a result, each time it was tried.

    Parameters
    ----------
    name : str
        What messages call the order.
    how : str
        How the worker ended, in a few words.
    """
    return error(
        "worker-killed",
        Text(
            f"処理中のプロセスが{TRIES}回続けて終了したため、あきらめました",
            f"its worker died {TRIES} times, so it was given up",
        ),
        Text(
            "メモリ不足で OS に止められた可能性があります。--workers で並列数を減らすか、"
            "spots run でこの一件だけを実行して確かめてください",
            "the system may have killed it for want of memory: use fewer --workers, or see what "
            "spots run says of this one alone",
        ),
        value=f"{name}: {how}",
    )


def no_worker(why: str) -> Problem:
    """Return the problem of orders that nobody was left to do."""
    return error(
        "no-worker",
        Text("処理するプロセスを起動できません", "no worker can be started"),
        Text(
            "メモリの空きを確かめてください。--runner serial なら新しいプロセスを使いません",
            "see whether memory is free; --runner serial needs no other process",
        ),
        value=why or None,
    )


def how_it_ended(code: int | None, said: str) -> str:
    """Return how a process ended: its signal or exit code, and the last that it said.

    Examples
    --------
    >>> how_it_ended(-9, ""), how_it_ended(1, "ImportError: x")
    ('SIGKILL', 'exit 1, ImportError: x')
    """
    if code is None:
        how = "?"
    elif code < 0:
        known = {int(each): each.name for each in signal.Signals}
        how = known.get(-code, f"signal {-code}")
    else:
        how = f"exit {code}"
    return f"{how}, {said}" if said else how
