"""Institutions of a list, in memory, where the fabricated run has spots, areas and nothing."""

from __future__ import annotations

from spots.facilities import RawFacility
from spots.types import Accuracy, Layer, Position, Role, SourceRow

LAYER = Layer("一覧", "list.csv", frozenset(), Role.DESTINATION, "", None)
#: In the circle of そよう病院 (山都町); in 宇城, a 少数区域; in no spot and no 少数区域.
IN_SOYO, IN_UKI, IN_OGUNI = (131.15, 32.69), (130.47, 32.615), (131.07, 33.12)


def institution(
    at: tuple[float, float] | None = None, name: str = "ある診療所", number: int = 2, **more
) -> RawFacility:
    """Return a row of a list; without a point where `at` is None."""
    position = None if at is None else Position(*at, Accuracy.POINT)
    row = SourceRow("一覧", "list.csv", number)
    return RawFacility(LAYER, row, None, name, frozenset(), position=position, **more)
