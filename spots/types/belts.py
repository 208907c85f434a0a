"""What a run took out of a list of more than its prefecture: the belt of neighbours around it."""

from __future__ import annotations

from dataclasses import dataclass

from spots.types.facilities import FacilityType


@dataclass(frozen=True, slots=True)
class CutOff:
    """A prefecture of which a list names hospitals that lie beyond the belt.

    Parameters
    ----------
    prefecture : str
        Two digits.
    types : frozenset of FacilityType
        Types that those have.
    """

    prefecture: str
    types: frozenset[FacilityType]


@dataclass(frozen=True, slots=True)
class Belt:
    """How the rows of one list with ``role = "auto"`` were told apart.

    Every row of the list is in exactly one of the three counts.

    Parameters
    ----------
    layer : str
        Name of the list.
    width_m : float
        How far beyond the prefecture's ground hospitals are destinations, in a straight line.
    covers_ms : int
        The drive that no hospital beyond the belt can beat: `width_m` at the top speed. Nearest
        hospitals that are further away may not be the nearest there are.
    judged : int
        Rows that are judged: those of the prefecture, and those of which nobody knows where they
        are.
    reached : int
        Rows of other prefectures that are destinations.
    left_out : int
        Rows of other prefectures that are neither.
    cut_off : tuple of CutOff
        Whose hospitals are left out: the list names them, so that the border to these prefectures
        is not open.
    """

    layer: str
    width_m: float
    covers_ms: int
    judged: int
    reached: int
    left_out: int
    cut_off: tuple[CutOff, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of the list."""
        return self.judged + self.reached + self.left_out
