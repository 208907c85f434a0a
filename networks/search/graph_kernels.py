"""Compiled sorting for the search graph.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import kernel


@kernel
def counting_order(
    key: NDArray[np.int32], place: NDArray[np.int64], order: NDArray[np.int64]
) -> None:
    """Find the indices that sort `key`, equal ones in their order, in time that grows with it.

    Parameters
    ----------
    key : (A,) int32
        From 0 to K - 1.
    place : (K + 1,) int64
        How many keys are less than each; written over.
    order : (A,) int64
        Filled.
    """
    for i in range(len(key)):
        k = np.uint64(key[i])
        order[np.uint64(place[k])] = i
        place[k] += 1
