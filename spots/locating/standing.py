"""The answer for one institution of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from boundaries.types import AreaClass, IndexEdition
from groundfloor.problems import Text
from spots.types import (
    Place,
    Position,
    ResultKind,
    SourceRow,
    StraightTravel,
    Truth,
    UnitKind,
)


class Standing(StrEnum):
    """Where an institution stands; inside a spot comes first where both hold."""

    INSIDE_SPOT = "inside_spot"
    IN_SHORTAGE_AREA = "in_shortage_area"
    OUTSIDE = "outside"
    ELSEWHERE = "elsewhere"  # another prefecture, or the sea: its 少数区域 are not in the run
    UNDETERMINED = "undetermined"


class Basis(StrEnum):
    """What the municipality and medical area rest on."""

    POINT = "point"  # the position
    FACILITY = "facility"  # the position of the run's facility of this name
    SOURCE = "source"  # the position of its record in a source of positions
    TOWN = "town"  # the point of the address's town block, by a town table
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
    valid : bool
        Whether the spot is valid on the day that was asked for; always when none was.
    valid_from, valid_to : date or None
        Its period.
    """

    facility_id: str
    name: str
    criteria: tuple[int, ...]
    inside: bool
    distance_m: float
    edge_m: float
    valid: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class UnitHolding:
    """A unit of ground that holds an institution, with its period."""

    unit_id: str
    name: str
    kind: UnitKind
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ResultAnswer:
    """An institution and one result of the policy.

    Parameters
    ----------
    result, kind, title : str, ResultKind and Text
        The result.
    inside : Truth
        Whether a valid unit of it holds the institution; undetermined where its place does not
        tell, or where the unit that holds it is undetermined.
    units : tuple of UnitHolding
        Valid units that hold it.
    maybe : tuple of UnitHolding
        Where that is undetermined: units that may.
    lapsed : tuple of UnitHolding
        Units that would hold it, were they valid on the day.
    edge_m : float or None
        Metres to the edge of all valid ground of the result: zero or more inside, below zero
        outside. None without a position, or without ground.
    nearest : str
        Outside: the unit with the nearest edge.
    by_code : bool
        Whether a unit that holds it is whole municipalities, so that its municipality answers.
    problem : Text or None
        Why it is undetermined.
    valid_from, valid_to : date or None
        Period of the result.
    """

    result: str
    kind: ResultKind
    title: Text
    inside: Truth
    units: tuple[UnitHolding, ...] = ()
    maybe: tuple[UnitHolding, ...] = ()
    lapsed: tuple[UnitHolding, ...] = ()
    edge_m: float | None = None
    nearest: str = ""
    by_code: bool = False
    problem: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class AskedResult:
    """A result of the policy: how many units it designates, and how many are valid on the day."""

    id: str
    kind: ResultKind
    title: Text
    units: int
    valid: int
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the accuracy of a position could change the answer.

    Parameters
    ----------
    code : str
        Stable machine name: ``near-spot-edge``, ``near-unit-edge``, ``near-area-edge``,
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
        The list's position; else that of the run's facility, or of the town block (`basis` says
        which).
    standing : Standing
        The answer in one word.
    inside : tuple of SpotDistance
        Valid spots that hold it, nearest facility first.
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
    tolerance_m : float
        How far off its position was taken to be.
    spots : tuple of SpotDistance
        Every spot within reach: those that hold it, those whose edge lies within `tolerance_m`
        (or the reach that was asked for), and the nearest; also those not valid on the day. It
        lies outside every other spot of the run.
    found_as : str
        Where its position comes from, when the list gives none: the facility or the town.
    results : tuple of ResultAnswer
        The same of each result that was asked for; empty where the run has none.
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
    tolerance_m: float = 0.0
    spots: tuple[SpotDistance, ...] = ()
    found_as: str = ""
    results: tuple[ResultAnswer, ...] = ()

    @property
    def undetermined(self) -> bool:
        """Whether an answer is open: of the results that were asked for, else in one word."""
        if self.results:
            return any(answer.inside is Truth.UNDETERMINED for answer in self.results)
        return self.standing is Standing.UNDETERMINED

    @property
    def lapsed(self) -> tuple[SpotDistance, ...]:
        """Spots that would hold it, were they valid on the day."""
        return tuple(s for s in self.spots if s.inside and not s.valid)

    @property
    def doubtful(self) -> bool:
        """Whether the accuracy of the position could change the answer."""
        return bool(self.doubts)

    @property
    def in_shortage_area(self) -> bool | None:
        """Whether it lies in a 少数区域; None when the class of its area is not known."""
        may_be = self.place.may_be
        return (
            None
            if len({k is AreaClass.SHORTAGE for k in may_be}) > 1
            else (AreaClass.SHORTAGE in may_be)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of which run, for the heads of tables and files.

    Parameters
    ----------
    title : Text
        Title of the run.
    prefecture : str
        Its prefecture.
    on : date or None
        The day; None asks about all spots, whatever their period.
    tolerance_m, reach_m : float
        How far off positions were taken to be; how near the edge of a spot lies that is listed.
    spots, valid : int
        Spots of the run with any ground left, and how many of them are valid on the day.
    periods : tuple of (date or None, date or None)
        Periods of the spots, sorted.
    edition : IndexEdition or None
        Edition of the index that the 少数区域 rest on; areas carry no period.
    results : tuple of AskedResult
        Results of the policy that were asked for.
    marks : mapping of int to str
        What the run calls its criteria (①), by number.
    straight : StraightTravel or None
        The estimate without roads that spots of the run rest on.
    """

    title: Text
    prefecture: str
    on: date | None
    tolerance_m: float
    reach_m: float
    spots: int
    valid: int
    periods: tuple[tuple[date | None, date | None], ...]
    edition: IndexEdition | None
    results: tuple[AskedResult, ...] = ()
    marks: Mapping[int, str] = field(default_factory=dict)
    straight: StraightTravel | None = None

    @property
    def about_spots(self) -> bool:
        """Whether the run says anything of spots or 少数区域: not where its results are others."""
        of_spots = any(result.kind is ResultKind.SPOT for result in self.results)
        return bool(self.spots) or self.edition is not None or of_spots or not self.results


@dataclass(frozen=True, slots=True)
class Answers:
    """A question and the answer for every row of a list, in its order."""

    question: Question
    rows: tuple[Located, ...]
