"""What a result can do without: it is made, or it is left out and said so; it stops nothing.

Verdicts do not wait for pictures. A map or a report that fails, for a reason nobody thought of,
costs the map or the report; the finding goes where all findings go.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from groundfloor.problems import Problem, SpotsError, Text, one_line, warning

T = TypeVar("T")

#: The code of the finding; a command that meets it ends with `4`.
LEFT_OUT = "decoration-left-out"
# How Python, the linker of a module that is loaded only now, Rust and C++ tell of it.
_NO_MEMORY = (
    "MemoryError",
    "Cannot allocate memory",
    "failed to map segment",
    "memory allocation",
    "bad_alloc",
)
_NO_ROOM = Text("メモリが足りません", "there is not memory enough")
_FREE_SOME = Text(
    "ほかのプログラムを終了するか、メモリの多いコンピューターで、もう一度実行してください",
    "end other programs, or use a computer with more memory, and run it again",
)


def attempted(
    what: Text, make: Callable[[], T], *, but: tuple[type[Exception], ...] = ()
) -> tuple[T | None, tuple[Problem, ...]]:
    """Return what `make` makes; None and a finding where it fails.

    Parameters
    ----------
    what : Text
        Its name, for readers: a file, or a part of the map.
    make : callable
        Makes it.
    but : tuple of exception types
        What is raised nevertheless: a full disk is the matter of everything else on it, too.

    Returns
    -------
    made : object or None
        As `make` returns it.
    problems : tuple of Problem
        Empty where it was made.

    Examples
    --------
    >>> attempted(Text("地図", "the map"), lambda: 1)
    (1, ())
    >>> made, (found,) = attempted(Text("地図", "the map"), lambda: 1 // 0)
    >>> made, found.code, found.value
    (None, 'decoration-left-out', 'integer division or modulo by zero')
    """
    try:
        return make(), ()
    except but:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, the verdicts stand without it
        return None, (_left_out(what, fault),)


def tells_of_no_memory(said: str) -> bool:
    """Return whether a message, of an exception or of a process that ended, is of want of memory.

    Parameters
    ----------
    said : str
        The message.
    """
    return any(sign in said for sign in _NO_MEMORY)


def lacks_memory(fault: Exception) -> bool:
    """Return whether an exception comes of want of memory, and is no defect of the tool.

    Parameters
    ----------
    fault : Exception
        A `MemoryError`, or what a library raised in its place.
    """
    return isinstance(fault, MemoryError) or tells_of_no_memory(str(fault))


def _left_out(what: Text, fault: Exception) -> Problem:
    if lacks_memory(fault):
        return left_out(what, _NO_ROOM, _FREE_SOME, one_line(str(fault)))
    remedy = Text(
        "実行ファイルと入力を添えて開発者にお知らせください",
        "please report it with the run file and the inputs",
    )
    return left_out(what, _why(fault), remedy, one_line(str(fault)))


def left_out(what: Text, why: Text, remedy: Text, value: str = "") -> Problem:
    """Return the finding of what could not be made, for a cause that is known.

    Parameters
    ----------
    what, why, remedy : Text
        Its name, what kept it from being made, and what to do.
    value : str
        What the cause says of itself.
    """
    return warning(
        LEFT_OUT,
        Text(
            f"{what.ja}を作れませんでした（{why.ja}）。判定とほかの出力には影響しません",
            f"{what.en} could not be made ({why.en}); verdicts and other outputs stand",
        ),
        remedy,
        value=value or None,
    )


def _why(fault: Exception) -> Text:
    if isinstance(fault, SpotsError) and fault.problems:
        first = fault.problems[0]
        return Text(f"{first.message.ja} [{first.code}]", f"{first.message.en} [{first.code}]")
    kind, where = type(fault).__name__, raised_at(fault)
    return Text(f"{kind}、{where}", f"{kind} in {where}")


def raised_at(fault: Exception) -> str:
    """Return file and line that raised an exception; empty where nothing did."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
