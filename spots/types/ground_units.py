"""Units of ground, and what a policy's selections find of them.

A unit is a subject that is judged as a facility is: a municipality, a district, an island, a
medical area, a circle round a listed point, the prefecture, or an institution itself. For each
result of a policy every unit asked for ends in exactly one `State`, with the clauses that put it
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shapely.geometry import MultiPolygon

from boundaries.types import CutEntry
from groundfloor.problems import Text
from spots.types.listed_entry import ListedEntry
from spots.types.positions import Position
from spots.types.verdicts import State, Truth


class UnitKind(StrEnum):
    """What a unit is."""

    MUNICIPALITY = "municipality"  # 市区町村
    FORMER_MUNICIPALITY = "former_municipality"  # 旧市町村
    DISTRICT = "district"  # 地区, 大字, 公民館地区
    ISLAND = "island"  # 島
    MEDICAL_AREA = "medical_area"  # 二次医療圏
    PREFECTURE = "prefecture"  # 都道府県
    POINT = "point"  # a listed point (辺地の中心) with a radius
    FACILITY = "facility"  # the institution itself, or a circle round it

    @property
    def below_municipality(self) -> bool:
        """Whether it is smaller than a municipality: the plan then has to give its reason."""
        return self in _SMALL


_SMALL = {
    UnitKind.FORMER_MUNICIPALITY,
    UnitKind.DISTRICT,
    UnitKind.ISLAND,
    UnitKind.POINT,
    UnitKind.FACILITY,
}


class ResultKind(StrEnum):
    """What a policy designates, or merely marks."""

    SPOT = "spot"  # 医師少数スポット
    SUPPORT_AREA = "support_area"  # 重点医師偏在対策支援区域
    CANDIDATE = "candidate"  # 候補
    PROGRAMME = "programme"  # institutions of a class of a career programme


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of ground, or an institution, that selections judge.

    Parameters
    ----------
    id : str
        Unique in a run and stable: ``"municipality:33202"``, ``"medical_area:3301"``,
        ``"prefecture:33"``, ``"facility:<facility id>"``, ``"<layer>:<id in it>"``.
    kind : UnitKind
        What it is.
    name : str
        For readers.
    code : str
        JIS code of a municipality, code of a medical area or prefecture, id of a facility, the
        layer's own id otherwise.
    municipality_codes : tuple of str
        Municipalities that it lies in, sorted; of a prefecture or an area all of its own.
    municipality : str
        Their names for readers; empty for a prefecture or an area.
    area_codes : tuple of str
        Medical areas of those municipalities, sorted.
    geometry : MultiPolygon or None
        Its ground, longitude/latitude degrees, EPSG:6668; None for the institution itself and
        where nothing tells where it is.
    position : Position or None
        Of an institution or a listed point.
    radius_m : int or None
        Of a circle.
    layer : str
        The run's layer that it comes from; empty for those that the boundaries give.
    entry : ListedEntry or None
        What its own row says of it.
    problem : Text or None
        Why it cannot be judged (no place, no municipality).
    """

    id: str
    kind: UnitKind
    name: str
    code: str
    municipality_codes: tuple[str, ...]
    municipality: str = ""
    area_codes: tuple[str, ...] = ()
    geometry: MultiPolygon | None = None
    position: Position | None = None
    radius_m: int | None = None
    layer: str = ""
    entry: ListedEntry | None = None
    problem: Text | None = None


class ClauseRole(StrEnum):
    """What a clause does to a unit in a result."""

    TAKES_IN = "takes_in"  # a selection that asks for it
    NEEDS = "needs"  # one of several that all have to hold
    TAKES_OUT = "takes_out"  # `none`, `minus`
    EXCEPTION = "exception"  # named, with a reason


@dataclass(frozen=True, slots=True)
class Clause:
    """What one selection, or one exception, found of a unit.

    Parameters
    ----------
    select : str
        Id of the selection, or of the result that is referred to.
    role : ClauseRole
        What it does in the result.
    truth : Truth
        Whether it holds of the unit.
    text : Text
        The finding in a planner's words, with figures and limits.
    reason : Text or None
        Why the policy has the clause; None where it gives none.
    entry : ListedEntry or None
        The entry of a list that named the unit.
    removed_km2 : float
        Ground that it took from the unit.
    decides : bool
        Whether what it takes in stays in; false where the join it stands in takes it out again,
        and another one is why the unit is in.
    title : Text or None
        What readers know the selection as; None where the run did not record it.
    own : bool
        Whether the selection asks about the unit itself; false where it is about other units, in
        whose ground this one lies.
    service : Text or None
        The service that an earlier result, or the criteria of ``[rule]``, secure physicians for.
    """

    select: str
    role: ClauseRole
    truth: Truth
    text: Text
    reason: Text | None = None
    entry: ListedEntry | None = None
    removed_km2: float = 0.0
    own: bool = True
    decides: bool = True
    title: Text | None = None

    @property
    def takes_in(self) -> bool:
        """Whether the unit is in by it: it asks for the unit, holds, and is not undone."""
        return self.role is ClauseRole.TAKES_IN and self.truth is Truth.MET and self.decides

    service: Text | None = None


@dataclass(frozen=True, slots=True)
class UnitVerdict:
    """A unit in one result of the policy: its one state, and every clause that led to it.

    Parameters
    ----------
    result : str
        Id of the result.
    unit : Unit
        The unit.
    state : State
        Its one state in this result.
    reason : Text
        Of a designated unit the reason that the plan gives (設定理由); of others why not.
    clauses : tuple of Clause
        In the policy's order, all that were asked of it.
    geometry : MultiPolygon
        Ground that is designated, after cutting, EPSG:6668; empty unless designated, and for the
        institution itself.
    unit_km2, area_km2 : float
        Area of the whole unit and of `geometry`, on the ellipsoid.
    ledger : tuple of CutEntry
        What clauses and cuts took from it, in order.
    service : Text or None
        The service that physicians are secured for.
    councils : tuple of date
        Days of the councils.
    page : str
        Page of the plan.
    on_application : bool
        Whether its municipality applied for it.
    valid_from, valid_to : date or None
        The period.
    population : float or None
        People inside `geometry`; None where the run has no population.
    """

    result: str
    unit: Unit
    state: State
    reason: Text
    clauses: tuple[Clause, ...]
    geometry: MultiPolygon
    unit_km2: float
    area_km2: float
    ledger: tuple[CutEntry, ...] = ()
    service: Text | None = None
    councils: tuple[date, ...] = ()
    page: str = ""
    on_application: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    population: float | None = None

    @property
    def key(self) -> str:
        """Unique in a run: the result and the unit."""
        return f"{self.result}/{self.unit.id}"

    @property
    def ground(self) -> MultiPolygon | None:
        """What is designated, or all of a unit that is not; None where it has no ground."""
        kept = self.geometry if self.state is State.DESIGNATED else self.unit.geometry
        return None if kept is None or kept.is_empty else kept

    @property
    def met(self) -> tuple[str, ...]:
        """Ids of the selections that take the unit in."""
        return tuple(
            c.select
            for c in self.clauses
            if c.truth is Truth.MET and c.role in _TAKING_IN and c.decides
        )


_TAKING_IN = {ClauseRole.TAKES_IN, ClauseRole.NEEDS}


@dataclass(frozen=True, slots=True)
class GroundResult:
    """One result of a policy: all that it designates, without overlaps.

    Parameters
    ----------
    id : str
        As the policy names it.
    kind : ResultKind
        What it designates.
    title : Text
        For readers.
    geometry : MultiPolygon
        Union of the designated ground, EPSG:6668.
    area_km2 : float
        Its area on the ellipsoid.
    valid_from, valid_to : date or None
        The period.
    population : float or None
        People inside; None where the run has no population.
    """

    id: str
    kind: ResultKind
    title: Text
    geometry: MultiPolygon
    area_km2: float
    valid_from: date | None
    valid_to: date | None
    population: float | None = None
