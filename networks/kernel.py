"""The decorator of compiled loops.

Importing this module imports numba, so it is only imported by modules of kernels, and those only
where the loop is needed.
"""

from __future__ import annotations

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
    return cast(_Function, compiled)
