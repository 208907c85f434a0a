"""Circles of the designated facilities, cut as the policy says, with a ledger.

Stands apart: verdicts need no geometry, and are had without loading any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shapely.geometry import MultiPolygon

from boundaries import (
    AreaClass,
    CutStep,
    Regions,
    dissolve,
    ellipsoidal_km2,
)
from boundaries.cutting import SHORTAGE
from groundfloor.memory import Memory
from groundfloor.problems import Problem, Text, warning
from spots.judging.cut_circles import (
    CIRCLES_KEPT,
    CUTS_KEPT,
    UNIONS_KEPT,
    Circle,
    CutCircle,
    Cuts,
    Pieces,
    Spared,
    cut_circle,
    steps_left,
    steps_of,
    together,
)
from spots.judging.designation import covers
from spots.judging.plan_reasons import spot_reason
from spots.judging.policy import Policy
from spots.judging.policy_tables import Cut
from spots.telling.findings import no_ground
from spots.telling.units import SMALLEST_KM2, area
from spots.types import Outcome, Place, Position, Spot, State, Variant, Verdict


def draw_spots(
    policy: Policy, verdicts: Sequence[Verdict], regions: Regions, memory: Memory
) -> tuple[tuple[Spot, ...], MultiPolygon, float]:
    """Draw and cut a circle for every designated facility.

    Parameters
    ----------
    policy : Policy
        Radius, cuts and period.
    verdicts : sequence of Verdict
        All verdicts; only designated ones are drawn.
    regions : Regions
        Land, municipalities and areas to cut by.
    memory : Memory
        What was drawn before.

    Returns
    -------
    spots : tuple of Spot
        One for each designated facility, in order.
    dissolved : MultiPolygon
        Their union, EPSG:6668.
    dissolved_km2 : float
        Its area on the ellipsoid.
    """
    drawn = [(v, v.facility.position) for v in verdicts if v.state is State.DESIGNATED]
    placed = [(v, p) for v, p in drawn if p is not None]
    if not placed:
        return (), MultiPolygon(), 0.0
    circles = Circles.of(policy, regions, memory)
    spots = tuple(
        spot_of(policy, v, circles.around(at, v.place, v.decision.overrides if v.decision else ()))
        for v, at in placed
    )
    pieces = Pieces(tuple(s.geometry for s in spots), memory)
    return spots, *memory.of(together, pieces, most=UNIONS_KEPT)


@dataclass(frozen=True, slots=True, eq=False)
class Circles:
    """Draws and cuts circles as a policy says; each is drawn once.

    Parameters
    ----------
    policy, regions, memory : Policy, Regions, Memory
        As `draw_spots` takes them.
    steps : tuple of CutStep
        What is cut where no decision by hand overrules it.
    """

    policy: Policy
    regions: Regions
    memory: Memory
    steps: tuple[CutStep, ...]

    @classmethod
    def of(cls, policy: Policy, regions: Regions, memory: Memory) -> Circles:
        """Return the circles of a policy."""
        steps = policy_cuts(policy, policy.circle.cut, regions, memory)
        return cls(policy, regions, memory, steps)

    def around(self, at: Position, place: Place, overrules: Sequence[str]) -> CutCircle:
        """Return the circle around a facility, and what is left of it.

        Parameters
        ----------
        at, place : Position, Place
            Where it is.
        overrules : sequence of str
            What a decision by hand about it overrules, see `Decision`.
        """
        own = _steps_for(place, overrules, self.steps, self.policy, self.regions, self.memory)
        circle = Circle(at.lon, at.lat, self.policy.circle.radius_m, own)
        return self.memory.of(cut_circle, circle, most=CIRCLES_KEPT)


def policy_cuts(
    policy: Policy, names: Sequence[str], regions: Regions, memory: Memory
) -> tuple[CutStep, ...]:
    """Return the cuts that a policy names for its circles, or for one of its results.

    Parameters
    ----------
    policy : Policy
        The prefecture, and the municipalities that are out.
    names : sequence of str
        As `boundaries.cut_steps` takes them.
    regions : Regions
        Boundaries.
    memory : Memory
        What was cut out of them before.
    """
    out = frozenset(
        code
        for code in regions.municipalities.index
        for e in policy.exclude_municipality
        if e.area and covers(e.code, code)
    )
    cuts = Cuts(regions, tuple(names), policy.policy.prefecture, out)
    return memory.of(steps_of, cuts, most=CUTS_KEPT)


def spot_of(policy: Policy, verdict: Verdict, ground: CutCircle) -> Spot:
    """Return the spot of a designated facility, on its ground."""
    told = spot_reason(policy, verdict)
    return Spot(
        facility_id=verdict.facility.id,
        name=verdict.facility.name,
        criteria=verdict.criteria,
        place=verdict.place,
        radius_m=policy.circle.radius_m,
        geometry=ground.left,
        circle=ground.whole,
        circle_km2=ground.whole_km2,
        area_km2=ground.left_km2,
        ledger=ground.ledger,
        reason=told.reason or verdict.state_reason,
        valid_from=policy.validity.valid_from,
        valid_to=policy.validity.valid_to,
        service=told.service,
        councils=told.councils,
        page=told.page,
        on_application=told.on_application,
        reason_basis=told.basis,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """The ground of a run.

    Parameters
    ----------
    verdicts : tuple of Verdict
        Of all facilities; those of whose circle nothing is left are undetermined.
    spots : tuple of Spot
        With ground, in the order of `verdicts`.
    dissolved : MultiPolygon
        Their union, EPSG:6668.
    dissolved_km2 : float
        Its area on the ellipsoid.
    problems : tuple of Problem
        What to doubt about it.
    """

    verdicts: tuple[Verdict, ...]
    spots: tuple[Spot, ...]
    dissolved: MultiPolygon
    dissolved_km2: float
    problems: tuple[Problem, ...]


def draw_ground(
    policy: Policy, verdicts: Sequence[Verdict], regions: Regions, memory: Memory | None = None
) -> Drawn:
    """Return the spots of the designated facilities, and what of verdicts hangs on their ground.

    Parameters
    ----------
    policy : Policy
        Radius, cuts and period.
    verdicts : sequence of Verdict
        As judged.
    regions : Regions
        Land, municipalities and areas to cut by.
    memory : Memory, optional
        What was drawn before, see `spots.judging.criteria.Facts`; nothing by default.
    """
    kept = Memory() if memory is None else memory
    drawn, dissolved, dissolved_km2 = draw_spots(policy, verdicts, regions, kept)
    settled, spots = with_ground(verdicts, drawn)
    doubts = unclassed_ground(policy, spots, regions)
    return Drawn(settled, spots, dissolved, dissolved_km2, doubts)


def with_ground(
    verdicts: Sequence[Verdict], spots: Sequence[Spot]
) -> tuple[tuple[Verdict, ...], tuple[Spot, ...]]:
    """Return the verdicts and spots without spots of which the cuts left nothing.

    A place without ground is no designation: its position or the outlines are wrong, or the policy
    cuts away what it designates. It is undetermined, and says so.

    Parameters
    ----------
    verdicts : sequence of Verdict
        Of all facilities.
    spots : sequence of Spot
        As cut, see `draw_spots`.
    """
    bare = {s.facility_id: s for s in spots if s.geometry.is_empty}
    if not bare:
        return tuple(verdicts), tuple(spots)
    settled = [_without_ground(v, bare.get(v.facility.id)) for v in verdicts]
    return tuple(settled), tuple(s for s in spots if s.facility_id not in bare)


def _without_ground(verdict: Verdict, spot: Spot | None) -> Verdict:
    if spot is None:
        return verdict
    reason = no_ground([step.step for step in spot.ledger if step.removed_km2 > 0])
    return replace(
        verdict,
        state=State.UNDETERMINED,
        state_reason=reason,
        outcomes=tuple(_with_states(o) for o in verdict.outcomes),
    )


def _with_states(outcome: Outcome) -> Outcome:
    """Return an outcome under whose assumptions no ground is left either."""

    def state(found: State | None) -> State | None:
        return State.UNDETERMINED if found is State.DESIGNATED else found

    def settled(variants: Sequence[Variant]) -> tuple[Variant, ...]:
        return tuple(replace(v, state=state(v.state)) for v in variants)

    travel = outcome.travel
    if travel is not None:
        turning = travel.turning
        if turning is not None and turning.state is State.DESIGNATED:
            turning = replace(turning, state=State.UNDETERMINED)
        travel = replace(travel, variants=settled(travel.variants), turning=turning)
    return replace(outcome, travel=travel, variants=settled(outcome.variants))


def _steps_for(
    place: Place,
    overruled: Sequence[str],
    steps: tuple[CutStep, ...],
    policy: Policy,
    regions: Regions,
    memory: Memory,
) -> tuple[CutStep, ...]:
    """Return the cuts of one circle: not at ground that a decision by hand overrules."""
    if not overruled:
        return steps
    frame = regions.municipalities
    own = {
        Cut.EXCLUDED_MUNICIPALITIES: "excluded" in overruled
        and _excluded_with(policy, place.municipality_code, list(frame.index)),
        Cut.SHORTAGE_AREAS: "moot" in overruled and list(frame["area_code"] == place.area_code),
    }
    spared = {name: tuple(frame.index[mine]) for name, mine in own.items() if mine}
    return memory.of(steps_left, Spared(regions, steps, tuple(spared.items())), most=CUTS_KEPT)


def _excluded_with(policy: Policy, code: str | None, codes: Sequence[str]) -> list[bool]:
    """Return which municipalities the exclusions of one cover: it, and the city's other wards."""
    mine = [e.code for e in policy.exclude_municipality if covers(e.code, code)]
    return [any(covers(each, other) for each in mine) for other in codes]


def unclassed_ground(
    policy: Policy, spots: Sequence[Spot], regions: Regions
) -> tuple[Problem, ...]:
    """Return a warning for each spot that reaches into an area that may be a 少数区域 or not.

    Where 少数区域 are cut off, nobody knows whether that ground is to be.

    Parameters
    ----------
    policy : Policy
        What is cut.
    spots : sequence of Spot
        The spots as cut.
    regions : Regions
        The areas.
    """
    unknown = [
        a
        for a in regions.medical_areas
        if a.area_class is AreaClass.UNKNOWN and AreaClass.SHORTAGE in a.basis.may_be
    ]
    if SHORTAGE not in policy.circle.cut or not unknown or not spots:
        return ()
    frame = regions.municipalities
    found = []
    for each in unknown:
        ground = dissolve(frame.geometry[frame["area_code"] == each.code].values)
        for spot in spots:
            km2 = ellipsoidal_km2(spot.geometry.intersection(ground))
            if km2 >= SMALLEST_KM2:
                found.append(_in_unclassed(spot.name, each.name, km2))
    return tuple(found)


def _in_unclassed(name: str, where: str, km2: float) -> Problem:
    """Return the warning of a spot with ground in an area whose class is not known."""
    return warning(
        "spot-in-unclassed-area",
        Text(
            f"円のうち{area(km2)}が、区分の分からない二次医療圏（{where}）にあります。"
            "医師少数区域であれば除かれます",
            f"{area(km2)} of its circle lie in a medical area whose class is not known ({where}); "
            "they are cut off if it is a shortage area",
        ),
        Text("指標の表に区分を書いてください", "state the class in the table of indices"),
        value=name,
    )
