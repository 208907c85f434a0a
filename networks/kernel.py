"""The decorator of compiled loops.

Importing this module imports numba, so it is only imported by modules of kernels, and those only
where the loop is needed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import event
from numba.core.caching import NullCache

from networks.compiling import tell_compiling

# Of numba's ways into compiled code the one from C is not taken; its stubs do not know the word.
_NOT_FROM_C: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True}

_Function = TypeVar("_Function", bound=Callable[..., object])


class _Compiling(event.Listener):
    """Has it told when a kernel of ours is compiled, rather than found in numba's cache."""

    def on_start(self, found: event.Event) -> None:
        dispatcher = found.data["dispatcher"]
        if dispatcher.py_func.__module__.startswith("networks."):
            tell_compiling(kept=not isinstance(dispatcher._cache, NullCache))  # noqa: SLF001

    def on_end(self, found: event.Event) -> None:
        pass


event.register("numba:compile", _Compiling())  # type: ignore[no-untyped-call]


def kernel(function: _Function) -> _Function:
    """Return `function` compiled to machine code at its first call, without Python's lock.

    The code is kept beside the module, or in the user's cache folder, for the next process; where
    neither can be written it is compiled anew in every process. Floating point is left strict and
    loops sequential, so that every machine gives the same answer. Numba does not see when another
    module changes, therefore a kernel calls only kernels of its own module.

    What is written here is compiled once after an installation, while somebody waits. Everything
    of numpy's that a kernel uses (making, copying or filling arrays, assigning rows, searching) is
    compiled along with it, at a tenth of a second and more apiece, and messages of exceptions at
    a second and a half: a kernel walks over arrays that it is given, and does no more.
    """
    try:
        compiled = njit(cache=True, **_NOT_FROM_C)(function)
    except RuntimeError:  # numba: no folder for the cache can be written
        compiled = njit(**_NOT_FROM_C)(function)
    return cast("_Function", compiled)


def inner(function: _Function) -> _Function:
    """Return `function` compiled as a part of the kernels of its module, and kept with them alone.

    What is called from Python is a kernel: a part would be compiled anew in every process.
    """
    return cast("_Function", njit(**_NOT_FROM_C)(function))


def start_without_scipy() -> None:
    """Ready numba without scipy, which it imports for linear algebra that no kernel here uses.

    Saves a quarter of a second and 15 MB at the first kernel. Only for a process of our own, such
    as a command: anybody's kernels with linear algebra no longer compile in it. Scipy itself can
    be imported afterwards as ever. Does nothing once numba has looked for it.
    """
    if "numba.np.arraymath" in sys.modules or "scipy.linalg" in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    try:
        import numba.np.arraymath  # noqa: PLC0415 (this is what looks for scipy)

        _ = numba
    finally:
        del sys.modules["scipy.linalg"]
