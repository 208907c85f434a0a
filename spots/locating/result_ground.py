"""An institution and the ground that each result of a policy designates.

Whole municipalities are asked by code, circles by distance, other units by their outline, and
institutions that are named themselves by name (`spots.facilities.unit_standing`). The edge is that
of all ground of a result together: between two municipalities that are both in there is none.

Stands apart: `answering` puts it beside the circles of spots and the medical areas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import shapely
from shapely.geometry import MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from boundaries import geodesic_distance_m
from boundaries.geometry import polygons
from groundfloor.guarded_shapes import prepared_copy
from groundfloor.problems import Text
from spots.facilities.unit_standing import InstitutionPlace, UnitGround
from spots.locating.run_ground import degrees
from spots.locating.standing import AskedResult, ResultAnswer, UnitHolding
from spots.telling.wording import SOME, as_one, some
from spots.types import (
    GroundResult,
    Position,
    RunResult,
    State,
    Truth,
    UnitKind,
    UnitVerdict,
    distance_m,
)

_AROUND_DEGREES = 1.0
# A drawn circle stays within 0.1 m of the true one.
_CHORD_SHARE = 1e-4
_SLACK = 1.001
#: Kinds that may be without ground.
_BARE = frozenset({UnitKind.FACILITY, UnitKind.POINT})
_STATES = frozenset({State.DESIGNATED, State.UNDETERMINED})


@dataclass(frozen=True, eq=False)
class ResultGround:
    """A result of the policy on a day, ready for questions. Make it with `result_grounds`.

    Parameters
    ----------
    ground : GroundResult
        The result.
    asked : tuple of UnitVerdict
        Every unit that it asked for.
    on : date or None
        The day; None asks about all units, whatever their period.
    """

    ground: GroundResult
    asked: tuple[UnitVerdict, ...]
    on: date | None

    @cached_property
    def units(self) -> tuple[UnitGround, ...]:
        """The units that are in, or may be, and are valid on the day."""
        found = (v for v in self.asked if v.state in _STATES and _valid(v, self.on))
        return tuple(map(UnitGround, found))

    @cached_property
    def lapsed(self) -> tuple[UnitGround, ...]:
        """The units that would be in, were they valid on the day."""
        found = (v for v in self.asked if v.state is State.DESIGNATED and not _valid(v, self.on))
        return tuple(map(UnitGround, found))

    @cached_property
    def drawn(self) -> tuple[UnitGround, ...]:
        """The valid units that are in and have ground."""
        return tuple(
            u for u in self.units if u.verdict.state is State.DESIGNATED and not u.shape.is_empty
        )

    @cached_property
    def union(self) -> MultiPolygon:
        """Their ground together, EPSG:6668."""
        whole = self.ground.geometry if not self.lapsed else self._union_of_drawn()
        return prepared_copy(whole)

    @cached_property
    def beyond(self) -> BaseGeometry:
        """All around it, EPSG:6668."""
        west, south, east, north = self.union.bounds
        far = _AROUND_DEGREES
        around = box(west - far, south - far, east + far, north + far)
        return polygons(around.difference(self.union))

    @cached_property
    def of_institutions(self) -> bool:
        """Whether it is about institutions themselves, and no ground."""
        units = [v.unit for v in self.asked]
        # Ground that nobody knows is ground all the same.
        bare = (u.geometry is None and u.radius_m is None and u.kind in _BARE for u in units)
        return bool(units) and all(bare)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Of the shapes of `drawn`."""
        return shapely.STRtree([u.shape for u in self.drawn])

    def told(self) -> AskedResult:
        """Return what to say of it above the answers."""
        designated = [v for v in self.asked if v.state is State.DESIGNATED]
        return AskedResult(
            id=self.ground.id,
            kind=self.ground.kind,
            title=self.ground.title,
            units=len(designated),
            valid=sum(_valid(v, self.on) for v in designated),
            valid_from=self.ground.valid_from,
            valid_to=self.ground.valid_to,
        )

    def _union_of_drawn(self) -> MultiPolygon:
        return polygons(shapely.union_all([u.shape for u in self.drawn]))


def result_grounds(result: RunResult, on: date | None) -> tuple[ResultGround, ...]:
    """Return the results of a run, in the policy's order; none where it judges facilities alone.

    Parameters
    ----------
    result : RunResult
        The run.
    on : date or None
        Day that units must be valid on.
    """
    return tuple(
        ResultGround(ground, tuple(v for v in result.units if v.result == ground.id), on)
        for ground in result.grounds
    )


def _valid(verdict: UnitVerdict, on: date | None) -> bool:
    if on is None:
        return True
    begun = verdict.valid_from is None or verdict.valid_from <= on
    return begun and (verdict.valid_to is None or on <= verdict.valid_to)


def result_answer(ground: ResultGround, where: InstitutionPlace) -> ResultAnswer:
    """Return whether an institution is in a result, in which units, and how far from the edge.

    Parameters
    ----------
    ground : ResultGround
        The result on the day.
    where : InstitutionPlace
        Of the institution.
    """
    found = [(unit, unit.holds(where)) for unit in ground.units]
    inside = [unit for unit, truth in found if truth is Truth.MET]
    maybe = [unit for unit, truth in found if truth is Truth.UNDETERMINED]
    truth, problem = _truth(ground, where, inside, maybe)
    edge_m, nearest = _edge(ground, where, inside)
    return ResultAnswer(
        result=ground.ground.id,
        kind=ground.ground.kind,
        title=ground.ground.title,
        inside=truth,
        units=tuple(_holding(u) for u in inside),
        maybe=tuple(_holding(u) for u in maybe) if truth is Truth.UNDETERMINED else (),
        lapsed=tuple(_holding(u) for u in ground.lapsed if u.holds(where) is Truth.MET),
        edge_m=edge_m,
        nearest=nearest,
        by_code=any(u.by_code for u in inside),
        problem=problem,
        valid_from=ground.ground.valid_from,
        valid_to=ground.ground.valid_to,
    )


def _truth(
    ground: ResultGround,
    where: InstitutionPlace,
    inside: Sequence[UnitGround],
    maybe: Sequence[UnitGround],
) -> tuple[Truth, Text | None]:
    if inside:
        return Truth.MET, None
    if maybe:
        return Truth.UNDETERMINED, as_one(_open(maybe))
    if ground.of_institutions and not where.facility_ids:
        return Truth.UNDETERMINED, Text(
            "この結果の施設一覧にない医療機関のため、判定されていません",
            "not among the facilities of the run, so that the result did not judge it",
        )
    return Truth.NOT_MET, None


def _open(maybe: Sequence[UnitGround]) -> Iterator[Text]:
    """Yield why it is not known: a unit that is open itself, or a place that is not known."""
    for unit in [u for u in maybe if u.verdict.state is State.UNDETERMINED][:SOME]:
        name, why = unit.verdict.unit.name, unit.verdict.reason
        yield Text(f"「{name}」が判定不能です（{why.ja}）", f"{name} is undetermined ({why.en})")
    unknown = [u.verdict.unit.name for u in maybe if u.verdict.state is State.DESIGNATED]
    if unknown:
        told = some(unknown, Text("区域", "more"))
        yield Text(
            f"「{told.ja}」の内か外か、位置や名称からは分かりません",
            f"place or name do not tell whether it is in {told.en}",
        )


def _holding(unit: UnitGround) -> UnitHolding:
    verdict = unit.verdict
    return UnitHolding(
        unit_id=verdict.unit.id,
        name=verdict.unit.name,
        kind=verdict.unit.kind,
        valid_from=verdict.valid_from,
        valid_to=verdict.valid_to,
    )


def _edge(
    ground: ResultGround, where: InstitutionPlace, inside: Sequence[UnitGround]
) -> tuple[float | None, str]:
    """Return metres to the edge, positive inside, and of what lies outside the nearest unit."""
    position = where.position
    if position is None or not ground.drawn:
        return None, ""
    lon, lat = position.lon, position.lat
    if any(not u.itself for u in inside):
        metres = geodesic_distance_m(ground.beyond, lon, lat)
        arcs = [max(-_gap(u, position), 0.0) for u in inside if u.verdict.unit.radius_m]
        return max((m for m in arcs if _is_arc(m, metres, inside)), default=metres), ""
    metres = geodesic_distance_m(ground.union, lon, lat)
    reach = degrees(metres * _SLACK + 1.0, lat)
    near = ground.tree.query(Point(lon, lat), predicate="dwithin", distance=reach)
    ranked = sorted((geodesic_distance_m(ground.drawn[at].shape, lon, lat), int(at)) for at in near)
    unit = ground.drawn[ranked[0][1]]
    arc = max(_gap(unit, position), 0.0) if unit.verdict.unit.radius_m else metres
    return -(arc if _is_arc(arc, metres, [unit]) else metres), unit.verdict.unit.name


def _gap(unit: UnitGround, position: Position) -> float:
    """Return metres that a place lies outside of a circle, below zero inside."""
    centre, radius_m = unit.verdict.unit.position, unit.verdict.unit.radius_m
    if centre is None or radius_m is None:
        return 0.0
    return distance_m(centre, position) - radius_m


def _is_arc(exact: float, drawn: float, units: Sequence[UnitGround]) -> bool:
    """Whether the nearest edge is the drawn arc, whose true one is known."""
    radius_m = max((u.verdict.unit.radius_m or 0 for u in units), default=0)
    return abs(exact - drawn) <= radius_m * _CHORD_SHARE
