"""A map's frame on paper: scale, extent, and the way from metres of a plane zone to the sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

#: Drawing units in a millimetre: whole numbers of 0.01 mm keep the drawing small and exact.
UNITS = 100
# About the width of the thinnest line.
_TOLERANCE_MM = 0.09
_BLEED_MM = 3.0
_STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)
_BARS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Extent:
    """A rectangle in a plane zone, metres."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, share: float, least_m: float) -> Extent:
        """Return the extent with a margin on every side, and at least `least_m` across."""
        wide = max((self.east - self.west) * (1 + 2 * share), least_m)
        high = max((self.north - self.south) * (1 + 2 * share), least_m)
        e, n = (self.west + self.east) / 2, (self.south + self.north) / 2
        return Extent(e - wide / 2, n - high / 2, e + wide / 2, n + high / 2)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle on paper that shows a part of a plane zone.

    Parameters
    ----------
    width, height : float
        Millimetres.
    denominator : int
        Of the scale.
    east, north : float
        Metres of the plane zone in the middle.
    """

    width: float
    height: float
    denominator: int
    east: float
    north: float

    @classmethod
    def around(cls, extent: Extent, width: float, height: float) -> Frame:
        """Return the frame of the largest round scale that shows the whole of `extent`."""
        needed = max(
            (extent.east - extent.west) * 1000 / width,
            (extent.north - extent.south) * 1000 / height,
        )
        e, n = (extent.west + extent.east) / 2, (extent.south + extent.north) / 2
        return cls(width, height, round_scale(needed), e, n)

    def mm(self, metres: float) -> float:
        """Return a length on the sheet."""
        return metres * 1000 / self.denominator

    def on_sheet(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return millimetres from the upper left corner for metres of the plane zone, (n, 2)."""
        factor = 1000 / self.denominator
        x = (xy[:, 0] - self.east) * factor + self.width / 2
        y = self.height / 2 - (xy[:, 1] - self.north) * factor
        return np.column_stack([x, y])

    def clipped(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return what of `shapes` is near the frame, as simple as the sheet can show."""
        bleed = (_BLEED_MM / 1000) * self.denominator
        half_w = self.width * self.denominator / 2000 + bleed
        half_h = self.height * self.denominator / 2000 + bleed
        box = (self.east - half_w, self.north - half_h, self.east + half_w, self.north + half_h)
        kept = shapely.clip_by_rect(shapes, *box)
        tolerance = _TOLERANCE_MM / 1000 * self.denominator
        simple: NDArray[np.object_] = shapely.simplify(kept, tolerance, preserve_topology=False)
        return simple


def round_scale(needed: float) -> int:
    """Return the smallest round denominator that is at least `needed`.

    Examples
    --------
    >>> round_scale(760_000), round_scale(131_000)
    (800000, 150000)
    """
    power = 10.0 ** math.floor(math.log10(max(needed, 100.0)))
    step = next(s for s in _STEPS if s * power >= needed - 1e-6)
    return round(step * power)


def bar_km(frame: Frame) -> float:
    """Return the length of a scale bar that takes up to a quarter of the frame."""
    most = frame.width / 4 * frame.denominator / 1e6
    return max((km for km in _BARS_KM if km <= most), default=_BARS_KM[0])
