"""Where a facility is, how that is known, and what a look into a source of positions found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from boundaries.geometry import GEOD
from groundfloor.problems import Problem, Text, UsageError, error, one_of

_MAX_LON, _MAX_LAT = 180.0, 90.0


class Accuracy(StrEnum):
    """How well a position is known."""

    POINT = "point"  # given in the list
    TOWN = "town"  # centre of the 町丁目: 400 m in the median, kilometres in a large 大字


@dataclass(frozen=True, slots=True)
class Position:
    """Where a facility is, and how that is known."""

    lon: float
    lat: float
    accuracy: Accuracy = Accuracy.POINT
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no longitude and latitude: 32.6, 131.2 is the wrong way round."""
        if not (abs(self.lon) <= _MAX_LON and abs(self.lat) <= _MAX_LAT):  # NaN is neither
            raise UsageError(_no_degrees(self.lon, self.lat))
        object.__setattr__(self, "accuracy", one_of(Accuracy, self.accuracy, "accuracy"))


def _no_degrees(lon: float, lat: float) -> Problem:
    return error(
        "position-degrees",
        Text("経度・緯度（度）ではありません", "is no longitude and latitude in degrees"),
        Text("経度、緯度の順に度で指定してください", "give longitude, then latitude, in degrees"),
        value=f"{lon}, {lat}",
    )


def distance_m(a: Position, b: Position) -> float:
    """Return geodesic metres (GRS 80) between two positions."""
    metres: float = GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2]
    return metres


# --- looked up in a source


class PositionMatch(StrEnum):
    """How a facility was found in a source of positions; always with its municipality."""

    EXACT = "exact"  # the name as it is written, but for widths and spaces
    FOLDED = "folded"  # but for corporation, old kanji, particles (ケ, が), 国保
    OWNER = "owner"  # one name is the other behind its owner's
    ADDRESS = "address"  # several fit by name, and one of them by the house number
    HAND = "hand"  # the run file says which name the source has
    TOWN = "town"  # not the facility: the town block of its address


class PositionDoubt(StrEnum):
    """Why a facility was not found in a source of positions."""

    NO_RECORD = "no_record"  # nothing of its name, nor at its address
    NO_MUNICIPALITY = "no_municipality"  # its own is not known: a name alone proves nothing
    ELSEWHERE = "elsewhere"  # the name, in another municipality or ward
    OTHER_ADDRESS = "other_address"  # the name, in another part of the municipality
    OTHER_NAME = "other_name"  # the address, under another name
    SEVERAL = "several"  # several of its name
    CLAIMED = "claimed"  # another facility is that record, or may be
    NO_COORDINATES = "no_coordinates"  # found, without a usable position
    OUTSIDE = "outside"  # found, but its point lies in another municipality
    CLOSED = "closed"  # found, and closed
    DENTAL = "dental"  # found, and a dentist's


@dataclass(frozen=True, slots=True)
class PositionRecord:
    """A record of a source of positions.

    Parameters
    ----------
    name, address : str
        As the source writes them; of a town block its name.
    file : str
        The source, as outputs may show it.
    row : int or None
        Where it stands there; None where the source has no rows.
    position : Position or None
        Where it is.
    """

    name: str
    address: str
    file: str
    row: int | None
    position: Position | None


@dataclass(frozen=True, slots=True)
class PositionLookup:
    """What sources of positions say of a facility.

    Parameters
    ----------
    how : PositionMatch or None
        How it was found; None where it was not.
    record : PositionRecord or None
        What it was found as.
    source : str
        What the source is called.
    own : bool
        Whether the facility has coordinates of its own: then these hold, and the source is only
        compared.
    gap_m : float or None
        Geodesic metres from those to the record's.
    town_m : float or None
        Geodesic metres from the record to the town block's point of the address; None where that
        is not known.
    outside_m : float or None
        Geodesic metres from the record to the municipality of the facility, 0 inside; None where
        that was not measured.
    why : PositionDoubt or None
        Why no record of its name was taken; also of one that has its town's point for it.
    others : tuple of PositionRecord
        Records that it may be, or that have its name or address.
    rivals : tuple of str
        Names of other facilities that may be the same record.
    """

    how: PositionMatch | None
    record: PositionRecord | None = None
    source: str = ""
    own: bool = False
    gap_m: float | None = None
    town_m: float | None = None
    outside_m: float | None = None
    why: PositionDoubt | None = None
    others: tuple[PositionRecord, ...] = ()
    rivals: tuple[str, ...] = ()


def source_of(said: PositionLookup) -> str:
    """Return what a position by a record is of: the source, and the record's name there."""
    return f"{said.source}: {said.record.name}" if said.record is not None else said.source
