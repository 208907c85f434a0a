"""Compiled sorting for the search graph.

Stands apart: numba keeps compiled loops by their module, see `networks.kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from networks.kernel import kernel


@kernel
def counting_order(key: NDArray[np.int32], offset: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices that sort `key`, equal ones in their order, in time that grows with it.

    Parameters
    ----------
    key : (A,) int32
        From 0 to K - 1.
    offset : (K + 1,) int64
        How many keys are less than each.
    """
    place = offset.copy()
    order = np.empty(len(key), np.int64)
    for i in range(len(key)):
        k = np.uint64(key[i])
        order[np.uint64(place[k])] = i
        place[k] += 1
    return order
