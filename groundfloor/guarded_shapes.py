"""Shapes prepared for many questions, without harm to threads that share the shape.

GEOS keeps notes inside a prepared shape while it answers: two threads that ask the same one crash.
So nothing that others may hold is prepared: its copy is, by whoever asks.
"""

from __future__ import annotations

from threading import Lock
from typing import TypeVar

import shapely
from shapely.geometry.base import BaseGeometry

Shape = TypeVar("Shape", bound=BaseGeometry)


def prepared_copy(shape: Shape) -> Shape:
    """Return a copy of a shape, the same to the bit, prepared for one thread's questions."""
    copy: Shape = shapely.from_wkb(shapely.to_wkb(shape))
    shapely.prepare(copy)
    return copy


class GuardedShape:
    """A prepared shape that threads may share: it answers one at a time."""

    __slots__ = ("_lock", "_shape")

    def __init__(self, shape: BaseGeometry) -> None:
        """Prepare a copy of `shape`."""
        self._shape = prepared_copy(shape)
        self._lock = Lock()

    def covers(self, other: BaseGeometry) -> bool:
        """Whether no part of another shape lies outside."""
        with self._lock:
            return bool(shapely.covers(self._shape, other))

    def intersects(self, other: BaseGeometry) -> bool:
        """Whether another shape has a point in common."""
        with self._lock:
            return bool(shapely.intersects(self._shape, other))

    def __reduce__(self) -> tuple[type[GuardedShape], tuple[BaseGeometry]]:
        """Go to other processes, and into copies, as the shape alone."""
        return type(self), (self._shape,)
