"""The answer for one institution of a list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from boundaries.types import AreaClass
from problems import Text
from spots.types import Place, Position, SourceRow


class Standing(StrEnum):
    """Where an institution stands; inside a spot comes first where both hold."""

    INSIDE_SPOT = "inside_spot"
    IN_SHORTAGE_AREA = "in_shortage_area"
    OUTSIDE = "outside"
    UNDETERMINED = "undetermined"


class Basis(StrEnum):
    """What the municipality and medical area rest on."""

    POINT = "point"  # the position
    DECLARED = "declared"  # code, name or address of the list; there is no position
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SpotDistance:
    """An institution and one spot.

    Parameters
    ----------
    facility_id, name : str
        The facility at the spot's centre.
    criteria : tuple of int
        Criteria that it met.
    inside : bool
        Within the radius by geodesic distance, and not in a part that was cut away.
    distance_m : float
        Geodesic metres to the facility.
    edge_m : float
        Metres to the spot's edge, cuts included: zero or more inside, below zero outside.
    """

    facility_id: str
    name: str
    criteria: tuple[int, ...]
    inside: bool
    distance_m: float
    edge_m: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the accuracy of a position could change the answer.

    Parameters
    ----------
    code : str
        Stable machine name: ``town-position``, ``near-spot-edge``, ``near-area-edge``,
        ``off-land``, ``outside-boundaries`` or ``municipality-differs``.
    text : Text
        The same for readers.
    """

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Located:
    """One row of the list, answered.

    Parameters
    ----------
    source : SourceRow
        The row of the file.
    given_id : str or None
        The list's own id.
    name : str
        Name as written.
    position : Position or None
        The list's position.
    standing : Standing
        The answer in one word.
    inside : tuple of SpotDistance
        Spots that hold it, nearest facility first.
    nearest : SpotDistance or None
        The spot with the nearest edge (the first of `inside`, where there is one); None when
        there is no position or no spot.
    place : Place
        Municipality, medical area and its class.
    basis : Basis
        What `place` rests on.
    doubts : tuple of Doubt
        Why a person should look.
    problem : Text or None
        Why the answer is undetermined.
    """

    source: SourceRow
    given_id: str | None
    name: str
    position: Position | None
    standing: Standing
    inside: tuple[SpotDistance, ...]
    nearest: SpotDistance | None
    place: Place
    basis: Basis
    doubts: tuple[Doubt, ...] = ()
    problem: Text | None = None

    @property
    def doubtful(self) -> bool:
        """Whether the accuracy of the position could change the answer."""
        return bool(self.doubts)

    @property
    def in_shortage_area(self) -> bool | None:
        """Whether it lies in a 少数区域; None when the class of its area is not known."""
        if self.place.area_class is AreaClass.UNKNOWN:
            return None
        return self.place.area_class is AreaClass.SHORTAGE
