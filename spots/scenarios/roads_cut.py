"""Each road of the decisive drives cut in turn, and what hangs on it.

A road is a stretch between two junctions (`networks.info.road_sections`). It is cut as a closure of
the run file cuts it: a line along the stretch closes, in both directions, every edge that it
accompanies (`networks.closures.matching`), the other carriageway beside it too; who was tied to it
is tied to the next road; who reaches nobody any more is cut off by a closure. So the outcome is
that of a run with this line among its closures.

Judged again are those whose drive leads over what is closed, those who hang on other drives too,
and everybody, where anybody is tied to another road, or can no longer be both left and reached. The
others keep their nearest: a closure only takes drives away, so none becomes shorter, and theirs is
still there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiLineString

from boundaries import Regions
from groundfloor.problems import Problem, Text, UsageError, error
from networks import RoadNetwork, Snap, Terminal
from networks.closures.closing import close_edges
from networks.closures.matching import edges_under
from networks.info.road_lines import edge_lines
from networks.info.road_sections import RoadSection, road_sections
from networks.search.nearest import nearest_edges, nearest_other
from spots.job.job_facts import JobFacts
from spots.job.job_roads import tied_roads
from spots.job.run_file import Job
from spots.judging.criteria import Facts, TiedRoads
from spots.judging.criteria.closed_ways import ways_out
from spots.judging.criteria.isolation import tied_loosely
from spots.judging.criteria.solving import others_of, terminals_of
from spots.scenarios.standings import Step, TravelQuestion, moved
from spots.types import Role, Verdict
from spots.types.robustness import (
    Gone,
    GoneKind,
    GoneRanking,
    GoneRoad,
    RoadCut,
    TravelStanding,
    ranked,
)

_Longs = NDArray[np.int64]


def roads_cut(
    job: Job,
    known: JobFacts,
    verdicts: Sequence[Verdict],
    *,
    step: Step = lambda _n, _of, _name: None,
) -> GoneRanking:
    """Return what hangs on each road of the decisive drives.

    Parameters
    ----------
    job : Job
        The job.
    known : JobFacts
        What is known of it.
    verdicts : sequence of Verdict
        As it judges.
    step : callable
        Told of the progress.

    Raises
    ------
    UsageError
        The policy has no criterion on travel time, or the job no roads.
    """
    question = TravelQuestion.of(job.policy)
    if known.facts.roads is None:
        raise UsageError(_no_roads())
    cutting = _Cutting.of(job, known, verdicts, question, known.facts.roads)
    network = cutting.roads.network
    drawn = [(s, section_line(network, s)) for s in road_sections(network, cutting.decisive)]
    # One whose ends are one point is no line that could be closed.
    sections = [section for section, line in drawn if not line.is_empty]
    lines = [line for _, line in drawn if not line.is_empty]
    closed = edges_under(network.shapes, lines)
    found = []
    for n, (section, line, edges) in enumerate(zip(sections, lines, closed, strict=True), 1):
        step(n, len(sections), section.name)
        found.append(cutting.without(section, line, edges))
    rows = ranked(_alike(found))
    return GoneRanking(GoneKind.ROAD, question.number, question.criterion.threshold_ms, rows)


def section_line(network: RoadNetwork, section: RoadSection) -> MultiLineString:
    """Return the line of a stretch, as a closure would draw it, degrees."""
    lines = shapely.multilinestrings([edge_lines(network, section.edges)])
    return MultiLineString(shapely.get_parts(shapely.line_merge(lines)).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class _Cutting:
    """A job whose roads are cut in turn.

    Parameters
    ----------
    job, question, facts, roads
        The job, what is asked, and what is known.
    labels : mapping of int to tuple of str
        The closures of the run, by edge.
    before : mapping of str to TravelStanding
        How candidates stand, by id.
    always : frozenset of str
        Who is judged again whatever is cut.
    drives : mapping of str to frozenset of int
        Edges of the drives that each candidate hangs on, by id.
    decisive : (n,) int64
        Edges of the decisive drives.
    decisive_of : mapping of str to frozenset of int
        The same, by candidate.
    loose : frozenset of str
        Ids of those that count and whose road cannot be both left and reached.
    everybody : bool
        Whether all are judged again whatever is cut: other criteria have drives of their own, or a
        drive leads to one of the loose, and where it no longer does a nearer hospital may be
        missed.
    """

    job: Job
    question: TravelQuestion
    facts: Facts
    roads: TiedRoads
    labels: Mapping[int, tuple[str, ...]]
    before: Mapping[str, TravelStanding]
    always: frozenset[str]
    drives: Mapping[str, frozenset[int]]
    decisive_of: Mapping[str, frozenset[int]]
    loose: frozenset[str]
    everybody: bool

    @classmethod
    def of(
        cls,
        job: Job,
        known: JobFacts,
        verdicts: Sequence[Verdict],
        question: TravelQuestion,
        roads: TiedRoads,
    ) -> _Cutting:
        facts = known.facts
        drives = [
            *_drives(question, job, facts, roads),
            _drives_to_doubles(question, job, facts, roads, verdicts),
        ]
        every: dict[str, frozenset[int]] = {}
        for found in drives:
            for facility_id, edges in found.items():
                every[facility_id] = every.get(facility_id, frozenset()) | edges
        return cls(
            job=job,
            question=question,
            facts=facts,
            roads=roads,
            labels=known.closed.labels if known.closed else {},
            before=question.standings(facts),
            always=question.unsettled(verdicts),
            drives=every,
            decisive_of=drives[0],
            loose=(loose := _loose(question, facts, roads)),
            everybody=not question.alone or _is_reached(question, job, facts, roads, loose),
        )

    @property
    def decisive(self) -> _Longs:
        edges = frozenset[int]().union(*self.decisive_of.values())
        return np.array(sorted(edges), np.int64)

    def without(self, section: RoadSection, line: MultiLineString, edges: _Longs) -> Gone:
        """Return what hangs on a stretch whose closure closes some edges."""
        facts, everybody = self._facts_without(f"road-{section.number}", edges)
        shut = frozenset(edges.tolist())
        over = {i for i, drive in self.drives.items() if drive & shut}
        asking = set(self.before) if everybody else over | self.always
        after = self.question.standings(facts, asking & self.before.keys())
        network = self.roads.network
        return Gone(
            id=f"road-{section.number}",
            name=section.name,
            geometry=line,
            moved=moved(facts.facilities, self.before, after),
            road=GoneRoad(
                section.road_class,
                float(network.edges.length_m[edges].sum()),
                sum(1 for drive in self.decisive_of.values() if drive & shut),
                (RoadCut(f"road-{section.number}", line),),
                _towns(line, facts.regions),
            ),
        )

    def _facts_without(self, name: str, edges: _Longs) -> tuple[Facts, bool]:
        """Return the facts with edges closed, and whether everybody is to be judged again."""
        network, facts = self.roads.network, self.facts
        mask = np.zeros(len(network.edges), bool)
        mask[edges] = True
        travel = self.question.policy.travel
        tied = tied_roads(travel, facts.facilities, close_edges(network, mask))
        labels = dict(self.labels)
        for edge in edges.tolist():
            labels[edge] = (*labels.get(edge, ()), name)
        roads = tied.closing(self.roads.without_closures or self.roads, labels)
        same = (tied.snaps, tied.nearer) == (self.roads.snaps, self.roads.nearer)
        same = same and _loose(self.question, facts, tied) == self.loose
        return replace(facts, roads=roads), self.everybody or not same


def _drives(
    question: TravelQuestion, job: Job, facts: Facts, roads: TiedRoads
) -> Iterator[dict[str, frozenset[int]]]:
    """Yield the edges of each candidate's drive: the decisive one first, then by closed doors.

    By the road at a door that is closed to the public a criterion may be left open, so its drive
    is one that a verdict hangs on (`spots.judging.criteria.closed_ways`).
    """
    known = job.policy.over(facts)
    counted = tuple(f for f in facts.facilities if question.criterion.counts(f, facts))
    asking = tuple(f for f in counted if f.role is Role.CANDIDATE)
    others = others_of(counted, known, known.travel)
    tied = roads.tied()
    own, theirs = ways_out(roads, asking), {**tied, **ways_out(roads, others)}
    travel = known.travel

    def edges(start: Mapping[str, Snap], end: Mapping[str, Snap]) -> dict[str, frozenset[int]]:
        origins, ends = terminals_of(asking, start), terminals_of(others, end)
        found = nearest_edges(
            roads.network, origins, ends, direction=travel.drive, options=travel.options
        )
        return {t.id: frozenset(e.tolist()) for t, e in zip(origins, found, strict=True)}

    yield edges(tied, tied)
    if own:
        yield edges(own, tied)
    if theirs != tied:
        yield edges(tied, theirs)
        if own:
            yield edges(own, theirs)


def _drives_to_doubles(
    question: TravelQuestion,
    job: Job,
    facts: Facts,
    roads: TiedRoads,
    verdicts: Sequence[Verdict],
) -> dict[str, frozenset[int]]:
    """Return the edges of drives to records that may be the candidate itself, and beyond them."""
    travel, ties = job.policy.over(facts).travel, roads.tied()
    found: dict[str, frozenset[int]] = {}
    for verdict, outcome in question.measured(verdicts):
        facility, evidence = verdict.facility, outcome.travel
        if evidence is None or not evidence.doubles or facility.id not in ties:
            continue
        others = [double.id for double in evidence.doubles if double.id in ties]
        others += [evidence.if_one.id] if evidence.if_one is not None else []
        origin = Terminal(facility.id, facility.id, ties[facility.id])
        for other in others:
            (edges,) = nearest_edges(
                roads.network,
                [origin],
                [Terminal(other, other, ties[other])],
                direction=travel.drive,
                options=travel.options,
            )
            found[facility.id] = found.get(facility.id, frozenset()) | frozenset(edges.tolist())
    return found


def _loose(question: TravelQuestion, facts: Facts, roads: TiedRoads) -> frozenset[str]:
    """Return who counts and is tied to a road that cannot be both left and reached."""
    ties, counts = roads.tied(), question.criterion.counts
    counted = (f.id for f in facts.facilities if f.id in ties and counts(f, facts))
    return frozenset(i for i in counted if tied_loosely(roads.network, ties[i]))


def _is_reached(
    question: TravelQuestion, job: Job, facts: Facts, roads: TiedRoads, loose: frozenset[str]
) -> bool:
    """Whether the drive of any candidate leads to any of some hospitals."""
    if not loose:
        return False
    ties, counts = roads.tied(), question.criterion.counts
    counted = [f for f in facts.facilities if counts(f, facts)]
    origins = terminals_of((f for f in counted if f.role is Role.CANDIDATE), ties)
    ends = terminals_of((f for f in counted if f.id in loose), ties)
    travel = job.policy.over(facts).travel
    found = nearest_other(
        roads.network, origins, ends, direction=travel.drive, options=travel.options
    )
    return any(each.reachable for each in found)


def _towns(line: MultiLineString, regions: Regions | None) -> tuple[str, ...]:
    """Return the names of the municipalities in which the ends of a line lie, as far as known."""
    if regions is None:
        return ()
    points = shapely.get_coordinates(line)[[0, -1]].tolist()
    codes = dict.fromkeys(regions.locate(lon, lat) for lon, lat in points)
    found = (regions.municipality(code) for code in codes if code is not None)
    return tuple(town.name for town in found if town is not None)


def _alike(found: Sequence[Gone]) -> Iterator[Gone]:
    """Yield stretches of one road with one outcome as one: the longest, with the others."""
    groups: dict[object, list[tuple[Gone, GoneRoad]]] = {}
    for gone in found:
        if (road := gone.road) is None:
            raise AssertionError("a road is cut")
        outcome = tuple((m.facility.id, m.after) for m in gone.moved)
        # Without a name nobody can tell that it is one road.
        which = (gone.name, road.road_class) if gone.name else gone.id
        groups.setdefault((which, outcome), []).append((gone, road))
    for group in groups.values():
        first, road = max(group, key=lambda each: each[1].length_m)
        others = sorted((gone for gone, _ in group if gone is not first), key=lambda g: g.id)
        cuts = (*road.cuts, *(cut for gone in others if gone.road for cut in gone.road.cuts))
        lines = [line for cut in cuts for line in cut.geometry.geoms]
        yield replace(first, geometry=MultiLineString(lines), road=replace(road, cuts=cuts))


def _no_roads() -> Problem:
    return error(
        "robustness-without-roads",
        Text("道路網がないため、道路を切る計算はできません", "there are no roads to cut"),
        Text("[network] に道路網（file）を書いてください", "give roads as file under [network]"),
    )
