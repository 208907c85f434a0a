"""The decorator of compiled loops.

Importing this module imports numba, so it is only imported by modules of kernels, and those only
where the loop is needed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., object])


def kernel(function: _Function) -> _Function:
    """Return `function` compiled to machine code at its first call, without Python's lock.

    The code is kept beside the module, or in the user's cache folder, for the next process; where
    neither can be written it is compiled anew in every process. Floating point is left strict and
    loops sequential, so that every machine gives the same answer. Numba does not see when another
    module changes, therefore a kernel calls only kernels of its own module.
    """
    try:
        compiled = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: no folder for the cache can be written
        compiled = njit(nogil=True)(function)
    return cast("_Function", compiled)


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
